// A code that no document holds: it is another article's than those that are near it.
import t from 'tap'
import { codePositions, namesUnknownCode } from '../../src/search/named-codes.ts'
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

t.test('the number of a place, of what is the asker\'s own, or a round amount, is no article', async t => {
  const near = holding('10115 berlin 75011 paris 45120 20500')
  for (const [language, stem, question] of [
    ['de', '10117', 'Liefert ihr auch nach 10117 Berlin?'], ['fr', '75012', 'Livrez-vous à 75012 Paris ?'],
    ['en', '90210', 'Do you ship to zip code 90210?'], ['en', '45123', 'Where is my order 45123?'],
    ['en', '45123', 'How do I return order no. 45123?'], ['fr', '45123', 'retour de la commande n° 45123'],
    ['de', '45123', 'Ich möchte meine Bestellung 45123 zurückgeben'], ['de', '4711', 'Kunden-Nr. 4711: wie kündige ich?'],
    ['en', '204', 'breakfast in room number 204'], ['en', '20000', 'How much for 20000?'],
    ['en', '256', 'Is the refurbished 256 in stock?'],
  ] as const) t.notOk(namesUnknownCode([unknown(stem)], near, question, language), question)
  t.ok(namesUnknownCode([unknown('45123')], [], 'Can I order 45123?', 'en'), 'an article is ordered, too')
  const held = { ...unknown('75011'), known: true }
  t.same(codePositions([held], 'Are there pizzas in 75011?', 'en'), [], 'the place of every passage with the address is no answer')
  t.same(codePositions([held], 'price of 75011', 'en'), [0])
})

t.test('figures before letters are a code like others', async t => {
  t.ok(namesUnknownCode([unknown('220ː15b')], [], 'price of 220-15B', 'en'))
})

t.test('a code that is typed with blanks is unknown beside others of its letters', async t => {
  const terms = [{ ...unknown('vt'), known: true }, unknown('65')]
  const held = holding('valve vt 40 vt40 vt 80 vt80')
  t.ok(namesUnknownCode(terms, held, 'price vt 65', 'en'))
  t.ok(namesUnknownCode(terms, holding('vt 40 k vt40 vt40k'), 'how much is vt 65 k', 'en'))
  t.notOk(namesUnknownCode(terms, holding('valve of 40 mm'), 'price vt 65', 'en'), 'no code is like it')
  t.notOk(namesUnknownCode([{ ...unknown('vt80'), known: true }], held, 'price vt 80', 'en'))
  t.notOk(namesUnknownCode(terms, holding('le40 le80'), 'le 65', 'fr'), 'an article')
  t.notOk(namesUnknownCode(terms, held, 'two valves for 65', 'en'))
  const both = [...held, ...holding('valve vt 65')]
  const known = ['vt', '65'].map(word => ({ ...unknown(word), known: true }))
  t.notOk(namesUnknownCode(known, both, 'vt 65', 'en'), 'it is written so too')
})
