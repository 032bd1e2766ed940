// What stands for a word of a question that no document holds: its other forms, and words that say the same.
import t from 'tap'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { heldForms, heldSynonyms } from '../../src/language/related-words.ts'
import { stem } from '../../src/language/words.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import type { Language } from '../../src/types.ts'

type Related = typeof heldForms
/** Returns the words of a page that stand for one of a question. */
const heldBy = (related: Related, language: Language, question: string, word: string, page: string) => {
  const query = analyzeQuestion(question, language, language)
  const held = new Set(page.split(' ').map(one => stem(one, language)))
  return related(query.words.find(({ surface }) => surface === word)!, query, one => held.has(one))
}

t.test('a verb stands for its other forms', async t => {
  for (const [language, question, word, page] of [
    ['de', 'Wer putzt das Treppenhaus?', 'putzt', 'geputzt'], ['de', 'Wird der Müll getrennt?', 'getrennt', 'trennen'],
    ['de', 'Darf man den Roller abstellen?', 'abstellen', 'abgestellt'], ['de', 'Wann wurde es umgebaut?', 'umgebaut', 'umbauen'],
    ['es', '¿Cuándo cerráis la piscina?', 'cerráis', 'cierra'], ['es', '¿volvéis por la noche?', 'volvéis', 'vuelven'],
    ['und', 'Wanneer maaien jullie het gras?', 'maaien', 'gemaaid'], ['und', 'Wie betaalt de boete?', 'betaalt', 'betalen'],
    ['und', 'Dove posso lasciare la valigia?', 'lasciare', 'lasciate'], ['und', 'La camera è riscaldata?', 'riscaldata', 'riscaldate'],
  ] as [Language, string, string, string][]) t.same(heldBy(heldForms, language, question, word, page), [stem(page, language)], question)
})

t.test('French verbs stand for their plural forms, which have other stems', async t => {
  for (const [question, word, page] of [
    ['Peut-on monter sur le toit ?', 'monter', 'montent'], ['Acceptez-vous les chèques ?', 'acceptez', 'acceptons'],
    ['Qui doit payer ?', 'payer', 'paient'], ['Les draps se louent ?', 'louent', 'louer'], ['Vendent-ils du pain ?', 'vendent', 'vendons'],
  ] as const) t.same(heldBy(heldForms, 'fr', question, word, page), [stem(page, 'fr')], question)
  t.same(heldBy(heldForms, 'fr', 'Où est le vent ?', 'vent', 'ventes venir'), [], 'too short for a root')
})

t.test('a verb that its question parts stands for the whole one', async t => {
  t.same(heldBy(heldForms, 'de', 'Räumt ihr den Schnee weg, wenn es schneit?', 'räumt', 'weggeräumt'), [stem('weggeräumt', 'de')])
  t.same(heldBy(heldForms, 'de', 'Stellt jemand die Heizung ab?', 'stellt', 'abstellen'), [stem('abstellen', 'de')])
  t.same(heldBy(heldForms, 'und', 'Sluiten jullie de kraan af?', 'sluiten', 'afgesloten afsluiten'), ['afsluiten'])
})

t.test('words that say the same stand for each other, in each language', async t => {
  for (const [language, question, word, page] of [
    ['fr', 'un rdv possible demain ?', 'rdv', 'rendez'], ['fr', 'je voudrais me désister', 'désister', 'annuler'],
    ['en', 'is there a loo', 'loo', 'toilets'], ['en', 'can I see a GP', 'gp', 'doctor'],
    ['es', '¿aceptan mascotas?', 'mascotas', 'perros'], ['de', 'ist das gratis', 'gratis', 'kostenlos'],
    ['und', 'si può disdire?', 'disdire', 'annullare'], ['und', 'mag mijn hond mee', 'hond', 'huisdieren'],
  ] as [Language, string, string, string][]) {
    t.not([heldSynonyms, heldForms].flatMap(related => heldBy(related, language, question, word, page)).length, 0, question)
  }
})

t.test('paying is no opposite of what is free', async t => {
  for (const [language, question, word, page] of [
    ['und', 'Quali metodi di pagamento accettate?', 'pagamento', 'ingresso gratis'], ['es', '¿Formas de pago?', 'pago', 'envío gratis'],
  ] as const) t.same(heldBy(heldSynonyms, language, question, word, page), [], question)
})

t.test('what people do stands for where they do it, an opposite for the word, and East Asian pairs for each other', async t => {
  for (const [language, question, word, page] of [
    ['und', 'Possiamo nuotare alle otto?', 'nuotare', 'vasca aperta'], ['de', 'Komme ich mit der Tram hin?', 'tram', 'haltestelle'],
    ['fr', 'Le devis est payant ?', 'payant', 'devis gratuit'], ['en', 'is vaping allowed', 'allowed', 'smoking forbidden'],
    ['und', '小孩几岁免票', '小孩', '儿童 免费'], ['und', '환불 되나요', '환불', '반품 안내'],
  ] as const) t.not(heldBy(heldSynonyms, language, question, word, page).length, 0, question)
})

t.test('other words stand for nothing', async t => {
  t.same(heldBy(heldSynonyms, 'en', 'is there a piano', 'piano', 'toilets doctor'), [])
  t.same(heldBy(heldForms, 'de', 'Gibt es ein Boot?', 'boot', 'boten bote bieten'), [])
})

t.test('a question in another language than the documents has none', async t => {
  const query = analyzeQuestion('is there a loo', 'en', 'fr')
  t.same(heldSynonyms(query.words.at(-1)!, query, () => true), [])
  t.same(heldForms(query.words.at(-1)!, query, () => true), [])
})

t.test('no form is the word itself, or less than three letters', async () => {
  fc.assert(fc.property(fc.stringMatching(/^\p{Ll}{1,14}$/u), fc.constantFrom<Language>('de', 'und', 'es'), (word, language) => {
    const query = analyzeQuestion(word, language, language)
    return query.words.every(one => heldForms(one, query, () => true).every(form => form !== one.stem && form.length >= 3))
  }), propertyRuns(60, { seed: 20261130 }))
})

t.test('a noun of a verb stands for it where the stems differ, and the other way round', async t => {
  for (const [language, word, page] of [
    ['de', 'frisieren', 'frisur'], ['de', 'montage', 'montieren'], ['fr', 'dépannez', 'dépannage'],
  ] as [Language, string, string][]) t.same(heldBy(heldForms, language, word, word, page), [stem(page, language)], word)
  t.same(heldBy(heldForms, 'de', 'rasur', 'rasur', 'rasieren'), [stem('rasieren', 'de')])
  t.same(heldBy(heldForms, 'fr', 'dépannage', 'dépannage', 'dépanner'), [stem('dépanner', 'fr')])
  t.same(heldBy(heldForms, 'fr', 'nature', 'nature', 'natation'), [])
  t.same(heldBy(heldForms, 'fr', 'facture', 'facture', 'facteur'), [], 'two nouns of one verb are two things')
  t.same(heldBy(heldForms, 'fr', 'coiffeuses', 'coiffeuses', 'coiffez'), [], 'who does it')
  t.same(heldBy(heldForms, 'de', 'natur', 'natur', 'nation'), [])
})

t.test('who picks something up collects it, and who picks does not', async t => {
  for (const question of ['Can I pick up on Friday?', 'pick up times', 'May my son pick the kite up?', 'Picking up at noon, ok?',
    'when do I pick my two kites up']) {
    const word = /picking/i.test(question) ? 'picking' : 'pick'
    t.same(heldBy(heldSynonyms, 'en', question, word, 'kites collected'), [stem('collected', 'en')], question)
  }
  for (const question of ['Can I pick a colour?', 'pick your own plums', 'Which kite do you pick for beginners?', 'May I pick the date?',
    'Do you pick the team?', 'pick a size, upholstery and trim', 'Pick one. Do I sign up online?', 'Can I pick and mix?',
    'How do I pick the right size?', 'Can I pick a seat upstairs?', 'pick of the week', 'ice pick', 'Do you pick nits?', 'lock pick course',
    'guitar pick', 'pick any upper shelf', 'Can kids pick apples?', 'pick me a winner', 'Who may pick the music?', 'pick two']) {
    t.same(heldBy(heldSynonyms, 'en', question, 'pick', 'kites collected'), [], question)
  }
})
