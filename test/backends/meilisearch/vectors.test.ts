// Vectors of the chunks in Meilisearch: made with the lowest priority, from the current text, and continued after a restart.
import t from 'tap'
import { makeKey } from '../../../cli/meilisearch/keys.ts'
import { createMeilisearchVectors, type MeilisearchVectorsOptions } from '../../../src/backends/meilisearch/vectors.ts'
import { embedderName } from '../../../src/backends/meilisearch/embedders.ts'
import { createMeilisearchDocuments } from '../../../src/backends/meilisearch/documents.ts'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { meiliAdmin, meiliTask } from '../../fixtures/meili-engine.ts'
import { until } from '../../fixtures/until.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { ask, document, ids, type Ending } from '../../fixtures/search-store.ts'

/** Returns a title's vector, and one whose first number depends on the text's length, so that a changed text has another one. */
function stubEmbedder () {
  const asked: string[] = []
  const state = { away: false, dimensions: 4, model: 'contract-model', before: async () => {} }
  return {
    asked, state,
    modelFor: (_language: string, named?: string) => named ?? state.model,
    dimensions: () => state.away ? 0 : state.dimensions,
    loaded: async () => {},
    async embedPassages (texts: readonly { title: string, text: string }[]) {
      await state.before()
      asked.push(...texts.map(({ title, text }) => `${title}|${text}`))
      return texts.map(({ text }) => [
        new Float32Array([0, 0, 1, 0].slice(0, state.dimensions)), new Float32Array([text.length, 1, 0, 0].slice(0, state.dimensions)),
      ])
    },
  }
}

async function parts (t: Ending) {
  const server = await startMeili(t)
  const made = await meiliDocuments(t, server)
  const embedder = stubEmbedder()
  const errors: unknown[] = []
  const open = (changes: Partial<MeilisearchVectorsOptions> = {}) => {
    const vectors = createMeilisearchVectors({
      admin: meiliAdmin(t, { url: server.url, apiKey: made.apiKey, retries: 1 }), embedder, models: [embedder.state.model],
      profile: made.options.profile, graceMs: 0, companies: async () => [], onChanged: made.options.onChanged,
      onError (_company, error) {
        errors.push(error)
      },
      againMs: 1, ...changes,
    })
    t.teardown(() => vectors.close())
    return vectors
  }
  const embeddings = async (kind = 'products') =>
    Object.fromEntries((await made.stored(kind)).map(piece =>
      [`${piece._doc}#${piece._n}`, piece._vectors[embedderName(embedder.state.model)]?.embeddings]))
  return { ...made, server, embedder, errors, open, embeddings }
}

const guide = document('guide', '', {
  title: 'Guide', chunks: ['One', 'Two two'].map((text, n) => ({ n, text, headings: n === 0 ? [] : ['Care', 'Dry'], tokens: 1 })),
})

t.test('every window of a document without a title has its vector', async t => {
  const { documents, company, open, embeddings } = await parts(t)
  const chunks = ['One', 'Two'].map((text, n) => ({ n, text, headings: [], tokens: 1 }))
  await documents.put(company, 'products', [document('note', '', { title: '', chunks })])
  await open().fill([company.id])
  const { 'note#0': first, 'note#1': second } = await embeddings()
  t.same([first!.length, second!.length], [2, 2], 'the first one is no title\'s')
})

t.test('gives every chunk its vectors, once; then finds it by them', async t => {
  const { documents, engine, company, embedder, open, embeddings, changes } = await parts(t)
  const vectors = open()
  await vectors.fill([company.id, 'nobody'])
  await documents.put(company, 'products', [guide, document('lamp', '', { title: 'Lamp', fields: [['Stone', 'Azurite']] })])
  t.match(await documents.stats(company.id), { chunks: 3, embedded: 0 })
  t.same(ids(await ask(engine, 'guide', { company })).length, 2, 'found by its words at once')
  changes.length = 0
  await vectors.fill([company.id])
  t.same(embedder.asked.sort(), ['Guide › Care › Dry|Two two', 'Guide|One', 'Lamp|Stone: Azurite'])
  t.same(await embeddings(), {
    'guide#0': [
      [0, 0, 1, 0], [3, 1, 0, 0],
    ],
    // That of the title alone belongs to the first chunk.
    'guide#1': [[7, 1, 0, 0]],
    'lamp#0': [
      [0, 0, 1, 0], [14, 1, 0, 0],
    ],
  })
  t.match(await documents.stats(company.id), { chunks: 3, embedded: 3 })
  t.same(changes, [company.id])
  t.match(vectors.stats(), { passages: 3, running: false, failures: 0 })
  const found = await ask(engine, 'zzz', { company, vectors: [{ model: 'contract-model', vector: new Float32Array([7, 1, 0, 0]) }] })
  t.equal(found.passages[0]!.id, 'products/guide#1')
  t.ok(found.passages[0]!.similarity! > 0.999)
  const chunks = await documents.chunks(company.id, 10)
  t.ok(chunks.every(({ vector }) => Math.abs(Math.hypot(...vector!) - 1) < 1e-6))
  embedder.asked.length = 0
  await vectors.fill([company.id])
  await documents.put(company, 'products', [guide, document('vase', 'A vase')])
  await vectors.fill([company.id])
  t.same(embedder.asked, ['|A vase'], 'only new chunks')
})

t.test('embeds again a chunk that was replaced while it was embedded, and does not bring back a removed one', async t => {
  const { documents, company, embedder, open, embeddings } = await parts(t)
  await documents.put(company, 'products', [document('a', 'Short'), document('b', 'Gone')])
  let times = 0
  embedder.state.before = async () => {
    if (times++ > 0) return
    await documents.put(company, 'products', [document('a', 'Rather longer')])
    await documents.remove(company.id, 'products', ['b'])
  }
  await open().fill([company.id])
  t.same(await embeddings(), { 'a#0': [[0, 0, 1, 0], ['Rather longer'.length, 1, 0, 0]] })
})

t.test('starts again with another model', async t => {
  const { documents, company, embedder, open, stored } = await parts(t)
  await documents.put(company, 'products', [guide])
  await open().fill([company.id])
  embedder.state.model = 'another "model"'
  embedder.asked.length = 0
  await open().fill([company.id])
  t.equal(embedder.asked.length, 2)
  t.same((await stored('products')).map(({ _model }) => _model), ['another "model"', 'another "model"'])
  Object.assign(embedder.state, { model: 'a smaller one', dimensions: 3 })
  await open().fill([company.id])
  t.same(
    (await stored('products')).map(({ _model, _vectors }) => [_model, _vectors[embedderName(_model)].embeddings[0].length]),
    [
      ['a smaller one', 3], ['a smaller one', 3],
    ]
  )
})

t.test('searches by vector again after others have removed the embedder, and makes no vector twice', async t => {
  const { documents, server, company, embedder, open, embeddings } = await parts(t)
  const vectors = open()
  await documents.put(company, 'products', [guide])
  await vectors.fill([company.id])
  const before = await embeddings()
  const { path } = server.requests.findLast(one => one.method === 'PATCH' && one.body?.embedders)!
  await meiliTask(server, 'PATCH', path, { embedders: { [embedderName(embedder.state.model)]: null } })
  embedder.asked.length = 0
  await vectors.fill([company.id])
  t.same(embedder.asked, [])
  t.same(await embeddings(), before)
  const { body } = server.requests.findLast(one => one.method === 'PATCH' && one.path === path)!
  t.ok(body.embedders[embedderName(embedder.state.model)])
})

t.test('goes on when the model is there, and retries by itself when the server is unavailable', async t => {
  const { documents, company, embedder, errors, open, server } = await parts(t)
  await documents.put(company, 'products', [guide])
  embedder.state.away = true
  const vectors = open()
  await vectors.fill([company.id])
  t.same(embedder.asked, [])
  t.equal(vectors.stats().later, 0)
  embedder.state.away = false
  await vectors.resume()
  t.equal(vectors.stats().passages, 2)
  await documents.put(company, 'products', [document('lamp', 'A lamp')])
  server.faults.next(4, 'error')
  await vectors.fill([company.id])
  await until(() => vectors.stats().passages === 3)
  t.ok(errors.length >= 1)
  t.match(errors[0], { code: 'SEARCH_UNAVAILABLE' })
})

t.test('continues in the next process after an interruption', async t => {
  const { documents, company, embedder, errors, open, server } = await parts(t)
  const many = Array.from({ length: 400 }, (_, n) => document(`d${n}`, `Text ${n}`))
  await documents.put(company, 'products', many)
  const first = open()
  let times = 0
  embedder.state.before = async () => { if (++times === 20) await new Promise<void>(resolve => { first.close(); resolve() }) }
  await first.fill([company.id])
  const { embedded } = await documents.stats(company.id)
  t.ok(embedded > 0 && embedded < 400, `${embedded}`)
  embedder.state.before = async () => {}
  t.same(errors, [])
  server.faults.next(2, 'error')
  await open().resume()
  t.match(await documents.stats(company.id), { embedded: 400 })
  t.match(errors, [{ code: 'SEARCH_UNAVAILABLE' }, { code: 'SEARCH_UNAVAILABLE' }], 'of the server, which was tried again')
})

t.test('continues also with an index that is not named after its company', async t => {
  const { company, embedder, errors, open, server, options } = await parts(t)
  const own = { ...company, indexes: { products: { text: ['text'], uid: 'catalog2019' } } }
  const profile = async (id: string) => id === own.id ? own : null
  const { key: apiKey } = await makeKey({
    url: server.url, adminKey: server.masterKey, kind: 'writing', indexes: ['catalog2019'], signal: new AbortController().signal,
  })
  const admin = meiliAdmin(t, { url: server.url, apiKey, retries: 1 })
  const documents = createMeilisearchDocuments({ ...options, admin, profile })
  t.teardown(() => documents.close())
  await documents.put(own, 'products', [guide])
  let asked = 0
  const companies = async () => {
    if (++asked === 1) throw new Error('not yet')
    return [own.id, 'nobody']
  }
  await open({ admin, profile, companies }).resume()
  t.same(embedder.asked.length, 2)
  t.match(await documents.stats(own.id), { chunks: 2, embedded: 2 })
  t.equal(errors.length, 1, 'and who cannot tell them is asked again')
})
