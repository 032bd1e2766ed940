// Tokens of end users and of visitors over HTTP.
import type { FastifyInstance } from 'fastify'
import { SignJWT, decodeJwt } from 'jose'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { signVisitor } from '../../src/keys/tokens.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp } from '../helper.ts'

const page = 'https://shop.example'
const body = { message: 'How long does delivery take?', stream: false }

async function make (t: Test, config: Record<string, unknown> = {}) {
  const { app } = await buildTestApp(t, { model: fakeModel(['Two days. [1]']), config: { KEY_CACHE_SECONDS: 0, ...config } })
  const key = async (changes: Partial<Parameters<typeof makeKey>[0]>) => {
    const made = makeKey({ company: 'shop', scopes: ['chat'], ...changes })
    await app.keys.create(made.key)
    return made
  }
  return { app, key }
}

interface Signing { text: string, key: { id: string } }
const token = ({ text, key }: Signing, { sub = 'ada', life = 60, ...claims }: { sub?: string, life?: number, groups?: unknown } = {}) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', kid: key.id })
    .setSubject(sub)
    .setExpirationTime(Math.floor(Date.now() / 1000) + life)
    .sign(new TextEncoder().encode(text))
const ask = (app: FastifyInstance, bearer: string, changes: object = {}, headers: object = {}) =>
  app.inject({ method: 'POST', url: '/chat', headers: { authorization: `Bearer ${bearer}`, ...headers }, body: { ...body, ...changes } })
const visit = (app: FastifyInstance, site: string, origin: string | undefined, last?: string) => app.inject({
  method: 'POST', url: '/v1/visitors', headers: origin === undefined ? {} : { origin }, body: { site, ...(last ? { token: last } : {}) },
})

t.test('an end user asks with a token: the company is the key\'s, the user the token\'s', async t => {
  const { app, key } = await make(t)
  const mine = await token(await key({ kind: 'signing' }))
  const answer = (await ask(app, mine)).json()
  t.match(answer, { finish_reason: 'stop', company_id: 'shop' })
  const conversation = `/conversations/${answer.conversation_id}`
  const headers = { authorization: `Bearer ${mine}` }
  t.match((await app.inject({ url: conversation, headers })).json(), { user_id: 'ada' })
  t.match((await app.inject({ url: `${conversation}?user_id=eve`, headers })).json(), { code: 'WRONG_USER' })
  t.match((await ask(app, mine, { user_id: 'eve' })).json(), { statusCode: 403, code: 'WRONG_USER' })
  t.equal((await ask(app, mine, { user_id: 'ada' })).statusCode, 200)
  t.match((await ask(app, mine, { company_id: 'other' })).json(), { code: 'WRONG_COMPANY' })
})

t.test('a token opens nothing but questions', async t => {
  const { app, key } = await make(t)
  const headers = { authorization: `Bearer ${await token(await key({ kind: 'signing' }))}` }
  for (const url of ['/stats', '/metrics', '/v1/indexes', '/v1/tasks']) {
    t.match((await app.inject({ url, headers })).json(), { statusCode: 403, code: 'SCOPE_MISSING' }, url)
  }
})

t.test('another user of the same company reads no conversation of the first one', async t => {
  const { app, key } = await make(t)
  const signing = await key({ kind: 'signing' })
  const { conversation_id: id } = (await ask(app, await token(signing, { sub: 'ada' }))).json()
  const headers = { authorization: `Bearer ${await token(signing, { sub: 'eve' })}` }
  t.match((await app.inject({ url: `/conversations/${id}`, headers })).json(), { code: 'CONVERSATION_NOT_FOUND' })
})

t.test('a token that cannot be trusted is refused with the reason', async t => {
  const { app, key } = await make(t)
  const signing = await key({ kind: 'signing' })
  const other = await key({ kind: 'signing', company: 'other' })
  const api = await key({ scopes: ['admin'] })
  const revoked = await key({ kind: 'signing' })
  await app.keys.revoke(revoked.key.id, new Date().toISOString())
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${encoded({ alg: 'none', kid: signing.key.id })}.${encoded({ sub: 'ada', exp: Date.now() / 1000 + 60 })}.`
  const without = (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', kid: signing.key.id })
    .sign(new TextEncoder().encode(signing.text))
  const exp = Math.floor(Date.now() / 1000) + 60
  const cases: [string, string, { code: string, message?: RegExp }][] = [
    ['expired', await token(signing, { life: -60 }), { code: 'TOKEN_EXPIRED' }],
    ['too long', await token(signing, { life: 90_000 }), { code: 'TOKEN_INVALID', message: /24 hours/ }],
    ['signed by another company under this kid', await token({ ...signing, text: other.text }), { code: 'TOKEN_INVALID' }],
    ['signed with an API key', await token({ text: api.text, key: api.key }), { code: 'TOKEN_INVALID' }],
    ['signed with the hash of a key', await token({ ...api, text: api.key.hash }), { code: 'TOKEN_INVALID' }],
    ['signed with a revoked key', await token(revoked), { code: 'TOKEN_INVALID', message: /revoked/ }],
    ['unsigned', unsigned, { code: 'TOKEN_INVALID' }],
    ['without exp', await without({ sub: 'ada' }), { code: 'TOKEN_INVALID', message: /exp/ }],
    ['without sub', await without({ exp }), { code: 'TOKEN_INVALID', message: /sub/ }],
    ['with groups that are no list', await token(signing, { groups: 'staff' }), { code: 'TOKEN_INVALID', message: /groups/ }],
    ['nothing of ours', 'a.b.c', { code: 'KEY_INVALID' }],
    ['the signing key itself', signing.text, { code: 'KEY_INVALID' }],
    ['the signing key written as an API key', signing.text.replace('cau_sign_', 'cau_'), { code: 'KEY_INVALID' }],
  ]
  for (const [what, bearer, error] of cases) t.match((await ask(app, bearer)).json(), { statusCode: 401, ...error }, what)
})

t.test('two signing keys work at once, and the first one\'s tokens end with it', async t => {
  const { app, key } = await make(t)
  const [before, after] = [await key({ kind: 'signing' }), await key({ kind: 'signing' })]
  const tokens = [await token(before), await token(after)] as const
  for (const each of tokens) t.equal((await ask(app, each)).statusCode, 200)
  await app.keys.revoke(before.key.id, new Date().toISOString())
  t.match((await ask(app, tokens[0])).json(), { code: 'TOKEN_INVALID' })
  t.equal((await ask(app, tokens[1])).statusCode, 200)
})

t.test('a page of the site gets a token for its visitor, which works from there', async t => {
  const { app, key } = await make(t)
  const { text } = await key({ kind: 'site', origins: [page] })
  const given = await visit(app, text, page)
  t.equal(given.statusCode, 200, given.body)
  t.equal(given.headers['cache-control'], 'no-store')
  t.equal(given.headers['access-control-allow-origin'], page)
  const { token: visitor, user_id: user, company_id: company } = given.json()
  t.equal(company, 'shop')
  t.match(user, /^visitor-[0-9a-f-]{36}$/)
  const asked = await ask(app, visitor, {}, { origin: page })
  t.match(asked.json(), { finish_reason: 'stop', company_id: 'shop' })
  t.equal(asked.headers['access-control-allow-origin'], page)
  t.match((await ask(app, visitor, {}, { origin: 'https://evil.example' })).json(), { statusCode: 403, code: 'ORIGIN_REFUSED' })
  t.not((await visit(app, text, page)).json().user_id, user, 'another visitor')
})

t.test('a site key is good for its own pages, and for nothing else', async t => {
  const { app, key } = await make(t)
  const { text } = await key({ kind: 'site', origins: [page] })
  for (const origin of [undefined, 'null', 'https://evil.example', 'http://shop.example', 'https://shop.example.evil.example']) {
    t.match((await visit(app, text, origin)).json(), { statusCode: 403, code: 'ORIGIN_REFUSED' }, String(origin))
  }
  t.match((await ask(app, text)).json(), { statusCode: 401, code: 'KEY_INVALID', message: /visitors/ })
  const { key: stored } = makeKey({ kind: 'site', company: 'shop', scopes: ['chat'], origins: [page] })
  t.match((await visit(app, `cau_site_${stored.id}`, page)).json(), { statusCode: 401, code: 'KEY_INVALID' })
})

t.test('a visitor stays the same by its last token, also an expired one, for a month', async t => {
  const { app, key } = await make(t)
  const { text, key: site } = await key({ kind: 'site', origins: [page] })
  const longAgo = (days: number) => signVisitor(site, page, 'visitor-1', Date.now() - days * 86_400_000)
  const { token: old } = await longAgo(20)
  t.match((await ask(app, old, {}, { origin: page })).json(), { code: 'TOKEN_EXPIRED' })
  const renewed = (await visit(app, text, page, old)).json()
  t.equal(renewed.user_id, 'visitor-1')
  t.ok(decodeJwt(renewed.token).exp! > Date.now() / 1000 + 3500)
  t.not((await visit(app, text, page, (await longAgo(40)).token)).json().user_id, 'visitor-1')
  const { key: foreign } = await key({ kind: 'site', origins: [page], company: 'other' })
  const { token: foreignToken } = await signVisitor(foreign, page, 'visitor-1')
  t.not((await visit(app, text, page, foreignToken)).json().user_id, 'visitor-1')
})

t.test('browsers may send requests from the origins of sites, and from no other', async t => {
  const { app, key } = await make(t)
  await key({ kind: 'site', origins: [page] })
  const preflight = (origin: string) => app.inject({
    method: 'OPTIONS',
    url: '/chat',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })
  const allowed = await preflight(page)
  t.equal(allowed.statusCode, 204)
  t.match(allowed.headers, { 'access-control-allow-origin': page, 'access-control-allow-headers': 'authorization' })
  t.equal((await preflight('https://evil.example')).headers['access-control-allow-origin'], undefined)
})

t.test('the questions of a token\'s user are counted together, whatever names they are asked under', async t => {
  const { app, key } = await make(t, { RATE_LIMIT_CALLS: 2 })
  const signing = await key({ kind: 'signing' })
  const mine = await token(signing)
  const openai = (user: string) => app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${mine}` },
    body: { model: 'shop', user, messages: [{ role: 'user', content: body.message }] },
  })
  t.same((await Promise.all(['a', 'b', 'c'].map(openai))).map(({ statusCode }) => statusCode).sort(), [200, 200, 429])
  t.equal((await ask(app, await token(signing, { sub: 'eve' }))).statusCode, 200)
})

t.test('searches with a token are counted apart from its questions', async t => {
  const { app, key } = await make(t, { RATE_LIMIT_CALLS: 1 })
  const headers = { authorization: `Bearer ${await token(await key({ kind: 'signing' }))}` }
  const search = () => app.inject({ method: 'POST', url: '/search', headers, body: { message: body.message } })
  t.equal((await search()).statusCode, 200)
  t.equal((await ask(app, headers.authorization.slice(7))).statusCode, 200)
  t.equal((await search()).statusCode, 429)
})

t.test('an address gets only so many visitors', async t => {
  const { app, key } = await make(t, { RATE_LIMIT_CALLS: 2 })
  const { text } = await key({ kind: 'site', origins: [page] })
  const codes = []
  for (let i = 0; i < 3; i++) codes.push((await visit(app, text, page)).statusCode)
  t.same(codes, [200, 200, 429])
})
