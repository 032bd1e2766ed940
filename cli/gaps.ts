// `causerie gaps …`: lists, shows, closes, dismisses, assigns and merges what customers asked in vain.
import { Command, Option } from 'commander'
import { companyOption, counted, newCommand, printable, textOrFile, wholeNumber, withService } from './action.ts'
import type { CommandIo } from './command-io.ts'
import { jsonBody, type Service } from './service.ts'

interface Options {
  company: string
  url?: string
  json?: true
  status: string
  assignee?: string
  limit: number
  question?: string
  answer?: string
  variant?: string[]
  index?: string
  link?: string
  reason?: string
}
interface Gap {
  id: string
  status: string
  assignee: string | null
  dismiss_reason: string | null
  question: string
  people: number
  questions: number
  trend: { change: number | null }
}
interface GapDetail extends Gap {
  examples: { question: string, times: number }[]
  passages: { id: string, title: string, why: { text: string } }[]
  draft: { index: string, question: string, answer: string, variants: string[], from: string }
}
interface Published { gap: Gap, check: { asked: number, answered: number, unanswered: string[] } }
type Work = (service: Service, options: Options, args: string[]) => Promise<number>

/** The questions of a gap are asked again, for up to a minute. */
const publishMs = 180_000

export function gapsCommand (io: CommandIo): Command {
  const { stdout } = io
  const command = newCommand(io, 'gaps')
    .description('See what customers asked in vain, and close it with an FAQ entry')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `
Put a key with the scope write into CAUSERIE_KEY, if the service asks for keys.
Exit code 0: done; 1: failed, or publish left questions without an answer; 2: wrong usage.

Examples:
  causerie gaps list --company acme
  causerie gaps publish gap_x7 --company acme --answer "Yes, for 3 €."
  causerie gaps top --company acme`)

  const print = (line: string) => { stdout.write(`${printable(line)}\n`) }
  /** Adds a command whose action talks to the service. */
  function add (name: string, description: string, work: Work): Command {
    return command.command(name).description(description)
      .addOption(companyOption())
      .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
      .option('--json', 'print what the service answers')
      .action((...args: unknown[]) => {
        const options = args.at(-2) as Options
        return withService(io, { url: options.url, scope: 'write' }, service =>
          work(service, options, args.slice(0, -2).flat() as string[]))
      })
  }
  const path = (id: string, action = '') => `/v1/gaps/${encodeURIComponent(id)}${action && `/${action}`}`
  const post = <T>(service: Service, { company }: Options, id: string, action: string, body: object = {}) =>
    service.ask<T>('POST', path(id, action), { body: jsonBody({ company_id: company, ...body }), silenceMs: publishMs })
  const say = (answer: object, { json }: Options, lines: string[]) => {
    if (json) stdout.write(`${JSON.stringify(answer)}\n`)
    else lines.forEach(print)
    return 0
  }

  add('list', 'list gaps, those that most people asked about first', async (service, options) => {
    const { company, status, assignee, limit } = options
    const query = { company_id: company, status, assignee, limit: String(limit) }
    const found = await service.ask<{ data: Gap[] }>('GET', '/v1/gaps', { query })
    return say(found, options, found.data.length === 0 ? ['no gaps'] : found.data.map(lineOf))
  })
    .addOption(new Option('--status <status>', 'which ones').choices(['open', 'dismissed', 'published', 'all']).default('open'))
    .option('--assignee <name>', 'only those of one person')
    .addOption(new Option('--limit <n>', 'how many').argParser(wholeNumber(1, 100)).default(20))

  add('show', 'show a gap, the nearest passages, and a draft of an entry', async (service, options, [id]) => {
    const gap = await service.ask<GapDetail>('GET', path(id!), { query: { company_id: options.company } })
    const { examples, passages, draft } = gap
    return say(gap, options, [
      lineOf(gap), '', 'Asked:', ...examples.map(({ question, times }) => `  ${question}${times > 1 ? ` (${times} times)` : ''}`),
      '', 'Nearest passages:', ...passages.map(({ id, title, why }) => `  ${id}  ${title}: ${why.text}`),
      '', `Draft for the index ${draft.index} (from: ${draft.from}):`, `  ${draft.question}`, `  ${draft.answer || '(no answer yet)'}`,
    ])
  }).argument('<id>')

  add('publish', 'write an FAQ entry, and ask the questions of the gap again', async (service, options, [id]) => {
    const draft = options.question === undefined || options.answer === undefined
      ? (await service.ask<GapDetail>('GET', path(id!), { query: { company_id: options.company } })).draft
      : undefined
    const { question = draft!.question, index, variant: variants, link: url } = options
    const answer = await textOrFile(options.answer ?? '') || draft!.answer
    if (answer === '') throw new Error('The draft has no answer. Write one: --answer "…", or --answer @file.')
    const done = await post<Published>(service, options, id!, 'publish', { question, answer, index, variants, url })
    const { asked, answered, unanswered } = done.check
    say(done, options, [`${answered} of ${counted(asked, 'question')} answered`, ...unanswered.map(text => `  not answered: ${text}`)])
    return unanswered.length === 0 ? 0 : 1
  }).argument('<id>')
    .option('--question <text>', 'the question of the entry (default: that of the draft)')
    .option('--answer <text>', 'the answer, or @file (default: that of the draft; read it first)')
    .option('--variant <text...>', 'other words for the question (default: those of the gap that need it)')
    .option('--index <kind>', 'the index (default: the FAQ)')
    .option('--link <url>', 'a page that says more')

  add('dismiss', 'no longer list a gap as open', async (service, options, [id]) => {
    const gap = await post<Gap>(service, options, id!, 'dismiss', { reason: options.reason })
    return say(gap, options, [lineOf(gap)])
  }).argument('<id>').option('--reason <text>', 'why')
  add('reopen', 'open a gap again', async (service, options, [id]) => {
    const gap = await post<Gap>(service, options, id!, 'reopen')
    return say(gap, options, [lineOf(gap)])
  }).argument('<id>')
  add('assign', 'assign a gap to a person, or to no one', async (service, options, [id, assignee]) => {
    const gap = await post<Gap>(service, options, id!, 'assign', { assignee: assignee ?? null })
    return say(gap, options, [lineOf(gap)])
  }).argument('<id>').argument('[name]')
  add('merge', 'make other gaps a part of one', async (service, options, [id, ...from]) => {
    const gap = await post<Gap>(service, options, id!, 'merge', { from })
    return say(gap, options, [lineOf(gap)])
  }).argument('<id>').argument('<others...>')
  add('top', 'list the questions that were asked most in the last 24 hours', async (service, options) => {
    const query = { company_id: options.company }
    const top = await service.ask<{ data: { question: string, times: number }[] }>('GET', '/v1/top-questions', { query })
    if (top.data.length === 0) return say(top, options, ['no question was asked by two users or more'])
    return say(top, options, top.data.map(({ question, times }) => `${String(times).padStart(4)}  ${question}`))
  })
  return command
}

function lineOf ({ id, status, assignee, dismiss_reason: reason, question, people, questions, trend: { change } }: Gap): string {
  const trend = change === null ? '' : `, ${change >= 0 ? '+' : '−'}${Math.abs(Math.round(change * 100))} % this week`
  const state = [reason === null ? status : `${status}: ${reason}`, ...(assignee === null ? [] : [assignee])].join(', ')
  return `${id}  ${people === 1 ? '1 person' : `${people} people`}, ${counted(questions, 'question')}${trend}  [${state}]  ${question}`
}
