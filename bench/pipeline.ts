// The whole pipeline over Meilisearch: eighty searches per question, against mocked upstreams.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerCheck } from './checks.ts'
import { openClient, post } from './client.ts'
import { median, quantile, type Figure } from './figures.ts'
import { load } from './load.ts'
import { longQuestions, writtenProfile, type MockOptions } from './meilisearch.ts'
import { createRunning, startChild, startLlm, type Child } from './processes.ts'
import { profileFlags, settings, type Options } from './stack.ts'

/** Measures the service as it is: eighty searches per question, 3 ms per request, a hundred tokens, vectors cached. */
export async function pipeline (options: Options): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const { started, stop } = createRunning()
  try {
    const llm = await started(startLlm({}))
    const mock = await started(startMock())
    const server = await started(startChild('server.ts', await searchingSettings(dir, llm.url, mock), profileFlags(options)))
    const questions = await longQuestions(options.quick ? 100 : 400)
    let n = 0
    const next = () =>
      post(server.port, '/chat', {
        company_id: 'bench', user_id: `bench-${n % questions.length}`, message: questions[n % questions.length], max_tokens: 1000 + n++,
      })
    await askEach(server, questions.length, next)
    await mock.ask('counts')
    const rounds = []
    for (let i = 0; i < (options.quick ? 1 : 3); i++) {
      rounds.push(await load({ child: server, clients: 32, seconds: options.quick ? 2 : 5, next, check: answerCheck({ whole: true }) }))
    }
    const { searches } = await mock.ask<{ searches: number }>('counts')
    // Many more than are searched at once: those that wait must be served in the order in which they came.
    const crowd = await load({ child: server, clients: 256, seconds: options.quick ? 4 : 8, next, check: answerCheck({ whole: true }) })
    await mock.ask('counts')
    const answers = rounds.reduce((sum, round) => sum + round.answers, 0)
    assert.ok(searches / answers > 80, `${searches / answers} searches an answer`)
    const over = await overUpstream(server, mock, llm.origin, next, options.quick ? 50 : 300)
    return [
      {
        name: '32 clients: CPU of the service', unit: 's per 1,000', value: median(rounds.map(({ cpu }) => cpu)),
        goal: { of: 'value', atMost: 2.4 },
        note:
          `main thread ${median(rounds.map(({ mainCpu }) => mainCpu)).toFixed(2)}; ${(searches / answers).toFixed(0)} searches an ` +
          'answer',
      },
      { name: '32 clients: answers', unit: 'per s', value: median(rounds.map(({ perSecond }) => perSecond)) },
      {
        name: '256 clients: first token, p95 over p50', unit: 'times', value: crowd.first.p95 / crowd.first.p50,
        goal: { of: 'value', atMost: 1.5 }, note: `p50 ${crowd.first.p50.toFixed(0)} ms, p95 ${crowd.first.p95.toFixed(0)} ms`,
      },
      {
        name: '1 client: first token over the slowest upstream, p50', unit: 'ms', value: median(over), goal: { of: 'value', atMost: 5 },
        note: "the time that the searches are being served and the model's own first token subtracted",
      },
      { name: '1 client: the same, p95', unit: 'ms', value: quantile(over, 0.95) },
    ]
  } finally {
    await stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Starts a mock Meilisearch that takes 3 ms for each request, however many it is sent. */
export function startMock (): Promise<Child> {
  return startChild('meilisearch.ts', { searchMs: 3, requestMs: 3, permits: 1_000_000 } satisfies MockOptions)
}

/** Writes the company's profile below `dir`, and returns the settings of a service that searches the mock. */
export async function searchingSettings (dir: string, llmUrl: string, mock: Child, more: object = {}): Promise<object> {
  await mkdir(join(dir, 'samples', 'bench'), { recursive: true })
  await writeFile(join(dir, 'samples', 'bench', 'company.json'), JSON.stringify({ ...writtenProfile, refuse_without_passages: false }))
  return settings(join(dir, 'var'), llmUrl, {
    SAMPLES_DIR: join(dir, 'samples'), MEILI_URL: `http://127.0.0.1:${mock.port}`, MEILI_KEY: 'k'.repeat(32),
    MEILI_KEY_UID: '6f1b4b1e-7f3a-4c52-9a36-0d6f5a3b2c1d',
    // Every search is sent, whatever was asked before; concurrent questions that share searches are compensated for.
    SEARCH_CACHE_SECONDS: 0, NGRAM_MAX: 24, ...more,
  })
}

/** Asks each question once, so that vectors and documents are known. */
async function askEach (server: Child, count: number, next: () => Buffer): Promise<void> {
  const client = await openClient(server.port, 'event: delta')
  const check = answerCheck({ whole: true })
  for (let i = 0; i < count; i++) check(await client.ask(next()))
  client.close()
}

/** Measures the milliseconds to the first token beyond the time of the searches and the language model. */
async function overUpstream (server: Child, mock: Child, llm: URL, next: () => Buffer, count: number): Promise<number[]> {
  const client = await openClient(server.port, 'event: delta')
  const model = await openClient(Number(llm.port), '"content":"Word"')
  const modelRequest = post(Number(llm.port), `${llm.pathname}/chat/completions`, {
    model: 'scripted', messages: [{ role: 'user', content: 'Hi' }], stream: true,
  })
  const over: number[] = []
  for (let i = 0; i < count; i++) {
    const { firstMs: modelMs } = await model.ask(modelRequest)
    await mock.ask('counts')
    const { firstMs } = await client.ask(next())
    const { busyMs } = await mock.ask<{ busyMs: number }>('counts')
    over.push(firstMs - busyMs - modelMs)
  }
  client.close()
  model.close()
  return over
}
