// Replacing vectors: the old ones are used until the new ones are complete.
import t from 'tap'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import type { Embedder } from '../../../src/embed/embedder.ts'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { faults } from '../../fixtures/document-store.ts'
import { filling, type FillingOptions } from '../../fixtures/filling.ts'
import { openDatabase } from '../../fixtures/company-file.ts'
import { ask, document, put, remove, searchProfile } from '../../fixtures/search-store.ts'

t.test('embeds an index again when its model changes', async t => {
  const indexes: FillingOptions['indexes'] & object = { products: { text: ['text'] } }
  const { store, make, pending, lamps, path } = await filling(t, { indexes })
  await put(store, 'a', lamps(20))
  const models: (string | undefined)[] = []
  const vectors = make({
    embedPassages: async (documents, options) => {
      models.push(options?.model)
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a'])
  indexes.products!.model = 'large'
  await vectors.fill(['a'])
  t.same([...new Set(models)], ['fake', 'large'])
  t.equal(await pending('a'), 0)
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'large' })
  t.same(faults(path('a')), [])
  await vectors.close()
})

t.test('continues an interrupted run that replaces vectors', async t => {
  const indexes: FillingOptions['indexes'] & object = { products: { text: ['text'] } }
  const { store, make, lamps, path, changed } = await filling(t, { indexes })
  await put(store, 'a', lamps(60))
  await make().fill(['a'])
  indexes.products!.model = 'large'
  const seen: string[] = []
  let calls = 0
  const embedder: Partial<Embedder> = {
    embedPassages: async documents => {
      if (++calls === 3) throw new Error('killed')
      seen.push(...documents.map(({ text }) => text))
      return documents.map(({ text }) => [vectorOf(text)])
    },
  }
  const before = changed.at(-1)![1]
  await make(embedder).fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'fake' }, 'the old ones serve')
  t.equal((await store.run('indexModels', 'a', null)).version, before, 'and no answer has changed')
  await put(store, 'a', [document('late', 'lamp late')])
  await make(embedder).fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'large' })
  t.equal(seen.filter(text => text !== 'lamp late').length, 60, 'none was embedded twice')
  t.same(faults(path('a')), [])
})

t.test('a profile that takes back its change of the model gets the whole set of the first one', async t => {
  const indexes: FillingOptions['indexes'] & object = { products: { text: ['text'] } }
  const { store, make, lamps, path } = await filling(t, { indexes })
  await put(store, 'a', lamps(40))
  await make().fill(['a'])
  indexes.products!.model = 'large'
  let calls = 0
  await make({
    embedPassages: async documents => {
      if (++calls === 2) throw new Error('killed')
      return documents.map(({ text }) => [vectorOf(text)])
    },
  }).fill(['a'])
  delete indexes.products!.model
  await make().fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'fake' })
  t.same(faults(path('a')), [])
})

t.test('a model that comes late: its companies have the other one\'s vectors until then', async t => {
  const { store, make, lamps, path } = await filling(t)
  await put(store, 'a', lamps(20))
  let model = 'small'
  const vectors = make({ modelFor: () => model })
  await vectors.fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'small' })
  model = 'large'
  await vectors.fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'large' })
  t.same(faults(path('a')), [])
})

t.test('an index whose documents were all removed begins with the model of its profile', async t => {
  const indexes: FillingOptions['indexes'] & object = { products: { text: ['text'] } }
  const { store, make, lamps } = await filling(t, { indexes })
  await put(store, 'a', lamps(2))
  await make().fill(['a'])
  await remove(store, 'a', ['p0', 'p1'])
  await put(store, 'a', lamps(1))
  indexes.products!.model = 'large'
  const models: (string | undefined)[] = []
  await make({
    embedPassages: async (documents, options) => {
      models.push(options?.model)
      return documents.map(({ text }) => [vectorOf(text)])
    },
  }).fill(['a'])
  t.same(models, ['large'])
})

t.test('a company in English also gets vectors of the multilingual model, for questions in other languages', async t => {
  const { store, make, lamps, path, changed } = await filling(t)
  const engine = createSqliteEngine({ store, timeoutMs: 20_000 })
  const company = searchProfile({ id: 'a' })
  await put(store, 'a', lamps(40))
  const modelFor = (language: string) => language === 'en' ? 'small' : 'multilingual'
  await make({ modelFor }).fill(['a'])
  const [, version] = changed.at(-1)!
  engine.changed('a', version)
  t.same(await engine.models(company), ['small'])
  t.same(engine.models(company, undefined, 'fr'), ['multilingual'])
  t.same(engine.models(company, undefined, 'en'), ['small'])
  const vectors = [{ model: 'multilingual', vector: vectorOf(' lamp 7') }]
  t.equal((await ask(engine, 'zzz', { company, vectors })).passages[0]!.id, 'products/p7', 'they are searched')

  const before = changed.length
  await make({ modelFor }).fill(['a'])
  t.equal(changed.length, before, 'nothing is left to do')
  await put(store, 'a', [document('late', 'lamp late')])
  const asked: [string | undefined, number][] = []
  await make({
    modelFor,
    embedPassages: async (documents, options) => {
      asked.push([options?.model, documents.length])
      return documents.map(({ text }) => [vectorOf(text)])
    },
  }).fill(['a'])
  t.same(asked, [['small', 1], ['multilingual', 1]], 'a new document gets both')

  await make({ modelFor: () => 'small', dimensions: model => model === 'multilingual' ? 0 : 8 }).fill(['a'])
  engine.changed('a', changed.at(-1)![1])
  t.same(await engine.models(company, undefined, 'fr'), ['small'], 'without that model the company\'s own is asked')
  await remove(store, 'a', ['late', ...lamps(40).map(({ id }) => id)])
  const db = openDatabase(path('a'))
  t.equal(db.prepare('SELECT count(*) AS n FROM windows').get()!.n, 0, 'both go with their documents')
  db.close()
})

t.test('a company that changes from English to another language keeps the vectors that it has of the new model', async t => {
  const { store, make, lamps, path } = await filling(t)
  await put(store, 'a', lamps(4))
  await make({ modelFor: language => language === 'en' ? 'small' : 'multilingual' }).fill(['a'])
  await make({ modelFor: () => 'multilingual' }).fill(['a'])
  t.same((await store.run('indexModels', 'a', null)).models, { products: 'multilingual' })
  t.same(faults(path('a')), [])
})
