// Takes the headers and footers out of a document of pages.
import type { Section } from '../documents/content.ts'

/** Lines at the top and at the bottom of a page that may be one. */
const EDGE = 3
/** Characters; a longer line is none. */
const LONGEST = 200
const FEWEST_PAGES = 3
/** Less than half: a book has one header on its left pages and another on its right ones. */
const SHARE = 0.4

interface Line {
  section: Section
  /** Its place in the section. */
  n: number
  page: number
  text: string
}

/**
 * The sections without the lines that stand at the top or bottom of most pages: the same on each, or the same but for
 * the page's number. Of those that are the same on each the first is kept: it may be the only place of a name. Tables
 * and code, and documents of less than three pages, stay as they are. A section that had nothing else is gone.
 */
export function withoutBoilerplate (sections: Section[]): Section[] {
  const pages = Map.groupBy(sections.flatMap(linesOf), line => line.page)
  if (pages.size < FEWEST_PAGES) return sections
  const edges = [...pages.values()]
    .flatMap(lines => lines.filter((_, i) => i < EDGE || i >= lines.length - EDGE))
    .filter(({ section, text }) => (section.kind === 'text' || section.kind === 'list') && text.length <= LONGEST)
  const pagesOf = new Map<string, Set<number>>()
  for (const line of edges) {
    for (const form of formsOf(line)) pagesOf.set(form, (pagesOf.get(form) ?? new Set()).add(line.page))
  }

  const dropped = new Map<Section, Set<number>>()
  const kept = new Set<string>()
  for (const line of edges) {
    const [literal, ...numbered] = formsOf(line)
    const often = (form: string) => pagesOf.get(form)!.size >= Math.max(FEWEST_PAGES, pages.size * SHARE)
    const again = often(literal!) && kept.has(literal!)
    if (often(literal!)) kept.add(literal!)
    if (again || numbered.some(often)) dropped.set(line.section, (dropped.get(line.section) ?? new Set()).add(line.n))
  }
  return sections.flatMap(section => {
    const gone = dropped.get(section)
    if (!gone) return [section]
    const text = section.text.split('\n').filter((_, n) => !gone.has(n)).join('\n')
    return text.trim() ? [{ ...section, text }] : []
  })
}

function linesOf (section: Section): Line[] {
  const { page } = section
  if (page === undefined) return []
  return section.text.split('\n').flatMap((text, n) => text.trim() ? [{ section, n, page, text }] : [])
}

/** The line as it is, then with each of its first whole numbers as what it is more than the page's. */
function formsOf ({ text, page }: Line): string[] {
  const plain = text.trim().replace(/\s+/g, ' ').toLowerCase()
  const numbers = [...plain.matchAll(/(?<![\d.,])\d{1,6}(?![\d]|[.,]\d)/g)].slice(0, 4)
  return [plain, ...numbers.map(({ 0: number, index }) =>
    `${plain.slice(0, index)}\0${Number(number) - page}\0${plain.slice(index + number.length)}`)]
}
