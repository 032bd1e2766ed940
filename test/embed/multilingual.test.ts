// The real multilingual model, from the hub or made from the package of pip.

import { join } from 'node:path'
import t from 'tap'
import { createEmbedder } from '../../src/embed/create.ts'
import { sha256Of } from '../../src/embed/manifest.ts'
import { embedModels, multilingualModel } from '../fixtures/embed-models.ts'

const dot = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, i) => sum + value * other[i]!, 0)

t.test('a question finds its passage in another language', { timeout: 600_000 }, async (t) => {
  const found = await multilingualModel(t)
  if (!found) return
  const { modelsDir, repository, dtype } = found
  if (repository === 'causerie/multilingual-e5-small') {
    // Bit by bit the result of a conversion with NumPy and onnx.
    const weights = await sha256Of(join(modelsDir, repository, 'onnx/model_int8.onnx_data'))
    t.equal(weights, '961e87e4b89e93ba2fbd3c129c09690c7d03e4ddfb30bfe375c3a520a713e323')
  }
  const embedder = createEmbedder({ models: ['multilingual-e5-small'], dtype: 'auto', threads: 1, modelsDir, cacheMax: 10 })
  t.teardown(() => embedder.close())
  await embedder.ready()
  t.match(embedder.stats().models, [{ state: 'ready', dimensions: 384 }])
  t.match(dtype, /^(int8|q8)$/)

  // All in one language: the model is drawn to passages in the question's own.
  const passages = [
    'Les colis sont expédiés sous 48 heures et livrés en trois jours ouvrés.',
    'Vous pouvez retourner un article gratuitement pendant 30 jours.',
    'Le magasin est ouvert du lundi au vendredi, de 9 à 18 heures.',
    'La tente pèse deux kilos et abrite trois personnes.'
  ]
  const vectors = (await embedder.embedPassages(passages.map((text) => ({ title: '', text }))))!.map(([vector]) => vector!)
  const [alone] = (await embedder.embedPassages([{ title: '', text: passages[1]! }]))!
  t.same(alone, [vectors[1]!], 'a vector does not depend on the texts that are embedded with it')
  const questions = [
    ['How long does delivery take?', 'Wie lange dauert die Lieferung?', '¿Cuánto tarda el envío?'],
    ['Can I return an item?', 'Kann ich einen Artikel zurückgeben?', '¿Puedo devolver un producto?'],
    ['When are you open?', 'Wann haben Sie geöffnet?', '¿A qué hora abren?'],
    ['How heavy is the tent?', 'Wie schwer ist das Zelt?', '¿Cuánto pesa la tienda de campaña?']
  ]
  for (const [i, same] of questions.entries()) {
    for (const question of same) {
      const vector = (await embedder.embedQuestion(question))!
      const order = vectors.map((passage, n) => ({ n, cosine: dot(vector, passage) })).sort((a, b) => b.cosine - a.cosine)
      t.equal(order[0]!.n, i, question)
    }
  }
})

t.test('a question in a script that the vocabulary lacks has no vector', { timeout: 600_000 }, async (t) => {
  const found = await multilingualModel(t)
  if (found?.repository !== 'causerie/multilingual-e5-small') return
  const embedder = createEmbedder({
    models: ['multilingual-e5-small'], dtype: 'auto', threads: 1, modelsDir: found.modelsDir, cacheMax: 10
  })
  t.teardown(() => embedder.close())
  await embedder.ready()
  for (const question of ['儿童要买票吗', '반품할 수 있나요?', 'Сколько стоит билет?']) {
    t.equal(await embedder.embedQuestion(question), null, question)
  }
  for (const question of ['Kinder?', '東京 hotel Lindenhof', '90']) t.equal((await embedder.embedQuestion(question))?.length, 384, question)
})

t.test('both models run in one thread', { timeout: 600_000 }, async (t) => {
  if (!await multilingualModel(t)) return
  const embedder = createEmbedder({
    models: ['all-MiniLM-L6-v2', 'multilingual-e5-small'], dtype: 'auto', threads: 1, modelsDir: await embedModels(), cacheMax: 0
  })
  t.teardown(() => embedder.close())
  await embedder.ready()
  const models = embedder.stats().models.map(({ id }) => id)
  const [one, other] = await Promise.all(models.map((model) => embedder.embedQuestion('price', model)))
  t.equal(one!.length, 384)
  t.ok(dot(one!, other!) < 0.9)
})
