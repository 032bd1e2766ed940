// Companies over HTTP: their profiles and keys, for operators and for companies themselves.
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { loadSamples } from '../../src/backends/sqlite/samples.ts'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { buildTestApp } from '../helper.ts'

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'

async function make (t: Test, config: object = {}) {
  const { app, dir } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0, ...config } })
  const keyed = async (company: string | null, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  const send = async (method: Method, url: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method, url, headers, ...(body ? { body } : {}) })
    return { status: response.statusCode, ...(response.body === '' ? {} : response.json()) }
  }
  return { app, dir, keyed, send }
}
const acme = { name: 'Acme', language: 'en', indexes: { pages: {} } }

t.test('creates a company, which can then be filled and asked', async t => {
  const { app, send } = await make(t)
  t.match(await send('PUT', '/v1/companies/acme', acme), { status: 201, id: 'acme', name: 'Acme' })
  t.match(await send('GET', '/v1/companies/acme'), { status: 200, name: 'Acme', indexes: ['pages'], definition: { id: 'acme', ...acme } })
  t.match(await send('GET', '/v1/companies'), { data: [{ id: 'acme' }, { id: 'shop' }] })
  const documents = [{ id: 'hours', title: 'Opening hours', text: 'The workshop opens at seven on weekdays.' }]
  const sent = await send('PUT', '/v1/indexes/pages/documents?company_id=acme', documents)
  t.equal(sent.status, 202)
  await app.uploads!.whenEnded('acme', sent.task.id)
  t.match(await send('POST', '/search', { company_id: 'acme', message: 'When does the workshop open?' }), {
    status: 200, passages: [{ title: 'Opening hours' }],
  })
})

t.test('replaces a profile, or only creates one', async t => {
  const { send } = await make(t)
  t.match(await send('PUT', '/v1/companies/acme', { ...acme, system_prompt: 'Be brief.' }), { status: 201 })
  t.match(await send('PUT', '/v1/companies/acme', acme, { 'if-none-match': '*' }), { status: 409, code: 'COMPANY_EXISTS' })
  t.match(await send('PUT', '/v1/companies/acme', { ...acme, id: 'acme' }), { status: 200, system_prompt: undefined })
  t.match(await send('PUT', '/v1/companies/acme', { ...acme, id: 'other' }), { status: 400, code: 'INVALID_BODY' })
  t.match(await send('PUT', '/v1/companies/a__b', acme), { status: 400 })
  const withIndex = (mapping: object) => send('PUT', '/v1/companies/acme', { ...acme, indexes: { pages: mapping } })
  t.match(await withIndex({ model: 'no-such-model' }), { status: 400, message: /EMBEDDING_MODELS/ })
  t.match(await withIndex({ uid: 'shop__faq' }), { status: 400, message: /another company's index/ })
})

t.test('takes no index away that has documents', async t => {
  const { send } = await make(t)
  const refusal = { status: 409, code: 'INDEX_NOT_EMPTY', message: /"faq" has 2/ }
  t.match(await send('PATCH', '/v1/companies/shop', { indexes: { faq: null } }), refusal)
  t.match(await send('PATCH', '/v1/companies/shop', { indexes: { pages: {} } }), { status: 200 })
  t.match(await send('PATCH', '/v1/companies/shop', { indexes: { pages: null } }), { status: 200, indexes: { faq: {}, products: {} } })
})

t.test('applies changes that come at once one after the other', async t => {
  const { send } = await make(t)
  const kinds = Array.from({ length: 10 }, (_, n) => `i${n}`)
  await Promise.all(kinds.map(kind => send('PATCH', '/v1/companies/shop', { indexes: { [kind]: {} } })))
  t.same((await send('GET', '/v1/companies/shop')).indexes, ['faq', 'products', ...kinds])
})

t.test('neither a key nor a change that comes with its removal outlives a company', async t => {
  const { app, send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  const remove = () => send('DELETE', '/v1/companies/acme', undefined, operator)
  const change = () => send('PATCH', '/v1/companies/acme', { name: 'Acme Ltd' }, operator)
  const add = () => send('POST', '/v1/companies/acme/keys', { kind: 'signing' }, operator)
  for (const [name, together] of Object.entries({ last: [change, add, remove], first: [remove, change, add] })) {
    await send('PUT', '/v1/companies/acme', acme, operator)
    await Promise.all(together.map(one => one()))
    t.match(await send('GET', '/v1/companies/acme', undefined, operator), { status: 404 }, name)
    t.same(await app.keys.list('acme'), [], name)
  }
})

t.test('uses a changed profile with the next question', async t => {
  const { send } = await make(t)
  const ask = () => send('POST', '/chat', { company_id: 'shop', user_id: 'u', message: 'Hello!', stream: false })
  await ask()
  t.match(await send('PATCH', '/v1/companies/shop', { texts: { greeting: 'Ahoy, what do you need?' } }), { status: 200 })
  t.match(await ask(), { answer: 'Ahoy, what do you need?' })
})

t.test('lets a company read and change its own profile, within limits', async t => {
  const { send, keyed } = await make(t)
  const [chat, write, admin, operator] = [
    await keyed('shop', 'chat'), await keyed('shop', 'chat', 'write'), await keyed('shop', 'admin'), await keyed(null, 'admin'),
  ]
  await send('PUT', '/v1/companies/acme', acme, operator)
  t.notOk('definition' in await send('GET', '/v1/companies/shop', undefined, chat))
  t.ok('definition' in await send('GET', '/v1/companies/shop', undefined, write))
  t.match(await send('PATCH', '/v1/companies/shop', { name: 'S' }, write), { status: 403, code: 'SCOPE_MISSING' })
  t.match(await send('PATCH', '/v1/companies/shop', { name: 'S' }, admin), { status: 200, name: 'S' })
  t.match(await send('PATCH', '/v1/companies/shop', { model: 'dear' }, admin), { status: 403, message: /"model" needs/ })
  t.match(await send('PATCH', '/v1/companies/acme', { name: 'S' }, admin), { status: 403, code: 'WRONG_COMPANY' })
  for (const key of [chat, write, admin]) t.match(await send('PUT', '/v1/companies/shop', acme, key), { status: 403 })
  t.match(await send('PATCH', '/v1/companies/nobody', { name: 'S' }, operator), { status: 404, code: 'UNKNOWN_COMPANY' })
})

t.test('creates, lists and revokes keys of a company', async t => {
  const { app, send, keyed } = await make(t)
  const admin = await keyed('shop', 'admin')
  const made = await send('POST', '/v1/companies/shop/keys', { scopes: ['write', 'chat'], name: 'upload' }, admin)
  t.match(made, { status: 201, key: /^cau_[A-Za-z0-9]{12}_/, kind: 'api', company_id: 'shop', scopes: ['chat', 'write'], expires_at: null })
  const headers = { authorization: `Bearer ${made.key}` }
  t.match(await send('GET', '/v1/access', undefined, headers), { company_id: 'shop', scopes: ['chat', 'write'] })
  const list = await send('GET', '/v1/companies/shop/keys', undefined, admin)
  t.match(list, { status: 200, data: [{ scopes: ['admin'] }, { id: made.id, name: 'upload', revoked_at: null }], next: null })
  t.notMatch(JSON.stringify(list), new RegExp(`${made.key.slice(18)}|hash|secret`))
  t.match(await send('DELETE', `/v1/companies/shop/keys/${made.id}`, undefined, admin), { status: 204 })
  t.match(await send('GET', '/v1/access', undefined, headers), { status: 401 })

  const site = await send('POST', '/v1/companies/shop/keys', { kind: 'site', origins: ['https://shop.example'] }, admin)
  t.match(site, { status: 201, key: /^cau_site_/, origins: ['https://shop.example'] })
  t.match(await send('POST', '/v1/visitors', { site: site.key }, { origin: 'https://shop.example' }), { status: 200, company_id: 'shop' })
  t.match(await send('POST', '/v1/companies/shop/keys', { kind: 'signing' }, admin), { status: 201, key: /^cau_sign_/, scopes: ['chat'] })
  for (const [body, message] of [
    [{ kind: 'site' }, /needs the origins/], [{ kind: 'signing', scopes: ['admin'] }, /scope chat alone/],
    [{ origins: ['https://a.example'] }, /for a site key/], [{ kind: 'site', origins: ['a.example/path'] }, /no origin/],
    [{ expires_at: '2020-01-01' }, /in the future/], [{ expires_at: 'soon' }, /in the future/], [{ scopes: ['root'] }, /scopes/],
  ] as const) t.match(await send('POST', '/v1/companies/shop/keys', body, admin), { status: 400, message })
  t.equal((await app.keys.list('shop')).length, 4)
})

t.test('changes the origins of a site, which hold at once, and the name of a key', async t => {
  const { send, keyed, app } = await make(t)
  const admin = await keyed('shop', 'admin')
  const site = await send('POST', '/v1/companies/shop/keys', { kind: 'site', origins: ['https://shop.example'] }, admin)
  const path = `/v1/companies/shop/keys/${site.id}`
  const visit = (origin: string) => send('POST', '/v1/visitors', { site: site.key }, { origin })
  t.match(await visit('https://www.shop.example'), { status: 403 })
  const changed = await send('PATCH', path, { origins: ['https://www.shop.example/', 'https://www.shop.example'] }, admin)
  t.match(changed, { status: 200, id: site.id, origins: ['https://www.shop.example'], name: '' })
  t.notMatch(JSON.stringify(changed), /hash|secret/)
  t.match(await visit('https://www.shop.example'), { status: 200 })
  t.match(await visit('https://shop.example'), { status: 403 })
  t.match(await send('PATCH', path, { name: 'Shop' }, admin), { status: 200, name: 'Shop', origins: ['https://www.shop.example'] })
  for (const [body, message] of [
    [{ origins: [] }, /needs the origins/], [{ origins: ['shop.example'] }, /no origin/], [{ scopes: ['admin'] }, /scopes|additional/],
  ] as const) t.match(await send('PATCH', path, body, admin), { status: 400, message })
  const [own] = await app.keys.list('shop')
  t.match(await send('PATCH', `/v1/companies/shop/keys/${own!.id}`, { origins: ['https://shop.example'] }, admin), { status: 400 })
  t.match(await send('PATCH', path, { name: 'x' }, await keyed('shop', 'write')), { status: 403, code: 'SCOPE_MISSING' })
  await send('DELETE', path, undefined, admin)
  t.match(await send('PATCH', path, { name: 'x' }, admin), { status: 404, code: 'KEY_NOT_FOUND' })
})

t.test('shows and revokes no key of another company, and makes none for one that does not exist', async t => {
  const { send, keyed, app } = await make(t)
  const operator = await keyed(null, 'admin')
  await send('PUT', '/v1/companies/acme', acme, operator)
  const { id } = await send('POST', '/v1/companies/acme/keys', {}, operator)
  const [admin, write] = [await keyed('shop', 'admin'), await keyed('shop', 'write')]
  t.match(await send('GET', '/v1/companies/acme/keys', undefined, admin), { status: 403, code: 'WRONG_COMPANY' })
  t.match(await send('DELETE', `/v1/companies/shop/keys/${id}`, undefined, admin), { status: 404, code: 'KEY_NOT_FOUND' })
  t.match(await send('PATCH', `/v1/companies/shop/keys/${id}`, { name: 'mine' }, admin), { status: 404, code: 'KEY_NOT_FOUND' })
  t.match(await send('DELETE', `/v1/companies/acme/keys/${id}`, undefined, admin), { status: 403 })
  t.match(await send('POST', '/v1/companies/shop/keys', {}, write), { status: 403, code: 'SCOPE_MISSING' })
  t.match(await send('POST', '/v1/companies/nobody/keys', {}, operator), { status: 404, code: 'UNKNOWN_COMPANY' })
  t.equal((await app.keys.find(id))!.revokedAt, null)
})

t.test('deletes a company with everything that is kept of it, and says what that was', async t => {
  const { app, dir, send, keyed } = await make(t)
  const operator = await keyed(null, 'admin')
  const { key } = await send('POST', '/v1/companies/shop/keys', { scopes: ['chat', 'write'] }, operator)
  const own = { authorization: `Bearer ${key}` }
  const question = { user_id: 'u', message: 'How long does delivery take?', stream: false, conversation_id: 'c' }
  const answer = await send('POST', '/chat', question, own)
  t.match(await send('POST', `/chat/${answer.answer_id}/feedback`, { user_id: 'u', rating: 1 }, own), { status: 200 })
  const sent = await send('PUT', '/v1/indexes/faq/documents', [{ id: 'x', question: 'Parking?', answer: 'There is none.' }], own)
  await app.uploads!.whenEnded('shop', sent.task.id)
  t.match(await send('GET', '/conversations/c?user_id=u', undefined, own), { status: 200 })

  t.match(await send('DELETE', '/v1/companies/shop', undefined, await keyed('shop', 'admin')), { status: 403 })
  const { status, removed } = await send('DELETE', '/v1/companies/shop', undefined, operator)
  t.equal(status, 200)
  t.match(removed, [
    { what: 'keys', where: 'SQLite', count: 2 }, { what: 'answers', where: 'memory', count: 1 },
    { what: 'answers that can be rated', where: 'memory', count: 1 }, { what: 'conversations', where: 'SQLite', count: 1 },
    { what: 'feedback', where: 'SQLite', count: 1 }, { what: 'common questions', count: 1 },
    { what: 'counts of usage', count: 1 }, { what: 'uploads', where: 'disk', count: 1 },
    { what: 'documents', where: 'SQLite', count: 5 }, { what: 'profile', where: 'SQLite', count: 1 },
  ])
  t.match(await send('GET', '/v1/access', undefined, own), { status: 401 })
  t.same((await send('GET', '/v1/companies', undefined, operator)).data, [])
  for (const [method, url, body] of [
    ['DELETE', '/v1/companies/shop', undefined], ['GET', '/v1/companies/shop', undefined],
    ['POST', '/chat', { company_id: 'shop', user_id: 'u', message: 'Hello' }],
    ['POST', '/search', { company_id: 'shop', message: 'Hello' }],
    ['PUT', '/v1/indexes/faq/documents?company_id=shop', [{ id: 1, answer: 'x' }]],
  ] as const) t.match(await send(method, url, body, operator), { status: 404, code: 'UNKNOWN_COMPANY' }, url)
  t.same((await readdir(join(dir, 'var'), { recursive: true })).filter(name => /shop/.test(name)), ['companies/shop.removed'])

  // What ends late must not bring it back.
  const turn = { answerId: 'a', question: 'late', answer: 'late', cited: [], at: 1, finishReason: 'stop' as const }
  app.conversations.append({ company: 'shop', user: 'u' }, 'late', turn, -1)
  await app.conversations.get({ company: 'shop', user: 'u' }, 'late')
  await t.rejects(app.store.run('putFeedback', 'shop', { feedback: [], at: 1, maxEntries: 1 }), { code: 'UNKNOWN_COMPANY' })
  t.same((await readdir(join(dir, 'var', 'companies'))).filter(name => /shop/.test(name)), ['shop.removed'])
})

t.test('deletes a company whose file is damaged, which can then be created and filled anew', async t => {
  const { app, dir, keyed, send } = await make(t)
  const operator = await keyed(null, 'admin')
  const own = await keyed('shop', 'admin')
  await writeFile(join(dir, 'damaged'), 'this is no database\n'.repeat(1000))
  await rename(join(dir, 'damaged'), join(dir, 'var', 'companies', 'shop.sqlite'))
  app.profiles.drop('shop')
  t.match(await send('GET', '/v1/companies/shop', undefined, operator), { status: 500, code: 'STORE_CORRUPT' })
  t.match(await send('DELETE', '/v1/companies/shop', undefined, operator), {
    status: 200, removed: [{ what: 'keys', count: 1 }, { what: 'profile', count: 1 }],
  })
  t.match(await send('GET', '/v1/access', undefined, own), { status: 401 })
  t.match(await send('GET', '/v1/companies/shop', undefined, operator), { status: 404, code: 'UNKNOWN_COMPANY' })
  t.match(await send('PUT', '/v1/companies/shop', { name: 'Shop', language: 'en', indexes: { faq: {} } }, operator), { status: 201 })
  const { task } = await send('PUT', '/v1/indexes/faq/documents?company_id=shop', [{ id: '1', answer: 'anew' }], operator)
  await app.uploads!.whenEnded('shop', task.id)
  const { data } = await send('GET', '/v1/indexes/faq/documents?company_id=shop', undefined, operator)
  t.same(data.map(({ id }: { id: string }) => id), ['1'])
})

t.test('deletes the rest of a company when it is sent again after a part failed', async t => {
  const { dir, send } = await make(t)
  const records = join(dir, 'var', 'records.sqlite')
  await writeFile(join(dir, 'damaged'), 'this is no database\n'.repeat(1000))
  for (const end of ['-wal', '-shm']) await rm(records + end, { force: true })
  await rename(join(dir, 'damaged'), records)
  const incomplete = { status: 503, code: 'ERASURE_INCOMPLETE', message: /counts of usage \(SQLite\)\.$/ }
  t.match(await send('DELETE', '/v1/companies/shop'), incomplete)
  t.match(await send('DELETE', '/v1/companies/shop'), incomplete, 'and says so each time')
  await rm(records)
  t.match(await send('DELETE', '/v1/companies/shop'), { status: 200 })
  t.match(await send('DELETE', '/v1/companies/shop'), { status: 404 })
})

t.test('deletes a company whose file lacks a table', async t => {
  const { dir, send } = await make(t)
  const db = new DatabaseSync(join(dir, 'var', 'companies', 'shop.sqlite'))
  db.exec('DROP TABLE feedback')
  db.close()
  await send('DELETE', '/v1/companies/shop')
  t.match(await send('GET', '/v1/companies/shop'), { status: 404 })
  t.same((await readdir(join(dir, 'var', 'companies'))).filter(name => /shop/.test(name)), ['shop.removed'])
})

t.test('a deleted sample company stays deleted after a restart, until it is created again', async t => {
  const { app, dir, send } = await make(t)
  t.match(await send('DELETE', '/v1/companies/shop'), { status: 200 })
  const load = () => loadSamples({ dir: join(dir, 'companies'), store: app.store, onChanged: () => {} })
  await load()
  t.match(await send('GET', '/v1/companies/shop'), { status: 404 })
  t.match(await send('PUT', '/v1/companies/shop', { name: 'Shop', language: 'en', indexes: { faq: {} } }), { status: 201 })
  t.match(await send('POST', '/search', { company_id: 'shop', message: 'How long does delivery take?' }), { status: 200, passages: [] })
})
