// /v1/keys: keys for all companies are made, listed and revoked by operators alone.
import t, { type Test } from 'tap'
import { maxKeys } from '../../routes/key-schemas.ts'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { buildTestApp } from '../helper.ts'

async function make (t: Test) {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const keyed = async (company: string | null, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return `Bearer ${text}`
  }
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, authorization?: string, body?: object) => {
    const response = await app.inject({ method, url, headers: authorization ? { authorization } : {}, ...(body ? { body } : {}) })
    return { status: response.statusCode, ...(response.body === '' ? {} : response.json()) }
  }
  return { app, keyed, send }
}

t.test('the first key can be one that opens everything', async t => {
  const { app, send } = await make(t)
  const made = await send('POST', '/v1/keys', undefined, { scopes: ['admin'], name: 'console' })
  t.match(made, { status: 201, key: /^cau_\w{12}_/, kind: 'api', company_id: null, scopes: ['admin'], name: 'console', expires_at: null })
  t.match(await send('GET', '/v1/keys'), { status: 401, code: 'KEY_MISSING' }, 'the service asks for a key from now on')
  const operator = `Bearer ${made.key}`
  t.match(await send('GET', '/v1/access', operator), { company_id: null, scopes: ['chat', 'write', 'admin'] })
  const list = await send('GET', '/v1/keys', operator)
  t.match(list, { status: 200, data: [{ id: made.id, company_id: null, revoked_at: null }] })
  t.notMatch(JSON.stringify(list), new RegExp(`${made.key.slice(18)}|hash|secret`))
  t.match(await app.audit.list({}, { limit: 1 }), [{ company: null, action: 'key.create', target: made.id, key: null }])
  t.match(await send('DELETE', `/v1/keys/${made.id}`, operator), { status: 204 })
  t.match(await send('GET', '/v1/keys', operator), { status: 401 })
})

t.test('neither a company nor a narrower key makes, sees or revokes one', async t => {
  const { app, send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  const { id } = await send('POST', '/v1/keys', operator, {})
  for (const key of [await keyed('shop', 'admin'), await keyed(null, 'write'), await keyed(null, 'chat')]) {
    for (const [method, path, body] of [['GET', '/v1/keys'], ['POST', '/v1/keys', {}], ['DELETE', `/v1/keys/${id}`]] as const) {
      t.match(await send(method, path, key, body), { status: 403, code: 'SCOPE_MISSING' }, `${method} ${path}`)
    }
  }
  t.equal((await app.keys.find(id))!.revokedAt, null)
})

t.test('a company\'s key is no key for all companies, and what belongs to a company is none', async t => {
  const { send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  const own = await send('POST', '/v1/companies/shop/keys', operator, {})
  t.match(await send('DELETE', `/v1/keys/${own.id}`, operator), { status: 404, code: 'KEY_NOT_FOUND' })
  t.match(await send('DELETE', '/v1/keys/AAAAAAAAAAAA', operator), { status: 404, code: 'KEY_NOT_FOUND' })
  t.equal((await send('GET', '/v1/keys', operator)).data.length, 1)
  for (const [body, message] of [
    [{ kind: 'site' }, /kind|additional/], [{ origins: ['https://a.example'] }, /origins|additional/], [{ scopes: [] }, /scopes/],
    [{ expires_at: 'soon' }, /in the future/], [{ name: 'x'.repeat(201) }, /name/],
  ] as const) t.match(await send('POST', '/v1/keys', operator, body), { status: 400, message })
})

t.test('a key whose time is over is neither listed nor counted, and may still be revoked', async t => {
  const { app, send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  const add = async (expiresAt: string) => {
    const { key } = makeKey({ company: null, scopes: ['admin'], expiresAt })
    await app.keys.create(key)
    return key.id
  }
  const over: string[] = []
  for (let n = 0; n < maxKeys; n++) over.push(await add('2020-01-01T00:00:00.000Z'))
  const later = await add('2999-01-01T00:00:00.000Z')
  const { data } = await send('GET', '/v1/keys', operator)
  t.same([data.length, data[1].id], [2, later])
  t.match(await send('POST', '/v1/keys', operator, {}), { status: 201 })
  t.match(await send('DELETE', `/v1/keys/${over[0]}`, operator), { status: 204 })
})

t.test("a company's keys whose time is over are listed as such, and not counted", async t => {
  const { app, send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  for (let n = 0; n < maxKeys; n++) {
    await app.keys.create(makeKey({ company: 'shop', scopes: ['chat'], expiresAt: '2020-01-01T00:00:00.000Z' }).key)
  }
  t.match(await send('POST', '/v1/companies/shop/keys', operator, {}), { status: 201 })
  const { data: [oldest] } = await send('GET', '/v1/companies/shop/keys', operator)
  t.match(oldest, { expires_at: '2020-01-01T00:00:00.000Z', revoked_at: null })
  for (let n = 1; n < maxKeys; n++) await app.keys.create(makeKey({ company: 'shop', scopes: ['chat'] }).key)
  t.match(await send('POST', '/v1/companies/shop/keys', operator, {}), { status: 400, code: 'NOT_SUPPORTED' })
})
