// Every search engine ranks by the weights that a company has learnt.
import type { Test } from 'tap'
import { shippedWeights, type Weights } from '../../src/weights.ts'
import { ask, document, ids, searchProfile } from '../fixtures/search-store.ts'
import { contractModel, type SearchParts } from './search-engine.ts'

/** Runs the cases; `make` gives an empty engine of its own to each. */
export function searchWeightsContract (t: Test, make: (t: Test) => Promise<SearchParts>): void {
  const shop = searchProfile()
  const withWeights = (weights: Partial<Weights>) => ({ ...shop, weights: { ...shippedWeights, ...weights, version: 'lrn_a' } })

  t.test('an index that is trusted more comes first, and scores stay between 0 and 1', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [document('lamp', 'A lamp with a battery'), document('mat', 'A mat')])
    await write(shop, 'faq', [document('lamp', 'A lamp with a battery and with a cable')])
    t.same(ids(await ask(engine, 'lamp battery')), ['products/lamp', 'faq/lamp'])
    const asShipped = await ask(engine, 'lamp battery', { company: withWeights({}) })
    t.same(asShipped, await ask(engine, 'lamp battery'), 'no offset changes nothing')
    const trusting = await ask(engine, 'lamp battery', { company: withWeights({ indexes: { faq: 0.25, products: -0.25, gone: 0.1 } }) })
    t.equal(ids(trusting)[0], 'faq/lamp')
    t.ok(trusting.passages.every(({ score }) => score >= 0 && score <= 1))
    const score = ({ passages }: typeof trusting, id: string) => passages.find(one => one.id === id)!.score
    t.ok(score(trusting, 'faq/lamp') > score(asShipped, 'faq/lamp'))
    t.ok(score(trusting, 'products/lamp') < score(asShipped, 'products/lamp'))
  })

  t.test('titles weigh as much as was learnt', async t => {
    const { engine, write } = await make(t)
    await write(shop, 'products', [
      document('story', 'It is about many other things', { title: 'The warranty of lamps' }),
      document('sheet', 'The warranty of lamps is three years', { title: 'Sheet nine' }),
      ...Array.from({ length: 6 }, (_, i) => document(`other-${i}`, `Something else, number ${i}`, { title: 'Another sheet' })),
    ])
    const share = async (title: number) => {
      const { passages } = await ask(engine, 'warranty lamps', { company: withWeights({ title }) })
      const keyword = (id: string) => passages.find(one => one.id === id)!.keyword!
      return keyword('products/story') / keyword('products/sheet')
    }
    t.ok(await share(-0.7) < await share(0))
    t.ok(await share(0) < await share(0.7))
  })

  t.test('the similarity weighs as much as was learnt', async t => {
    const { engine, write } = await make(t)
    const near = new Float32Array([1, 0, 0, 0])
    await write(
      shop, 'products', [document('words', 'A lamp with a battery'), document('meaning', 'A torch')],
      { words: [0.2, 0.9, 0.3, 0.1], meaning: [0.98, 0.1, 0.1, 0.1] }
    )
    const score = async (similarity: number) => {
      const { passages } = await ask(engine, 'lamp battery', {
        company: withWeights({ similarity }), vectors: [{ model: contractModel, vector: near }],
      })
      return passages.find(({ id }) => id === 'products/meaning')!.score
    }
    const [less, shipped, more] = [await score(-0.2), await score(0), await score(0.3)]
    t.ok(less < shipped && shipped < more, `${less} ${shipped} ${more}`)
  })
}
