// Measures within a word, inclusive ends, ordinals, groups of people, and figures in units are read as numbers too.
import t from 'tap'
import { quantities } from '../../src/language/quantities.ts'
import { compareQuantities } from '../../src/language/quantity-fit.ts'
import type { Language } from '../../src/types.ts'

/** Writes quantities short: `money 60..∞`. */
function written (text: string, language: Language): string {
  const end = (value: number) => Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : value > 0 ? '∞' : '-∞'
  return quantities(text, language).map(({ dimension, low, high }) =>
    `${dimension} ${low === high ? end(low) : `${end(low)}..${end(high)}`}`).join(', ')
}

t.test('reads the forms of numbers that stand in rules and price lists', async t => {
  const cases: [language: Language, text: string, quantities: string][] = [
    ['de', 'eine siebenjährige Enkelin, ein zweitägiger Lehrgang', 'duration 3681720, duration 2880'],
    ['de', 'Junioren (7 bis einschließlich 11 Jahre)', 'duration 3681720..5785560'],
    ['de', 'vom 40. bis zum 21. Tag die Hälfte, ab dem 6. Tag alles', 'duration 30240..57600, duration 8640..∞'],
    ['de', 'zwischen dem 3. März und dem 12. Mai', 'date 96..167'],
    ['de', 'Es dauert eine Dreiviertelstunde', 'duration 45'],
    ['en', 'free for over-sixties; not for under fours', 'duration 31557600.032..∞, duration -∞..2103839.998'],
    ['en', 'not under 21', 'count 21..∞'],
    ['en', 'children up to and including 13', 'duration -∞..6837480'],
    ['en', 'a family of five', 'person 5'],
    ['en', 'It takes two and a half hours', 'duration 150'],
    ['fr', 'un terrain de 450 m2 et 3m3 de sable', 'area 450, volume 3000000'],
    ['fr', 'fermé le 24/12', 'date 396'],
    ['fr', 'les 3/4 des élèves', 'count 3, count 4'],
    ['und', 'a partir dos 6 anos, até aos 10 anos, das 9h às 19h', 'duration 3155760..∞, duration -∞..5259600, clock 540..1140'],
    ['en', 'Do we have to be out by 10?', 'clock -∞..600'],
  ]
  for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
})

t.test('a number near a child or a relative is an age only over a verb of being, a limit or a comma', async t => {
  const cases: [language: Language, text: string, quantities: string][] = [
    ['en', "Do you have children's shoes in size 28?", 'count 28'],
    ['de', 'Meine Tochter trägt Schuhe in Größe 34', 'count 34'],
    ['en', 'My son is 8 and takes size 34', 'duration 4207680, count 34'],
    ['en', 'ages 3 to 6', 'duration 1577880..3155760'],
    ['fr', 'enfants : pointures 24 à 35', 'count 24..35'],
    ['es', 'zapatos para niños de la talla 28', 'count 28'],
    ['es', 'Los horarios son de 9 a 12.', 'count 9..12'],
    ['de', 'Für Kinder und Jugendliche gilt Tarif 4', 'count 4'],
    ['fr', 'Pour les enfants, prendre le bus 12', 'count 12'],
    ['en', 'Kids eat free at table 6', 'count 6'],
    ['en', 'Your child must be able to swim 25', 'count 25'],
    ['en', 'children 8, family of four 30', 'count 8, count 30'],
    ['en', 'Parents wait in the hall, coffee is free until 12.', 'clock -∞..720'],
    ['en', 'I have two kids, 5 and 8.', 'person 2, duration 2629800, duration 4207680'],
    ['en', 'My son is nearly 3.', 'duration 1577880'],
    ['de', 'Kinder (bis 14) und Jugendliche: 15-17', 'duration -∞..7363440, duration 7889400..8941320'],
    ['fr', 'les enfants jusqu’à 12', 'duration -∞..6311520'],
    ['de', 'Meine Enkelin ist 8, darf sie mit?', 'duration 4207680'],
    ['en', 'My grandson is 7', 'duration 3681720'],
    ['es', 'Mi nieto tiene 6', 'duration 3155760'],
    ['de', 'Unsere Zwillinge sind 5', 'duration 2629800'],
    ['und', 'Mia nipote ha 9', 'duration 4733640'],
    ['und', 'Enkel van 8 tot 12.', 'count 8..12'],
    ['es', 'zapatillas de mujer de 34 a 42', 'count 34..42'],
    ['es', 'zapatos de niño de 28 a 35', 'count 28..35'],
  ]
  for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
})

t.test('the end of a sentence is no range, and an ordinal lasts only as a limit', async t => {
  const cases: [text: string, quantities: string][] = [
    ['Sie wohnen in der Gasse 4. Bis 14 Jahre ist der Eintritt frei.', 'count 4, duration -∞..7363440'],
    ['Abfahrt auf Gleis 3. Alle 20 Minuten', 'count 3, duration 20'],
    ['Kurs für Klasse 5. Alle 2 Wochen', 'count 5, duration 20160'],
    ['Raum 7. Al dente in 9 Minuten', 'count 7, duration 9'],
    ['Die 2. Stunde kostet 5 €', 'count 2, money 5'],
    ['Platz 2. Jahr für Jahr besser', 'count 2'],
    ['Wohnung im 3. Tag und Nacht erreichbar', 'count 3'],
    ['bis zur 3. Stunde frei', 'duration -∞..180'],
  ]
  for (const [text, expected] of cases) t.equal(written(text, 'de'), expected, text)
})

t.test('names of things with a figure are no areas, scales and telephone numbers no dates, sizes and changes no times', async t => {
  const cases: [language: Language, text: string, quantities: string][] = [
    ['en', 'MacBook Air 13 M2', 'count 13'],
    ['en', '10 M3 screws', 'count 10'],
    ['de', 'Schrauben 20 M3 x 16 mm', 'count 20, length 16'],
    ['en', 'exit 14 M3', 'count 14'],
    ['en', 'a plot of 65M2', 'area 65'],
    ['fr', 'une maquette au 1/12e', 'count 1, count 12'],
    ['fr', 'une échelle au 1/10', 'count 1, count 10'],
    ['und', 'in scala al 1/12', 'count 1, count 12'],
    ['fr', 'du 1/10 au 5/11', 'date 311..346'],
    ['fr', 'ouvert le 24/12 10 h', 'date 396, duration 600'],
    ['en', 'Do you print photos in 10 by 15?', 'count 10, count -∞..15'],
    ['en', 'Multiply by 4', 'count -∞..4'],
    ['en', 'It is up by 10.', 'count -∞..10'],
    ['en', 'prices reduced by 20', 'count -∞..20'],
    ['en', 'Kids swim free until 12.', 'duration -∞..6311520'],
    ['en', 'Are you there until 6?', 'clock -∞..360'],
  ]
  for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
  t.notMatch(written('Appelez le 04/12 34 56 78', 'fr'), 'date')
})

t.test('ranges stand between articles of each language, and with inclusive ends', async t => {
  const cases: [language: Language, text: string, quantities: string][] = [
    ['es', 'entre las 9 y las 14 h', 'clock 540..840'],
    ['und', 'tra i 6 e i 12 anni', 'duration 3155760..6311520'],
    ['und', 'tussen de 3 en de 6 jaar', 'duration 1577880..3155760'],
    ['und', 'entre os 6 e os 12 anos', 'duration 3155760..6311520'],
    ['und', 'tra gli 8 e gli 11 anni', 'duration 4207680..5785560'],
    ['de', 'Kinder von 3 bis einschliesslich 6 Jahre', 'duration 1577880..3155760'],
    ['en', 'ages 3 up to and including 6', 'duration 1577880..3155760'],
    ['de', '3 bis und mit 6 Jahre', 'duration 1577880..3155760'],
  ]
  for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
})

t.test('a number fits a size whose unit one of the two leaves out, right behind the same word', async t => {
  const cases: [language: Language, question: string, text: string, fits: number, contradicts: number][] = [
    ['en', 'Is menu 12 vegetarian?', 'Menu: 12 €, with meat', 0, 0],
    ['en', 'Is room 14 quiet?', 'Room, 14 m²', 0, 0],
    ['de', 'Hält Linie 10 am Markt?', 'Linie: 10 Minuten', 0, 0],
    ['de', 'Kostet Parkplatz 3 etwas?', 'Parkplatz 3 € am Tag', 0, 0],
    ['en', 'Is locker 40 free?', 'Locker: 40 cm', 0, 0],
    ['en', 'price of the Heron 7.5 mm', 'Heron 7.5, 40 m', 1, 0],
    ['en', 'price of the Heron 7.5', 'Heron 7.5 mm, 40 m', 1, 0],
    ['en', 'price of the Heron 7.5 mm', 'Heron 9, 40 m', 0, 1],
  ]
  for (const [language, question, text, fits, contradicts] of cases) {
    const { fits: does, contradicts: differs } = compareQuantities(quantities(question, language), quantities(text, language))
    t.same([does, differs], [fits, contradicts], `${question} / ${text}`)
  }
})
