// Numbers are read as people say them: groups, dozens, fractions, temperatures below zero, short months, heights and times in words.
import t from 'tap'
import { quantities } from '../../src/language/quantities.ts'
import type { Language } from '../../src/types.ts'

/** Writes quantities short: `money 60..∞`. */
function written (text: string, language: Language): string {
  const end = (value: number) => Number.isFinite(value) ? String(Math.round(value * 1000) / 1000) : value > 0 ? '∞' : '-∞'
  return quantities(text, language).map(({ dimension, low, high }) =>
    `${dimension} ${low === high ? end(low) : `${end(low)}..${end(high)}`}`).join(', ')
}

function reads (name: string, cases: [language: Language, text: string, quantities: string][]): void {
  t.test(name, async t => {
    for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
  })
}

reads('people who come together', [
  ['fr', 'On sera onze à table.', 'person 11'],
  ['fr', 'On est 7', 'person 7'],
  ['en', 'There are nine of us.', 'person 9'],
  ['en', 'the three of us', 'person 3'],
  ['de', 'Wir kommen zu siebt.', 'person 7'],
  ['de', 'zu zweit', 'person 2'],
  ['und', 'Siamo in undici', 'person 11'],
  ['und', 'We zijn met 24.', 'person 24'],
  ['und', 'we komen met z’n vijven', 'person 5'],
  ['de', 'Platz für elf Leute', 'person 11'],
  ['und', 'We zijn met 35 mensen', 'person 35'],
  ['es', 'de 5 a 12 participantes', 'person 5..12'],
  ['fr', 'une partie de 4 à 7 joueurs', 'person 4..7'],
  // None of these is a number of people.
  ['fr', 'On est le 7 mai', 'date 162'],
  ['en', 'two of these', ''],
  ['de', 'Das ist zu acht Euro zu haben.', 'money 8'],
  ['und', 'We zijn met 3 dagen klaar', 'duration 4320'],
])

reads('dozens and the like', [
  ['fr', 'une quinzaine de personnes', 'person 15'],
  ['fr', 'une vingtaine de kilos', 'mass 20000'],
  ['en', 'a dozen people, more than two dozen people', 'person 12, person 24..∞'],
  ['de', 'ab einem Dutzend Personen', 'person 12..∞'],
  ['es', 'una docena de personas', 'person 12'],
  ['und', 'una ventina di persone', 'person 20'],
  ['fr', 'Les œufs sont à 4,10 € la douzaine.', 'money 4.1'],
  ['fr', 'une personne', 'person 1'],
])

reads('percentages, fractions and temperatures', [
  ['en', 'thirty per cent, 15 per cent off', 'percent 30, percent 15'],
  ['es', 'un 12 por ciento', 'percent 12'],
  ['und', 'il 35 per cento', 'percent 35'],
  ['es', 'cien euros por cien personas', 'money 100, person 100'],
  ['de', 'Die Wanderung dauert 3 ½ Stunden.', 'duration 210'],
  ['en', 'a 3/4 inch pipe and a 1 1/2 inch pipe', 'length 19.05, length 38.1'],
  ['en', '1/2 hour', 'duration 30'],
  ['fr', '1/2 litre', 'volume 500'],
  ['en', 'rooms 3/4 of a mile', 'count 3, count 4'],
  ['en', '9/10 points', 'count 9, count 10'],
  ['fr', 'Il gèle : moins 12 degrés', 'temperature -12'],
  ['en', 'below minus 7 °C', 'temperature -∞..-7'],
  ['de', 'minus 25 bis 60 °C', 'temperature -25..60'],
  ['es', 'ocho grados bajo cero', 'temperature -8'],
  ['en', '4 degrees below zero', 'temperature -4'],
  ['fr', 'plus ou moins 3 degrés', 'temperature 3'],
  ['de', 'weniger als 5 Grad', 'temperature -∞..5'],
  ['en', 'minus 5 euros', 'money 5'],
])

reads('limits before articles', [
  ['und', 'sotto gli 11 anni', 'duration -∞..5785559.994'],
  ['und', 'oltre gli 8 kg, fino ai 30 kg', 'mass 8000..∞, mass -∞..30000'],
  ['es', 'antes del 9 de junio, después del 3 de julio', 'date -∞..195, date 220..∞'],
  ['und', 'prima del 9 giugno', 'date -∞..195'],
  ['fr', 'à partir de 11 ans et 1,40 m', 'duration 5785560..∞, length 1400..∞'],
  ['es', 'hasta 2 toneladas y 1,90 m', 'mass -∞..2000000, length -∞..1900'],
  ['en', 'up to 20 kg and 3 bags', 'mass -∞..20000, count 3'],
  ['fr', 'dès 20 €, et 3 kg de pommes', 'money 20..∞, mass 3000'],
])

reads('months and times that are said short', [
  ['en', '5 Nov to 8 Jan', 'date 346..442'],
  ['en', 'Oct 5th', 'date 315'],
  ['de', 'vom 5. Okt. bis 8. Dez.', 'date 315..380'],
  ['fr', 'du 5 oct. au 8 déc. 2027', 'date 315..380'],
  ['es', '5 ago', 'date 253'],
  ['en', '5 set meals', 'count 5'],
  ['fr', '5 mar', 'count 5'],
  ['en', "until 7 o'clock", 'clock -∞..420'],
  ['en', 'Mon-Fri 9-5, Sat 10-4', 'weekday 0..4, clock 540..1020, weekday 5, clock 600..960'],
  ['de', 'Di–So: 10–18', 'weekday 1..6, clock 600..1080'],
  ['es', 'a las ocho y media', 'clock 510'],
  ['de', 'um sieben', 'clock 420'],
  ['und', 'alle nove e mezza', 'clock 570'],
  ['und', 'alle due parti', ''],
  ['en', 'at two locations', ''],
])

reads('durations and heights without a figure or a unit of their own', [
  ['en', 'Can I cancel a week before?', 'duration 10080'],
  ['en', 'park for an hour', 'duration 60'],
  ['en', 'It costs £3 an hour, 5 days a week', 'money 3, duration 7200'],
  ['en', 'a day ticket, a second coat, twice a month', ''],
  ['de', 'Ich bin 1,85 groß', 'length 1850'],
  ['fr', 'Il mesure 1,10', 'length 1100'],
  ['fr', 'Je fais 1m62', 'length 1620'],
  ['fr', 'une table de 2 m 40', 'length 2400'],
  ['fr', '2 m 40 kg', 'length 2000, mass 40000'],
  ['fr', 'Le stylo coûte 1,10', 'count 1.1'],
  ['en', 'My cat is 11, which food?', 'duration 5785560'],
  ['de', 'Mein Pferd ist 9', 'duration 4733640'],
  ['en', 'We have the Cat 6, and dogs are 8', 'count 6, count 8'],
  ['en', 'five nights or more', 'duration 7200..∞'],
  ['de', 'für drei Nächte', 'duration 4320'],
])
