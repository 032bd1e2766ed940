// A question that names nothing but the organisation asks for a fact of the whole of it.
import t from 'tap'
import { aboutItself } from '../../src/language/own-name.ts'
import type { Language } from '../../src/types.ts'

const cases: [language: Language, company: string, question: string, asks: string][] = [
  ['en', 'Bridgend Library', 'Where is the library?', 'Where are you?'],
  ['en', 'Bridgend Library', 'library phone number', 'phone number'],
  ['en', 'Bridgend Library', 'When does the library open?', 'When does the open?'],
  ['de', 'Tierarztpraxis Sommer', 'Wo ist die Praxis?', 'Wo seid ihr?'],
  ['fr', 'Camping du Lac', 'Où se trouve le camping ?', 'Où êtes-vous ?'],
  ['es', 'Hotel Sol', '¿Dónde está el hotel?', '¿Dónde están?'],
  ['und', 'Forno Bianchi', "Dov'è il forno?", 'Dove siete?'],
]
const others: [language: Language, company: string, question: string][] = [
  ['en', 'Bridgend Library', 'Where is the library café?'],
  ['en', 'Bridgend Library', 'Where are the toilets?'],
  ['en', 'Bridgend Library', 'How much is the library card?'],
  ['en', 'Bridgend Library', 'Does the library open at 9?'],
  ['en', 'Parcel Post', 'Where is my parcel?'],
  ['de', 'Tierarztpraxis Sommer', 'Was kostet die Praxis?'],
  ['fr', 'Camping du Lac', 'Où est la piscine ?'],
  ['en', '', 'Where is the library?'],
]

t.test('the words of its name are left out where nothing else is named', async t => {
  for (const [language, company, question, asks] of cases) t.equal(aboutItself(question, language, language, company), asks, question)
  for (const [language, company, question] of others) t.equal(aboutItself(question, language, language, company), question, question)
})
