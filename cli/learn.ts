// `causerie learn`: fits a company's weights to what is known of its answers, shows what that gains, lists versions, and takes them back.
import { basename } from 'node:path'
import { Command, Option } from 'commander'
import { sleep } from '../src/async/signals.ts'
import { readSet } from '../src/evaluation/read-set.ts'
import type { Change, LearningVerdict } from '../src/learning/report.ts'
import { companyOption, counted, newCommand, printable, several, wholeNumber, withService } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'
import { readText } from './evaluation/set-file.ts'
import { createProgress } from './progress.ts'
import { ServiceError, jsonBody, type Service } from './service.ts'

interface Options {
  company: string
  url?: string
  set?: string[]
  dryRun?: true
  json?: true
  list?: true
  rollback?: true
  use?: string
  seed: number
}

type Compared = Record<'points' | 'mrr' | 'answers', Change> | null

export interface Version {
  id: string
  in_use: boolean
  proven: boolean
  replaced: string | null
  created_at: string
  weights: Record<'similarity' | 'title' | 'ngram' | 'floor', number> & Record<'indexes' | 'units', Record<string, number>>
  report: {
    verdict: LearningVerdict
    cases: Record<'feedback' | 'curated' | 'set', number>
    held_out: Compared
    anchors: Compared
    step: number
  }
}

interface Listed {
  in_use: string | null
  running: { id: string, done: number, total: number } | null
  failure: string | null
  data: Version[]
}

const verdicts: Record<LearningVerdict, string> = {
  better: 'better on held-out cases, and no worse on the anchors',
  too_few: 'too few rated questions to learn from',
  no_gain: 'no sure gain on held-out cases',
  anchors_worse: 'better on its own cases, but the anchors got worse',
}
/** The most cases of one request. */
const maxCases = 1000

/** @param pollMs how often the service is asked how far it is; shorter in tests */
export function learnCommand (io: CommandIo, pollMs = 1000): Command {
  const { stdout, stderr } = io
  const print = (line: string) => { stdout.write(`${printable(line)}\n`) }
  return newCommand(io, 'learn')
    .description('Fit ranking, floor and sentence weights of a company to its feedback, and undo it')
    .showHelpAfterError('(see --help)')
    .addOption(companyOption())
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .option('--set <file>', 'learn from a set of your own, too; may be repeated (formats: causerie eval)', several)
    .option('--dry-run', 'put nothing into use')
    .addOption(new Option('--seed <n>', 'of the folds').argParser(wholeNumber(0, 1e9)).default(1))
    .option('--list', 'list the versions instead')
    .option('--rollback', 'put back into use what was in use before')
    .option('--use <version>', 'put a proven version into use; "shipped" = the shipped weights')
    .option('--json', 'write JSON')
    .addHelpText('after', `
Learns from ratings, curated answers and sets. The new weights are measured on cases that they were not fitted on (five folds),
and put into use only when these are surely better and questions about the sample companies no worse. docs/learn.md explains it.
Put a key with the scope admin into CAUSERIE_KEY if the service asks for keys.
Exit code 0: done, also without a gain; 1: failed; 2: wrong usage.

Examples:
  causerie learn --company acme --dry-run
  causerie learn --company acme --set questions.csv
  causerie learn --company acme --rollback`)
    .action((options: Options) => withService(io, { url: options.url, scope: 'admin' }, service => run(service, options)))

  async function run (service: Service, options: Options): Promise<number> {
    const { company, rollback, use, list, json } = options
    if ([rollback, use, list].filter(one => one !== undefined).length > 1) throw new UsageError('Give one of --list, --rollback, --use.')
    if (rollback || use !== undefined) {
      const version = use === 'shipped' ? null : use
      const body = jsonBody({ company_id: company, ...(rollback ? {} : { version }) })
      const said = await service.ask<{ in_use: string | null }>('POST', '/v1/learning/rollback', { body })
      print(json ? JSON.stringify(said) : `In use: ${said.in_use ?? 'the shipped weights'}`)
      return 0
    }
    if (list) {
      const listed = await read(service, company)
      if (json) print(JSON.stringify(listed))
      else if (listed.data.length === 0) stderr.write('Nothing was learnt yet: the shipped weights are in use.\n')
      else listed.data.forEach(one => print(lineOf(one)))
      return 0
    }
    const version = await learn(service, options)
    if (json) print(JSON.stringify(version))
    else reportOf(version).forEach(print)
    return 0
  }

  async function learn (service: Service, { company, set = [], dryRun, seed }: Options): Promise<Version> {
    const cases = (await Promise.all(set.map(readCases))).flat()
    if (cases.length > maxCases) throw new UsageError(`The sets have ${cases.length} questions; ${maxCases} at most.`)
    const body = jsonBody({ company_id: company, dry_run: dryRun === true, seed, ...(cases.length > 0 ? { cases } : {}) })
    const { id } = await service.ask<{ id: string }>('POST', '/v1/learning', { body })
    const progress = createProgress({ output: stderr, label: 'learning', total: null, unit: 'questions asked' })
    try {
      for (;;) {
        const { running, failure, data } = await read(service, company)
        const made = data.find(one => one.id === id)
        if (made) return made
        if (running?.id !== id) throw new ServiceError(500, 'LEARNING_FAILED', failure ?? 'The service was started again. Try again.')
        progress.update(running.done, `of about ${running.total}`)
        await sleep(pollMs)
      }
    } finally {
      progress.end()
    }
  }
}

function read (service: Service, company: string): Promise<Listed> {
  return service.ask<Listed>('GET', '/v1/learning', { query: { company_id: company } })
}

async function readCases (path: string) {
  const { cases } = await readText(path).then(text => readSet(text, basename(path)))
    .catch(error => { throw error instanceof UsageError ? error : new UsageError(`${path} cannot be read: ${(error as Error).message}`) })
  return cases.map(({ question, answers, sources, answerable }) => ({ question, answers, sources, answerable }))
}

function lineOf ({ id, created_at: at, in_use: isUsed, proven, report: { verdict, held_out: heldOut } }: Version): string {
  const gain = heldOut ? `  ${points(heldOut.points)}` : ''
  return `${id}  ${at.slice(0, 16)}  ${verdicts[verdict]}${gain}${isUsed ? '  [in use]' : proven ? '  [can be used]' : ''}`
}

/** Writes a report as lines for people. */
export function reportOf ({ id, in_use: isUsed, proven, weights, report }: Version): string[] {
  const { cases: { feedback, curated, set }, held_out: heldOut, anchors, verdict } = report
  const { indexes, units, ...numbers } = weights
  const changed = [
    ...Object.entries(numbers), ...Object.entries(indexes).map(([index, value]): [string, number] => [`index ${index}`, value]),
    ...Object.entries(units).map(([name, value]): [string, number] => [`sentence ${name}`, value]),
  ].filter(([, value]) => value !== 0)
  return [
    `${counted(feedback, 'rated question')}, ${counted(curated, 'curated one')}, ${set} of sets`,
    ...figuresOf('held out', heldOut),
    ...figuresOf('anchors', anchors),
    `weights: ${changed.length === 0 ? 'as shipped' : changed.map(([name, value]) => `${name} ${signed(value)}`).join(', ')}`,
    `${verdicts[verdict][0]!.toUpperCase()}${verdicts[verdict].slice(1)}.`,
    isUsed ? `In use: ${id}` : proven ? `Not in use: causerie learn --use ${id}` : 'Not in use.',
  ]
}

function figuresOf (name: string, compared: Compared): string[] {
  if (!compared) return []
  return (['mrr', 'answers'] as const).map(figure => `${name}, ${figure === 'mrr' ? 'MRR' : 'answers'}: ${points(compared[figure])}`)
}

function points ({ n, before, after, low, high }: Change): string {
  const percent = (share: number) => (100 * share).toFixed(1)
  return `${percent(before)} → ${percent(after)} (${signed(100 * low, 1)} to ${signed(100 * high, 1)}, ${counted(n, 'case')})`
}

function signed (value: number, digits = 2): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
}
