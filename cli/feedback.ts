// `causerie feedback …`: lists, exports and imports what users say about answers.
import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { toPair } from '../src/feedback/jsonl.ts'
import type { StoredFeedback } from '../src/feedback/store.ts'
import { companyOption, counted, newCommand, pagesOf, printable, wholeNumber, withService } from './action.ts'
import { unreadable, type CommandIo } from './command-io.ts'
import type { Service } from './service.ts'

interface Options {
  company: string
  url?: string
  rating?: string
  reason?: string
  since?: string
  limit: number
  pairs?: true
  scale?: string
}
type Entry = Pick<StoredFeedback, 'question' | 'answer' | 'correction' | 'score' | 'comment' | 'reasons'> & { updated_at: string }
type Work = (service: Service, options: Options, files: string[]) => Promise<number>

const entriesOfPage = 500
/** The lines of one request; MAX_MESSAGES_BYTES is a megabyte unless it is set. */
const partBytes = 500_000

export function feedbackCommand (io: CommandIo): Command {
  const { stdout } = io
  const command = newCommand(io, 'feedback')
    .description('List, export and import what users say about answers')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `
Put a key with the scope write into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed; 2: wrong usage.

Examples:
  causerie feedback list --company acme --rating down
  causerie feedback export --company acme --pairs > pairs.jsonl
  causerie feedback import pairs.jsonl --company acme`)

  function add (name: string, description: string, work: Work): Command {
    return command.command(name).description(description)
      .addOption(companyOption())
      .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
      .action((...args: unknown[]) => {
        const options = args.at(-2) as Options
        return withService(io, { url: options.url, scope: 'write' }, service =>
          work(service, options, args.slice(0, -2).flat() as string[]))
      })
  }
  const withFilters = (own: Command) => own
    .addOption(new Option('--rating <sign>', 'only these').choices(['up', 'down', 'neutral']))
    .option('--reason <name>', 'only those with this reason')
    .option('--since <time>', 'only those of this time or later, e.g. 2026-03-01T00:00:00Z')

  const read = (service: Service, { company, rating, reason, since }: Options) =>
    pagesOf<Entry>(service, '/v1/feedback', { company_id: company, rating, reason, since, limit: String(entriesOfPage) })

  withFilters(add('list', 'list ratings, the newest first', async (service, options) => {
    const { limit } = options
    let left = limit
    for await (const page of read(service, options)) {
      for (const entry of page.slice(0, left)) stdout.write(`${printable(lineOf(entry))}\n`)
      left -= page.length
      if (left <= 0) break
    }
    if (left === limit) io.stderr.write('No ratings.\n')
    return 0
  })).addOption(new Option('--limit <n>', 'how many').argParser(wholeNumber(1, 100_000)).default(50))

  withFilters(add('export', 'print ratings as lines of JSON', async (service, options) => {
    for await (const page of read(service, options)) {
      for (const entry of page) stdout.write(`${JSON.stringify(options.pairs ? toPair(entry as unknown as StoredFeedback) : entry)}\n`)
    }
    return 0
  })).option('--pairs', 'as {"input","target","score"}, score 0 to 1')

  add('import', 'read lines of JSON: those of an export, or {"input","target","score"}', async (service, { company, scale }, files) => {
    const total = { imported: 0, changed: 0 }
    for (const file of files) {
      for (const part of partsOf(await readFile(file, 'utf8').catch(error => { throw unreadable(file, error) }))) {
        const body = { make: () => part, length: Buffer.byteLength(part), type: 'application/x-ndjson' }
        const done = await service.ask<typeof total>('POST', '/v1/feedback/import', { query: { company_id: company, scale }, body })
        total.imported += done.imported
        total.changed += done.changed
      }
    }
    stdout.write(`${counted(total.imported, 'rating')} imported, ${total.changed} changed\n`)
    return 0
  }).argument('<files...>')
    .addOption(new Option('--scale <scale>', 'of pairs without a scale of their own').choices(['unit', 'thumbs', 'stars']))
  return command
}

function lineOf ({ updated_at: time, score, question, reasons, comment }: Entry): string {
  const sign = score > 0 ? '+' : score < 0 ? '−' : ' '
  const about = [...(reasons.length > 0 ? [`[${reasons.join(', ')}]`] : []), ...(comment === '' ? [] : [`"${comment}"`])].join(' ')
  return `${time.slice(0, 16)}  ${sign}${Math.abs(score).toFixed(1)}  ${question}${about === '' ? '' : `  ${about}`}`
}

/** Splits lines into requests. */
function partsOf (text: string): string[] {
  const parts: string[] = []
  let part = ''
  for (const line of text.split('\n')) {
    if (part !== '' && Buffer.byteLength(part) + Buffer.byteLength(line) > partBytes) {
      parts.push(part)
      part = ''
    }
    part += `${line}\n`
  }
  return part.trim() === '' ? parts : [...parts, part]
}
