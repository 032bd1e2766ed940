// Words that say the same in any organisation, and none that mean other things too.
import t from 'tap'
import { synonymStems } from '../../src/language/synonyms.ts'
import { stem } from '../../src/language/words.ts'
import type { Language } from '../../src/types.ts'

const areSynonyms = (a: string, b: string, language: Language) =>
  [b, stem(b, language)].some(word => synonymStems(stem(a, language), a, language).includes(word))

t.test('words that say the same are known', async t => {
  for (const [language, a, b] of [
    ['en', 'lift', 'elevator'], ['en', 'terminate', 'cancellation'], ['en', 'fare', 'ticket'], ['fr', 'crever', 'crevaison'],
    ['de', 'ticket', 'eintrittskarte'],
  ] as [Language, string, string][]) t.ok(areSynonyms(a, b, language), `${a} ${b}`)
})

t.test('words that are other things too are none', async t => {
  for (const [language, a, b] of [
    ['fr', 'pneu', 'crevaison'], ['fr', 'reprise', 'rembourser'], ['fr', 'entree', 'billet'], ['en', 'return', 'refund'],
    ['en', 'entry', 'fare'], ['en', 'notice', 'cancel'], ['es', 'entrada', 'billete'], ['de', 'karte', 'ticket'],
  ] as [Language, string, string][]) t.notOk(areSynonyms(a, b, language), `${a} ${b}`)
})

t.test('a cat is an animal, and no dog; units are known by their short names', async t => {
  for (const [language, a, b] of [
    ['fr', 'chat', 'animaux'], ['en', 'cat', 'pets'], ['de', 'katze', 'haustiere'], ['fr', 'km', 'kilometre'], ['es', 'kilo', 'kg'],
  ] as [Language, string, string][]) t.ok(areSynonyms(a, b, language), `${a} ${b}`)
  for (const [language, a, b] of [['fr', 'chat', 'chien'], ['en', 'cat', 'dog'], ['de', 'katze', 'hund']] as [Language, string, string][]) {
    t.notOk(areSynonyms(a, b, language), `${a} ${b}`)
  }
})
