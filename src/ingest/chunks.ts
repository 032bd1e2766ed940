// Cuts a document into chunks that fit the embedding model: by headings, paragraphs, sentences, at last by words.
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import { headingPath } from '../language/passage-lines.ts'
import { blocksOf, halves, linesOf, paragraphsOf, sentencesOf, trimmed, trimmedBlock, wordsOf } from '../language/spans.ts'
import type { Span } from '../language/spans.ts'

/** Tokens of a chunk, its headings included. The model's own window by default; who wants longer chunks has a range. */
export const DEFAULT_CHUNK_TOKENS = 256
export const LEAST_CHUNK_TOKENS = 512
export const MOST_CHUNK_TOKENS = 4096
export const DEFAULT_OVERLAP_TOKENS = 32

export interface ChunkOptions {
  /** The most that a chunk's text and its headings may have together. At least 16. */
  maxTokens: number
  /** The most of the sentences before it that a chunk repeats. */
  overlapTokens: number
  /** Tokens of a text. It need not be additive: every chunk is counted as a whole. */
  count: (text: string) => number
}

interface Level {
  split: (text: string, span: Span) => Iterable<Span>
  /** Whether a part that would fit in a chunk of its own is still cut, to fill one that is less than half full. */
  fills: boolean
}

const words: Level = { split: wordsOf, fills: true }
const sentences: Level = { split: sentencesOf, fills: false }
const lines: Level = { split: linesOf, fills: false }

/** How each kind of section is cut, the coarsest way first. A table stays whole if it can. */
const levels: Record<Section['kind'], Level[]> = {
  text: [{ split: trimmed, fills: true }, { split: paragraphsOf, fills: true }, sentences, words],
  table: [{ split: trimmedBlock, fills: false }, lines, words],
  list: [{ split: trimmedBlock, fills: true }, lines, sentences, words],
  code: [{ split: trimmedBlock, fills: true }, { split: blocksOf, fills: false }, lines, words]
}

/** A run of one section in the chunk that is being filled. */
interface Part {
  section: Section
  /** What it repeats before its own text: the table's header. */
  lead: string
  start: number
  end: number
}

/**
 * Characters count too: a token may be a run of a hundred letters or of a thousand spaces, and a chunk of 256 tokens
 * must not become a megabyte.
 */
const CHARACTERS_PER_TOKEN = 16

/**
 * The chunks of a document, in order. Each stands under one heading path and fits; together they hold every word of
 * every section. Neighbouring sections under the same headings share a chunk while they fit. A chunk that goes on in
 * the middle of a text section repeats whole sentences before it; one that goes on in a table repeats its header row.
 */
export function cutIntoChunks (document: ReadDocument, { maxTokens, overlapTokens, count }: ChunkOptions): Chunk[] {
  const chunks: Chunk[] = []
  let headings: string[] = []
  let path: string | undefined
  /** What the headings leave. */
  let room = maxTokens
  let parts: Part[] = []
  let filled = 0
  /** Of the table that is being cut. */
  let header = { text: '', end: 0, weight: 0 }

  const weigh = (text: string) => Math.max(count(text), Math.ceil(text.length / CHARACTERS_PER_TOKEN))

  for (const section of document.sections) {
    const own = headingPath(section.headings)
    if (own !== path || beginsPage(parts.at(-1)?.section, section)) {
      close()
      path = own
      headings = fitting(section.headings, maxTokens / 3, weigh)
      room = maxTokens - (headings.length > 0 ? weigh(headingPath(headings)) : 0)
    }
    if (section.kind === 'table') {
      const row = headerRow(section.text)
      header = { ...row, weight: row.end > room * CHARACTERS_PER_TOKEN ? Infinity : weigh(row.text) }
    }
    const span = { start: 0, end: section.text.length }
    for (const part of levels[section.kind][0]!.split(section.text, span)) place(section, part, 0)
  }
  close()
  return chunks

  function place (section: Section, span: Span, depth: number): void {
    const longest = room * CHARACTERS_PER_TOKEN
    // No run of more characters fits: it goes down uncounted.
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
      const pieces = halves(section.text, span)
      if (pieces.length > 1) pieces.forEach(piece => place(section, piece, depth))
      else open(section, span, weight, depth)
    }
  }

  /** Starts a chunk with a span, and with what it repeats where there is room for both. */
  function open (section: Section, span: Span, weight: number, depth: number): void {
    const before = parts.at(-1)
    close()
    if (section.kind === 'table' && header.end > 0 && span.start >= header.end && header.weight <= room / 2 && header.weight + weight <= room) {
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

  /** Where the last whole sentences of a part begin that weigh no more than `most`; its end when there are none. */
  function overlapStart (text: string, { start, end }: Part, most: number): number {
    const from = Math.max(start, end - most * CHARACTERS_PER_TOKEN)
    // The first is what would be the whole part again, or begins in the middle.
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
    // What is more than the sum of its parts gets here too heavy: by a counter's doing, or by white space between.
    const pieces = tokens > room || text.length > room * CHARACTERS_PER_TOKEN ? halves(text, { start: 0, end: text.length }) : []
    if (pieces.some(({ end, start }) => end - start < text.length)) {
      for (const { start, end } of pieces) emit(text.slice(start, end), page)
    } else {
      chunks.push({ n: chunks.length, text, headings, ...(page === undefined ? {} : { page }), tokens })
    }
  }
}

/** Whether a section is the first of its page, and not the rest of a sentence: then the citation can name the page. */
function beginsPage (before: Section | undefined, section: Section): boolean {
  return before !== undefined && before.page !== section.page && !(/^\s*\p{Ll}/u.test(section.text) && !/[.!?…:;]["'”’»)\]]*\s*$/u.test(before.text))
}

/** The innermost headings that weigh no more than `most` together; the last one is cut short when it is too long itself. */
function fitting (headings: string[], most: number, weigh: (text: string) => number): string[] {
  let kept = headings.filter(heading => heading.trim())
  while (kept.length > 1 && weigh(headingPath(kept)) > most) kept = kept.slice(1)
  return kept.map(heading => {
    let short = heading
    while (short.length > 1 && weigh(short) > most) short = short.slice(0, halves(short, { start: 0, end: short.length })[0]!.end)
    return short
  })
}

/** The first row of a table, with Markdown's rule under it, as a row before others, and where it ends: 0 when it has no other rows. */
function headerRow (text: string): { text: string, end: number } {
  const [header, rule, row] = linesOf(text, { start: 0, end: text.length }).take(3)
  const ruled = rule && /^[\s|:+=-]+$/.test(text.slice(rule.start, rule.end))
  if (!header || !rule || (ruled && !row)) return { text: '', end: 0 }
  const { end } = ruled ? rule : header
  return { text: text.slice(header.start, end) + '\n', end }
}
