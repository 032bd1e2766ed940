// Reads tables as offices export them: titles, units, years, mixed delimiters, and no names at all.
import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { endsOfLines, plainLines } from '../../../src/ingest/formats/csv-plain.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import type { FieldMapping } from '../../../src/types.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }
const anything: FieldMapping = { text: [] }

/** Returns the cells of each document by their columns: text that has no column under `text`. */
async function rows (csv: string, mapping = anything): Promise<Record<string, string>[]> {
  const documents = await Array.fromAsync(readFile(Buffer.from(csv), { name: 'boats.csv', mapping }, limits))
  return documents.map(({ title, fields, sections }) => ({
    text: sections.map(({ text }) => text).join(' ') || title, ...Object.fromEntries(fields),
  }))
}

const expected = [
  { text: 'Pedalo', Boat: 'Pedalo', Length: '3 m', Price: '19,50 €' }, { text: 'Canoe', Boat: 'Canoe', Length: '5 m', Price: '24,00 €' },
]
const table = 'Boat;Length;Price\nPedalo;3 m;19,50 €\nCanoe;5 m;24,00 €\n'

t.test('the delimiter that the first line declares is used, and the line is no row', async t => {
  t.same(await rows(`sep=;\n${table}`), expected)
  t.same(await rows(`\uFEFF"sep=;"\r\n${table}`), expected)
  t.same(await rows(`sep=#\n${table.replaceAll(';', '#')}`), expected)
  t.same(await rows(`sep=\\t\n${table.replaceAll(';', '\t')}`), expected)
})

t.test('titles, notes and blank rows above the names are no rows; they are kept as a text', async t => {
  for (const above of ['Boats of May 2024;;\n;;\n', 'Boats of May 2024\n\n', 'Boats of May 2024;;\n"All prices; with tax";;\n;;\n']) {
    const [first, second, head] = await rows(above + table)
    t.same([first, second], expected, above)
    t.match(head!.text, /^Boats of May 2024/)
  }
  const [row] = await rows('Valid from;1 May;;\nNo;Boat;Length;Price\n1;Pedalo;3 m;19 €\n2;Canoe;5 m;24 €\n')
  t.match(row, { text: 'Pedalo', Length: '3 m' })
})

t.test('units below the names belong to the values', async t => {
  t.same(await rows('Boat;Length;Price\n;m;€\nPedalo;3;19,50\nCanoe;5;24,00\n'), expected)
  t.same(await rows('Boat;Length;Price\nUnit;(m);[€]\nPedalo;3;19,50\nCanoe;5;24,00\n'), expected)
  t.equal((await rows('Shirt;Cut\nS;M\nM;L\n')).length, 2, 'sizes are no units')
})

t.test('years, sizes and measures name columns', async t => {
  t.match(await rows('Pass;2021;2022\nDay;31,00 €;33,00 €\nWeek;120,00 €;130,00 €\n'), [
    { text: 'Day', 2021: '31,00 €', 2022: '33,00 €' }, { text: 'Week', 2022: '130,00 €' }
  ])
  t.match(await rows('Guests;2021;2022\nAdults;1400;1600\nChildren;300;320\n'), [{ text: 'Adults', 2021: '1400' }, { text: 'Children' }])
  t.match(await rows('Month;2021;2022\nMay;2010;2040\nJune;1500;1600\n'), [{ text: 'May', 2021: '2010' }, { text: 'June' }])
  t.match(await rows('Vest;40;42;44\nRed;3;0;7\nBlue;1;1;2\n'), [{ text: 'Red', 42: '0', 44: '7' }, { text: 'Blue' }])
  t.match(await rows('Parcel;5 kg;10 kg\nFrance;6 €;9 €\nSpain;8 €;12 €\n'), [{ text: 'France', '10 kg': '9 €' }, { text: 'Spain' }])
})

t.test('names that stand above several columns are part of their names', async t => {
  t.match(await rows(';Summer;;Winter;\nBoat;Hour;Day;Hour;Day\nPedalo;19 €;80 €;12 €;50 €\nCanoe;24 €;90 €;15 €;60 €\n'), [
    { text: 'Pedalo', 'Summer Hour': '19 €', 'Winter Day': '50 €' }, { text: 'Canoe' }
  ])
})

t.test('without names every row is data', async t => {
  t.match(await rows('Pedalo;3 m;19,50 €\nCanoe;5 m;24,00 €\n'), [
    { text: 'Pedalo', 'Column 2': '3 m' }, { text: 'Canoe', 'Column 3': '24,00 €' }
  ])
  t.equal((await rows('BT-1;wood\nBT-2;steel\nBT-3;wood\n')).length, 3)
  t.equal((await rows('Pedalo;red\nCanoe;green\nYacht;red\n')).length, 3, 'a value that comes again is no name')
})

t.test('one column, decimal commas and rows with another delimiter', async t => {
  t.same((await rows('Rule\nNo dogs, please, on board\nLife vests are free\nPay, then sail\n')).map(({ text }) => text), [
    'No dogs, please, on board', 'Life vests are free', 'Pay, then sail'
  ])
  t.match(await rows('Pedalo;1,5;2,5\nCanoe;3,5;4,5\nYacht;6,5;7,5\n'), [{ text: 'Pedalo', 'Column 2': '1,5' }, {}, {}])
  t.same(await rows('Boat,Length,Price\nPedalo;3 m;19,50 €\nCanoe;5 m;24,00 €\n'), expected)
  t.same(await rows('Boat;Length;Price\nPedalo\t3 m\t19,50 €\nCanoe;5 m;24,00 €\n'), expected)
})

t.test('columns beyond a mapping are kept as facts, unless it names the facts itself', async t => {
  const mapping = { title: 'title', text: ['text'] }
  const csv = 'title;text;Price\nPedalo;For four.;19 €\n'
  t.same(await rows(csv, mapping), [{ text: 'For four.', Price: '19 €' }])
  t.same(await rows(csv, { ...mapping, fields: { size: 'Size' } }), [{ text: 'For four.' }])
})

t.test('short words in capitals stay so in the name of a column', async t => {
  t.match(await rows('Boat;Prix TTC;WIDTH_CM\nPedalo;19 €;90\nCanoe;24 €;80\n'), [{ 'Prix TTC': '19 €', 'Width cm': '90' }, {}])
})

t.test('names that people wrote stay as they are', async t => {
  t.match(await rows('Boat;Demi-journée;ganzes Jahr;unit-price;unitPrice2\nRaft;19 €;90 €;1;2\nCanoe;24 €;80 €;1;2\n'), [
    { 'Demi-journée': '19 €', 'Ganzes Jahr': '90 €', 'Unit price': '1', 'Unit price2': '2' }, {},
  ])
})

t.test('a price keeps the name of its column when no column has words', async t => {
  t.match(await rows('No;Price\nA1;12,50\nA2;13,50\n'), [{ text: 'A1', Price: '12,50' }, { text: 'A2', Price: '13,50' }])
})

t.test('columns that a mapping names and the table lacks are named, with those that there are', async t => {
  const warningsOf = async (mapping: FieldMapping) =>
    (await Array.fromAsync(readFile(Buffer.from(table), { name: 'a.csv', mapping }, limits))).map(({ warnings }) => warnings)
  t.same(await warningsOf({ title: 'Boat', text: ['Notes'], fields: { Price: 'Price', Deposit: 'Deposit' } }), [
    ['Not found: "Notes", "Deposit". There are: "Boat", "Length", "Price". The index\'s mapping names what is missing.'], undefined
  ])
  t.same(await warningsOf({ title: 'Boat', text: ['Length'] }), [undefined, undefined])
  t.same(await warningsOf({ title: 'title', text: ['text'] }), [undefined, undefined], 'a mapping for other files')
  const [row] = await Array.fromAsync(readFile(Buffer.from('Boat;Length\nRaft;\n;3 m\n'), {
    name: 'a.csv', mapping: { title: 'Boat', text: [], fields: {} },
  }, limits)).then(all => all.filter(({ rejected }) => rejected))
  t.equal(row!.rejected, 'it contains nothing to search; sought "Boat", found "Boat", "Length"')
})

t.test('a file without quotes is divided as a parser of quotes divides it', async t => {
  const divided = (csv: string) => [...plainLines(Buffer.from(csv), ';', 2_000_000)].flat()
  const parsed = (csv: string) => parse(csv, {
    delimiter: ';', record_delimiter: endsOfLines(Buffer.from(csv)), relax_column_count: true, relax_quotes: true, skip_empty_lines: true,
  })
  const part = fc.constantFrom('a', 'é€', ' ', ';', ';;', '\n', '\r\n', '\r', '\n\n', '\t', ',', '😀', '12,5')
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(part, { maxLength: 40 }), parts => {
    assert.deepEqual(divided(parts.join('')), parsed(parts.join('')))
  }), propertyRuns(2000)))
  for (const end of ['\n', '\r\n', '\r']) {
    const long = Array.from({ length: 20_000 }, (_, i) => `Boot ${i};größe ${i};12,50 €`).join(end)
    t.same(divided(long).length, 20_000)
    t.same(divided(long), parsed(long), JSON.stringify(end))
  }
  t.throws(() => [...plainLines(Buffer.from('a;b\nccc;d'), ';', 4)], { message: /row 2/ })
})
