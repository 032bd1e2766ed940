// After any sequence of writes, removals, pins and citations, the store contains what a map in memory contains.
import assert from 'node:assert/strict'
import t from 'tap'
import type { SearchEngine } from '../../../src/search/engine.ts'
import type { DocumentStore } from '../../../src/documents/store.ts'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { faults, chunkedDocument } from '../../fixtures/document-store.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { ask, ids, putVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const gems = ['azurite', 'malachite', 'obsidian', 'turquoise', 'hematite', 'lapis', 'serpentine', 'carnelian']
/** Writes a text in one of two spellings: without an article, with other signs. */
const say = (gem: number, way: number) => way % 2
  ? `Lamps of ${gems[gem]} stand upon wooden tables – people read books beside them at night`
  : `The lamps of ${gems[gem]} stand upon wooden tables: people read the books beside them at night.`

const piece = fc.record({ gem: fc.nat(gems.length - 1), way: fc.nat(1) })
const id = fc.constantFrom('a', 'a#1', 'b', 'c', 'guides/wool.pdf')
const index = fc.constantFrom('faq', 'products')
const doc = fc.record({
  id,
  pieces: fc.oneof(
    { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(piece, { minLength: 25, maxLength: 60 }) }
  ),
  title: fc.constantFrom('Manual', 'Handbook', 'Guide'),
  facts: fc.boolean(),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const), index, docs: fc.uniqueArray(doc, { minLength: 1, maxLength: 3, selector: ({ id }) => id }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), index, ids: fc.array(id, { minLength: 1, maxLength: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pin' as const), index, id, pinned: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cite' as const), index, id, n: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('vectors' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), index, doc, slices: fc.nat(2), published: fc.boolean() }) }
)

type Put = typeof doc extends fc.Arbitrary<infer T> ? T : never
interface Kept { title: string, facts: boolean, pieces: { gem: number }[], pinned: boolean, citedAt: number }

t.test('agrees with a map in memory', async t => {
  const { store, engine, path } = await sqliteEngine(t)
  let runs = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
    const company = `shop-${runs++}`
    const shop = searchProfile({ id: company })
    const open = () => createSqliteDocuments({ store, maxTokens: 1_000_000, onChanged: () => {} })
    let documents = open()
    // The file is made by the first write.
    await documents.put(shop, 'faq', [chunkedDocument('first', ['Peridot.'])])
    const model = new Map<string, Kept>([
      ['faq/first', { title: 'Title first', facts: false, pieces: [{ gem: -1 }], pinned: false, citedAt: 0 }],
    ])
    const made = ({ id, pieces, title, facts }: Put) =>
      chunkedDocument(
        id, pieces.map(({ gem, way }) => say(gem, way)),
        { title, headings: ['Chapter'], ...(facts ? { fields: [['Edition', '2026']] } : {}) }
      )
    const kept = (index: string, { id, pieces, title, facts }: Put) => {
      model.set(`${index}/${id}`, { pinned: false, citedAt: 0, ...model.get(`${index}/${id}`), title, pieces, facts })
    }
    let now = 1000
    for (const step of steps) {
      now++
      if (step.kind === 'put') {
        await documents.put(shop, step.index, step.docs.map(made))
        for (const doc of step.docs) kept(step.index, doc)
      } else if (step.kind === 'remove') {
        const there = new Set(step.ids.filter(id => model.delete(`${step.index}/${id}`)))
        assert.equal(await documents.remove(company, step.index, step.ids), there.size)
      } else if (step.kind === 'pin') {
        const kept = model.get(`${step.index}/${step.id}`)
        assert.equal(await documents.pin(company, step.index, step.id, step.pinned), kept !== undefined)
        if (kept) kept.pinned = step.pinned
      } else if (step.kind === 'cite') {
        const kept = model.get(`${step.index}/${step.id}`)
        const whole = kept?.pieces.length === 1 && !step.id.includes('#')
        if (kept) kept.citedAt = now
        if (kept) await documents.cite(company, [`${step.index}/${step.id}${whole ? '' : `#${step.n}`}`], now)
      } else if (step.kind === 'vectors') {
        await putVectors(store, company, 'm', () => [1, 0])
      } else {
        // The leftovers of a process that was killed while writing, or before removing replaced documents; the next
        // one sweeps it away with its first write.
        const { id, title, url, fields, chunks } = { chunks: [], ...made(step.doc) }
        const begun = await store.run('beginDocument', company, {
          index: step.index, row: { id, hash: `crash ${now}`, title, url, chunks: chunks.length, tokens: 1, values: [] },
          maxTokens: 1_000_000,
        })
        if (!('document' in begun)) throw new Error('not begun')
        const { document } = begun
        for (let i = 0; i < (step.published ? chunks.length : 2 * step.slices); i += 2) {
          await store.run('appendChunks', company, {
            index: step.index, language: 'en', document, title, url, chunks: chunks.slice(i, i + 2), fields: i === 0 ? fields : [],
          })
        }
        if (step.published) {
          await store.run('publishDocument', company, { index: step.index, id, document })
          kept(step.index, step.doc)
        }
        await agrees(documents, engine, company, model)
        documents = open()
      }
    }
    // Removes the leftovers of a crash in the last step.
    await documents.remove(company, 'faq', ['nothing'])
    await agrees(documents, engine, company, model)
    assert.deepEqual(faults(path(company)), [])
  }), propertyRuns(80, { seed: 20261121 }))
  t.pass()
})

async function agrees (documents: DocumentStore, engine: SearchEngine, company: string, model: Map<string, Kept>): Promise<void> {
  for (const index of ['faq', 'products']) {
    const listed = await documents.list(company, index, { after: '', limit: 100, prefix: '' })
    const expected = [...model]
      .filter(([key]) => key.startsWith(`${index}/`))
      .map(([key, { title, pieces, pinned, citedAt }]) => ({
        id: key.slice(index.length + 1), title, chunks: pieces.length, pinned, citedAt,
      }))
    assert.deepEqual(
      listed.map(({ id, title, chunks, pinned, citedAt }) => ({ id, title, chunks, pinned, citedAt })),
      expected.sort((a, b) => (a.id < b.id ? -1 : 1))
    )
    for (const { id } of expected) {
      const read = (await documents.get(company, index, id))!
      assert.deepEqual(
        read.pieces.map(({ n, text }) => [n, gems.find(gem => text.includes(gem))]),
        model.get(`${index}/${id}`)!.pieces.map(({ gem }, n) => [n, gems[gem]])
      )
    }
  }
  const stored = [...model].flatMap(([key, { pieces, facts }]) =>
    pieces.map(({ gem }, n) => `${key.split('/')[0]} ${facts && n === 0 ? key : gem}`)
  )
  const { documents: counted, chunks } = await documents.stats(company)
  assert.deepEqual({ counted, chunks }, { counted: model.size, chunks: new Set(stored).size })
  for (const [gem, word] of gems.entries()) {
    for (const index of ['faq', 'products']) {
      const standing = [...model].filter(([key]) => key.startsWith(`${index}/`)).flatMap(([key, { pieces }]) =>
        pieces.flatMap((piece, n) => piece.gem === gem ? [pieces.length === 1 && !/#\d+$/.test(key) ? key : `${key}#${n}`] : []))
      const found = ids(await ask(engine, word, { company: searchProfile({ id: company }), indexes: [index], limit: 50 }))
      assert.equal(found.length > 0, standing.length > 0, `${word} in ${index}`)
      assert.deepEqual(found.filter(id => !standing.includes(id)), [], `${word} in ${index}`)
    }
  }
}
