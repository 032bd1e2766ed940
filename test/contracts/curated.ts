// The contract of every store of curated answers.
import type { Test } from 'tap'
import type { CuratedAnswer, CuratedStore } from '../../src/curated/store.ts'

export function curatedAnswer (id: string, more: Partial<CuratedAnswer> = {}): CuratedAnswer {
  return {
    id, index: 'faq', question: 'When do you open?', variants: ['Opening hours?'], answer: 'At 9 am.', url: '', access: null,
    sources: [{ id: 'faq/hours', updatedAt: 5 }], documents: [`${id}~0`], gap: '', createdAt: 1, changedAt: 2, ...more,
  }
}

/** @param open opens a store with the companies `shop` and `other` */
export function curatedContract (t: Test, open: (t: Test) => Promise<CuratedStore>): void {
  t.test('an answer is kept as it was given, for its company alone, and replaced with its hits', async t => {
    const store = await open(t)
    const given = curatedAnswer('cur_a', { access: ['group:staff'], gap: 'gap_a' })
    await store.put('shop', given)
    t.strictSame(await store.get('shop', 'cur_a'), { ...given, hits: 0, lastHitAt: 0 })
    t.equal(await store.get('other', 'cur_a'), null)
    await store.addHits('shop', [['cur_a', 2]], 1_795_971_397_460)
    await store.put('shop', curatedAnswer('cur_a', { answer: 'At 8 am.' }))
    t.match(await store.get('shop', 'cur_a'), { answer: 'At 8 am.', hits: 2, lastHitAt: 1_795_971_397_460 })
  })

  t.test('answers are listed page by page in the order of their ids', async t => {
    const store = await open(t)
    for (const id of ['gap_b', 'cur_b', 'cur_B', 'cur_a']) await store.put('shop', curatedAnswer(id))
    await store.put('other', curatedAnswer('cur_c'))
    const first = await store.list('shop', { after: '', limit: 3 })
    const rest = await store.list('shop', { after: first.at(-1)!.id, limit: 3 })
    t.same([...first, ...rest].map(({ id }) => id), ['cur_B', 'cur_a', 'cur_b', 'gap_b'])
  })

  t.test('hits of several instances at once all count, and those of unknown answers are passed over', async t => {
    const store = await open(t)
    await store.put('shop', curatedAnswer('cur_a'))
    await Promise.all([1, 2, 3].map(times => store.addHits('shop', [['cur_a', times], ['cur_none', 1]], times)))
    t.match(await store.get('shop', 'cur_a'), { hits: 6 })
    t.equal(await store.get('shop', 'cur_none'), null)
  })

  t.test('an answer is removed once', async t => {
    const store = await open(t)
    await store.put('shop', curatedAnswer('cur_a'))
    t.equal(await store.remove('other', 'cur_a'), false)
    t.equal(await store.remove('shop', 'cur_a'), true)
    t.equal(await store.remove('shop', 'cur_a'), false)
    t.same(await store.list('shop', { after: '', limit: 3 }), [])
  })
}
