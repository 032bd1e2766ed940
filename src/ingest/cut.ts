// Prepares a document for storage: removes boilerplate, cuts it into chunks and hashes it.
import { createHash } from 'node:crypto'
import { traitsOf, type IndexedDocument } from '../documents/document.ts'
import { removeBoilerplate } from './boilerplate.ts'
import { cutIntoChunks } from './chunks.ts'
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import { fingerprint } from '../language/duplicates.ts'
import { joinDividedWords, writtenWords } from '../language/line-hyphens.ts'
import { cleanText } from '../language/letters.ts'
import { factLine, headingPath } from '../language/passage-lines.ts'
import { splitLongSection } from './formats/long-sections.ts'

export interface CutOptions {
  maxTokens: number
  overlapTokens: number
}

/** A document as it goes into an index; its id is still the one from its file. */
export interface CutDocument extends IndexedDocument {
  chunks: Chunk[]
  hash: string
  /** As in `ReadDocument`. */
  numbered?: true
  warnings?: string[]
  unread?: number[]
  rejected?: string
}

/** A shorter chunk is not compared with others: its meaning ("within 48 hours") depends on its title. */
const minComparedTokens = 32

/**
 * Limits in characters. The title, the address and the headings are stored with each chunk, the facts with the first:
 * anything longer becomes text, which is cut.
 */
const maxTitleChars = 300
const maxUrlChars = 2048
const maxLabelChars = 100
const maxValueChars = 2000
/** All facts of a document together. */
const maxFactChars = 4000
const maxFacts = 100

/**
 * Cuts a document into chunks. Loses nothing that was read, except an address that is too long to be one.
 * @param count tokens of a text, as the embedding model counts them
 */
export function cutDocument (read: ReadDocument, { maxTokens, overlapTokens }: CutOptions, count: (text: string) => number): CutDocument {
  const { id, url: wholeUrl, access, values, numbered, warnings, unread, rejected } = read
  const { title: wholeTitle, fields: all, sections } = cleaned(read)
  const title = shorten(wholeTitle)
  const url = wholeUrl.length > maxUrlChars ? '' : wholeUrl
  const { fields, rest } = splitFacts(all)
  // A passage is shown under its title: as the first heading the title would appear twice.
  const shown = removeBoilerplate(sections).map(section =>
    section.headings[0] === wholeTitle ? { ...section, headings: section.headings.slice(1) } : section)
  const document = {
    id,
    title,
    url,
    fields,
    sections: [...(title === wholeTitle ? [] : asText(wholeTitle)), ...shortenHeadings(shown), ...rest],
  }
  const chunks = cutIntoChunks(document, { maxTokens, overlapTokens, count })
  // A document that has only facts is searched too.
  if (chunks.length === 0) chunks.push({ n: 0, text: '', headings: [], tokens: 0 })
  chunks[0]!.tokens += fields.reduce((sum, field) => sum + count(field.join(' ')), 0)
  const hash = createHash('sha256').update(JSON.stringify([title, url, fields, chunks, ...traitsOf(read)])).digest('base64url')
  return {
    id, title, text: '', url, fields, hash,
    chunks: chunks.map(chunk => isCompared(chunk, fields.length > 0) ? { ...chunk, print: printOf(chunk) } : chunk),
    ...(access ? { access } : {}),
    ...(values ? { values } : {}),
    ...(numbered ? { numbered } : {}),
    ...(warnings ? { warnings } : {}),
    ...(unread ? { unread } : {}),
    ...(rejected === undefined ? {} : { rejected }),
  }
}

/** Returns a document's texts in one form, with the words joined that line ends divide. */
function cleaned ({ title, fields, sections: read }: ReadDocument): Pick<ReadDocument, 'title' | 'fields' | 'sections'> {
  const sections = read.map(section => ({ ...section, text: cleanText(section.text), headings: section.headings.map(cleanText) }))
  const isDivided = ({ kind, text }: Section) => (kind === 'text' || kind === 'list') && /\p{L}[-‐]\n/u.test(text)
  const words = sections.some(isDivided) ? writtenWords(sections.map(({ text }) => text)) : null
  return {
    title: cleanText(title),
    fields: fields.map(([label, value]) => [cleanText(label), cleanText(value)]),
    sections: words === null
      ? sections
      : sections.map(section => isDivided(section) ? { ...section, text: joinDividedWords(section.text, words) } : section),
  }
}

/** Tells if a chunk is compared with others. The first chunk of a document with facts is unlike any other. */
function isCompared ({ n, tokens }: Chunk, hasFacts: boolean): boolean {
  return tokens >= minComparedTokens && !(hasFacts && n === 0)
}

/** Shortens a line to the limit of a title, at a space if one is near, never within a character. */
function shorten (line: string): string {
  if (line.length <= maxTitleChars) return line
  const most = maxTitleChars - 1
  const blank = line.slice(0, most + 1).search(/\s\S*$/)
  const end = blank > most * 0.8 ? blank : /[\uD800-\uDBFF]/.test(line[most - 1]!) ? most - 1 : most
  return `${line.slice(0, end).trimEnd()}…`
}

function printOf ({ headings, text }: Chunk): number[] {
  return Array.from(fingerprint(`${headingPath(headings)}\n${text}`))
}

function asText (text: string, where: Omit<Section, 'kind' | 'text'> = { headings: [] }): Section[] {
  return splitLongSection({ ...where, kind: 'text', text })
}

/** Shortens the headings of sections. A heading that was longer becomes text as well, once, at its first section. */
function * shortenHeadings (sections: Section[]): Generator<Section> {
  const added = new Set<string>()
  for (const section of sections) {
    const headings = section.headings.map(shorten)
    for (const [i, heading] of section.headings.entries()) {
      if (headings[i] === heading || added.has(heading)) continue
      added.add(heading)
      yield * asText(heading, { ...section, headings })
    }
    yield { ...section, headings }
  }
}

/** Splits facts into short ones, up to a limit, and the rest as text. */
function splitFacts (all: ReadDocument['fields']): { fields: ReadDocument['fields'], rest: Section[] } {
  const fields: ReadDocument['fields'] = []
  const rest: Section[] = []
  let left = maxFactChars
  for (const [label, value] of all) {
    const size = label.length + value.length
    if (label.length <= maxLabelChars && value.length <= maxValueChars && size <= left && fields.length < maxFacts) {
      fields.push([label, value])
      left -= size
    } else {
      rest.push(...asText(factLine([label, value])))
    }
  }
  return { fields, rest }
}
