// `causerie check isolation`: tries to get from one company to another on a running service, by every route.
import { Command } from 'commander'
import { interruptible, newCommand } from '../action.ts'
import type { CommandIo } from '../command-io.ts'
import { once, openService } from '../service.ts'
import { attemptsOf } from './attempts.ts'
import { createCaller, type Attempt, type Caller } from './caller.ts'
import { makeCompany, question, randomWord, useCompany } from './companies.ts'

interface Options { url?: string, json?: true }
interface Crossing { route: string, problem: string }
interface Row { route: string, tries: number, crossed: number }

/** What comes before an id in addresses. */
const listed = new Set([
  'chat', 'conversations', 'tasks', 'documents', 'gaps', 'curated', 'evaluations', 'sources', 'models', 'users', 'keys',
])
/** Statuses that say nothing: the service was busy, or has failed. */
const inconclusive = (status: number) => status === 429 || status >= 500

export function checkCommand (io: CommandIo): Command {
  const { stdout, stderr, env } = io
  const command = newCommand(io, 'check')
    .description('Check a running service')
    .showHelpAfterError('(see --help)')
  command.command('isolation')
    .description('make two companies, try to get from one to the other by every route, and remove them')
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', `
Needs a key with the scope admin for all companies in CAUSERIE_KEY. The companies have random ids, and are removed in any case.
A few dozen questions are asked, of the language model too.
Exit code 0: nothing crossed; 1: something did, or could not be tried; 2: wrong usage.`)
    .action(({ url, json }: Options) => interruptible(io, async signal => {
      const { address, close } = openService({ url, env, scope: 'admin', patience: once, signal })
      await close()
      const operator = env.CAUSERIE_KEY ?? ''
      const call = createCaller(address, env, signal)
      try {
        await requireOperator(call, operator)
        const { rows, crossings } = await check(call, operator, text => { if (!json) stderr.write(`${text}\n`) })
        if (json) stdout.write(`${JSON.stringify({ ok: crossings.length === 0, tries: sum(rows), crossings, routes: rows })}\n`)
        else {
          const width = Math.max(...rows.map(({ route }) => route.length))
          for (const { route, tries, crossed } of rows) {
            stdout.write(`${route.padEnd(width)}  ${tries} tries  ${crossed === 0 ? 'ok' : `${crossed} CROSSED`}\n`)
          }
          for (const { route, problem } of crossings) stdout.write(`${route}: ${problem}\n`)
          const result = crossings.length === 0 ? 'Nothing crossed in' : `${crossings.length} problems in`
          stdout.write(`${result} ${sum(rows)} tries.\n`)
        }
        return crossings.length === 0 ? 0 : 1
      } finally {
        await call.close()
      }
    }))
  return command
}

const sum = (rows: readonly Row[]) => rows.reduce((total, { tries }) => total + tries, 0)

/** Throws unless the key is an operator's. Without keys there is nothing to check, and the first key would close the service. */
async function requireOperator (call: Caller, key: string): Promise<void> {
  const { status, json } = await call({ method: 'GET', path: '/v1/access', key })
  const needed = 'a key with the scope admin for all companies'
  if (status !== 200) throw new Error(`${json.message ?? `HTTP ${status}`} Put ${needed} into CAUSERIE_KEY.`)
  if (json.keyless) {
    throw new Error('The service asks for no keys, so nothing separates companies. First: causerie keys create --any --scope admin')
  }
  if (json.company_id !== null || !json.scopes.includes('admin')) throw new Error(`The key in CAUSERIE_KEY is not ${needed}.`)
}

async function check (call: Caller, operator: string, say: (text: string) => void): Promise<{ rows: Row[], crossings: Crossing[] }> {
  const ids = ['a', 'b'].map(name => `check-${name}-${randomWord().slice(0, 8)}`)
  const rows = new Map<string, Row>()
  const crossings: Crossing[] = []
  const run = async (attempts: Attempt[]) => {
    for (const attempt of attempts) {
      const route = routeOf(attempt, ids)
      const row = rows.get(route) ?? { route, tries: 0, crossed: 0 }
      rows.set(route, row)
      row.tries++
      const problem = problemOf(attempt, await call(attempt))
      if (problem === null) continue
      row.crossed++
      crossings.push({ route, problem })
    }
  }
  try {
    say(`Making ${ids.join(' and ')}.`)
    const a = await makeCompany(call, operator, ids[0]!)
    const b = await makeCompany(call, operator, ids[1]!)
    say('Trying with cold caches.')
    await useCompany(call, a)
    await run(await attemptsOf(b, a, 'cold'))
    say('Trying with warm caches, both ways.')
    try {
      await useCompany(call, b)
    } catch (error) {
      // What one company finds of the other may stand in for its own.
      if (crossings.length === 0) throw error
      return { rows: sorted(rows), crossings }
    }
    await run(await attemptsOf(a, b, 'warm-a'))
    await run(await attemptsOf(b, a, 'warm-b'))
    // What was tried has changed nothing.
    for (const company of [a, b]) {
      const own = await call({ method: 'POST', path: '/search', key: company.chat, body: { message: question } })
      if (own.text.includes(company.mark)) continue
      crossings.push({ route: 'POST /search', problem: 'a company no longer finds its own documents' })
    }
  } finally {
    for (const id of ids) {
      const { status } = await call({ method: 'DELETE', path: `/v1/companies/${id}`, key: operator })
      if (status !== 200 && status !== 404) say(`${id} could not be removed (HTTP ${status}): causerie company delete ${id} --yes`)
    }
  }
  return { rows: sorted(rows), crossings }
}

function sorted (rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].sort((x, y) => x.route < y.route ? -1 : 1)
}

/** Returns what is wrong with the answer to an attempt; null if nothing is. */
function problemOf ({ marks, mustFail }: Attempt, { status, text }: { status: number, text: string }): string | null {
  if (marks.some(mark => text.includes(mark))) return `the response (HTTP ${status}) holds what belongs to another company or user`
  if (inconclusive(status)) return `it could not be tried: HTTP ${status}`
  return mustFail && status < 400 ? `it was not refused: HTTP ${status}` : null
}

/** Returns the route of an attempt, with names for its ids. */
function routeOf ({ method, path }: Attempt, ids: readonly string[]): string {
  const segments = path.split('?')[0]!.split('/').map((segment, i, all) => {
    const isId = ids.includes(segment) || listed.has(all[i - 1] ?? '')
    return isId && i > 1 && !['completions', 'stream', 'running'].includes(segment) ? '{id}' : segment
  })
  return `${method} ${segments.join('/')}`
}
