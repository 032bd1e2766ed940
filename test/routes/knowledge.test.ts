// A company's documents over HTTP: counted and summarized, with a key that may write.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp } from '../helper.ts'

const path = '/v1/knowledge/summary?company_id=shop'

t.test('counts documents', async t => {
  const { app } = await buildTestApp(t)
  t.match((await app.inject('/v1/knowledge/stats?company_id=shop')).json(), {
    total_documents: 4, total_chunks: 4, total_tokens: Number, average_chunk_size: Number, embedded: Number, storage_size_mb: Number,
  })
})

t.test('summarizes in the documents\' sentences, again when they have changed', async t => {
  const { app } = await buildTestApp(t)
  const summary = async (query = '') => (await app.inject(path + query)).json()
  const whole = await summary()
  t.match(whole, { by: 'extractive', documents: 4, chunks: 4, tokens: Number, summary: /Delivery takes two working days\..*thirty days/s })
  const short = await summary('&max_tokens=12')
  t.ok(short.tokens > 0 && short.tokens <= 12)
  await app.inject({ method: 'DELETE', url: '/v1/indexes/faq/documents/delivery?company_id=shop' })
  t.notMatch((await summary()).summary, 'Delivery')
})

t.test('summarizes in a language model\'s words if there is one', async t => {
  const model = fakeModel(['A shop for tents and stoves.'])
  const { app } = await buildTestApp(t, { model })
  t.match((await app.inject(path)).json(), { by: 'llm', summary: 'A shop for tents and stoves.', documents: 4, chunks: 4 })
  t.match(model.calls[0]!.messages[1]!.content, 'Delivery takes two working days.')
  await app.inject(path)
  t.equal(model.calls.length, 1, 'it is kept')
})

t.test('refuses invalid and unauthorized requests', async t => {
  const { app } = await buildTestApp(t)
  for (const most of ['0', '10001', '-1', '1.5', 'all', '']) {
    t.match((await app.inject(`${path}&max_tokens=${most}`)).json(), { statusCode: 400, code: 'INVALID_BODY' }, most)
  }
  t.match((await app.inject(`${path}&max_tokens=10000`)).statusCode, 200)
  t.match((await app.inject('/v1/knowledge/summary')).json(), { statusCode: 400, code: 'COMPANY_MISSING' })
  t.match((await app.inject('/v1/knowledge/summary?company_id=nobody')).json(), { statusCode: 404, code: 'UNKNOWN_COMPANY' })
  const { text, key } = makeKey({ company: 'shop', scopes: ['chat'], name: '', expiresAt: null })
  await app.keys.create(key)
  app.keyVerifier.drop()
  t.match((await app.inject({ url: path, headers: { authorization: `Bearer ${text}` } })).json(), {
    statusCode: 403, code: 'SCOPE_MISSING',
  })
})

t.test('tells where to put documents with Meilisearch', async t => {
  const { app } = await buildTestApp(t, { config: { MEILI_URL: 'http://127.0.0.1:1', SAMPLES_DIR: '' } })
  t.match((await app.inject(path)).json(), { code: 'NOT_SUPPORTED' })
})
