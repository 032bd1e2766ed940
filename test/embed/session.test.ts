// A model run by the runtime alone, beside the same model run by transformers.js.

import { InferenceSession } from 'onnxruntime-node'
import t from 'tap'
import { openByLibrary } from '../../src/embed/library-model.ts'
import { defaultModelId, repositoryOf } from '../../src/embed/models.ts'
import { openModel } from '../../src/embed/session.ts'
import { createTextEncoder } from '../../src/embed/text-encoder.ts'
import { embedModels } from '../fixtures/embed-models.ts'

t.test('gives the same vectors as the library, also for texts of different lengths at once', async (t) => {
  const location = { repository: repositoryOf(defaultModelId), dtype: 'q4', modelsDir: await embedModels(), threads: 1 }
  const encoder = await createTextEncoder(location.modelsDir, location.repository)
  const [own, library] = await Promise.all([openModel(location), openByLibrary(location)])
  const texts = ['Livraison', 'How long does the delivery to an island take, and what does it cost?', '配送は三日以内です [MASK] 👍🏽']
  const inputs = encoder.encode(texts, 12)
  t.equal(inputs.dims[1], 12, 'the longest is cut')
  t.ok(inputs.mask.includes(0n), 'the shortest is padded')
  const [mine, theirs] = [await own(inputs), await library(inputs)]
  t.same(mine.dims, theirs.dims)
  t.ok(mine.data.every((value, i) => Math.abs(value - theirs.data[i]!) < 1e-5))
})

t.test('a model that cannot be read says why', async (t) => {
  const location = { repository: 'nobody/nothing', dtype: 'q4', modelsDir: await embedModels(), threads: 1 }
  await t.rejects(openModel(location), /nobody\/nothing/)
})

t.test('a model whose trial run fails keeps no memory before the library opens it', async (t) => {
  let released = 0
  const session = {
    inputNames: ['input_ids'], outputNames: ['last_hidden_state'],
    run: async () => { throw new Error('the trial run failed') },
    release: async () => { released++ },
  }
  t.intercept(InferenceSession, 'create', { value: async () => session })
  const location = { repository: 'nobody/nothing', dtype: 'q4', modelsDir: await embedModels(), threads: 1 }
  await t.rejects(openModel(location), /nobody\/nothing/)
  t.equal(released, 1)
})
