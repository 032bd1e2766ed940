// Replaces the figures, sizes, colours and names of the previous question with those of a follow-up.
import type { Language } from '../types.ts'
import { exchangeable, isNumeral, plainWords, variantLine } from './follow-up-words.ts'
import { quantities, type Quantity } from './quantities.ts'
import { stem } from './words.ts'

export interface Span {
  start: number
  end: number
  text: string
  /** The things it counts or describes; two spans of one kind exclude each other. */
  kinds: string[]
}

const number =
  new RegExp(
    String.raw`(?<![\p{L}\p{N}])(?:\d+(?:[.,]\d+)*(?:\s?[x×]\s?\d+)?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|two|three|` +
    String.raw`four|five|six|seven|eight|nine|ten|twelve|dos|tres|cuatro|cinco|siete|ocho|nueve|diez|zwei|drei|vier|fünf|sechs|sieben|` +
    String.raw`acht|neun|zehn|one|une?|uno|una|eine?)(?![\p{N}])`,
    'giu'
  )
const code = /(?<![\p{L}\p{N}])(?:(\p{L})\d{1,3}|(?:X{0,3}[SL]|M))(?![\p{L}\p{N}])/gu
const ordinal = /(?<![\p{L}\p{N}])\d{1,2}(?:ere?|ère|er|re|[eè]me|i[eè]me|nde?|st|rd|th|e)(?![\p{L}\p{N}])/giu
const word = /\p{L}{3,}/gu
const names = /(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{L}{2,}/gu

/** Maximum figures to read in one text, and to replace from a question: real questions have fewer. */
const most = { held: 24, told: 6 }
/** Characters to read before a figure to learn what it counts. */
const near = 60

/** Returns the figures, codes, sizes, variant words and names of a text, in order. */
export function spans (text: string, language: Language): Span[] {
  const found: Span[] = []
  for (const { 0: written, index } of text.matchAll(ordinal)) {
    found.push({ start: index, end: index + written.length, text: written, kinds: ['ordinal'] })
  }
  for (const { 0: written, index } of text.matchAll(number)) {
    if (found.length === most.held) break
    if (found.some(({ start }) => start === index)) continue
    const end = index + written.length
    const quantity = quantityAt(text, end, language)
    if (quantity === null) {
      // "and for four?": people.
      if (
        isNumeral(plainWords(written), language) &&
        /(?:for|pour|para|für)\s$/iu.test(text.slice(Math.max(0, index - 5), index)) &&
        /^\P{L}*$/u.test(text.slice(end))
      ) {
        found.push({ start: index, end, text: written, kinds: ['a=person'] })
      }
      continue
    }
    const kinds = [quantity.before && `b${quantity.before}`, quantity.unit === null ? null : `a=${quantity.unit}`].filter(
      kind => kind !== null && kind !== ''
    )
    // "one person" and "two people": the unit goes with its figure.
    const unit = quantity.unit !== null ? /^\s?-?(?:\p{L}+|[€£$%°])/u.exec(text.slice(end))?.[0] ?? '' : ''
    found.push({ start: index, end: end + unit.length, text: written + unit, kinds: kinds as string[] })
  }
  for (const { 0: written, 1: letter, index } of text.matchAll(code)) {
    found.push({
      start: index,
      end: index + written.length,
      text: written,
      kinds: letter === undefined ? ['size'] : codeKinds(letter, language),
    })
  }
  for (const { 0: written, index } of text.matchAll(word)) {
    const line = variantLine(plainWords(written), language)
    // "How heavy is it?" asks, and "is it heavy?" too.
    if (
      exchangeable(line, language) &&
      !/\b(?:how|wie|too|so|zu|est|is|are|ist|sind|trop|assez|très|muy)\s$/iu.test(text.slice(0, index))
    ) { found.push({ start: index, end: index + written.length, text: written, kinds: [`v${line}`] }) }
  }
  // German capitalises every noun.
  for (const { 0: written, index } of language === 'de' ? [] : text.matchAll(names)) {
    if (!found.some(({ start }) => start === index)) {
      found.push({ start: index, end: index + written.length, text: written, kinds: ['name'] })
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Returns the kinds of a code: "T4" is "taille 4" on French labels. */
function codeKinds (letter: string, language: Language): string[] {
  const kind = letter.toLowerCase()
  return language === 'fr' && kind === 't' ? ['ct', `b${stem('taille', 'fr')}`] : [`c${kind}`]
}

/** Reads the quantity whose number ends at `end`, with the word after it; null when there is none. */
function quantityAt (text: string, end: number, language: Language): Quantity | null {
  const after = /^\s*-?(?:\p{L}+|[€£$%°])/u.exec(text.slice(end))?.[0] ?? ''
  const head = text.slice(0, end).slice(-near)
  return quantities(head + after, language).find(({ start, end }) => start < head.length && end >= head.length) ?? null
}

/**
 * Replaces the parts of the earlier text that the new one changes: "prix des couches taille 4" and "et en
 * taille 3 ?" → "prix des couches taille 3". Parts without a counterpart are in `rest`, in order.
 */
export function substitute (earlier: string, asked: Span[], language: Language): { text: string, rest: Span[] } {
  let text = earlier
  const rest: Span[] = []
  const replaced = new Set<number>()
  for (const span of asked.slice(0, most.told)) {
    const held = spans(text, language).filter(({ start }) => !replaced.has(start))
    const match =
      held.find(({ kinds }) => kinds.some(kind => span.kinds.includes(kind))) ??
      (span.kinds.length === 0 ? nearest(span, held) : undefined)
    if (!match) {
      rest.push(span)
      continue
    }
    text = text.slice(0, match.start) + inPlaceOf(match, span) + text.slice(match.end)
    replaced.add(match.start)
  }
  return { text, rest }
}

/** Finds the figure closest in magnitude, for "et le 4 ?", "and the 800?". */
function nearest (span: Span, held: Span[]): Span | undefined {
  const magnitude = ({ text }: Span) => Math.log10(Number(/\d+(?:[.,]\d+)?/.exec(text)?.[0].replace(',', '.')))
  const far = (other: Span) => Math.abs(magnitude(other) - magnitude(span))
  return held.filter(other => far(other) < 1).sort((a, b) => far(a) - far(b))[0]
}

/** Writes a code in place of a figure, as in "taille 4", and vice versa. */
function inPlaceOf (held: Span, span: Span): string {
  const isCode = ({ kinds }: Span) => kinds[0] === 'ct'
  if (isCode(span) && !isCode(held)) return span.text.slice(1)
  return isCode(held) && !isCode(span) ? `taille ${span.text}` : span.text
}

/** Removes the names and figures that identify a model. */
export function withoutModel (text: string, language: Language): string {
  return spans(text, language).filter(({ kinds }) => !/^v/.test(kinds[0] ?? '')).reverse()
    .reduce((left, { start, end }) => left.slice(0, start) + left.slice(end), text).replace(/\s+/g, ' ').trim()
}
