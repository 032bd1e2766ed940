// Finds the limits of the paragraphs, blocks, lines, sentences and words of a text.
import { sentences } from './sentences.ts'

export interface Span {
  start: number
  /** Exclusive. */
  end: number
}

/** A gap this long separates like a blank line; otherwise a megabyte of spaces would keep an expression busy for hours. */
const longGap = /\s{64,}/g
const paragraphEnd = /\n[^\S\n]*\n|\s{64,}/g
const blankLines = /\n(?:[^\S\n]*\n)+/g
const lineEnd = /\n/g
const wordEnd = /\s+/g
/** A line break within a sentence, in a text that was wrapped to fit a page. */
const wrappedLine = /(?<=[\p{Ll},;])\n(?=\p{Ll})/gu

/** Trims the white space around a span; returns no span when nothing else is left. */
export function trimmed (text: string, span: Span): Span[] {
  const slice = text.slice(span.start, span.end)
  const start = span.start + slice.length - slice.trimStart().length
  const end = span.start + slice.trimEnd().length
  return start < end ? [{ start, end }] : []
}

/** Trims a span like `trimmed`, but keeps the indentation of its first line. */
export function trimmedBlock (text: string, span: Span): Span[] {
  return trimmed(text, span).map(({ start, end }) => ({ start: Math.max(span.start, text.lastIndexOf('\n', start) + 1), end }))
}

export const paragraphsOf = (text: string, span: Span) => between(paragraphEnd, trimmed, text, span)
/** Splits at blank lines. */
export const blocksOf = (text: string, span: Span) => between(blankLines, trimmedBlock, text, span)
export const linesOf = (text: string, span: Span) => between(lineEnd, trimmedBlock, text, span)
export const wordsOf = (text: string, span: Span) => between(wordEnd, trimmed, text, span)

export function * sentencesOf (text: string, span: Span): Generator<Span> {
  for (const { start, end } of between(longGap, trimmed, text, span)) {
    const slice = text.slice(start, end).replace(wrappedLine, ' ')
    let at = 0
    for (const sentence of sentences(slice)) {
      at = slice.indexOf(sentence, at)
      yield { start: start + at, end: start + at + sentence.length }
      at += sentence.length
    }
  }
}

/** Splits a span in two, at the last white space before its middle, or in the middle. A single character stays one part. */
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

/** Finds the last white space before `end`, at most a long word away. */
function lastSpace (text: string, start: number, end: number): number | undefined {
  for (let i = end; i > Math.max(start, end - 500); i--) {
    if (/\s/.test(text[i]!)) return i
  }
  return undefined
}

/** Returns `at`, or one less where that would split a surrogate pair. */
function betweenCharacters (text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
