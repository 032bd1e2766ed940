// Broken, locked and malicious files are rejected, each with its reason.
import { deflateRawSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import t from 'tap'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { isRejection } from '../../../src/ingest/formats/rejection.ts'
import type { RejectionReason } from '../../../src/ingest/formats/rejection.ts'
import { docx, pdf, wordParagraph } from '../../fixtures/files.ts'
import { odf, xlsx, xlsxRows } from '../../fixtures/workbooks.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { cpuMs } from '../../fixtures/cpu-time.ts'

const limits = { maxPages: 50, maxUnpackedBytes: 1e6 }
const old = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])

const entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
const sheetNowhere = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="../../../etc/passwd"/></Relationships>'
const accents = ['Le modèle est livré complet, avec un câble et une clé.', 'Chaque pièce est contrôlée à la main.']

const cases: [what: string, reason: RejectionReason, name: string, file: Uint8Array | string][] = [
  ['a locked PDF', 'encrypted', 'a.pdf', pdf([['x']], { encrypted: true })],
  ['a PDF of too many pages', 'too many pages', 'a.pdf', pdf(Array.from({ length: 51 }, () => ['x']))],
  ['a PDF that ends in the middle', 'broken', 'a.pdf', pdf([['x']]).subarray(0, 300)],
  ['a PDF of nothing but its first line', 'broken', 'a.pdf', '%PDF-1.7\n'],
  ['a PDF without text', 'empty', 'a.pdf', pdf([[], []])],
  ['a PDF whose font numbers its accented letters', 'no readable text', 'a.pdf', pdf([accents], { letters: { é: '\u0001', è: '\u0002' } })],
  [
    'a PDF whose font has private signs for all letters', 'no readable text', 'a.pdf',
    pdf([['some words']], { letters: Object.fromEntries([...'somewrd'].map((letter, i) => [letter, String.fromCodePoint(0xe000 + i)])) }),
  ],
  ['a Word document that unpacks to too much', 'too large when unpacked', 'a.docx', docx(wordParagraph('x'.repeat(2e6)))],
  [
    'a Word document with many parts that unpack to too much', 'too large when unpacked', 'a.docx',
    docx('', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`word/p${i}.xml`, new Uint8Array(50_000)]))),
  ],
  ['a Word document that lies about its size', 'broken', 'a.docx', lyingArchive()],
  [
    'a Word document with elements too deep in one another', 'too deep', 'a.docx',
    docx('<w:sdt><w:sdtContent>'.repeat(9000) + wordParagraph('x') + '</w:sdtContent></w:sdt>'.repeat(9000)),
  ],
  ['a Word document whose XML is broken', 'broken', 'a.docx', docx('<w:p><w:r>')],
  ['a Word document that ends in the middle', 'broken', 'a.docx', docx(wordParagraph('x')).subarray(0, 600)],
  ['a locked Word document', 'encrypted', 'a.docx', Buffer.concat([old, Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')])],
  ['a locked archive', 'encrypted', 'a.docx', lockedArchive()],
  ['an old Word document', 'unknown format', 'a.doc', Buffer.concat([old, Buffer.alloc(600)])],
  ['a workbook without sheets', 'empty', 'a.xlsx', zipSync({ 'xl/workbook.xml': strToU8('<workbook/>') })],
  ['a binary workbook', 'unknown format', 'a.xlsb', zipSync({ 'xl/workbook.bin': strToU8('x') })],
  ['a workbook whose sheet is missing', 'broken', 'a.xlsx', xlsx({ One: '' }, { more: { 'xl/_rels/workbook.xml.rels': sheetNowhere } })],
  ['a workbook that unpacks to too much', 'too large when unpacked', 'a.xlsx', xlsx({ One: xlsxRows([['x'.repeat(2e6)]]) })],
  [
    'a workbook with a long text in very many cells', 'too large when unpacked', 'a.xlsx',
    xlsx({ One: xlsxRows(Array.from({ length: 200 }, (_, i) => [`<c r="A${i + 1}" t="s"><v>0</v></c>`])) },
      { strings: [`<t>${'x'.repeat(9000)}</t>`] }),
  ],
  ['a workbook with entities of its own', 'broken', 'a.xlsx', xlsx({ One: xlsxRows([['x']]) }, { prolog: `<!DOCTYPE d [${entities}]>` })],
  ['a workbook too deep', 'too deep', 'a.xlsx', xlsx({ One: '<row>'.repeat(5000) + '</row>'.repeat(5000) })],
  ['a spreadsheet with entities of its own', 'broken', 'a.ods', odf('spreadsheet', '', { prolog: `<!DOCTYPE d [${entities}]>` })],
  [
    'a locked spreadsheet', 'encrypted', 'a.ods',
    odf('spreadsheet', '', { more: { 'META-INF/manifest.xml': '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>' } }),
  ],
  ['an archive', 'unknown format', 'a.zip', zipSync({ 'a.txt': strToU8('x') })],
  ['an empty archive', 'empty', 'a.zip', zipSync({})],
  ['RTF without text', 'empty', 'a.rtf', '{\\rtf1{\\info{\\author x}}}'],
  ['RTF too deep', 'too deep', 'a.rtf', '{\\rtf1' + '{'.repeat(5000)],
  ['a book without a list of chapters', 'broken', 'a.epub', zipSync({ 'META-INF/container.xml': strToU8('<container/>') })],
  ['a picture', 'unknown format', 'a.txt', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['a program', 'unknown format', 'a.csv', Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(100), Buffer.from('text')])],
  ['an empty file', 'empty', 'a.pdf', ''],
  ['a file of spaces', 'empty', 'a.txt', ' \n\t \n'],
  ['an HTML page without text', 'empty', 'a.html', '<html><body><script>1</script></body></html>'],
  ['HTML too deep', 'too deep', 'a.html', '<div>'.repeat(100_000)],
  ['Markdown too deep', 'too deep', 'a.md', '>'.repeat(50_000) + ' a'],
  ['a page of comments alone', 'empty', 'a.html', '<!-- a -->'.repeat(3000)],
  ['CSV of a header alone', 'empty', 'a.csv', 'a,b\n'],
]

for (const [what, reason, name, file] of cases) {
  t.test(`${what}: ${reason}`, async t => {
    const bytes = typeof file === 'string' ? Buffer.from(file) : file
    await t.rejects(Array.fromAsync(readFile(bytes, { name }, limits)), {
      code: 'FILE_REJECTED', statusCode: 422, reason, message: new RegExp(`was rejected\\. ${reason}`),
    })
  })
}

t.test('nested entities of a Word document are not expanded', async t => {
  const names = 'abcdefghij'
  const bomb = [...names].map((name, i) => `<!ENTITY ${name} "${i === 0 ? 'lol' : `&${names[i - 1]};`.repeat(10)}">`).join('')
  const evil = docx('', {
    'word/document.xml': strToU8(
      `<?xml version="1.0"?><!DOCTYPE d [${bomb}]><w:document ` +
      'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' +
      `${wordParagraph('&j;')}${wordParagraph('end')}</w:body></w:document>`
    ),
  })
  const documents = await Array.fromAsync(readFile(evil, { name: 'a.docx' }, limits)).catch(error => error)
  t.ok(documents.reason === 'broken' || JSON.stringify(documents).length < 1000)
})

t.test('a workbook that hides columns from far before the first one is read at once', async t => {
  const hidden = '<cols><col min="-99999999999" max="1" hidden="1"/><col min="3.5" max="1e300" hidden="1"/></cols>'
  const sheet = `${hidden}<sheetData>${xlsxRows([['Secret', 'Name'], ['x', 'Pedalo'], ['y', 'Canoe']])}</sheetData>`
  const documents = await Array.fromAsync(readFile(xlsx({ Sheet1: sheet }), { name: 'a.xlsx' }, limits))
  t.notMatch(JSON.stringify(documents), /Secret|"x"/)
  t.match(JSON.stringify(documents), /Pedalo.*Canoe/s)
})

t.test('a book that names one chapter, and opens links without end, is read once and at once', async t => {
  const container = '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
  const book = '<package><manifest><item id="a" href="a.html" media-type="text/html"/>' +
    '<item id="n" properties="nav" href="n.html" media-type="text/html"/></manifest>' +
    `<spine>${'<itemref idref="a"/>'.repeat(500)}</spine></package>`
  const contents = `<nav>${'<a href="b.html">'.repeat(20_000)}${'<a '.repeat(20_000)}<a href="a.html"><b>Sails</b></a></nav>`
  const file = zipSync({
    mimetype: strToU8('application/epub+zip'), 'META-INF/container.xml': strToU8(container), 'book.opf': strToU8(book),
    'a.html': strToU8('<p>Rinse the sails.</p>'), 'n.html': strToU8(contents),
  })
  const began = cpuMs()
  const [document] = await Array.fromAsync(readFile(file, { name: 'a.epub' }, limits))
  t.same(document!.sections.map(({ text, headings }) => ({ text, headings })), [{ text: 'Rinse the sails.', headings: ['Sails'] }])
  t.ok(cpuMs() - began < 5000)
})

t.test('a damaged file is read or rejected, and nothing else happens', async t => {
  // As in the reader: pdf.js leaves promises behind that nobody waits for.
  const ignore = () => {}
  process.on('unhandledRejection', ignore)
  t.teardown(() => process.off('unhandledRejection', ignore))
  const whole: [name: string, file: Uint8Array][] = [
    ['a.pdf', pdf([['One', 'two'], ['Three']], { title: 'T' })],
    ['a.docx', docx(wordParagraph('One', 'Heading1') + wordParagraph('two'))],
    ['a.html', Buffer.from('<html><body><h1>One</h1><table><tr><td>a<td>b</table><ul><li>x</ul></body></html>')],
    ['a.csv', Buffer.from('a,b\n"1",2\n')], ['a.json', Buffer.from('[{"a":"x","b":[1,{"c":null}]},{"a":"y"}]')],
    ['a.xlsx', xlsx({ One: xlsxRows([['a', 'b'], ['x', 1]]) })],
    ['a.ods', odf('spreadsheet', '<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>' +
      '</table:table-row></table:table>')],
    ['a.odt', odf('text', '<text:h>One</text:h><text:list><text:list-item><text:p>x</text:p></text:list-item></text:list>')],
    ['a.rtf', Buffer.from('{\\rtf1{\\stylesheet{\\s1 heading 1;}}\\s1 One\\par\\trowd\\cellx9\\intbl x\\cell\\row{\\footnote y}}')],
    ['a.eml', Buffer.from('From: a@b.c\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: ' +
      'text/csv\n\na,b\n1,2\n--b--')],
    ['a.md', Buffer.from('# One\n\n- a\n\n|a|b|\n|-|-|\n|1|2|\n')],
    ['a.vtt', Buffer.from('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>Hi</v>\n')],
  ]
  const damage = fc.record({ at: fc.nat({ max: 5000 }), bytes: fc.uint8Array({ maxLength: 6 }) })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole), fc.array(damage, { minLength: 1, maxLength: 8 }), fc.option(fc.nat({ max: 5000 })),
      async ([name, file], wounds, end) => {
        const bytes = Uint8Array.from(file).subarray(0, end ?? file.length)
        for (const wound of wounds) if (wound.at + wound.bytes.length < bytes.length) bytes.set(wound.bytes, wound.at)
        try {
          await Array.fromAsync(readFile(bytes, { name }, limits))
          return true
        } catch (error) {
          return isRejection(error)
        }
      }
    ),
    propertyRuns(400)
  )
})

/** Makes an archive whose only document unpacks to 50 MB but declares 1000 bytes. */
function lyingArchive (): Uint8Array {
  const packed = deflateRawSync(Buffer.alloc(50e6, ' '))
  const archive = Buffer.from(zipSync({ 'word/document.xml': [strToU8('x'), { level: 0 }] }))
  const local = archive.subarray(0, 30 + 17)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(1000, 22)
  const directory = archive.subarray(archive.indexOf('PK\u0001\u0002'))
  directory.writeUInt16LE(8, 10)
  directory.writeUInt32LE(packed.length, 20)
  directory.writeUInt32LE(1000, 24)
  const end = directory.indexOf('PK\u0005\u0006')
  directory.writeUInt32LE(local.length + packed.length, end + 16)
  return Buffer.concat([local, packed, directory])
}

function lockedArchive (): Uint8Array {
  const archive = Buffer.from(docx(wordParagraph('x')))
  archive[6]! |= 1
  archive[archive.indexOf('PK\u0001\u0002') + 8]! |= 1
  return archive
}
