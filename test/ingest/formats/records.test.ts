// Reads CSV, JSON and NDJSON: one document per row or item, by a given or guessed mapping.
import t from 'tap'
import { readFile } from '../../../src/ingest/formats/read.ts'
import type { FieldMapping } from '../../../src/types.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }
const readAll = (name: string, file: Uint8Array | string, mapping?: FieldMapping) =>
  Array.fromAsync(readFile(typeof file === 'string' ? Buffer.from(file) : file, { name, ...(mapping ? { mapping } : {}) }, limits))
/** Without their values, which are tested by themselves. */
const read = async (...given: Parameters<typeof readAll>) => (await readAll(...given)).map(({ values, ...document }) => document)

t.test('CSV: columns by their header, quotes, line ends and decimal commas', async t => {
  t.same(await read('shop.csv', '\uFEFFid;name;price;note\r\n7;Chair;12,50;"two\nlines; one ""quote"""\r\n\r\n9;Table;;short\r\n'), [
    { id: '7', title: 'Chair', url: '', fields: [['Price', '12,50'], ['Note', 'two\nlines; one "quote"']], sections: [] },
    { id: '9', title: 'Table', url: '', fields: [['Note', 'short']], sections: [] },
  ])
})

t.test('CSV: any delimiter, any encoding, with or without a header', async t => {
  for (const delimiter of [',', ';', '\t', '|']) {
    const documents = await read('t.csv', ['title,town', 'René,Orléans', 'Zoé,Nîmes'].join('\n').replaceAll(',', delimiter))
    t.same(
      documents.map(({ id, title, fields }) => [id, title, fields]),
      [
        ['1', 'René', [['Town', 'Orléans']]], ['2', 'Zoé', [['Town', 'Nîmes']]],
      ]
    )
  }
  const town = 'title;town\nRené;Orléans\n'
  for (const bytes of [Buffer.from(town, 'latin1'), ...['', '\uFEFF'].map(mark => Buffer.from(mark + town, 'utf16le'))]) {
    t.same((await read('t.csv', bytes)).map(({ title, fields }) => [title, fields]), [['René', [['Town', 'Orléans']]]])
  }
  const [row] = await read('t.csv', 'Paris,75,2.1\nLyon,69,0.5\n')
  t.same(row!.sections[0]?.text ?? row!.title, 'Paris', 'the first row is data')
})

t.test('CSV: lines that end in two ways are all rows, whether cells are quoted or not', async t => {
  for (const quote of ['', '"']) {
    const lines = [['Ferry', 'Fare'], ['Skerry', '£4.50'], ['Holm', '£6.20'], ['Ness', '£9.00']]
      .map(cells => cells.map(cell => quote + cell + quote).join(','))
    for (const [first, other] of [['\r\n', '\n'], ['\n', '\r\n'], ['\r', '\r']] as const) {
      const rows = await read('t.csv', lines[0] + first + lines.slice(1).join(other) + other)
      t.same(rows.map(({ title, fields }) => [title, fields.at(-1)]), [
        ['Skerry', ['Fare', '£4.50']], ['Holm', ['Fare', '£6.20']], ['Ness', ['Fare', '£9.00']],
      ], JSON.stringify([quote, first, other]))
    }
  }
})

t.test('CSV: a mapping names the columns; without one no column is lost', async t => {
  const csv = 'sku,label,long,page,colour,x\nA1,Chair,A chair for one.,https://x.example/a1,red,\n'
  t.same(await read('t.csv', csv, { title: 'label', text: ['long'], url: 'page', fields: { colour: 'Colour' } }), [
    {
      id: '1', title: 'Chair', url: 'https://x.example/a1', fields: [['Colour', 'red']],
      sections: [{ kind: 'text', text: 'A chair for one.', headings: [] }], numbered: true,
    },
  ])
  const columns = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const [wide] = await read('t.csv', `${columns.join(',')}\n${columns.map(column => `v${column}`).join(',')}\n`)
  t.same(columns.filter(column => !JSON.stringify(wide).includes(`"v${column}"`)), [])
})

t.test('CSV and JSON: a mapping that names none of the columns is meant for other files, so they are guessed', async t => {
  const forPages: FieldMapping = { title: 'title', text: ['text'], url: 'url' }
  const fields = [['Prix', '4,90 €'], ['Taille', '30 mm']]
  const [row] = await read('tarifs.csv', 'Article;Prix;Taille\nVis à bois, tête fraisée;4,90 €;30 mm\n', forPages)
  t.same([row!.sections[0]?.text, row!.fields], ['Vis à bois, tête fraisée', fields])
  const items = [{ Article: 'Vis à bois, tête fraisée', Prix: '4,90 €', Taille: '30 mm' }]
  const [item] = await read('tarifs.json', JSON.stringify(items), forPages)
  t.same([item!.sections[0]?.text, item!.fields], ['Vis à bois, tête fraisée', fields])
  const [mapped] = await read('t.csv', 'text,secret\nShown.,hidden\n', { ...forPages, fields: {} })
  t.same([mapped!.sections[0]?.text, mapped!.fields], ['Shown.', []], 'one column that it names is enough')
})

t.test('CSV: a row without a title is named by its first words, and its number is no text', async t => {
  const rows = await read('lager.csv', 'Art.-Nr.;Preis\nKL-20/7;4,10 €\nKL-20/8;5,20 €\n')
  t.same(rows.map(({ id, title }) => [id, title]), [['1', 'KL-20/7'], ['2', 'KL-20/8']])
  t.same((await read('zahlen.csv', 'a,b\n1,2\n')).map(({ title }) => title), ['zahlen'])
})

t.test('CSV: a row that is written and read has the same cells, whatever they contain', async t => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', ' ', 'word'), minLength: 1, maxLength: 12 })
    .map(text => `x${text}x`)
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 }), async rows => {
    const csv = ['k1,k2,k3', ...rows.map(row => row.map(quoted).join(','))].join('\r\n')
    const documents = await read('t.csv', csv, { text: [], fields: { k1: 'k1', k2: 'k2', k3: 'k3' } })
    t.strictSame(documents.map(({ fields }) => fields.map(([, value]) => value)), rows)
  }), propertyRuns(100))
})

t.test('CSV: a quote that is never closed is rejected with its row', async t => {
  await t.rejects(read('t.csv', `a,b\n1,2\n3,"never closed\n${'x,y\n'.repeat(1000)}`), {
    code: 'FILE_REJECTED', reason: 'broken', message: /row 3/,
  })
})

t.test('JSON: an array, an object around one, a single object, NDJSON with all kinds of line ends', async t => {
  const items = [{ id: 'a', title: 'T', body: 'Text.' }, { id: 'b', title: 'U', body: 'More [1] {2} \\" , text.' }]
  const expected = items.map(({ id, title, body }) => ({
    id, title, url: '', fields: [], sections: [{ kind: 'text', text: body, headings: [] }],
  }))
  t.same(await read('i.json', JSON.stringify(items)), expected)
  t.same(await read('i.json', JSON.stringify({ total: 2, items }, null, 2)), expected)
  for (const between of ['\n', '\r\n', '\n\n', ' ', '']) {
    t.same(await read('i.jsonl', items.map(item => JSON.stringify(item)).join(between)), expected, JSON.stringify(between))
  }
  t.same(await read('i.json', JSON.stringify(items[0])), expected.slice(0, 1))
  t.match(
    await read('i.json', '{"title":"One","more":[{"a":1}]}', { title: 'title', text: [] }), [{ title: 'One' }],
    'with what the mapping asks for it is no wrapper'
  )
  t.same(await read('i', JSON.stringify(items)), expected, 'without an ending')
})

t.test('JSON: duplicate ids are made unique; nested values are kept; HTML is read', async t => {
  const documents = await read(
    'i.json',
    JSON.stringify([
      { id: 1, title: 'T', meta: { by: { name: 'Ann' } }, tags: ['a', 'b'], sizes: [{ cm: 5 }] },
      { id: 1, title: 'U', description: '<p>One</p><ul><li>two</ul>' }, { title: 'V' },
    ])
  )
  t.same(documents.map(({ id }) => id), ['1', '1#2', '3'])
  t.same(documents[0]!.fields, [['Meta by name', 'Ann'], ['Tags', 'a, b'], ['Sizes 0 cm', '5']])
  t.same(documents[1]!.sections.map(({ kind, text }) => [kind, text]), [['text', 'One'], ['list', '- two']])
})

t.test('JSON: any items are read, one document each', async t => {
  const item = fc.record({
    title: fc.string({ unit: 'binary', minLength: 1 }).filter(text => text.trim() !== ''), more: fc.jsonValue({ maxDepth: 4 }),
  })
  await fc.assert(fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 20 }), fc.constantFrom(0, 1, '\t'), async (items, indent) => {
    for (const text of [JSON.stringify(items, null, indent), items.map(one => JSON.stringify(one)).join('\n')]) {
      t.strictSame(
        (await read('i.json', text, { title: 'title', text: [] })).map(({ title }) => title), items.map(({ title }) => title.trim())
      )
    }
  }), propertyRuns(100))
})

t.test('NDJSON: a line that is broken, too deep or without content is rejected by itself; ids differ from line numbers', async t => {
  const lines = [
    '{"id":"a","title":"One"}', '{"title":', `{"a":${'['.repeat(200_000)}`, '{"id":"d"}', '{"title":"Five"}', '{"id":"a","title":"Six"}',
  ]
  const documents = await read('i.ndjson', lines.join('\n'))
  t.same(
    documents.map(({ id, numbered, rejected }) => [id, numbered ?? false, rejected]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    [
      ['2', false, 'it is not JSON'], ['3', false, 'it is nested too deep'], ['4', false,
        'it contains nothing to search; sought "title", found "id"'],
      ['5', true, undefined], ['a', false, undefined], ['a#6', true, undefined],
    ]
  )
})

t.test('JSON: a broken item is named; a value that is too deep is rejected before it is parsed', async t => {
  await t.rejects(read('i.json', '{"a":"x"}\n{"a":\n'), { code: 'FILE_REJECTED', reason: 'broken', message: /item 2/ })
  await t.rejects(read('i.json', '[{"a":1},{"a":'), { code: 'FILE_REJECTED', reason: 'broken' })
  await t.rejects(read('i.json', '['.repeat(500_000) + ']'.repeat(500_000)), { code: 'FILE_REJECTED', reason: 'too deep' })
  await t.rejects(read('i.json', '{"a":'.repeat(200_000)), { code: 'FILE_REJECTED', reason: 'too deep' })
  await t.rejects(read('i.json', '[{"a":1},5'), { code: 'FILE_REJECTED', reason: 'broken' })
  await t.rejects(read('i.json', ' \n '), { code: 'FILE_REJECTED', reason: 'empty' })
  await t.rejects(read('i.json', '[]'), { code: 'FILE_REJECTED', reason: 'empty' })
})

t.test('values and access lists come with rows and items, as they are written', async t => {
  const [chair, table] = await readAll('shop.csv', 'id;Price;Tags;Access\n7;12,50 €;oak;group:staff, user:42\n8;9;;\n9;3;;\n')
  t.same([chair!.values, chair!.access], [[['id', ['7']], ['price', ['12,50 €']], ['tags', ['oak']]], ['group:staff', 'user:42']])
  t.same(chair!.fields.map(([label]) => label).includes('Access'), false, 'a list is no fact')
  t.notOk('access' in table!)
  const [nested] = await readAll('shop.json', JSON.stringify([
    { id: 'a', title: 'T', price: { net: 9.5 }, tags: ['x', 'y'], sold: true, body: 'long '.repeat(60), access: [] },
  ]))
  t.same(nested!.values, [['id', ['a']], ['title', ['T']], ['price.net', [9.5]], ['tags', ['x', 'y']], ['sold', [true]]])
  t.same(nested!.access, [])
})

t.test('rejects a row whose access list cannot be read: it must not become everyone\'s', async t => {
  for (const access of ['staff', 'group:', { group: 'staff' }, ['group:staff', 'bob'], [{ user: 'ann' }], 7]) {
    const [row] = await readAll('shop.json', JSON.stringify([{ id: 'a', title: 'T', access }, { id: 'b', title: 'U' }]))
    t.match(row, { rejected: /access list/ }, JSON.stringify(access))
  }
})
