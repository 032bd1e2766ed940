// Puts the figures, sizes, colours and names of a follow-up question in the place of those of the question before.
import type { Language } from '../types.ts'
import { figures, type Figure } from './figures.ts'
import { exchangeable, plainWords, variantLine } from './follow-up-words.ts'

interface Span {
  start: number
  end: number
  text: string
  /** What it counts or tells; two of one kind exclude one another. */
  kinds: string[]
}

const number = /(?<![\p{L}\p{N}])(?:\d+(?:[.,]\d+)*(?:\s?[x×]\s?\d+)?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|two|three|four|five|six|seven|eight|nine|ten|twelve|dos|tres|cuatro|cinco|siete|ocho|nueve|diez|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|one|une?|uno|una|eine?)(?![\p{N}])/giu
const code = /(?<![\p{L}\p{N}])(?:(\p{L})\d{1,3}|(?:X{0,3}[SL]|M))(?![\p{L}\p{N}])/gu
const word = /\p{L}{3,}/gu
const name = /(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{L}{2,}/gu

/** Every figure, code, size and telling word of a text. */
export function spans (text: string, language: Language): Span[] {
  const found: Span[] = []
  for (const { 0: written, index } of text.matchAll(number)) {
    const end = index + written.length
    const figure = figureAt(text, end, language)
    if (figure === null) continue
    const kinds = [figure.before && `b${figure.before}`, figure.after?.startsWith('=') ? `a${figure.after}` : null].filter(kind => kind !== null && kind !== '')
    found.push({ start: index, end, text: written, kinds: kinds as string[] })
  }
  for (const { 0: written, 1: letter, index } of text.matchAll(code)) {
    found.push({ start: index, end: index + written.length, text: written, kinds: [letter === undefined ? 'size' : `c${letter.toLowerCase()}`] })
  }
  for (const { 0: written, index } of text.matchAll(word)) {
    const line = variantLine(plainWords(written), language)
    if (exchangeable(line, language)) found.push({ start: index, end: index + written.length, text: written, kinds: [`v${line}`] })
  }
  for (const { 0: written, index } of text.matchAll(name)) {
    if (!found.some(({ start }) => start === index)) found.push({ start: index, end: index + written.length, text: written, kinds: ['name'] })
  }
  return found.sort((a, b) => a.start - b.start)
}

/** The figure that ends at `end` as figures.ts reads it, with the word after it; null when that takes it for none. */
function figureAt (text: string, end: number, language: Language): Figure | null {
  const after = /^\s*-?(?:\p{L}+|[€£$%°])/u.exec(text.slice(end))?.[0] ?? ''
  const before = figures(text.slice(0, end), language).length
  const all = figures(text.slice(0, end) + after, language)
  const unread = figures(text.slice(0, end).replace(/[\p{L}\p{N}.,]+$/u, ''), language).length
  return all.length > unread || before > unread ? all.at(-1) ?? null : null
}

/**
 * The earlier text with what the new one tells otherwise in its place: "prix des couches taille 4" and "et en
 * taille 3 ?" → "prix des couches taille 3". What has no counterpart is in `rest`, in order.
 */
export function exchange (earlier: string, asked: Span[], language: Language): { text: string, rest: Span[] } {
  let text = earlier
  const rest: Span[] = []
  const exchanged = new Set<number>()
  for (const span of asked) {
    const held = spans(text, language).filter(({ start }) => !exchanged.has(start))
    const bare = span.kinds.length === 0
    const match = held.find(({ kinds }) => kinds.some(kind => span.kinds.includes(kind))) ??
      // "et le 4 ?", "and the 800?": of figures the last one.
      (bare ? held.findLast(({ kinds, text }) => /\d/.test(text) || kinds.length === 0) : undefined)
    if (!match) {
      rest.push(span)
      continue
    }
    text = text.slice(0, match.start) + span.text + text.slice(match.end)
    exchanged.add(match.start)
  }
  return { text, rest }
}
