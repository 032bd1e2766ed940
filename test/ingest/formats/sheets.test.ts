// Reads Excel workbooks and OpenDocument spreadsheets: what people see in them, row by row.
import t from 'tap'
import { readFile } from '../../../src/ingest/formats/read.ts'
import type { Language } from '../../../src/types.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { odf, xlsx, xlsxRows } from '../../fixtures/workbooks.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }
type Read = Record<string, string>

async function rows (file: Uint8Array, language: Language = 'en', name = 'boats.xlsx'): Promise<Read[]> {
  const documents = await Array.fromAsync(readFile(file, { name, language, mapping: { text: [] } }, limits))
  return documents.map(({ id, title, fields, sections }) => ({
    id, title, ...(sections.length > 0 ? { text: sections.map(({ text }) => text).join(' ') } : {}), ...Object.fromEntries(fields),
  }))
}

const header = ['Name', 'Length', 'Price']
const table = [header, ['Pedalo', 3, 19.5], ['Canoe', 5, 24]]

t.test('each row of each sheet is a document; a sheet that has a name gives it to the titles', async t => {
  t.same(await rows(xlsx({ Summer: xlsxRows(table), Sheet2: xlsxRows([header, ['Yacht', 9, 200]]) })), [
    { id: 'Summer/1', title: 'Pedalo (Summer)', Length: '3', Price: '19.5' },
    { id: 'Summer/2', title: 'Canoe (Summer)', Length: '5', Price: '24' },
    { id: 'Sheet2/1', title: 'Yacht', Length: '9', Price: '200' },
  ])
})

t.test('titles, blank rows and units above the rows are read as in CSV', async t => {
  const above = [['Prices of May 2024'], [], header, ['', 'm', '€']]
  t.same(await rows(xlsx({ Prices: xlsxRows([...above, ...table.slice(1)] as string[][]) })), [
    { id: 'Prices/1', title: 'Pedalo (Prices)', Length: '3 m', Price: '19.5 €' },
    { id: 'Prices/2', title: 'Canoe (Prices)', Length: '5 m', Price: '24 €' },
    { id: 'Prices/head', title: 'Prices of May 2024', text: 'Prices of May 2024' },
  ])
})

const formats = ['#,##0.00\\ "€"', '0%', 'dd/mm/yyyy', 'd/m/yy', '[$-407]d\\. mmmm yyyy', 'h:mm', '0.0 "kg"', '_-* #,##0.00\\ _€_-'].map(
  (code, i) => `<numFmt numFmtId="${170 + i}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
const styles = `<numFmts>${formats.join('')}</numFmts><fonts><font/><font><strike/></font></fonts><cellXfs>` +
  [0, 170, 171, 172, 173, 174, 175, 176, 177, 14, 22].map(id => `<xf numFmtId="${id}"/>`).join('') +
    '<xf numFmtId="0" fontId="1"/></cellXfs>'
const shown = async (cell: string, language: Language) =>
  (await rows(xlsx({ Sheet1: xlsxRows([['Name', 'X'], ['one', cell], ['two', 'word']]) }, { styles }), language))[0]!.X

t.test('numbers stand in the format of their cell and in the language of the company', async t => {
  const number = (value: number, style: number, language: Language) => shown(`<c r="B2" s="${style}"><v>${value}</v></c>`, language)
  t.equal(await number(1234.5, 1, 'fr').then(text => text!.replace(/\s/g, ' ')), '1 234,50 €')
  t.equal(await number(1234.5, 1, 'de'), '1.234,50 €')
  t.equal(await number(1234.5, 1, 'en'), '1,234.50 €')
  t.equal(await number(0.055, 0, 'fr'), '0,055')
  t.equal(await number(0.30000000000000004, 0, 'en'), '0.3')
  t.equal(await number(0.2, 2, 'fr').then(text => text!.replace(/\s/g, '')), '20%')
  t.equal(await number(12.25, 7, 'es'), '12,3 kg')
  t.equal(await number(12.5, 8, 'fr'), '12,50')
  t.equal(await number(0.75, 6, 'fr'), '18:00')
})

t.test('dates stand in the format of their cell, or as year, month and day when it leaves the century out', async t => {
  const date = (value: number, style: number, language: Language = 'fr') => shown(`<c r="B2" s="${style}"><v>${value}</v></c>`, language)
  t.equal(await date(45443, 3), '31/05/2024')
  t.equal(await date(45443, 4), '2024-05-31')
  t.equal(await date(45443, 5, 'de'), '31. Mai 2024')
  t.equal(await date(45443, 9), '2024-05-31')
  t.equal(await date(45443.5, 10), '2024-05-31 12:00')
  t.equal(await shown('<c r="B2" t="d"><v>2024-05-31T00:00:00</v></c>', 'fr'), '2024-05-31')
  const [old] = await rows(xlsx({ Sheet1: xlsxRows([['Name', 'X'], ['one', '<c r="B2" s="9"><v>43981</v></c>']]) }, {
    styles, properties: '<workbookPr date1904="1"/>',
  }))
  t.equal(old!.X, '2024-05-31')
})

t.test('of a formula the value counts that was saved; errors and struck-out cells are left out', async t => {
  t.equal(await shown('<c r="B2" t="str"><f>"a"&amp;B9</f><v>abc</v></c>', 'en'), 'abc')
  t.equal(await shown('<c r="B2"><f>1+1</f><v>2</v></c>', 'en'), '2')
  t.equal(await shown('<c r="B2" t="b"><v>1</v></c>', 'fr'), 'VRAI')
  t.equal(await shown('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'en'), undefined)
  t.equal(await shown('<c r="B2" s="11"><v>99</v></c>', 'en'), undefined)
})

t.test('a long text that very many cells share is read some times only, and a warning says so', async t => {
  const long = 'All boats go back to the yard by noon. '.repeat(40)
  const many = [header, ...Array.from({ length: 50 }, (_, i) => [`Boat ${i}`, i, long])]
  const documents = await Array.fromAsync(readFile(xlsx({ Sheet1: xlsxRows(many) }), { name: 'a.xlsx', mapping: { text: [] } }, limits))
  t.equal(documents.length, 50)
  t.equal(documents.filter(document => JSON.stringify(document).includes('by noon')).length, 20)
  t.same(documents.at(-1)!.warnings, ['30 cells repeat a long text of the workbook; it was read 20 times.'])
})

t.test('formulas whose value was not saved are counted in a warning', async t => {
  const file = xlsx({ Sheet1: xlsxRows([['Name', 'X'], ['one', '<c r="B2"><f>1+1</f><v></v></c>'], ['two', '<c r="B3"><f>1+1</f></c>']]) })
  const documents = await Array.fromAsync(readFile(file, { name: 'a.xlsx', mapping: { text: [] } }, limits))
  t.same(documents.map(({ warnings }) => warnings), [
    undefined, ['2 formulas have no saved value; open the file in a spreadsheet program and save it again.'],
  ])
})

t.test('shared texts: struck-out letters and pronunciations are left out', async t => {
  const strings = [
    '<t>Name</t>', '<r><rPr><strike/></rPr><t>29 €</t></r><r><t xml:space="preserve"> 25 €</t></r>',
    '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
  ]
  const cell = (at: string, n: number) => `<c r="${at}" t="s"><v>${n}</v></c>`
  t.match(await rows(xlsx({ Sheet1: xlsxRows([[cell('A1', 0), 'Price'], [cell('A2', 2), cell('B2', 1)]]) }, { strings })), [
    { title: '東京', Price: /^\s?25 €$/ },
  ])
})

t.test('hidden sheets, rows and columns are left out', async t => {
  const hiddenRow = xlsxRows([['Secret', 1, 2]], 4).replace('<row', '<row hidden="1"')
  const sheet = `<cols><col min="2" max="2" hidden="1"/></cols><sheetData>${xlsxRows(table)}${hiddenRow}</sheetData>`
  t.same(await rows(xlsx({ Prices: sheet, Costs: xlsxRows(table) }, { hidden: ['Costs'] })), [
    { id: 'Prices/1', title: 'Pedalo (Prices)', Price: '19.5' }, { id: 'Prices/2', title: 'Canoe (Prices)', Price: '24' },
  ])
})

t.test('a merged cell stands in each row and column that it covers, and names above names are one name', async t => {
  const merged = (list: string[]) => `<mergeCells count="${list.length}">${list.map(ref => `<mergeCell ref="${ref}"/>`).join('')}` +
    '</mergeCells>'
  const days = [['Boat', 'Hire', 'Hire'], ['Pedalo', 'closed', ''], ['Canoe', 5, 7], ['', 6, 8]]
  t.match(await rows(xlsx({
    Sheet1: `<sheetData>${xlsxRows([['Name', 'Summer', 'Winter'], ...days.slice(1)])}` +
    `</sheetData>${merged(['B2:C2', 'A3:A4'])}`
  })), [
    { title: 'Pedalo', Summer: 'closed', Winter: 'closed' }, { title: 'Canoe', Summer: '5' }, { title: 'Canoe', Winter: '8' },
  ])
  const names = [['Name', 'Summer', '', 'Winter', ''], ['', 'Hour', 'Day', 'Hour', 'Day'], ['Pedalo', 19, 80, 12, 50], ['Canoe', 24, 90,
    15, 60]]
  t.match(await rows(xlsx({ Sheet1: `<sheetData>${xlsxRows(names)}</sheetData>${merged(['A1:A2', 'B1:C1', 'D1:E1'])}` })), [
    { title: 'Pedalo', 'Summer Hour': '19', 'Winter Day': '50' }, { title: 'Canoe', 'Winter Hour': '15' },
  ])
})

const odsCell = (text: string, attributes = '') => `<table:table-cell ${attributes}>${text ? `<text:p>${text}</text:p>` : ''}` +
  '</table:table-cell>'
const odsRow = (cells: string[], attributes = '') =>
  `<table:table-row ${attributes}>${cells.map(cell => cell.startsWith('<') ? cell : odsCell(cell)).join('')}</table:table-row>`
const odsTable = (name: string, rows: string[], columns = '', style = '') =>
  `<table:table table:name="${name}" ${style}>${columns}${rows.join('')}</table:table>`

t.test('below a blank row, a table with names of its own is another one; other rows belong to the first', async t => {
  const blank: string[] = []
  const all = await rows(xlsx({
    Sheet1: xlsxRows([
      ...table, blank, ['Yacht', 9, 200], ['Raft', 2, 7], blank, ['Delivery'], ['Place', 'Days', 'Cost'], ['Harbour', 1, 15], ['Island',
        3, 40],
    ] as string[][])
  }))
  t.match(all, [
    { title: 'Pedalo' }, { title: 'Canoe' }, { title: 'Yacht', Length: '9', Price: '200' }, { title: 'Raft', Length: '2' },
    { title: 'Harbour', Days: '1', Cost: '15' }, { title: 'Island', Days: '3', Cost: '40' }, { title: 'Delivery' },
  ])
  const cells = ['Boat', 'Hour', 'Pedalo', '5', 'Place', 'Days', 'Harbour', '1'].map(text => odsCell(text))
  const pair = (i: number) => odsRow(cells.slice(2 * i, 2 * i + 2))
  t.match(await rows(odf('spreadsheet', odsTable('Sheet1', [
    pair(0), pair(1), pair(1), odsRow([odsCell('')], 'table:number-rows-repeated="3"'), pair(2), pair(3),
  ])), 'en', 'a.ods'), [{ title: 'Pedalo', Hour: '5' }, { title: 'Pedalo' }, { title: 'Harbour', Days: '1' }])
})

t.test('OpenDocument: values as they were shown; hidden, struck-out and former ones are left out', async t => {
  const styles = '<style:style style:name="hide"><style:table-properties table:display="false"/></style:style>' +
    '<style:style style:name="strike"><style:text-properties style:text-line-through-style="solid"/></style:style>'
  const struck = odsCell('9 €', 'table:style-name="strike"')
  const partly = odsCell('<text:span text:style-name="strike">29 €</text:span> 25<text:s/>€')
  const noted = '<table:table-cell><office:annotation><text:p>mine</text:p></office:annotation><text:p>1,50 €</text:p></table:table-cell>'
  const date = odsCell('31.05.24', 'office:value-type="date" office:date-value="2024-05-31"')
  const error = odsCell('#N/A', 'office:value-type="string" calcext:value-type="error"')
  const file = odf('spreadsheet', '<table:tracked-changes><table:table-row><table:table-cell><text:p>old</text:p></table:table-cell>' +
    '</table:table-row></table:tracked-changes>' + odsTable('Hire', [
    odsRow(['Name', 'Price', 'Secret', 'Since', 'Deposit']), odsRow(['Pedalo', noted, 'x', date, error]),
    odsRow(['Canoe', partly, 'x', odsCell('10.06.2024', 'office:value-type="date" office:date-value="2024-06-10"'), struck]),
    odsRow(['Raft', '1', 'x', '', ''], 'table:visibility="filter"'),
    odsRow([odsCell('', 'table:number-columns-repeated="16384"')], 'table:number-rows-repeated="1048000"'),
  ], '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>') +
    odsTable('Costs', [odsRow(['Name', 'Price']), odsRow(['Pedalo', '1'])], '', 'table:style-name="hide"'), { styles })
  t.same(await rows(file, 'de', 'a.ods'), [
    { id: 'Hire/1', title: 'Pedalo (Hire)', Price: '1,50 €', Since: '2024-05-31' },
    { id: 'Hire/2', title: 'Canoe (Hire)', Price: '25 €', Since: '10.06.2024' },
  ])
})

t.test('OpenDocument: merged and repeated cells', async t => {
  const covered = '<table:covered-table-cell/>'
  const file = odf('spreadsheet', odsTable('Tabelle1', [
    odsRow(['Name', 'Hour', 'Day', 'Week']), odsRow(['Pedalo', odsCell('closed', 'table:number-columns-spanned="2"'), covered, '5']),
    odsRow([odsCell('Canoe', 'table:number-rows-spanned="2"'), odsCell('7', 'table:number-columns-repeated="2"'), '8']),
    odsRow([covered, '1', '2', '3'], 'table:number-rows-repeated="500"'),
  ]))
  t.match(await rows(file, 'de', 'a.ods'), [
    { title: 'Pedalo', Hour: 'closed', Day: 'closed', Week: '5' }, { title: 'Canoe', Hour: '7', Day: '7', Week: '8' }, {
      title: 'Canoe',
      Week: '3'
    },
  ])
})

t.test('a workbook that is written and read has the same cells, whatever they contain', async t => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '&', '<', '"', ' ', 'word', '\u{1F600}'), minLength: 1, maxLength: 12 })
    .map(text => `x${text}x`)
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 }), async list => {
    const file = xlsx({ Sheet1: xlsxRows([['k1', 'k2', 'k3'], ...list.map(row => row.map(escaped))]) })
    const mapping = { text: [], fields: { k1: 'k1', k2: 'k2', k3: 'k3' } }
    const documents = await Array.fromAsync(readFile(file, { name: 'a.xlsx', mapping }, limits))
    t.strictSame(documents.map(({ fields }) => fields.map(([, value]) => value)), list)
  }), propertyRuns(50))
})
