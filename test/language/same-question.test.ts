// Look-alikes never share an answer, however close their vectors; at least half of the paraphrases do.
import t from 'tap'
import { createEmbedder } from '../../src/embed/create.ts'
import { canAnswer, mayShareAnswer } from '../../src/language/same-question.ts'
import { defaultModelId } from '../../src/embed/models.ts'
import { similarityScale } from '../../src/similarity-scale.ts'
import type { Language } from '../../src/types.ts'
import { laterLookAlikes, lookAlikes, paraphrases, type Pair } from '../fixtures/question-pairs.ts'
import { embedModels } from '../fixtures/embed-models.ts'

const flat = (set: Record<string, Pair[]>) =>
  Object.entries(set).flatMap(([language, pairs]) => pairs.map(([a, b]) => ({ language: language as Language, a, b })))

t.test('look-alikes: none passes', async t => {
  const pairs = [...flat(lookAlikes), ...flat(laterLookAlikes)]
  t.ok(pairs.length >= 60, `${pairs.length} pairs`)
  for (const language of ['fr', 'en', 'es', 'de']) t.ok(pairs.filter(pair => pair.language === language).length >= 15, language)
  for (const { language, a, b } of pairs) {
    t.notOk(mayShareAnswer(a, b, language), `${a} | ${b}`)
    t.notOk(mayShareAnswer(b, a, language), `${b} | ${a}`)
  }
})

t.test('paraphrases: at least half pass the guard and the threshold', async t => {
  const embedder = createEmbedder({ models: ['all-MiniLM-L6-v2'], dtype: 'q4', threads: 1, modelsDir: await embedModels(), cacheMax: 1000 })
  t.teardown(() => embedder.close())
  await embedder.ready()
  const pairs = flat(paraphrases)
  t.ok(pairs.length >= 40)
  let hits = 0
  for (const { language, a, b } of pairs) {
    t.equal(mayShareAnswer(a, b, language), mayShareAnswer(b, a, language), 'symmetric')
    const [one, other] = [(await embedder.embedQuestion(a))!, (await embedder.embedQuestion(b))!]
    const cosine = one.reduce((sum, value, i) => sum + value * other[i]!, 0)
    if (mayShareAnswer(a, b, language) && cosine >= similarityScale(defaultModelId).sameQuestion) hits++
  }
  t.comment(`${hits} of ${pairs.length}`)
  t.ok(hits >= pairs.length / 2, `${hits} of ${pairs.length}`)
})

t.test('a question equals itself; a language without rules is compared word by word', async t => {
  for (const { language, a } of flat(lookAlikes)) t.ok(mayShareAnswer(a, a, language), a)
  t.ok(mayShareAnswer('Hinta ?', 'hinta', 'und'))
  t.notOk(mayShareAnswer('teltan hinta', 'hinta teltan', 'und'))
  t.notOk(mayShareAnswer('the', 'a', 'en'), 'nothing but small words')
  t.notOk(mayShareAnswer('x'.repeat(300), 'x'.repeat(300), 'en'), 'a letter')
})

t.test('a point and a comma before three digits are read as the language writes them', async t => {
  const same = (a: string, b: string, language: Language) => mayShareAnswer(`Versand ${a}?`, `Versand ${b}?`, language)
  for (const [language, a, b] of [['de', '1.299 €', '1299 €'], ['en', '1,299 €', '1299 €'], ['fr', '1,5 kg', '1.5 kg']] as const) {
    t.ok(same(a, b, language), `${language}: ${a}, ${b}`)
  }
  for (const [language, a, b] of [['de', '1.299 €', '1,299 €'], ['en', '1.299 €', '1,299 €'], ['es', '2.000.000 €', '2.000 €']] as const) {
    t.notOk(same(a, b, language), `${language}: ${a}, ${b}`)
  }
})

t.test('an FAQ entry has every word of the question, and answers the same kind of question', async t => {
  const entry = { title: 'Is there a discount for students?', text: 'Yes, 10 % with a valid student card, in every shop.' }
  t.ok(canAnswer('student discount in the shop?', entry, 'en'))
  t.notOk(canAnswer('Is there a discount for teachers?', entry, 'en'))
  t.notOk(canAnswer('Is there a discount of 20 % for students?', entry, 'en'))
  t.notOk(canAnswer('Is there no discount for students?', entry, 'en'))
  t.notOk(canAnswer('Where do students get a discount?', entry, 'en'))
  t.notOk(canAnswer('Is there a shop?', entry, 'en'), 'what stands in its text alone')
})
