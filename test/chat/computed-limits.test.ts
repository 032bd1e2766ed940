// Things within a limit and cheap things, asked for without a word for a list: what is told, also of none, and what is left alone.
import t from 'tap'
import { ask, rows, sampleFacts, type Setup } from '../fixtures/computed.ts'

const fjord: Setup = { language: 'en', facts: sampleFacts('fjord-outdoor') }
const nid: Setup = { language: 'fr', facts: sampleFacts('petit-nid') }
const tents: Setup = {
  language: 'de',
  facts: rows([
    { name: 'Zelt Alm', Preis: '199,00 €' }, { name: 'Familienzelt Tal', Preis: '399,00 €' }, { name: 'Schlafsack', Preis: '89,00 €' },
  ]),
}
const boots: Setup = {
  language: 'es', facts: rows([{ name: 'Bota Sierra', Precio: '99,00 €' }, { name: 'Bota Valle', Precio: '79,50 €' }]),
}

t.test('things within a limit need no word for a list', async t => {
  const four =
    /^4 entries \(tents?\):\n\n- Vardheim Skarv 1 Tent \(£189\.00\) \[1\]\n(?:- .*\n){2}- Vardheim Skarv 4 Tent \(£399\.00\) \[4\]$/
  for (const question of [
    'Do you have any tents under £400?', 'tent under £400', 'I\'m looking for a tent for less than £400', 'tents up to 399.50 pounds',
    'Can you show me tents cheaper than £400, please?', 'Hello, I need a tent under 400',
  ]) t.match((await ask(question, fjord))?.text, four, question)
  const more: [string, Setup, string][] = [
    ['rucksacks over £100', fjord,
      '2 entries (rucksacks): Stigfar Dagny 45 Rucksack (£129.00) [1], Stigfar Dagny 65 Rucksack (£189.00) [2].'],
    ['a tent below 2 kg and under £200', fjord, '1 entry (tent): Vardheim Skarv 1 Tent (£189.00) [1].'],
    ['tents for 3 people under £350', fjord, '1 entry (tents, 3 people): Vardheim Skarv 3 Tent (£319.00) [1].'],
    ['des biberons à moins de 9 € ?', nid, '1 fiche (biberons): Biberon anti-colique 150 ml (8,70 €) [1].'],
    ['Auriez-vous un siège auto à moins de 300 € ?', nid, '1 fiche (siège auto): Siège auto coque i-Size 40-85 cm (139,00 €) [1].'],
    ['Ich suche ein Zelt bis 250 €', tents, '1 Eintrag (Zelt): Zelt Alm (199,00 €) [1].'],
    ['¿Tienen unas botas de menos de 90 €?', boots, '1 ficha (botas): Bota Valle (79,50 €) [1].'],
  ]
  for (const [question, setup, says] of more) t.equal((await ask(question, setup))?.text, says, question)
})

t.test('however the list is asked for', async t => {
  const rooms: Setup = { language: 'de', title: 'Preise', texts: ['Zimmer | Preis\nEinzelzimmer | 79 €\nDoppelzimmer | 119 €'] }
  for (const question of [
    'Habt ihr Zimmer unter 100 €?', 'Zimmer unter 100', 'Kann ich ein Zimmer unter 100 € bekommen?', 'Hättet ihr ein Zimmer bis 90 Euro?',
    'Habt ihr etwas unter 100 €?',
  ]) t.equal((await ask(question, rooms))?.text, '1 Eintrag: Einzelzimmer (79 €) [1].', question)
  for (const question of ['Darf mein Hund unter 10 kg mit?', 'Was kostet ein Zimmer für Kinder unter 12?', 'Gibt es Rabatt ab 100 €?']) {
    t.equal(await ask(question, rooms), null, question)
  }
  const menus: Setup = {
    language: 'es', facts: rows([{ name: 'Menú del día', Precio: '14 €' }, { name: 'Menú infantil', Precio: '9 €' }]),
  }
  for (const question of ['¿Hay algún menú por menos de 10 €?', '¿Tienen algo por menos de 10 €?', 'quiero un menú de menos de 10 €']) {
    t.match((await ask(question, menus))?.text, /^1 ficha(?: \(menú\))?: Menú infantil \(9 €\) \[1\]\.$/, question)
  }
  const courses: Setup = { texts: ['Course | Price | Days\nOpen water | £320 | 4 days\nNight dive | £60 | 1 day'], title: 'Courses' }
  for (const question of ['Can I do a course for under £80?', 'courses shorter than 2 days', 'Are there any courses under 100 pounds?']) {
    t.match((await ask(question, courses))?.text, /^1 entry: Night dive/, question)
  }
  for (const question of [
    'courses for children under 12', 'Can my son under 12 do a course?', 'insurance up to £500', 'Is it open before 10?',
  ]) t.equal(await ask(question, courses), null, question)
  t.match((await ask('Est-ce que vous vendez des biberons à moins de 9 euros ?', nid))?.text, /^1 fiche/)
})

t.test('where nothing is within the limit, what comes nearest is told', async t => {
  const cases: [string, Setup, string][] = [
    ['tents under £100', fjord, 'None of them fits: Vardheim Skarv 1 Tent [1] — Price: £189.00, the lowest of 5 entries (tents).'],
    ['Which boots are under £50?', fjord,
      'None of them fits: Hagmark Rask Mid Hiking Boot [1] — Price: £139.00, the lowest of 2 entries (boots).'],
    ['Un lit à plus de 300 € ?', nid,
      'Aucune ne convient : Lit évolutif Clairière 60 × 120 cm [1] — Prix: 289,00 €, la valeur la plus haute sur 1 fiche (lit).'],
    ['Zelte über 500 €', tents, 'Keiner passt: Familienzelt Tal [1] — Preis: 399,00 €, der höchste Wert von 2 Einträgen (Zelte).'],
    ['botas por menos de 50 €', boots,
      'Ninguna cumple el límite: Bota Valle [1] — Precio: 79,50 €, el valor más bajo de 2 fichas (botas).'],
  ]
  for (const [question, setup, says] of cases) t.equal((await ask(question, setup))?.text, says, question)
  t.equal(await ask('tents between £10 and £20', fjord), null, 'of a range no one can say which end is meant')
})

t.test('a limit of something else asks for no list', async t => {
  for (const question of [
    'Is delivery free over £60?', 'Can I pay in instalments over £90?', 'parking under 2 m', 'Do you ship parcels over 30 kg?',
    'waterproof jackets under £150', 'tents up to £250 with a porch', 'a cheaper tent than the Skarv 2 under £300', 'tents for 3 people',
    'Is my son of 3 too young for tents under £300?',
  ]) t.equal(await ask(question, fjord), null, question)
})

t.test('of cheap things the cheapest is told', async t => {
  const cases: [string, Setup, string][] = [
    ['Do you have cheap tents?', fjord, 'Vardheim Skarv 1 Tent [1] — Price: £189.00, the lowest of 5 entries (tents).'],
    ['Avez-vous une poussette pas trop chère ?', nid,
      'Poussette citadine Moineau [1] — Prix: 229,00 €, la valeur la plus basse parmi 3 fiches (poussette).'],
    ['ein günstiges Zelt', tents, 'Zelt Alm [1] — Preis: 199,00 €, der niedrigste Wert von 2 Einträgen (Zelt).'],
    ['¿Tienen botas baratas?', boots, 'Bota Valle [1] — Precio: 79,50 €, el valor más bajo de 2 fichas (botas).'],
  ]
  for (const [question, setup, says] of cases) t.equal((await ask(question, setup))?.text, says, question)
  const others: [string, Setup][] = [
    ['Is delivery cheap?', fjord], ['Is there a cheaper tent?', fjord], ['Vous avez moins cher ?', nid],
    ['Gibt es das Zelt auch günstiger?', tents], ['una bota más barata', boots],
  ]
  for (const [question, setup] of others) t.equal(await ask(question, setup), null, question)
})
