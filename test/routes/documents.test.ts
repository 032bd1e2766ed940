// A company's documents over HTTP: listed, read, pinned, removed and counted, with a key that may write.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { question } from '../fixtures/app-client.ts'
import { buildTestApp, startTestApp } from '../helper.ts'

async function shop (t: Test) {
  const { app } = await startTestApp(t)
  const request = async (method: 'GET' | 'DELETE' | 'PATCH', url: string, payload?: object, headers: Record<string, string> = {}) => {
    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}), headers })
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
  }
  return {
    app, request,
    ask: async (message: string) =>
      (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, message, stream: false } })).json(),
  }
}

t.test('lists the indexes of the profile, including empty ones', async t => {
  const { request } = await shop(t)
  t.same((await request('GET', '/v1/indexes?company_id=shop')).body, {
    data: [
      { kind: 'faq', documents: 2, chunks: 2, tokens: 24 }, { kind: 'products', documents: 2, chunks: 2, tokens: 24 },
    ],
  })
  t.match((await request('GET', '/v1/knowledge/stats?company_id=shop')).body, {
    total_documents: 4, total_chunks: 4, embedded: Number, storage_size_mb: Number,
  })
})

t.test('lists documents page by page', async t => {
  const { request } = await shop(t)
  const first = await request('GET', '/v1/indexes/faq/documents?company_id=shop&limit=1')
  t.match(first.body, {
    data: [{ id: 'delivery', title: 'How long does delivery take?', pinned: false, cited_at: null, updated_at: /T/ }], next: 'delivery',
  })
  const second = await request('GET', '/v1/indexes/faq/documents?company_id=shop&limit=1&after=delivery')
  t.match(second.body, { data: [{ id: 'returns' }], next: null })
  t.match((await request('GET', '/v1/indexes/faq/documents?company_id=shop&prefix=ret')).body, { data: [{ id: 'returns' }], next: null })
})

t.test('reads, pins and removes a document, which then no longer answers', async t => {
  const { request, ask } = await shop(t)
  const path = '/v1/indexes/faq/documents/delivery'
  t.match((await request('GET', `${path}?company_id=shop`)).body, {
    id: 'delivery', pieces: [{ n: 0, text: /two working days/ }], fields: [],
  })
  t.equal((await request('PATCH', path, { company_id: 'shop', pinned: true })).status, 204)
  t.match((await request('GET', `${path}?company_id=shop`)).body, { pinned: true })
  t.match(await ask('How long does delivery take?'), { answer: /two working days/ })
  t.equal((await request('DELETE', `${path}?company_id=shop`)).status, 204)
  const after = await ask('How long does delivery take?')
  t.equal(after.cache, 'miss')
  t.notMatch(after.answer, 'two working days')
  for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { company_id: 'shop', pinned: true }]] as const) {
    t.match(
      await request(method, method === 'PATCH' ? path : `${path}?company_id=shop`, body),
      { status: 404, body: { code: 'DOCUMENT_NOT_FOUND' } }, method
    )
  }
})

t.test('removes many by the start of their ids, or all, never by mistake', async t => {
  const { request } = await shop(t)
  for (const query of ['', '&all=false', '&all=true&prefix=a']) {
    t.match(await request('DELETE', `/v1/indexes/faq/documents?company_id=shop${query}`), { status: 400 }, query)
  }
  t.same((await request('DELETE', '/v1/indexes/faq/documents?company_id=shop&prefix=ret')).body, { removed: 1 })
  t.same((await request('DELETE', '/v1/indexes/faq/documents?company_id=shop&all=true')).body, { removed: 1 })
  t.match((await request('GET', '/v1/indexes?company_id=shop')).body.data[0], { kind: 'faq', documents: 0 })
})

t.test('returns 404 for unknown documents', async t => {
  const { request } = await shop(t)
  t.match(await request('GET', '/v1/indexes'), { status: 400, body: { code: 'COMPANY_MISSING' } })
  t.match(await request('GET', '/v1/indexes?company_id=nobody'), { status: 404, body: { code: 'UNKNOWN_COMPANY' } })
  t.match(await request('GET', '/v1/indexes/pages/documents?company_id=shop'), { status: 400, body: { code: 'UNKNOWN_INDEX' } })
  t.match(await request('GET', '/v1/indexes/constructor/documents?company_id=shop'), { status: 400, body: { code: 'UNKNOWN_INDEX' } })
})

t.test('requires a key with the scope write, for that company or for all', async t => {
  const { app, request } = await shop(t)
  const keyOf = async (company: string | null, ...scopes: Scope[]) => {
    const { text, key } = makeKey({ company, scopes, name: '', expiresAt: null })
    await app.keys.create(key)
    app.keyVerifier.drop()
    return { authorization: `Bearer ${text}` }
  }
  const [chat, write, other, admin] = [
    await keyOf('shop', 'chat'), await keyOf('shop', 'write'), await keyOf('elsewhere', 'write'), await keyOf(null, 'admin'),
  ]
  t.match(await request('GET', '/v1/indexes', undefined, chat), { status: 403, body: { code: 'SCOPE_MISSING' } })
  t.match(await request('GET', '/v1/indexes', undefined, write), { status: 200 })
  t.match(await request('GET', '/v1/indexes?company_id=shop', undefined, other), { status: 403, body: { code: 'WRONG_COMPANY' } })
  t.match(await request('GET', '/v1/indexes', undefined, other), { status: 404 })
  t.match(await request('GET', '/v1/indexes?company_id=shop', undefined, admin), { status: 200 })
})

t.test('tells where to put documents with Meilisearch', async t => {
  const { app } = await buildTestApp(t, { config: { MEILI_URL: 'http://127.0.0.1:1', SAMPLES_DIR: '' } })
  t.match((await app.inject('/v1/indexes?company_id=shop')).json(), { code: 'NOT_SUPPORTED', message: /causerie meili load/ })
})
