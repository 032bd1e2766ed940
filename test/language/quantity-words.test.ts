// Numbers are read as people say them: groups, dozens, fractions, temperatures below zero, short months, heights and times in words.
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

function reads (name: string, cases: [language: Language, text: string, quantities: string][]): void {
  t.test(name, async t => {
    for (const [language, text, expected] of cases) t.equal(written(text, language), expected, text)
  })
}

reads('people who come together', [
  ['fr', 'On sera onze à table.', 'person 11'],
  ['fr', 'On est 7', 'person 7'],
  ['fr', 'On est 7 sur un emplacement', 'person 7'],
  ['fr', 'on vient à 7', 'person 7'],
  ['de', 'Wir kommen zu 4 in den Saal', 'person 4'],
  ['es', 'vamos a ser 9 en la mesa', 'person 9'],
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
  ['en', 'The deposit will be 35 for members', 'count 35'],
  ['en', 'My daughter will be 8 in June', 'count 8, date 187..217'],
  ['en', 'We will be 14 for supper', 'person 14'],
  ['en', 'two of these', ''],
  ['de', 'Das ist zu acht Euro zu haben.', 'money 8'],
  ['de', 'Wir laden zu acht Abenden ein.', ''],
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
  ['de', '3 Dutzend Gläser', 'count 3'],
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
  ['de', '3/4 Stunde', 'duration 45'],
  ['en', '2 1/2 days', 'duration 3600'],
  // Two numbers with a slash are a range of most units.
  ['fr', 'Réponse sous 2/3 jours', 'duration -∞..2880, duration 4320'],
  ['fr', 'éveil 3/4 ans', 'duration 1577880, duration 2103840'],
  ['fr', 'un body 3/8 mois', 'duration 131490, duration 350640'],
  ['de', 'Kinder von 3/4 Jahren', 'duration 1577880, duration 2103840'],
  ['en', 'repaired in 1/2 weeks', 'duration 10080, duration 20160'],
  ['fr', 'un lapin de 2/3 kg', 'mass 2000, mass 3000'],
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
  ['es', '¿Abren a las cinco?', 'clock 300'],
  ['es', 'a las tres de la tarde', 'clock 900'],
  ['und', 'alle due parti', ''],
  ['en', 'at two locations', ''],
  ['en', 'a discount at three or more', 'count 3..∞'],
  ['es', '¿Cuánto pesan las cuatro?', ''],
  ['es', '¿Tenéis las dos de madera?', ''],
  ['und', 'alle drie de fietsen', ''],
  ['und', 'We huren ze alle vier', ''],
  ['en', 'APR 24 months', 'duration 1051920'],
  ['en', '6 dec brushes, 4 sep tanks', 'count 6, count 4'],
  ['en', 'closed 24 Dec and 26 Dec', 'date 396, date 398'],
  ['en', 'Saturday 3–5 tickets', 'weekday 5, count 3..5'],
  ['es', '¿Valen lo mismo las seis?', ''],
  ['de', 'Sonntag 6 bis 10 Plätze', 'weekday 6, count 6..10'],
  ['de', 'Kann ich das so 3-4 mal waschen?', 'weekday 6, count 3..4'],
  ['und', 'Ma 9-12', 'weekday 0, clock 540..720'],
  ['und', 'ma 2-4', 'weekday 0, count 2..4'],
  ['es', 'mar 2 a 6', 'count 2..6'],
  ['fr', 'lun-ven 9-18', 'weekday 0..4, clock 540..1080'],
])

reads('durations and heights without a figure or a unit of their own', [
  ['en', 'Can I cancel a week before?', 'duration 10080'],
  ['en', 'collected within an hour', 'duration -∞..60'],
  ['en', 'Can I change it a day in advance?', 'duration 1440'],
  // A price is told for these.
  ['en', 'How much is it an hour?', ''],
  ['en', 'How much for a month?', ''],
  ['en', 'Is it cheaper for a day? What does a night cost?', ''],
  ['en', 'How much a night in July?', 'date 218..248'],
  ['en', 'It costs £3 an hour, 5 days a week', 'money 3, duration 7200'],
  ['en', 'a day ticket, a second coat, twice a month', ''],
  ['de', 'Ich bin 1,85 groß', 'length 1850'],
  ['fr', 'Il mesure 1,10', 'length 1100'],
  ['fr', 'Je fais 1m62', 'length 1620'],
  ['fr', 'une table de 2 m 40', 'length 2400'],
  ['fr', '2 m 40 kg', 'length 2000, mass 40000'],
  // Behind a metre a verb follows its hundredths, and whatever is counted follows a number of its own.
  ['en', 'A rail of 3 m 20 costs £9', 'length 3200, money 9'],
  ['fr', 'Une perche de 4 m 50 coûte 12 €', 'length 4500, money 12'],
  ['de', 'Die Leiter mit 2m80 kostet 60 €', 'length 2800, money 60'],
  ['de', 'Ist das Brett 1m20 lang?', 'length 1200'],
  ['en', 'a 1m80 fence', 'length 1800'],
  ['en', 'Rolls of 3 m 12 pieces', 'length 3000, count 12'],
  ['fr', 'une corde de 5 m 20 mousquetons', 'length 5000, count 20'],
  ['de', 'Kabel 5 m 10 Stück', 'length 5000, count 10'],
  ['es', 'cuerda 5 m 10 ganchos', 'length 5000, count 10'],
  ['fr', 'adulte 12 € 10 de réduction', 'money 12, count 10'],
  ['en', '5 m 7 is the code', 'length 5000, count 7'],
  ['fr', 'Le stylo coûte 1,10', 'count 1.1'],
  ['en', 'My cat is 11, which food?', 'duration 5785560'],
  ['de', 'Mein Pferd ist 9', 'duration 4733640'],
  ['en', 'We have the Cat 6, and dogs are 8', 'count 6, count 8'],
  ['en', 'five nights or more', 'duration 7200..∞'],
  ['de', 'für drei Nächte', 'duration 4320'],
])

reads('working days are a part of the week, and one week is another thing', [
  ['de', 'Habt ihr unter der Woche offen?', 'weekday 0..4'],
  ['de', 'Unter der Woche öffnen wir um 9 Uhr', 'weekday 0..4, clock 540'],
  ['fr', 'ouvert en semaine ?', 'weekday 0..4'],
  ['fr', 'En semaine : 9 h - 18 h', 'weekday 0..4, clock 540..1080'],
  ['en', 'How much is it during the week?', 'weekday 0..4'],
  ['es', '¿Abren entre semana?', 'weekday 0..4'],
  ['und', 'Zijn jullie door de week open?', 'weekday 0..4'],
  ['und', 'Aprite in settimana?', 'weekday 0..4'],
  ['en', 'during the week of 5 May', 'date 160'],
  ['en', 'during the week before the fair', ''],
  ['en', 'during the week from 3 May', 'date 158..∞'],
  ['en', 'Can I change it during the week 12?', 'count 12'],
  ['en', 'the week, a weekly ticket, this week, next week, all week', ''],
  ['en', 'How much is the week?', ''],
  ['fr', 'louer en semaine complète', ''],
  ['fr', 'la semaine du 5 mai', 'date 160'],
  ['fr', 'en semaine 32', 'count 32'],
  ['fr', 'par semaine, la semaine prochaine, une semaine', 'duration 10080'],
  ['fr', 'tarif semaine', ''],
  ['de', 'eine Woche lang, pro Woche, in der Woche vor Ostern', 'duration 10080'],
  ['de', 'unter der Woche vom 3. Mai', 'date 158'],
  ['de', 'Die Woche kostet 90 €', 'money 90'],
  ['de', 'nächste Woche, unter der Brücke', ''],
  ['es', 'la semana santa, una semana', 'duration 10080'],
  ['es', 'entre semana y semana', 'weekday 0..4'],
  ['und', 'in settimana bianca', ''],
  ['und', 'durante la settimana di Pasqua', ''],
  ['und', 'op de weg door de weekmarkt', ''],
  ['und', 'per settimana, la settimana prossima', ''],
  ['und', 'durante a semana do festival', ''],
])

t.test('an amount in words contradicts no number, and a stay is compared with stays only', async t => {
  const compare = (asked: string, held: string, language: Language = 'en') =>
    compareQuantities(quantities(asked, language), quantities(held, language))
  t.equal(compare('a table for a dozen people', 'The terrace seats 80 people').contradicts, 0)
  t.equal(compare('We stay 4 nights', 'Cancel up to 6 days before').fits, 0)
  t.equal(compare('We stay 4 nights', 'at least 3 nights').fits, 1)
  t.equal(compare('My daughter will be 8 in June', 'Groups of 15 people').contradicts, 0)
  t.equal(compare('mon fils a 4 ans', 'Éveil : 4/5 ans', 'fr').fits, 1)
  t.equal(compare('in less than 2 days', 'repaired in 3/4 days').fits, 0)
})
