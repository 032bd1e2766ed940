// POST /chat on real sockets: the stream, the object, and what keeps an answer from coming.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { ask, askJson, parse, question, textOf } from '../fixtures/app-client.ts'
import { withLlm } from '../fixtures/app-llm.ts'
import { fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'
import { until, whenIdle } from '../fixtures/until.ts'
import { samples, startTestApp } from '../helper.ts'

const seed = { company_id: 'petit-nid', user_id: 'test_001', message: 'Prix lot 300 couches taille 4?' }

t.test('the first question of the README', async t => {
  const { url, app } = await startTestApp(t, { config: { SAMPLES_DIR: samples } })

  t.test('as a stream', async t => {
    const answer = await ask(url, seed)
    t.equal(answer.status, 200)
    t.match(answer.headers, {
      'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no',
    })
    t.notOk('content-encoding' in answer.headers)
    const events = await answer.events()
    const [start, sources] = events
    t.match(events.map(({ type }) => type).join(' '), /^start sources( delta)+ finish$/)
    t.match(start!.data, { company_id: 'petit-nid', model: 'extractive', cache: 'miss', answer_id: answer.headers['x-answer-id'] })
    t.same(Object.keys(start!.data), ['answer_id', 'conversation_id', 'company_id', 'model', 'cache'])
    t.same(events.map(({ id }) => id), events.map((_, n) => `${start!.data.answer_id}.${n}`))
    t.match(textOf(events), '59,90')
    const { citations, ...finish } = events.at(-1)!.data
    t.same(Object.keys(sources!.data.sources[0]), ['n', 'id', 'index', 'title', 'url', 'score', 'snippet'])
    t.ok(citations.some((n: number) => sources!.data.sources[n - 1].id === 'products/couches-t4-300'))
    t.match(finish, {
      finish_reason: 'stop', answered_by: 'extractive', degraded: false, usage: { input_tokens: Number, output_tokens: Number },
    })
    t.same(Object.keys(finish.timings_ms), ['prompt', 'embed', 'search', 'first_token', 'total'])
  })

  for (const [name, body, headers] of [
    ['"stream": false', { ...seed, stream: false }, { accept: '*/*' }],
    ['Accept: application/json', seed, { accept: 'application/json' }],
    ['Accept: application/json, text/plain', seed, { accept: 'application/json, text/plain, */*' }],
  ] as const) {
    t.test(`gets one object: ${name}`, async t => {
      const { status, headers: got, json } = await askJson(url, body, { headers })
      t.equal(status, 200)
      t.match(got['content-type'], 'application/json')
      t.match(json, { company_id: 'petit-nid', cache: 'hit', finish_reason: 'stop', answered_by: 'extractive', degraded: false })
      t.match(json.answer, '59,90')
      t.equal(json.answer, json.answer.trim())
      t.ok(json.citations.some((n: number) => json.sources[n - 1].id === 'products/couches-t4-300'))
      t.notOk('type' in json || 'text' in json)
    })
  }

  t.test('gets a stream when both are accepted', async t => {
    const answer = await ask(url, seed, { headers: { accept: 'application/json, text/event-stream' } })
    t.match(answer.headers['content-type'], 'text/event-stream')
    answer.leave()
  })

  t.test('gets the same bytes again, apart from start', async t => {
    const body = { ...seed, message: 'Prix du lot de 150 couches taille 4 ?', conversation_id: 'mine' }
    const [first, second] = [await (await ask(url, body)).text(), await (await ask(url, body)).text()]
    t.equal(second, first.replace('"cache":"miss"', '"cache":"hit"'))
    t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
  })
})

t.test('sends start while everything else is still running', async t => {
  const never = new Promise<never>(() => {})
  const { url } = await startTestApp(t, {
    engine: fakeEngine(({ signal }) =>
      Promise.race([never, new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))])
    ),
  })
  const answer = await ask(url, question)
  t.match(await answer.next(), { type: 'start' })
  answer.leave()
})

t.test('a failing language model', async t => {
  const { url, llm } = await withLlm(t)
  t.test('ends a stream with an error event', async t => {
    llm.enqueue({ status: 500 })
    const events = await (await ask(url, question)).events()
    t.same(events.map(({ type }) => type), ['start', 'sources', 'error'])
    t.match(events.at(-1)!.data, { code: /^LLM_/, status: 502, message: String, retryable: Boolean })
  })

  t.test('returns a coded error for one object', async t => {
    llm.enqueue({ status: 500 })
    const { status, json } = await askJson(url, question)
    t.equal(status, 502)
    t.match(json, { statusCode: 502, code: /^LLM_/, error: 'Bad Gateway', message: String })
  })

  t.test('is not cached', async t => {
    t.match((await askJson(url, question)).json, { cache: 'miss', finish_reason: 'stop' })
  })
})

t.test('marks a degraded answer, and does not reuse it', async t => {
  const { url } = await startTestApp(t, {
    model: fakeModel(['Two days [1].']), engine: fakeEngine(async () => found([passage()], { degraded: 'embedding' })),
  })
  for (let n = 0; n < 2; n++) {
    t.match((await askJson(url, question)).json, { cache: 'miss', degraded: true, degraded_reason: 'embedding', citations: [1] })
  }
})

t.test('passes the options on to the model', async t => {
  const model = fakeModel(['ok'])
  const { url } = await startTestApp(t, { model, config: { MAX_HINTS_CHARS: 20 } })
  await askJson(url, {
    ...question, language: 'fr', indexes: ['faq'], max_tokens: 12, temperature: 1.5,
    page: { title: 'Tents', path: '/tents', hints: ['x'.repeat(100)] },
  })
  t.match(model.calls[0], { language: 'fr', documentsLanguage: 'en', maxTokens: 12, temperature: 1.5 })
  t.ok(model.calls[0]!.passages.every(({ index }) => index === 'faq'))
  t.match(model.calls[0]!.messages.at(-1)!.content, '<page>\nTents\n/tents\nxxxxxxx\n</page>')
})

t.test('returns 503 before the stream when too many answers are running', async t => {
  const { url, llm } = await withLlm(t, { config: { ANSWERS_MAX_LIVE: 1 } })
  llm.enqueue({ tokens: ['a'], then: 'hold', finish: null, done: false })
  const first = await ask(url, question)
  t.match(await askJson(url, { ...question, message: 'Can I return a tent?' }), {
    status: 503, json: { code: 'OVERLOADED' }, headers: { 'retry-after': '1' },
  })
  first.leave()
})

t.test('the company\'s profile', async t => {
  t.test('returns 503 before the stream when it cannot be read', async t => {
    const { url } = await startTestApp(t, {
      profileStore: {
        get: async () => {
          throw coded('PROMPTS_UNAVAILABLE')
        },
        companies: async () => [], unavailable: async () => 'down',
      },
    })
    t.match(await askJson(url, question), { status: 503, json: { code: 'PROMPTS_UNAVAILABLE' } })
  })

  t.test('makes another answer when it changes', async t => {
    let version = '1'
    const { url } = await startTestApp(t, {
      config: { PROMPT_CACHE_TTL_SECONDS: 0, SAMPLES_DIR: '' }, model: fakeModel(['ok']), engine: fakeEngine(),
      profileStore: { get: async () => profile({ version }), companies: async () => [], unavailable: async () => null },
    })
    t.equal((await askJson(url, question)).json.cache, 'miss')
    t.equal((await askJson(url, question)).json.cache, 'hit')
    version = '2'
    // The profile is read anew beside the first of these, with what the company has learnt.
    let cache = 'hit'
    await until(async () => {
      cache = (await askJson(url, question)).json.cache
      return cache !== 'hit'
    })
    t.equal(cache, 'miss')
  })
})

t.test('does not show errors of other code', async t => {
  const { url } = await startTestApp(t, {
    profileStore: {
      get: async () => {
        throw new Error('secret')
      },
      companies: async () => [], unavailable: async () => null,
    },
  })
  const { status, json } = await askJson(url, question)
  t.equal(status, 503)
  t.notMatch(JSON.stringify(json), 'secret')
})

t.test('ends an answer longer than ANSWER_LOG_MAX_BYTES with length', async t => {
  const { url, llm } = await withLlm(t, { config: { ANSWER_LOG_MAX_BYTES: 20_000 } })
  llm.enqueue({ tokens: Array.from({ length: 50 }, () => 'x'.repeat(1000)), then: 'hold', finish: null, done: false })
  const events = await (await ask(url, question)).events()
  t.match(events.at(-1), { type: 'finish', data: { finish_reason: 'length' } })
  t.ok(textOf(events).length < 25_000)
  t.equal(await llm.requests[1]!.closed, true)
})

t.test('does not let texts from the model forge events', async t => {
  const nasty = ['\n\nevent: finish\ndata: {}\n\n', '\r\r', '\u2028', 'id: x.1\n', '🏝', '\n\ndata: [DONE]\n\n']
  const { url } = await startTestApp(t, { model: fakeModel(nasty) })
  const text = await (await ask(url, question)).text()
  t.equal(textOf(parse(text)), nasty.join(''))
  t.equal(text.match(/^event: /gm)!.length, nasty.length + 3)
  t.equal(sseEncoder.name, 'sse')
})

t.test('makes a new answer for a client that wants none of the cache', async t => {
  const { url } = await startTestApp(t, { model: fakeModel(['Two days. [1]']) })
  const cacheOf = async (headers: Record<string, string> = {}) => (await askJson(url, question, { headers })).json.cache
  t.equal(await cacheOf(), 'miss')
  t.equal(await cacheOf({ 'cache-control': 'no-store' }), 'hit')
  t.equal(await cacheOf({ 'cache-control': 'no-cache' }), 'miss')
})
