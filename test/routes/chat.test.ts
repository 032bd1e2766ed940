// POST /chat and an answer by its id, on real sockets.
import t, { type Test } from 'tap'
import { coded } from '../../src/errors.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { ask, askJson, parse, question, type Event } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, found, passage, profile } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { startLlmServer, type LlmServer } from '../fixtures/llm-server.ts'
import { samples, startTestApp, type TestApp, type TestOptions } from '../helper.ts'

const seed = { company_id: 'petit-nid', user_id: 'test_001', message: 'Prix lot 300 couches taille 4?' }

/** An app whose answers come from a scripted language model server. */
async function withLlm (t: Test, { config, ...options }: TestOptions = {}): Promise<TestApp & { llm: LlmServer }> {
  const llm = await startLlmServer()
  const started = await startTestApp(t, {
    config: { LLM_URL: llm.url('openai'), LLM_MODEL: 'scripted', LLM_RETRIES: 0, ...config }, ...options,
  })
  t.teardown(() => llm.close())
  // The warm-up is the first request.
  await llm.request(0)
  return { ...started, llm }
}

const textOf = (events: Event[]) => events.map(({ type, data }) => type === 'delta' ? data.text : '').join('')

t.test('the seed question', async t => {
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
    t.test(`as one object: ${name}`, async t => {
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

  t.test('as a stream after all, when both are accepted', async t => {
    const answer = await ask(url, seed, { headers: { accept: 'application/json, text/event-stream' } })
    t.match(answer.headers['content-type'], 'text/event-stream')
    answer.leave()
  })

  t.test('again: the same bytes, apart from start', async t => {
    const body = { ...seed, message: 'Prix du lot de 150 couches taille 4 ?', conversation_id: 'mine' }
    const [first, second] = [await (await ask(url, body)).text(), await (await ask(url, body)).text()]
    t.equal(second, first.replace('"cache":"miss"', '"cache":"hit"'))
    t.match(app.answers.stats(), { live: 0, readers: 0 })
  })
})

t.test('start is on the wire while everything else is still at work', async t => {
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

t.test('two equal questions at once: one call, the same bytes apart from start', async t => {
  const { url, llm, app } = await withLlm(t)
  const { until, open } = gate()
  llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], gate: { after: 2, until } })
  const one = await ask(url, { ...question, conversation_id: 'one' })
  await llm.request(1)
  const two = await ask(url, { ...question, conversation_id: 'two', message: `  ${question.message} ` })
  t.equal(two.headers['x-answer-id'], one.headers['x-answer-id'])
  const whole = askJson(url, { ...question, conversation_id: 'three' })
  const texts = Promise.all([one.text(), two.text()])
  t.equal(app.answers.stats().live, 1)
  open()
  const [first, second] = await texts
  t.equal(second, first.replace('"one"', '"two"').replace('"miss"', '"joined"'))
  t.match((await whole).json, { answer: 'Two days [1].', conversation_id: 'three' })
  t.equal(llm.requests.length, 2, 'the warm-up and one question')
  t.match(app.answers.stats(), { live: 0, readers: 0, misses: 1 })
})

t.test('resuming', async t => {
  const { url, llm } = await withLlm(t)
  llm.enqueue({ tokens: ['Two ', 'days ', '[1].\n\n', 'Four ', 'on islands 🏝 [1].'] })
  const whole = await (await ask(url, question)).text()
  const events = parse(whole)
  const id = events[0]!.data.answer_id
  const encoded = whole.split('\n\n').filter(Boolean).map(text => `${text}\n\n`)
  t.equal(encoded.length, events.length)

  t.test('after every event of an ended answer gives the rest, byte for byte', async t => {
    for (let n = 0; n < events.length - 1; n++) {
      const rest = await ask(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}` } })
      t.equal(rest.status, 200)
      t.equal(await rest.text(), encoded.slice(n + 1).join(''))
    }
  })

  t.test('after the last: 204', async t => {
    for (const n of [events.length - 1, events.length, 999_999]) {
      const { status, json } = await askJson(url, undefined, {
        method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}`, accept: 'text/event-stream' },
      })
      t.equal(status, 204)
      t.equal(json, null)
    }
  })

  t.test('without Last-Event-ID everything comes again', async t => {
    const text = await (await ask(url, undefined, { method: 'GET', path: `/chat/${id}` })).text()
    t.equal(
      text, whole.replace('"miss"', '"hit"').replace(/"conversation_id":"[^"]+"/, '"conversation_id":""'),
      "but the conversation, which may be another user's"
    )
    t.match((await askJson(url, undefined, { method: 'GET', path: `/chat/${id}` })).json, {
      answer_id: id, answer: textOf(events), cache: 'hit',
    })
  })

  t.test('after every event of a running answer gives the rest as well', async t => {
    const { until, open } = gate()
    llm.enqueue({ tokens: ['a ', 'b ', 'c ', 'd '], gate: { after: 3, until } })
    const first = await ask(url, { ...question, message: 'Can I return a tent within thirty days?' })
    const id = first.headers['x-answer-id']
    const seen = [await first.next(), await first.next(), await first.next(), await first.next()]
    t.equal(seen.at(-1)?.data.text, 'b ')
    const resumed = await Promise.all(
      [0, 1, 2, 3, 99].map(n => ask(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}` } }))
    )
    open()
    const all = [...seen, ...await first.events()]
    for (const [i, n] of [0, 1, 2, 3].entries()) t.same(await resumed[i]!.events(), all.slice(n + 1))
    t.match(
      await resumed[4]!.events(), [{ data: { text: 'c ' } }, { data: { text: 'd ' } }, { type: 'finish' }],
      'one that is ahead goes on from here'
    )
  })

  t.test('with a wrong Last-Event-ID: 400', async t => {
    for (const wrong of ['x', `${id}`, `${id}.`, `${id}.x`, `${id}.-1`, `${id}.1.2`, `${id}.1e3`, 'other.1', `${id}.9999999999999`, '.1']) {
      t.match(
        await askJson(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': wrong } }),
        { status: 400, json: { statusCode: 400, code: 'INVALID_EVENT_ID' } }, wrong
      )
    }
  })

  t.test('of another company, or of no answer at all: 404', async t => {
    for (const method of ['GET', 'DELETE']) {
      for (const path of [`/chat/${id}?company_id=other`, '/chat/none', '/chat/..%2fstats']) {
        const { status, json } = await askJson(url, undefined, { method, path })
        t.match([400, 404].includes(status), true, path)
        t.match(json, { statusCode: status, code: status === 404 ? 'ANSWER_NOT_FOUND' : 'INVALID_BODY' })
      }
    }
    t.equal((await askJson(url, undefined, { method: 'GET', path: `/chat/${id}?company_id=shop` })).status, 200)
  })
})

t.test('stopping', async t => {
  const { url, llm, app } = await withLlm(t)
  llm.enqueue({ tokens: ['Two ', 'days [1]'], then: 'hold', finish: null, done: false })
  const reader = await ask(url, question)
  for (let event = await reader.next(); event?.data.text !== 'days [1]'; event = await reader.next());
  const whole = askJson(url, question)
  const id = reader.headers['x-answer-id']
  t.equal((await askJson(url, undefined, { method: 'DELETE', path: `/chat/${id}?company_id=other` })).status, 404)
  t.match(await askJson(url, undefined, { method: 'DELETE', path: `/chat/${id}` }), { status: 204, json: null })
  t.match(await reader.events(), [{ type: 'finish', data: { finish_reason: 'stopped', citations: [1] } }])
  t.match((await whole).json, { finish_reason: 'stopped', answer: 'Two days [1]' })
  t.equal(await llm.requests[1]!.closed, true, 'the model\'s server is told')
  t.match(app.answers.stats(), { live: 0, readers: 0, stopped: 1 })
  t.equal((await askJson(url, undefined, { method: 'DELETE', path: `/chat/${id}` })).status, 204, 'stopping twice does no harm')
  const again = await askJson(url, question)
  t.match(again.json, { cache: 'miss', finish_reason: 'stop' })
})

t.test('a failing language model', async t => {
  const { url, llm } = await withLlm(t)
  t.test('ends a stream with an error event', async t => {
    llm.enqueue({ status: 500 })
    const events = await (await ask(url, question)).events()
    t.same(events.map(({ type }) => type), ['start', 'sources', 'error'])
    t.match(events.at(-1)!.data, { code: /^LLM_/, status: 502, message: String, retryable: Boolean })
  })

  t.test('is a coded error where one object was wanted', async t => {
    llm.enqueue({ status: 500 })
    const { status, json } = await askJson(url, question)
    t.equal(status, 502)
    t.match(json, { statusCode: 502, code: /^LLM_/, error: 'Bad Gateway', message: String })
  })

  t.test('is not remembered', async t => {
    t.match((await askJson(url, question)).json, { cache: 'miss', finish_reason: 'stop' })
  })
})

t.test('a degraded answer says so and is not given again', async t => {
  const { url } = await startTestApp(t, {
    model: fakeModel(['Two days [1].']), engine: fakeEngine(async () => found([passage()], { degraded: 'embedding' })),
  })
  for (let n = 0; n < 2; n++) {
    t.match((await askJson(url, question)).json, { cache: 'miss', degraded: true, degraded_reason: 'embedding', citations: [1] })
  }
})

t.test('what is asked for reaches the model', async t => {
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

t.test('too many answers at once: 503 before the stream starts', async t => {
  const { url, llm } = await withLlm(t, { config: { ANSWERS_MAX_LIVE: 1 } })
  llm.enqueue({ tokens: ['a'], then: 'hold', finish: null, done: false })
  const first = await ask(url, question)
  t.match(await askJson(url, { ...question, message: 'Can I return a tent?' }), {
    status: 503, json: { code: 'OVERLOADED' }, headers: { 'retry-after': '1' },
  })
  first.leave()
})

t.test('the company\'s profile', async t => {
  t.test('that cannot be read: 503 before the stream starts', async t => {
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

  t.test('that changes makes another answer', async t => {
    let version = '1'
    const { url } = await startTestApp(t, {
      config: { PROMPT_CACHE_TTL_SECONDS: 0, SAMPLES_DIR: '' }, model: fakeModel(['ok']), engine: fakeEngine(),
      profileStore: { get: async () => profile({ version }), companies: async () => [], unavailable: async () => null },
    })
    t.equal((await askJson(url, question)).json.cache, 'miss')
    t.equal((await askJson(url, question)).json.cache, 'hit')
    version = '2'
    await askJson(url, question)
    t.equal((await askJson(url, question)).json.cache, 'miss')
  })
})

t.test('an error that is not ours is not shown', async t => {
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

t.test('an answer longer than ANSWER_LOG_MAX_BYTES ends with length', async t => {
  const { url, llm } = await withLlm(t, { config: { ANSWER_LOG_MAX_BYTES: 20_000 } })
  llm.enqueue({ tokens: Array.from({ length: 50 }, () => 'x'.repeat(1000)), then: 'hold', finish: null, done: false })
  const events = await (await ask(url, question)).events()
  t.match(events.at(-1), { type: 'finish', data: { finish_reason: 'length' } })
  t.ok(textOf(events).length < 25_000)
  t.equal(await llm.requests[1]!.closed, true)
})

t.test('texts from the model cannot forge events', async t => {
  const nasty = ['\n\nevent: finish\ndata: {}\n\n', '\r\r', '\u2028', 'id: x.1\n', '🏝', '\n\ndata: [DONE]\n\n']
  const { url } = await startTestApp(t, { model: fakeModel(nasty) })
  const text = await (await ask(url, question)).text()
  t.equal(textOf(parse(text)), nasty.join(''))
  t.equal(text.match(/^event: /gm)!.length, nasty.length + 3)
  t.equal(sseEncoder.name, 'sse')
})
