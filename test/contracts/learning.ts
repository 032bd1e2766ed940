// The contract of every store of what companies have learnt.
import type { Test } from 'tap'
import { maxVersions, type LearnedVersion, type LearningStore } from '../../src/learning/store.ts'
import { shippedWeights } from '../../src/weights.ts'

export function learnedVersion (id: string, more: Partial<LearnedVersion> = {}): LearnedVersion {
  return {
    id,
    weights: { ...shippedWeights, similarity: 0.1, indexes: { faq: 0.05 } },
    report: {
      verdict: 'better', cases: { feedback: 60, curated: 1, set: 0 }, heldOut: null, anchors: null, step: 1, seed: 1, ms: 5,
    },
    isProven: true,
    createdAt: 1_795_971_397_460,
    ...more,
  }
}

/** @param open opens a store with the companies `shop` and `other` */
export function learningContract (t: Test, open: (t: Test) => Promise<LearningStore>): void {
  t.test('nothing is in use at first; the shipped weights can be put into use at any time', async t => {
    const store = await open(t)
    t.equal(await store.used('shop'), null)
    t.same(await store.list('shop'), [])
    t.equal(await store.use('shop', null), true)
    t.equal(await store.use('shop', 'lrn_none'), false)
  })

  t.test('a version is kept as it was given, and put into use when it should be', async t => {
    const store = await open(t)
    const [first, second] = [learnedVersion('lrn_a'), learnedVersion('lrn_b', { weights: { ...shippedWeights, floor: -0.2 } })]
    await store.add('shop', first, false)
    t.equal(await store.used('shop'), null)
    await store.add('shop', second, true)
    t.same(await store.used('shop'), { id: 'lrn_b', weights: second.weights })
    t.strictSame(await store.list('shop'), [
      { ...second, isUsed: true, replaced: null }, { ...first, isUsed: false, replaced: null },
    ])
    t.equal(await store.used('other'), null, 'companies do not share')
    if (store.usedBy) t.same([...await store.usedBy(['shop', 'other'])], [['shop', 'lrn_b']])
  })

  t.test('a version remembers what it replaced, and what was replaced can be used again', async t => {
    const store = await open(t)
    await store.add('shop', learnedVersion('lrn_a'), true)
    await store.add('shop', learnedVersion('lrn_b'), true)
    t.equal((await store.list('shop'))[0]!.replaced, 'lrn_a')
    t.equal(await store.use('shop', 'lrn_a'), true)
    t.equal((await store.used('shop'))?.id, 'lrn_a')
    t.same((await store.list('shop')).map(({ id, isUsed }) => [id, isUsed]), [['lrn_b', false], ['lrn_a', true]])
    t.equal(await store.use('shop', null), true)
    t.equal(await store.used('shop'), null)
    t.notOk((await store.list('shop')).some(({ isUsed }) => isUsed))
    await store.add('shop', learnedVersion('lrn_c'), true)
    t.equal((await store.list('shop'))[0]!.replaced, null, 'the shipped weights were in use')
  })

  t.test('a version that was not proven is never used', async t => {
    const store = await open(t)
    await store.add('shop', learnedVersion('lrn_a', { isProven: false }), false)
    t.equal(await store.use('shop', 'lrn_a'), false)
    t.equal(await store.used('shop'), null)
  })

  t.test('old versions are deleted, but not the one in use', async t => {
    const store = await open(t)
    await store.add('shop', learnedVersion('lrn_used'), true)
    for (let i = 0; i < maxVersions + 5; i++) await store.add('shop', learnedVersion(`lrn_${i}`), false)
    const ids = (await store.list('shop')).map(({ id }) => id)
    t.equal(ids.length, maxVersions + 1)
    t.same([ids[0], ids.at(-1)], [`lrn_${maxVersions + 4}`, 'lrn_used'])
    t.equal((await store.used('shop'))?.id, 'lrn_used')
  })
}
