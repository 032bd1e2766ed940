// Questions that compare two things, and the ordinals before a superlative: what they ask, and what they do not.
import t from 'tap'
import { readAggregate } from '../../src/language/aggregate.ts'
import { readComparison } from '../../src/language/comparison.ts'
import type { Language } from '../../src/types.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'

const read = (question: string, language: Language) => readComparison(question, language, language)
const placed = (question: string, language: Language) => readAggregate(question, language, language)?.place

t.test('a plain comparison of two things is read in each language', async t => {
  const plain: [Language, string][] = [
    ['en', 'Is the city bike cheaper than the road bike?'],
    ['fr', 'Le vélo de ville est-il moins cher que le vélo de route ?'],
    ['de', 'Ist das Stadtrad günstiger als das Rennrad?'],
    ['es', '¿Es la bici urbana más barata que la bici de carretera?'],
  ]
  for (const [language, question] of plain) t.match(read(question, language), { operation: 'min', form: 'than' }, question)
})

t.test('a negated comparison, and one that asks why, when or by how much, is not answered by yes or no', async t => {
  const others: [Language, string][] = [
    ['en', 'Is the city bike no cheaper than the road bike?'],
    ['en', 'Is the city bike not cheaper than the road bike?'],
    ['en', 'Why is the city bike cheaper than the road bike?'],
    ['en', 'How much is the city bike cheaper than the road bike?'],
    ['en', 'Is the city bike £100 cheaper than the road bike?'],
    ['en', 'Is the city bike 5 kg lighter than the road bike?'],
    ['fr', "Le vélo de ville n'est-il pas moins cher que le vélo de route ?"],
    ['fr', 'Combien le vélo de ville est-il moins cher que le vélo de route ?'],
    ['fr', 'Le vélo de ville est-il 20 € moins cher que le vélo de route ?'],
    ['de', 'Ist das Stadtrad nicht günstiger als das Rennrad?'],
    ['de', 'Warum ist das Stadtrad günstiger als das Rennrad?'],
    ['de', 'Wie viel ist das Stadtrad günstiger als das Rennrad?'],
    ['de', 'Ist das Stadtrad 30 € günstiger als das Rennrad?'],
    ['es', '¿La bici urbana no es más barata que la bici de carretera?'],
    ['es', '¿Por qué la bici urbana es más barata que la bici de carretera?'],
    ['es', '¿Cuánto es la bici urbana más barata que la bici de carretera?'],
    ['es', '¿Es la bici urbana 20 € más barata que la bici de carretera?'],
  ]
  for (const [language, question] of others) {
    t.equal(read(question, language), null, question)
    t.equal(readAggregate(question, language, language), null, `${question} (nor the figure over all)`)
  }
})

t.test('a measure of something else may name the things', async t => {
  t.match(read('Is the 70 m rope heavier than the 50 m rope?', 'en'), { operation: 'max', form: 'than' })
  t.match(read('Which is cheaper, room 12 or room 14?', 'en'), { operation: 'min', form: 'or' })
})

t.test('an ordinal belongs to the superlative only when nothing is asked between them', async t => {
  t.equal(placed('Quelle est la deuxième chambre la moins chère ?', 'fr'), 2)
  t.equal(placed('¿Cuál es la segunda habitación más barata?', 'es'), 2)
  t.equal(placed('Quelle est la deuxième tente pour 2 personnes la moins chère ?', 'fr'), 2)
  t.equal(placed('Pour le deuxième étage, quelle est la chambre la moins chère ?', 'fr'), undefined)
  t.equal(placed('En la segunda planta, ¿cuál es la habitación más barata?', 'es'), undefined)
})

t.test('the time for a long text grows linearly', async t => {
  const long: [Language, string][] = [
    ['es', 'mas que '], ['es', 'cuesta mas '], ['de', 'weniger als '], ['de', 'wiegt mehr '], ['fr', 'coûte moins qu '],
    ['en', 'cheaper than '],
  ]
  for (const [language, text] of long) {
    const began = cpuMs()
    read(text.repeat(30_000), language)
    t.ok(cpuMs() - began < 2000, text)
  }
})
