// Reads the layout of PDF pages: margins, directions of text, page numbers, paragraphs of many lines.
import t from 'tap'
import type { ReadDocument } from '../../../src/documents/content.ts'
import { paragraphsOf } from '../../../src/ingest/formats/pdf-lines.ts'
import { writtenWords } from '../../../src/language/line-hyphens.ts'
import { readFile } from '../../../src/ingest/formats/read.ts'
import { cpuMs } from '../../fixtures/cpu-time.ts'
import { pdf } from '../../fixtures/files.ts'

async function read (name: string, file: Uint8Array): Promise<ReadDocument> {
  return (await Array.fromAsync(readFile(file, { name }, { maxPages: 50, maxUnpackedBytes: 1e6 })))[0]!
}

t.test('a header of several lines is left out; of a short document its first one stays, and page numbers never do', async t => {
  const page = (i: number, of: number) => [
    { text: 'Boatyard Tern', y: 820 }, { text: 'Price list', y: 806 }, { text: `Text of page ${'abcdef'[i]}.`, y: 500 },
    { text: `Page ${i + 1} of ${of}`, y: 20 },
  ]
  const texts = async (of: number) =>
    (await read('m.pdf', pdf(Array.from({ length: of }, (_, i) => page(i, of))))).sections.map(({ text }) => text)
  t.same(await texts(5), [...'abcde'].map(letter => `Text of page ${letter}.`))
  t.same(await texts(2), ['Boatyard Tern Price list\n\nText of page a.', 'Text of page b.'])
})

t.test('text that is drawn sideways or upside down is read like any other', async t => {
  const sideways = (turned: 1 | 2 | 3, at: (i: number) => { x: number, y: number }) =>
    ['The boats are painted', 'in spring and cost', 'nothing to moor.'].map((text, i) => ({ text, turned, ...at(i) }))
  for (const [turned, at] of [
    [1, (i: number) => ({ x: 100 + 14 * i, y: 100 })], [2, (i: number) => ({ x: 500, y: 300 + 14 * i })],
    [3, (i: number) => ({ x: 300 - 14 * i, y: 700 })],
  ] as const) {
    const { sections } = await read('m.pdf', pdf([sideways(turned, at)]))
    t.same(sections.map(({ text }) => text), ['The boats are painted in spring and cost nothing to moor.'], `turned ${turned}`)
  }
  const stamp = { text: 'arXiv 2401', turned: 1 as const, x: 20, y: 300 }
  const { sections } = await read('m.pdf', pdf([[stamp, 'The text of the page', 'goes on here.']]))
  t.match(sections[0]!.text, /^The text of the page goes on here\./, 'what stands in the margin does not come first')
})

t.test('pages have the numbers that are printed on them, where all of them have one', async t => {
  const pages = [['The first page.'], ['The second page.']]
  const numbers = async (labels: string) =>
    (await read('m.pdf', pdf(pages, { catalogue: `/PageLabels << /Nums [${labels}] >>` }))).sections.map(({ page }) => page)
  t.same(await numbers('0 << /S /D /St 101 >>'), [101, 102])
  t.same(await numbers('0 << /S /r >> 1 << /S /D >>'), [undefined, 1], 'a page of the preface and then page 1')
  t.same(await numbers('0 << /S /r >>'), [1, 2], 'Roman numbers alone')
  t.same(await numbers('0 << /S /r >> 1 << /S /A >>'), [1, 2], 'letters are no numbers')
})

t.test('a paragraph of very many lines is joined in a time that grows with it', async t => {
  const line = `${'word '.repeat(8)}divi-`
  const join = (texts: string[]) => {
    const lines = texts.map((text, i) => ({ text, size: 1, x: 0, y: -1.2 * i }))
    const began = cpuMs()
    const [paragraph] = paragraphsOf(lines, new Map(), writtenWords([]))
    return { text: paragraph!.text, ms: cpuMs() - began }
  }
  const lines = (n: number) => Array.from({ length: n }, () => line)
  join(lines(4000))
  const [few, many] = [join(lines(4000)).ms, join(lines(32_000)).ms]
  t.ok(many < 40 * Math.max(few, 1), `${few} ms for 4,000 lines, ${many} for 32,000`)
  t.equal(join(lines(3)).text.length, 3 * line.length - 2)
  t.ok(join([`${'a-'.repeat(50_000)}b c-`, 'd']).ms < 500, 'one line of very many hyphens')
})
