// The sources of an answer whose model cites none.
import t from 'tap'
import { sourcesOfUncited } from '../../src/chat/uncited.ts'
import { stemAll } from '../../src/language/words.ts'
import type { Language } from '../../src/types.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { all } from '../fixtures/pipeline.ts'

const passages = (texts: string[], language: Language) =>
  texts.map((text, i) => passage({ id: `pages/${i}`, text, stems: ` ${stemAll(text, language).join(' ')} ` }))
const sourcesOf = (answer: string, question: string, texts: string[], language: Language = 'en') =>
  sourcesOfUncited(answer, { question, documentsLanguage: language, passages: passages(texts, language) })

const pool = [
  'The swimming pool opens at 7.30 and closes at 21.00 from May to September.',
  'A locker in the changing room costs 2 € a day.',
  'Children under 12 swim free of charge with an adult.',
]

t.test('finds the source of each sentence', async t => {
  t.same(sourcesOf('It opens at 7.30.', 'When can I swim?', pool), [1])
  t.same(sourcesOf('Lockers are 2 € a day. Children under 12 are free with an adult.', 'What does it cost?', pool), [2, 3])
  t.same(sourcesOf('- Children under 12: free of charge\n- A locker: 2 € a day', 'What does it cost?', pool), [2, 3])
  t.same(sourcesOf('Il ouvre à 7 h 30.', 'Quand ouvre le bassin ?', ['Le bassin ouvre à 7 h 30 en été.'], 'fr'), [1])
})

t.test('finds the source of a telephone number', async t => {
  const texts = ['We are at the lake.', 'Ring us on +44 (0)114 496-0172 until 5 pm.']
  t.same(sourcesOf('0114 496 0172', 'What is your number?', texts), [2])
  t.same(sourcesOf('0114 496 0173', 'What is your number?', texts), [])
})

t.test('finds none where a figure is not in the passage', async t => {
  t.same(sourcesOf('It opens at 8.30 from May to September.', 'When can I swim?', pool), [])
  t.same(sourcesOf('2.5 kg', 'How heavy is it?', ['It weighs 2 kg, and is guaranteed for 5 years.']), [], 'digits of two other figures')
  t.same(sourcesOf('2.5 kg', 'How heavy is it?', ['It weighs 2.5 kg, and is guaranteed for 5 years.']), [1])
  t.same(sourcesOf('2500 g', 'How heavy is it?', ['It weighs 2.5 kg, and is guaranteed for 5 years.']), [1], 'another unit')
  t.same(sourcesOf('2.', 'How many are there?', ['It weighs 2.5 kg, and is guaranteed for 2 years.']), [], 'a count of anything')
  t.same(sourcesOf('Das Zelt kostet 1.299 € im Laden.', 'Was kostet es?', ['Im Laden kostet das Zelt 1299,00 €.'], 'de'), [1])
  t.same(sourcesOf('A locker in the changing room costs 3 € a day.', 'Are there lockers?', pool), [])
})

t.test('finds none for a sentence that says nothing of a passage', async t => {
  t.same(sourcesOf('I am sorry, I could not find that in the documents.', 'Is there a sauna at the pool?', pool), [])
  t.same(sourcesOf('No, children do not swim free of charge.', 'Do children swim free of charge?', pool), [], 'it repeats the question')
  t.same(sourcesOf('Yes.', 'Do children swim free of charge?', pool), [])
  t.same(sourcesOf('Die Umkleide hat Schränke.', 'Gibt es Schränke?', pool), [], 'another language')
  t.same(sourcesOf('', 'Is there a sauna?', pool), [])
  t.same(sourcesOf('It opens at 7.30.', 'When?', []), [])
})

t.test('an answer of a language model without a citation names the sources that say it', async t => {
  const engine = fakeEngine(async () => found(passages(pool, 'en')))
  const finish = async (answer: string[], more = {}) => (await all({ deps: { engine, model: fakeModel(answer) }, ...more })).last
  const uncited = await all({ deps: { engine, model: fakeModel(['A locker is ', '2 € a day.']) } })
  t.equal(uncited.text, 'A locker is 2 € a day.', 'the text stays the model\'s own')
  t.same(uncited.last.citations, [2])
  t.same((await finish(['A locker is 2 € a day [1].'])).citations, [1], 'what the model cites counts')
  t.same((await finish(['A locker is 5 € a day.'])).citations, [])
  t.same((await finish(['NO_ANSWER'])).citations, [])
  t.same((await finish(['{"answer":"A locker is 2 € a day."}'], { question: { format: { type: 'json_object' } } })).citations, [],
    'JSON has none')
})
