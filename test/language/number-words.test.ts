// Numbers that are written as words have their value, in one word or several.
import t from 'tap'
import { numberPhrase, numberWord } from '../../src/language/number-words.ts'

function valueOf (text: string): number | null {
  const parts = [...text.matchAll(/\p{L}+|-/gu)].map(({ 0: part, index }) => (
    { text: part, isGlued: index > 0 && text[index - 1] !== ' ' }))
  const phrase = numberPhrase(parts, 0)
  return phrase?.length === parts.length ? phrase.value : null
}

t.test('the words of a number make one value', async t => {
  const cases: [string, number][] = [
    ['dix-sept', 17], ['dix huit', 18], ['quarante-six', 46], ['cinquante et un', 51], ['soixante et onze', 71], ['soixante-dix-huit', 78],
    ['quatre-vingts', 80], ['quatre-vingt-trois', 83], ['quatre-vingt-dix-neuf', 99], ['cent vingt', 120], ['trois cents', 300],
    ['deux cent quarante', 240], ['mille deux cents', 1200], ['deux mille', 2000],
    ['thirty-one', 31], ['ninety nine', 99], ['four hundred and six', 406], ['six thousand two hundred', 6200],
    ['siebenundachtzig', 87], ['dreihundert', 300], ['dreihundertfünfzig', 350], ['zweieinhalb', 2.5],
    ['veintiséis', 26], ['cuarenta y ocho', 48], ['ciento diez', 110], ['quinientas', 500], ['tres mil', 3000],
    ['ventuno', 21], ['trentotto', 38], ['ottantasette', 87], ['seicento', 600],
    ['achtenveertig', 48], ['drieënzestig', 63], ['vierhonderd', 400],
  ]
  for (const [text, value] of cases) t.equal(valueOf(text), value, text)
})

t.test('words beside one another that make no number stay apart', async t => {
  for (const text of ['deux trois', 'ten twenty', 'vingt et trente', 'fünf zehn', 'treinta y veinte']) t.equal(valueOf(text), null, text)
})

t.test('other words are no numbers', async t => {
  for (const word of ['wichtig', 'hundertprozentig', 'ventilation', 'centre', 'cuarentena', 'venture', 'dixième', 'clients', 'orienta']) {
    t.equal(numberWord(word), undefined, word)
  }
})
