// `causerie keys …`: creates, lists and revokes API keys of the service.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../src/config.ts'
import { openKeyStore, type CommandKeyStore } from './key-store.ts'
import { problemOfKey, readOrigin } from '../src/keys/check.ts'
import { makeKey } from '../src/keys/key.ts'
import { keyKinds, scopes, type ApiKey, type KeyKind, type Scope } from '../src/keys/store.ts'
import { companyIdPattern } from '../src/ids.ts'
import { newCommand, printable } from './action.ts'
import type { CommandIo } from './command-io.ts'

/** The most names in an error's message. */
const maxNamed = 20
const elsewhere = 'If the service stores its data elsewhere, run this command there, or set DATA_DIR.'

interface CreateOptions {
  kind: KeyKind
  company?: string
  any?: true
  scope: Scope[]
  origin: string[]
  name: string
  expires: string | null
  json?: true
}

/** @param openStore opens the key store from the settings; replaced in tests */
export function keysCommand (io: CommandIo, openStore = openKeyStore): Command {
  const { stdout, stderr } = io
  const command = newCommand(io, 'keys')
    .description('Create, list and revoke API keys of the service')
    .addHelpText('after', `
Keys are stored where the service looks for them: in Supabase if SUPABASE_URL is set, otherwise in DATA_DIR. A relative
DATA_DIR starts at the current folder, so run this command where the service runs.
Exit code 0: done; 1: failed; 2: wrong usage.`)

  /** Runs `work` on the key store and says where the store is; a failure becomes one line and exit code 1. */
  async function withStore (work: (store: CommandKeyStore) => Promise<number>, { makesFolder = false } = {}): Promise<void> {
    let store: CommandKeyStore | undefined
    try {
      const config = loadConfig(io.env)
      const folder = config.SUPABASE_URL === '' ? resolve(config.DATA_DIR) : null
      const isNew = folder !== null && !existsSync(folder)
      if (isNew && !makesFolder) throw new Error(`The data folder ${folder} does not exist. ${elsewhere}`)
      store = openStore(config)
      io.exitCode = await work(store)
      const location = folder === null ? config.SUPABASE_URL : join(folder, 'keys.sqlite')
      stderr.write(`Keys are stored in ${location}.${isNew ? ` The folder is new. ${elsewhere}` : ''}\n`)
    } catch (error) {
      stderr.write(`${(error as Error).message}\n`)
      io.exitCode = 1
    } finally {
      await store?.close()
    }
  }

  command
    .command('create')
    .description('create a key and print it, once')
    .addOption(new Option('--company <id>', 'the only company that the key opens').argParser(companyId))
    .addOption(new Option('--any', 'the key opens every company').conflicts('company'))
    .addOption(
      new Option('--kind <kind>', 'api: for a server; signing: signs tokens of end users; site: public, for the pages of --origin')
        .choices(keyKinds)
        .default('api')
    )
    .addOption(
      new Option('--origin <origins>', 'the origins of a site\'s pages, comma-separated: https://shop.example')
        .argParser(readOrigins)
        .default([], 'none')
    )
    .addOption(
      new Option('--scope <scopes>', `what the key may do, comma-separated: ${scopes.join(', ')} (admin: everything)`)
        .argParser(readScopes)
        .default(['chat'], 'chat')
    )
    .option('--name <text>', 'a name to recognise the key by', '')
    .addOption(
      new Option('--expires <when>', 'when the key expires: 90d, 12h, or a date')
        .argParser(text => readExpiry(text, new Date()))
        .default(null, 'never')
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Only the key itself goes to standard output: KEY=$(causerie keys create --company acme)

Examples:
  causerie keys create --company acme --scope chat --name "website"
  causerie keys create --company acme --scope chat,write --expires 90d
  causerie keys create --any --scope admin --name "operations"
  causerie keys create --kind signing --company acme --name "app"
  causerie keys create --kind site --company acme --origin https://shop.example`
    )
    .action(async ({ kind, company, any, scope, origin: origins, name, expires, json }: CreateOptions) => {
      const problem = problemOf({ kind, company, any, scope, origins })
      if (problem !== null) {
        stderr.write(`${problem}\n`)
        io.exitCode = 2
        return
      }
      await withStore(
        async store => {
          await requireCompany(store, company)
          const { text, key } = makeKey({ kind, company: company ?? null, scopes: scope, origins, name, expiresAt: expires })
          await store.create(key)
          if (json) stdout.write(`${JSON.stringify({ key: text, ...shown(key) })}\n`)
          else {
            stderr.write(
              `Key ${key.id} of ${company ?? 'every company'} (${scope.join(', ')}). ${usage(key)}\n`
            )
            stdout.write(`${text}\n`)
          }
          return 0
        },
        { makesFolder: true }
      )
    })

  command.command('list')
    .description('list keys, never their secrets')
    .addOption(new Option('--company <id>', 'only keys of this company').argParser(companyId))
    .option('--json', 'print one JSON object per line')
    .action(async ({ company, json }: { company?: string, json?: true }) => withStore(async store => {
      const keys = await store.list(company)
      if (json) for (const key of keys) stdout.write(`${JSON.stringify(shown(key))}\n`)
      else stdout.write(keys.length === 0 ? 'There are no keys.\n' : table(keys, new Date()))
      return 0
    }))

  command.command('revoke')
    .description('revoke keys; they stop working within 30 seconds')
    .argument('<id...>', 'ids from `list`, or whole keys')
    .action(async (ids: string[]) => withStore(async store => {
      let failed = 0
      for (const given of ids) {
        const id = /^cau_(?:(?:sign|site)_)?([A-Za-z0-9]{12})(?:_|$)/.exec(given)?.[1] ?? given
        if (await store.revoke(id, new Date().toISOString())) stderr.write(`Key ${id} is revoked.\n`)
        else {
          failed = 1
          stderr.write(`There is no key ${id}.\n`)
        }
      }
      if ((await store.list()).every(({ revokedAt }) => revokedAt !== null)) {
        stderr.write('No key works any more, and the service still asks for one: create another with `causerie keys create`.\n')
      }
      return failed
    }))
  return command
}

/** Returns what is wrong with the options together; null if nothing is. */
function problemOf ({ kind, company, any, scope, origins }: {
  kind: KeyKind, company: string | undefined, any: true | undefined, scope: Scope[], origins: string[]
}): string | null {
  if (kind === 'api' && company === undefined && !any) return 'No company given. Use --company ID, or --any for all companies.'
  const problem = problemOfKey({ kind, company: company ?? null, scopes: scope, origins })
  return problem === null ? null : `${problem} See the options --kind, --company, --scope and --origin.`
}

/** Throws when there is no such company: a key for it would never work, and may have a typing error in it. */
async function requireCompany (store: CommandKeyStore, company: string | undefined): Promise<void> {
  if (company === undefined || await store.hasCompany(company)) return
  throw new Error(`Unknown company "${company}". Known: ${(await store.companies()).slice(0, maxNamed).join(', ') || 'none'}. ` +
    `Create it first: causerie company create ${company}`)
}

/** Returns what to do with a new key. */
function usage ({ kind, id }: ApiKey): string {
  if (kind === 'site') return 'It is public: put it into the page. It gives visitors tokens from its origins alone: POST /v1/visitors.'
  const isSecret = 'It is not shown again.'
  if (kind === 'api') return `${isSecret} Send it as "Authorization: Bearer <key>".`
  return `${isSecret} Sign tokens with it (JWT, HS256), with kid "${id}" in the header, and sub, exp and groups.`
}

function readOrigins (text: string): string[] {
  return text.split(',').map(given => {
    const origin = readOrigin(given)
    if (origin === null) {
      throw new InvalidArgumentError(`"${printable(given.trim())}" is no origin. Write https://shop.example or http://localhost:5173.`)
    }
    return origin
  })
}

function companyId (text: string): string {
  if (!new RegExp(companyIdPattern).test(text)) {
    throw new InvalidArgumentError('Not a company id. Use letters, digits, _ and -, no double underscore, no _ at the end.')
  }
  return text
}

function readScopes (text: string): Scope[] {
  const given = text.split(',').map(scope => scope.trim()).filter(Boolean)
  const unknown = given.find(scope => !scopes.includes(scope as Scope))
  if (unknown !== undefined || given.length === 0) {
    throw new InvalidArgumentError(`Unknown scope "${unknown ?? ''}". Known: ${scopes.join(', ')}.`)
  }
  return scopes.filter(scope => given.includes(scope))
}

const unitMs: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Parses `90d`, `12h`, `4w` (counted from `now`) or a date, and returns it as ISO 8601. */
export function readExpiry (text: string, now: Date): string {
  const [, count, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? []
  const at = count === undefined ? Date.parse(text) : now.getTime() + Number(count) * unitMs[unit!]!
  if (!(at > now.getTime())) throw new InvalidArgumentError('Give a time in the future: 90d, 12h, 4w, or a date such as 2027-01-31.')
  return new Date(at).toISOString()
}

/** Returns the public fields of a key. */
function shown ({ hash, secret, ...rest }: ApiKey) {
  return rest
}

function table (keys: readonly ApiKey[], now: Date): string {
  const day = (time: string | null) => time?.slice(0, 10) ?? ''
  const rows = keys.map(({ kind, id, company, scopes, origins, name, createdAt, expiresAt, revokedAt }) => [
    id,
    kind,
    company ?? '(any)',
    scopes.join(','),
    day(createdAt),
    day(expiresAt),
    revokedAt !== null ? `revoked ${day(revokedAt)}` : expiresAt !== null && Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'works',
    printable([name, ...origins].filter(Boolean).join(' ')),
  ])
  const head = ['ID', 'KIND', 'COMPANY', 'SCOPES', 'CREATED', 'EXPIRES', 'STATE', 'NAME']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]!.length)))
  return [head, ...rows].map(row => `${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()}\n`).join('')
}
