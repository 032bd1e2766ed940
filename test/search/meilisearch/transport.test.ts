// Searches are put into requests without losing one, and never two indexes in one request.
import fc from 'fast-check'
import t from 'tap'
import { balanced, transports, type Search } from '../../../src/search/meilisearch/transport.ts'

const searches = (indexes: number, each: number): Search[] =>
  Array.from({ length: indexes }, (_, i) => Array.from({ length: each }, (_, j) => ({ uid: `index-${i}`, query: `${i} ${j}` }))).flat()

t.test('every search is in one request, and each request is of one index', async t => {
  for (const [name, transport] of Object.entries(transports)) {
    fc.assert(fc.property(fc.array(fc.nat(25), { maxLength: 12 }), sizes => {
      const all = sizes.flatMap((each, i) => Array.from({ length: each }, (_, j) => ({ uid: `index-${i}`, query: `${i} ${j}` })))
      const requests = transport(all)
      const sent = requests.flat().map(({ query }) => query).sort()
      if (JSON.stringify(sent) !== JSON.stringify(all.map(({ query }) => query).sort())) throw new Error('lost or doubled')
      if (requests.some(request => request.length === 0 || new Set(request.map(({ uid }) => uid)).size > 1)) throw new Error('mixed')
    }))
    t.pass(name)
  }
})

t.test('about eight requests for a usual question, at most twenty searches each', async t => {
  t.equal(balanced(searches(4, 20)).length, 8)
  t.equal(balanced(searches(1, 20)).length, 7)
  t.equal(balanced(searches(2, 3)).length, 6)
  t.equal(balanced(searches(40, 20)).length, 40)
  t.same(balanced([]), [])
  t.ok(balanced(searches(3, 21)).every(request => request.length <= 20))
})
