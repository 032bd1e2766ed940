// Documents in the company's file: listed, read, pinned, counted and removed, whole.
import t from 'tap'
import { chunksPerTask } from '../../../src/backends/sqlite/document-row.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { faults, chunkedDocument } from '../../fixtures/document-store.ts'
import { ask, document, ids, putVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const shop = searchProfile()
const all = { after: '', limit: 100, prefix: '' }
const manual = document('manual', '', {
  title: 'Manual',
  fields: [['Edition', '2026']],
  chunks: [
    { n: 0, text: 'It boils a litre.', headings: ['Use'], page: 1, tokens: 5 },
    { n: 1, text: 'Descale it.', headings: ['Care', 'Cleaning'], page: 4, tokens: 3 },
  ],
})

async function parts (t: Parameters<typeof sqliteEngine>[0], { maxTokens = 1_000_000 } = {}) {
  const { store, engine, path } = await sqliteEngine(t)
  const changes: string[] = []
  const documents = createSqliteDocuments({ store, maxTokens, onChanged: (company, version) => { changes.push(`${company} ${version}`) } })
  return { store, engine, path, documents, changes }
}

t.test('lists written documents page by page, and reads them back whole', async t => {
  const { documents, changes } = await parts(t)
  t.same(
    await documents.put(shop, 'products', [
      manual, ...Array.from({ length: 120 }, (_, n) => document(`lamp-${String(n).padStart(3, '0')}`, `Lamp ${n}`)),
    ]),
    { written: 121, unchanged: 0, evicted: 0 }
  )
  t.equal(changes.length, Math.ceil(122 / chunksPerTask), 'in batches, each one transaction')
  t.same(await documents.put(shop, 'products', [manual]), { written: 0, unchanged: 1, evicted: 0 })
  const first = await documents.list('shop', 'products', { ...all, limit: 100 })
  const rest = await documents.list('shop', 'products', { ...all, after: first.at(-1)!.id })
  t.same([first.length, rest.map(({ id }) => id).at(-1)], [100, 'manual'])
  t.same((await documents.list('shop', 'products', { ...all, prefix: 'lamp-11' })).length, 10)
  t.match(await documents.get('shop', 'products', 'manual'), {
    id: 'manual', title: 'Manual', chunks: 2, tokens: 8, pinned: false, citedAt: 0, fields: [['Edition', '2026']],
    pieces: [
      { n: 0, text: 'It boils a litre.', heading: 'Use', page: 1, tokens: 5 },
      { n: 1, text: 'Descale it.', heading: 'Care › Cleaning', page: 4, tokens: 3 },
    ],
  })
  t.equal(await documents.get('shop', 'products', 'nothing'), null)
  t.equal(await documents.get('shop', 'faq', 'manual'), null)
})

t.test('no longer finds removed documents', async t => {
  const { documents, engine, changes } = await parts(t)
  await documents.put(shop, 'products', [manual, document('lamp', 'A lamp of azurite')])
  changes.length = 0
  t.equal(await documents.remove('shop', 'products', ['manual', 'nothing']), 1)
  t.equal(changes.length, 1)
  t.equal(await documents.remove('shop', 'products', ['manual']), 0)
  t.equal(changes.length, 1, 'nothing has changed')
  t.same(ids(await ask(engine, 'descale')), [])
  t.same(ids(await ask(engine, 'azurite')), ['products/lamp'])
})

t.test('records pins and citations', async t => {
  const { documents } = await parts(t)
  await documents.put(shop, 'products', [manual])
  t.equal(await documents.pin('shop', 'products', 'manual', true), true)
  t.equal(await documents.pin('shop', 'products', 'nothing', true), false)
  await documents.cite('shop', ['products/manual#1', 'products/manual#1', 'products/gone', 'nonsense'], 1234)
  t.match(await documents.get('shop', 'products', 'manual'), { pinned: true, citedAt: 1234 })
})

t.test('counts documents by index and in total', async t => {
  const { documents, store } = await parts(t)
  t.match(await documents.stats('shop'), { documents: 0, chunks: 0, tokens: 0, embedded: 0 })
  await documents.put(shop, 'products', [manual])
  await documents.put(shop, 'faq', [document('a', 'Azurite'), document('b', 'Beryl')])
  t.same(await documents.indexes('shop'), [
    { kind: 'faq', documents: 2, chunks: 2, tokens: 4 }, { kind: 'products', documents: 1, chunks: 2, tokens: 8 },
  ])
  await putVectors(store, 'shop', 'm', () => [1, 0])
  const { bytes, ...counts } = await documents.stats('shop')
  t.same(counts, { documents: 3, chunks: 4, tokens: 12, embedded: 4 })
  t.ok(bytes > 4096)
})

t.test('has nothing for a company without a file', async t => {
  const { documents } = await parts(t)
  t.same(await documents.list('nobody', 'products', all), [])
  t.equal(await documents.get('nobody', 'products', 'a'), null)
  t.equal(await documents.remove('nobody', 'products', ['a']), 0)
  t.equal(await documents.pin('nobody', 'products', 'a', true), false)
  await documents.cite('nobody', ['products/a'], 1)
  t.same(await documents.indexes('nobody'), [])
})

t.test('tells a document whose id ends in a number from a chunk of another', async t => {
  const { documents, engine } = await parts(t)
  await documents.put(shop, 'products', [document('manual#1', 'An addendum about zinc')])
  await documents.put(shop, 'products', [manual])
  t.same(ids(await ask(engine, 'zinc')), ['products/manual#1#0'])
  t.same(ids(await ask(engine, 'descale')), ['products/manual#1'])
  await documents.cite('shop', ['products/manual#1#0'], 1234)
  t.same((await documents.list('shop', 'products', all)).map(({ id, citedAt }) => [id, citedAt]), [['manual', 0], ['manual#1', 1234]])
})

const lamps = 'The lamps of azurite stand upon wooden tables, and people read books beside them at night.'

t.test('stores a text of two documents once, and finds it under both titles', async t => {
  const { documents, engine, store, path } = await parts(t)
  await documents.put(shop, 'products', [chunkedDocument('old', [lamps], { title: 'Almanac', url: 'https://old.example' })])
  await putVectors(store, 'shop', 'm', () => [1, 0])
  await documents.put(shop, 'products', [
    chunkedDocument('new', ['Something else entirely: quartz.', lamps.replace('The ', '')], {
      title: 'Brochure', url: 'https://new.example',
    }),
  ])
  t.match(await documents.stats('shop'), { documents: 2, chunks: 2, tokens: 20, embedded: 1 })
  t.match(await documents.get('shop', 'products', 'new'), {
    chunks: 2, tokens: 20,
    pieces: [
      { n: 0, text: /quartz/ }, { n: 1, text: lamps },
    ],
  })
  const [found] = (await ask(engine, 'brochure azurite')).passages
  t.match(found, { id: 'products/old', title: 'Almanac', places: [{ title: 'Brochure', url: 'https://new.example' }] })
  t.equal(found!.document, undefined, 'it is whole')
  await documents.remove('shop', 'products', ['old'])
  const [handed] = (await ask(engine, 'azurite', { vectors: [{ model: 'm', vector: new Float32Array([1, 0]) }] })).passages
  t.match(handed, { id: 'products/new#1', document: 'new', n: 1, title: 'Brochure', url: 'https://new.example' })
  t.ok(handed!.similarity! > 0.99, 'its vector has stayed')
  t.equal(handed!.places, undefined)
  t.same(ids(await ask(engine, 'almanac')), [], 'the old title is forgotten')
  await documents.put(shop, 'faq', [chunkedDocument('other', [lamps])])
  t.match(await documents.stats('shop'), { documents: 2, chunks: 3 }, 'another index has its own')
  await documents.put(searchProfile({ language: 'fr' }), 'products', [chunkedDocument('third', [lamps])])
  t.match(await documents.stats('shop'), { chunks: 4 }, 'another language too')
  t.same(faults(path('shop')), [])
})

t.test('never shares a chunk with facts', async t => {
  const { documents } = await parts(t)
  await documents.put(shop, 'products', ['a', 'b'].map(id => chunkedDocument(id, [lamps, lamps], { fields: [['Size', id]] })))
  t.match(await documents.stats('shop'), { chunks: 3 })
  t.same((await documents.get('shop', 'products', 'b'))!.fields, [['Size', 'b']])
})

const long = (id: string, word: string, n = 120) =>
  chunkedDocument(
    id, Array.from({ length: n }, (_, i) => `${word} of page ${i}`), { hash: `${word} ${n}` }
  )

t.test('writes a long document whole, and answers questions in between', async t => {
  const { documents, engine, store, changes } = await parts(t)
  const tasks: string[] = []
  const watched: Store = { ...store, run: (task, ...rest) => { tasks.push(task); return store.run(task, ...rest) } }
  const slow = createSqliteDocuments({ store: watched, maxTokens: 1_000_000, onChanged: () => {} })
  await documents.put(shop, 'products', [long('report', 'azurite')])
  t.equal(changes.length, 1, 'it is shown once')
  const writing = slow.put(shop, 'products', [long('report', 'malachite')])
  const seen = new Set<string>()
  const run = { over: false }
  writing.finally(() => { run.over = true })
  while (!run.over) {
    const [old, fresh] = [await ask(engine, 'azurite'), await ask(engine, 'malachite')]
    seen.add(`${old.passages.length} ${fresh.passages.length}`)
    t.equal((await documents.list('shop', 'products', all)).length, 1)
    t.match(await documents.stats('shop'), { documents: 1, chunks: 120, tokens: 1200 })
  }
  t.same(await writing, { written: 1, unchanged: 0, evicted: 0 })
  t.ok(seen.has('6 0'), `the old one was found meanwhile: ${[...seen].join(', ')}`)
  const slices = Math.ceil(120 / chunksPerTask)
  t.equal(tasks.filter(task => task === 'appendChunks').length, slices)
  t.ok(tasks.filter(task => task === 'removeHidden').length >= slices)
  t.same(ids(await ask(engine, 'azurite')), [])
  t.equal((await ask(engine, 'malachite')).passages.length, 6)
  tasks.length = 0
  t.same(await slow.put(shop, 'products', [long('report', 'malachite')]), { written: 0, unchanged: 1, evicted: 0 })
  t.same(tasks.filter(task => task !== 'countWords'), ['unchangedDocuments'], 'unchanged documents are not sent to the thread')
})

t.test('keeps passages and vectors for a nearly equal version', async t => {
  const { documents, store, path } = await parts(t)
  await documents.put(shop, 'products', [long('report', 'azurite')])
  await documents.pin('shop', 'products', 'report', true)
  await documents.cite('shop', ['products/report#3'], 99)
  await putVectors(store, 'shop', 'm', () => [1, 0])
  await documents.put(shop, 'products', [long('report', 'azurite', 121)])
  t.match(await documents.stats('shop'), { chunks: 121, embedded: 120 })
  t.match(await documents.get('shop', 'products', 'report'), { pinned: true, citedAt: 99, chunks: 121 })
  t.same(faults(path('shop')), [])
})

t.test('leaves nothing behind after an aborted write', async t => {
  const { documents, store, path } = await parts(t)
  await documents.put(shop, 'products', [long('report', 'azurite')])
  const leaving = new AbortController()
  const watched: Store = {
    ...store,
    run: (task, ...rest) => {
      if (task === 'appendChunks' && ++slices === 3) leaving.abort(new Error('left'))
      return store.run(task, ...rest)
    },
  }
  let slices = 0
  const aborted = createSqliteDocuments({ store: watched, maxTokens: 1_000_000, onChanged: () => {} })
  await t.rejects(aborted.put(shop, 'products', [long('report', 'malachite')], leaving.signal), { message: 'left' })
  t.match(await documents.get('shop', 'products', 'report'), { pieces: { length: 120, 0: { text: 'azurite of page 0' } } })
  await aborted.remove('shop', 'products', ['nothing'])
  t.same(faults(path('shop')), [])
})

t.test('runs the writes of one company one after another', async t => {
  const { documents, path } = await parts(t)
  const put = (i: number) => documents.put(shop, 'products', [long('report', `gem${'abcdef'[i]}`, chunksPerTask + i)])
  await Promise.all(Array.from({ length: 6 }, (_, i) => put(i)))
  t.match(await documents.get('shop', 'products', 'report'), { chunks: chunksPerTask + 5 }, 'the last one stays')
  t.same(faults(path('shop')), [])
})

t.test('evicts the documents cited or written longest ago, never pinned ones', async t => {
  const { documents, path } = await parts(t, { maxTokens: 100 })
  const small = (id: string) => chunkedDocument(id, Array.from({ length: 2 }, (_, n) => `${id} ${n} ${'abcdefgh'[n]}`), { title: id })
  const list = async () => (await documents.list('shop', 'products', all)).map(({ id }) => id)
  for (const id of ['pinned', 'cited', 'old', 'newer', 'newest']) {
    t.match(await documents.put(shop, 'products', [small(id)]), { written: 1, evicted: 0 })
  }
  await documents.pin('shop', 'products', 'pinned', true)
  await documents.cite('shop', ['products/cited#0'], Date.now() + 60_000)
  t.match(await documents.put(shop, 'products', [small('more')]), { written: 1, evicted: 1 })
  t.same(await list(), ['cited', 'more', 'newer', 'newest', 'pinned'])
  t.match(
    await documents.put(shop, 'products', [
      chunkedDocument(
        'large', Array.from({ length: 8 }, (_, n) => `large ${n}`)
      ),
    ]),
    { written: 1, evicted: 4 }
  )
  t.same(await list(), ['large', 'pinned'])
  t.match(
    await documents.put(shop, 'products', [
      chunkedDocument(
        'too large', Array.from({ length: 9 }, (_, n) => `other ${n}`)
      ),
      small('fits'),
    ]),
    { written: 1, evicted: 1, rejected: [{ id: 'too large', message: /90 tokens.*room for 80/ }] }
  )
  t.match(
    await documents.put(shop, 'products', [
      chunkedDocument(
        'fits', Array.from({ length: chunksPerTask + 2 }, (_, n) => `long ${n}`)
      ),
    ]),
    { written: 0, rejected: [{ id: 'fits', reason: 'no room', message: /tokens.* is 100/ }] }
  )
  t.same(await list(), ['fits', 'pinned'], 'existing documents stay')
  t.match(await documents.put(shop, 'products', Array.from({ length: 8 }, (_, i) => small(`many ${i}`))), { written: 8, evicted: 5 })
  t.same(await list(), ['many 4', 'many 5', 'many 6', 'many 7', 'pinned'], 'the last of one write stay')
  t.ok((await documents.stats('shop')).tokens <= 100)
  t.same(faults(path('shop')), [])
})

t.test('returns evenly chosen chunks for a summary, with their vectors', async t => {
  const { documents, store } = await parts(t)
  t.same(await documents.chunks('shop', 10), [])
  await documents.put(shop, 'products', [long('report', 'azurite'), document('lamp', 'A lamp')])
  await putVectors(store, 'shop', 'm', (_, text) => text === 'A lamp' ? null : [0, 1])
  await documents.cite('shop', ['products/report#1', 'products/report#2'], 1)
  await documents.cite('shop', ['products/report#1'], 2)
  const some = await documents.chunks('shop', 12)
  t.equal(some.length, 12)
  t.match(some[0], { text: 'azurite of page 5', cited: 2, vector: new Float32Array([0, 1]) })
  const every = await documents.chunks('shop', 1000)
  t.equal(every.length, 121)
  t.strictSame(every.at(-1), { text: 'A lamp', cited: 0 })
})
