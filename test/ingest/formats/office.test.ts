// Reads OpenDocument texts and presentations, PowerPoint, books and RTF: what people see, in their order.
import { strToU8, zipSync } from 'fflate'
import t from 'tap'
import type { ReadDocument } from '../../../src/documents/content.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { odf } from '../../fixtures/workbooks.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }

async function read (name: string, file: Uint8Array | string): Promise<ReadDocument> {
  const documents = await Array.fromAsync(readFile(typeof file === 'string' ? Buffer.from(file, 'latin1') : file, { name }, limits))
  t.equal(documents.length, 1)
  return documents[0]!
}

const textOf = ({ sections }: ReadDocument) => sections.map(({ headings, text }) => [...headings, text].join(' › ')).join('\n')

t.test('OpenDocument text: struck, hidden and deleted text is left out, notes and boxes stand where they belong', async t => {
  const styles = '<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>' +
    '<style:style style:name="H"><style:text-properties text:display="none"/></style:style><style:style style:name="P" ' +
      'style:parent-style-name="S"/>'
  const span = (text: string, style: string) => `<text:span text:style-name="${style}">${text}</text:span>`
  const file = odf('text', '<text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion>' +
    '</text:changed-region></text:tracked-changes>' +
    '<text:h text:outline-level="1">Hire</text:h>' +
    `<text:p>Now ${span('29 €', 'S')}25 €${span(' (secret)', 'H')}<text:note><text:note-citation>1</text:note-citation>` +
      '<text:note-body><text:p>without fuel' +
    '</text:p></text:note-body></text:note><text:s text:c="2"/>a day.<office:annotation><text:p>check</text:p></office:annotation>' +
    '<draw:frame><draw:text-box><text:p>Closed on Monday</text:p></draw:text-box><svg:desc>a boat</svg:desc></draw:frame></text:p>' +
    '<text:p text:style-name="P">Gone.</text:p><text:section text:display="none"><text:p>Hidden.</text:p></text:section>' +
    '<text:p>49<text:span text:style-name="up">99</text:span> €</text:p>',
  { styles: styles + '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>' })
  t.equal(textOf(await read('a.odt', file)), 'Hire › Now 25 € (without fuel) a day.\n\nClosed on Monday\n\n49,99 €')
})

t.test('OpenDocument text: numbered headings, lists, tables, margins, title and language', async t => {
  const outline = '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>' +
    '<text:outline-level-style text:level="2" style:num-format="a" text:display-levels="2"/></text:outline-style>' +
    '<text:list-style style:name="L"><text:list-level-style-bullet text:level="1"/><text:list-level-style-number text:level="2" ' +
      'style:num-format="1"/></text:list-style>'
  const master = '<style:master-page><style:header><text:p>Boats of Bergen</text:p></style:header><style:footer><text:p>Page ' +
    '<text:page-number>3</text:page-number>' +
    '</text:p></style:footer></style:master-page>'
  const item = (inside: string) => `<text:list-item>${inside}</text:list-item>`
  const paragraph = (text: string) => `<text:p>${text}</text:p>`
  const inner = item(paragraph('bread')) + item(paragraph('water'))
  const cell = (text: string, more = '') => `<table:table-cell ${more}>${paragraph(text)}</table:table-cell>`
  const file = odf('text', '<text:p text:style-name="Title">The boats</text:p><text:h text:outline-level="1">Hire</text:h><text:h ' +
    'text:outline-level="2">Rules</text:h>' +
    `<text:list text:style-name="L">${item(`${paragraph('bring')}<text:list>${inner}</text:list>`)}</text:list>` +
    '<text:h text:outline-level="2">Prices</text:h><table:table><table:table-header-rows><table:table-row>' + cell('Boat') +
      cell('Hour') + cell('Day') +
    `</table:table-row></table:table-header-rows><table:table-row>${cell('Raft')}${cell('closed', 'table:number-columns-spanned="2"')}` +
    '<table:covered-table-cell/></table:table-row></table:table>', {
    more: {
      'styles.xml': `<office:document-styles>${outline}${master}</office:document-styles>`,
      'meta.xml': '<m><dc:title>x</dc:title><dc:language>de-CH</dc:language></m>',
    },
  })
  const document = await read('a.odt', file)
  t.equal(textOf(document), 'Boats of Bergen\n1. Hire › 1.a Rules › - bring\n  1. bread\n  2. water\n1. Hire › 1.b Prices › Boat | ' +
    'Hour | Day\nRaft | closed | closed')
  t.equal(document.title, 'The boats')
  t.equal(document.language, 'de')
})

t.test('OpenDocument presentation: slides with their titles and notes; hidden slides are left out', async t => {
  const slide = (title: string, text: string, more = '') => `<draw:page ${more}><draw:frame presentation:class="title"><draw:text-box>` +
    `<text:p>${title}</text:p>` +
    `</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame></draw:page>`
  const file = odf('presentation', slide('Boats', 'Two rafts') + slide('Costs', 'secret', 'draw:style-name="dp1"') + slide('Hours',
    '8 to 18'), {
    styles: '<style:style style:name="dp1"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
  })
  t.equal(textOf(await read('a.odp', file)), 'Boats › Two rafts\nHours › 8 to 18')
})

const zip = (files: Record<string, string>) => zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name,
  strToU8(text)])))
const relations = (all: [id: string, type: string, target: string][]) => `<Relationships>${all.map(([id, type, target]) =>
  `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`).join('')}</Relationships>`

function pptx (slides: string[], notes: Record<number, string> = {}): Uint8Array {
  return zip({
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${i}" r:id="r${i}"/>`).join('')}` +
      '</p:sldIdLst></p:presentation>',
    // The order of the files is not that of the slides.
    'ppt/_rels/presentation.xml.rels': relations(slides.map((_, i) => [`r${i}`, 'slide', `slides/slide${slides.length - i}.xml`])),
    ...Object.fromEntries(slides.map((xml, i) => [`ppt/slides/slide${slides.length - i}.xml`, xml])),
    ...Object.fromEntries(Object.keys(notes).map(i => [
      `ppt/slides/_rels/slide${slides.length - Number(i)}.xml.rels`, relations([['n', 'notesSlide', `../notesSlides/notesSlide${i}.xml`]]),
    ])),
    ...Object.fromEntries(Object.entries(notes).map(([i, xml]) => [`ppt/notesSlides/notesSlide${i}.xml`, xml])),
  })
}
const line = (text: string, level = 0, run = '') => `<a:p><a:pPr lvl="${level}"/><a:r><a:rPr ${run}/><a:t>${text}</a:t></a:r></a:p>`
const shape = (type: string, inside: string, more = '') => `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" ${more}/><p:nvPr>` +
  `${type ? `<p:ph type="${type}"/>` : ''}</p:nvPr></p:nvSpPr><p:txBody>${inside}</p:txBody></p:sp>`
const slide = (inside: string, more = '') => `<p:sld ${more}><p:cSld><p:spTree>${inside}</p:spTree></p:cSld></p:sld>`

t.test('PowerPoint: slides in order with titles, lists, tables and notes; hidden slides and shapes are left out', async t => {
  const cell = (text: string, more = '') => `<a:tc ${more}><a:txBody>${line(text)}</a:txBody></a:tc>`
  const table = `<p:graphicFrame><a:tbl><a:tr>${cell('Boat')}${cell('Hour')}${cell('Day')}</a:tr>` +
    `<a:tr>${cell('Raft')}${cell('closed', 'gridSpan="2"')}` +
    `${cell('', 'hMerge="1"')}</a:tr></a:tbl></p:graphicFrame>`
  const document = await read('boats.pptx', pptx([
    slide(shape('ctrTitle', line('Boats of Bergen')) + shape('subTitle', line('Season 2024')) + shape('sldNum', line('1'))),
    slide(shape('title', line('Costs')) + shape('body', line('secret')), 'show="0"'),
    slide(shape('title', line('Hire')) + shape('body', line('Rafts') + line('from 9', 1) + line('29 €', 1, 'strike="sngStrike"')) + table +
      shape('', line('draft'), 'hidden="1"')),
  ], { 2: slide(shape('sldImg', '') + shape('body', line('Say that fuel is extra.')) + shape('sldNum', line('3'))) }))
  t.same([document.title, ...document.sections.map(({ page, kind, headings, text }) => [page, kind, ...headings, text])], [
    'Boats of Bergen', [1, 'text', 'Boats of Bergen', 'Season 2024'], [3, 'list', 'Hire', '- Rafts\n  - from 9'],
    [3, 'table', 'Hire', 'Boat | Hour | Day\nRaft | closed | closed'], [3, 'text', 'Hire', 'Say that fuel is extra.'],
  ])
})

const epub = (more: Record<string, string> = {}) => zip({
  'META-INF/container.xml': '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
  'OEBPS/book.opf': '<package><metadata><dc:title>The boats</dc:title><dc:creator>Ann Lee</dc:creator><dc:language>en</dc:language>' +
    '</metadata><manifest>' +
    '<item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/one.xhtml" ' +
      'media-type="application/xhtml+xml"/>' +
    '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="c" href="x.css" ' +
      'media-type="text/css"/></manifest>' +
    '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
  'OEBPS/nav.xhtml': '<html><body><nav><a href="text/one.xhtml#x">First</a><a href="text/two%20b.xhtml">Second</a></nav></body></html>',
  'OEBPS/text/one.xhtml': '<!DOCTYPE html><html><body><p>Rafts float.</p></body></html>',
  'OEBPS/text/two b.xhtml': '<html><body><h1>Of boats</h1><p>Boats sail.</p></body></html>',
  ...more,
})

t.test('a book: its chapters in reading order, under their own titles or those of the table of contents', async t => {
  const document = await read('b.epub', epub())
  t.equal(textOf(document), 'First › Rafts float.\nOf boats › Boats sail.')
  t.match(document, { title: 'The boats', language: 'en', fields: [['Author', 'Ann Lee']] })
  await t.rejects(read('b.epub', epub({ 'META-INF/encryption.xml': '<CipherReference URI="OEBPS/text/one.xhtml"/>' })),
    { code: 'FILE_REJECTED', reason: 'encrypted' })
})

const rtf = (body: string) => '{\\rtf1\\ansi\\ansicpg1252\\uc1{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset2 ' +
  'Symbol;}{\\f2\\fcharset204 Arial Cyr;}}' +
  '{\\stylesheet{\\s0 Normal;}{\\s1 heading 1;}{\\*\\cs2 Strong;}{\\s3\\sbasedon0 heading 2;}}{\\info{\\title Boats}{\\author ' +
    'Ann}}{\\*\\generator x;}' + body + '}'

t.test('RTF: headings, signs of any encoding, struck, hidden and deleted text, notes and margins', async t => {
  const document = await read('a.rtf', rtf('{\\header\\pard Boats of Bergen\\par Page {\\field{\\*\\fldinst PAGE}{\\fldrslt 3}}\\par}' +
    '\\pard\\s1 Hire\\par\\pard\\s3{\\listtext\\pard 1.1\\tab}Prices\\par\\pard\\plain Now {\\strike 29 \\\'80}25 \\u8364?{\\v ' +
      'secret}{\\deleted old} a day' +
    '{\\super\\chftn}{\\footnote\\pard\\plain {\\super\\chftn} without fuel\\par}.\\line From \\f2\\\'cc\\\'ee\\f0  to ' +
      '\\u-10179?\\u-8704?\\par' +
    '{\\pict\\bin4 {{{{abc}{\\*\\unknown nothing}\\pard\\ls1{\\listtext\\f1\\\'b7\\tab}bread\\par\\ls1\\ilvl1{\\listtext ' +
      'b)\\tab}water\\par}'))
  t.equal(document.title, 'Boats')
  t.equal(textOf(document), 'Boats of Bergen\nHire › 1.1 Prices › Now 25 € a day (without fuel).\nFrom Мо to \u{1F600}\nHire › 1.1 ' +
    'Prices › - bread\n  - b) water')
})

t.test('RTF: tables with merged cells', async t => {
  const row = (cells: string[], edges: string) => `\\trowd${edges}\\pard\\intbl ${cells.map(cell => `${cell}\\cell `).join('')}\\row`
  const body = row(['Boat', 'Hour', 'Day'], '\\cellx100\\cellx200\\cellx300') + row(['Raft', 'closed'], '\\clvmgf\\cellx100\\cellx300') +
    row(['', '5', '9'], '\\clvmrg\\cellx100\\cellx200\\cellx300') + row(['Canoe', 'free', ''],
    '\\cellx100\\clmgf\\cellx200\\clmrg\\cellx300')
  t.equal(textOf(await read('a.rtf', rtf(body + '\\pard End.\\par'))),
    'Boat | Hour | Day\nRaft | closed | closed\nRaft | 5 | 9\nCanoe | free | free\nEnd.')
})
