// Documents in Meilisearch: whole or absent whatever breaks, beside loaded documents, and within the company's own indexes.
import t from 'tap'
import { makeKey } from '../../../cli/meilisearch/keys.ts'
import { createMeilisearchLoader } from '../../../src/backends/meilisearch/write/load.ts'
import { createChunkStore } from '../../../src/backends/meilisearch/write/chunk-store.ts'
import { writeDocuments } from '../../../src/backends/meilisearch/write/documents.ts'
import { createMeilisearchDocuments } from '../../../src/backends/meilisearch/documents.ts'
import { meili, meiliAdmin, meiliEngine, meiliIndex, meiliTask } from '../../fixtures/meili-engine.ts'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { startMeili, type MeiliRequest } from '../../fixtures/meili/server.ts'
import { ask, document, ids } from '../../fixtures/search-store.ts'

const all = { after: '', limit: 1000, prefix: '' }
const book = (id: string, texts: string[], title = id) =>
  document(id, '', { title, chunks: texts.map((text, n) => ({ n, text, headings: [], tokens: 10 })) })
const words = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} page${n}`)
const isWrite = ({ method, path }: MeiliRequest) => method === 'POST' && path.endsWith('/documents')
const isRemoval = ({ path }: MeiliRequest) => path.endsWith('/documents/delete')
const signal = new AbortController().signal

t.test('writes a document in one request, however long, and does not send unchanged ones', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [book('long', words('azurite', 5000)), book('short', ['malachite'])])
  t.equal(server.requests.filter(isWrite).length, 1)
  server.requests.length = 0
  t.match(await documents.put(company, 'products', [book('long', words('azurite', 5000)), book('short', ['beryl'])]), {
    written: 1, unchanged: 1,
  })
  t.same(server.requests.filter(isWrite).map(({ body }) => body._doc), ['short'])
  t.equal((await documents.get(company.id, 'products', 'long'))!.pieces.length, 5000)
  t.notOk(server.requests.some(({ method, path }) => method === 'PATCH' || path === '/indexes'), 'nor are settings')
})

t.test('keeps either the old document or the new one after an interruption; the next write cleans up', async t => {
  const server = await startMeili(t)
  const { documents, engine, company, stored } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [book('guide', words('azurite', 5))])

  server.faults.on(request => isWrite(request) ? 'forbidden' : undefined)
  await t.rejects(documents.put(company, 'products', [book('guide', words('beryl', 2))]), {
    code: 'SEARCH_REFUSED', message: /keys --for writing/,
  })
  t.same((await documents.get(company.id, 'products', 'guide'))!.pieces.map(({ text }) => text), words('azurite', 5))

  server.faults.on(request => isRemoval(request) ? 'forbidden' : undefined)
  await t.rejects(documents.put(company, 'products', [book('guide', words('beryl', 2))]))
  server.faults.clear()
  t.equal((await stored('products')).length, 5, 'its leftovers are there')
  t.same((await documents.get(company.id, 'products', 'guide'))!.pieces.map(({ text }) => text), words('beryl', 2))
  t.same(ids(await ask(engine, 'azurite', { company })), [])
  t.match(await documents.stats(company.id), { documents: 1, chunks: 2, tokens: 20 })
  t.has(await documents.put(company, 'products', [book('guide', words('beryl', 2))]), { written: 0, unchanged: 1, evicted: 0 })
  t.equal((await stored('products')).length, 2, 'and gone')
})

t.test('retries a busy server; reports an unreachable one without keys or texts', async t => {
  const server = await startMeili(t)
  const retries: string[] = []
  const { documents, company, apiKey } = await meiliDocuments(t, server, {
    patience: {
      onRetry: reason => {
        retries.push(reason)
      },
      retries: 2,
    },
  })
  server.faults.next(2, { kind: 'busy', retryAfterSeconds: 0 })
  t.match(await documents.put(company, 'faq', [document('a', 'Secret azurite')]), { written: 1 })
  t.equal(retries.length, 2)
  await server.down()
  const failure = await documents.put(company, 'faq', [document('b', 'Secret beryl')]).catch(error => error)
  t.match(failure, { code: 'SEARCH_UNAVAILABLE', message: /does not answer/ })
  t.notOk(JSON.stringify([failure.message, String(failure)]).includes(apiKey) || /Secret/.test(String(failure)))
  await server.up()
  t.same((await documents.list(company.id, 'faq', all)).map(({ id }) => id), ['a'])
})

t.test('reports a document that Meilisearch refuses, with the reason', async t => {
  const server = await startMeili(t)
  const { documents, company, options } = await meiliDocuments(t, server)
  await documents.put(company, 'faq', [document('first', 'Azurite')])
  const uid = `${company.id}__faq`
  await meiliTask(server, 'PATCH', `/indexes/${uid}/settings`, { embedders: { default: { source: 'userProvided', dimensions: 4 } } })
  const { admin } = options
  // As if the embedder had just been created: it requires a note that there is no vector.
  const index = { uid, primaryKey: 'id', exists: true, createdAt: '', embedders: [] }
  const { written, rejected } = await writeDocuments({
    admin, chunkStore: createChunkStore(admin, signal), index, language: 'en', documents: [document('a', 'Beryl')],
    refuse: () => null, signal, now: Date.now,
  })
  t.equal(written, 0)
  t.match(rejected, [{ id: 'a', reason: 'vector_embedding_error', message: 'Meilisearch refuses it: vector_embedding_error.' }])
})

t.test('lists, finds and removes documents after others have changed the settings of their index', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [book('one', words('azurite', 2)), book('two', ['beryl'])])
  const settings = '/indexes/' + server.requests.find(isWrite)!.path.split('/')[2] + '/settings'
  for (const changed of [
    { filterableAttributes: [] }, { sortableAttributes: [] },
    { filterableAttributes: [], sortableAttributes: [], searchableAttributes: ['*'] },
  ]) {
    await meiliTask(server, 'PATCH', settings, changed)
    t.same((await documents.list(company.id, 'products', all)).map(({ id }) => id).sort(), ['one', 'two'])
    t.match(await documents.stats(company.id), { documents: 2, chunks: 3 })
  }
  await meiliTask(server, 'PATCH', settings, { filterableAttributes: [] })
  t.equal((await documents.get(company.id, 'products', 'one'))!.pieces.length, 2)
  await meiliTask(server, 'PATCH', settings, { filterableAttributes: ['colour'] })
  t.equal(await documents.remove(company.id, 'products', ['one']), 1)
  t.same((await documents.list(company.id, 'products', all)).map(({ id }) => id), ['two'])
  const { body } = server.requests.findLast(({ method, path }) => method === 'PATCH' && path === settings)!
  t.equal(body.filterableAttributes[0], 'colour', 'what others have added stays')
})

t.test('stops with the signal, and with the service', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  const abort = new AbortController()
  server.faults.on(request => {
    if (!isWrite(request)) return undefined
    abort.abort(new Error('cancelled'))
    return 'silence'
  })
  t.equal(await documents.put(company, 'faq', [document('a', 'Azurite')], abort.signal).catch(error => error), abort.signal.reason)
  server.faults.on(request => {
    if (!isWrite(request)) return undefined
    documents.close()
    return 'silence'
  })
  await t.rejects(documents.put(company, 'faq', [document('a', 'Azurite')]), { code: 'SHUTTING_DOWN' })
})

t.test('takes several writes of a company at once: one index, one set-up, one right count', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server, { maxTokens: 60 })
  const names = Array.from({ length: 8 }, (_, n) => `doc${n}`)
  const results = await Promise.all(names.map(name => documents.put(company, 'products', [book(name, ['azurite'])])))
  t.equal(server.requests.filter(({ method, path }) => method === 'POST' && path === '/indexes').length, 1)
  t.equal(server.requests.filter(({ method, path }) => method === 'PATCH' && path.endsWith('/settings')).length, 1)
  t.equal(results.reduce((sum, { written }) => sum + written, 0), 8)
  t.equal(results.reduce((sum, { evicted }) => sum + evicted, 0), 2, 'no document is evicted twice')
  t.match(await documents.stats(company.id), { documents: 6, tokens: 60 })
})

t.test('lets two instances write the same documents at once', async t => {
  const server = await startMeili(t)
  const { documents, company, options } = await meiliDocuments(t, server)
  const other = createMeilisearchDocuments(options)
  t.teardown(() => other.close())
  await documents.put(company, 'products', [book('same', words('azurite', 9))])
  await Promise.all([
    documents.put(company, 'products', [book('same', words('beryl', 2)), book('one', ['x'])]),
    other.put(company, 'products', [book('same', words('beryl', 2)), book('two', ['y'])]),
    other.put(company, 'faq', [book('three', ['z'])]),
  ])
  t.same((await other.list(company.id, 'products', all)).map(({ id, chunks }) => [id, chunks]), [['one', 1], ['same', 2], ['two', 1]])
  t.match(await documents.stats(company.id), { documents: 4, chunks: 5, tokens: 50 })
})

t.test('never touches another company\'s index', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  await meiliTask(server, 'POST', '/indexes/other__faq/documents', [{ id: 'a', text: 'Theirs' }])
  const thief = { ...company, indexes: { faq: { text: ['text'], uid: 'other__faq' } } }
  const { documents: theirs } = await meiliDocuments(t, server, { profile: async () => thief })
  server.requests.length = 0
  await t.rejects(documents.put(thief, 'faq', [document('b', 'Mine')]), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.list(company.id, 'faq', all), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.remove(company.id, 'faq', ['a']), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.pin(company.id, 'faq', 'a', true), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.stats(company.id), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.cite(company.id, ['faq/a'], 1), { code: 'INDEX_TAKEN' })
  await t.rejects(theirs.chunks(company.id, 1), { code: 'INDEX_TAKEN' })
  await t.rejects(documents.put(company, 'nothing', [document('b', 'Mine')]), { code: 'UNKNOWN_INDEX' })
  t.same(server.requests, [])
  const { key } = await makeKey({ url: server.url, adminKey: server.masterKey, kind: 'writing', indexes: [`${company.id}__*`], signal })
  t.equal(
    (
      await fetch(`${server.url}/indexes/other__faq/documents/fetch`, {
        method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: '{}',
      })
    ).status,
    403
  )
  t.equal(
    (
      await fetch(`${server.url}/indexes/${company.id}__faq/search`, {
        method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: '{}',
      })
    ).status,
    403, 'nor does it search'
  )
})

t.test('keeps cached answers valid when a document is cited', async t => {
  const server = await startMeili(t)
  const { documents, engine, company } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [book('guide', words('azurite', 3))])
  const fresh = async () => {
    engine.changed(company.id)
    return engine.version(company)
  }
  const before = await fresh()
  await documents.cite(company.id, ['products/guide#1'], 5)
  t.equal(await fresh(), before)
  t.match(await documents.get(company.id, 'products', 'guide'), { citedAt: 5 })
  await documents.remove(company.id, 'products', ['guide'])
  await documents.put(company, 'products', [book('guide', ['anew'])])
  t.match(await documents.get(company.id, 'products', 'guide'), { citedAt: 0 })
  t.not(await fresh(), before)
})

t.test('leaves the documents of `causerie meili load` in place', async t => {
  const server = await startMeili(t)
  const { documents, engine, company, stored } = await meiliDocuments(t, server)
  const { key } = await makeKey({ url: server.url, adminKey: server.masterKey, kind: 'loading', indexes: [`${company.id}__*`], signal })
  const loader = createMeilisearchLoader({ admin: meiliAdmin(t, { url: server.url, apiKey: key }), embedder: null })
  const load = (documents: object[], prune = false) =>
    loader.load({
      company, kind: 'products',
      documents: documents.map((document, n) => ({ at: String(n), document: document as Record<string, unknown> })), prune, signal,
    })
  await load([{ id: 'lamp', title: 'Lamp', text: 'A lamp of azurite' }, { id: 'vase', title: 'Vase', text: 'A vase' }])
  t.same(await documents.list(company.id, 'products', all), [], 'they are not its own')
  t.equal(await documents.remove(company.id, 'products', ['lamp']), 0)

  await documents.put(company, 'products', [book('guide', words('azurite', 2), 'Guide'), document('vase', 'A vase of beryl')])
  t.same((await documents.list(company.id, 'products', all)).map(({ id }) => id), ['guide', 'vase'])
  t.same(ids(await ask(engine, 'azurite', { company })).sort(), ['products/guide#0', 'products/guide#1', 'products/lamp'])
  t.equal((await stored('products')).length, 4, 'the vase was replaced')
  const settings = async () => meili(server, 'GET', `/indexes/${company.id}__products/settings`)
  const before = await settings()
  t.match(before, { searchableAttributes: ['title', '_title', '_heading', 'text', '_text', '_fields'], sortableAttributes: ['_key', '_n'] })
  t.match(await load([{ id: 'lamp', title: 'Lamp', text: 'A lamp of jade' }], true), { pruned: 0 })
  t.same(await settings(), before, 'neither undoes the setting of the other')
  t.same((await documents.list(company.id, 'products', all)).map(({ id }) => id), ['guide', 'vase'])
})

t.test('finds loaded documents, however many chunks come first', async t => {
  const server = await startMeili(t)
  const { documents, engine, company } = await meiliDocuments(t, server)
  // The profile does not say how to read them, so that is guessed.
  const unsaid = { ...company, version: '2', indexes: { products: { text: [] } } }
  const uid = `${company.id}__products`
  await documents.put(unsaid, 'products', [book('guide', words('azurite', 30))])
  await meiliTask(server, 'PATCH', `/indexes/${uid}/settings`, { searchableAttributes: ['name', 'description', 'remarks', '_text'] })
  await meiliTask(server, 'POST', `/indexes/${uid}/documents`, [{ id: 'lamp', name: 'Lamp', description: 'A lamp of jade', price: 12 }])
  t.match((await ask(engine, 'jade', { company: unsaid })).passages, [
    { id: 'products/lamp', title: 'Lamp', text: 'A lamp of jade', fields: [['Price', '12']] },
  ])
  const searchable = async () => (await meili(server, 'GET', `/indexes/${uid}/settings`)).searchableAttributes
  await documents.put(unsaid, 'products', [book('other', ['beryl'])])
  t.same(await searchable(), ['name', '_title', '_heading', 'description', 'remarks', 'price', '_text', '_fields'])
  engine.changed(company.id)
  t.match((await ask(engine, 'jade', { company: unsaid })).passages, [{ id: 'products/lamp', title: 'Lamp', text: 'A lamp of jade' }])
  server.requests.length = 0
  await documents.put(unsaid, 'products', [book('more', ['opal'])])
  t.notOk(server.requests.some(({ method }) => method === 'PATCH'), 'existing settings stay')
})

t.test('returns chunks with the hits when the key may not read documents', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [
    document('guide', '', {
      title: 'Guide', fields: [['Size', '4']],
      chunks: [
        { n: 0, text: 'First', headings: [], tokens: 1 }, { n: 1, text: 'It is of azurite', headings: ['Care'], page: 3, tokens: 4 },
      ],
    }),
  ])
  const engine = await meiliEngine(t, server, { actions: ['search', 'indexes.get', 'settings.get'] })
  t.match((await ask(engine, 'azurite', { company })).passages, [
    { id: 'products/guide#1', title: 'Guide', heading: 'Care', page: 3, document: 'guide', n: 1, text: 'It is of azurite' },
  ])
})

t.test('leaves nothing of a company that is deleted, not even empty indexes', async t => {
  const server = await startMeili(t)
  const { documents, company } = await meiliDocuments(t, server)
  await documents.put(company, 'products', [document('lamp', 'Azurite')])
  await documents.cite(company.id, ['products/lamp'], 5)
  await meiliIndex(t, server, 'another__products')
  t.ok(await documents.removeAll(company) > 0)
  const { results } = await meili(server, 'GET', '/indexes?limit=100')
  t.same(results.map(({ uid }: { uid: string }) => uid), ['another__products'])
})
