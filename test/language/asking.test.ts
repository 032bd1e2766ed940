// The type of fact that a question asks for.
import t from 'tap'
import { answerType } from '../../src/language/answer-types.ts'
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
