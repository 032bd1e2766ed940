// `causerie usage` and `causerie audit`: what companies have used, and who has changed what, from a running service.
import { Command, Option } from 'commander'
import { companyIdPattern } from '../src/ids.ts'
import { counted, matching, newCommand, pagesOf, printable, withService } from './action.ts'
import type { CommandIo } from './command-io.ts'
import type { Service } from './service.ts'

interface Options {
  url?: string
  company?: string
  from?: string
  to?: string
  by: string
  csv?: true
  json?: true
  since?: string
  until?: string
  action?: string
}
type Row = Record<'day' | 'key' | 'kind' | 'name', string | null> &
  Record<'questions' | 'input_tokens' | 'output_tokens' | 'searches', number>
interface Report { company_id: string, data: Row[], storage: { bytes: number, documents: number } }
interface Change { at: string, company_id: string | null, action: string, target: string, key: string | null, by: string | null }

function make (io: CommandIo, name: string, description: string, help: string): Command {
  return newCommand(io, name)
    .description(description)
    .showHelpAfterError('(see --help)')
    .addOption(new Option('--company <id>', 'only this company').argParser(matching(companyIdPattern, 'company id')))
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .addHelpText('after', `
Put a key with the scope admin into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed; 2: wrong usage.
${help}`)
}

/** Returns an action with a connection to the service. */
function admin (io: CommandIo, work: (service: Service, options: Options) => Promise<void>) {
  return (options: Options) => withService(io, { url: options.url, scope: 'admin' }, async service => {
    await work(service, options)
    return 0
  })
}

async function companiesOf (service: Service, company: string | undefined): Promise<string[]> {
  if (company !== undefined) return [company]
  const ids: string[] = []
  for await (const page of pagesOf<{ id: string }>(service, '/v1/companies')) ids.push(...page.map(({ id }) => id))
  return ids
}

export function usageCommand (io: CommandIo): Command {
  const { stdout } = io
  return make(io, 'usage', 'Show questions, tokens, searches and storage of companies', `
Examples:
  causerie usage --company acme --from 2026-05-01 --to 2026-05-31 --by day,key --csv > may.csv
  causerie usage --by key`)
    .option('--from <day>', 'the first day, such as 2026-05-01 (default: 30 days ago)')
    .option('--to <day>', 'the last day (default: today, UTC)')
    .addOption(new Option('--by <group>', 'day, key, site, or day,key').default('day'))
    .option('--csv', 'print CSV')
    .option('--json', 'print one JSON object per company')
    .action(admin(io, async (service, { company, from, to, by, csv, json }) => {
      for (const [i, id] of (await companiesOf(service, company)).entries()) {
        const query = { company_id: id, from, to, by }
        if (csv && !json) {
          const chunks: Buffer[] = []
          await service.ask('GET', '/v1/usage', { query: { ...query, format: 'csv' }, onBytes: bytes => { chunks.push(bytes) } })
          const [head, ...lines] = Buffer.concat(chunks).toString().split('\r\n').filter(Boolean)
          stdout.write([...(i === 0 ? [`company,${head}`] : []), ...lines.map(line => `${id},${line}`)].map(line => `${line}\r\n`).join(''))
          continue
        }
        const report = await service.ask<Report>('GET', '/v1/usage', { query })
        if (json) stdout.write(`${JSON.stringify(report)}\n`)
        else {
          stdout.write(`${id}: ${counted(report.storage.documents, 'document')}, ${(report.storage.bytes / 1e6).toFixed(1)} MB\n`)
          for (const { day, key, kind, name, questions, input_tokens: input, output_tokens: output, searches } of report.data) {
            const who = [day, key ?? (by === 'day' ? null : '(no key)'), kind, name && printable(name)].filter(Boolean).join(' ')
            const searched = counted(searches, 'search', 'searches')
            stdout.write(`  ${who}: ${counted(questions, 'question')}, ${input} + ${output} tokens, ${searched}\n`)
          }
        }
      }
    }))
}

export function auditCommand (io: CommandIo): Command {
  const { stdout } = io
  return make(io, 'audit', 'Show who changed keys, documents, profiles, budgets and curated answers, the newest first', `
Examples:
  causerie audit --company acme --since 2026-05-01T00:00:00Z
  causerie audit --json > audit.jsonl`)
    .option('--since <time>', 'at this time or later, such as 2026-05-01T00:00:00Z')
    .option('--until <time>', 'before this time')
    .option('--action <name>', 'only these: key, document.delete; with commas between them')
    .option('--json', 'print one JSON object per change')
    .action(admin(io, async (service, { company, since, until, action, json }) => {
      const query = { company_id: company, since, until, action }
      if (json) {
        await service.ask('GET', '/v1/audit/export', { query, onBytes: bytes => { stdout.write(bytes) } })
        return
      }
      let count = 0
      for await (const page of pagesOf<Change>(service, '/v1/audit', query)) {
        count += page.length
        for (const { at, company_id: id, action, target, key, by } of page) {
          const who = [key, by && printable(by)].filter(Boolean).join(' ') || 'no key'
          stdout.write(`${at}  ${id ?? '(all)'}  ${action}  ${printable(target)}  by ${who}\n`)
        }
      }
      if (count === 0) io.stderr.write('No changes.\n')
    }))
}
