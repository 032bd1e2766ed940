// Feedback over HTTP: rated by every kind of client, once each; listed, exported and imported by operators.
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { turnOf } from '../contracts/conversations.ts'
import { buildTestApp } from '../helper.ts'

const question = 'How long does delivery take?'
const personal = 'Where is order 4711001? Mail anna@example.org or call +33 6 12 34 56 78'

async function ask (app: FastifyInstance, message = question, user_id = 'anna'): Promise<string> {
  const response = await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id, message, stream: false } })
  return response.json().answer_id
}
const rate = (app: FastifyInstance, id: string, body: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: `/chat/${id}/feedback`, payload: { company_id: 'shop', user_id: 'anna', ...body }, headers })
const list = async (app: FastifyInstance, query = '') => {
  const response = await app.inject(`/v1/feedback?company_id=shop${query}`)
  return response.json().data as { [key: string]: unknown }[]
}
const importing = (app: FastifyInstance, lines: string, query = '') => app.inject({
  method: 'POST', url: `/v1/feedback/import?company_id=shop${query}`, payload: lines, headers: { 'content-type': 'application/x-ndjson' },
})

t.test('stores a rating with its question, answer, sources and versions, and no personal data', async t => {
  const { app } = await buildTestApp(t)
  const id = await ask(app)
  const response = await rate(app, id, {
    rating: -1, reasons: ['incomplete', 'incomplete'], comment: 'Write to anna@example.org!', correction: 'Call 030 1234567.',
  })
  t.equal(response.statusCode, 200)
  t.same(response.json(), { answer_id: id, rating: -1, scale: 'thumbs', changed: false })
  const [entry, ...others] = await list(app)
  t.same(others, [])
  t.match(entry, {
    answer_id: id, rating: -1, scale: 'thumbs', score: -1, reasons: ['incomplete'],
    comment: 'Write to [mail]!', correction: 'Call [number].',
    question, answer: /two working days/, sources: [/^faq\/delivery$/],
    finish_reason: 'stop', model: /./, profile_version: /./, index_version: /./,
  })
  t.equal((await rate(app, await ask(app, personal), { rating: 1 })).statusCode, 200)
  const entries = await list(app)
  t.match(entries[0], { question: 'Where is order [number]? Mail [mail] or call [number]' })
  t.notMatch(JSON.stringify(entries), /anna|1234567|12 34|4711001/)
})

t.test('keeps one rating of each user, which can be changed', async t => {
  const { app } = await buildTestApp(t)
  const id = await ask(app)
  await rate(app, id, { rating: 1 })
  t.match((await rate(app, id, { rating: 4, scale: 'stars' })).json(), { rating: 4, scale: 'stars', changed: true })
  t.match((await rate(app, id, { rating: 0, user_id: 'bert' })).json(), { changed: false })
  t.match((await rate(app, id, { rating: -1, user_id: undefined })).json(), { changed: false })
  t.same((await list(app)).map(({ score }) => Math.round(100 * Number(score))), [-100, 0, 60])
  t.same((await list(app, '&rating=up')).map(({ rating }) => rating), [4])
})

t.test('knows an answer by the ids that its clients have', async t => {
  const { app } = await buildTestApp(t)
  const body = { model: 'shop', user: 'anna', messages: [{ role: 'user', content: 'Can I return a tent?' }] }
  const completion = (await app.inject({ method: 'POST', url: '/v1/chat/completions', payload: body })).json()
  const input = { model: 'shop', user: 'anna', input: 'A gas stove?' }
  const made = (await app.inject({ method: 'POST', url: '/v1/responses', payload: input })).json()
  const chat = {
    id: 'chat-1', company_id: 'shop', user_id: 'anna',
    messages: [{ id: 'm1', role: 'user', parts: [{ type: 'text', text: 'What does the tent weigh?' }] }],
  }
  const stream = (await app.inject({ method: 'POST', url: '/api/chat', payload: chat })).body
  const messageId = /"messageId":"([^"]+)"/.exec(stream)![1]!
  for (const id of [completion.id, made.id, made.output[0].id, messageId, `${messageId}-3`]) {
    const response = await rate(app, id, { rating: 1 })
    t.equal(response.statusCode, 200, id)
    t.ok(id.includes(response.json().answer_id))
  }
  t.same((await list(app)).map(({ question }) => question), ['What does the tent weigh?', 'A gas stove?', 'Can I return a tent?'])
})

t.test('refuses what it cannot store, with a code', async t => {
  const { app } = await buildTestApp(t)
  const id = await ask(app)
  const code = async (body: object, of = id) => {
    const response = await rate(app, of, body)
    return `${response.statusCode} ${response.json().code}`
  }
  t.equal(await code({ rating: 4 }), '400 INVALID_BODY', 'stars on the scale of thumbs')
  t.match((await rate(app, id, { rating: 4 })).json().message, /"stars" is 0 to 5/)
  for (const body of [
    {}, { rating: 6, scale: 'stars' }, { rating: '1' }, { rating: 1, scale: 'percent' }, { rating: 1, more: 1 },
    { rating: 1, reasons: ['A B'] },
    { rating: 1, reasons: Array.from({ length: 11 }, (_, i) => `r${i}`) }, { rating: 1, comment: 'a'.repeat(4001) },
  ]) t.equal(await code(body), '400 INVALID_BODY', JSON.stringify(body).slice(0, 60))
  t.equal(await code({ rating: 1, comment: 'a\0' }), '400 INVALID_TEXT')
  for (const unknown of ['nothing', 'resp_a.b', `chatcmpl-${id}x`]) t.equal(await code({ rating: 1 }, unknown), '404 ANSWER_NOT_FOUND')
  t.equal(await code({ rating: 1, company_id: 'other' }), '404 ANSWER_NOT_FOUND', 'an answer of another company')
  t.same(await list(app), [])
})

t.test('finds an older answer in its conversation, or in an earlier rating', async t => {
  const { app } = await buildTestApp(t, { config: { FEEDBACK_MEMORY_MAX_BYTES: 1 } })
  app.conversations.append({ company: 'shop', user: 'anna' }, 'c-1', turnOf('One? 0612345678', { answerId: 'a1' }))
  t.equal((await rate(app, 'a1', { rating: 1 })).statusCode, 404)
  t.equal((await rate(app, 'a1', { rating: 1, conversation_id: 'c-1', user_id: 'bert' })).statusCode, 404, 'of another user')
  t.equal((await rate(app, 'a1', { rating: 1, conversation_id: 'c-1' })).statusCode, 200)
  t.equal((await rate(app, 'chatcmpl-a1', { rating: -1 })).statusCode, 200)
  t.match(await list(app), [{ answer_id: 'a1', question: 'One? [number]', score: -1 }])
  app.conversations.append({ company: 'shop', user: 'anna' }, 'c-1', turnOf('Two?', { answerId: 'a2' }))
  t.equal((await rate(app, 'resp_a2.c-1', { rating: 1 })).statusCode, 200)
})

t.test('lets users rate for their own company, and shows ratings to those who may write', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const id = await ask(app)
  const make = async (company: string | null, scopes: ('chat' | 'write')[]) => {
    const made = makeKey({ company, scopes })
    await app.keys.create(made.key)
    return { authorization: `Bearer ${made.text}` }
  }
  const [chat, write, other] = [await make('shop', ['chat']), await make('shop', ['write']), await make('other', ['chat', 'write'])]
  const code = (response: { json (): { code: string }, statusCode: number }) => response.statusCode === 200 ? 200 : response.json().code
  t.equal(code(await rate(app, id, { rating: 1 })), 'KEY_MISSING')
  t.equal(code(await rate(app, id, { rating: 1 }, write)), 'SCOPE_MISSING')
  t.equal(code(await rate(app, id, { rating: 1 }, other)), 'WRONG_COMPANY')
  t.equal(code(await rate(app, id, { rating: 1, company_id: undefined }, other)), 'ANSWER_NOT_FOUND')
  t.equal(code(await rate(app, id, { rating: 1, company_id: undefined }, chat)), 200)
  for (const url of ['/v1/feedback', '/v1/feedback/export']) {
    t.equal(code(await app.inject({ url, headers: chat })), 'SCOPE_MISSING')
    t.equal(code(await app.inject({ url, headers: write })), 200)
    t.equal(code(await app.inject({ url: `${url}?company_id=shop`, headers: other })), 'WRONG_COMPANY')
    t.equal(code(await app.inject({ url: `${url}?company_id=nobody`, headers: await make(null, ['write']) })), 'UNKNOWN_COMPANY')
  }
})

t.test('takes the user of a token for the one who rates, and no other', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const id = await ask(app)
  const signing = makeKey({ company: 'shop', scopes: ['chat'], kind: 'signing' })
  await app.keys.create(signing.key)
  const tokenOf = async (user: string) => {
    const token = new SignJWT().setProtectedHeader({ alg: 'HS256', kid: signing.key.id }).setSubject(user)
    return { authorization: `Bearer ${await token.setExpirationTime('1m').sign(new TextEncoder().encode(signing.text))}` }
  }
  const own = { company_id: undefined, user_id: undefined }
  t.match((await rate(app, id, { ...own, rating: 1 }, await tokenOf('ada'))).json(), { changed: false })
  t.match((await rate(app, id, { ...own, rating: -1 }, await tokenOf('ada'))).json(), { changed: true })
  t.match((await rate(app, id, { ...own, rating: 1 }, await tokenOf('eve'))).json(), { changed: false })
  t.match((await rate(app, id, { rating: 1, user_id: 'ada' }, await tokenOf('eve'))).json(), { code: 'WRONG_USER' })
  const found = await app.feedback!.list('shop', {}, { limit: 10 })
  t.same(found.map(({ score }) => score), [1, -1])
  t.equal(new Set(found.map(({ rater }) => rater)).size, 2)
  t.match((await app.inject({ url: '/v1/feedback', headers: await tokenOf('ada') })).json(), { code: 'SCOPE_MISSING' })
})

t.test('limits how often one user rates', async t => {
  const { app } = await buildTestApp(t)
  const id = await ask(app)
  const codes = []
  for (let i = 0; i < 101; i++) codes.push((await rate(app, id, { rating: 1 })).statusCode)
  t.same([...new Set(codes)], [200, 429])
  t.equal((await rate(app, id, { rating: 1, user_id: 'bert' })).statusCode, 200)
})

async function withRatings (t: Test, n: number): Promise<FastifyInstance> {
  const { app } = await buildTestApp(t)
  const lines = Array.from({ length: n }, (_, i) => JSON.stringify({ input: `Question ${i}?`, target: `Answer ${i}`, score: i % 2 }))
  t.same((await importing(app, lines.join('\n'))).json(), { imported: n, changed: 0 })
  return app
}

t.test('lists in pages, and exports all of it', async t => {
  const app = await withRatings(t, 450)
  const seen: string[] = []
  for (let after = ''; ;) {
    const { data, next } = (await app.inject(`/v1/feedback?company_id=shop&limit=200${after}`)).json()
    seen.push(...data.map(({ question }: { question: string }) => question))
    if (next === null) break
    after = `&after=${next}`
  }
  t.same(seen, Array.from({ length: 450 }, (_, i) => `Question ${449 - i}?`))
  const response = await app.inject('/v1/feedback/export?company_id=shop&format=pairs&rating=down')
  t.equal(response.headers['content-type'], 'application/x-ndjson')
  const pairs = response.body.trim().split('\n').map(line => JSON.parse(line))
  t.equal(pairs.length, 225)
  t.same(pairs[0], { input: 'Question 448?', target: 'Answer 448', score: 0 })
})

t.test('imports its own export unchanged, and a line once', async t => {
  const { app } = await buildTestApp(t)
  const id = await ask(app)
  await rate(app, id, { rating: 2, scale: 'stars', comment: 'So so', reasons: ['slow'], correction: 'Three days.' })
  const exported = (await app.inject('/v1/feedback/export?company_id=shop')).body
  t.same((await importing(app, exported)).json(), { imported: 0, changed: 1 })
  const timeless = (text: string) => text.replace(/"updated_at":"[^"]+"/g, '')
  t.equal(timeless((await app.inject('/v1/feedback/export?company_id=shop')).body), timeless(exported))
  const pair = '{"input":"Call 0612345678?","target":"anna@example.org","score":5}'
  t.same((await importing(app, `${pair}\n\n${pair}\n`, '&scale=stars')).json(), { imported: 1, changed: 1 })
  t.match((await list(app))[0], { question: 'Call [number]?', answer: '[mail]', rating: 5, scale: 'stars', score: 1 })
  const pairs = (await app.inject('/v1/feedback/export?company_id=shop&format=pairs')).body
  const wanted = pairs.trim().split('\n').map(line => JSON.parse(line))
  t.match(wanted[1], { target: 'Three days.', score: 1 })
})

t.test('imports nothing when a line is wrong, and names it', async t => {
  const { app } = await buildTestApp(t)
  const good = '{"input":"Q?","target":"A","score":1}'
  for (const bad of [
    'no json', '[]', 'null', '{"input":"Q?","target":"A"}', '{"target":"A","score":1}', '{"input":1,"score":1}', '{"input":"Q","score":7}',
    '{"input":"Q","score":1,"scale":"x"}', '{"input":"Q","score":1,"reasons":"x"}', '{"question":"Q"}',
  ]) {
    const response = await importing(app, `${good}\n${bad}`)
    t.equal(response.statusCode, 400, bad)
    t.match(response.json(), { code: 'INVALID_BODY', message: /Line 2: / }, bad)
  }
  t.same(await list(app), [])
  t.equal((await importing(app, good, '&company_id=nobody')).statusCode, 400)
})

t.test('imports lines with a byte order mark and the line ends of Windows', async t => {
  const { app } = await buildTestApp(t)
  const lines = '\uFEFF{"input": "Hours?", "target": "9 am", "score": 1}\r\n\r\n{"input": "Where?", "target": "Oslo", "score": 0}\r\n'
  t.match((await importing(app, lines)).json(), { imported: 2 })
  t.same((await list(app)).map(({ question }) => question), ['Where?', 'Hours?'])
})

t.test('says how an import is sent', async t => {
  const { app } = await buildTestApp(t)
  const url = '/v1/feedback/import?company_id=shop'
  for (const payload of [{}, [{ input: 'Q?', target: 'A', score: 1 }], undefined]) {
    const response = await app.inject({ method: 'POST', url, ...(payload ? { payload } : {}) })
    t.match([response.statusCode, response.json()], [400, { code: 'INVALID_BODY', message: /x-ndjson/ }])
  }
})

t.test('stores nothing when feedback is off', async t => {
  const { app } = await buildTestApp(t, { config: { FEEDBACK_TTL_SECONDS: 0 } })
  const id = await ask(app)
  t.match((await rate(app, id, { rating: 1 })).json(), { code: 'NOT_SUPPORTED', message: /FEEDBACK_TTL_SECONDS/ })
  t.equal((await app.inject('/v1/feedback?company_id=shop')).statusCode, 400)
})
