// Old documents are compacted when their company is short of room, and restored when they are needed.
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { fingerprint } from '../../../src/language/duplicates.ts'
import { createCompaction, type CompactionOptions } from '../../../src/backends/sqlite/compaction.ts'
import type { DocumentStore } from '../../../src/documents/store.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import type { IndexedDocument } from '../../../src/documents/document.ts'
import type { CompanyProfile } from '../../../src/types.ts'
import { ask, document, ids, putVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const day = 24 * 3_600_000
/** Everything is old enough, even a document that has just been written. */
const anyAge = -day

const filler = [
  'Read this chapter before you begin.', 'Keep the place dry and free of dust.', 'Most of it can be done by one person.',
  'The pictures may differ from what you see.', 'Do not lean on the cover.', 'A soft cloth is enough for the outside.',
  'Nothing has to be oiled by anybody.', 'Put the cover back before it is switched on.',
]
const prose = (name: string, watts: number) =>
  [
    `The ${name} draws ${watts} watts when all its parts run.`, ...filler.map(sentence => sentence.replace(/\.$/, ` of the ${name}.`)),
    ...filler,
  ].join(' ')
const log = Array.from(
  { length: 60 }, (_, i) => `2026-03-14T10:00:${String(i).padStart(2, '0')}Z INFO request ${7000 + i} done in ${i} ms`
).join('\n')

/** Makes a document of several chunks with so many tokens each. */
function manual (id: string, texts: string[], tokens = 200, more: Partial<IndexedDocument> = {}): IndexedDocument {
  return document(id, '', {
    title: `About ${id}`,
    chunks: texts.map((text, n) => ({ n, text, headings: [], tokens, print: Array.from(fingerprint(`\n${text}`)) })), ...more,
  })
}

/** Gives each test its own company. */
const { store, engine, path } = await sqliteEngine(t)
let companies = 0

function parts (t: Test, changes: Partial<CompactionOptions> = {}) {
  const shop = searchProfile({ id: `shop-${++companies}` })
  const told: string[] = []
  const documents = createSqliteDocuments({ store, maxTokens: 1_000_000, onChanged: engine.changed })
  const start = (more: Partial<CompactionOptions> = {}) => {
    const compaction = createCompaction({
      store, mode: 'adaptive', minAgeMs: anyAge, keepOriginal: true, maxTokens: 1000,
      onChanged (company, version) { engine.changed(company, version) },
      onDone (company) { told.push(company) },
      onError (_, error) { throw error },
      ...changes, ...more,
    })
    t.teardown(() => compaction.close())
    return compaction
  }
  const row = (query: string, ...values: string[]) => {
    const db = new DatabaseSync(path(shop.id), { readOnly: true })
    try {
      return db.prepare(query).all(...values) as Record<string, unknown>[]
    } finally {
      db.close()
    }
  }
  return { shop, documents, start, row, told }
}

const get = async (documents: DocumentStore, shop: CompanyProfile, id: string) => (await documents.get(shop.id, 'products', id))!

t.test('compacts the least recently used documents until there is room again, and no further', async t => {
  const { shop, documents, start, told } = parts(t)
  await documents.put(shop, 'products', [
    manual('pump', [prose('pump', 745)]), manual('mixer', [prose('mixer', 310)]), manual('boiler', [prose('boiler', 2200)]),
    manual('dryer', [prose('dryer', 900)]),
  ])
  await documents.cite(shop.id, ['products/pump'], Date.now() + 1000)
  const compaction = start()
  await compaction.check(shop.id)
  const all = await documents.list(shop.id, 'products', { after: '', limit: 10, prefix: '' })
  t.same(
    all.map(({ id, compacted }) => [id, compacted]),
    [
      ['boiler', undefined], ['dryer', undefined], ['mixer', true], ['pump', undefined],
    ]
  )
  const mixer = await get(documents, shop, 'mixer')
  t.match(mixer.pieces[0]!.text, '310 watts')
  t.ok(mixer.pieces[0]!.text.length < prose('mixer', 310).length * 0.6)
  t.equal(mixer.tokens, mixer.pieces[0]!.tokens)
  t.ok(mixer.tokens < 120)
  t.match(compaction.stats(), { saved: 200 - mixer.tokens, failures: 0, running: false })
  t.ok(await store.run('storedTokens', shop.id, null) <= 750)
  t.same(told, [shop.id])
  await compaction.check(shop.id)
  t.same(told, [shop.id], 'there is room: nothing is done')
})

t.test('leaves young, pinned and often cited documents alone', async t => {
  const { shop, documents, start } = parts(t, { mode: 'aggressive' })
  await documents.put(shop, 'products', ['pump', 'mixer', 'boiler'].map(name => manual(name, [prose(name, 745)])))
  await start({ minAgeMs: day }).check(shop.id)
  t.equal((await documents.stats(shop.id)).tokens, 600, 'all of them are young')
  await documents.pin(shop.id, 'products', 'pump', true)
  for (const at of [1, 2, 3]) await documents.cite(shop.id, ['products/mixer'], at)
  await documents.cite(shop.id, ['products/boiler'], 1)
  await start().check(shop.id)
  t.same(
    (await documents.list(shop.id, 'products', { after: '', limit: 10, prefix: '' })).map(({ id, compacted }) => [id, compacted]),
    [
      ['boiler', true], ['mixer', undefined], ['pump', undefined],
    ]
  )
})

t.test('compacts nothing when off, only logs when conservative, everything when aggressive', async t => {
  const { shop, documents, start } = parts(t)
  await documents.put(shop, 'products', [manual('pump', [prose('pump', 745)], 500), manual('log', [log], 500)])
  const compacted = async () =>
    (await documents.list(shop.id, 'products', { after: '', limit: 10, prefix: '' }))
      .filter(({ compacted }) => compacted)
      .map(({ id }) => id)
  await start({ mode: 'off' }).check(shop.id)
  t.same(await compacted(), [])
  await start({ mode: 'conservative', maxTokens: 400 }).check(shop.id)
  t.same(await compacted(), ['log'])
  t.match((await get(documents, shop, 'log')).pieces[0]!.text, '[×60]')
  await start({ mode: 'aggressive', maxTokens: 1_000_000 }).check(shop.id)
  t.same(await compacted(), ['log', 'pump'], 'one that another mode has left whole is tried again')
})

t.test('updates words, vectors and tokens with the text, and restores them with it', async t => {
  const { shop, documents, start, row } = parts(t, { mode: 'aggressive' })
  await documents.put(shop, 'products', [manual('pump', [`${prose('pump', 745)} The azurite gasket is greasy.`])])
  await putVectors(store, shop.id, 'm', () => [1, 0])
  const words = () => row('SELECT word, stem, n FROM words ORDER BY word, stem')
  const before = {
    words: words(), stems: row('SELECT * FROM texts'), prints: row('SELECT * FROM prints'), detail: await get(documents, shop, 'pump'),
  }
  t.same(ids(await ask(engine, 'azurite', { company: shop })), ['products/pump'])
  await start().check(shop.id)
  t.same(ids(await ask(engine, 'azurite', { company: shop })), [], 'dropped text is not found')
  t.same(ids(await ask(engine, 'watts', { company: shop })), ['products/pump'])
  t.notOk(words().some(({ word }) => word === 'azurite'), 'nor offered as a correction')
  t.equal((await documents.stats(shop.id)).embedded, 0)
  t.same(row('SELECT * FROM windows'), [])
  t.match((await store.run('pendingPassages', shop.id, { after: 0, limit: 10 }))[0]!.text, '745 watts')
  t.equal(zstdDecompressSync(row('SELECT original FROM passages')[0]!.original as Uint8Array).toString(), before.detail.pieces[0]!.text)

  for (const at of [1, 2, 3]) await documents.cite(shop.id, ['products/pump'], at)
  const again = start()
  await again.check(shop.id)
  const whole = await get(documents, shop, 'pump')
  t.equal(whole.pieces[0]!.text, before.detail.pieces[0]!.text)
  t.equal(whole.compacted, undefined)
  t.ok(Math.abs(whole.tokens - 200) <= 1, 'there and back')
  t.equal(whole.tokens, whole.pieces[0]!.tokens)
  t.same(
    { words: words(), stems: row('SELECT * FROM texts'), prints: row('SELECT * FROM prints') },
    { words: before.words, stems: before.stems, prints: before.prints }
  )
  t.same(ids(await ask(engine, 'azurit', { company: shop })), ['products/pump'], 'its words are offered again')
})

t.test('restores a pinned document while there is room, and leaves it as it is without its original', async t => {
  const { shop, documents, start } = parts(t, { mode: 'aggressive' })
  await documents.put(shop, 'products', [manual('pump', [prose('pump', 745)])])
  await start({ keepOriginal: false }).check(shop.id)
  await documents.put(shop, 'products', [manual('mixer', [prose('mixer', 310)])])
  await start().check(shop.id)
  const compacted = await get(documents, shop, 'mixer')
  for (const id of ['pump', 'mixer']) await documents.pin(shop.id, 'products', id, true)
  await start({ maxTokens: 150 }).check(shop.id)
  t.same(await get(documents, shop, 'mixer'), { ...compacted, pinned: true }, 'no room')
  await start().check(shop.id)
  t.match(await get(documents, shop, 'mixer'), { pieces: [{ text: prose('mixer', 310) }] })
  t.equal((await get(documents, shop, 'mixer')).compacted, undefined)
  t.match(await get(documents, shop, 'pump'), { compacted: true })
})

t.test('stores a document whole when it is uploaded again, and so another with the same content', async t => {
  const { shop, documents, start } = parts(t, { mode: 'aggressive' })
  const text = prose('pump', 745)
  await documents.put(shop, 'products', [manual('pump', [text])])
  await start().check(shop.id)
  await documents.put(shop, 'products', [manual('copy', [text])])
  t.equal((await get(documents, shop, 'copy')).pieces[0]!.text, text)
  await documents.put(shop, 'products', [manual('pump', [text, 'A new page about zinc.'])])
  t.match(await get(documents, shop, 'pump'), { chunks: 2, tokens: 400, pieces: [{ text }, {}] })
  t.equal((await get(documents, shop, 'pump')).compacted, undefined)
})

t.test('leaves a passage alone that two documents share', async t => {
  const { shop, documents, start } = parts(t, { mode: 'aggressive' })
  const text = prose('pump', 745)
  await documents.put(shop, 'products', [manual('old', [text, prose('mixer', 310)]), manual('new', [text])])
  await start().check(shop.id)
  t.equal((await get(documents, shop, 'new')).pieces[0]!.text, text)
  t.same((await get(documents, shop, 'old')).pieces.map(({ tokens }) => tokens < 200), [false, true])
})

t.test('continues an interrupted run in the middle of a document, and compacts nothing twice', async t => {
  const { shop, documents, start, row } = parts(t, { mode: 'aggressive', keepOriginal: false })
  const texts = Array.from({ length: 120 }, (_, n) => `${prose(`pump ${n}`, 700 + n)} ${prose(`mixer ${n}`, 300 + n)}`)
  await documents.put(shop, 'products', [manual('long', texts)])
  const closing = start({ onChanged: () => { closing.close() } })
  await closing.check(shop.id)
  const [kept] = row('SELECT value FROM meta WHERE key = ?', 'condensing')
  const { n } = JSON.parse(kept!.value as string) as { n: number }
  t.ok(n >= 0 && n < 119, `closed after piece ${n}`)
  const half = await get(documents, shop, 'long')
  t.equal(half.compacted, undefined)
  t.equal(half.tokens, half.pieces.reduce((sum, { tokens }) => sum + tokens, 0))
  await start().check(shop.id)
  const { pieces, tokens, compacted } = await get(documents, shop, 'long')
  t.same(pieces.slice(0, n + 1), half.pieces.slice(0, n + 1))
  t.ok(pieces.every(({ tokens }) => tokens < 100))
  t.equal(tokens, pieces.reduce((sum, { tokens }) => sum + tokens, 0))
  t.equal(compacted, true)
  t.equal(await store.run('storedTokens', shop.id, null), tokens)
  t.same(row('SELECT * FROM meta WHERE key = ?', 'condensing'), [])
})

t.test('leaves short and very long texts alone, and companies without documents', async t => {
  const { shop, documents, start, told } = parts(t, { mode: 'aggressive' })
  await start().check('nobody')
  const long = prose('pump', 745).repeat(40)
  await documents.put(shop, 'products', [manual('short', ['Descale it.']), manual('long', [long])])
  await start().check(shop.id)
  t.equal((await get(documents, shop, 'short')).compacted, undefined)
  t.equal((await get(documents, shop, 'long')).pieces[0]!.text, long)
  t.same(told, [])
})

t.test('reports a failure, and goes on with the next company', async t => {
  const { shop, documents, start } = parts(t, { mode: 'aggressive' })
  await documents.put(shop, 'products', [manual('pump', [prose('pump', 745)])])
  const failed: string[] = []
  const compaction = start({
    store: {
      ...store,
      run: (task, company, ...rest) => (company === 'broken' ? Promise.reject(new Error('disk')) : store.run(task, company, ...rest)),
    },
    onError: (company, error) => {
      failed.push(`${company}: ${(error as Error).message}`)
    },
  })
  await Promise.all([compaction.check('broken'), compaction.check(shop.id)])
  t.same(failed, ['broken: disk'])
  t.match(compaction.stats(), { failures: 1, running: false })
  t.equal((await get(documents, shop, 'pump')).compacted, true)
})
