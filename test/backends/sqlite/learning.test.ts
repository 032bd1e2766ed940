// What companies have learnt, in their own files: the contract of all.
import t from 'tap'
import { createSqliteLearning } from '../../../src/backends/sqlite/learning.ts'
import { learnedVersion, learningContract } from '../../contracts/learning.ts'
import { put, searchStore } from '../../fixtures/search-store.ts'

learningContract(t, async t => {
  const { store } = await searchStore(t)
  for (const company of ['shop', 'other']) await put(store, company, [], { index: 'faq', language: 'en' })
  return createSqliteLearning({ store, timeoutMs: 60_000 })
})

t.test('learns nothing for a company that has been removed', async t => {
  const { store } = await searchStore(t)
  const learning = createSqliteLearning({ store, timeoutMs: 60_000 })
  await t.rejects(learning.add('gone', learnedVersion('lrn_a'), true), { code: 'UNKNOWN_COMPANY' })
  t.same(await store.companies(), [])
})
