// Cuts a document into chunks that fit the embedding model: by headings, paragraphs and sentences, and by words as a last resort.
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import { headingPath } from '../language/passage-lines.ts'
import { blocksOf, halves, linesOf, paragraphsOf, sentencesOf, trimmed, trimmedBlock, wordsOf } from '../language/spans.ts'
import type { Span } from '../language/spans.ts'

export interface ChunkOptions {
  /** The most tokens of a chunk's text and headings together. At least 16. */
  maxTokens: number
  /** The most tokens that a chunk repeats from the sentences before it. */
  overlapTokens: number
  /** Counts the tokens of a text. The count need not be additive: every chunk is counted as a whole. */
  count: (text: string) => number
}

interface Level {
  split: (text: string, span: Span) => Iterable<Span>
  /** Still cuts a part that would fit in its own chunk, to fill a chunk that is less than half full. */
  fills: boolean
}

const words: Level = { split: wordsOf, fills: true }
const sentences: Level = { split: sentencesOf, fills: false }
const lines: Level = { split: linesOf, fills: false }

/** The ways to cut each kind of section, the coarsest first. A table stays whole if it can. */
const levels: Record<Section['kind'], Level[]> = {
  text: [{ split: trimmed, fills: true }, { split: paragraphsOf, fills: true }, sentences, words],
  table: [{ split: trimmedBlock, fills: false }, lines, words],
  list: [{ split: trimmedBlock, fills: true }, lines, sentences, words],
  code: [{ split: trimmedBlock, fills: true }, { split: blocksOf, fills: false }, lines, words]
}

/** A stretch of one section in the chunk that is being filled. */
interface Part {
  section: Section
  /** The text that it repeats before its own: a table's header. */
  lead: string
  start: number
  end: number
}

/**
 * Limits the characters of a chunk too: a token may be a run of a hundred letters or a thousand spaces, and a chunk of
 * 256 tokens must not become a megabyte.
 */
const charsPerToken = 16

/**
 * Cuts a document into chunks, in order. Each chunk fits and has one heading path; together they hold every word of
 * every section. Neighbouring sections under the same headings share a chunk while they fit. A chunk that starts in the
 * middle of a text section repeats whole sentences before it; one that starts in the middle of a table repeats its header row.
 */
export function cutIntoChunks (document: ReadDocument, { maxTokens, overlapTokens, count }: ChunkOptions): Chunk[] {
  const chunks: Chunk[] = []
  let headings: string[] = []
  let path: string | undefined
  /** The tokens that the headings leave. */
  let room = maxTokens
  let parts: Part[] = []
  let filled = 0
  /** The header row of the table that is being cut. */
  let header = { text: '', end: 0, weight: 0 }

  const weigh = (text: string) => Math.max(count(text), Math.ceil(text.length / charsPerToken))

  for (const section of document.sections) {
    const own = headingPath(section.headings)
    if (own !== path || beginsPage(parts.at(-1)?.section, section)) {
      close()
      path = own
      headings = fitHeadings(section.headings, maxTokens / 3, weigh)
      room = maxTokens - (headings.length > 0 ? weigh(headingPath(headings)) : 0)
    }
    if (section.kind === 'table') {
      const row = headerRow(section.text)
      header = { ...row, weight: row.end > room * charsPerToken ? Infinity : weigh(row.text) }
    }
    const span = { start: 0, end: section.text.length }
    for (const part of levels[section.kind][0]!.split(section.text, span)) place(section, part, 0)
  }
  close()
  return chunks

  function place (section: Section, span: Span, depth: number): void {
    const longest = room * charsPerToken
    // A longer run of characters never fits: it is split further without being counted.
    const weight = span.end - span.start > longest ? Infinity : weigh(section.text.slice(span.start, span.end))
    const last = parts.at(-1)
    const part = last?.section === section ? last : undefined
    if (filled + weight <= room && !(part && span.end - part.start > longest)) {
      if (part) part.end = span.end
      else parts.push({ section, lead: '', ...span })
      filled += weight
      return
    }
    const kind = levels[section.kind]
    const finer = kind[depth + 1]
    if (weight <= room && !(kind[depth]!.fills && finer && filled < room / 2)) {
      open(section, span, weight, depth)
    } else if (finer) {
      for (const part of finer.split(section.text, span)) place(section, part, depth + 1)
    } else {
      const parts = halves(section.text, span)
      if (parts.length > 1) parts.forEach(part => place(section, part, depth))
      else open(section, span, weight, depth)
    }
  }

  /** Starts a chunk with a span, and with the text that it repeats if both fit. */
  function open (section: Section, span: Span, weight: number, depth: number): void {
    const before = parts.at(-1)
    close()
    const followsHeader = section.kind === 'table' && header.end > 0 && span.start >= header.end
    if (followsHeader && header.weight <= room / 2 && header.weight + weight <= room) {
      parts = [{ section, lead: header.text, ...span }]
      filled = header.weight + weight
      return
    }
    const repeats = section.kind === 'text' && before?.section === section && levels.text[depth] !== words
    const start = repeats ? overlapStart(section.text, before, Math.min(overlapTokens, room - weight)) : before?.end ?? 0
    const overlap = repeats ? section.text.slice(start, before.end) : ''
    parts = [{ section, lead: '', start: overlap ? start : span.start, end: span.end }]
    filled = (overlap ? weigh(overlap) : 0) + weight
  }

  /** Returns the start of the last whole sentences of a part that weigh at most `most` together; its end when there are none. */
  function overlapStart (text: string, { start, end }: Part, most: number): number {
    const from = Math.max(start, end - most * charsPerToken)
    // The first sentence is left out: it would repeat the whole part, or it begins in the middle.
    const tail = [...sentencesOf(text, { start: from, end })].slice(1).reverse()
    let begin = end
    for (const sentence of tail) {
      if (weigh(text.slice(sentence.start, end)) > most) break
      begin = sentence.start
    }
    return begin
  }

  function close (): void {
    const [first] = parts
    if (!first) return
    const text = parts.map(({ section, lead, start, end }) => lead + section.text.slice(start, end)).join('\n\n')
    emit(text, first.section.page)
    parts = []
    filled = 0
  }

  function emit (text: string, page: number | undefined): void {
    const tokens = count(text)
    // A text may weigh more than the sum of its parts: because of how tokens are counted, or because of the white space between.
    const parts = tokens > room || text.length > room * charsPerToken ? halves(text, { start: 0, end: text.length }) : []
    if (parts.some(({ end, start }) => end - start < text.length)) {
      for (const { start, end } of parts) emit(text.slice(start, end), page)
    } else {
      chunks.push({ n: chunks.length, text, headings, ...(page === undefined ? {} : { page }), tokens })
    }
  }
}

/** Tells if a section begins its page, and not with the rest of a sentence: then its citation can name the page. */
function beginsPage (before: Section | undefined, section: Section): boolean {
  if (before === undefined || before.page === section.page) return false
  return !/^\s*\p{Ll}/u.test(section.text) || /[.!?…:;]["'”’»)\]]*\s*$/u.test(before.text)
}

/** Returns the innermost headings that weigh at most `most` together, and shortens the last one when it is too long by itself. */
function fitHeadings (headings: string[], most: number, weigh: (text: string) => number): string[] {
  let inner = headings.filter(heading => heading.trim())
  while (inner.length > 1 && weigh(headingPath(inner)) > most) inner = inner.slice(1)
  return inner.map(heading => {
    let short = heading
    while (short.length > 1 && weigh(short) > most) short = short.slice(0, halves(short, { start: 0, end: short.length })[0]!.end)
    return short
  })
}

/** Returns the first row of a table, with Markdown's rule under it, and its end; the end is 0 when the table has no other rows. */
function headerRow (text: string): { text: string, end: number } {
  const [header, rule, row] = linesOf(text, { start: 0, end: text.length }).take(3)
  const ruled = rule && /^[\s|:+=-]+$/.test(text.slice(rule.start, rule.end))
  if (!header || !rule || (ruled && !row)) return { text: '', end: 0 }
  const { end } = ruled ? rule : header
  return { text: text.slice(header.start, end) + '\n', end }
}
