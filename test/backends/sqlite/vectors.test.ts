// Vectors in the background: taken up where they were left, one company's trouble is not the others'.
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { filling } from '../../fixtures/filling.ts'
import { document, put } from '../../fixtures/search-store.ts'

t.test('every passage of every company gets its vectors', async t => {
  const { store, make, pending, lamps, changed } = await filling(t)
  await put(store, 'a', lamps(40))
  await put(store, 'b', lamps(3))
  const vectors = make()
  await vectors.fill(['a', 'b', 'nobody'])
  t.equal(await pending('a') + await pending('b'), 0)
  t.match(vectors.stats(), { companies: 3, passages: 43, running: false, failures: 0 })
  t.ok(changed.some(([company]) => company === 'a') && changed.some(([company]) => company === 'b'))
  t.equal(changed.at(-1)![1], (await store.run('getProfile', 'b', null)).version)
  const before = changed.length
  await vectors.fill(['a', 'b'])
  t.equal(changed.length, before, 'nothing is left to do, and nothing has changed')
  await vectors.close()
})

t.test('what was stored stays: the rest is taken up where it was left', async t => {
  const { store, make, pending, lamps, errors } = await filling(t)
  await put(store, 'a', lamps(100))
  const seen: string[] = []
  let calls = 0
  const vectors = make({
    embedPassages: async documents => {
      if (++calls === 4) throw new Error('out of memory')
      seen.push(...documents.map(({ text }) => text))
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a'])
  t.equal(errors.length, 1)
  const left = await pending('a')
  t.ok(left > 0 && left < 100, `${left} are left`)
  await vectors.fill(['a'])
  t.equal(await pending('a'), 0)
  t.equal(seen.length, 100, 'none was embedded twice')
  t.equal(new Set(seen).size, 100)
  await vectors.close()
})

t.test('an error in one company does not stop the others', async t => {
  const { store, make, pending, lamps, errors, path } = await filling(t)
  await put(store, 'a', lamps(3))
  await put(store, 'c', lamps(3))
  await writeFile(path('b'), 'no database at all\n'.repeat(100))
  const vectors = make({
    embedPassages: async documents => {
      if (errors.length === 0) throw new Error('not this one')
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a', 'b', 'c'])
  t.same(errors.map(([company]) => company), ['a', 'b'])
  t.equal((errors[1]![1] as { code: string }).code, 'STORE_CORRUPT')
  t.equal(await pending('a'), 3)
  t.equal(await pending('c'), 0)
  t.match(vectors.stats(), { companies: 1, failures: 2 })
  await vectors.close()
})

t.test('without a model passages stay pending, and the next run takes them up', async t => {
  const { store, make, pending, lamps, changed, errors } = await filling(t)
  await put(store, 'a', lamps(40))
  let available = false
  const vectors = make({
    dimensions: () => available ? 8 : 0,
    embedPassages: async documents => available ? documents.map(({ text }) => [vectorOf(text)]) : null,
  })
  await vectors.fill(['a'])
  t.equal(await pending('a'), 40)
  t.same([changed, errors], [[], []])
  available = true
  await vectors.fill(['a'])
  t.equal(await pending('a'), 0)
  await vectors.close()
})

t.test('each index by its own model; a model that is not to be had keeps nobody else waiting', async t => {
  const { store, make } = await filling(t, {
    indexes: { products: { text: ['text'] }, faq: { text: ['text'], model: 'large' }, pages: { text: ['text'], model: 'missing' } },
  })
  for (const index of ['products', 'faq', 'pages']) await put(store, 'a', [document('1', `lamp ${index}`)], { index })
  const asked: [string | undefined, string[]][] = []
  const vectors = make({
    dimensions: model => model === 'missing' ? 0 : 8,
    embedPassages: async (documents, options) => {
      asked.push([options?.model, documents.map(({ text }) => text)])
      return options?.model === 'missing' ? null : documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a'])
  t.same(asked.sort(), [['fake', ['lamp products']], ['large', ['lamp faq']], ['missing', ['lamp pages']]])
  t.same((await store.run('pendingPassages', 'a', { after: 0, limit: 10 })).map(({ index }) => index), ['pages'])
  await vectors.close()
})

t.test('a document that changes while it is embedded is embedded again by the next run', async t => {
  const { store, make, pending } = await filling(t)
  await put(store, 'a', [document('1', 'lamp azurite')])
  let changes = true
  const vectors = make({
    embedPassages: async documents => {
      if (changes) await put(store, 'a', [document('1', 'lamp malachite')])
      changes = false
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a'])
  await vectors.fill(['a'])
  t.equal(await pending('a'), 0)
  await vectors.close()
})

t.test('a run that goes on takes up a company that is added to it', async t => {
  const { store, make, pending, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  await put(store, 'b', lamps(3))
  const began = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const vectors = make({
    embedPassages: async documents => {
      began.resolve()
      await go.promise
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  const running = vectors.fill(['a'])
  await began.promise
  t.ok(vectors.stats().running)
  const added = vectors.fill(['b', 'a'])
  go.resolve()
  await Promise.all([running, added])
  t.equal(await pending('a') + await pending('b'), 0)
  await vectors.close()
})

t.test('a company that is added in the very moment a run ends is not forgotten', async t => {
  const added = Promise.withResolvers<void>()
  const { store, make, pending, lamps } = await filling(t, {
    onError () { queueMicrotask(() => { vectors.fill(['b']).then(added.resolve) }) },
  })
  await put(store, 'b', lamps(3))
  await put(store, 'a', lamps(1))
  const vectors = make({
    embedPassages: async documents => {
      if (documents.length === 1) throw new Error('the last thing')
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a'])
  await added.promise
  t.equal(await pending('b'), 0)
  await vectors.close()
})

t.test('closing ends a run, tells nobody of it, and leaves the rest pending', async t => {
  const { store, make, pending, lamps, errors } = await filling(t)
  await put(store, 'a', lamps(40))
  const began = Promise.withResolvers<void>()
  const vectors = make({
    embedPassages: (_, options) => {
      began.resolve()
      return new Promise((_resolve, reject) => { options!.signal!.addEventListener('abort', () => reject(options!.signal!.reason)) })
    },
  })
  const running = vectors.fill(['a', 'b'])
  await began.promise
  await vectors.close()
  await running
  t.same(errors, [])
  t.equal(await pending('a'), 40)
  t.equal(vectors.stats().running, false)
})

t.test('closing does not wait for models that are still loading', async t => {
  const { store, make, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  const vectors = make({ loaded: () => new Promise(() => {}) })
  const running = vectors.fill(['a'])
  await vectors.close()
  await running
  t.notOk(vectors.stats().running)
})

t.test('a closed one does nothing more, and keeps nothing alive', async t => {
  const { store, make, pending, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  const vectors = make()
  await vectors.close()
  await vectors.fill(['a']).catch(() => {})
  t.equal(await pending('a'), 3)
})
