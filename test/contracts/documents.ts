// The contract of every document store.
import type { Test } from 'tap'
import type { DocumentDetail, DocumentStore } from '../../src/documents/store.ts'
import type { SearchEngine } from '../../src/search/engine.ts'
import type { IndexedDocument } from '../../src/documents/document.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { ask, document, ids, searchProfile } from '../fixtures/search-store.ts'

export interface DocumentParts {
  documents: DocumentStore
  /** Searches the documents of the store. */
  engine: SearchEngine
  /** The company of the documents: `shop`, unless it has to be another. */
  company: CompanyProfile
  /** The companies whose documents have changed, as reported by the store. */
  changes: string[]
}

const all = { after: '', limit: 100, prefix: '' }
const piece = (n: number, text: string, tokens: number, more: { headings?: string[]; page?: number } = {}) => ({
  n, text, headings: [], tokens, ...more,
})
const manual = document('manual', '', {
  title: 'Manual',
  url: 'https://shop.example/manual',
  fields: [['Edition', '2026']],
  chunks: [
    piece(0, 'It boils a litre.', 5, { headings: ['Use'], page: 1 }),
    piece(1, 'Descale it.', 3, { headings: ['Care', 'Cleaning'], page: 4 }),
  ],
})
const sized = (id: string, tokens: number, text = `The ${id} is here.`): IndexedDocument =>
  document(id, '', { title: id, chunks: [piece(0, text, tokens)] })

export const contractProfile = (): CompanyProfile =>
  searchProfile({ indexes: { faq: { text: ['text'] }, products: { title: 'title', text: ['text'] } } })

/** Runs the cases; `make` gives each its own empty store. */
export function documentsContract (t: Test, make: (t: Test, options?: { maxTokens: number }) => Promise<DocumentParts>): void {
  t.test('lists written documents page by page, and reads them back whole', async t => {
    const { documents, company } = await make(t)
    const lamps = Array.from({ length: 120 }, (_, n) => document(`lamp-${String(n).padStart(3, '0')}`, `Lamp ${n}`))
    t.has(await documents.put(company, 'products', [manual, ...lamps]), { written: 121, unchanged: 0, evicted: 0 })
    const first = await documents.list(company.id, 'products', all)
    const rest = await documents.list(company.id, 'products', { ...all, after: first.at(-1)!.id })
    t.same([...first, ...rest].map(({ id }) => id), [...lamps.map(({ id }) => id), 'manual'])
    t.same((await documents.list(company.id, 'products', { ...all, prefix: 'lamp-11' })).length, 10)
    t.match(rest.at(-1), {
      id: 'manual', title: 'Manual', url: 'https://shop.example/manual', chunks: 2, tokens: 8, pinned: false, citedAt: 0,
    })
    t.ok(Math.abs(rest.at(-1)!.updatedAt - Date.now()) < 60_000)
    t.match(await documents.get(company.id, 'products', 'manual'), {
      id: 'manual', chunks: 2, fields: [['Edition', '2026']],
      pieces: [
        { n: 0, text: 'It boils a litre.', heading: 'Use', page: 1, tokens: 5 },
        { n: 1, text: 'Descale it.', heading: 'Care › Cleaning', page: 4, tokens: 3 },
      ],
    })
    const lamp = await documents.get(company.id, 'products', 'lamp-007')
    t.match(lamp, { chunks: 1, fields: [], pieces: [{ n: 0, text: 'Lamp 7', heading: '', page: null }] })
    t.ok(lamp!.tokens > 0, 'estimated')
    t.equal(await documents.get(company.id, 'products', 'nothing'), null)
    t.equal(await documents.get(company.id, 'faq', 'manual'), null)
  })

  t.test('reads a document in pages', async t => {
    const { documents, company } = await make(t)
    const texts = Array.from({ length: 230 }, (_, n) => `Part ${n} of the catalogue.`)
    await documents.put(company, 'products', [document('catalogue', '', {
      title: 'Catalogue', fields: [['Edition', '2026']], chunks: texts.map((text, n) => piece(n, text, 6)),
    })])
    const read: string[] = []
    let pages = 0
    for (let from: number | null = 0; from !== null; pages++) {
      const part: DocumentDetail = (await documents.get(company.id, 'products', 'catalogue', { from, maxChars: 1000 }))!
      t.match(part, { id: 'catalogue', chunks: 230, fields: [['Edition', '2026']] })
      t.ok(part.pieces.reduce((sum, { text }) => sum + text.length, 0) <= 1000)
      read.push(...part.pieces.map(({ text }) => text))
      from = part.next
    }
    t.same(read, texts)
    t.ok(pages > 3)
    t.match(await documents.get(company.id, 'products', 'catalogue', { from: 5, maxChars: 1 }), { pieces: { length: 1 }, next: 6 })
    t.match(await documents.get(company.id, 'products', 'catalogue', { from: 999, maxChars: 10 }), { pieces: [], next: null })
    t.match(await documents.get(company.id, 'products', 'catalogue'), { pieces: { length: 230 }, next: null })
  })

  t.test('accepts any id, and confuses no two', async t => {
    const { documents, engine, company } = await make(t)
    const own = [
      'A', 'a', 'à', 'b', 'b#0', 'b#1', 'guides/a b.pdf', 'guides/a b.pdf/12', 'guides2', 'k', '1e5', '"q" AND x', '日本',
      `long/${'x'.repeat(300)}/1`, `long/${'x'.repeat(300)}/2`,
    ]
    // Ordered by bytes; two that differ only far behind may come in any fixed order.
    const isLong = (id: string) => id.length > 200
    const shorter = (ids: string[]) => ids.filter(id => !isLong(id))
    const sorted = shorter(own).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    t.match(await documents.put(company, 'products', own.map((id, n) => document(id, `Number n${n} azurite`))), { written: own.length })
    t.same(ids(await ask(engine, 'n5', { company })), ['products/b#1#0'], 'not named like the second chunk of b')
    const listed = (await documents.list(company.id, 'products', all)).map(({ id }) => id)
    t.same(shorter(listed), sorted)
    t.same(listed.filter(isLong).sort(), own.filter(isLong))
    const paged: string[] = []
    for (let after = ''; ;) {
      const some = await documents.list(company.id, 'products', { after, limit: 2, prefix: '' })
      paged.push(...some.map(({ id }) => id))
      if (some.length < 2) break
      after = some.at(-1)!.id
    }
    t.same(paged, listed)
    const withPrefix = async (prefix: string) => (await documents.list(company.id, 'products', { ...all, prefix })).map(({ id }) => id)
    t.same(await withPrefix('guides/'), ['guides/a b.pdf', 'guides/a b.pdf/12'])
    t.same(await withPrefix(`long/${'x'.repeat(300)}/2`), [`long/${'x'.repeat(300)}/2`])
    t.same(await withPrefix('none'), [])
    for (const [n, id] of own.entries()) {
      t.match(await documents.get(company.id, 'products', id), { id, pieces: [{ text: `Number n${n} azurite` }] })
    }
    t.equal(await documents.remove(company.id, 'products', ['a', 'b#0']), 2)
    t.same((await documents.list(company.id, 'products', all)).map(({ id }) => id), listed.filter(id => id !== 'a' && id !== 'b#0'))
  })

  t.test('leaves unchanged documents alone, and replaces changed ones whole', async t => {
    const { documents, engine, company, changes } = await make(t)
    await documents.put(company, 'products', [manual, document('lamp', 'A lamp of azurite')])
    changes.length = 0
    t.has(await documents.put(company, 'products', [manual, document('lamp', 'A lamp of azurite')]), {
      written: 0, unchanged: 2, evicted: 0,
    })
    t.same(changes, [])
    t.match(await documents.put(company, 'products', [{ ...manual, chunks: [manual.chunks![0]!] }]), { written: 1, unchanged: 0 })
    t.ok(changes.length > 0)
    t.match(await documents.get(company.id, 'products', 'manual'), { chunks: 1, tokens: 5, pieces: [{ n: 0 }] })
    t.equal((await documents.get(company.id, 'products', 'manual'))!.pieces.length, 1)
    t.same(ids(await ask(engine, 'descale', { company })), [])
    t.same(ids(await ask(engine, 'litre', { company })), ['products/manual'])
    t.match(await documents.put(company, 'products', [manual]), { written: 1 })
    t.same(ids(await ask(engine, 'descale', { company })), ['products/manual#1'])
    t.same(await documents.indexes(company.id), [
      { kind: 'products', documents: 2, chunks: 3, tokens: 8 + (await documents.get(company.id, 'products', 'lamp'))!.tokens },
    ])
  })

  t.test('recognises a document by its own hash', async t => {
    const { documents, company } = await make(t)
    t.match(await documents.put(company, 'faq', [{ ...manual, hash: 'one' }]), { written: 1 })
    t.match(await documents.put(company, 'faq', [{ ...manual, title: 'Other', hash: 'one' }]), { written: 0, unchanged: 1 })
    t.match(await documents.put(company, 'faq', [{ ...manual, title: 'Other', hash: 'two' }]), { written: 1 })
    t.match(await documents.get(company.id, 'faq', 'manual'), { title: 'Other' })
  })

  t.test('finds chunks by text, title, heading and facts, with their place', async t => {
    const { documents, engine, company } = await make(t)
    await documents.put(company, 'products', [manual, document('lamp', 'A lamp', { fields: [['Stone', 'Azurite']] })])
    const [found] = (await ask(engine, 'cleaning', { company })).passages
    t.match(found, {
      id: 'products/manual#1', title: 'Manual', heading: 'Care › Cleaning', page: 4, document: 'manual', n: 1,
      url: 'https://shop.example/manual', fields: [],
    })
    t.same(ids(await ask(engine, 'manual', { company })).sort(), ['products/manual#0', 'products/manual#1'])
    t.match((await ask(engine, 'edition 2026', { company })).passages[0], { id: 'products/manual#0', fields: [['Edition', '2026']] })
    const [lamp] = (await ask(engine, 'azurite', { company })).passages
    t.match(lamp, { id: 'products/lamp', fields: [['Stone', 'Azurite']] })
    t.notOk('document' in lamp! || 'n' in lamp! || 'heading' in lamp! || 'page' in lamp!, 'it is whole')
  })

  t.test('no longer finds removed documents', async t => {
    const { documents, engine, company, changes } = await make(t)
    await documents.put(company, 'products', [manual, document('lamp', 'A lamp of azurite')])
    changes.length = 0
    t.equal(await documents.remove(company.id, 'products', ['manual', 'nothing']), 1)
    t.same(changes, [company.id])
    t.equal(await documents.remove(company.id, 'products', ['manual']), 0)
    t.same(changes, [company.id], 'nothing has changed')
    t.same(ids(await ask(engine, 'descale', { company })), [])
    t.same(ids(await ask(engine, 'azurite', { company })), ['products/lamp'])
  })

  t.test('keeps pins and citations when a document is replaced', async t => {
    const { documents, company } = await make(t)
    await documents.put(company, 'products', [manual])
    t.equal(await documents.pin(company.id, 'products', 'manual', true), true)
    t.equal(await documents.pin(company.id, 'products', 'nothing', true), false)
    await documents.cite(company.id, ['products/manual#1', 'products/manual#0', 'products/gone', 'nonsense', 'none/manual'], 1234)
    t.match(await documents.get(company.id, 'products', 'manual'), { pinned: true, citedAt: 1234 })
    await documents.cite(company.id, ['products/manual#1'], 1000)
    await documents.put(company, 'products', [{ ...manual, title: 'New' }])
    t.match(await documents.list(company.id, 'products', all), [{ title: 'New', pinned: true, citedAt: 1234 }])
    t.match((await documents.chunks(company.id, 1)), [{ cited: 2 }])
    t.equal(await documents.pin(company.id, 'products', 'manual', false), true)
    t.match(await documents.get(company.id, 'products', 'manual'), { pinned: false })
  })

  t.test('keeps the access list of a replaced document where the new one says so, and where it was set by hand', async t => {
    const { documents, engine, company } = await make(t)
    const put = (id: string, text: string, more = {}) => documents.put(company, 'products', [document(id, text, more)])
    const listOf = async (id: string) => (await documents.get(company.id, 'products', id))!.access ?? null
    const keepsAccess = true
    for (const access of [['group:staff'], []]) {
      await put('pay', 'A lamp', { access })
      await put('pay', 'A lamp, changed', { keepsAccess })
      await put('pay', 'A lamp, changed once more', { keepsAccess })
      t.same([await listOf('pay'), ids(await ask(engine, 'lamp', { company }))], [access, []])
      await put('pay', 'A lamp for the board', { keepsAccess, access: ['group:board'] })
      t.same(await listOf('pay'), ['group:board'], 'another list counts')
      await documents.setAccess(company.id, 'products', 'pay', null)
      await put('pay', 'A lamp for everyone', { keepsAccess })
      t.equal(await listOf('pay'), null, 'opened by hand')
    }
    await put('open', 'A lamp')
    await put('open', 'A lamp, changed', { keepsAccess })
    t.equal(await listOf('open'), null)
    await put('own', 'A lamp', { access: ['group:staff'] })
    await put('own', 'A lamp of everyone')
    t.equal(await listOf('own'), null, 'it says of its own accord that it is for everyone')
    await documents.setAccess(company.id, 'products', 'own', ['group:staff'])
    await put('own', 'A lamp again')
    t.same(await listOf('own'), ['group:staff'], 'set by hand')
  })

  t.test('counts documents by index and in total', async t => {
    const { documents, company } = await make(t)
    t.match(await documents.stats(company.id), { documents: 0, chunks: 0, tokens: 0, embedded: 0 })
    await documents.put(company, 'products', [manual])
    await documents.put(company, 'faq', [sized('a', 7), sized('b', 9)])
    t.same(await documents.indexes(company.id), [
      { kind: 'faq', documents: 2, chunks: 2, tokens: 16 }, { kind: 'products', documents: 1, chunks: 2, tokens: 8 },
    ])
    const { bytes, ...counts } = await documents.stats(company.id)
    t.same(counts, { documents: 3, chunks: 4, tokens: 24, embedded: 0 })
    t.ok(bytes >= 4096)
  })

  t.test('evicts the least recently cited documents, never pinned ones', async t => {
    const { documents, company } = await make(t, { maxTokens: 1000 })
    const now = Date.now()
    const left = async () =>
      (await Promise.all(['faq', 'products'].map(kind => documents.list(company.id, kind, all))))
        .flat()
        .map(({ id }) => id)
        .sort()
    await documents.put(company, 'faq', [sized('first', 300)])
    await documents.put(company, 'products', [sized('second', 300), sized('third', 300)])
    await documents.cite(company.id, ['faq/first'], now + 60_000)
    await documents.cite(company.id, ['products/third'], now + 120_000)
    t.has(await documents.put(company, 'products', [sized('fourth', 300)]), { written: 1, unchanged: 0, evicted: 1 })
    t.same(await left(), ['first', 'fourth', 'third'])
    await documents.pin(company.id, 'faq', 'first', true)
    await documents.cite(company.id, ['products/fourth'], now + 180_000)
    t.has(await documents.put(company, 'products', [sized('fifth', 400)]), { written: 1, unchanged: 0, evicted: 1 })
    t.same(await left(), ['fifth', 'first', 'fourth'])
    t.match(await documents.put(company, 'products', [sized('beside', 800), sized('huge', 1001), sized('small', 10)]), {
      written: 1,
      rejected: [
        { id: 'beside', reason: 'no room', message: /room for 700/ }, { id: 'huge', reason: 'no room', message: /1000/ },
      ],
    })
    t.ok((await left()).includes('small'))
    t.ok((await documents.stats(company.id)).tokens <= 1000)
  })

  t.test('finds the titles that are questions', async t => {
    const { documents, company } = await make(t)
    const titled = (id: string, title: string) => document(id, 'It does.', { title })
    await documents.put(company, 'faq', [
      titled('a', 'Does it float?'), titled('b', 'Floating'), titled('c', 'Flotte-t-il\u00a0? '), titled('d', '浮きますか？'),
    ])
    await documents.put(company, 'products', [titled('e', 'هل يطفو؟'), titled('f', 'Why? A story')])
    const all = ['Does it float?', 'Flotte-t-il\u00a0? ', '浮きますか？', 'هل يطفو؟'].map(title => title.trim())
    t.same((await documents.questions(company.id, 10)).map(title => title.trim()).sort(), all.toSorted())
    t.equal((await documents.questions(company.id, 2)).length, 2)
    await documents.remove(company.id, 'faq', ['a'])
    t.equal((await documents.questions(company.id, 10)).length, 3)
  })

  t.test('takes chunks for a summary from everywhere', async t => {
    const { documents, company } = await make(t)
    await documents.put(company, 'products', [
      { ...manual, chunks: Array.from({ length: 30 }, (_, n) => piece(n, `Piece number ${n}`, 4)) },
    ])
    await documents.put(company, 'faq', [sized('a', 7, 'An answer')])
    t.equal((await documents.chunks(company.id, 100)).length, 31)
    const some = (await documents.chunks(company.id, 4)).map(({ text }) => text)
    t.equal(new Set(some).size, 4)
    t.ok(some.some(text => /number \d$/.test(text)) && some.some(text => /number 2\d$/.test(text)))
  })

  t.test('has nothing for an unknown company', async t => {
    const { documents } = await make(t)
    t.same(await documents.list('nobody', 'products', all), [])
    t.equal(await documents.get('nobody', 'products', 'a'), null)
    t.equal(await documents.remove('nobody', 'products', ['a']), 0)
    t.equal(await documents.pin('nobody', 'products', 'a', true), false)
    await documents.cite('nobody', ['products/a'], 1)
    t.same(await documents.chunks('nobody', 10), [])
    t.same(await documents.indexes('nobody'), [])
    t.same(await documents.questions('nobody', 10), [])
    t.match(await documents.stats('nobody'), { documents: 0, embedded: 0 })
  })
}
