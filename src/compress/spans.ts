// Cuts a text into lines and sentences that can be kept or left out, and puts together what was kept. Linear in the text.

/** A stretch of a text, from `start` to before `end` (UTF-16 units), without the white space around it. */
export interface Span { start: number, end: number }

/** A sentence, or a piece of one, of at most `longestPiece` characters unless it has no place to be cut at. */
export interface Piece extends Span {
  /** First of its line. */
  opensLine: boolean
  /** First after an empty line, or of the text. */
  opensParagraph: boolean
  /** First of its text: what stands before it is of another. */
  opensText: boolean
}

/** The mark of a place where something was left out. */
export const gap = '…'

/** A sentence longer than this is cut at a space: a text without full stops must not be one piece. */
const longestPiece = 600

/** "n° 12", "env. 3 kg", "e.g. this": a full stop after these ends nothing. */
const abbreviations = new Set('env approx max min no nr ca bzw z.b d.h e.g i.e etc vs cf art réf ref tél tel p pp vol fig inc incl excl m mm mme mlle mr mrs ms dr st ste prof sr sra av bd'.split(' '))

/** The lines of a text that hold anything, in order; indentation belongs to the line, white space after it does not. */
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

/** The sentences of a text, each within one line, in order. */
export function sentencePieces (text: string): Piece[] {
  const found: Piece[] = []
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
  // A lower-case letter goes on, and what looks like an abbreviation ends nothing.
  if (/^\p{Ll}/u.test(body.slice(after, after + 2))) return false
  const before = body.slice(Math.max(0, at - 8), at)
  // "1. Open the lid", "am 3. Mai".
  if (/(?:^|\s)\d{1,2}$/.test(before)) return false
  const word = /[\p{L}.]{1,8}$/u.exec(before)?.[0]
  return word === undefined || !(abbreviations.has(word.toLowerCase()) || /^\p{Lu}$/u.test(word))
}

/** A span in pieces of bounded length, cut at spaces only, and never between two figures ("1 000"). */
function * cutLong (text: string, start: number, end: number): Generator<Span> {
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  let from = start
  let at = start
  while (end - from > longestPiece) {
    at = Math.max(at, from + longestPiece)
    while (at < end && !isBreak(text, at)) at++
    if (at >= end) break
    yield { start: from, end: at }
    from = at + 1
    while (from < end && isSpace(text.charCodeAt(from))) from++
  }
  if (from < end) yield { start: from, end }
}

/** A space that has no figure on both sides. */
function isBreak (text: string, at: number): boolean {
  return isSpace(text.charCodeAt(at)) && !isSpace(text.charCodeAt(at - 1)) && !(isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)))
}

/** The first characters of a text up to a space, at most `chars` with the mark of the gap; '' when there is no such place. */
export function cutAtSpace (text: string, chars: number): string {
  let at = Math.min(chars - 2, text.length - 1)
  while (at > 0 && !isBreak(text, at)) at--
  return at > 0 ? `${text.slice(0, at)} ${gap}` : ''
}

/**
 * The kept spans of a text in order, with the white space that parts them; several blank lines become one. Whatever
 * is left out leaves one mark: ` … ` within a line, a line of its own between lines.
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

/** A gap's mark, parted from what stands before and after it as the text parts them. */
function markOf (between: string, hasBefore: boolean, hasAfter: boolean): string {
  const parting = between.includes('\n') ? '\n' : ' '
  return `${hasBefore ? parting : ''}${gap}${hasAfter ? parting : ''}`
}

/** What a span says nothing without: the position of its heading, of who speaks; −1 for nothing. */
type Needs = (i: number) => number

/** The kept spans with what they need. */
export function withNeeded (kept: readonly boolean[], needs: Needs): boolean[] {
  const all = [...kept]
  for (const [i, is] of kept.entries()) if (is && needs(i) >= 0) all[needs(i)] = true
  return all
}

/**
 * Keeps spans in the order of `order`, each with what it needs, while the assembled text stays within `budget`
 * characters; one that does not fit is passed over.
 * @param isFixed spans that are kept in any case, and not counted
 */
export function keepWithin (text: string, spans: readonly Span[], order: readonly number[], budget: number, needs: Needs = () => -1, isFixed: readonly boolean[] = []): boolean[] {
  const kept = spans.map((_, i) => isFixed[i] === true)
  // A gap before each run of neighbours, and one at the end.
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

/** White space between two spans: a space, a line's end, or one blank line, with the next line's indentation. */
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
  return code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0x202F || code === 0x2009 || code === 0x3000 || code === 0xFEFF
}

function isDigit (code: number): boolean {
  return code >= 48 && code <= 57
}
