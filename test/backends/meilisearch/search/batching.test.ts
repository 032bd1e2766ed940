// Searches are put into requests without losing one; only a busy server gets several indexes in one request.
import t from 'tap'
import { balanced as ownTransport } from '../../../../src/backends/meilisearch/search/batching.ts'
import { transports } from '../../../fixtures/meili-transports.ts'
import { fc } from '../../../fixtures/property.ts'

/** Numbers the searches of indexes; a hundred of each are enough to tell them by their numbers. */
const searches = (indexes: number, each: number): number[] =>
  Array.from({ length: indexes }, (_, i) => Array.from({ length: each }, (_, j) => 100 * i + j)).flat()
const uidOf = (search: number) => `index-${Math.floor(search / 100)}`
const balanced = (searches: number[], inFlight: number) => ownTransport(searches, uidOf, inFlight)

t.test('puts every search into exactly one request', async t => {
  for (const [name, transport] of Object.entries(transports)) {
    fc.assert(fc.property(fc.array(fc.nat(60), { maxLength: 12 }), fc.nat(200), (sizes, inFlight) => {
      const all = sizes.flatMap((each, i) => Array.from({ length: each }, (_, j) => 100 * i + j))
      const requests = transport([...all], uidOf, inFlight)
      const sent = requests.flat().sort((a, b) => a - b)
      if (JSON.stringify(sent) !== JSON.stringify(all)) throw new Error('lost or doubled')
      if (requests.some(request => request.length === 0 || request.length > 60)) throw new Error('empty, or too long')
    }))
    t.pass(name)
  }
})

t.test('makes about eight requests for a usual question, with at most twenty-five searches each', async t => {
  t.equal(balanced(searches(4, 20), 0).length, 8)
  t.equal(balanced(searches(1, 20), 0).length, 7)
  t.equal(balanced(searches(2, 3), 0).length, 6)
  t.equal(balanced(searches(40, 20), 0).length, 40)
  t.same(balanced([], 0), [])
  t.ok(balanced(searches(3, 60), 0).every(request => request.length <= 25 && new Set(request.map(uidOf)).size === 1))
})

t.test('makes as few requests as possible when the server is busy, with at most fifty searches each', async t => {
  t.same(balanced(searches(4, 21), 16).map(({ length }) => length), [42, 42])
  t.equal(balanced(searches(1, 20), 100).length, 1)
  t.same(balanced(searches(3, 60), 100).map(({ length }) => length), [45, 45, 45, 45])
  t.same(balanced([], 100), [])
})
