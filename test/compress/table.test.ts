// Tables keep their header, and the rows and columns that match the question.
import t from 'tap'
import { compress } from '../../src/compress/compress.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const asTable = { kind: 'table', language: 'en', mode: 'adaptive' } as const
const names = ['lamp', 'rug', 'chair', 'desk', 'shelf', 'mirror', 'clock', 'stool', 'bench', 'sofa', 'vase', 'bowl']
const goods = ['name;price;stock;code', ...names.map((name, i) => `${name};${10 + i},50 €;${i % 3};SKU-${100 + i}`)].join('\n')

t.test('rows that match stay whole under the header; the others are counted', async t => {
  const { text, kind } = compress(goods, { mode: 'adaptive', question: 'What is the price of the desk?', language: 'en' })
  t.equal(kind, 'table')
  t.equal(text, 'name;price;stock;code\n… [×3]\ndesk;13,50 €;0;SKU-103\n… [×8]')
  t.equal(
    compress(goods, { ...asTable, question: 'What is SKU-105?' }).text, 'name;price;stock;code\n… [×5]\nmirror;15,50 €;2;SKU-105\n… [×6]'
  )
})

t.test('a question about all rows keeps them all, with the columns that it names', async t => {
  const { text } = compress(goods, { ...asTable, question: 'Which is the cheapest price?' })
  t.equal(text, ['name;price', ...names.map((name, i) => `${name};${10 + i},50 €`)].join('\n'))
})

t.test('a question that nothing matches leaves the table unchanged', async t => {
  t.equal(compress(goods, { ...asTable, question: 'Do you repair bicycles?' }).text, goods)
})

t.test('quoted cells and Markdown tables keep their form', async t => {
  const quoted = `name,note\n"lamp, big","first; second"\n${names.map(name => `${name},plain`).join('\n')}`
  t.equal(compress(quoted, { ...asTable, question: 'what note has the big lamp?' }).text.split('\n')[1], '"lamp, big","first; second"')
  const markdown = `| name | price |\n|---|---|\n${names.map((name, i) => `| ${name} | ${i} € |`).join('\n')}`
  t.equal(
    compress(markdown, { mode: 'adaptive', language: 'en', question: 'price of the sofa?' }).text,
    '| name | price |\n|---|---|\n… [×9]\n| sofa | 9 € |\n… [×2]'
  )
})

t.test('conservative, and stored: identical neighbours become one with a count', async t => {
  const log = `a;b;c\n${'1;2;3\n'.repeat(5)}4;5;6`
  for (const mode of ['conservative', 'adaptive'] as const) t.equal(compress(log, { ...asTable, mode }).text, 'a;b;c\n1;2;3 [×5]\n4;5;6')
})

t.test('stored and aggressive: the first rows, and those with the minimum and the maximum', async t => {
  const rows = Array.from({ length: 200 }, (_, i) => `item ${i};${(i * 37) % 200}`)
  const { text, ratio } = compress(['name;sold', ...rows].join('\n'), { ...asTable, mode: 'aggressive' })
  t.ok(ratio >= 4)
  for (const value of [0, 199]) t.match(text, rows.find(row => row.endsWith(`;${value}`))!)
})

t.test('every line of the result is a row of the table, or some of its cells in order', async t => {
  const cell = fc.constantFrom('lamp', 'rug', '12,50 €', '3', '', '"a;b"', 'in stock', '…')
  const table = fc
    .array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 })
    .map(rows => rows.map(row => row.join(';')))
  fc.assert(
    fc.property(
      table, fc.constantFrom('adaptive' as const, 'aggressive' as const), fc.constantFrom(undefined, 'price of the lamp', 'in stock?'),
      (rows, mode, question) => {
        for (const line of compress(rows.join('\n'), { ...asTable, mode, ...(question === undefined ? {} : { question }) }).text.split(
          '\n'
        )) {
          const cells = line.replace(/ \[×\d+\]$/, '').split(';')
          if (line === '' || cells.join(';') === '…') continue
          const holds = (row: string) => {
            let at = 0
            for (const own of row.split(';')) if (own.trimEnd() === cells[at]?.trimEnd()) at++
            return at === cells.length
          }
          if (!rows.some(holds)) throw new Error(`"${line}" is not of the table`)
        }
      }
    ),
    propertyRuns(1000, { seed: 20260314 })
  )
  t.pass()
})
