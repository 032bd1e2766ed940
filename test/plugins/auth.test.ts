// Keys, companies and scopes over HTTP.
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp } from '../helper.ts'

async function make (t: Test, config: Record<string, unknown> = {}) {
  const { app } = await buildTestApp(t, { model: fakeModel(['Two days. [1]']), config: { KEY_CACHE_SECONDS: 0, ...config } })
  const key = async (company: string | null, ...scopes: Scope[]) => {
    const made = makeKey({ company, scopes })
    await app.keys.create(made.key)
    return { authorization: `Bearer ${made.text}`, id: made.key.id }
  }
  return { app, key }
}

const body = { company_id: 'shop', user_id: 'u', message: 'How long does delivery take?', stream: false }
const ask = (app: FastifyInstance, headers: { authorization?: string } = {}, changes: object = {}) =>
  app.inject({ method: 'POST', url: '/chat', headers, body: { ...body, ...changes } })
const bearer = ({ authorization }: { authorization: string }) => ({ authorization })

t.test('asks for no key on this machine while there is none', async t => {
  const { app } = await make(t)
  t.match((await ask(app)).json(), { finish_reason: 'stop' })
  for (const url of ['/stats', '/metrics', '/ready']) t.equal((await app.inject(url)).statusCode, 200, url)
})

t.test('serves nothing elsewhere while there is no key', async t => {
  const { app } = await make(t, { HOST: '0.0.0.0' })
  t.match((await ask(app)).json(), { statusCode: 401, code: 'KEY_MISSING' })
})

t.test('asks for a key from the first one on, and still does once the last one is revoked', async t => {
  const { app, key } = await make(t)
  t.equal((await ask(app)).statusCode, 200)
  const mine = await key('shop', 'chat')
  const refused = await ask(app)
  t.match(refused.json(), { statusCode: 401, code: 'KEY_MISSING', error: 'Unauthorized', message: /Authorization: Bearer/ })
  t.equal(refused.headers['www-authenticate'], 'Bearer')
  t.equal((await ask(app, bearer(mine))).statusCode, 200)
  t.match((await ask(app, { authorization: `${mine.authorization}x` })).json(), { statusCode: 401, code: 'KEY_INVALID' })
  await app.keys.revoke(mine.id, new Date().toISOString())
  t.match((await ask(app)).json(), { statusCode: 401, code: 'KEY_MISSING' })
  app.keyVerifier.drop()
  t.match((await ask(app)).json(), { statusCode: 401, code: 'KEY_MISSING' })
})

t.test('refuses a revoked key within KEY_CACHE_SECONDS', async t => {
  const { app, key } = await make(t)
  const [mine] = [await key('shop', 'chat'), await key('shop', 'chat')]
  t.equal((await ask(app, bearer(mine))).statusCode, 200)
  await app.keys.revoke(mine.id, new Date().toISOString())
  t.match((await ask(app, bearer(mine))).json(), { statusCode: 401, code: 'KEY_INVALID' })
})

t.test('takes the company from the key', async t => {
  const { app, key } = await make(t)
  const mine = bearer(await key('shop', 'chat'))
  t.match((await ask(app, mine, { company_id: undefined })).json(), { company_id: 'shop', finish_reason: 'stop' })
  t.match((await ask(app, mine, { company_id: 'other' })).json(), { statusCode: 403, code: 'WRONG_COMPANY' })
  const any = bearer(await key(null, 'chat'))
  t.match((await ask(app, any)).json(), { company_id: 'shop' })
  t.match((await ask(app, any, { company_id: undefined })).json(), { statusCode: 400, code: 'COMPANY_MISSING', message: /company_id/ })
  const other = bearer(await key('other', 'chat'))
  t.match((await ask(app, other, { company_id: undefined })).json(), { statusCode: 404, code: 'UNKNOWN_COMPANY' })
})

t.test('checks the key before the body', async t => {
  const { app, key } = await make(t)
  await key('shop', 'chat')
  t.match((await app.inject({ method: 'POST', url: '/chat', headers: { 'content-type': 'application/json' }, body: '{broken' })).json(), {
    code: 'KEY_MISSING',
  })
})

t.test('enforces scopes', async t => {
  const { app, key } = await make(t)
  const [chat, write, companys, admin] = [
    bearer(await key('shop', 'chat')), bearer(await key('shop', 'write')), bearer(await key('shop', 'admin')),
    bearer(await key(null, 'admin')),
  ]
  t.equal((await ask(app, chat)).statusCode, 200)
  t.match((await ask(app, write)).json(), { statusCode: 403, code: 'SCOPE_MISSING', message: /"chat"/ })
  for (const headers of [companys, admin]) t.equal((await ask(app, headers)).statusCode, 200)
  for (const url of ['/stats', '/metrics']) {
    t.equal((await app.inject({ url })).statusCode, 401, url)
    t.match((await app.inject({ url, headers: chat })).json(), { statusCode: 403, code: 'SCOPE_MISSING' }, url)
    t.match(
      (await app.inject({ url, headers: companys })).json(), { statusCode: 403, code: 'SCOPE_MISSING', message: /all companies/ }, url
    )
    t.equal((await app.inject({ url, headers: admin })).statusCode, 200, url)
  }
  for (const url of ['/health', '/ready', '/openapi.json', '/docs/']) {
    t.equal((await app.inject({ url })).statusCode, 200, `${url} is for all`)
  }
})

t.test('gives an answer to the company of its key only', async t => {
  const { app, key } = await make(t)
  const [mine, other, any] = [bearer(await key('shop', 'chat')), bearer(await key('other', 'chat')), bearer(await key(null, 'chat'))]
  const { answer_id: id } = (await ask(app, mine)).json()
  const join = (headers: { authorization?: string }, query = '') =>
    app.inject({ url: `/chat/${id}${query}`, headers: { ...headers, accept: 'application/json' } })
  t.match((await join(mine)).json(), { answer_id: id, company_id: 'shop' })
  t.match((await join(mine, '?company_id=shop')).json(), { answer_id: id })
  t.match((await join(any)).json(), { answer_id: id })
  t.match((await join({})).json(), { statusCode: 401 })
  t.match((await join(other)).json(), { statusCode: 404, code: 'ANSWER_NOT_FOUND' })
  t.match((await join(mine, '?company_id=other')).json(), { statusCode: 403, code: 'WRONG_COMPANY' })
  t.match((await app.inject({ method: 'DELETE', url: `/chat/${id}`, headers: other })).json(), { statusCode: 404 })
  t.equal((await app.inject({ method: 'DELETE', url: `/chat/${id}`, headers: mine })).statusCode, 204)
})

t.test('shows missing parts to an admin only', async t => {
  const { app, key } = await make(t, { LLM_URL: 'http://127.0.0.1:9/v1', LLM_MODEL: 'm' })
  const admin = bearer(await key(null, 'admin'))
  const reasons = (await app.inject({ url: '/ready', headers: admin })).json()
  const anonymous = (await app.inject('/ready')).json()
  t.same((await app.inject({ url: '/ready', headers: bearer(await key('shop', 'admin')) })).json(), anonymous, 'nor to one company\'s')
  t.equal(anonymous.ready, reasons.ready)
  t.same(Object.keys(anonymous.degraded), Object.keys(reasons.degraded))
  for (const reason of Object.values({ ...anonymous.waiting, ...anonymous.degraded })) t.match(reason, /admin's key/)
})

t.test('counts the rate limit per user of the key\'s company, whatever company the body names', async t => {
  const { app, key } = await make(t, { RATE_LIMIT_CALLS: 1 })
  const mine = bearer(await key('shop', 'chat'))
  t.equal((await ask(app, mine)).statusCode, 200)
  t.equal((await ask(app, mine, { company_id: undefined })).statusCode, 429)
  t.equal((await ask(app, mine, { user_id: 'another' })).statusCode, 200)
})

t.test('never logs a key', async t => {
  const lines: string[] = []
  const { app } = await buildTestApp(t, {
    model: fakeModel(['x']), config: { KEY_CACHE_SECONDS: 0 },
    logger: {
      level: 'trace',
      stream: {
        write: (line: string) => {
          lines.push(line)
        },
      },
    },
  })
  const { text, key } = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(key)
  await ask(app, { authorization: `Bearer ${text}` })
  await ask(app, { authorization: `Bearer ${text}x` })
  await ask(app, { authorization: `Bearer ${text}` }, { company_id: 'other' })
  t.ok(lines.length > 0)
  t.notMatch(lines.join(''), text)
  t.notMatch(lines.join(''), text.slice(-33))
})
