// The short way of plain questions whose answer is kept: it differs from the usual one in no byte and no count, and what is not
// plain, or must be refused, goes the usual way.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { alike, counted, knownKey, question, startCounting, usualWay } from '../fixtures/short-way.ts'
import { turn } from '../fixtures/until.ts'

t.test('differs from the usual way in no byte and no count', async t => {
  const { app, send, short } = await startCounting(t, { config: { RATE_LIMIT_CALLS: 100, KEY_CACHE_SECONDS: 30 } })
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
  const { app, send, sendShort, short } = await startCounting(t)
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
  const { send, sendShort, short } = await startCounting(t)
  for (const packets of [1, 2]) {
    t.match(await send({ ...question, message: `Do islands take longer? ${packets}` }, {}, packets), /^HTTP\/1.1 200 [^]*"cache":"miss"/)
  }
  t.match(await send(question, {}, 2), /"cache":"miss"/)
  t.match(await send(question, {}, 2), /"cache":"hit"/, 'nor does a body that comes later')
  t.equal(short.count, 0)
  t.match(await sendShort(), /"cache":"hit"/)
})

t.test('what is not plain, or is no question, goes the usual way', async t => {
  const { send, short } = await startCounting(t)
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
  const { app, send, sendShort, short } = await startCounting(t)
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
  const config = { RATE_LIMIT_CALLS: 20, RATE_LIMIT_WINDOW_SECONDS: 3600, KEY_CACHE_SECONDS: 30 }
  const { app, send, short } = await startCounting(t, { config })
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
  const { app, send, short } = await startCounting(t, { config })
  const key = await knownKey(app)
  const sendAs = (n: number) => send({ ...question, user_id: `made up ${n}` }, key)
  for (let n = 1; n <= 20; n++) t.match(await sendAs(n), /^HTTP\/1.1 200 /)
  const before = short.count
  t.ok(before > 0)
  t.match(await sendAs(21), /^HTTP\/1.1 429 [^]*RATE_LIMITED/)
  t.equal(short.count, before)
})

t.test('a change of the profile, or of the documents, is a miss at once; so is a reader of restricted documents', async t => {
  const { app, send, sendShort, short } = await startCounting(t)
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
  const { app, send, short } = await startCounting(t)
  const responded = new Promise(resolve => { app.onResponded(resolve) })
  await send()
  // A connection whose response ends while the service closes may be closed before its next request.
  await responded
  app.startClosing()
  t.match(await send(), /^HTTP\/1.1 503 [^]*SHUTTING_DOWN/)
  t.equal(short.count, 0)
})

t.test('an error on the short way ends nothing: its request goes the usual way', async t => {
  const { app, send } = await startCounting(t)
  await send()
  app.askKept = () => { throw new Error('a fault') }
  t.match(await send(), /^HTTP\/1\.1 200 [^]*"cache":"hit"/)
})

t.test('an empty body is refused, also when the key takes a while to be looked up', async t => {
  const { app, send } = await startCounting(t)
  const { any } = app.keyVerifier
  app.keyVerifier.any = () => turn().then(any)
  for (let n = 0; n < 3; n++) t.match(await send(''), /^HTTP\/1\.1 400 [\s\S]*INVALID_JSON/)
  t.match(await send({ ...question, message: 'Can I return a tent?' }), /^HTTP\/1\.1 200 /, 'any other body is still there')
})
