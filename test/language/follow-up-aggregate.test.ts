// Completes a superlative by the things of the question before it, and a limit by other things.
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

t.test('other things are asked for within the limit of the question before', async t => {
  const limited: [Language, earlier: string, question: string, complete: string][] = [
    ['en', 'Do you have tents under £400?', 'and rucksacks?', 'Do you have rucksacks under £400?'],
    ['en', 'sleeping bag under £100', 'And a tent?', 'tent under £100?'],
    ['en', 'I am looking for a tent under £300', 'and a rucksack?', 'I am looking for a rucksack under £300?'],
    ['en', 'Which tents cost less than £400?', 'and the sleeping bags?', 'Which sleeping bags cost less than £400?'],
    ['fr', 'Avez-vous des vélos à moins de 500 € ?', 'et des casques ?', 'Avez-vous des casques à moins de 500 € ?'],
    ['de', 'Habt ihr Zelte unter 300 €?', 'Und Rucksäcke?', 'Habt ihr Rucksäcke unter 300 €?'],
    ['es', '¿Tienen botas por menos de 90 €?', '¿Y mochilas?', '¿Tienen mochilas por menos de 90 €?'],
  ]
  for (const [language, earlier, question, expected] of limited) {
    t.equal(standsAlone(question, language, after(earlier)), false, question)
    t.equal(complete(question, language, after(earlier)), expected)
  }
  t.notMatch(complete('and delivery?', 'en', after('Is delivery free over £60?')), 'over £60')
})
