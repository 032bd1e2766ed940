// Recognises citation marks, and disarms or removes those that must not count.
import type { Source } from '../types.ts'

/** Matches the citations that models write: `[1]`, `[1, 3]`, `[1;2]`, `[^2]`, `[n1]`. The group holds the numbers. */
export const mark = /\[\s*(?:\^|n\s?)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]/g

const markAndSpace = new RegExp(`[ \\t]?${mark.source}`, 'g')

/** Writes a document's own `[2]` as `(2)`, so that a model or this service cites nothing when it copies the text. */
export function disarmMarks (text: string): string {
  return text.replace(mark, written => `(${written.slice(1, -1)})`)
}

/** Removes the marks of an earlier answer: their numbers mean nothing now. */
export function withoutMarks (text: string): string {
  return text.replace(markAndSpace, '')
}

/** Returns the titles of the sources that a text cites, in the order of citation. */
export function citedTitles (text: string, sources: Source[]): string[] {
  const numbers = new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map(([, n]) => Number(n)))
  const titles = new Map(sources.map(({ n, title }) => [n, title]))
  return [...numbers].flatMap(n => titles.get(n) ?? []).filter(title => title !== '')
}
