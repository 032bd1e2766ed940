// Turns a document that was read into one that can be stored: without boilerplate, in chunks, with its hash.
import { createHash } from 'node:crypto'
import type { IndexedDocument } from '../documents/document.ts'
import { withoutBoilerplate } from './boilerplate.ts'
import { cutIntoChunks } from './chunks.ts'
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import { fingerprint } from '../language/duplicates.ts'
import { factLine, headingPath } from '../language/passage-lines.ts'
import { splitLongSection } from './formats/long-sections.ts'

export interface CutOptions {
  maxTokens: number
  overlapTokens: number
}

/** A document as it goes into an index; its id is still that of its file. */
export interface CutDocument extends IndexedDocument {
  chunks: Chunk[]
  hash: string
  /** As in what was read. */
  numbered?: true
  rejected?: string
}

/**
 * A shorter piece is not compared with others: what it says ("within 48 hours") hangs on the title that it stands
 * under.
 */
const COMPARED_TOKENS = 32

/**
 * Characters. The title, the address and the headings are stored with each piece, the facts with the first: what is
 * longer is text, which is cut.
 */
const LONGEST_TITLE = 300
const LONGEST_URL = 2048
const LONGEST_LABEL = 100
const LONGEST_VALUE = 2000
/** Of a document, together. */
const MOST_FACT_CHARACTERS = 4000
const MOST_FACTS = 100

/**
 * Nothing that was read is lost, but for an address that is too long for one.
 * @param count tokens of a text, as the embedding model counts them
 */
export function cutDocument ({ id, title: wholeTitle, url: wholeUrl, fields: all, sections, numbered, rejected }: ReadDocument, { maxTokens, overlapTokens }: CutOptions, count: (text: string) => number): CutDocument {
  const title = shortened(wholeTitle)
  const url = wholeUrl.length > LONGEST_URL ? '' : wholeUrl
  const { fields, rest } = shortFacts(all)
  // A passage is shown under its title: as its first heading it would be there twice.
  const shown = withoutBoilerplate(sections).map(section => section.headings[0] === wholeTitle ? { ...section, headings: section.headings.slice(1) } : section)
  const document = { id, title, url, fields, sections: [...title === wholeTitle ? [] : asText(wholeTitle), ...underShortHeadings(shown), ...rest] }
  const chunks = cutIntoChunks(document, { maxTokens, overlapTokens, count })
  // Facts without any text are searched too.
  if (chunks.length === 0) chunks.push({ n: 0, text: '', headings: [], tokens: 0 })
  chunks[0]!.tokens += fields.reduce((sum, field) => sum + count(field.join(' ')), 0)
  const hash = createHash('sha256').update(JSON.stringify([title, url, fields, chunks])).digest('base64url')
  return {
    id, title, text: '', url, fields, hash,
    chunks: chunks.map(chunk => isCompared(chunk, fields.length > 0) ? { ...chunk, print: Array.from(fingerprint(`${headingPath(chunk.headings)}\n${chunk.text}`)) } : chunk),
    ...(numbered ? { numbered } : {}),
    ...(rejected === undefined ? {} : { rejected }),
  }
}

/** The first piece of a document with facts is like no other. */
function isCompared ({ n, tokens }: Chunk, hasFacts: boolean): boolean {
  return tokens >= COMPARED_TOKENS && !(hasFacts && n === 0)
}

/** A line that is no longer than a title may be: cut at a blank when there is one near, never within a character. */
function shortened (line: string): string {
  if (line.length <= LONGEST_TITLE) return line
  const most = LONGEST_TITLE - 1
  const blank = line.slice(0, most + 1).search(/\s\S*$/)
  const end = blank > most * 0.8 ? blank : /[\uD800-\uDBFF]/.test(line[most - 1]!) ? most - 1 : most
  return `${line.slice(0, end).trimEnd()}…`
}

function asText (text: string, where: Omit<Section, 'kind' | 'text'> = { headings: [] }): Section[] {
  return splitLongSection({ ...where, kind: 'text', text })
}

/** The sections under headings of a title's length; one that was longer is text too, once, where it comes first. */
function * underShortHeadings (sections: Section[]): Generator<Section> {
  const told = new Set<string>()
  for (const section of sections) {
    const headings = section.headings.map(shortened)
    for (const [i, heading] of section.headings.entries()) {
      if (headings[i] === heading || told.has(heading)) continue
      told.add(heading)
      yield * asText(heading, { ...section, headings })
    }
    yield { ...section, headings }
  }
}

/** The facts that are short, up to a limit; the rest as text. */
function shortFacts (all: ReadDocument['fields']): { fields: ReadDocument['fields'], rest: Section[] } {
  const fields: ReadDocument['fields'] = []
  const rest: Section[] = []
  let room = MOST_FACT_CHARACTERS
  for (const [label, value] of all) {
    const size = label.length + value.length
    if (label.length <= LONGEST_LABEL && value.length <= LONGEST_VALUE && size <= room && fields.length < MOST_FACTS) {
      fields.push([label, value])
      room -= size
    } else {
      rest.push(...asText(factLine([label, value])))
    }
  }
  return { fields, rest }
}
