// The scales of the embedding models: one table, by the model's id.
import t from 'tap'
import { similarityScale } from '../../src/similarity-scale.ts'

t.test('the weight of the vectors is a share, and of an English model highest for English with titles', async t => {
  const { weight } = similarityScale('all-MiniLM-L6-v2')
  for (const language of ['fr', 'es', 'de', 'und'] as const) {
    t.equal(weight(language, true, false), 0.2)
    t.equal(weight(language, false, false), 0.2)
  }
  t.equal(weight('en', false, false), 0.3)
  t.ok(weight('en', true, false) > 0.3 && weight('en', true, false) < 1)
})

t.test('the medians of both models are the same on the common scale', async t => {
  for (const [model, right, other] of [['all-MiniLM-L6-v2', 0.55, 0.35], ['multilingual-e5-small', 0.876, 0.848]] as const) {
    const { slope, offset } = similarityScale(model)
    t.ok(Math.abs(slope * right + offset - 0.55) < 0.02, `${model}, passages that answer`)
    t.ok(Math.abs(slope * other + offset - 0.35) < 0.02, `${model}, passages that do not`)
  }
})

t.test('every id of the multilingual model has its scale, and an unknown model has the default one\'s', async t => {
  const scale = similarityScale('multilingual-e5-small')
  for (const id of ['Xenova/multilingual-e5-small', 'intfloat/multilingual-e5-base', 'causerie/multilingual-e5-small-all']) {
    t.equal(similarityScale(id), scale, id)
  }
  for (const language of ['fr', 'en', 'und'] as const) t.equal(scale.weight(language, true, false), 0.6)
  t.equal(scale.weight('fr', true, true), 0.5, 'a misspelt word changes the vector')
  for (const id of ['', 'someone/other', 'BAAI/bge-m3', 'route5-small']) {
    t.equal(similarityScale(id), similarityScale('all-MiniLM-L6-v2'), id)
  }
})
