// `causerie bench`: asks a running service at a steady pace, whether or not it keeps up, and reports how it answers.
import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { createAgent } from '../../src/async/agent.ts'
import { sleep } from '../../src/async/signals.ts'
import { companyIdPattern } from '../../src/ids.ts'
import { interruptible, matching, newCommand, wholeNumber } from '../action.ts'
import { UsageError, unreadable, type CommandIo } from '../command-io.ts'
import { configuredProxy } from '../proxy.ts'
import { once, openService, type Service } from '../service.ts'
import { askOnce, type Asked } from './ask.ts'
import { makeReport, textOf, type Report } from './report.ts'

interface BenchOptions {
  url?: string
  company?: string | undefined
  questions?: string
  rate: number
  seconds: number
  users: number
  fresh?: true
  json?: true
  maxP95?: number
  timeout: number
}

/** A question that is due this much earlier than it could be asked is late. */
const lateMs = 100
const maxQuestions = 100_000

export function benchCommand (io: CommandIo): Command {
  const { stdout, stderr, env } = io

  async function run (options: BenchOptions, signal: AbortSignal): Promise<number> {
    const service = openService({ url: options.url, env, scope: 'chat', patience: once, signal })
    try {
      const { company, questions } = await readQuestions(service, options)
      const { rate, seconds, users, json } = options
      if (!json) stderr.write(`${questions.length} questions, ${rate} a minute for ${seconds} s, as ${users} users …\n`)
      const report = await load(service.address, questions, { ...options, company }, signal)
      stdout.write(options.json ? `${JSON.stringify(report)}\n` : textOf(report))
      return problemOf(report, options.maxP95, text => stderr.write(`${text}\n`))
    } finally {
      await service.close()
    }
  }

  /** Asks when each question is due. One that takes long holds no later one: that would hide what users wait for. */
  async function load (address: string, questions: string[], options: BenchOptions, signal: AbortSignal): Promise<Report> {
    const { rate, seconds, users, company, fresh = false, timeout } = options
    const pauseMs = 60_000 / rate
    const total = Math.max(1, Math.floor(seconds * 1000 / pauseMs))
    const dispatcher = createAgent(address, { proxy: configuredProxy(env), connectTimeoutMs: 10_000, connections: 2000 })
    const begunAt = performance.now()
    const running: Promise<Asked>[] = []
    let late = 0
    try {
      for (let n = 0; n < total && !signal.aborted; n++) {
        const dueAt = begunAt + n * pauseMs
        const wait = dueAt - performance.now()
        if (wait > 0) await sleep(wait, signal).catch(() => {})
        if (signal.aborted) break
        if (performance.now() - dueAt > lateMs) late++
        running.push(askOnce(
          { company, user: `bench-${n % users}`, message: questions[n % questions.length]!, fresh }, dueAt,
          { address, key: env.CAUSERIE_KEY, dispatcher, timeoutMs: timeout * 1000, signal }
        ))
      }
      const settled = await Promise.allSettled(running)
      const results = settled.flatMap(result => result.status === 'fulfilled' ? result.value : [])
      return makeReport(results, performance.now() - begunAt, late)
    } finally {
      await dispatcher.destroy()
    }
  }

  return newCommand(io, 'bench')
    .description('Ask a running service at a steady pace, and report how it answers')
    .option('--url <url>', 'the service (default: HOST and PORT of the settings)')
    .addOption(
      new Option('--company <id>', 'the company to ask, where the key opens several').argParser(matching(companyIdPattern, 'company id'))
    )
    .option('--questions <file>', 'a question per line (default: the company\'s common questions)')
    .addOption(new Option('--rate <n>', 'questions a minute').argParser(wholeNumber(1, 600_000)).default(120))
    .addOption(new Option('--seconds <n>', 'how long').argParser(wholeNumber(1, 86_400)).default(60))
    .addOption(new Option('--users <n>', 'as how many users, in turn').argParser(wholeNumber(1, 1_000_000)).default(1000))
    .addOption(new Option('--timeout <n>', 'the longest silence of an answer, s').argParser(wholeNumber(1, 3600)).default(60))
    .option('--fresh', 'ask past the cache')
    .addOption(new Option('--max-p95 <ms>', 'exit code 1 when the first token\'s p95 is longer').argParser(wholeNumber(1, 999_999_999)))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `
The pace is kept whether or not the service keeps up, and times count from when a question was due. A key goes into
CAUSERIE_KEY. A language model that costs money is asked for each question that is in no cache.
RATE_LIMIT_CALLS and RATE_LIMIT_KEY_CALLS of the service hold for the bench too: refusals are reported as RATE_LIMITED.
Exit code 0: every question was answered, in time; 1: not; 2: wrong usage.`)
    .action((options: BenchOptions) => interruptible(io, signal => run(options, signal)))
}

interface Questions { company?: string | undefined, questions: string[] }

async function readQuestions (service: Service, { questions: path, company }: BenchOptions): Promise<Questions> {
  if (path !== undefined) {
    const text = await readFile(path, 'utf8').catch(error => { throw unreadable(path, error) })
    const lines = text.split('\n').map(line => line.trim()).filter(Boolean)
    if (lines.length === 0) throw new UsageError(`${path} has no questions.`)
    return { company, questions: lines.slice(0, maxQuestions) }
  }
  const id = company ?? (await service.ask<{ data: { id: string }[] }>('GET', '/v1/companies')).data.at(0)?.id
  const profile = id === undefined ? null : await service.ask<{ common_questions?: string[] }>('GET', `/v1/companies/${id}`)
  if (!profile?.common_questions?.length) {
    const other = company === undefined ? ', or ask another company: --company ID' : ''
    throw new UsageError(`${id ?? 'The service'} has no common questions. Give some, one per line: --questions FILE${other}`)
  }
  return { company: id, questions: profile.common_questions }
}

function problemOf ({ asked, ok, first_token_ms: { p95 } }: Report, maxP95: number | undefined, say: (text: string) => void): number {
  if (ok < asked) say(`${asked - ok} of ${asked} questions were not answered.`)
  const isSlow = maxP95 !== undefined && p95 > maxP95
  if (isSlow) say(`The first token's p95 is ${p95} ms, more than ${maxP95}.`)
  return ok === asked && asked > 0 && !isSlow ? 0 : 1
}
