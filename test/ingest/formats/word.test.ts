// Reads what Word documents say beside their plain text: numbers, notes, margins, boxes, and what was changed or hidden.
import t from 'tap'
import { strToU8 } from 'fflate'
import type { ReadDocument } from '../../../src/documents/content.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { docx, wordParagraph } from '../../fixtures/files.ts'

const word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

interface Parts {
  styles?: string, numbering?: string, footnotes?: string, endnotes?: string, header1?: string, header2?: string,
  footer1?: string
}

async function read (body: string, parts: Parts = {}): Promise<ReadDocument> {
  const roots: Record<string, string> = { header1: 'hdr', header2: 'hdr', footer1: 'ftr' }
  const files = Object.entries(parts).map(([name, xml]): [string, Uint8Array] =>
    [`word/${name}.xml`, strToU8(`<w:${roots[name] ?? name} ${word}>${xml}</w:${roots[name] ?? name}>`)])
  const relations = Object.keys(parts).map((name, i) =>
    `<Relationship Id="r${i}" Type="${types}/${name.replace(/\d/, '')}" Target="${name}.xml"/>`).join('')
  const file = docx(body, {
    ...Object.fromEntries(files),
    'word/_rels/document.xml.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relations}</Relationships>`),
  })
  const [document] = await Array.fromAsync(readFile(file, { name: 'a.docx' }, { maxPages: 50, maxUnpackedBytes: 1e6 }))
  return document!
}

const textOf = ({ sections }: ReadDocument) => sections.map(({ headings, text }) => [...headings, text].join(' › ')).join('\n')
const run = (text: string, properties = '') => `<w:r>${properties ? `<w:rPr>${properties}</w:rPr>` : ''}<w:t ` +
  `xml:space="preserve">${text}</w:t></w:r>`
const paragraph = (inside: string, properties = '') => `<w:p>${properties ? `<w:pPr>${properties}</w:pPr>` : ''}${inside}</w:p>`
const style = (id: string, name: string, inside = '') =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${inside}</w:style>`

t.test('text that is struck out or hidden is left out, by itself or by its style', async t => {
  const styles = style('Old', 'Old price', '<w:rPr><w:strike/></w:rPr>') + style('Inner', 'Inner', '<w:basedOn w:val="Old"/>')
  t.equal(textOf(await read([
    paragraph(run('Now ') + run('29 €', '<w:strike/>') + run('25 €') + run(' (costs 9 €)', '<w:vanish/>') + run(' net',
      '<w:strike w:val="0"/>')),
    paragraph(run('Gone.'), '<w:pStyle w:val="Inner"/>'),
    paragraph(run('Kept.', '<w:strike w:val="false"/>'), '<w:pStyle w:val="Inner"/>'),
  ].join(''), { styles })), 'Now 25 € net\n\nKept.')
})

t.test('tracked changes count as accepted: text, moves, rows, and former properties', async t => {
  const change = 'w:id="1" w:author="Ann"'
  const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`
  t.equal(textOf(await read([
    paragraph(run('Open until ') + `<w:del ${change}><w:r><w:delText>six</w:delText></w:r></w:del><w:ins ${change}>${run('eight')}` +
      '</w:ins>' +
      `<w:moveFrom ${change}>${run(' moved')}</w:moveFrom>`, `<w:pPrChange ${change}><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>` +
        '</w:pPrChange>'),
    `<w:tbl><w:tr>${cell('Day')}${cell('Hours')}</w:tr><w:tr><w:trPr><w:del ${change}/></w:trPr>${cell('Sunday')}${cell('9')}</w:tr>` +
      `<w:tr>${cell('Monday')}${cell('8')}</w:tr></w:tbl>`,
  ].join(''))), 'Open until eight\nDay | Hours\nMonday | 8')
})

t.test('notes stand where they are called, headers before the text and footers after it, without the numbers of pages', async t => {
  const field = (code: string) => `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> ${code} </w:instrText></w:r>` +
    `<w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('3')}<w:r><w:fldChar w:fldCharType="end"/></w:r>`
  t.equal(textOf(await read(
    paragraph(run('Hire costs 19 €') + '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>' +
      run(' a day.') +
      '<w:r><w:endnoteReference w:id="2"/></w:r>'),
    {
      footnotes: `<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">${paragraph(run(' without fuel'))}` +
        '</w:footnote>',
      endnotes: `<w:endnote w:id="2">${paragraph(run('See the rules.'))}</w:endnote>`,
      header1: paragraph(run('Boats of Bergen, tel. 55 12 34')), header2: paragraph(run('Boats of Bergen, tel. 55 12 34')),
      footer1: paragraph(run('Page ') + field('PAGE') + run(' of ') + field('NUMPAGES')) + paragraph(run('VAT no. 123')),
    }
  )), 'Boats of Bergen, tel. 55 12 34\n\nHire costs 19 € (without fuel) a day. (See the rules.)\n\nVAT no. 123')
})

t.test('the text of a text box is read once', async t => {
  const inside = `<w:txbxContent>${wordParagraph('Closed on Monday')}</w:txbxContent>`
  const newer = `<w:drawing><wp:anchor xmlns:wp="x"><wps:wsp xmlns:wps="y"><wps:txbx>${inside}</wps:txbx></wps:wsp></wp:anchor></w:drawing>`
  const older = `<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>${inside}</v:textbox></v:shape></w:pict>`
  const alternate = (fallback: string) => '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">' +
    `<mc:Choice Requires="wps">${newer}</mc:Choice>${fallback}</mc:AlternateContent>`
  for (const box of [alternate(`<mc:Fallback>${older}</mc:Fallback>`), alternate(''), newer, older]) {
    const text = textOf(await read(paragraph(run('Before.') + `<w:r>${box}</w:r>`) + wordParagraph('After.')))
    t.equal(text.split('Closed on Monday').length, 2, text)
    t.match(text, /^Before\.[^]*After\.$/)
  }
})

const level = (depth: number, form: string, text: string) =>
  `<w:lvl w:ilvl="${depth}"><w:start w:val="1"/><w:numFmt w:val="${form}"/><w:lvlText w:val="${text}"/></w:lvl>`
const numbering = '<w:abstractNum ' +
  `w:abstractNumId="7">${level(0, 'upperRoman', '%1.')}${level(1, 'decimal', '%1.%2')}${level(2, 'lowerLetter', '%3)')}` +
  `</w:abstractNum><w:abstractNum w:abstractNumId="8">${level(0, 'bullet', '·')}${level(1, 'decimal', '%2.')}</w:abstractNum>` +
  '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>' +
  '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
const place = (list: number, depth: number) => `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="${list}"/></w:numPr>`

t.test('headings have the numbers that Word writes before them, also by their style', async t => {
  const styles = style('Heading1', 'heading 1', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
    style('Chapter', 'Chapter', '<w:basedOn w:val="Heading1"/>') + style('Heading2', 'heading 2', `<w:pPr>${place(1, 1)}</w:pPr>`)
  const heading = (text: string, name: string, more = '') => paragraph(run(text), `<w:pStyle w:val="${name}"/>${more}`)
  const { sections } = await read([
    heading('Hire', 'Heading1'), heading('Prices', 'Heading2'), wordParagraph('a'), heading('Times', 'Heading2'), wordParagraph('b'),
    heading('Rules', 'Chapter'), heading('Dogs', 'Heading2'), wordParagraph('c'), heading('Annex', 'Heading1', place(3, 0)),
    wordParagraph('d'),
    paragraph(run('Plain'), '<w:outlineLvl w:val="0"/>'),
  ].join(''), { styles, numbering })
  t.same(sections.map(({ headings, text }) => [...headings, text.split('\n')[0]]), [
    ['I. Hire', 'I.1 Prices', 'a'], ['I. Hire', 'I.2 Times', 'b'], ['II. Rules', 'II.1 Dogs', 'c'], ['V. Annex', 'd'],
    ['Plain'],
  ])
})

t.test('paragraphs with numbers that name those above keep them; lists keep their levels', async t => {
  const item = (text: string, list: number, depth: number) => paragraph(run(text), place(list, depth))
  const { sections } = await read([
    item('The tenant pays.', 1, 1), item('The landlord heats.', 1, 1), wordParagraph('Bring:'), item('food', 2, 0), item('bread', 2, 1),
    item('water', 2, 1),
    item('clothes', 2, 0),
  ].join(''), { numbering })
  t.match(sections[0]!.text, /^I\.1 The tenant pays\.\s+I\.2 The landlord heats\.\s+Bring:$/)
  t.same(sections[1], { kind: 'list', headings: [], text: '- food\n  1. bread\n  2. water\n- clothes' })
})

t.test('a list that goes on after other text keeps its numbers, and letters stay letters', async t => {
  const own = `<w:abstractNum w:abstractNumId="9">${level(0, 'decimal', '%1.')}${level(1, 'lowerLetter', '%2)')}</w:abstractNum>` +
    '<w:num w:numId="1"><w:abstractNumId w:val="9"/></w:num>'
  const item = (text: string, depth = 0) => paragraph(run(text), place(1, depth))
  const { sections } = await read([
    item('food'), item('bread', 1), item('water', 1), item('clothes'), wordParagraph('Then:'), item('a towel'), item('red', 1),
  ].join(''), { numbering: own })
  t.same(sections.map(({ text }) => text), [
    '1. food\n  - a) bread\n  - b) water\n2. clothes', 'Then:', '- 3. a towel\n  - a) red',
  ])
})

t.test('a table of contents repeats the headings, and is left out', async t => {
  const styles = style('Toc1', 'toc 1') + style('Heading1', 'heading 1')
  t.equal(textOf(await read(paragraph(run('Hire 3'), '<w:pStyle w:val="Toc1"/>') + paragraph(run('Hire'), '<w:pStyle w:val="Heading1"/>') +
    wordParagraph('19 €'), { styles })), 'Hire › 19 €')
})
