// Limits the questions of one user per window.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { question } from '../fixtures/app-client.ts'
import { buildTestApp, writeCompany } from '../helper.ts'

const payload = { ...question, stream: false }

t.test('applies the limit to each user of each company', async t => {
  const { app, dir } = await buildTestApp(t, { config: { RATE_LIMIT_CALLS: 2, RATE_LIMIT_WINDOW_SECONDS: 60 } })
  const send = (changes: object = {}) => app.inject({ method: 'POST', url: '/chat', payload: { ...payload, ...changes } })
  const first = await send()
  t.equal(first.statusCode, 200)
  t.match(first.headers, { 'x-ratelimit-limit': /^2$/, 'x-ratelimit-remaining': /^1$/ })
  t.equal((await send({ stream: true })).statusCode, 200, 'streams count as well')
  const third = await send()
  t.equal(third.statusCode, 429)
  t.match(third.json(), { statusCode: 429, code: 'RATE_LIMITED', error: 'Too Many Requests', message: /At most 2 in 60 s; next in \d+ s/ })
  t.strictSame(Object.keys(third.json()).sort(), ['code', 'error', 'message', 'statusCode'])
  t.ok(Number(third.headers['retry-after']) > 0 && Number(third.headers['retry-after']) <= 60)
  t.equal((await send({ stream: true })).json().code, 'RATE_LIMITED', 'no stream is begun')
  t.equal((await send({ user_id: 'u2' })).statusCode, 200, 'another user has his own')
  await writeCompany(`${dir}/companies`, 'other')
  t.equal((await send({ company_id: 'other' })).statusCode, 404, 'so has the same user of another company')
})

t.test('does not count requests that are not questions', async t => {
  const { app } = await buildTestApp(t, { config: { RATE_LIMIT_CALLS: 1 } })
  for (let n = 0; n < 5; n++) {
    t.equal((await app.inject({ method: 'POST', url: '/chat', payload: { ...payload, message: 3 } })).statusCode, 400)
    t.equal(
      (await app.inject({ method: 'POST', url: '/chat', payload: '{', headers: { 'content-type': 'application/json' } })).statusCode, 400
    )
    t.equal((await app.inject('/health')).statusCode, 200)
  }
  const answer = await app.inject({ method: 'POST', url: '/chat', payload })
  t.equal(answer.statusCode, 200)
  const id = answer.json().answer_id
  for (let n = 0; n < 5; n++) {
    t.equal((await app.inject(`/chat/${id}`)).statusCode, 200, 'nor does resuming')
    t.equal((await app.inject({ method: 'DELETE', url: `/chat/${id}` })).statusCode, 204, 'or stopping')
  }
})

t.test('has no limit when it is 0', async t => {
  const { app } = await buildTestApp(t, { config: { RATE_LIMIT_CALLS: 0 } })
  for (let n = 0; n < 30; n++) t.equal((await app.inject({ method: 'POST', url: '/chat', payload })).statusCode, 200)
})

t.test('a key has a limit of its own, whatever users it names', async t => {
  const { app } = await buildTestApp(t, { config: { RATE_LIMIT_CALLS: 2, RATE_LIMIT_KEY_CALLS: 5, KEY_CACHE_SECONDS: 0 } })
  const keys = [makeKey({ company: 'shop', scopes: ['chat'] }), makeKey({ company: 'shop', scopes: ['chat'] })]
  for (const { key } of keys) await app.keys.create(key)
  const send = (n: number, user: string) => app.inject({
    method: 'POST', url: '/chat', payload: { ...payload, user_id: user }, headers: { authorization: `Bearer ${keys[n]!.text}` },
  })
  for (let n = 0; n < 5; n++) t.equal((await send(0, `made up ${n}`)).statusCode, 200)
  const refused = await send(0, 'made up 5')
  t.match(refused.json(), { statusCode: 429, code: 'RATE_LIMITED', message: /At most 5 in 300 s/ })
  t.ok(Number(refused.headers['retry-after']) > 0)
  t.equal((await send(1, 'made up 5')).statusCode, 200, 'another key has its own')
})
