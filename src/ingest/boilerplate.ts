// Removes the headers and footers of a document's pages.
import type { Section } from '../documents/content.ts'

/** How many lines at the top and at the bottom of a page may be a header or footer. */
const edgeLines = 3
/** A longer line, in characters, is not a header or footer. */
const maxLineChars = 200
const minPages = 3
/** The share of the pages that a line must be on. Less than half: a book has one header on its left pages, another on its right ones. */
const minShare = 0.4

interface Line {
  section: Section
  /** Its position in the section, from 0. */
  n: number
  page: number
  text: string
}

/**
 * Removes the lines that repeat at the top or bottom of many pages, word for word or except for the page number. The
 * first of the lines that repeat word for word stays: a name may occur nowhere else. Leaves tables, code, and documents
 * of fewer than three pages as they are. Drops a section that has no other lines.
 */
export function removeBoilerplate (sections: Section[]): Section[] {
  const pages = Map.groupBy(sections.flatMap(linesOf), line => line.page)
  if (pages.size < minPages) return sections
  const edges = [...pages.values()]
    .flatMap(lines => lines.filter((_, i) => i < edgeLines || i >= lines.length - edgeLines))
    .filter(({ section, text }) => (section.kind === 'text' || section.kind === 'list') && text.length <= maxLineChars)
  const pagesOf = new Map<string, Set<number>>()
  for (const line of edges) {
    for (const form of formsOf(line)) pagesOf.set(form, (pagesOf.get(form) ?? new Set()).add(line.page))
  }

  const dropped = new Map<Section, Set<number>>()
  const seen = new Set<string>()
  for (const line of edges) {
    const [literal, ...numbered] = formsOf(line)
    const isFrequent = (form: string) => pagesOf.get(form)!.size >= Math.max(minPages, pages.size * minShare)
    const isRepeat = isFrequent(literal!) && seen.has(literal!)
    if (isFrequent(literal!)) seen.add(literal!)
    if (isRepeat || numbered.some(isFrequent)) dropped.set(line.section, (dropped.get(line.section) ?? new Set()).add(line.n))
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

/** Returns the line as it is, then once per whole number in it (up to four), with the number replaced by its distance from the page's. */
function formsOf ({ text, page }: Line): string[] {
  const plain = text.trim().replace(/\s+/g, ' ').toLowerCase()
  const numbers = [...plain.matchAll(/(?<![\d.,])\d{1,6}(?![\d]|[.,]\d)/g)].slice(0, 4)
  return [plain, ...numbers.map(({ 0: number, index }) =>
    `${plain.slice(0, index)}\0${Number(number) - page}\0${plain.slice(index + number.length)}`)]
}
