// Retries and the fallback model: only before the first token, only what may help, never for ever.
import t from 'tap'
import type { Test } from 'tap'
import type { LanguageModel } from '../../src/llm/model.ts'
import { createRetryingModel } from '../../src/llm/retrying-model.ts'
import type { RetryingModelOptions } from '../../src/llm/retrying-model.ts'
import { apis, bench, collect, createModel, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { rawChunk, textChunk } from '../fixtures/llm-chunks.ts'
import type { LlmApi } from '../fixtures/llm-chunks.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import type { LlmServer } from '../fixtures/llm-server.ts'
import { eventsOf } from '../fixtures/model-events.ts'

interface Pair {
  main: LlmServer
  spare: LlmServer
  /** The requested pauses, ms; none is really waited for. */
  pauses: number[]
  resilient (options?: Partial<RetryingModelOptions>): LanguageModel
  withFallback (options?: Partial<RetryingModelOptions>): LanguageModel
}

async function pair (t: Test, api: LlmApi, { silenceTimeoutMs = 60_000 } = {}): Promise<Pair> {
  const { server: main, model: primary } = await bench(t, api, { silenceTimeoutMs })
  const spare = await startLlmServer({ tokens: ['Spare.'] })
  const fallback = createModel(api, { url: spare.url(api), model: 'spare' })
  t.teardown(async () => {
    await fallback.close()
    await spare.close()
  })
  const pauses: number[] = []
  const delay = async (ms: number) => { pauses.push(ms) }
  return {
    main,
    spare,
    pauses,
    resilient: (options) => createRetryingModel({ primary, retries: 2, delay, ...options }),
    withFallback: (options) => createRetryingModel({ primary, fallback, retries: 2, delay, ...options }),
  }
}

const down = { status: 503, body: '{}' }

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('passes an answer through', async (t) => {
      const { main, resilient } = await pair(t, api)
      const model = resilient()
      main.enqueue({ tokens: ['a', 'b'] })
      t.has(await collect(model), { text: 'ab', finish: { reason: 'stop' } })
      t.same(model.stats(), { name: 'scripted', kind: 'llm', ready: true, requests: 1, retries: 0, fallbacks: 0, failures: 0 })
    })

    t.test('retries temporary failures, with growing pauses', async (t) => {
      const { main, pauses, resilient } = await pair(t, api)
      const model = resilient({ retries: 3 })
      main.enqueue(down, { tokens: [] }, { body: [rawChunk(api, { error: 'x' })] })
      t.has(await collect(model), { text: 'Hello world.', error: undefined })
      t.equal(main.requests.length, 4)
      for (const [n, ms] of pauses.entries()) t.ok(ms >= 50 * 2 ** n && ms <= 100 * 2 ** n, String(ms))
      t.match(model.stats(), { requests: 1, retries: 3, failures: 0 })
    })

    t.test('gives up after the last retry', async (t) => {
      const { main, resilient } = await pair(t, api)
      const model = resilient()
      main.enqueue(down, down, down)
      t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' })
      t.equal(main.requests.length, 3)
      t.match(model.stats(), { requests: 1, retries: 2, fallbacks: 0, failures: 1 })
    })

    t.test('does not retry rejected requests', async (t) => {
      const { main, resilient } = await pair(t, api)
      main.enqueue({ status: 401, body: '{}' })
      t.match((await collect(resilient())).error, { code: 'LLM_REJECTED' })
      t.equal(main.requests.length, 1)
    })

    t.test('does not ask again after a time-out: a server that loads its model would begin again', async (t) => {
      const { main, resilient } = await pair(t, api, { silenceTimeoutMs: 50 })
      main.enqueue({ silent: true })
      t.match((await collect(resilient())).error, { code: 'LLM_TIMEOUT' })
      t.equal(main.requests.length, 1)
    })

    t.test('does not generate again what ended for want of tokens', async (t) => {
      const { main, resilient } = await pair(t, api)
      for (const script of [{ thinking: ['hm'], tokens: [] }, { tokens: ['<think>hm'] }]) {
        main.enqueue({ ...script, finish: 'length' })
        t.match((await collect(resilient())).error, { code: 'LLM_BROKEN' })
      }
      t.equal(main.requests.length, 2)
    })

    t.test('waits for a server that loads its model, however many tries that takes, but not for ever', async (t) => {
      const { main, pauses, resilient, withFallback } = await pair(t, api)
      const loading = { status: 503, body: JSON.stringify({ error: { message: 'Loading model', code: 503 } }) }
      main.enqueue(...Array.from({ length: 10 }, () => loading))
      t.equal((await collect(resilient({ retries: 0 }))).text, 'Hello world.')
      t.same(pauses.map(ms => ms >= 1_000), Array.from({ length: 10 }, () => true))
      main.enqueue(loading, loading)
      t.match((await collect(resilient({ retries: 2, loadingTimeoutMs: 0 }))).error, { code: 'LLM_UNREACHABLE' })
      t.equal((await collect(withFallback())).text, 'Spare.', 'another model is faster')
    })

    t.test('retries nothing after the first token', async (t) => {
      const { main, spare, withFallback } = await pair(t, api)
      const model = withFallback()
      main.enqueue({ body: [textChunk(api, 'Hi')] })
      t.has(await collect(model), { text: 'Hi', error: { code: 'LLM_BROKEN' } })
      t.equal(main.requests.length, 1)
      t.equal(spare.requests.length, 0)
      t.match(model.stats(), { retries: 0, fallbacks: 0, failures: 1 })
    })

    t.test('does not count reasoning and white space as a first token', async (t) => {
      const { main, resilient } = await pair(t, api)
      main.enqueue({ tokens: ['<think>hm</think>', '\n'], thinking: ['hm'], finish: null, done: false })
      t.equal((await collect(resilient())).text, 'Hello world.')
    })

    t.test('obeys Retry-After, up to a limit', async (t) => {
      const { main, pauses, resilient } = await pair(t, api)
      const limited = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds }, body: '{}' })
      main.enqueue(limited('3'))
      t.equal((await collect(resilient())).text, 'Hello world.')
      t.same(pauses, [3_000])
      main.enqueue(limited('30'))
      t.match((await collect(resilient())).error, { code: 'LLM_RATE_LIMITED' })
      t.equal(main.requests.length, 3)
    })

    t.test('falls back when the retries are used up, or useless', async (t) => {
      const { main, spare, withFallback } = await pair(t, api)
      const model = withFallback()
      const cases = [[down, down, down], [{ status: 400, body: '{}' }], [{ status: 429, headers: { 'retry-after': '3' }, body: '{}' }]]
      for (const [n, scripts] of cases.entries()) {
        const before = main.requests.length
        main.enqueue(...scripts)
        t.has(await collect(model, modelRequest({ model: 'the-company-s-own' })), { text: 'Spare.', error: undefined })
        t.equal(main.requests.length - before, scripts.length)
        t.equal(main.requests.at(-1)!.body.model, 'the-company-s-own')
        t.equal(spare.requests[n]!.body.model, 'spare', 'the other server does not know the company\'s model')
      }
      t.match(model.stats(), { requests: 3, retries: 2, fallbacks: 3, failures: 0 })
    })

    t.test('falls back when the server is silent', async (t) => {
      const { main, spare, withFallback } = await pair(t, api, { silenceTimeoutMs: 50 })
      const model = withFallback()
      main.enqueue({ silent: true })
      t.has(await collect(model, modelRequest({ model: 'the-company-s-own' })), { text: 'Spare.', error: undefined })
      t.equal(main.requests.length, 1)
      t.equal(main.requests.at(-1)!.body.model, 'the-company-s-own')
      t.equal(spare.requests[0]!.body.model, 'spare', 'the other server does not know the company\'s model')
      t.match(model.stats(), { requests: 1, retries: 0, fallbacks: 1, failures: 0 })
    })

    t.test('reports the retryable one of two failures, or else the first', async (t) => {
      const { main, spare, withFallback } = await pair(t, api)
      const model = withFallback({ retries: 0 })
      for (const [first, second, code] of [
        [503, 401, 'LLM_UNREACHABLE'], [401, 429, 'LLM_RATE_LIMITED'], [400, 401, 'LLM_REJECTED'], [429, 503, 'LLM_RATE_LIMITED'],
      ] as const) {
        main.enqueue({ status: first, body: '{}' })
        spare.enqueue({ status: second, body: '{}' })
        t.match((await collect(model)).error, { code })
      }
      t.match(model.stats(), { failures: 4, fallbacks: 4 })
    })

    t.test('ends the pause on abort, without counting a failure', async (t) => {
      const { main, resilient } = await pair(t, api)
      const pausing = gate()
      const controller = new AbortController()
      const model = resilient({
        async delay (_ms, signal) {
          pausing.open()
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('woken'))))
        },
      })
      main.enqueue(down)
      const answer = collect(model, modelRequest({ signal: controller.signal }))
      await pausing.until
      const reason = new Error('the reader left')
      controller.abort(reason)
      t.equal((await answer).error, reason)
      t.match(model.stats(), { retries: 1, failures: 0 })
    })

    t.test('really pauses by default, and ends that pause on abort too', async (t) => {
      const { main, resilient } = await pair(t, api)
      main.enqueue(down)
      t.equal((await collect(resilient({ delay: undefined }))).text, 'Hello world.')
      const controller = new AbortController()
      main.enqueue({ status: 429, headers: { 'retry-after': '5' }, body: '{}' })
      const log = { warn () { setImmediate(() => controller.abort(new Error('the reader left'))) } }
      t.match((await collect(resilient({ delay: undefined, log }), modelRequest({ signal: controller.signal }))).error, {
        message: 'the reader left',
      })
    })

    t.test('closes the socket after an abort in mid-answer, or when the reader has enough', async (t) => {
      const { main, withFallback } = await pair(t, api)
      const model = withFallback()
      const script = { body: [textChunk(api, 'Hi')], then: 'hold' as const }
      main.enqueue(script, script)
      const controller = new AbortController()
      const events = eventsOf(model, modelRequest({ signal: controller.signal }))
      await events.next()
      controller.abort()
      await t.rejects(events.next(), { name: 'AbortError' })
      t.same(await model.stream(modelRequest(), () => true), { reason: 'stop' })
      for (const { closed } of main.requests) t.equal(await closed, true)
      t.match(model.stats(), { fallbacks: 0, failures: 0 })
    })

    t.test('warms up both models, is ready with either, and says why not', async (t) => {
      const { main, spare, withFallback } = await pair(t, api)
      const model = withFallback()
      t.match(model.stats(), { ready: false, reason: 'scripted: not warmed up yet; spare: not warmed up yet' })
      main.enqueue({ status: 401, body: '{}' })
      await model.warmUp()
      t.match(model.stats(), { ready: true, reason: 'scripted: LLM_REJECTED (HTTP 401)' })
      t.equal(spare.requests.length, 1)
      await model.close()
    })
  })
}
