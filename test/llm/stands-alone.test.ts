// A quoted sentence that begins with a word for what was just named comes with the sentence before it.
import t from 'tap'
import { isAnaphoric, standingAlone } from '../../src/llm/stands-alone.ts'
import type { RankedUnit } from '../../src/llm/ranked-unit.ts'
import type { Language } from '../../src/types.ts'
import { passage } from '../fixtures/app-parts.ts'

/** Quotes units of one passage, and returns what is shown. */
function shown (text: string, quoted: string[], language: Language = 'en', kind: 'sentence' | 'fact' = 'sentence'): string[] {
  const units = quoted.map(text => ({ text, kind, label: '', passage: 0 }) as unknown as RankedUnit)
  const grounding = { question: '', language, documentsLanguage: language, terms: [], passages: [passage({ text })] }
  return standingAlone(units, grounding).map(unit => unit.text)
}

t.test('a sentence about "it" comes with the one that names it', async t => {
  const text = 'We open at nine. The sauna is in the basement. It costs 12 € for two hours.\n\nThey are closed in May.'
  t.same(shown(text, ['It costs 12 € for two hours.']), ['The sauna is in the basement. It costs 12 € for two hours.'])
  t.same(shown(text, ['We open at nine.', 'It costs 12 € for two hours.']),
    ['We open at nine.', 'The sauna is in the basement. It costs 12 € for two hours.'])
  t.same(shown(text, ['They are closed in May.']), ['They are closed in May.'], 'another paragraph')
  t.same(shown('It costs 12 €. More.', ['It costs 12 €.']), ['It costs 12 €.'], 'nothing is before it')
})

t.test('nothing is quoted twice', async t => {
  const text = 'The sauna is in the basement. It costs 12 €.'
  t.same(shown(text, ['It costs 12 €.', 'The sauna is in the basement.']), [text])
  t.same(shown(text, ['The sauna is in the basement.', 'It costs 12 €.']), ['The sauna is in the basement.', 'It costs 12 €.'])
  t.same(shown('', ['Price: 9 €', 'Price: 9 €'], 'en', 'fact'), ['Price: 9 €', 'Price: 9 €'], 'facts are of several things')
})

t.test('a list, a heading and a long story are not put before it', async t => {
  t.same(shown('Our sauna\nIt costs 12 €.', ['It costs 12 €.']), ['It costs 12 €.'])
  const story = `The sauna ${'was built long ago and '.repeat(12)}still stands.`
  t.same(shown(`${story} It costs 12 €.`, ['It costs 12 €.']), ['It costs 12 €.'])
})

t.test('words that stand for nothing need no sentence before them', async t => {
  const cases: [Language, string[], string[]][] = [
    ['en', ['It is heated.', 'They fit all bikes.', 'This ticket is valid for a day.', 'Its roof is green.'],
      ['It is possible to pay later.', 'It takes an hour.', 'This page is about us.', 'Itineraries are free.', 'There is a car park.']],
    ['fr', ['Il dure deux heures.', 'Cette formule coûte 12 €.', 'Elles sont fermées.', 'Leur prix varie.'],
      ['Il faut réserver.', 'Il y a un parking.', 'Il est possible de payer.',
        'Cette page parle de nous.', 'Le bar est ouvert.', "Il n'y en a pas."]],
    ['de', ['Er dauert zwei Stunden.', 'Diese kostet 12 €.', 'Sie ist gratis.', 'Es hat vier Zimmer.'],
      ['Es gibt Parkplätze.', 'Sie können bar zahlen.', 'Sie sind willkommen.',
        'Es ist möglich.', 'Die Bar ist offen.', 'Ihre Karte gilt.']],
    ['es', ['Este servicio cuesta 12 €.', 'Ella abre a las dos.', 'Su precio es de 3 €.'],
      ['Esta página habla de nosotros.', 'El bar está abierto.', 'Hay aparcamiento.']],
    ['und', ['Questo corso dura due ore.', 'Deze kamer kost 80 €.', 'Esta sala abre às dez.'],
      ['Il bar è aperto.', 'Het kost 3 €.', 'O bar abre.']],
  ]
  for (const [language, anaphoric, others] of cases) {
    for (const sentence of anaphoric) t.ok(isAnaphoric(sentence, language), sentence)
    for (const sentence of others) t.notOk(isAnaphoric(sentence, language), sentence)
  }
})
