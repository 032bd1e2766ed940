// Sections of a size that can be handed on: a long one is several, cut where it hurts least.
import type { Section } from '../../documents/content.ts'

/** Characters. */
const most = 50_000
const boundaries = ['\n\n', '\n', ' ']

/** Prose is cut between paragraphs, rows and items stay whole as far as that goes; each part of a table begins with its first row. */
export function bounded (section: Section): Section[] {
  const { text, kind } = section
  if (text.length <= most) return [section]
  const header = kind === 'table' ? text.slice(0, text.indexOf('\n') + 1) : ''
  const parts: Section[] = []
  for (let at = 0; at < text.length;) {
    const end = text.length - at <= most ? text.length : cut(text, at)
    const part = text.slice(at, end)
    if (part.trim() !== '') parts.push({ ...section, text: (at > 0 && header.length < most / 10 ? header : '') + part.replace(/^\n+|\s+$/g, '') })
    at = end
  }
  return parts
}

/** The last good place within what is allowed; not between the halves of a character. */
function cut (text: string, at: number): number {
  for (const boundary of boundaries) {
    const end = text.lastIndexOf(boundary, at + most - boundary.length)
    if (end > at + most / 2) return end + boundary.length
  }
  return /[\uD800-\uDBFF]/.test(text[at + most - 1]!) ? at + most - 1 : at + most
}
