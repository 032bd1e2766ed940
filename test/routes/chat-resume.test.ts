// An answer that several read, on real sockets: joined, resumed and stopped by its id.
import t from 'tap'
import { ask, askJson, parse, question, textOf } from '../fixtures/app-client.ts'
import { withLlm } from '../fixtures/app-llm.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { whenIdle } from '../fixtures/until.ts'

t.test('calls the model once for two equal questions at once, and sends the same bytes apart from start', async t => {
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
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, misses: 1 })
})

t.test('resuming', async t => {
  const { url, llm } = await withLlm(t)
  llm.enqueue({ tokens: ['Two ', 'days ', '[1].\n\n', 'Four ', 'on islands 🏝 [1].'] })
  const whole = await (await ask(url, question)).text()
  const events = parse(whole)
  const id = events[0]!.data.answer_id
  const encoded = whole.split('\n\n').filter(Boolean).map(text => `${text}\n\n`)
  t.equal(encoded.length, events.length)

  t.test('returns the rest of an ended answer after any event, byte for byte', async t => {
    for (let n = 0; n < events.length - 1; n++) {
      const rest = await ask(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}` } })
      t.equal(rest.status, 200)
      t.equal(await rest.text(), encoded.slice(n + 1).join(''))
    }
  })

  t.test('returns 204 after the last event', async t => {
    for (const n of [events.length - 1, events.length, 999_999]) {
      const { status, json } = await askJson(url, undefined, {
        method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}`, accept: 'text/event-stream' },
      })
      t.equal(status, 204)
      t.equal(json, null)
    }
  })

  t.test('returns everything without Last-Event-ID', async t => {
    const text = await (await ask(url, undefined, { method: 'GET', path: `/chat/${id}` })).text()
    t.equal(
      text, whole.replace('"miss"', '"hit"').replace(/"conversation_id":"[^"]+"/, '"conversation_id":""'),
      "but the conversation, which may be another user's"
    )
    t.match((await askJson(url, undefined, { method: 'GET', path: `/chat/${id}` })).json, {
      answer_id: id, answer: textOf(events), cache: 'hit',
    })
  })

  t.test('returns the rest of a running answer after any event', async t => {
    const { until, open } = gate()
    llm.enqueue({ tokens: ['Yes ', 'you ', 'can ', 'so '], gate: { after: 3, until } })
    const first = await ask(url, { ...question, message: 'Can I return a tent within thirty days?' })
    const id = first.headers['x-answer-id']
    const seen = [await first.next(), await first.next(), await first.next(), await first.next()]
    t.equal(seen.at(-1)?.data.text, 'you ')
    const resumed = await Promise.all(
      [0, 1, 2, 3, 99].map(n => ask(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': `${id}.${n}` } }))
    )
    open()
    const all = [...seen, ...await first.events()]
    for (const [i, n] of [0, 1, 2, 3].entries()) t.same(await resumed[i]!.events(), all.slice(n + 1))
    t.match(
      await resumed[4]!.events(), [{ data: { text: 'can ' } }, { data: { text: 'so ' } }, { type: 'finish' }],
      'one that is ahead goes on from here'
    )
  })

  t.test('returns 400 for a wrong Last-Event-ID', async t => {
    for (const wrong of ['x', `${id}`, `${id}.`, `${id}.x`, `${id}.-1`, `${id}.1.2`, `${id}.1e3`, 'other.1', `${id}.9999999999999`, '.1']) {
      t.match(
        await askJson(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': wrong } }),
        { status: 400, json: { statusCode: 400, code: 'INVALID_EVENT_ID' } }, wrong
      )
    }
  })

  t.test('accepts the id in the address, as polyfills of EventSource send it; the header comes first', async t => {
    const stream = { accept: 'text/event-stream' }
    const get = async (query: string, headers: Record<string, string> = stream) =>
      (await ask(url, undefined, { method: 'GET', path: `/chat/${id}?${query}`, headers })).text()
    t.equal(await get(`lastEventId=${id}.1`), encoded.slice(2).join(''))
    t.equal(await get(`company_id=shop&lastEventId=${id}.1`), encoded.slice(2).join(''))
    t.equal(await get('lastEventId='), await get(''))
    t.equal(await get('lastEventId=x', { ...stream, 'last-event-id': `${id}.2` }), encoded.slice(3).join(''))
    t.equal(await get(`lastEventId=${id}.1`, { ...stream, 'last-event-id': '' }), encoded.slice(2).join(''))
    for (const wrong of ['lastEventId=x', 'lastEventId=other.1&company_id=shop', `lastEventId=${'9'.repeat(300)}`]) {
      t.match(await askJson(url, undefined, { method: 'GET', path: `/chat/${id}?${wrong}` }), { status: 400 }, wrong)
    }
    t.match(await askJson(url, undefined, { method: 'DELETE', path: `/chat/${id}?lastEventId=${id}.1` }), { status: 400 })
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
  t.equal(await llm.requests[1]!.closed, true, 'the connection to the model\'s server is closed')
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, stopped: 1 })
  t.equal((await askJson(url, undefined, { method: 'DELETE', path: `/chat/${id}` })).status, 204, 'stopping twice does no harm')
  const again = await askJson(url, question)
  t.match(again.json, { cache: 'miss', finish_reason: 'stop' })
})
