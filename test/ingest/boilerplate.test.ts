// Headers and footers of pages are removed, and nothing else.
import t from 'tap'
import { removeBoilerplate } from '../../src/ingest/boilerplate.ts'
import type { Section } from '../../src/documents/content.ts'

const pages = (n: number, text: (page: number) => string, more: Partial<Section> = {}): Section[] =>
  Array.from({ length: n }, (_, i) => ({ kind: 'text', text: text(i + 1), headings: [], page: i + 1, ...more }))
const texts = (sections: Section[]) => sections.map(section => section.text)
const body = (page: number) => ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'].map(word => `${word} of ${page * 7}.`).join('\n')

t.test('a header on every page stays on the first, page numbers go everywhere', async t => {
  const sections = pages(5, page => `ACME – Guide 2024\n\n${body(page)}\nPage ${page} / 5`)
  t.strictSame(
    texts(removeBoilerplate(sections)),
    [1, 2, 3, 4, 5].map(page => (page === 1 ? `ACME – Guide 2024\n\n${body(page)}` : `\n${body(page)}`))
  )
})

t.test('page numbers may begin anywhere, and left and right pages may differ', async t => {
  const sections = pages(8, page => `${page % 2 ? 'Left' : 'Right'} header\n${body(page)}\n– ${page + 12} –`)
  t.strictSame(texts(removeBoilerplate(sections)), [1, 2, 3, 4, 5, 6, 7, 8].map(page =>
    page === 1 ? `Left header\n${body(page)}` : page === 2 ? `Right header\n${body(page)}` : body(page)))
})

t.test('figures other than the page number are not a footer', async t => {
  const prices = pages(4, page => `${body(page)}\nLot de ${page * 50} : ${page * 11},90 €`)
  t.strictSame(removeBoilerplate(prices), prices)
})

t.test('lines that repeat in the middle of pages stay', async t => {
  const sections = pages(4, page => `${body(page)}\nSee also the annex.\n${body(page * 3)}`)
  t.strictSame(removeBoilerplate(sections), sections)
})

t.test('tables, code, few pages and documents without pages stay as they are', async t => {
  const repeated = () => 'Ref Price'
  for (const sections of [
    pages(4, repeated, { kind: 'table' }), pages(4, repeated, { kind: 'code' }), pages(2, repeated),
    pages(4, repeated, { page: undefined }),
  ]) {
    t.strictSame(removeBoilerplate(sections), sections)
  }
})

t.test('a section with only a header is dropped', async t => {
  const sections = [1, 2, 3].flatMap((page): Section[] => [
    { kind: 'text', text: 'ACME', headings: [], page }, { kind: 'text', text: body(page), headings: ['A'], page },
  ])
  t.strictSame(texts(removeBoilerplate(sections)), ['ACME', body(1), body(2), body(3)])
})
