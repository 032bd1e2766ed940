// Vectors in the background: an interrupted run continues, and one company's failure does not affect the others.
import { writeFile } from 'node:fs/promises'
import t from 'tap'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { filling } from '../../fixtures/filling.ts'
import { document, put } from '../../fixtures/search-store.ts'

t.test('gives every passage of every company its vectors', async t => {
  const { store, make, pending, lamps, changed } = await filling(t)
  await put(store, 'a', lamps(40))
  await put(store, 'b', lamps(3))
  const vectors = make()
  await vectors.fill(['a', 'b', 'nobody'])
  t.equal(await pending('a') + await pending('b'), 0)
  t.match(vectors.stats(), { companies: 3, passages: 43, running: false, failures: 0 })
  t.ok(changed.some(([company]) => company === 'a') && changed.some(([company]) => company === 'b'))
  for (const company of ['a', 'b']) {
    t.equal(changed.findLast(([id]) => id === company)![1], (await store.run('getProfile', company, null)).version)
  }
  const before = changed.length
  await vectors.fill(['a', 'b'])
  t.equal(changed.length, before, 'nothing is left to do, and nothing has changed')
  await vectors.close()
})

t.test('a small upload does not wait for a large one', async t => {
  const { store, make, lamps } = await filling(t)
  await put(store, 'large', Array.from({ length: 800 }, (_, i) => document(`p${i}`, `chair ${i}`)))
  await put(store, 'small', lamps(20))
  const seen: string[] = []
  const vectors = make({
    embedPassages: async documents => {
      seen.push(documents[0]!.text.split(' ')[0]!)
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['large', 'small'])
  t.equal(seen.length, 50 + 2)
  t.ok(seen.lastIndexOf('lamp') < 6, `its last step was number ${seen.lastIndexOf('lamp')}`)
  await vectors.close()
})

t.test('continues with the passages that are not stored yet', async t => {
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

t.test('goes on with the others after an error in one company', async t => {
  const { store, make, pending, lamps, errors, path } = await filling(t)
  await put(store, 'a', lamps(3))
  await put(store, 'c', lamps(3))
  await writeFile(path('b'), 'no database at all\n'.repeat(100))
  let calls = 0
  const vectors = make({
    embedPassages: async documents => {
      if (++calls === 1) throw new Error('not this one')
      return documents.map(({ text }) => [vectorOf(text)])
    },
  })
  await vectors.fill(['a', 'b', 'c'])
  t.same(errors.map(([company]) => company).sort(), ['a', 'b'])
  t.match(errors.find(([company]) => company === 'b')![1], { code: 'STORE_CORRUPT' })
  t.equal(await pending('a'), 3)
  t.equal(await pending('c'), 0)
  t.match(vectors.stats(), { companies: 1, failures: 2 })
  await vectors.close()
})

t.test('leaves passages pending without a model, and embeds them in the next run', async t => {
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
  t.equal(vectors.stats().later, 0, 'it is not asked again and again until its model is there')
  available = true
  await vectors.fill(['a'])
  t.equal(await pending('a'), 0)
  await vectors.close()
})

t.test('a company whose model fails for a moment is taken up again later', async t => {
  const { store, make, pending, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  let fails = true
  const vectors = make({ embedPassages: async documents => fails ? null : documents.map(({ text }) => [vectorOf(text)]) })
  await vectors.fill(['a'])
  t.match([await pending('a'), vectors.stats()], [3, { later: 1, failures: 0 }])
  fails = false
  await vectors.fill(['a'])
  t.equal(await pending('a'), 0)
  await vectors.close()
})

t.test('embeds each index with its own model, without waiting for one that is unavailable', async t => {
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

t.test('embeds a document again in the next run if it changed meanwhile', async t => {
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

t.test('takes up a company that is added to a running run', async t => {
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

t.test('does not forget a company that is added in the moment a run ends', async t => {
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

t.test('ends a run on close without reporting it, and leaves the rest pending', async t => {
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

t.test('does not wait for loading models on close', async t => {
  const { store, make, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  const vectors = make({ loaded: () => new Promise(() => {}) })
  const running = vectors.fill(['a'])
  await vectors.close()
  await running
  t.notOk(vectors.stats().running)
})

t.test('does nothing more once closed, and keeps nothing alive', async t => {
  const { store, make, pending, lamps } = await filling(t)
  await put(store, 'a', lamps(3))
  const vectors = make()
  await vectors.close()
  await vectors.fill(['a']).catch(() => {})
  t.equal(await pending('a'), 3)
})
