// A run of learning that breaks off.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { createLearning, type LearningDeps } from '../../src/learning/run.ts'
import { searchProfile } from '../fixtures/search-store.ts'

t.test('says why in the words of the table of errors, and leaves the rest to the log', async t => {
  let failure: Error = new Error('connect ECONNREFUSED 10.0.0.7:5432')
  const errors: unknown[] = []
  const learning = createLearning({
    learning: { used: async () => { throw failure } }, feedback: null, onError: (_: string, error: unknown) => { errors.push(error) },
  } as unknown as LearningDeps)
  t.teardown(learning.close)
  learning.start(searchProfile({ id: 'shop' }), { isDry: true, seed: 1 })
  await learning.settled()
  t.equal(learning.failure('shop'), coded('INTERNAL').message)
  t.same(errors, [failure])
  failure = coded('LEARNING_UNAVAILABLE')
  learning.start(searchProfile({ id: 'shop' }), { isDry: true, seed: 1 })
  await learning.settled()
  t.equal(learning.failure('shop'), failure.message)
})
