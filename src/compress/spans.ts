// Splits a text into lines and sentences that can be kept or dropped, and joins those that were kept. Linear in the text.

/** A range of a text from `start` up to `end`, exclusive (UTF-16 units), without surrounding white space. */
export interface Span { start: number, end: number }

/** A sentence, or a part of one: at most `maxSentenceChars` characters, unless it has no space to cut at. */
export interface SentenceSpan extends Span {
  /** It is the first in its line. */
  opensLine: boolean
  /** It is the first after an empty line, or in the text. */
  opensParagraph: boolean
  /** It is the first in its text: anything before it belongs to another text. */
  opensText: boolean
}

/** Marks where text was left out. */
export const gap = '…'

/** A longer sentence is cut at a space: a text without full stops must not be a single sentence. */
const maxSentenceChars = 600

/** Abbreviations such as "env. 3 kg", "e.g. this": a full stop after them does not end a sentence. */
const abbreviations = new Set(
  (
    'env approx max min no nr ca bzw z.b d.h e.g i.e etc vs cf art réf ref tél tel p pp vol fig inc incl excl m mm mme mlle mr mrs ms ' +
    'dr st ste prof sr sra av bd'
  ).split(
    ' '
  )
)

/** Returns the non-empty lines of a text, in order, with their indentation and without trailing white space. */
export function lines (text: string): Span[] {
  const found: Span[] = []
  for (let start = 0; start <= text.length;) {
    let next = text.indexOf('\n', start)
    if (next < 0) next = text.length
    let end = next
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--
    if (end > start) found.push({ start, end })
    start = next + 1
  }
  return found
}

/** Splits a text into sentences, in order. No sentence spans two lines. */
export function splitSentences (text: string): SentenceSpan[] {
  const found: SentenceSpan[] = []
  let before = 0
  for (const line of lines(text)) {
    const blank = found.length === 0 || countNewlines(text, before, line.start) > 1
    let opensLine = true
    for (const { start, end } of sentencesOfLine(text, line)) {
      found.push({ start, end, opensLine, opensParagraph: opensLine && blank, opensText: found.length === 0 })
      opensLine = false
    }
    before = line.end
  }
  return found
}

function * sentencesOfLine (text: string, line: Span): Generator<Span> {
  const end = /[.!?…]["»”')\]*_]*\s+|[。！？]/gu
  const body = text.slice(line.start, line.end)
  let start = skipSpace(body, 0)
  for (const match of body.matchAll(end)) {
    const after = match.index + match[0].length
    if (match.index < start || !endsSentence(body, match.index, after)) continue
    yield * cutLong(text, line.start + start, line.start + after)
    start = after
  }
  if (start < body.length) yield * cutLong(text, line.start + start, line.end)
}

function endsSentence (body: string, at: number, after: number): boolean {
  if (body[at] !== '.') return true
  // Before a lower-case letter the sentence continues, and an abbreviation does not end it.
  if (/^\p{Ll}/u.test(body.slice(after, after + 2))) return false
  const before = body.slice(Math.max(0, at - 8), at)
  // "1. Open the lid", "am 3. Mai".
  if (/(?:^|\s)\d{1,2}$/.test(before)) return false
  const word = /[\p{L}.]{1,8}$/u.exec(before)?.[0]
  return word === undefined || !(abbreviations.has(word.toLowerCase()) || /^\p{Lu}$/u.test(word))
}

/** Splits a span into spans of bounded length, at spaces only, and never between two figures ("1 000"). */
function * cutLong (text: string, start: number, end: number): Generator<Span> {
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  let from = start
  let at = start
  while (end - from > maxSentenceChars) {
    at = Math.max(at, from + maxSentenceChars)
    while (at < end && !isBreak(text, at)) at++
    if (at >= end) break
    yield { start: from, end: at }
    from = at + 1
    while (from < end && isSpace(text.charCodeAt(from))) from++
  }
  if (from < end) yield { start: from, end }
}

/** Tells whether there is a space to cut at: not one between two figures. */
function isBreak (text: string, at: number): boolean {
  return (
    isSpace(text.charCodeAt(at)) &&
    !isSpace(text.charCodeAt(at - 1)) &&
    !(isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)))
  )
}

/** Truncates a text at a space, to at most `chars` characters including the gap mark; returns '' when it has no such space. */
export function cutAtSpace (text: string, chars: number): string {
  let at = Math.min(chars - 2, text.length - 1)
  while (at > 0 && !isBreak(text, at)) at--
  return at > 0 ? `${text.slice(0, at)} ${gap}` : ''
}

/**
 * Joins the kept spans of a text, in order, with the white space between them; several blank lines become one. Each
 * gap gets one mark: ` … ` within a line, a line of its own between lines.
 */
export function assemble (text: string, spans: readonly Span[], kept: readonly boolean[]): string {
  const parts: string[] = []
  let last = -1
  for (const [i, { start, end }] of spans.entries()) {
    if (!kept[i]) continue
    const between = text.slice(spans[last]?.end ?? 0, start)
    if (i > last + 1) parts.push(markOf(between, last >= 0, true))
    else if (last >= 0) parts.push(glue(between))
    parts.push(text.slice(start, end))
    last = i
  }
  if (last >= 0 && last < spans.length - 1) parts.push(markOf(text.slice(spans[last]!.end, spans[last + 1]!.start), true, false))
  return parts.join('')
}

/** Returns the mark of a gap, separated from its neighbours by a space or a newline, as in the text. */
function markOf (between: string, hasBefore: boolean, hasAfter: boolean): string {
  const separator = between.includes('\n') ? '\n' : ' '
  return `${hasBefore ? separator : ''}${gap}${hasAfter ? separator : ''}`
}

/** Returns the position of the span that another one makes no sense without, its heading or its speaker; −1 without one. */
type Needs = (i: number) => number

/** Adds the spans that the kept ones need. */
export function withNeeded (kept: readonly boolean[], needs: Needs): boolean[] {
  const all = [...kept]
  for (const [i, is] of kept.entries()) if (is && needs(i) >= 0) all[needs(i)] = true
  return all
}

/**
 * Keeps spans in the order of `order`, each with the one it needs, while the assembled text stays within `budget`
 * characters. Skips spans that do not fit.
 * @param isFixed spans that are always kept, and not counted
 */
export function keepWithin (
  text: string,
  spans: readonly Span[],
  order: readonly number[],
  budget: number,
  needs: Needs = () => -1,
  isFixed: readonly boolean[] = []
): boolean[] {
  const kept = spans.map((_, i) => isFixed[i] === true)
  // One gap before each run of neighbours, and one at the end.
  const longestMark = 3
  let used = longestMark
  const add = (i: number) => {
    const { start, end } = spans[i]!
    const runs = 1 - (kept[i - 1] ? 1 : 0) - (kept[i + 1] ? 1 : 0)
    kept[i] = true
    used += end - start + (i > 0 ? glue(text.slice(spans[i - 1]!.end, start)).length : 0) + runs * longestMark
  }
  for (const i of order) {
    const before = used
    const needed = needs(i)
    const added = [needed, i].filter(at => at >= 0 && !kept[at])
    for (const at of added) add(at)
    if (used <= budget) continue
    for (const at of added) kept[at] = false
    used = before
  }
  return kept
}

/** Returns the white space between two spans: a space, a newline or one blank line, with the next line's indentation. */
function glue (between: string): string {
  const newline = between.lastIndexOf('\n')
  if (newline < 0) return between === '' ? '' : ' '
  const blank = between.indexOf('\n') < newline
  return `${blank ? '\n\n' : '\n'}${between.slice(newline + 1)}`
}

function countNewlines (text: string, from: number, to: number): number {
  let n = 0
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === 10) n++
  return n
}

function skipSpace (text: string, at: number): number {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  return at
}

function isSpace (code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0x202f || code === 0x2009 || code === 0x3000 || code === 0xfeff
  )
}

function isDigit (code: number): boolean {
  return code >= 48 && code <= 57
}
