// The type of fact that a question asks for.
import t from 'tap'
import { answerType, askingWords } from '../../src/language/answer-types.ts'
import type { AnswerType } from '../../src/language/asking.ts'
import type { Language } from '../../src/types.ts'

t.test('a word that asks for a height asks for an amount where the noun after it is one', async t => {
  const cases: [question: string, language: Language, type: AnswerType][] = [
    ['Wie hoch ist der Zins?', 'de', 'percent'],
    ['Wie hoch sind die Bauzinsen gerade?', 'de', 'percent'],
    ['Wie hoch ist die jährliche Kontoführungsgebühr?', 'de', 'price'],
    ['Wie hoch ist die Kaution', 'de', 'price'],
    ['Wie hoch ist der Turm?', 'de', 'length'],
    ['Wie hoch darf mein Fahrzeug sein?', 'de', 'length'],
    ['How high is the interest?', 'en', 'percent'],
    ['How big is the deposit?', 'en', 'price'],
    ['How high is the tower?', 'en', 'length'],
    ['How big is the tent?', 'en', 'volume'],
    ['A cuánto asciende la cuota', 'es', 'price'],
    ['Hoe hoog is de rente?', 'und', 'percent'],
    ['Hoe hoog is de vrijwillige bijdrage?', 'und', 'price'],
    ["Quanto è alto l'affitto?", 'und', 'price'],
    ['Hoe hoog is de kast?', 'und', 'length'],
  ]
  for (const [question, language, type] of cases) t.equal(answerType(question, language), type, question)
})

t.test('a rate is a price where people, times or things pay it, a share elsewhere, and a speed is neither', async t => {
  const cases: [question: string, type: AnswerType | null][] = [
    ['group rate for 16 visitors', 'price'],
    ["What is the children's rate?", 'price'],
    ['Is there a student rate?', 'price'],
    ['hourly rates of the workshop', 'price'],
    ['What are your shipping rates to Ireland?', 'price'],
    ['off-peak rate', 'price'],
    ['Is there a better rate for two adults?', 'price'],
    ['What is the rate per night in May?', 'price'],
    ['rate for 2 year fixed saver', 'percent'],
    ['What is the mortgage rate?', 'percent'],
    ['What is the monthly rate of interest?', 'percent'],
    ['What rate do savers get?', 'percent'],
    ['rate limit of the api', null],
    ['Does the watch show my heart rate?', null],
    ['Where can I rate a product?', null],
  ]
  for (const [question, type] of cases) t.equal(answerType(question, 'en'), type, question)
  t.notOk(askingWords('group rate for 16 visitors', 'en').has('group'), 'who pays is what the question is about')
  t.ok(askingWords('group rate for 16 visitors', 'en').has('rate'))
  t.notOk(askingWords('What is the heart rate?', 'en').has('rate'), 'a speed is a topic')
})
