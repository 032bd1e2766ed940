// Tables in texts: which lines are one, and what their rows say.
import t from 'tap'
import { tablesOf } from '../../src/language/table-lines.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const rows = (text: string) => tablesOf(text).map(({ rows }) => rows.map(({ text }) => text))

t.test('rows say what their values are', t => {
  t.same(rows('Boat | Price | Length\nTern | 49 € | 4 m\nKittiwake | 89 € | 6 m'), [
    ['Boat: Tern; Price: 49 €; Length: 4 m', 'Boat: Kittiwake; Price: 89 €; Length: 6 m'],
  ])
  t.same(rows('Boat | 2022 | 2023\nTern | 49 € | \nGull |  | 12 €'), [['Boat: Tern; 2022: 49 €', 'Boat: Gull; 2023: 12 €']])
  t.same(rows('Boat | Price\nTern | 49 €\nGull | 12 €'), [['Boat: Tern; Price: 49 €', 'Boat: Gull; Price: 12 €']])
  t.same(rows('Boat | Hull | Price\nTern | oak | 1 €\nBoat | Hull | Price\nGull | elm | 2 €'), [
    ['Boat: Tern; Hull: oak; Price: 1 €', 'Boat: Gull; Hull: elm; Price: 2 €'],
  ], 'names are repeated where a page begins')
  t.same(rows('| Boat | Hull | Colour |\n|---|---|---|\n| Tern | oak | blue |'), [['Boat: Tern; Hull: oak; Colour: blue']])
  t.same(rows('Boat: Tern; Price: 49 €\nBoat: Gull; Price: 12 €'), [['Boat: Tern; Price: 49 €', 'Boat: Gull; Price: 12 €']])
  t.end()
})

t.test('labels beside their values are no columns, and a line of prose is no table', t => {
  t.same(rows('Phone | 04 50 11 22 33\nFax | 04 50 11 22 34'), [['Phone: 04 50 11 22 33', 'Fax: 04 50 11 22 34']])
  t.same(rows('Monday | closed\nTuesday | open'), [['Monday: closed', 'Tuesday: open']])
  t.same(rows('Open: 9 to 6; closed: Sunday\n\nAll boats are insured.'), [])
  const log = ['12:00 | INFO | started', '12:01 | WARN | slow', '12:07 | INFO | stopped']
  t.same(rows(log.join('\n')), [log])
  t.same(rows('Ada | said | hello\nBob | said | bye'), [['Ada | said | hello', 'Bob | said | bye']])
  t.same(rows('One line | alone'), [])
  t.end()
})

t.test('a table ends with an empty line, a long line, or a wider row', t => {
  t.equal(tablesOf('A | B | C\n1 | 2 | 3\n\nA | B | C\n4 | 5 | 6').length, 2)
  t.equal(tablesOf('A | B\nx | 12 €\ny | 13 €\na | b | c\nd | e | f').length, 2)
  t.same(rows('A | B | C\nspring\n1 | 2 € | 3 €'), [['A: 1; B: 2 €; C: 3 €']], 'a short line names the rows below it')
  t.end()
})

t.test('every table is a part of its text, in order, and every cell of a row is in it', t => {
  const line =
    fc.constantFrom('A | B | C', 'x | 1 € | 2', 'y | 3 €', 'a: b; c: d', 'a: e; c: f', 'prose here.', '', '---', '| p | q |', '|', ' | ')
  fc.assert(fc.property(fc.array(line, { maxLength: 12 }), lines => {
    const text = lines.join('\n')
    let from = 0
    for (const { start, end, rows } of tablesOf(text)) {
      if (start < from || end > text.length || rows.length === 0) throw new Error(JSON.stringify({ start, end, from }))
      const own = text.slice(start, end)
      for (const { cells } of rows) for (const [, value] of cells) if (!own.includes(value)) throw new Error(value)
      from = end
    }
  }), propertyRuns(300))
  t.end()
})
