// `causerie eval`: asks a set of questions of a running service, and shows how good its answers are and why the others are not.
import { constants } from 'node:fs'
import { access, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { compareRuns, failuresOf, parseRules, type Rule } from '../src/evaluation/compare-runs.ts'
import { toKept } from '../src/evaluation/kept-report.ts'
import { sample } from '../src/evaluation/random.ts'
import { readSet, setFormats, type SetFormat } from '../src/evaluation/read-set.ts'
import { reportHtml } from '../src/evaluation/report-html.ts'
import { reportJunit } from '../src/evaluation/report-junit.ts'
import { reportText } from '../src/evaluation/report-text.ts'
import { makeReport, readReport, type Report } from '../src/evaluation/report.ts'
import { runCases } from '../src/evaluation/run.ts'
import { companyIdPattern } from '../src/ids.ts'
import { failureText, interruptible, matching, newCommand, sayWaiting, several, wholeNumber } from './action.ts'
import { UsageError, type CommandIo } from './command-io.ts'
import { createAsk } from './evaluation/ask-service.ts'
import { openJudge } from './evaluation/judge.ts'
import { readText } from './evaluation/set-file.ts'
import { createProgress } from './progress.ts'
import { jsonBody, openService, patient, type Patience, type Service } from './service.ts'

interface EvalOptions {
  company?: string
  url?: string
  format?: SetFormat
  index?: string[]
  language?: string
  sample?: number
  seed: number
  concurrency?: number
  web?: true
  judge?: true
  baseline?: string
  failOn: Rule[]
  json?: string
  junit?: string
  html?: string
  save: boolean
}

interface Model { name: string, kind: 'extractive' | 'llm' }

/** Questions asked at once: the service searches together for those that come together, a language model only shares its time. */
const atOnce = { extractive: 16, llm: 4 }

/** @param patience how long to wait for an unreachable service, or one that refuses for a while; shorter in tests */
export function evalCommand (io: CommandIo, patience: Patience = { ...patient, awayMs: 30_000 }): Command {
  const { stdout, stderr, env } = io
  return newCommand(io, 'eval')
    .description('Ask a set of questions of a running service, and measure its answers')
    .showHelpAfterError('(see --help)')
    .argument('<set>', 'the questions: a golden set, SQuAD, JSON, JSON lines, or CSV')
    .addOption(
      new Option('--company <id>', 'the company to ask (default: the one that a golden set names)')
        .argParser(matching(companyIdPattern, 'company id'))
    )
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .addOption(new Option('--format <format>', 'the format of the set (default: seen from name and content)').choices(setFormats))
    .option('--index <kind>', 'ask only this index; may be repeated', several)
    .addOption(new Option('--language <language>', 'the language of the questions (default: detected)').choices(['fr', 'en', 'es', 'de']))
    .addOption(
      new Option('--sample <n>', 'ask only so many, drawn at random; required ones are always among them').argParser(wholeNumber(1, 1e6))
    )
    .addOption(new Option('--seed <n>', 'of that draw').argParser(wholeNumber(0, 1e9)).default(1))
    .addOption(
      new Option('--concurrency <n>', `questions asked at once (default: ${atOnce.extractive}, or ${atOnce.llm} of a language model)`)
        .argParser(wholeNumber(1, 32))
    )
    .option('--web', 'let the service search the web, if it is set up to')
    .option('--judge', 'have the language model of the settings (LLM_URL) judge faithfulness and relevance, too')
    .option('--baseline <file>', 'a report of --json to compare with')
    .addOption(
      new Option('--fail-on <rules>', 'exit with 1 when: required, a figure that drops surely (recall), or by more points (recall:-2)')
        .argParser(rules).default([], 'nothing')
    )
    .option('--json <file>', 'write the report as JSON; - is standard output, instead of the text')
    .option('--junit <file>', 'write it as JUnit XML')
    .option('--html <file>', 'write it as one HTML page')
    .option('--no-save', 'leave it out of the history of the service, where it is kept when the key has the scope write')
    .addHelpText('after', `
A question needs its text, and one of: accepted answers, the documents that answer (<index>/<id>, id, title or address), or
that there is no answer. The questions leave no trace in the service: no conversation, no count, no gap. The run itself goes into
the company's history, with personal data masked, if the key may write. docs/evaluate.md explains formats and figures.
If the service asks for keys, put one with the scope chat into CAUSERIE_KEY, or write for the history.
Exit code 0: done; 1: a rule of --fail-on is broken, or the service cannot be asked; 2: wrong usage.

Examples:
  causerie eval questions.csv --company acme --html report.html
  causerie eval golden.json --company acme --json today.json --baseline yesterday.json --fail-on required,recall:-2,right
  causerie eval dev-v2.0.json --company acme --sample 200 --seed 7`)
    .action((path: string, options: EvalOptions) => interruptible(io, signal => evaluate(path, options, signal)))

  async function evaluate (path: string, options: EvalOptions, signal: AbortSignal): Promise<number> {
    const { url, seed, failOn } = options
    const set = readSet(await readText(path), basename(path), options.format)
    const company = options.company ?? set.company
    if (company === undefined) throw new UsageError('Name the company: --company <id>')
    if (failOn.some(({ kind }) => kind === 'figure') && options.baseline === undefined) {
      throw new UsageError('--fail-on with a figure needs --baseline <file>.')
    }
    const baseline = options.baseline === undefined ? null : await readBaseline(options.baseline)
    const cases = options.sample === undefined ? set.cases : sample(set.cases, options.sample, seed, ({ required }) => required)
    for (const file of [options.json, options.junit, options.html]) await requireWritable(file)
    const service = openService({ url, env, scope: 'chat', patience, signal, ...sayWaiting(text => { stderr.write(`${text}\n`) }) })
    const { model, scopes } = await service.ask<{ model: Model, scopes: string[] }>('GET', '/v1/access')
    const concurrency = options.concurrency ?? atOnce[model.kind]
    const judge = options.judge ? await openJudge(env, signal) : null
    const progress = createProgress({ output: stderr, label: 'eval', total: cases.length, unit: 'questions' })
    const since = performance.now()
    const madeAt = new Date()
    try {
      const outcomes = await runCases(cases, {
        ask: createAsk(service, { company, indexes: options.index, language: options.language, web: options.web ?? false }),
        ...(judge ? { judge: judge.judge } : {}),
        concurrency,
        signal,
        onProgress: done => progress.update(done),
      }).finally(() => progress.end())
      const drawn = cases.length < set.cases.length ? { sample: { of: set.cases.length, seed } } : {}
      const run = {
        set: basename(path), company, service: service.address, model: model.name, madeAt, totalMs: performance.now() - since, ...drawn,
      }
      const report = makeReport(run, outcomes)
      const code = await write(report, baseline, options)
      if (options.save && scopes.includes('write')) await keep(service, company, report)
      return code
    } finally {
      await judge?.close()
      await service.close()
    }
  }

  /** Sends the run to the company's history. A failure does not undo what was measured. */
  async function keep (service: Service, company: string, report: Report): Promise<void> {
    try {
      const body = jsonBody({ company_id: company, report: toKept(report) })
      const { id } = await service.ask<{ id: string }>('POST', '/v1/evaluations', { body })
      stderr.write(`Kept in the history as ${id}.\n`)
    } catch (error) {
      stderr.write(`The run was not kept in the history: ${failureText(error)}\n`)
    }
  }

  async function write (report: Report, baseline: Report | null, { failOn, json, junit, html }: EvalOptions): Promise<number> {
    const differences = baseline ? compareRuns(baseline, report) : []
    const failures = failuresOf(failOn, report, differences)
    if (baseline && differences.length === 0) stderr.write('The baseline has no question of this set: nothing is compared.\n')
    const whole = `${JSON.stringify(report, null, 2)}\n`
    if (json !== undefined && json !== '-') await writeFile(json, whole)
    if (junit !== undefined) await writeFile(junit, reportJunit(report, failures))
    if (html !== undefined) await writeFile(html, await reportHtml(report, differences, failures))
    stdout.write(json === '-' ? whole : reportText(report, differences))
    for (const failure of failures) stderr.write(`${failure.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ')}\n`)
    return failures.length === 0 ? 0 : 1
  }
}

/** Before all the questions are asked: what they said would be lost. */
async function requireWritable (path: string | undefined): Promise<void> {
  if (path === undefined || path === '-') return
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) throw new UsageError(`${path} is a folder.`)
  const target = found ? path : dirname(resolve(path))
  await access(target, constants.W_OK).catch(() => { throw new UsageError(`${path} cannot be written.`) })
}

async function readBaseline (path: string): Promise<Report> {
  try {
    return readReport(await readText(path))
  } catch (error) {
    throw new UsageError(`The baseline ${path} cannot be read: ${(error as Error).message}`)
  }
}

function rules (text: string): Rule[] {
  try {
    return parseRules(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
