// Behaviour of the embedded engine alone: writing, versions, vectors in the background, time-outs.
import t from 'tap'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import { mapped } from '../../../src/backends/sqlite/file.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { ask, document, ids, put, putVectors, remove, renewVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const vectors = (model: string, ...values: number[]) => [{ model, vector: new Float32Array(values) }]

t.test('leaves an unchanged document alone, with its vectors', async t => {
  const { store } = await sqliteEngine(t)
  const documents = [document('a', 'azurite', { fields: [['Price', '3 €']] }), document('b', 'malachite')]
  t.match(await put(store, 'shop', documents), { written: 2, unchanged: 0 })
  await putVectors(store, 'shop', 'm', () => [1, 0])
  const before = await put(store, 'shop', documents)
  t.match(before, { written: 0, unchanged: 2 })
  t.same(await store.run('pendingPassages', 'shop', { after: 0, limit: 10 }), [])
  for (const change of [
    { text: 'other' }, { title: 'other' }, { url: 'https://other.example' }, { fields: [['Price', '4 €']] as [string, string][] },
  ]) {
    t.match(await put(store, 'shop', [{ ...documents[0]!, ...change }]), { written: 1 }, JSON.stringify(change))
  }
  t.match(await put(store, 'shop', documents, { language: 'fr' }), { written: 2 }, 'another language means other stems')
})

t.test('changes the version exactly when documents or vectors change', async t => {
  const { store, engine } = await sqliteEngine(t)
  const version = async () => (await store.run('getProfile', 'shop', null)).version
  const changes = async (work: () => Promise<unknown>) => {
    const before = await version()
    await work()
    return await version() !== before
  }
  t.equal(await engine.version(searchProfile()), '0')
  t.ok(await changes(() => put(store, 'shop', [document('a', 'azurite'), document('b', 'malachite')])), 'new documents')
  t.notOk(await changes(() => put(store, 'shop', [document('a', 'azurite')])), 'the same document')
  t.notOk(await changes(() => remove(store, 'shop', ['nothing'])), 'nothing to remove')
  const stale = await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })
  t.ok(await changes(() => putVectors(store, 'shop', 'm', () => [1, 0])), 'vectors')
  t.notOk(await changes(() => putVectors(store, 'shop', 'm', () => [1, 0])), 'no passage waits for vectors')
  t.notOk(await changes(() => renewVectors(store, 'shop', 'new', () => [1, 0])), 'vectors that nothing is searched by yet')
  t.ok(await changes(() => store.run('switchModel', 'shop', { index: 'products', model: 'new' })), 'another model')
  t.notOk(await changes(() => store.run('dropOldVectors', 'shop', { after: 0 })), 'vectors that nothing is searched by any more')
  t.ok(await changes(() => put(store, 'shop', [document('a', 'other'), document('b', 'other')])), 'changed documents')
  t.notOk(
    await changes(() =>
      store.run('putVectors', 'shop', {
        model: 'new', passages: stale.map(passage => ({ ...passage, vectors: [new Float32Array([1, 0])] })),
      })
    ),
    'vectors of passages that changed meanwhile'
  )
  t.notOk(await changes(() => ask(engine, 'azurite')), 'a search')
  t.ok(await changes(() => remove(store, 'shop', ['b'])), 'a document removed')
  await ask(engine, 'azurite')
  t.equal(await engine.version(searchProfile()), await version(), 'a search brings the engine up to date')
  engine.changed('shop', 'reported')
  t.equal(engine.version(searchProfile()), 'reported')
})

t.test('adds vectors in the background, and ranks with them from then on', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'lamp azurite'), document('b', 'lamp malachite')])
  const question = () => ask(engine, 'lamp', { vectors: vectors('m', 0, 1) })
  t.ok((await question()).passages.every(({ similarity }) => similarity === null))
  await putVectors(store, 'shop', 'm', (_, text) => text.includes('malachite') ? [0, 1] : [1, 0])
  const { passages } = await question()
  t.equal(passages[0]!.id, 'products/b')
  t.same(passages.map(({ similarity }) => Math.round(similarity!)), [1, 0])
})

t.test('scores a passage by its nearest window', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'lamp')])
  const [passage] = await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })
  await store.run('putVectors', 'shop', {
    model: 'm',
    passages: [
      {
        ...passage!,
        vectors: [
          [1, 0], [0, 1], [0.6, 0.8],
        ].map(values => new Float32Array(values)),
      },
    ],
  })
  const { passages } = await ask(engine, 'lamp', { vectors: vectors('m', 0, 1) })
  t.equal(passages.length, 1)
  t.ok(Math.abs(passages[0]!.similarity! - 1) < 1e-6)
})

t.test('searches with two embedding models in one company', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'lamp azurite')], { index: 'products' })
  await put(store, 'shop', [document('q', 'lamp question')], { index: 'faq' })
  await putVectors(store, 'shop', 'small', (_, text) => text.includes('azurite') ? [0.6, 0.8] : null)
  await putVectors(store, 'shop', 'large', (_, text) => text.includes('question') ? [0, 0, 1] : null)
  t.same(await store.run('pendingPassages', 'shop', { after: 0, limit: 10 }), [])
  const { passages } = await ask(engine, 'lamp', { vectors: [...vectors('small', 0, 1), ...vectors('large', 0, 0, 1)] })
  t.same(Object.fromEntries(passages.map(({ id, similarity }) => [id, Math.round(similarity! * 10) / 10])), {
    'products/a': 0.8, 'faq/q': 1,
  })
  t.same(await engine.models(searchProfile()), ['large', 'small'])
  t.same(engine.models(searchProfile(), ['products']), ['small'])
})

t.test('another model\'s vectors are stored beside the old ones, which are searched until the new ones are complete', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'lamp azurite'), document('b', 'lamp malachite')])
  await putVectors(store, 'shop', 'old', (_, text) => text.includes('azurite') ? [1, 0] : [0, 1])
  const similarities = async (model: string, ...values: number[]) =>
    (await ask(engine, 'lamp', { vectors: vectors(model, ...values) })).passages.map(({ id, similarity }) => [id, similarity])
  const old = await similarities('old', 1, 0)
  await renewVectors(store, 'shop', 'new', (_, text) => text.includes('azurite') ? [1, 0] : null)
  t.same(await engine.models(searchProfile()), ['old'])
  t.match(await store.run('switchModel', 'shop', { index: 'products', model: 'new' }), { switched: false }, 'they are not complete')
  t.same(await similarities('old', 1, 0), old)
  const both = await ask(engine, 'lamp', { vectors: [...vectors('old', 1, 0), ...vectors('new', 0, 1)] })
  t.same(both.passages.map(({ id, similarity }) => [id, similarity]), old, 'each index counts by its own model alone')

  await renewVectors(store, 'shop', 'new', () => [0, 1])
  const { switched, version } = await store.run('switchModel', 'shop', { index: 'products', model: 'new' })
  t.ok(switched)
  engine.changed('shop', version)
  t.same(await engine.models(searchProfile()), ['new'])
  t.same(await similarities('old', 1, 0), old, 'a question that is on its way still finds the old ones')
  t.equal(await store.run('dropOldVectors', 'shop', { after: 0 }), null)
  t.same((await similarities('old', 1, 0)).map(([, similarity]) => similarity), [null, null])
  t.same(Object.fromEntries(await similarities('new', 0, 1)), { 'products/a': 0, 'products/b': 1 })
  t.equal(await store.run('dropOldVectors', 'shop', { after: 0 }), null, 'nothing is left to remove')
})

t.test('drops the vectors of a passage that changed or disappeared meanwhile', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('stays', 'lamp azurite'), document('changes', 'lamp malachite'), document('goes', 'lamp quartz')])
  const pending = await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })
  await put(store, 'shop', [document('changes', 'lamp obsidian')])
  await remove(store, 'shop', ['goes'])
  await store.run('putVectors', 'shop', {
    model: 'm', passages: pending.map(passage => ({ ...passage, vectors: [new Float32Array([1, 0])] })),
  })
  const { passages } = await ask(engine, 'lamp', { vectors: vectors('m', 1, 0) })
  t.same(Object.fromEntries(passages.map(({ id, similarity }) => [id, similarity === null])), {
    'products/stays': false, 'products/changes': true,
  })
  t.same(
    (await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })).map(({ text }) => text), ['lamp obsidian'],
    'it is pending again'
  )
})

t.test('stores no vector of a batch when one has the wrong length', async t => {
  const { store } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'azurite'), document('b', 'malachite')])
  let n = 0
  await t.rejects(putVectors(store, 'shop', 'm', () => n++ ? [1, 0, 0] : [1, 0]), /expected 2/)
  t.equal((await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })).length, 2)
})

t.test('finds the nearest passage of a small index beside a large one', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', Array.from({ length: 1200 }, (_, i) => document(`p${i}`, `lamp ${i}`)))
  await putVectors(store, 'shop', 'm', () => [1, 0])
  await putVectors(store, 'shop', 'm', () => [1, 0])
  await put(store, 'shop', [document('q', 'how bright is it')], { index: 'faq' })
  await putVectors(store, 'shop', 'm', () => [0.8, 0.6])
  const { passages } = await ask(engine, 'zeppelin', { indexes: ['faq'], vectors: vectors('m', 1, 0) })
  t.same(passages.map(({ id }) => id), ['faq/q'])
})

t.test('does not mix up documents that change between the words and the vector', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('old', 'azurite')])
  const vector = Promise.withResolvers<null>()
  const running = ask(engine, 'azurite', { vectors: [{ model: 'm', vector: vector.promise }] })
  await ask(engine, 'azurite')
  await remove(store, 'shop', ['old'])
  await put(store, 'shop', [document('new', 'malachite')])
  vector.resolve(null)
  t.same(ids(await running), [], 'the new document does not take the old one\'s place')
})

t.test('a question with a misspelt word is compared by the vector of what is meant', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'The swimming pool is heated.'), document('b', 'A table for two.')])
  await putVectors(store, 'shop', 'm', (_, text) => text.includes('pool') ? [1, 0] : [0, 1])
  const embedded: string[] = []
  const embed = (text: string) => {
    embedded.push(text)
    return vectors('m', 1, 0)
  }
  for (const typed of [vectors('m', 0, 1), [{ model: 'm', vector: Promise.resolve(new Float32Array([0, 1])) }]]) {
    const { passages } = await ask(engine, 'When is the swimmign heated?', { vectors: typed, embed })
    t.match(passages[0], { id: 'products/a', similarity: 1 })
  }
  t.same(embedded, Array(2).fill('When is the swimming heated?'))
  await ask(engine, 'When is the swimming heated?', { vectors: vectors('m', 0, 1), embed })
  t.equal(embedded.length, 2, 'a question without a slip is embedded once')
  const failed = await ask(engine, 'When is the swimmign heated?', {
    vectors: vectors('m', 0, 1), embed: () => [{ model: 'm', vector: Promise.reject(new Error('no model')) }],
  })
  t.equal(failed.passages.find(({ id }) => id === 'products/b')?.similarity, 1, 'else by the vector of what was typed')
})

t.test('finds the form of a word that the documents contain, by a misspelt or unaccented one', async t => {
  const { store, engine } = await sqliteEngine(t)
  const company = searchProfile({ language: 'fr' })
  await put(store, 'shop', [document('a', 'Des lingettes lavées et séchées'), document('b', 'Un lit à barreaux')], { language: 'fr' })
  for (const question of ['lavees', 'lavéés', 'sechees', 'séchéess']) {
    t.same(ids(await ask(engine, question, { company })), ['products/a'], question)
  }
})

t.test('gives up a store that is too slow, and does without a vector that is too slow', async t => {
  const { store } = await sqliteEngine(t)
  await put(store, 'shop', [document('a', 'azurite')])
  // Neither the thread nor a time-out keeps the process alive.
  const alive = setInterval(() => {}, 60_000)
  t.teardown(() => clearInterval(alive))
  const stuck = {
    ...store,
    run: (_task: never, _company: never, _argument: never, signal: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const engine = createSqliteEngine({ store: stuck as unknown as Store, timeoutMs: 20 })
  await t.rejects(ask(engine, 'azurite'), { code: 'SEARCH_UNAVAILABLE', statusCode: 503, retryable: true })
  t.match(engine.stats(), { searches: 1, failures: 1 })

  const patient = createSqliteEngine({ store, timeoutMs: 2000 })
  const result = await ask(patient, 'azurite', { vectors: [{ model: 'm', vector: new Promise(() => {}) }] })
  t.same(ids(result), ['products/a'])
  t.equal(result.degraded, 'embedding')
})

t.test('neither ends the thread nor delays the next search when a search is aborted', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', Array.from({ length: 300 }, (_, i) => document(`p${i}`, `lamp azurite ${i}`)))
  let threads = 0
  const count = () => { threads++ }
  process.on('worker', count)
  t.teardown(() => process.off('worker', count))
  for (let i = 0; i < 20; i++) {
    const leaving = new AbortController()
    const running = Promise.all([ask(engine, 'lamp azurite', { signal: leaving.signal }), ask(engine, 'lamp', { signal: leaving.signal })])
    // One turn of the loop later the first one is in the thread, and the second waits.
    await new Promise<void>(resolve => { setImmediate(resolve) })
    leaving.abort(new Error('left'))
    // A fast search may have been answered by then.
    await running.catch(error => t.equal(error.message, 'left'))
  }
  t.equal((await ask(engine, 'lamp 7')).passages.length, 6)
  t.equal(threads, 0)
})

t.test('gives every error of SQLite and of the file system its code', async t => {
  const thrown = (error: object) => {
    try {
      mapped(() => { throw Object.assign(new Error('x'), error) })
    } catch (caught) {
      return (caught as { code?: string }).code
    }
  }
  for (const errcode of [11, 26, 267]) t.equal(thrown({ errcode }), 'STORE_CORRUPT', `${errcode}`)
  for (const error of [{ errcode: 13 }, { code: 'ENOSPC' }, { code: 'EDQUOT' }]) t.equal(thrown(error), 'STORE_FULL', JSON.stringify(error))
  for (const error of [
    { errcode: 14 }, { errcode: 8 }, { errcode: 10 }, { errcode: 1544 }, { code: 'ENOTDIR' }, { code: 'EISDIR' }, { code: 'EACCES' },
    { code: 'EEXIST' }, { code: 'ENOENT' }, { code: 'EROFS' },
  ]) {
    t.equal(thrown(error), 'STORE_UNREADABLE', JSON.stringify(error))
  }
  for (const errcode of [5, 6, 261]) t.equal(thrown({ errcode }), 'SEARCH_UNAVAILABLE', `${errcode}`)
  t.equal(thrown({}), undefined, 'anything else is as it was')
})

t.test('finds each chunk of a document with its heading and page, and removes all of them together', async t => {
  const { store, engine } = await sqliteEngine(t)
  const chunks = [
    { n: 0, text: 'The stove boils a litre in three minutes.', headings: ['Use'], page: 1, tokens: 12 },
    { n: 1, text: 'Descale it with vinegar once a month.', headings: ['Care', 'Cleaning'], page: 4, tokens: 9 },
  ]
  const manual = document('manual', '', { title: 'Stove manual', fields: [['Edition', '2026']], chunks })
  t.match(await put(store, 'shop', [manual, document('lamp', 'A lamp')]), { written: 2 })
  t.match(await put(store, 'shop', [manual]), { written: 0, unchanged: 1 })
  const [best] = (await ask(engine, 'How do I descale the stove with vinegar?')).passages
  t.match(best, { id: 'products/manual#1', title: 'Stove manual', heading: 'Care › Cleaning', page: 4, text: /vinegar/, fields: [] })
  t.match((await ask(engine, 'cleaning')).passages[0], { id: 'products/manual#1' }, 'a heading is found like a title')
  t.match(
    (await ask(engine, 'edition 2026')).passages[0], { id: 'products/manual#0', fields: [['Edition', '2026']] },
    'the facts stand with the first'
  )
  await put(store, 'shop', [{ ...manual, chunks: chunks.slice(0, 1) }])
  t.same(ids(await ask(engine, 'vinegar')), [], 'removed text is not found')
  t.match((await ask(engine, 'boils a litre')).passages[0], { id: 'products/manual', page: 1 })
  await remove(store, 'shop', ['manual'])
  t.same(ids(await ask(engine, 'stove litre')), [])
})
