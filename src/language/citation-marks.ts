// The marks of citations: how they are written, and texts whose marks must not count.
import type { Source } from '../types.ts'

/** `[1]`, `[1, 3]`, `[1;2]`, `[^2]`, `[n1]`: what models write for citations; the group holds the numbers. */
export const mark = /\[\s*(?:\^|n\s?)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]/g

const markAndSpace = new RegExp(`[ \\t]?${mark.source}`, 'g')

/** A document's own `[2]` as `(2)`: whoever copies its text, a model or this service, does not cite by that. */
export function disarmMarks (text: string): string {
  return text.replace(mark, written => `(${written.slice(1, -1)})`)
}

/** An earlier answer without its marks, whose numbers mean nothing now. */
export function withoutMarks (text: string): string {
  return text.replace(markAndSpace, '')
}

/** The titles of the sources that a text cites, the first cited first. */
export function citedTitles (text: string, sources: Source[]): string[] {
  const numbers = new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map(([, n]) => Number(n)))
  const titles = new Map(sources.map(({ n, title }) => [n, title]))
  return [...numbers].flatMap(n => titles.get(n) ?? []).filter(title => title !== '')
}
