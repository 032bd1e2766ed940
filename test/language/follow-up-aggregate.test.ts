// Completes a superlative by the things of the question before it.
import t from 'tap'
import { complete, standsAlone } from '../../src/language/follow-up.ts'
import type { History, Language } from '../../src/types.ts'

const cases: [Language, earlier: string, question: string, complete: string][] = [
  ['en', 'Which lamps do you have?', 'Which of them is the cheapest?', 'lamps: Which is the cheapest?'],
  ['en', 'Which lamps do you have?', 'And the lightest one?', 'lamps: And the lightest?'],
  ['en', 'Which lamps do you have?', 'Which is the second cheapest of these?', 'lamps: Which is the second cheapest?'],
  ['en', 'What is the cheapest lamp?', 'and the second cheapest?', 'lamp: and the second cheapest?'],
  ['fr', 'Quels vélos vendez-vous ?', 'Lequel est le moins cher ?', 'vélos : quel est le moins cher ?'],
  ['fr', 'Quels vélos vendez-vous ?', 'Et parmi eux, le plus léger ?', 'vélos : Et, le plus léger ?'],
  ['fr', 'Quel est le vélo le moins cher ?', 'et le deuxième moins cher ?', 'vélo : et le deuxième moins cher ?'],
  ['de', 'Welche Fahrräder habt ihr?', 'Welches davon ist am günstigsten?', 'fahrräder: Welches ist am günstigsten?'],
  ['de', 'Welche Fahrräder habt ihr?', 'Und das zweitgünstigste?', 'fahrräder: Und das zweitgünstigste?'],
  ['es', '¿Qué bicis tienen?', '¿Cuál de ellas es la más barata?', 'bicis: Cuál es la más barata?'],
  ['es', '¿Qué bicis tienen?', '¿Y la segunda más barata?', 'bicis: Y la segunda más barata?'],
]

const after = (question: string): History => ({ digest: '', turns: [{ question, answer: '', cited: ['A title'] }] })

t.test('a superlative is about the things of the question before', async t => {
  for (const [language, earlier, question, expected] of cases) {
    t.equal(standsAlone(question, language, after(earlier)), false, question)
    t.equal(complete(question, language, after(earlier)), expected)
  }
})

t.test('one that names its things stands alone, and one about a single thing is completed as any other', async t => {
  t.equal(standsAlone('What is the cheapest rope?', 'en', after('Which lamps do you have?')), true)
  t.notMatch(complete('Which of them is the cheapest?', 'en', after('How heavy is the Moon lamp?')), /^lamp: Which is/)
})
