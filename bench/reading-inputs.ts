// Makes large files of each format, with the library that parses each doing nothing else.
import { parse } from 'csv-parse/sync'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { read, utils } from '@e965/xlsx'
import { DomUtils, parseDocument } from 'htmlparser2'
import mammoth from 'mammoth'
import { Lexer } from 'marked'
import PostalMime from 'postal-mime'
import { extractText, getDocumentProxy } from 'unpdf'
import { docx, pdf, wordParagraph, wordTable } from '../test/fixtures/files.ts'
import { odf, xlsx } from '../test/fixtures/workbooks.ts'

export interface Input {
  name: string
  file: string
  bytes: Uint8Array
  /** The characters of text that must be read. */
  text: number
  /** Does what the library alone does. */
  bare: () => Promise<unknown> | void
  about: string
  /** The parser is the engine's own, and not written in JavaScript as the reader is: no goal. */
  isNative?: boolean
}

const sentence = 'The hire of a boat includes fuel, life vests and a short briefing; deposits are returned on the same day.'
const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}. ${sentence}`)
const sum = (texts: string[]) => texts.reduce((all, text) => all + text.length, 0)
const rowOf = (i: number) => [`Boat ${i}`, `No ${i % 977}`, i % 90 + 0.5, 'Bergen', `berth ${i % 40}`, i * 3, 'open from May to October',
  i % 7, 'yes', `note ${i % 13}`]
const header = ['Name', 'Code', 'Price', 'Town', 'Berth', 'Number', 'Season', 'Class', 'Power', 'Remark']

/** Builds a workbook of ten columns; each text is written once and shared, as Excel writes it. */
export function workbook (rows: number): Uint8Array {
  const strings = new Map<string, number>()
  const shared = (text: string) => {
    if (!strings.has(text)) strings.set(text, strings.size)
    return strings.get(text)!
  }
  const cells = [header, ...Array.from({ length: rows }, (_, i) => rowOf(i))]
  const xml = cells.map((row, i) => `<row r="${i + 1}">${row.map((cell, column) => {
    const at = `${String.fromCharCode(65 + column)}${i + 1}`
    return typeof cell === 'number' ? `<c r="${at}" s="1"><v>${cell}</v></c>` : `<c r="${at}" t="s"><v>${shared(cell)}</v></c>`
  }).join('')}</row>`).join('')
  return xlsx({ Boats: xml }, {
    strings: [...strings.keys()].map(text => `<t>${text}</t>`), styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="4"/></cellXfs>',
  })
}

/** Builds a PDF of a thousand pages of text with that many bytes. */
export function largePdf (bytes: number): Uint8Array {
  const pages = Array.from({ length: 1000 }, (_, i) => lines(40).map(line => `${i} ${line}`))
  return pdf(pages, { padding: Math.max(0, bytes - pdf(pages).length) })
}

/** Reads the rows of a workbook as objects, as SheetJS does it by itself. */
function bareSheets (bytes: Uint8Array): unknown[] {
  const { Sheets, SheetNames } = read(bytes, { dense: true })
  return SheetNames.flatMap(name => utils.sheet_to_json(Sheets[name]!, { raw: false }))
}

/** Unpacks the XML of an archive and reads its text. */
function bareXml (bytes: Uint8Array): string[] {
  return Object.values(unzipSync(bytes, { filter: ({ name }) => /\.xml$/.test(name) })).map(xml =>
    DomUtils.textContent(parseDocument(Buffer.from(xml).toString('utf8'), { xmlMode: true }).childNodes))
}

/** Reads the text of a page as the library does it by itself. */
function bareHtml (html: Uint8Array): string {
  return DomUtils.innerText(parseDocument(Buffer.from(html).toString('utf8')).childNodes)
}

/** @param share of the full size */
export function inputs (share: number): Input[] {
  const many = (count: number) => lines(Math.round(count * share))
  const text = many(20_000)
  const rows = Array.from({ length: Math.round(30_000 * share) }, (_, i) => rowOf(i).map(String))
  const csv = Buffer.from([header, ...rows].map(row => row.join(';')).join('\n'))
  const cells = sum(rows.flat())
  const json = Buffer.from(JSON.stringify(rows.map(row => Object.fromEntries(row.map((cell, i) => [header[i]!, cell])))))
  const html = Buffer.from(`<html><body>${text.map(line => `<p>${line}</p>`).join('\n')}</body></html>`)
  const markdown = Buffer.from(text.map((line, i) => i % 20 === 0 ? `## Part ${i}\n\n${line}` : line).join('\n\n'))
  const word = docx(many(4000).map((line, i) => i % 20 === 0 ? wordTable([['a', 'b'], ['c', line]]) : wordParagraph(line)).join(''))
  const odt = odf('text', text.map(line => `<text:p>${line}</text:p>`).join(''))
  const book = workbook(Math.round(30_000 * share))
  const odsRows = [header, ...rows].map(row => `<table:table-row>${row.map(cell =>
    `<table:table-cell office:value-type="string"><text:p>${cell}</text:p></table:table-cell>`).join('')}</table:table-row>`)
  const ods = odf('spreadsheet', `<table:table table:name="Boats">${odsRows.join('')}</table:table>`, {
    more: { 'styles.xml': '<office:document-styles/>' },
  })
  const pages = pdf(Array.from({ length: Math.max(20, Math.round(300 * share)) }, (_, i) => lines(40).map(line => `${i} ${line}`)))
  const mail = Buffer.from('From: a@example.com\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; ' +
    `charset=utf-8\r\n\r\n${text.join('\r\n')}`)
  const slides = slidesOf(many(4000))
  const item = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
  const epub = zipSync({
    'META-INF/container.xml': strToU8('<container><rootfile full-path="b.opf"/></container>'),
    'b.opf': strToU8(`<package><manifest>${item}</manifest><spine><itemref idref="a"/></spine></package>`),
    'a.xhtml': html,
  })
  const tree = 'fflate and htmlparser2, a tree and its text'
  const input = (name: string, bytes: Uint8Array, text: number, about: string, bare: Input['bare']): Input =>
    ({ name, file: `a.${name.toLowerCase().replace('markdown', 'md')}`, bytes, text, about, bare })
  return [
    input('CSV', csv, cells, 'csv-parse, rows as objects', () => { parse(csv, { delimiter: ';', columns: true }) }),
    { ...input('JSON', json, cells, 'JSON.parse', () => { JSON.parse(json.toString('utf8')) }), isNative: true },
    input('XLSX', book, cells * 0.9, 'SheetJS, rows as objects', () => { bareSheets(book) }),
    input('ODS', ods, cells, 'SheetJS, rows as objects', () => { bareSheets(ods) }),
    input('DOCX', word, sum(many(4000)), 'mammoth', () => mammoth.convertToHtml({ buffer: Buffer.from(word) })),
    input('ODT', odt, sum(text), tree, () => { bareXml(odt) }),
    input('PPTX', slides, sum(many(4000)), tree, () => { bareXml(slides) }),
    input('EPUB', epub, sum(text), tree, () => { bareHtml(unzipSync(epub)['a.xhtml']!) }),
    input('HTML', html, sum(text), 'htmlparser2, a tree and its text', () => { bareHtml(html) }),
    input('Markdown', markdown, sum(text), 'marked', () => { new Lexer({ gfm: true }).lex(markdown.toString('utf8')) }),
    input('EML', mail, sum(text), 'postal-mime', () => PostalMime.parse(mail)),
    input('PDF', pages, 0, 'unpdf', async () => { await extractText(await getDocumentProxy(Uint8Array.from(pages))) }),
  ]
}

/** Builds a presentation of ten lines a slide. */
function slidesOf (texts: string[]): Uint8Array {
  const slides = Array.from({ length: Math.ceil(texts.length / 10) }, (_, i) => texts.slice(i * 10, i * 10 + 10))
  const relations = slides.map((_, i) => `<Relationship Id="r${i}" Type="x/slide" Target="slides/slide${i}.xml"/>`).join('')
  return zipSync({
    'ppt/presentation.xml': strToU8(`<p:presentation><p:sldIdLst>${slides.map((_, i) => `<p:sldId r:id="r${i}"/>`).join('')}` +
      '</p:sldIdLst></p:presentation>'),
    'ppt/_rels/presentation.xml.rels': strToU8(`<Relationships>${relations}</Relationships>`),
    ...Object.fromEntries(slides.map((own, i) => [`ppt/slides/slide${i}.xml`, strToU8(
      `<p:sld><p:sp>${own.map(text => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`).join('')}</p:sp></p:sld>`)])),
  })
}
