// Which questions fit what is being typed.
import t from 'tap'
import { matchSuggestions, prepareSuggestion } from '../../src/suggest/match.ts'
import type { Language } from '../../src/types.ts'
import { fc } from '../fixtures/property.ts'

const french = [
  'Combien coûte la livraison ?', 'Quels sont les délais de livraison ?', 'Peut-on réserver l\'atelier ?', 'Où êtes-vous ?',
].map(prepareSuggestion)
const find = (typed: string, { language = 'fr' as Language, limit = 5, from = french } = {}) =>
  matchSuggestions(from, typed, language, limit)

t.test('the beginning of each word is enough, in any order', async t => {
  t.same(find('livr comb'), ['Combien coûte la livraison ?'])
  t.same(find('delai'), ['Quels sont les délais de livraison ?'])
  t.same(find('l\'ate'), ['Peut-on réserver l\'atelier ?'])
})

t.test('accents, case and signs do not matter', async t => {
  for (const typed of ['OU ETES', 'où êtes-vous?', '  ou   etes ', 'ou e\u0302tes']) t.same(find(typed), ['Où êtes-vous ?'], typed)
})

t.test('small words may be missing, others may not', async t => {
  t.same(find('quel est le délai de la livraison'), ['Quels sont les délais de livraison ?'])
  t.same(find('délai de remboursement'), [])
})

t.test('a longer form of a word fits', async t => {
  t.same(find('coûtent livraisons'), ['Combien coûte la livraison ?'])
  t.equal(find('livraisons combien')[0], 'Combien coûte la livraison ?')
})

t.test('what begins as typed comes first, then the order given', async t => {
  t.same(find('livraison'), ['Combien coûte la livraison ?', 'Quels sont les délais de livraison ?'])
  t.same(find('quels sont les dél'), ['Quels sont les délais de livraison ?'])
  const both = ['Is delivery free?', 'Delivery: how long?'].map(prepareSuggestion)
  t.same(find('deliv', { language: 'en', from: both }), ['Delivery: how long?', 'Is delivery free?'])
})

t.test('without a word, the first ones', async t => {
  t.same(find('', { limit: 2 }), ['Combien coûte la livraison ?', 'Quels sont les délais de livraison ?'])
  t.same(find(' ?! '), french.slice(0, 5).map(({ text }) => text))
})

t.test('other scripts', async t => {
  const from = ['配送にはどのくらいかかりますか？', 'كم يستغرق التوصيل؟'].map(prepareSuggestion)
  t.same(find('配送', { language: 'und', from }), ['配送にはどのくらいかかりますか？'])
  t.same(find('كم يست', { language: 'und', from }), ['كم يستغرق التوصيل؟'])
})

t.test('every beginning of a question finds it', async () => {
  fc.assert(fc.property(fc.constantFrom(...french), fc.nat(60), (suggestion, length) => {
    const typed = [...suggestion.text].slice(0, length).join('')
    return find(typed).includes(suggestion.text)
  }))
})

t.test('nothing that is typed breaks it', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 10 }), (typed, limit) => {
    const found = find(typed, { limit })
    return found.length <= limit && new Set(found).size === found.length
  }))
})
