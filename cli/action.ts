// Shared by the commands that talk to a running service: options, interruption, checks, failure messages.
import { readFile } from 'node:fs/promises'
import { Command, Help, InvalidArgumentError, Option } from 'commander'
import { companyIdPattern, indexKindPattern } from '../src/ids.ts'
import { UsageError, unreadable, type CommandIo } from './command-io.ts'
import { ServiceError, once, openService, type Service } from './service.ts'

export interface IndexOptions { company: string, index: string, url?: string }

/** Creates a command that prints to `io`, and ends with exit code 2 when its options are wrong. */
export function newCommand (io: CommandIo, name: string): Command {
  const { stdout, stderr } = io
  return new Command(name)
    .configureHelp({
      // An empty list or text says nothing.
      optionDescription: option => String(option.defaultValue ?? '') === '' ? option.description : new Help().optionDescription(option),
    })
    .configureOutput({ writeOut: text => { stdout.write(text) }, writeErr: text => { stderr.write(text) } })
    .exitOverride(({ exitCode }) => io.exit(exitCode === 0 ? 0 : 2))
}

/** Creates a command that works on one index of one company. */
export function indexCommand (io: CommandIo, name: string): Command {
  return newCommand(io, name)
    .showHelpAfterError('(see --help)')
    .addOption(companyOption('the company that the documents belong to'))
    .addOption(
      new Option('--index <kind>', "the index, as the company's profile names it")
        .makeOptionMandatory()
        .argParser(matching(indexKindPattern, 'index'))
    )
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
}

/** Creates the option that names a company, which is needed. */
export function companyOption (description = 'the company'): Option {
  return new Option('--company <id>', description).makeOptionMandatory().argParser(matching(companyIdPattern, 'company id'))
}

/** Runs an action that can be interrupted, like `withExitCode`. A second interruption ends the process. */
export function interruptible (io: CommandIo, run: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const abort = new AbortController()
  const interrupt = () => abort.abort(new Error('Interrupted.'))
  io.once('SIGINT', interrupt)
  io.once('SIGTERM', interrupt)
  return withExitCode(io, () => run(abort.signal)).finally(() => {
    io.off('SIGINT', interrupt)
    io.off('SIGTERM', interrupt)
  })
}

/** Runs an action; a failure becomes one line and an exit code. */
export async function withExitCode (io: CommandIo, run: () => Promise<number>): Promise<void> {
  try {
    io.exitCode = await run()
  } catch (error) {
    io.stderr.write(`${failureText(error)}\n`)
    io.exitCode = error instanceof UsageError ? 2 : 1
  }
}

/** Runs an action that can be interrupted, with a connection to the service, which is closed afterwards. */
export function withService (
  io: CommandIo, { url, scope }: Pick<Parameters<typeof openService>[0], 'url' | 'scope'>, run: (service: Service) => Promise<number>
): Promise<void> {
  return interruptible(io, async signal => {
    const service = openService({ url, env: io.env, scope, patience: once, signal })
    try {
      return await run(service)
    } finally {
      await service.close()
    }
  })
}

/** Yields the pages of one of the service's lists. */
export async function * pagesOf<T> (
  service: Service, path: string, query: Record<string, string | undefined> = {}
): AsyncGenerator<T[]> {
  for (let after: string | null | undefined; after !== null;) {
    const page: { data: T[], next: string | null } = await service.ask('GET', path, { query: { ...query, after } })
    yield page.data
    after = page.next
  }
}

/** Checks that the service is running, accepts the key and has the index, before anything is read or sent. Throws ServiceError. */
export async function requireIndex (service: Service, company: string, kind: string): Promise<void> {
  const { data } = await service.ask<{ data: { kind: string }[] }>('GET', '/v1/indexes', { query: { company_id: company } })
  if (data.some(index => index.kind === kind)) return
  const known = data.map(({ kind }) => kind).join(', ') || 'none'
  const message = `${company} has no index ${kind}. It has: ${known}. Add it: causerie company set ${company} --index ${kind}`
  throw new ServiceError(400, 'UNKNOWN_INDEX', message)
}

/** Reports once that the service is unreachable, and once that it is back. */
export function sayWaiting (say: (text: string) => void): { onWait: (reason: string) => void, onBack: () => void } {
  let said = ''
  return {
    onWait (reason) {
      if (reason !== said) say(`${reason} Retrying.`)
      said = reason
    },
    onBack () {
      if (said !== '') say('The service answers again.')
      said = ''
    },
  }
}

/** Returns one line that explains why a command ended. */
export function failureText (error: unknown): string {
  const { code, message } = error as { code?: unknown, message: string }
  return `${printable(message)}${typeof code !== 'string' || code === 'UNREACHABLE' ? '' : ` (${code})`}`
}

/** Parses an option that may be repeated. */
export function several (value: string, before: string[] = []): string[] {
  return [...before, value]
}

/** Returns a parser of whole numbers from `least` to `most`. */
export function wholeNumber (least: number, most: number) {
  return (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Give a whole number, ${least} to ${most}.`)
    return value
  }
}

/** Replaces control characters: a name could otherwise break the line or send commands to the terminal. */
export function printable (text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{FFFD}')
}

/** Formats a count: `1 file`, `2 files`. */
export function counted (n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** Formats a number of bytes: `12.3 MB`. */
export function sizeText (bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const unit = bytes < 999_950 ? 'kB' : bytes < 999_950_000 ? 'MB' : 'GB'
  return `${(bytes / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit]!).toFixed(1)} ${unit}`
}

/** Returns the text that an option gives, or that of a file: `@file`. */
export async function textOrFile (given: string): Promise<string> {
  if (!given.startsWith('@')) return given
  const path = given.slice(1)
  return (await readFile(path, 'utf8').catch(error => { throw unreadable(path, error) })).trim()
}

/** Returns a parser of an option that must match a pattern. */
export function matching (pattern: string, what: string) {
  return (text: string): string => {
    if (!new RegExp(pattern).test(text)) throw new InvalidArgumentError(`Not a valid ${what}.`)
    return text
  }
}
