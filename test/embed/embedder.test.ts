// The embedder with the real default model.

import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { createEmbedder } from '../../src/embed/create.ts'
import type { EmbedderOptions } from '../../src/embed/create.ts'
import { embedFolder, embedModelFolder, embedModels } from '../fixtures/embed-models.ts'
import { startHub } from '../fixtures/hub-server.ts'

const id = 'all-MiniLM-L6-v2'
const untitled = (texts: string[]) => texts.map((text) => ({ title: '', text }))
const dot = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, i) => sum + value * other[i]!, 0)

async function open (t: Test, more: Partial<EmbedderOptions> = {}) {
  const modelsDir = await embedModels()
  const embedder = createEmbedder({ models: [id], dtype: 'q4', threads: 1, modelsDir, cacheMax: 100, ...more })
  t.teardown(() => embedder.close())
  return embedder
}

t.test('a paraphrase is closer than an unrelated text, and vectors have length 1', async (t) => {
  const embedder = await open(t)
  const question = (await embedder.embedQuestion('How long does delivery take?'))!
  const [[near], [far]] = (await embedder.embedPassages(untitled([
    'Parcels are shipped within three working days.', 'The museum shows paintings of the 17th century.'
  ])))! as [[Float32Array], [Float32Array]]
  t.equal(question.length, 384)
  for (const vector of [question, near, far]) t.ok(Math.abs(dot(vector, vector) - 1) < 1e-5)
  t.ok(dot(question, near) > dot(question, far) + 0.2, `${dot(question, near)} and ${dot(question, far)}`)
})

t.test('stats show the loaded models', async (t) => {
  const embedder = await open(t)
  t.match(embedder.stats().models, [{ id, state: 'loading', dimensions: 0 }])
  t.equal(embedder.dimensions(), 0)
  await embedder.ready()
  t.match(embedder.stats(), {
    models: [{ id, state: 'ready', dimensions: 384, load_ms: Number }],
    cache: { size: 0, max: 100, hits: 0, misses: 0 },
    queue: { questions: 0, passages: 0 }
  })
  t.ok(embedder.stats().models[0]!.load_ms > 0)
  t.equal(embedder.dimensions(), 384)
  t.equal(embedder.dimensions('another'), 0)
  t.equal(await embedder.embedQuestion('anything', 'another'), null)
  t.equal(await embedder.embedPassages(untitled(['anything']), { model: 'another' }), null)
})

t.test('a question overtakes 200 waiting passages', async (t) => {
  const embedder = await open(t)
  await embedder.ready()
  let passagesDone = false
  const passages = embedder.embedPassages(untitled(Array.from({ length: 200 }, (_, i) => `Passage number ${i} about parcels.`)))
    .finally(() => { passagesDone = true })
  await embedder.embedQuestion('first')
  t.ok(embedder.stats().queue.passages > 150, `${embedder.stats().queue.passages} still wait`)
  await embedder.embedQuestion('second')
  t.notOk(passagesDone)
  t.equal((await passages)!.length, 200)
  t.same(embedder.stats().queue, { questions: 0, passages: 0 })
})

t.test('identical questions in flight run once, later ones come from the cache', async (t) => {
  const embedder = await open(t)
  const vectors = await Promise.all(Array.from({ length: 10 }, () => embedder.embedQuestion('What is the price?')))
  t.match(embedder.stats().cache, { size: 1, hits: 9, misses: 1 })
  for (const vector of vectors) t.same(vector, vectors[0])
  t.same(embedder.cachedQuestion('What is the price?'), vectors[0])
  t.equal(embedder.cachedQuestion('What is the prize?'), undefined)
  t.equal(embedder.cachedQuestion('What is the price?', 'another'), undefined)
})

t.test('a cached vector needs no thread, and callers cannot change it', async (t) => {
  const embedder = await open(t)
  const first = (await embedder.embedQuestion('hello'))!
  const original = first.slice()
  first.fill(0)
  const copy = embedder.cachedQuestion('hello')!
  structuredClone(copy, { transfer: [copy.buffer as ArrayBuffer] })
  await embedder.close()
  t.same(embedder.cachedQuestion('hello'), original)
})

t.test('the cache can be switched off', async (t) => {
  const embedder = await open(t, { cacheMax: 0 })
  t.same(await embedder.embedQuestion('hello'), await embedder.embedQuestion('hello'))
  t.equal(embedder.cachedQuestion('hello'), undefined)
  t.match(embedder.stats().cache, { size: 0, max: 0, misses: 2 })
})

t.test('a long text has a vector for each window, and its title one before them', async (t) => {
  const embedder = await open(t)
  const text = 'The blue tent weighs two kilograms and sleeps three people in summer. '.repeat(30)
  const [bare, titled, blank] = (await embedder.embedPassages([
    { title: '', text }, { title: 'Blue tent', text }, { title: '', text: '' }
  ]))! as [Float32Array[], Float32Array[], Float32Array[]]
  t.ok(bare.length >= 3, `${bare.length} windows`)
  t.equal(titled.length, bare.length + 1)
  t.ok(dot(titled[0]!, (await embedder.embedQuestion('Blue tent'))!) > 0.999)
  t.equal(blank.length, 1)
  t.ok(Math.abs(dot(blank[0]!, blank[0]!) - 1) < 1e-5)
  t.same(await embedder.embedPassages([]), [])
})

t.test('a vector does not depend on the rest of its batch', async (t) => {
  const embedder = await open(t)
  const texts = ['A short one.', 'A somewhat longer one, which has a few more words than that.', 'Tiny']
  const batch = (await embedder.embedPassages(untitled(texts)))!
  for (const [i, text] of texts.entries()) {
    const [[alone]] = (await embedder.embedPassages(untitled([text])))! as [[Float32Array]]
    t.ok(dot(alone, batch[i]![0]!) > 0.999)
  }
})

t.test('a very long question is cut, not rejected', async (t) => {
  const embedder = await open(t)
  t.equal((await embedder.embedQuestion('delivery time '.repeat(50_000)))!.length, 384)
  t.equal((await embedder.embedQuestion(''))!.length, 384)
})

t.test('passages stop when their signal fires', async (t) => {
  const embedder = await open(t)
  const stop = new AbortController()
  const texts = untitled(Array.from({ length: 200 }, (_, i) => `Passage ${i}`))
  const passages = embedder.embedPassages(texts, { signal: stop.signal })
  await embedder.embedQuestion('once it runs')
  stop.abort(new Error('enough'))
  await t.rejects(passages, { message: 'enough' })
  t.equal(embedder.stats().queue.passages, 0)
  await t.rejects(embedder.embedPassages(texts, { signal: stop.signal }), { message: 'enough' })
  t.ok(await embedder.embedQuestion('and the rest goes on'))
})

t.test('close rejects waiting work and ends', async (t) => {
  const embedder = await open(t)
  await embedder.ready()
  const passages = embedder.embedPassages(untitled(Array.from({ length: 200 }, (_, i) => `Passage ${i}`)))
  const questions = Promise.allSettled(['a', 'b', 'c'].map((text) => embedder.embedQuestion(text)))
  // The first step of the passages is running now.
  const closed = embedder.close()
  await t.rejects(passages, { code: 'EMBEDDING_FAILED' })
  for (const { status, reason } of await questions as PromiseRejectedResult[]) {
    t.match({ status, code: reason?.code }, { status: 'rejected', code: 'EMBEDDING_FAILED' })
  }
  await closed
  t.equal(await embedder.embedQuestion('late'), null)
  t.equal(await embedder.embedPassages(untitled(['late'])), null)
  t.match(embedder.stats().models, [{ state: 'unavailable', reason: 'the embedder is closed' }])
  await embedder.close()
})

t.test('close at once, while the model is still being loaded', async (t) => {
  const embedder = await open(t)
  await embedder.close()
  await embedder.ready()
  t.equal(embedder.stats().models[0]!.state, 'unavailable')
})

t.test('models from a hub follow the traits of their names and files', async (t) => {
  const folder = await embedModelFolder()
  const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_q4.onnx', 'onnx/model_q4.onnx_data']
  const weights = Object.fromEntries(files.map((file) => [file, join(folder, file)]))
  const hub = await startHub({
    'someone/e5-tiny': weights,
    'someone/tiny-prompted': {
      ...weights,
      'config_sentence_transformers.json': Buffer.from('{"prompts":{"query":"Q: ","document":"D: "}}'),
      '1_Pooling/config.json': Buffer.from('{"pooling_mode_cls_token":true}')
    },
    'someone/tiny-last': { ...weights, '1_Pooling/config.json': Buffer.from('{"pooling_mode_lasttoken":true}') }
  })
  t.teardown(() => hub.close())
  const models = ['someone/e5-tiny', 'someone/tiny-prompted', 'someone/tiny-last', 'someone/no-such']
  const embedder = await open(t, { models, modelsDir: await embedFolder(t), hubUrl: hub.url })
  const plain = await open(t)
  await Promise.all([embedder.ready(), plain.ready()])
  t.match(embedder.stats().models, [
    { state: 'ready', dimensions: 384 }, { state: 'ready' }, { state: 'ready' }, { state: 'unavailable', reason: /no such model/ }
  ])
  t.equal(embedder.defaultModel, 'someone/e5-tiny')

  // The weights are the plain model's, so the plain vector of the prefixed text must be the same.
  const same = async (question: Float32Array | null, text: string) => dot(question!, (await plain.embedQuestion(text))!)
  t.ok(await same(await embedder.embedQuestion('price'), 'query: price') > 0.9999)
  t.ok(await same((await embedder.embedPassages(untitled(['price'])))![0]![0]!, 'passage: price') > 0.9999)
  t.ok(await same(await embedder.embedQuestion('price'), 'price') < 0.99)
  const prompted = await embedder.embedQuestion('price', 'someone/tiny-prompted')
  t.ok(await same(prompted, 'Q: price') < 0.9999, 'cls pooling, not the mean')
  t.notOk(dot(prompted!, (await embedder.embedQuestion('Q: price', 'someone/tiny-prompted'))!) > 0.9999, 'prefixed')

  // The last token is not the padding after it.
  const texts = ['short', 'a good deal longer than the other text']
  const batch = (await embedder.embedPassages(untitled(texts), { model: 'someone/tiny-last' }))!
  const alone = (await embedder.embedPassages(untitled(texts.slice(0, 1)), { model: 'someone/tiny-last' }))!
  t.ok(dot(batch[0]![0]!, alone[0]![0]!) > 0.999)
})
