// Turns a document that was read into one that can be stored: without boilerplate, in chunks, with its hash.
import { createHash } from 'node:crypto'
import type { IndexedDocument } from '../search/engine.ts'
import { withoutBoilerplate } from './boilerplate.ts'
import { cutIntoChunks, headingPath } from './chunks.ts'
import type { Chunk, ReadDocument } from './content.ts'
import { fingerprint } from './duplicates.ts'

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

/** @param count tokens of a text, as the embedding model counts them */
export function cutDocument ({ id, title, url, fields, sections, numbered, rejected }: ReadDocument, { maxTokens, overlapTokens }: CutOptions, count: (text: string) => number): CutDocument {
  // A passage is shown under its title: as its first heading it would be there twice.
  const shown = withoutBoilerplate(sections).map(section => section.headings[0] === title ? { ...section, headings: section.headings.slice(1) } : section)
  const document = { id, title, url, fields, sections: shown }
  const chunks = cutIntoChunks(document, { maxTokens, overlapTokens, count })
  // Facts without any text are searched too.
  if (chunks.length === 0) chunks.push({ n: 0, text: '', headings: [], tokens: fields.reduce((sum, field) => sum + count(field.join(' ')), 0) })
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
