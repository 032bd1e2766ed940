// The short way of plain questions whose answer is kept: it differs from the usual one in no byte and no count, and what is not
// plain, or must be refused, goes the usual way.
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { turn } from '../fixtures/until.ts'
import { startTestApp, type TestOptions } from '../helper.ts'

const question = { company_id: 'shop', user_id: 'ann', message: 'How long does delivery take?' }
/** Fastify knows this type as JSON; the short way does not. */
const usualWay = { 'content-type': 'application/json;charset=UTF-8' }

/** Starts the service, and counts the answers that were given the short way. */
async function start (t: Test, options: TestOptions = {}) {
  const { app, url } = await startTestApp(t, { model: fakeModel(['Two days, « deux » [1].']), ...options })
  const { askKept } = app
  const short = { count: 0 }
  app.askKept = asked => {
    const kept = askKept(asked)
    if (kept) short.count++
    return kept
  }
  const send = sender(t, url, app.server)
  /**
   * Sends a plain question until it goes the short way: what is known of keys and documents is looked up again now and then, and
   * the question that meets that goes the usual way.
   */
  const sendShort = async (body: object = question, headers: Record<string, string> = {}): Promise<string> => {
    for (let tries = 0; tries < 50; tries++) {
      const before = short.count
      const response = await send(body, headers)
      if (short.count > before) return response
    }
    throw new Error('it never went the short way')
  }
  return { app, send, sendShort, short }
}

/** Makes a key that stays known: without one, it is looked up every second whether there is any, and that goes the usual way. */
async function knownKey (app: FastifyInstance): Promise<{ authorization: string }> {
  const { key, text } = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(key)
  app.keysChanged()
  return { authorization: `Bearer ${text}` }
}

/** Returns the function that sends a request over a connection that stays open, and resolves with all that comes back. */
function sender (t: Test, url: string, server: Server) {
  const { hostname, port } = new URL(url)
  const open = () => connect(Number(port), hostname).setEncoding('latin1')
  let socket = open()
  t.teardown(() => socket.destroy())
  return async (body: object | string = question, headers: Record<string, string> = {}, packets = 1): Promise<string> => {
    if (socket.readableEnded || socket.destroyed) socket = open()
    const current = socket
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const fields = { host: '127.0.0.1', 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)), ...headers }
    const head = `POST /chat HTTP/1.1\r\n${Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
    if (packets === 1) current.write(head + sent)
    else {
      const come = once(server, 'request')
      current.write(head + sent.slice(0, 5))
      await come
      current.write(sent.slice(5))
    }
    let text = ''
    for (;;) {
      const [part] = await once(current, 'data') as [string]
      text += part
      // As Fastify does after a body that it cannot parse.
      if (current === socket && /\r\nconnection: close\r\n/i.test(text)) socket = open()
      const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(text) ?? []
      const at = text.indexOf('\r\n\r\n') + 4
      if (length === undefined ? text.endsWith('0\r\n\r\n') : text.length === at + Number(length)) return text
    }
  }
}

/** Replaces what differs between any two responses. */
const alike = (response: string) => response
  .replace(/\r\nDate: [^\r]+/, '').replace(/"conversation_id":"[^"]+"/, '')
  .replace(/x-ratelimit-remaining: \d+\r\n/, '').replace(/(x-ratelimit-reset: )\d+/, '$1')

const counters = /^causerie_(?:(?:questions|http_requests|company_questions|cache_lookups)_total|http_request_duration_seconds_count)\b/

/** Everything that is counted or stored of a question. */
async function counted (app: FastifyInstance, user: string): Promise<Record<string, number>> {
  await app.usage.flush()
  const metrics = Object.fromEntries((await app.metrics()).split('\n')
    .filter(line => counters.test(line))
    .map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
  const conversations = []
  for await (const { turns } of app.conversations.export({ company: 'shop', user })) conversations.push(turns)
  return {
    ...metrics,
    used: (await app.usage.read('shop', '2000-01-01', '2999-12-31')).reduce((sum, { questions }) => sum + questions, 0),
    asked: app.lastHour.minutes().reduce((sum, { asked }) => sum + asked, 0),
    hits: app.answers.stats().hits, readers: app.answers.stats().readers, profiles: app.profiles.stats().hits,
    turns: conversations.flat().length,
  }
}

t.test('differs from the usual way in no byte and no count', async t => {
  const { app, send, short } = await start(t, { config: { RATE_LIMIT_CALLS: 100, KEY_CACHE_SECONDS: 30 } })
  const key = await knownKey(app)
  const common: object[] = []
  app.commonQuestions.count = (...given) => { common.push(given) }
  await send({ ...question, user_id: 'first' }, { ...key, ...usualWay })

  const steps: { isShort: boolean, response: string, counts: Record<string, number>, common: object | undefined }[] = []
  const step = async (user: string, headers: Record<string, string>, more: object) => {
    const [before, shortBefore] = [await counted(app, user), short.count]
    const response = await send({ ...question, ...more, user_id: user }, { ...key, ...headers })
    const counts = Object.fromEntries(Object.entries(await counted(app, user)).map(([name, n]) => [name, n - (before[name] ?? 0)]))
    steps.push({ isShort: short.count > shortBefore, response: alike(response), counts, common: common.at(-1) })
  }
  // With the id of a conversation, though there is none yet, a question is not plain: it is asked step by step.
  await step('ann', usualWay, { conversation_id: 'as-long-as-an-id-that-is-made-here_1' })
  await step('ann', usualWay, {})
  for (let tries = 0; tries < 50 && short.count < 2; tries++) await step('ann', {}, {})

  const [first] = steps
  t.match(first, {
    isShort: false, response: /^HTTP\/1.1 200 OK\r\n[^]*x-ratelimit-limit: 100\r\nx-ratelimit-reset: [^]*"cache":"hit"[^]*deux/,
    counts: { used: 1, asked: 1, hits: 1, turns: 1, readers: 0, profiles: 1 },
  })
  t.equal(short.count, 2)
  for (const { isShort, ...rest } of steps) t.strictSame({ isShort: false, ...rest }, first)
})

t.test('the turn, the memory for ratings and the answer to resume are those of the usual way', async t => {
  const { app, send, sendShort, short } = await start(t)
  await send({ ...question, user_id: 'first' })
  const response = await sendShort()
  const [, conversation] = /"conversation_id":"([^"]+)"/.exec(response)!
  const [, answerId] = /"answer_id":"([^"]+)"/.exec(response)!
  t.match(await app.conversations.get({ company: 'shop', user: 'ann' }, conversation!), {
    turns: [{ question: question.message, answer: 'Two days, « deux ».', answerId }],
  })
  t.match(app.givenAnswers.find('shop', answerId!), { question: question.message, model: 'fake-llm' })
  t.match(await send(question, { 'last-event-id': `${answerId}.1` }), /^HTTP\/1.1 200 [^]*id: [^\n]+\.2\n/)
  t.match(await send({ ...question, conversation_id: conversation! }), `"conversation_id":"${conversation}"`)
  t.equal(short.count, 1)
})

t.test('a question that has no kept answer is asked as if it had never been read', async t => {
  const { send, sendShort, short } = await start(t)
  for (const packets of [1, 2]) {
    t.match(await send({ ...question, message: `Do islands take longer? ${packets}` }, {}, packets), /^HTTP\/1.1 200 [^]*"cache":"miss"/)
  }
  t.match(await send(question, {}, 2), /"cache":"miss"/)
  t.match(await send(question, {}, 2), /"cache":"hit"/, 'nor does a body that comes later')
  t.equal(short.count, 0)
  t.match(await sendShort(), /"cache":"hit"/)
})

t.test('what is not plain, or is no question, goes the usual way', async t => {
  const { send, short } = await start(t)
  await send()
  for (const [body, headers, response] of [
    [{ ...question, stream: false }, {}, /^HTTP\/1.1 200 [^]*application\/json/],
    [question, { accept: 'application/json' }, /^HTTP\/1.1 200 [^]*application\/json/],
    [question, { 'cache-control': 'no-cache' }, /"cache":"miss"/],
    [question, { 'idempotency-key': 'k' }, /"cache":"hit"/],
    [question, { origin: 'https://elsewhere.example' }, /^HTTP\/1.1 403 [^]*ORIGIN_REFUSED/],
    [question, { host: 'elsewhere.example' }, /^HTTP\/1.1 403 [^]*LOCAL_ONLY/],
    [{ ...question, groups: ['staff'] }, {}, /"cache":"hit"/],
    [{ ...question, web: false }, {}, /^HTTP\/1.1 200 /],
    [{ ...question, max_tokens: 5 }, {}, /^HTTP\/1.1 200 /],
    [{ ...question, page: { path: '/' } }, {}, /^HTTP\/1.1 200 /],
    [{ ...question, record: false }, {}, /"cache":"miss"/],
    [{ ...question, company_id: 'other' }, {}, /^HTTP\/1.1 404 [^]*UNKNOWN_COMPANY/],
    [{ ...question, message: ' ' }, {}, /^HTTP\/1.1 400 [^]*MESSAGE_EMPTY/],
    [{ ...question, message: 'Thank you!' }, {}, /"answered_by":"smalltalk"/],
    [{ ...question, user_id: 'a\0' }, {}, /^HTTP\/1.1 400 [^]*INVALID_TEXT/],
    [{ ...question, user_id: '' }, {}, /^HTTP\/1.1 400 [^]*INVALID_BODY/],
    [`{"__proto__":{},${JSON.stringify(question).slice(1)}`, {}, /^HTTP\/1.1 400 [^]*INVALID_JSON/],
    ['{"company_id":', {}, /^HTTP\/1.1 400 [^]*INVALID_JSON/],
  ] as [object | string, Record<string, string>, RegExp][]) t.match(await send(body, headers), response, JSON.stringify([body, headers]))
  t.equal(short.count, 0)
})

t.test('keys are checked each time, and one that is revoked stops at once', async t => {
  const { app, send, sendShort, short } = await start(t)
  const create = async (company: string | null, scope: 'chat' | 'write') => {
    const made = makeKey({ company, scopes: [scope] })
    await app.keys.create(made.key)
    app.keysChanged()
    return { id: made.key.id, headers: { authorization: `Bearer ${made.text}` } }
  }
  const [mine, every, other, documents] = [
    await create('shop', 'chat'), await create(null, 'chat'), await create('other', 'chat'), await create('shop', 'write'),
  ]
  t.match(await send(question, mine.headers), /"cache":"miss"/)
  t.match(await send(question, every.headers), /"cache":"hit"/, 'the first time, the key is looked up')
  t.equal(short.count, 0)
  const { company_id, ...unnamed } = question
  for (const [body, { headers }] of [[question, mine], [unnamed, mine], [question, every]] as const) {
    t.match(await sendShort(body, headers), /^HTTP\/1.1 200 [^]*"cache":"hit"/)
  }
  t.equal(short.count, 3)

  for (const [body, headers, refusal] of [
    [question, {}, /KEY_MISSING/], [question, { authorization: `${mine.headers.authorization.slice(0, -1)}x` }, /KEY_INVALID/],
    [question, other.headers, /WRONG_COMPANY/], [unnamed, every.headers, /COMPANY_MISSING/], [question, documents.headers, /SCOPE_MISSING/],
  ] as [object, Record<string, string>, RegExp][]) {
    for (let n = 0; n < 2; n++) t.match(await send(body, headers), refusal)
  }
  t.equal(app.keyVerifier.stats().refused, 2, 'a refusal counts once')
  await app.keys.revoke(mine.id, new Date().toISOString())
  app.keysChanged()
  for (let n = 0; n < 2; n++) t.match(await send(question, mine.headers), /^HTTP\/1.1 401 [^]*KEY_INVALID/)
  t.equal(short.count, 3)
})

t.test('limits count, and refuse', async t => {
  const { app, send, short } = await start(t, { config: { RATE_LIMIT_CALLS: 20, RATE_LIMIT_WINDOW_SECONDS: 3600, KEY_CACHE_SECONDS: 30 } })
  const key = await knownKey(app)
  for (let n = 1; n <= 20; n++) t.match(await send(question, key), new RegExp(`^HTTP/1.1 200 [^]*x-ratelimit-remaining: ${20 - n}\r\n`))
  const before = short.count
  t.ok(before > 0)
  t.match(await send(question, key), /^HTTP\/1.1 429 [^]*retry-after: \d+[^]*RATE_LIMITED/)
  t.equal(short.count, before)
  t.match(await send({ ...question, user_id: 'another' }, key), /^HTTP\/1.1 200 [^]*x-ratelimit-remaining: 19\r\n/)
})

t.test('a key has a limit of its own, whatever users it names', async t => {
  const config = { RATE_LIMIT_KEY_CALLS: 20, RATE_LIMIT_WINDOW_SECONDS: 3600, KEY_CACHE_SECONDS: 30 }
  const { app, send, short } = await start(t, { config })
  const key = await knownKey(app)
  const sendAs = (n: number) => send({ ...question, user_id: `made up ${n}` }, key)
  for (let n = 1; n <= 20; n++) t.match(await sendAs(n), /^HTTP\/1.1 200 /)
  const before = short.count
  t.ok(before > 0)
  t.match(await sendAs(21), /^HTTP\/1.1 429 [^]*RATE_LIMITED/)
  t.equal(short.count, before)
})

t.test('a change of the profile, or of the documents, is a miss at once; so is a reader of restricted documents', async t => {
  const { app, send, sendShort, short } = await start(t)
  const isMissed = async () => {
    const before = short.count
    t.match(await send(), /^HTTP\/1.1 200 [^]*"cache":"miss"/)
    t.equal(short.count, before)
    t.match(await send(), /^HTTP\/1.1 200 [^]*"cache":"hit"/)
  }
  await isMissed()
  await sendShort()
  await app.companies.patch('shop', { name: 'Another name' }, true)
  app.profileChanged('shop')
  await isMissed()
  await sendShort()

  const upload = async (document: object) => {
    const sent = await app.inject({
      method: 'PUT', url: '/v1/indexes/faq/documents?company_id=shop', payload: JSON.stringify([document]),
      headers: { 'content-type': 'application/json' },
    })
    await app.inject({ url: `/v1/tasks/${sent.json().task.id}?wait=60&company_id=shop` })
    await app.vectors.fill([])
  }
  await upload({ id: 'parcels', question: 'Where is my parcel?', answer: 'Delivery takes a day.' })
  await isMissed()
  await sendShort()
  await upload({ id: 'secret', question: 'How long does delivery take for staff?', answer: 'One hour.', access: ['user:ann'] })
  const before = short.count
  await isMissed()
  for (let n = 0; n < 3; n++) t.notMatch(await send({ ...question, user_id: 'bob' }), /"id":"faq\/secret/)
  t.equal(short.count, before, 'where documents are restricted, it is looked up each time what a user may see')
})

t.test('while the service closes, nothing is answered at once', async t => {
  const { app, send, short } = await start(t)
  const responded = new Promise(resolve => { app.onResponded(resolve) })
  await send()
  // A connection whose response ends while the service closes may be closed before its next request.
  await responded
  app.startClosing()
  t.match(await send(), /^HTTP\/1.1 503 [^]*SHUTTING_DOWN/)
  t.equal(short.count, 0)
})

t.test('an error on the short way ends nothing: its request goes the usual way', async t => {
  const { app, send } = await start(t)
  await send()
  app.askKept = () => { throw new Error('a fault') }
  t.match(await send(), /^HTTP\/1\.1 200 [^]*"cache":"hit"/)
})

t.test('an empty body is refused, also when the key takes a while to be looked up', async t => {
  const { app, send } = await start(t)
  const { any } = app.keyVerifier
  app.keyVerifier.any = () => turn().then(any)
  for (let n = 0; n < 3; n++) t.match(await send(''), /^HTTP\/1\.1 400 [\s\S]*INVALID_JSON/)
  t.match(await send({ ...question, message: 'Can I return a tent?' }), /^HTTP\/1\.1 200 /, 'any other body is still there')
})
