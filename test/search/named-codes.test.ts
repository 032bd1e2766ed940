// A code that no document holds: it is another article's than those that are near it.
import t from 'tap'
import { namesUnknownCode } from '../../src/search/named-codes.ts'
import type { QueryTerm } from '../../src/types.ts'

const unknown = (stem: string): QueryTerm => ({ word: stem, stem, idf: 3, known: false, corrections: [] })
const holding = (stems: string) => [{ stems: ` ${stems} ` }]

t.test('a number of figures alone is an unknown code beside others of its kind', async t => {
  const clips = holding('820417 hose clip 820418 hose clip')
  t.ok(namesUnknownCode([unknown('820419')], clips, 'price of 820419', 'en'))
  t.ok(namesUnknownCode([unknown('820419')], clips, 'price of the clip 820419', 'en'))
  t.ok(namesUnknownCode([unknown('820419')], [], 'price of 820419', 'en'), 'nothing else is asked about')
  t.notOk(namesUnknownCode([unknown('820419')], holding('hose clip of 12 mm'), 'price of the clip 820419', 'en'), 'no code is like it')
  t.notOk(namesUnknownCode([unknown('820419')], holding('up to 82 and 900'), 'price of the clip 820419', 'en'))
  t.notOk(namesUnknownCode([{ ...unknown('820417'), known: true }], clips, 'price of 820417', 'en'))
})

t.test('a number with a unit counts, and names nothing', async t => {
  const incomes = holding('incomes of 23500 euro')
  t.notOk(namesUnknownCode([unknown('23900')], incomes, 'Do 23900 euros of income qualify?', 'en'))
  t.notOk(namesUnknownCode([unknown('4712')], holding('4711 points'), 'I have 4712 points', 'en'))
})

t.test('a short number is one after a word that says so', async t => {
  for (const [language, question] of [
    ['de', 'Was kostet Artikel 4712?'], ['fr', 'prix de la réf. 4712'], ['en', 'item no. 4712'], ['es', 'el código 4712'],
    ['fr', 'le modèle n° 4712'], ['de', 'Bestellnummer: 4712'],
  ] as const) t.ok(namesUnknownCode([unknown('4712')], [], question, language), question)
  t.notOk(namesUnknownCode([unknown('2027')], [], 'le modèle 2027', 'fr'), 'a year')
})

t.test('a code of several numbers is compared with those of the same groups', async t => {
  t.ok(namesUnknownCode([unknown('6120ː09')], holding('6120 07 kabel'), 'Was kostet 6120-09?', 'de'))
  t.notOk(namesUnknownCode([unknown('140ː90')], holding('measured on arrival'), 'My pressure is 140/90', 'en'))
})
