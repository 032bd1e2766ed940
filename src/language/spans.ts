// Where the paragraphs, blocks, lines, sentences and words of a text begin and end.
import { sentences } from './sentences.ts'

export interface Span {
  start: number
  /** Exclusive. */
  end: number
}

/** A gap this long parts what no blank line does; without it, a megabyte of spaces would keep an expression busy for hours. */
const LONG_GAP = /\s{64,}/g
const PARAGRAPH_END = /\n[^\S\n]*\n|\s{64,}/g
const BLANK_LINES = /\n(?:[^\S\n]*\n)+/g
const LINE_END = /\n/g
const WORD_END = /\s+/g
/** A line break in the middle of a sentence, of a text that was broken to fit a page. */
const WRAPPED = /(?<=[\p{Ll},;])\n(?=\p{Ll})/gu
/** East Asian sentences have no space between them. */
const EAST_ASIAN_END = /(?<=[。！？])(?=[^。！？”』」）])/u

/** The span without the white space around it; nothing when there is nothing else. */
export function trimmed (text: string, span: Span): Span[] {
  const slice = text.slice(span.start, span.end)
  const start = span.start + slice.length - slice.trimStart().length
  const end = span.start + slice.trimEnd().length
  return start < end ? [{ start, end }] : []
}

/** The same, but the first line keeps its indentation. */
export function trimmedBlock (text: string, span: Span): Span[] {
  return trimmed(text, span).map(({ start, end }) => ({ start: Math.max(span.start, text.lastIndexOf('\n', start) + 1), end }))
}

export const paragraphsOf = (text: string, span: Span) => between(PARAGRAPH_END, trimmed, text, span)
/** What blank lines part. */
export const blocksOf = (text: string, span: Span) => between(BLANK_LINES, trimmedBlock, text, span)
export const linesOf = (text: string, span: Span) => between(LINE_END, trimmedBlock, text, span)
export const wordsOf = (text: string, span: Span) => between(WORD_END, trimmed, text, span)

export function * sentencesOf (text: string, span: Span): Generator<Span> {
  for (const { start, end } of between(LONG_GAP, trimmed, text, span)) {
    const slice = text.slice(start, end).replace(WRAPPED, ' ')
    let at = 0
    for (const sentence of sentences(slice)) {
      for (const part of sentence.split(EAST_ASIAN_END)) {
        at = slice.indexOf(part, at)
        yield { start: start + at, end: start + at + part.length }
        at += part.length
      }
    }
  }
}

/** Two parts of a span, cut at the white space nearest before its middle, or in the middle; one part when it is one character. */
export function halves (text: string, span: Span): Span[] {
  const middle = span.start + Math.ceil((span.end - span.start) / 2)
  const cut = lastSpace(text, span.start, middle) ?? betweenCharacters(text, middle)
  const parts = [...trimmed(text, { start: span.start, end: cut }), ...trimmed(text, { start: cut, end: span.end })]
  return parts.length > 0 ? parts : [span]
}

function * between (end: RegExp, trim: typeof trimmed, text: string, span: Span): Generator<Span> {
  const slice = text.slice(span.start, span.end)
  let from = 0
  for (const { index, 0: gap } of slice.matchAll(end)) {
    yield * trim(text, { start: span.start + from, end: span.start + index })
    from = index + gap.length
  }
  yield * trim(text, { start: span.start + from, end: span.end })
}

/** Looks no further than a word is long. */
function lastSpace (text: string, start: number, end: number): number | undefined {
  for (let i = end; i > Math.max(start, end - 500); i--) {
    if (/\s/.test(text[i]!)) return i
  }
  return undefined
}

/** `at`, or one less where that would part a surrogate pair. */
function betweenCharacters (text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
