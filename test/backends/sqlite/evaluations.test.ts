// Evaluations in the company's file: the contract of all, and what is no company.
import t from 'tap'
import { createSqliteEvaluations } from '../../../src/backends/sqlite/evaluations.ts'
import { evaluationContract, storedRun } from '../../contracts/evaluations.ts'
import { searchStore } from '../../fixtures/search-store.ts'

evaluationContract(t, async t => {
  const { store } = await searchStore(t)
  return createSqliteEvaluations({ store, maxRuns: 5, timeoutMs: 60_000 })
})

t.test('goes with its company', async t => {
  const { store } = await searchStore(t)
  const evaluations = createSqliteEvaluations({ store, timeoutMs: 60_000 })
  await evaluations.add('shop', storedRun('eval_a'))
  await store.run('removeCompany', 'shop', null)
  t.equal(await evaluations.get('shop', 'eval_a'), null)
  await t.rejects(evaluations.add('shop', storedRun('eval_b')), { code: 'EVALUATIONS_UNAVAILABLE' })
})
