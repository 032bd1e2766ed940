// Measures within a word, inclusive ends, ordinals, groups of people, and figures in units are read as numbers too.
import t from 'tap'
import { quantities } from '../../src/language/quantities.ts'
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
