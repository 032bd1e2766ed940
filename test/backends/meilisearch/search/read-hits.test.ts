// The replies to multi-searches are read in the usual form as they would be as JSON.
import t from 'tap'
import { createIds, hitsAt, joinHits, readHits as readWith } from '../../../../src/backends/meilisearch/search/read-hits.ts'
import { fc, propertyRuns } from '../../../fixtures/property.ts'

interface Result { indexUid: string, hits: object[], query: string, estimatedTotalHits: number }

const reply = (results: Result[], more: object = {}) =>
  JSON.stringify({
    results: results.map(({ estimatedTotalHits, ...result }) =>
      ({ ...result, processingTimeMs: 1, limit: 20, offset: 0, estimatedTotalHits, ...more })),
  })
const readHits = (text: string, keys: string[]) => {
  const lists = readWith(text, keys, createIds())
  return keys.map((_, place) => hitsAt(lists, place))
}
/** Reads the same reply as JSON: with a space behind its first sign it has no usual form. */
const asJson = (text: string, keys: string[]) => readHits(`{ ${text.slice(1)}`, keys)

t.test('reads ids and scores as JSON would, whatever the texts are', async t => {
  const id = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w-]{1,40}$/), fc.nat())
  const decimals = fc.nat(99_999).map(n => n / 1e5)
  const hit = fc.tuple(id, fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), decimals, fc.constantFrom(0, 1, 0.5)))
  const result = fc.record({
    indexUid: fc.stringMatching(/^[a-z_]{1,12}$/), hits: fc.array(hit, { maxLength: 5 }),
    query: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('],"query":', ',"estimatedTotalHits":9}', '{"id":1}]')),
    estimatedTotalHits: fc.nat(),
  })
  const more = fc.constantFrom({}, { semanticHitCount: 3 }, { requestUid: '0198-ab' }, { other: { more: [] } })
  const results = fc.array(result, { minLength: 1, maxLength: 5 })
  fc.assert(fc.property(results, fc.constantFrom('id', 'sku', 'a"b'), more, (results, key, more) => {
    const keys = results.map(() => key)
    const text = reply(results.map(result =>
      ({ ...result, hits: result.hits.map(([id, _rankingScore]) => ({ [key]: id, _rankingScore })) })), more)
    t.strictSame(readHits(text, keys), asJson(text, keys))
  }), propertyRuns(500))
})

const hits = [{ id: 'x', _rankingScore: 0.9393939393939394 }, { id: 7, _rankingScore: 1 }]
const results: Result[] = [
  { indexUid: 'a', hits, query: 'sencha', estimatedTotalHits: 12 },
  { indexUid: 'b', hits: [], query: '', estimatedTotalHits: 0 },
]

t.test('makes no object for a hit in the usual form, and keeps documents that come with hits', async t => {
  const text = reply(results)
  const [first, second] = readHits(text, ['id', 'id'])
  t.same(first, { ids: ['x', '7'], scores: [0.9393939393939394, 1], documents: null, total: 12 })
  t.same(second, { ids: [], scores: [], documents: null, total: 0 })
  const documents = [{ id: 'x', title: 'A', _rankingScore: 0.5, _formatted: { id: 'x', title: 'A…' } }]
  t.same(readHits(reply([{ ...results[0]!, hits: documents }]), ['id']), [
    { ids: ['x'], scores: [0.5], documents: [{ id: 'x', title: 'A…' }], total: 12 },
  ])
})

t.test('hits that are joined are what they were, those of a failed search too', async t => {
  const found = [
    null, { ids: ['x', '7'], scores: [0.5, 1], documents: null, total: 12 }, { ids: [], scores: [], documents: null, total: 0 }, null,
    { ids: ['y'], scores: [0], documents: [{ id: 'y', title: 'A' }], total: 1 },
  ]
  const lists = joinHits(found)
  t.strictSame(found.map((_, place) => hitsAt(lists, place)), found)
})

t.test('a reply with more searches and more hits than any before is read whole', async t => {
  const many = Array.from({ length: 200 }, (_, i) => ({
    indexUid: 'a', query: '', estimatedTotalHits: i,
    hits: Array.from({ length: i % 20 }, (_, j) => ({ id: `${i}-${j}`, _rankingScore: 1 / (i + j + 1) })),
  }))
  const keys = many.map(() => 'id')
  t.strictSame(readHits(reply(many), keys), asJson(reply(many), keys))
})

t.test('an id is what it was, also when more of them are met than are kept', async t => {
  const own = createIds()
  for (const id of ['', 'x', '7', 'é', '茶', '\ud800', 'a'.repeat(500)]) t.equal(own(id), id)
  for (let i = 0; i < 20_001; i++) own(String(i))
  t.equal(own('7'), '7')
})

t.test('a reply that is broken, or has too few results, is refused', async t => {
  const text = reply(results)
  for (let length = 0; length < text.length; length++) t.throws(() => readHits(text.slice(0, length), ['id', 'id']))
  t.throws(() => readHits(text, ['id', 'id', 'id']))
  t.throws(() => readHits('null', ['id']))
})
