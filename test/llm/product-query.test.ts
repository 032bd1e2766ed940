// The name of a thing alone is typed to see what the thing costs.
import t from 'tap'
import { isNameOfThing } from '../../src/llm/product-query.ts'
import { chooseUnits } from '../../src/llm/extractive.ts'
import { contentWords, stemAll } from '../../src/language/words.ts'
import { passage } from '../fixtures/app-parts.ts'

const kettle = passage({
  title: 'Kettle, stainless steel', text: '', stems: ` ${stemAll('Kettle, stainless steel 1.7 l', 'en').join(' ')} `, matched: [0, 1],
  fields: [['Volume', '1.7 l'], ['Material', 'stainless steel'], ['Colour', 'silver'], ['Price', '£34.50']],
})
const term = (word: string) => ({ word, stem: stemAll(word, 'en')[0]!, idf: 2, known: true, corrections: [] })
const first = (question: string) => {
  const terms = contentWords(question, 'en').map(term)
  return chooseUnits({ question, language: 'en', documentsLanguage: 'en', terms, passages: [kettle] })[0]!.text
}

t.test('tells the price of a thing that is named and nothing else', async t => {
  t.equal(first('kettle steel'), 'Price: £34.50')
  t.equal(first('colour of the kettle'), 'Colour: silver', 'a fact is named')
  t.equal(first('Is the kettle made of steel?'), 'Material: stainless steel', 'a question')
})

t.test('a name is words for a thing, and what joins them', async t => {
  for (const name of ['silicone blanc pour salle de bain', 'visserie inox']) t.ok(isNameOfThing(name, 'fr'), name)
  for (const name of ['white tiles for the kitchen', 'KX-20/B']) t.ok(isNameOfThing(name, 'en'), name)
  for (const text of ['do you have kettles', 'kettle?', 'I need a kettle', 'what is this']) t.notOk(isNameOfThing(text, 'en'), text)
})
