// Questions for how to reach somebody.
import t from 'tap'
import { answerType, askingWords } from '../../src/language/answer-types.ts'
import type { AnswerType } from '../../src/language/asking.ts'
import type { Language } from '../../src/types.ts'

t.test('to write a mail is to ask for the address, and "your number" for the telephone', async t => {
  const cases: [question: string, language: Language, type: AnswerType | null][] = [
    ['Quel est votre numéro ?', 'fr', 'phone'], ["What's your number?", 'en', 'phone'], ['¿Cuál es su número?', 'es', 'phone'],
    ['Quel est votre numéro SIRET ?', 'fr', null], ['What is your number of staff?', 'en', 'count'],
    ['Comment vous écrire un mail ?', 'fr', 'email'], ['Can I send you an email?', 'en', 'email'],
    ['¿Puedo enviarles un correo?', 'es', 'email'],
    ['Kann ich euch eine E-Mail schreiben?', 'de', 'email'],
  ]
  for (const [question, language, type] of cases) t.equal(answerType(question, language), type, question)
  t.ok(askingWords('Comment vous écrire un mail ?', 'fr').has('ecrire'))
  t.ok(askingWords('Kann ich euch eine E-Mail schreiben?', 'de').has('schreiben'))
})
