// Splits sections that are too long to be passed on at once, at the best boundaries.
import type { Section } from '../../documents/content.ts'

/** The most characters of a section. */
export const maxSectionChars = 50_000
const boundaries = ['\n\n', '\n', ' ']

/**
 * Splits a long section: prose between paragraphs, tables between rows and lists between items, if possible. Each part
 * of a table begins with the table's first row.
 */
export function splitLongSection (section: Section): Section[] {
  const { text, kind } = section
  if (text.length <= maxSectionChars) return [section]
  const header = kind === 'table' ? text.slice(0, text.indexOf('\n') + 1) : ''
  const parts: Section[] = []
  for (let start = 0; start < text.length;) {
    const end = text.length - start <= maxSectionChars ? text.length : findCut(text, start)
    const part = text.slice(start, end)
    const repeated = start > 0 && header.length < maxSectionChars / 10 ? header : ''
    if (part.trim() !== '') parts.push({ ...section, text: repeated + part.trimEnd().replace(/^\n+/, '') })
    start = end
  }
  return parts
}

/** Returns the last good boundary within the limit; never between the halves of a character. */
function findCut (text: string, start: number): number {
  for (const boundary of boundaries) {
    const end = text.lastIndexOf(boundary, start + maxSectionChars - boundary.length)
    if (end > start + maxSectionChars / 2) return end + boundary.length
  }
  return /[\uD800-\uDBFF]/.test(text[start + maxSectionChars - 1]!) ? start + maxSectionChars - 1 : start + maxSectionChars
}
