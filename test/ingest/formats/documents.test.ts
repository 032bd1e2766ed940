// Reads PDF, Word, HTML and Markdown: the text, with its headings and pages.
import t from 'tap'
import type { ReadDocument } from '../../../src/documents/content.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { docx, pdf, wordParagraph, wordTable } from '../../fixtures/files.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }

async function read (name: string, file: Uint8Array | string): Promise<ReadDocument> {
  const documents = await Array.fromAsync(readFile(typeof file === 'string' ? Buffer.from(file) : file, { name }, limits))
  t.equal(documents.length, 1)
  // Its values are tested by themselves.
  const { values, ...document } = documents[0]!
  return document
}

t.test('PDF: pages, headings by size, words and paragraphs joined', async t => {
  const manual = await read('m.pdf', pdf([
    [{ text: 'User manual', size: 24 }, 'The first line of a para-', 'graph that goes on', 'and on.', { text: 'The second.', y: 600 }],
    [{ text: 'Safety', size: 16 }, 'Do not drop it. Keep a well-', 'known distance.'],
  ], { title: 'The manual', language: 'en-GB' }))
  t.same(manual, {
    id: '', title: 'The manual', url: '', fields: [], language: 'en',
    sections: [
      { kind: 'text', text: 'The first line of a paragraph that goes on and on.\n\nThe second.', headings: ['User manual'], page: 1 },
      { kind: 'text', text: 'Do not drop it. Keep a well-known distance.', headings: ['User manual', 'Safety'], page: 2 },
    ],
  })
  t.equal((await read('dir/manual.pdf', pdf([['x']], { title: 'report.docx' }))).title, 'manual', 'a file name is no title')
})

t.test('PDF: without a title in its metadata, its only largest heading is the title, if it comes first', async t => {
  const title = async (pages: Parameters<typeof pdf>[0], own: string) => (await read('file.pdf', pdf(pages, { title: own }))).title
  const text = ['Some lines of text that are', 'in the usual size, so that', 'the heading is larger', 'than they are', 'altogether.']
  const [heading, part] = [{ text: 'Our prices', size: 24 }, { text: 'Summer', size: 16 }]
  for (const none of ['', 'anonymous', '\\(anonymous\\)', 'untitled', 'prices.docx', 'Microsoft Word - prices', 'file']) {
    t.equal(await title([[heading, part, ...text]], none), 'Our prices', none)
  }
  t.equal(await title([[heading, ...text]], 'The prices'), 'The prices')
  t.equal(await title([[part, ...text], [part, ...text]], ''), 'file', 'one heading of several')
  t.equal(await title([[part, ...text], [part, ...text]], 'prices.docx'), 'Summer', 'the first heading in place of a file name')
  t.equal(await title([[...text, heading, ...text]], ''), 'file', 'a heading in the text')
})

t.test('PDF: running titles and page numbers are left out', async t => {
  const { sections } = await read('m.pdf', pdf(Array.from({ length: 6 }, (_, i) => [
    { text: 'ACME annual report', y: 820 }, { text: `Text of page ${'abcdef'[i]}.`, y: 500 }, { text: `Page ${i + 1} of 6`, y: 20 },
  ])))
  t.same(sections.map(({ text, page }) => [text, page]), [...'abcdef'].map((letter, i) => [`Text of page ${letter}.`, i + 1]))
})

t.test('PDF: pages without text, or without a readable one, are named in a warning', async t => {
  const pages = [[], ['The first.'], [], [], ['r~al w~rds th~n'], ['The last.'], []]
  const { sections, warnings } = await read('m.pdf', pdf(pages, { letters: { '~': '\u0002' } }))
  t.same(sections.map(({ text, page }) => [text, page]), [['The first.', 2], ['The last.', 6]])
  t.same(warnings, [
    'Pages 1, 3-4, 7 of 7 without text; recognise it first (OCR).',
    'Page 5 of 7 left out: a font does not say which letters its signs are.',
  ])
})

/** Draws cells row by row, each column at its place. */
const drawRows = (rows: string[][], at: number[], top = 700, step = 15) => rows.flatMap((row, i) =>
  row.flatMap((text, column) => text === '' ? [] : [{ text, x: at[column]!, y: top - i * step }]))

t.test('PDF: two columns of text that were drawn row by row are read one after the other', async t => {
  const rows = [
    ['The warranty covers all parts of', 'Delivery takes three days and is'],
    ['the pump for seven years, except', 'free of charge in the whole of the'],
    ['for its seals and its bear-', 'country. Please tell us the day'], ['ings.', 'that suits you.'], ['', 'Islands take longer.'],
  ]
  const above = { text: 'All of this holds for every pump that we have sold since.', y: 740 }
  const { sections } = await read('m.pdf', pdf([[above, ...drawRows(rows, [50, 300])]]))
  t.same(sections[0]!.text.split('\n\n'), [
    above.text,
    'The warranty covers all parts of the pump for seven years, except for its seals and its bearings.',
    'Delivery takes three days and is free of charge in the whole of the country. Please tell us the day that suits you. ' +
      'Islands take longer.',
  ])
})

t.test('PDF: three columns of different length, one of them without a line that begins in small letters', async t => {
  const rows = [
    ['Der Rabatt auf alle', 'Wir liefern an jedem', 'Das Lager ist von acht'],
    ['Geräte beträgt zehn', 'Werktag bis zur Haustür', 'bis zwölf Uhr offen.'],
    ['Prozent im Januar.', 'und nehmen Altes mit.', ''],
  ]
  const { sections } = await read('m.pdf', pdf([drawRows(rows, [40, 220, 400])]))
  t.equal(sections[0]!.text.replace(/\s+/g, ' '), 'Der Rabatt auf alle Geräte beträgt zehn Prozent im Januar. ' +
    'Wir liefern an jedem Werktag bis zur Haustür und nehmen Altes mit. Das Lager ist von acht bis zwölf Uhr offen.')
})

t.test('PDF: the rows of an aligned table say what their values are; an empty cell moves none of them', async t => {
  const rows = [['Model', 'Power', 'Weight', 'Price'], ['Alba 5', '5 kW', '', '1 190,00'], ['Alba 7', '7 kW', '112 kg', ''],
    ['Noctua', '9 kW', '138 kg', '1 990,00']]
  const below = { text: 'All prices are net and without a flue.', y: 600 }
  const page = [{ text: 'Stoves', size: 18, y: 780 }, ...drawRows(rows, [50, 180, 260, 400]), below]
  t.same((await read('m.pdf', pdf([page]))).sections, [
    {
      kind: 'list', headings: ['Stoves'], page: 1,
      text: 'Model: Alba 5; Power: 5 kW; Price: 1 190,00\nModel: Alba 7; Power: 7 kW; Weight: 112 kg\n' +
        'Model: Noctua; Power: 9 kW; Weight: 138 kg; Price: 1 990,00',
    },
    { kind: 'text', text: 'All prices are net and without a flue.', headings: ['Stoves'], page: 1 },
  ])
})

t.test('PDF: tables with columns of years, labels beside values, cells of two lines; a list is none', async t => {
  const text = async (rows: string[][], at = [50, 200, 300, 400], step?: number) =>
    (await read('m.pdf', pdf([drawRows(rows, at, 700, step)]))).sections.map(({ text }) => text).join('\n\n')
  t.equal(await text([['Town', '2023', '2024'], ['Graz', '1200', '1300'], ['Linz', '900', '950']]),
    'Town: Graz; 2023: 1200; 2024: 1300\nTown: Linz; 2023: 900; 2024: 950')
  t.equal(await text([['Contact', 'Ann Lee'], ['Phone:', '04 76 00'], ['Weight', '84 kg']]),
    'Contact: Ann Lee\nPhone: 04 76 00\nWeight: 84 kg')
  t.equal(await text([['Size', 'Price'], ['small', '5 EUR'], ['large', '8 EUR']]), 'Size: small; Price: 5 EUR\nSize: large; Price: 8 EUR')
  t.equal(await text([['Tool', 'Use', 'Price'], ['Saw', 'Cuts wood', '5 EUR'], ['', 'and bone', ''], ['Axe', 'Splits', '8 EUR']]),
    'Tool: Saw; Use: Cuts wood and bone; Price: 5 EUR\nTool: Axe; Use: Splits; Price: 8 EUR')
  t.equal(await text([['1.', 'Open it'], ['2.', 'Fill it'], ['3.', 'Close it']], [50, 80]), '1. Open it 2. Fill it 3. Close it')
})

t.test('PDF: bullets and a rare sign that the font does not name are no reason to refuse the text', async t => {
  const { sections } = await read('m.pdf', pdf([['~ One thing', '~Another', 'The ~rst of all']], { letters: { '~': '\uf0b7' } }))
  t.match(sections[0]!.text, /One thing.*Another.*rst of all/s)
})

t.test('PDF: a wrong table of objects is repaired', async t => {
  t.equal((await read('x.pdf', pdf([['Still readable']], { brokenXref: true }))).sections[0]!.text, 'Still readable')
})

const word = docx(
  wordParagraph('The handbook', 'Title') + wordParagraph('Holidays', 'Heading1') + wordParagraph('You have 25 days &amp; more.') +
  wordTable([['Country', 'Days'], ['France', '25'], ['Spain', '22']]) + wordParagraph('Sick leave', 'Heading2') + wordParagraph('Call in.')
)

t.test('Word: headings, tables and the title', async t => {
  t.same(await read('h.docx', word), {
    id: '', title: 'The handbook', url: '', fields: [],
    sections: [
      { kind: 'text', text: 'You have 25 days & more.', headings: ['Holidays'] },
      { kind: 'table', text: 'Country | Days\nFrance | 25\nSpain | 22', headings: ['Holidays'] },
      { kind: 'text', text: 'Call in.', headings: ['Holidays', 'Sick leave'] },
    ],
  })
})

t.test('Word: a document with macros is read without its macros', async t => {
  const withMacros = docx(wordParagraph('Only text.'), { 'word/vbaProject.bin': new Uint8Array(5000).fill(7) })
  t.same((await read('m.docm', withMacros)).sections.map(({ text }) => text), ['Only text.'])
})

const page = `<!doctype html><html lang="de-CH"><head><title>Hours | Shop</title><link rel="canonical" href="https://shop.example/hours">
<style>p { color: red }</style></head><body><nav><ul><li><a href="/">Home</a><li><a href="/a">About</a></ul></nav>
<div><ul><li><a>Shoes</a><li><a>Hats</a><li><a>Coats</a></ul></div>
<h1>Opening hours</h1><p>We are <b>open</b> daily&nbsp;&amp; late.<p hidden>Secret</p>
<table><tr><th>Day<th>Hours<tr><td>Mon<td><ul><li>9–12<li>14–17</ul></table>
<h2>Shops</h2><ol><li>One<ul><li>deep</ul><li><p>Two</p></ol><pre>a\n  b</pre>
<script>alert('<p>no</p>')</script><aside>Advertisement</aside><footer>Imprint</footer></body></html>`

t.test('HTML: the content with its headings, without menus, margins and scripts', async t => {
  t.same(await read('p.html', page), {
    id: '', title: 'Opening hours', url: 'https://shop.example/hours', fields: [], language: 'de',
    sections: [
      { kind: 'text', text: 'We are open daily & late.', headings: ['Opening hours'] },
      { kind: 'table', text: 'Day | Hours\nMon | 9–12; 14–17', headings: ['Opening hours'] },
      { kind: 'list', text: '1. One\n  - deep\n2. Two', headings: ['Opening hours', 'Shops'] },
      { kind: 'code', text: 'a\n  b', headings: ['Opening hours', 'Shops'] },
    ],
  })
})

t.test('HTML: the main element, when the author marked one', async t => {
  const long = 'A sentence that says something. '.repeat(10)
  const { sections } = await read(
    'p.html',
    `<html><body><div>Cookies?</div><main><header><h1>T</h1></header><p>${long}</p><nav>On this ` +
    'page</nav></main><div>Related</div></body></html>'
  )
  t.same(sections, [{ kind: 'text', text: long.trim(), headings: ['T'] }])
})

t.test('HTML: a layout table is not a table; a page with only links is not empty', async t => {
  const layout = await read('p.html', '<html><body><table><tr><td>Menu<td><h2>News</h2><p>One.</p><p>Two.</p></table></body></html>')
  t.same(
    layout.sections.map(({ kind, text, headings }) => [kind, text, headings]),
    [
      ['text', 'Menu', []], ['text', 'One.\n\nTwo.', ['News']],
    ]
  )
  const links = await read('p.html', '<html><body><nav><ul><li><a>One</a><li><a>Two</a><li><a>Three</a></ul></nav></body></html>')
  t.equal(links.sections[0]!.text, '- One\n- Two\n- Three')
})

t.test('HTML: the encoding that a page declares', async t => {
  const { sections } = await read(
    'p.html', Buffer.from('<html><meta charset="iso-8859-2"><body>\xb1\xe6\xea and more</body></html>', 'latin1')
  )
  t.equal(sections[0]!.text, 'ąćę and more')
})

t.test('Markdown: headings, lists, tables, code and front matter', async t => {
  t.same(
    await read(
      'g.md',
      '---\ntitle: "Guide"\ntags: [a, b]\nlang: fr\n---\n# Start\n\nHello *you*, [link](http://x.example) &amp; `code`.\n\n## Two\n' +
      '\n1. a\n   - b\n2. c\n\n| x | y |\n|---|---|\n| 1 | **2** |\n\n```js\nf()\n```\n\n' +
      '<details><summary>More</summary>inside</details>\n\n### Nothing below\n'
    ),
    {
      id: '', title: 'Guide', url: '', fields: [['tags', 'a, b']], language: 'fr',
      sections: [
        { kind: 'text', text: 'Hello you, link & code.', headings: ['Start'] },
        { kind: 'list', text: '1. a\n  - b\n2. c', headings: ['Start', 'Two'] },
        { kind: 'table', text: 'x | y\n1 | 2', headings: ['Start', 'Two'] }, { kind: 'code', text: 'f()', headings: ['Start', 'Two'] },
        { kind: 'text', text: 'More\n\ninside', headings: ['Start', 'Two'] },
        { kind: 'text', text: 'Nothing below', headings: ['Start', 'Two'] },
      ],
    }
  )
})

t.test('no word of a Markdown file is lost or repeated', async () => {
  const phrase = fc
    .array(fc.constantFrom('blue', 'chair', 'élan', 'für', '42', 'niño', 'x'), { minLength: 1, maxLength: 5 })
    .map(words => words.join(' '))
  const block = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 6 }), phrase).map(([level, text]) => `${'#'.repeat(level)} ${text}`),
    phrase, phrase.map(text => `**${text}** and *${text}*`), phrase.map(text => `> ${text}`), phrase.map(text => `\`\`\`\n${text}\n\`\`\``),
    phrase.map(text => `[${text}](https://x.example)`), phrase.map(text => `<div>${text}</div>`),
    fc.array(phrase, { minLength: 1, maxLength: 4 }).map(items => items.map((item, i) => `${' '.repeat(i % 2 * 2)}- ${item}`).join('\n')),
    fc.tuple(phrase, phrase).map(([a, b]) => `| ${a} | ${b} |\n| --- | --- |\n| ${b} | ${a} |`),
  )
  const words = (text: string): string[] => (text.match(/[\p{L}\p{N}]+/gu) ?? []).sort()
  await fc.assert(fc.asyncProperty(fc.array(block, { minLength: 1, maxLength: 12 }), async blocks => {
    const source = blocks.join('\n\n')
    const { sections } = await read('f.md', source)
    // A heading may cover several sections: it counts once each time that it is opened.
    const text = sections.map(section => section.text).join('\n')
    const plain = source.replace(/https:\/\/x\.example/g, '').replace(/<\/?div>/g, '')
    const heads = (plain.match(/^#+ .*$/gm) ?? []).flatMap(line => words(line))
    const body = words(plain.replace(/^#+ .*$/gm, ''))
    const found = words(text)
    const count = (list: string[], word: string) => list.filter(other => other === word).length
    for (const word of new Set(body)) {
      if (count(found, word) < count(body, word) || count(found, word) > count(body, word) + count(heads, word)) return false
    }
    const everything = words(`${text} ${sections.flatMap(section => section.headings).join(' ')}`)
    return heads.every(word => everything.includes(word))
  }), propertyRuns(300))
})
