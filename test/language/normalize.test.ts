// Gives one form to questions that only differ in typing, and never the same form to different questions.
import t from 'tap'
import { normalizeQuestion } from '../../src/language/normalize.ts'
import type { Language } from '../../src/types.ts'
import { laterLookAlikes, lookAlikes } from '../fixtures/question-pairs.ts'
import { cpuMs } from '../fixtures/cpu-time.ts'
import { fc } from '../fixtures/property.ts'

const same: [Language, string, string][] = [
  ['en', 'How much is it?', ' how  much is it '], ['en', 'How much is it?', 'How much is it ??!'],
  ['en', 'Is the café open?', 'is the cafe open'], ['en', 'What’s the price?', "What's the price"],
  ['en', 'IS THE TENT WATERPROOF?', 'Is the tent waterproof?'], ['en', 'size 4 – price', 'Size 4 - Price'],
  ['en', 'Where Is My Parcel?', 'where is my parcel'], ['fr', 'Prix lot 300 couches taille 4?', 'prix lot 300 couches taille 4 ?'],
  ['fr', 'PRIX LOT 300 COUCHES TAILLE 4', 'Prix lot 300 couches taille 4'], ['fr', 'Quel est le délai ?', 'quel est le delai'],
  ['fr', 'Combien coûte « la livraison » ?', 'combien coute "la livraison"'.replace('"la livraison"', '" la livraison "')],
  ['es', '¿Cuánto cuesta?', 'Cuánto cuesta'], ['es', '¿Número de teléfono?', 'numero de telefono'],
  ['de', 'Liefern Sie samstags?', 'liefern Sie samstags'], ['und', 'Hinta ?', ' Hinta '],
]

const others: [Language, string, string][] = [
  ['en', '1.5 m', '15 m'], ['en', '-5 °C', '5 °C'], ['en', '5 %', '5'], ['en', 'Do you sell C++ books', 'Do you sell C books'],
  ['en', 'Do you sell C# books', 'Do you sell C books'], ['en', 'A/B test', 'AB test'], ['en', '5 mW laser', '5 MW laser'],
  ['en', '10 Mb line', '10 MB line'], ['en', 'Do you ship to US?', 'Do you ship to us?'], ['en', 'Who is it?', 'WHO is it?'],
  ['en', 'IT support', 'it support'], ['en', 'polish shoes', 'Polish shoes'], ['en', 'Is it in May?', 'Is it in may?'],
  ['en', 'resume template', 'résumé template'], ['en', 'rose wine', 'rosé wine'], ['en', 'pate', 'pâté'],
  ['en', 'turkey price', 'Turkey price'], ['en', '10 m²', '10 m2'], ['en', '½ litre', '1/2 litre'], ['en', 'x > 5', 'x < 5'],
  ['en', '$5', '£5'], ['fr', 'ou livrez-vous', 'où livrez-vous'], ['fr', 'la poste', 'là poste'], ['fr', 'du prix', 'dû prix'],
  ['fr', 'sur', 'sûr'], ['fr', 'pêche', 'péché'], ['fr', 'peche', 'pêche'], ['fr', 'cote', 'côté'], ['fr', 'livres', 'livrés'],
  ['fr', 'mur', 'mûr'], ['fr', 'tâche', 'tache'], ['fr', 'jeune', 'jeûne'], ['fr', 'gratuite', 'gratuité'], ['fr', 'Tours', 'tours'],
  ['es', 'si', 'sí'], ['es', 'año', 'ano'], ['es', 'el precio', 'él precio'], ['es', 'papa', 'papá'], ['es', 'hablo', 'habló'],
  ['es', 'Lima', 'lima'], ['de', 'schon da', 'schön da'], ['de', 'drucken', 'drücken'], ['de', 'liefern sie', 'liefern Sie'],
  ['de', 'gut essen', 'gut Essen'], ['de', 'Masse', 'Maße'], ['de', 'zahlen', 'zählen'], ['und', 'Hinta', 'hinta'], ['en', '?', '!?x'],
  ['en', '2 x 4', '24'], ['en', 'no. 7', 'no 77'],
]

t.test('questions with the same form', async t => {
  for (const [language, a, b] of same) t.equal(normalizeQuestion(a, language), normalizeQuestion(b, language), `${language} ${a}`)
})

t.test('questions with different forms', async t => {
  for (const [language, a, b] of others) t.not(normalizeQuestion(a, language), normalizeQuestion(b, language), `${language} ${a} | ${b}`)
  for (const set of [lookAlikes, laterLookAlikes]) {
    for (const [language, pairs] of Object.entries(set)) {
      for (const [a, b] of pairs) t.not(normalizeQuestion(a, language as Language), normalizeQuestion(b, language as Language), a)
    }
  }
})

t.test('normalizing twice changes nothing, and figures and letters keep their order', async t => {
  const languages = fc.constantFrom<Language>('en', 'fr', 'es', 'de', 'und')
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('Prix', '300', 'É', 'US', '?', '!', ' ', '…', 'mW', '5', '½', '¿', 'où', 'ß', 'İ', '’', '-'))
      .map(parts => parts.join(''))
  )
  t.doesNotThrow(() => fc.assert(fc.property(texts, languages, (text, language) => {
    const once = normalizeQuestion(text, language)
    const letters = (value: string) => value.normalize('NFD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
    return normalizeQuestion(once, language) === once && letters(once) === letters(text)
  })))
})

t.test('the time for a long question grows linearly', async t => {
  for (const text of ['? ', '?! ', ' *?', 'a? ', '… ', '¿ ']) {
    const began = cpuMs()
    normalizeQuestion(`${text.repeat(100_000)}*`, 'en')
    t.ok(cpuMs() - began < 2000, text)
  }
})
