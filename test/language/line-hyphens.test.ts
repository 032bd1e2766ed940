// Words that a line end divides are joined, and a word's own hyphen stays.
import t from 'tap'
import { joinDividedWords, seamAtHyphen, writtenWords } from '../../src/language/line-hyphens.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const none = writtenWords([])

t.test('joins what a printer divided, in every language', async t => {
  for (const [text, whole] of [
    ['die Öff-\nnungszeiten', 'die Öffnungszeiten'], ['une répa-\nration', 'une réparation'], ['the ship-\nment', 'the shipment'],
    ['la devo-\nlución', 'la devolución'], ['la consegna gra-\n  tuita', 'la consegna gratuita'], ['de leve-\nring', 'de levering'],
  ] as const) t.equal(joinDividedWords(text, none), whole)
})

t.test('keeps the hyphen of a word that has one', async t => {
  for (const [text, whole] of [
    ['un porte-\nvélo', 'un porte-vélo'], ['avez-\nvous', 'avez-vous'], ['Nordrhein-\nWestfalen', 'Nordrhein-Westfalen'],
    ['a well-\nlit room', 'a well-lit room'], ['up-to-\ndate', 'up-to-date'], ['E-\nMail', 'E-Mail'],
  ] as const) t.equal(joinDividedWords(text, none), whole)
})

t.test('the rest of the document tells how a word is written', async t => {
  t.equal(joinDividedWords('un cerf-\nvolant', writtenWords(['Le cerf-volant bleu'])), 'un cerf-volant')
  const french = writtenWords(['Les bateaux sont à quai, les vélos dans une cour pour la nuit.'])
  for (const [text, whole] of [
    ['des bateaux-\nmouches', 'des bateaux-mouches'], ['les portes-\nfenêtres', 'les portes-fenêtres'],
    ['les pres-\ntations', 'les prestations'],
    ['le contex-\nte', 'le contexte'], ['les adres-\nses', 'les adresses'],
  ] as const) t.equal(joinDividedWords(text, french), whole)
  t.equal(joinDividedWords('der Jahres-\nbeitrag', writtenWords(['Der Beitrag für das Jahr'])), 'der Jahresbeitrag')
  t.equal(joinDividedWords('ein Garten-\nhaus', writtenWords(['Der Garten und das Haus'])), 'ein Gartenhaus')
  t.equal(joinDividedWords('a dealer-\nfitted part', writtenWords(['Your dealer has it fitted.'])), 'a dealer-fitted part')
  t.equal(joinDividedWords('die Sous-\nchefin', writtenWords(['Die Souschefin kocht'])), 'die Souschefin')
})

t.test('leaves halves of compounds, lists and dashes alone', async t => {
  for (const text of ['Ein-\nund Ausgang', 'Preis -\nnetto', '- eins\n- zwei', 'seit 2020-\n2024']) {
    t.equal(joinDividedWords(text, none), text)
  }
  t.equal(seamAtHyphen('Vor-', 'und Nachteile', none), '- ')
  t.equal(seamAtHyphen('Liefer-', 'frist', none), '')
})

t.test('joins a word that is divided twice, also where a part of it looks like "und"', async t => {
  t.equal(joinDividedWords('zu-\nund-\nporten', none), 'zuundporten')
  t.equal(joinDividedWords('Zu-\nfrie-\nden-\nheit', none), 'Zufriedenheit')
  t.equal(joinDividedWords('Lie-\nfer-\nzeit', writtenWords(['die Lieferzeit'])), 'Lieferzeit')
  t.equal(joinDividedWords('Ein-\nund Aus-\ngang', none), 'Ein-\nund Ausgang')
})

t.test('loses no letter, and joining again changes nothing', async t => {
  const piece = fc.constantFrom('Liefer', 'zeit', 'porte', '-\n', '\n', ' ', '- ', 'und', 'Mail', '3', '.')
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
    const text = pieces.join('')
    const joined = joinDividedWords(text, none)
    if (joined.replace(/[\s-]/g, '') !== text.replace(/[\s-]/g, '')) throw new Error(JSON.stringify(joined))
    if (joinDividedWords(joined, none) !== joined) throw new Error(`again: ${JSON.stringify(joined)}`)
  }), propertyRuns(300, { seed: 20260301 }))
  t.pass()
})
