// What a key may do, and the companies that it may ask.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { buildTestApp } from '../helper.ts'

async function make (t: Test) {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const keyed = async (company: string | null, ...scopes: Scope[]) => {
    const { key, text } = makeKey({ company, scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  const get = async (url: string, headers: Record<string, string> = {}) => (await app.inject({ url, headers })).json()
  return { app, keyed, get }
}

t.test('says that no key is required while there is none', async t => {
  const { get } = await make(t)
  t.match(await get('/v1/access'), {
    company_id: null, scopes: ['chat', 'write', 'admin'], keyless: true, version: /^\d/, model: { kind: 'extractive' },
    knowledge_max_tokens: Number, max_file_bytes: Number, web_search: false,
  })
})

t.test('says what a key may do', async t => {
  const { get, keyed } = await make(t)
  const mine = await keyed('shop', 'chat', 'write')
  t.match(await get('/v1/access'), { code: 'KEY_MISSING' })
  t.match(await get('/v1/access', mine), { company_id: 'shop', scopes: ['chat', 'write'], keyless: false })
  t.match(await get('/v1/access', await keyed(null, 'admin')), { company_id: null, scopes: ['chat', 'write', 'admin'] })
})

t.test('lists the companies that the key may ask, by name', async t => {
  const { get, keyed } = await make(t)
  const shop = { id: 'shop', name: 'Shop', language: 'en' }
  t.same(await get('/v1/companies'), { data: [shop], next: null })
  t.same(await get('/v1/companies?after=shop'), { data: [], next: null })
  t.same(await get('/v1/companies', await keyed('shop', 'chat')), { data: [shop], next: null })
})

t.test('shows a company; its prompt only to a key that may write', async t => {
  const { get, keyed } = await make(t)
  const asking = await keyed('shop', 'chat')
  const open = await get('/v1/companies/shop', asking)
  t.same(open, { id: 'shop', name: 'Shop', language: 'en', indexes: ['faq', 'products'], common_questions: [] })
  t.match(await get('/v1/companies/shop', await keyed('shop', 'chat', 'write')), {
    profile: {
      system_prompt: '', model: null, mapping: { products: { title: 'name', text: ['description'], fields: { price: 'Price' } } },
    },
  })
  t.match(await get('/v1/companies/other', asking), { code: 'WRONG_COMPANY' })
  t.match(await get('/v1/companies/nobody', await keyed(null, 'admin')), { code: 'UNKNOWN_COMPANY' })
})

t.test('a store that is too busy to list the companies is a reason to try again', async t => {
  const { app, get } = await make(t)
  app.profileStore.companies = async () => { throw new DOMException('too late', 'TimeoutError') }
  t.match(await get('/v1/companies'), { statusCode: 503, code: 'PROMPTS_UNAVAILABLE' })
})
