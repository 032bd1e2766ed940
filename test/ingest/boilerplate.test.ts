// Headers and footers of pages are taken out, and nothing else.
import t from 'tap'
import { withoutBoilerplate } from '../../src/ingest/boilerplate.ts'
import type { Section } from '../../src/documents/content.ts'

const pages = (n: number, text: (page: number) => string, more: Partial<Section> = {}): Section[] =>
  Array.from({ length: n }, (_, i) => ({ kind: 'text', text: text(i + 1), headings: [], page: i + 1, ...more }))
const texts = (sections: Section[]) => sections.map(section => section.text)
const body = (page: number) => ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'].map(word => `${word} of ${page * 7}.`).join('\n')

t.test('a header that is on every page stays on the first, a page number on none', async t => {
  const sections = pages(5, page => `ACME – Guide 2024\n\n${body(page)}\nPage ${page} / 5`)
  t.strictSame(texts(withoutBoilerplate(sections)), [1, 2, 3, 4, 5].map(page => page === 1 ? `ACME – Guide 2024\n\n${body(page)}` : `\n${body(page)}`))
})

t.test('page numbers may begin anywhere, and left and right pages may differ', async t => {
  const sections = pages(8, page => `${page % 2 ? 'Left' : 'Right'} header\n${body(page)}\n– ${page + 12} –`)
  t.strictSame(texts(withoutBoilerplate(sections)), [1, 2, 3, 4, 5, 6, 7, 8].map(page =>
    page === 1 ? `Left header\n${body(page)}` : page === 2 ? `Right header\n${body(page)}` : body(page)))
})

t.test('figures that are not the page number are no footer', async t => {
  const prices = pages(4, page => `${body(page)}\nLot de ${page * 50} : ${page * 11},90 €`)
  t.strictSame(withoutBoilerplate(prices), prices)
})

t.test('what repeats within the pages stays', async t => {
  const sections = pages(4, page => `${body(page)}\nSee also the annex.\n${body(page * 3)}`)
  t.strictSame(withoutBoilerplate(sections), sections)
})

t.test('tables, code, few pages and documents without pages stay as they are', async t => {
  const repeated = () => 'Ref Price'
  for (const sections of [pages(4, repeated, { kind: 'table' }), pages(4, repeated, { kind: 'code' }), pages(2, repeated), pages(4, repeated, { page: undefined })]) {
    t.strictSame(withoutBoilerplate(sections), sections)
  }
})

t.test('a section that was a header alone is gone', async t => {
  const sections = [1, 2, 3].flatMap((page): Section[] => [
    { kind: 'text', text: 'ACME', headings: [], page }, { kind: 'text', text: body(page), headings: ['A'], page },
  ])
  t.strictSame(texts(withoutBoilerplate(sections)), ['ACME', body(1), body(2), body(3)])
})
