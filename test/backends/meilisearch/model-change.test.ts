// A change of the embedding model in Meilisearch: the old vectors are searched until the new ones are complete.
import t, { type Test } from 'tap'
import { makeKey } from '../../../cli/meilisearch/keys.ts'
import type { MeilisearchAdmin } from '../../../src/backends/meilisearch/admin.ts'
import { createMeilisearchDocuments } from '../../../src/backends/meilisearch/documents.ts'
import { embedderName, modelsOf, sharedName } from '../../../src/backends/meilisearch/embedders.ts'
import { createMeilisearchVectors } from '../../../src/backends/meilisearch/vectors.ts'
import { createMeilisearchLoader } from '../../../src/backends/meilisearch/write/load.ts'
import { meili, meiliAdmin, meiliEngine, meiliTask } from '../../fixtures/meili-engine.ts'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { items, numbered } from '../../fixtures/meili-loading.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { ask, document, ids } from '../../fixtures/search-store.ts'
import type { CompanyProfile, Language } from '../../../src/types.ts'

const english = 'small'
const multilingual = 'small-multilingual'
const other = 'other-multilingual'
const models = [english, multilingual, other]
const modelFor = (language: Language, named?: string) => named ?? (language === 'en' ? english : multilingual)

const dimensions = 2 * models.length
/** Returns the vector of a text: its number as an angle, in a plane of each model's own. */
function vectorOf (text: string, model: string): Float32Array {
  const angle = Number(/\d+/.exec(text)?.[0] ?? 0) / 100
  const two = [Math.cos(angle), Math.sin(angle)]
  return new Float32Array(models.flatMap(one => one === model ? two : [0, 0]))
}

async function parts (t: Test) {
  const server = await startMeili(t)
  const made = await meiliDocuments(t, server)
  const company: CompanyProfile = { ...made.company }
  const engine = await meiliEngine(t, server, { models, modelFor, refreshMs: 0, cacheMs: 0 })
  const onChanged = (id: string) => engine.changed(id)
  const profile = async (id: string) => id === company.id ? company : null
  const documents = createMeilisearchDocuments({ ...made.options, models, profile, onChanged })
  t.teardown(() => documents.close())
  const admin = meiliAdmin(t, { url: server.url, apiKey: made.apiKey, retries: 1 })
  const state = { missing: '' }
  const embedder = {
    modelFor, dimensions: (model = '') => model === state.missing ? 0 : dimensions, loaded: async () => {}, ready: async () => {},
    defaultModel: english, before: async () => {},
    async embedPassages (texts: readonly { text: string }[], { model = '' } = {}) {
      await embedder.before()
      return texts.map(({ text }) => [vectorOf(text, model)])
    },
  }
  const errors: unknown[] = []
  const fill = async (changes: { admin?: MeilisearchAdmin, graceMs?: number } = {}) => {
    const vectors = createMeilisearchVectors({
      admin, embedder, models, profile, companies: async () => [], onChanged, graceMs: 0, againMs: 3_600_000,
      onError (_, error) { errors.push(error) }, ...changes,
    })
    await vectors.fill([company.id])
    await vectors.close()
  }
  const uid = `${company.id}__products`
  const embedders = async () => Object.keys((await meili(server, 'GET', `/indexes/${uid}/settings`)).embedders).sort()
  /** Asks by vector alone, as a question in a language is asked; returns the model that it was embedded for, and what is found. */
  const nearest = async (n: number, asked: Language = company.language) => {
    const [model = ''] = await engine.models(company, ['products'], asked)
    const found = await ask(engine, 'zzz', { company, indexes: ['products'], vectors: [{ model, vector: vectorOf(`${n}`, model) }] })
    const similarity = Math.round(1000 * (found.passages[0]?.similarity ?? 0)) / 1000
    return { model, id: ids(found)[0], similarity, degraded: found.degraded }
  }
  return { ...made, server, company, engine, documents, admin, embedder, state, errors, fill, uid, embedders, nearest }
}

const lamps = (count: number) => Array.from({ length: count }, (_, n) => document(`p${n}`, `Lamp ${n}`))

t.test('a company\'s language chooses the model; a change of it renews the vectors while the old ones serve', async t => {
  const { company, documents, embedder, engine, fill, embedders, nearest, stored, errors } = await parts(t)
  Object.assign(company, { language: 'fr', version: 'in French' })
  await documents.put(company, 'products', lamps(200))
  await fill()
  t.match(await nearest(7), { model: multilingual, id: 'products/p7', similarity: 1 })

  Object.assign(company, { indexes: { products: { ...company.indexes.products, model: other } }, version: 'another model' })
  const during: object[] = []
  embedder.before = async () => {
    engine.changed(company.id)
    during.push(await nearest(7))
  }
  await fill()
  t.ok(during.length > 5)
  t.same([...new Set(during.map(found => JSON.stringify(found)))].length, 1, 'the same answer at all times')
  t.match(during[0], { id: 'products/p7', similarity: 1, degraded: undefined })
  t.match(await nearest(7), { model: other, id: 'products/p7', similarity: 1 })
  t.same(await embedders(), [embedderName(other)])
  t.ok((await stored('products')).every(({ _model, _vectors }) => _model === other && Object.keys(_vectors).every(name =>
    name === embedderName(other) || _vectors[name].embeddings.length === 0)), 'nothing of the old model is left')
  t.same(errors, [])
})

t.test('every interruption leaves an index that is searched by a complete set, and the next process goes on', async t => {
  const { company, documents, admin, engine, fill, embedders, nearest, server, stored } = await parts(t)
  // As an earlier version left it: one embedder for every model, and chunks made before there was another.
  await documents.put(company, 'products', lamps(30))
  await fill()
  await meiliTask(server, 'PATCH', `/indexes/${company.id}__products/settings`, {
    embedders: { [sharedName]: { source: 'userProvided', dimensions } },
  })
  await meiliTask(server, 'PUT', `/indexes/${company.id}__products/documents`, (await stored('products')).map(({ id, _text }) => ({
    id, _model: english, _vectors: { [sharedName]: [...vectorOf(_text, english)], [embedderName(english)]: null },
  })))
  await meiliTask(server, 'PATCH', `/indexes/${company.id}__products/settings`, { embedders: { [embedderName(english)]: null } })
  await meiliTask(server, 'PATCH', `/indexes/${company.id}__products/settings`, { embedders: { [embedderName(multilingual)]: null } })
  await meiliTask(server, 'PUT', `/indexes/${company.id}__products/documents`, (await stored('products')).map(({ id }) => ({
    id, _vectors: { [embedderName(multilingual)]: null },
  })))
  engine.changed(company.id)
  t.same(await embedders(), [sharedName])
  t.match(await nearest(7), { model: english, id: 'products/p7', similarity: 1 })

  Object.assign(company, { language: 'fr', version: 'in French' })
  const seen = new Set<string>()
  for (let left = 0; ; left++) {
    let tasks = 0
    const cut: MeilisearchAdmin = {
      ...admin,
      runTask: async (...task) => {
        if (tasks++ >= 1) throw new Error('killed')
        return admin.runTask(...task)
      },
    }
    await fill({ admin: cut })
    engine.changed(company.id)
    const found = await nearest(7)
    t.match(found, { id: 'products/p7', similarity: 1, degraded: undefined }, `after ${left + 1} tasks`)
    seen.add(found.model)
    if (tasks === 0) break
    if (left > 20) return t.fail('it never ends')
  }
  t.same([...seen], [english, multilingual])
  t.same(await embedders(), [embedderName(multilingual)])
})

t.test('the old vectors stay until other instances have noticed; a question that was embedded for them finds them', async t => {
  const { company, documents, engine, fill, embedders, nearest } = await parts(t)
  await documents.put(company, 'products', lamps(30))
  await fill()
  Object.assign(company, { language: 'fr', version: 'in French' })
  await fill({ graceMs: 3_600_000 })
  t.same(await embedders(), [embedderName(english), embedderName(multilingual)])
  t.match(await nearest(7), { model: multilingual, id: 'products/p7' })
  const late = await ask(engine, 'zzz', {
    company, indexes: ['products'], vectors: [{ model: english, vector: vectorOf('7', english) }],
  })
  t.match(late.passages[0], { id: 'products/p7' })
  t.ok(late.passages[0]!.similarity! > 0.999)
})

t.test('a profile that takes back its change is searched by the first model, and all of it', async t => {
  const { company, documents, embedder, engine, fill, embedders, nearest } = await parts(t)
  const { indexes } = company
  await documents.put(company, 'products', lamps(300))
  await fill()
  Object.assign(company, { indexes: { products: { ...indexes.products, model: other } }, version: 'another model' })
  let times = 0
  embedder.before = async () => { if (++times === 12) throw new Error('killed') }
  await fill()
  t.match(await nearest(250), { model: english })
  Object.assign(company, { indexes, version: 'the first model again' })
  embedder.before = async () => {}
  await documents.put(company, 'products', [document('late', 'Lamp 299')])
  await fill()
  engine.changed(company.id)
  t.match(await nearest(250), { model: english, id: 'products/p250', similarity: 1 })
  t.same(await embedders(), [embedderName(english), embedderName(multilingual)])
})

t.test('a company in English also gets vectors of the multilingual model, for questions in other languages', async t => {
  const { company, documents, state, fill, embedders, nearest, stored } = await parts(t)
  await documents.put(company, 'products', lamps(30))
  state.missing = multilingual
  await fill()
  t.match(await nearest(7, 'fr'), { model: english }, 'until it is there')
  state.missing = ''
  await fill()
  t.match(await nearest(7), { model: english, id: 'products/p7' })
  t.match(await nearest(7, 'fr'), { model: multilingual, id: 'products/p7', similarity: 1 })
  t.same(await embedders(), [embedderName(english), embedderName(multilingual)])
  await documents.put(company, 'products', [document('new', 'Lamp 40')])
  t.match(await nearest(7, 'fr'), { model: multilingual }, 'one new document changes nothing')
  await fill()
  t.ok((await stored('products')).every(chunk => modelsOf(chunk).length === 2))
  t.equal((await documents.stats(company.id)).embedded, 31)
})

t.test('loading again with another model adds its vectors, and only then removes the old ones', async t => {
  const { server, company, engine, embedder, embedders, nearest, uid } = await parts(t)
  const { key } = await makeKey({
    url: server.url, adminKey: server.masterKey, kind: 'loading', indexes: [`${company.id}__*`], signal: new AbortController().signal,
  })
  const admin = meiliAdmin(t, { url: server.url, apiKey: key })
  const loader = createMeilisearchLoader({ admin, embedder, models, batch: 10, graceMs: 0 })
  const load = async (changed = 0) => {
    const documents = numbered(40).map((one, i) => i < changed ? { ...one, title: `Changed ${one.id}` } : one)
    const result = await loader.load({ company, kind: 'products', documents: items(documents), signal: new AbortController().signal })
    engine.changed(company.id)
    return result
  }
  t.match(await load(), { sent: 40, unchanged: 0 })
  t.match(await load(), { sent: 0, unchanged: 40 })
  t.match(await nearest(17), { model: english, id: 'products/17', similarity: 1 })
  Object.assign(company, { language: 'fr', version: 'in French' })
  const during: object[] = []
  embedder.before = async () => {
    engine.changed(company.id)
    during.push(await nearest(37))
  }
  t.match(await load(5), { sent: 40, unchanged: 0 })
  t.ok(during.every(found => JSON.stringify(found) === JSON.stringify(during[0])))
  t.match(during[0], { model: english, id: 'products/37', similarity: 1 })
  t.match(await nearest(17), { model: multilingual, id: 'products/17', similarity: 1 })
  t.same(await embedders(), [embedderName(multilingual)])
  t.match(await load(5), { sent: 0, unchanged: 40 })
  t.equal((await meili(server, 'GET', `/indexes/${uid}/documents?limit=1`)).results[0].title, 'Changed 1')
})

t.test('documents that an earlier version loaded are searched by their model until they are loaded again', async t => {
  const { server, company, documents, engine, embedder, embedders, fill, nearest, uid } = await parts(t)
  Object.assign(company, { language: 'fr', version: 'in French' })
  await meiliTask(server, 'POST', '/indexes', { uid, primaryKey: 'id' })
  await meiliTask(server, 'PATCH', `/indexes/${uid}/settings`, { embedders: { [sharedName]: { source: 'userProvided', dimensions } } })
  await meiliTask(server, 'POST', `/indexes/${uid}/documents`, numbered(20).map(one =>
    ({ ...one, _vectors: { [sharedName]: [...vectorOf(one.text, english)] } })))
  t.match(await nearest(17), { model: english, id: 'products/17', similarity: 1 })
  await documents.put(company, 'products', [document('new', 'Lamp 40')])
  await fill()
  t.same(await embedders(), [sharedName])
  t.match(await nearest(40), { model: english, id: 'products/new', similarity: 1 }, 'a chunk among them gets the same')
  const { key } = await makeKey({
    url: server.url, adminKey: server.masterKey, kind: 'loading', indexes: [`${company.id}__*`], signal: new AbortController().signal,
  })
  const admin = meiliAdmin(t, { url: server.url, apiKey: key })
  await createMeilisearchLoader({ admin, embedder, models, graceMs: 0 })
    .load({ company, kind: 'products', documents: items(numbered(20)), signal: new AbortController().signal })
  await fill()
  engine.changed(company.id)
  t.match(await nearest(40), { model: multilingual, id: 'products/new', similarity: 1 })
  t.match(await nearest(17), { model: multilingual, id: 'products/17', similarity: 1 })
  t.same(await embedders(), [embedderName(multilingual)])
})
