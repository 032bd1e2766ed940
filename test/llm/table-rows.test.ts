// A row of a table is quoted with the names of its columns, under its heading; of a wide one the columns that are asked for.
import t from 'tap'
import { isNamedAs } from '../../src/language/answer-types.ts'
import { createExtractiveModel } from '../../src/llm/extractive.ts'
import { analyzeQuestion } from '../../src/language/analyze.ts'
import { stemAll } from '../../src/language/words.ts'
import type { FoundPassage } from '../../src/types.ts'

type Given = Partial<Pick<FoundPassage, 'heading' | 'title' | 'fields'>>

async function answer (
  question: string, text: string, { heading = 'Rental', title = 'Boatyard', fields = [] }: Given = {}
): Promise<string> {
  const stems = ` ${stemAll([title, heading, ...fields.map(([, value]) => value), text].join('\n'), 'en').join(' ')} `
  const terms = analyzeQuestion(question, 'en', 'en').words.map(({ surface: word, stem }) =>
    ({ word, stem, idf: 1, known: stems.includes(` ${stem} `), corrections: [] }))
  const passage: FoundPassage = {
    id: 'pages/a', index: 'pages', title, heading, text, url: '', fields, score: 1, similarity: null, stems,
    matched: terms.flatMap(({ stem }, i) => stems.includes(` ${stem} `) ? [i] : []),
  }
  let written = ''
  const request = { question, language: 'en', documentsLanguage: 'en', terms, maxTokens: 100, temperature: 0 } as const
  const { stream } = createExtractiveModel()
  await stream({ ...request, messages: [], passages: [passage], signal: new AbortController().signal }, text => {
    written += text
    return false
  })
  return written
}

const table = 'Boat | Low season | High season\nTern | 12 € | 19 €\nKittiwake | 22 € | 35 €'

t.test('a row says what its values are', async t => {
  t.equal((await answer('How much is the Tern in low season?', table)).split('\n')[0], 'Rental — Boat: Tern; Low season: 12 € [1]')
  t.equal((await answer('How much is the Kittiwake?', table)).split('\n')[0],
    'Rental — Boat: Kittiwake; Low season: 22 €; High season: 35 € [1]')
  t.equal((await answer('How much is the Tern?', table, { heading: '' })).split('\n')[0],
    'Boatyard — Boat: Tern; Low season: 12 €; High season: 19 € [1]')
})

t.test('rows about other things are not quoted beside the one that is asked for', async t => {
  t.equal(await answer('How much is the Tern in low season?', table), 'Rental — Boat: Tern; Low season: 12 € [1]')
  t.match(await answer('prices in high season', table), /High season: 19 €[^]*High season: 35 €/, 'no row is asked for')
})

t.test('the names of the columns alone are no answer', async t => {
  t.notMatch(await answer('boat low season high season', table), /Boat \| Low season/)
})

t.test('the cell that the number of a question is compared with is quoted beside the columns that are named', async t => {
  const ages = 'Class | Least age | What you may ride\nM | 15 years | Scooter\nQ | 24 years | Quad'
  t.match(await answer('My niece is 16, may she ride a scooter?', ages), /Least age: 15 years; What you may ride: Scooter/)
})

t.test('a number without a unit is what the name of its column says', async t => {
  const fees = 'Workshop | Room | Fee\nBookbinding | 12 | 95\nMarbling | 4 | 60'
  t.match(await answer('What does the marbling workshop cost?', fees), /Workshop: Marbling[^\n]*Fee: 60/)
  t.notOk(isNamedAs('price', 'Room', '12', 'en'))
  t.notOk(isNamedAs('price', 'Fee', 'on request', 'en'), 'no number')
  for (const [type, label, language] of [
    ['price', 'Tarif (€)', 'fr'], ['price', 'Miete', 'de'], ['price', 'Cuota', 'es'], ['price', 'Prijs', 'und'], ['weight', 'Poids', 'fr'],
    ['length', 'Longitud', 'es'],
  ] as const) t.ok(isNamedAs(type, label, '1 250,50', language), label)
})

t.test('of an article that is named by its code, the code is not said again before what is asked for', async t => {
  const fields: FoundPassage['fields'] = [['Code', 'RV.40.2'], ['Flow', '900 l/h'], ['Price', '£39']]
  const valve = { title: 'Brass valve', heading: '', fields }
  t.equal((await answer('What is the flow of the RV.40.2?', '', valve)).split('\n')[0], 'Brass valve — Flow: 900 l/h [1]')
  t.equal(await answer('rv40.2', '', valve), 'Brass valve — Code: RV.40.2 [1]\nPrice: £39 [1]\nFlow: 900 l/h [1]')
  t.match(await answer('Do you have RV.40.2?', '', { ...valve, fields: [['Code', 'RV.40.2']] }), /RV\.40\.2/)
})

t.test('the row that names the thing comes before one whose value looks more like an answer', async t => {
  const services = 'Service | Takes | Price\nPick-up | at once | free\nTown | 2 to 3 days | 4 €\nNext day | by noon | 9 €'
  t.equal((await answer('How long does next day take?', services)).split('\n')[0], 'Rental — Service: Next day; Takes: by noon [1]')
})

t.test('of rows with ranges the one that the number fits comes first', async t => {
  const berths = ' | Day | Week\nUp to 6 m | 11 € | 60 €\n6 to 9 m | 16 € | 88 €\nOver 9 m | 25 € | 140 €'
  t.match((await answer('How much is a week for a boat of 8 m?', berths)).split('\n')[0], /6 to 9 m; Week: 88 €/)
  t.match((await answer('What is a day for a boat over 10 m?', berths)).split('\n')[0], /Over 9 m; Day: 25 €/)
})

t.test('a row does not come first because its price is the number of the question', async t => {
  const visits = 'Party | Price\nGroup of 4 to 8 people | 40 €\nGroup, further people, each | 5 €'
  t.match((await answer('What does a group of 5 people pay?', visits)).split('\n')[0], /4 to 8 people; Price: 40 €/)
})
