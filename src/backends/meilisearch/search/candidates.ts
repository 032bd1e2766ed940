// Fetches the candidates' documents by id, once, and caches them with their words counted.
import { factLine } from '../../../language/passage-lines.ts'
import { isCorrectable } from '../../../language/one-edit.ts'
import { fold, stemAll, tokens } from '../../../language/words.ts'
import type { Language } from '../../../types.ts'
import { readDocument, type IndexedDocument, type RawDocument } from '../../../documents/document.ts'
import type { MeilisearchClient } from '../client.ts'
import { readWords, stemsInOrder, type DocumentWords } from './document-words.ts'
import { failureKind } from '../errors.ts'
import { createKeptDocuments } from './kept-documents.ts'
import type { IndexInfo } from './indexes.ts'
import { chunkAttributesToRead, readChunk, type SearchedDocument } from '../stored-chunk.ts'

/** A document as the ranking sees it. */
export interface CountedDocument {
  document: SearchedDocument
  words: DocumentWords
  /** Returns every stem in order, each surrounded by spaces. Computed on first use: few documents become passages. */
  inOrder (): string
  /** Returns the words that a misspelt one is compared with. Computed on first use. */
  spelling (): Spelling
}

/** The different words of a text that may be misspelt, as they are and folded, in order. */
export interface Spelling { words: string[], folded: string[] }

export interface Documents {
  /**
   * Reads the documents with these ids in one index, each of which is named once.
   * @param given the documents that came with the hits; if set, nothing is fetched
   * @returns the documents in the order of the ids, undefined where one is gone or has nothing to read, and why some could not be read
   */
  read (
    company: string,
    language: Language,
    index: IndexInfo,
    ids: readonly string[],
    given: Map<string, RawDocument> | null,
    signal: AbortSignal
  ): Promise<{ documents: (CountedDocument | undefined)[], failure: string | null }>
  stats (): Record<string, unknown>
}

/** The most characters counted per document: a book must not delay everybody's answers. */
const maxChars = 20_000
/** Characters of each document that misspelt words are compared with: the comparison blocks the event loop. */
const spellingChars = 2000
/** Milliseconds of counting before the event loop gets a turn. */
const sliceMs = 4

export function createDocuments ({ client, apiKey, maxBytes, keepMs, now = () => performance.now() }: {
  client: MeilisearchClient
  apiKey: string
  maxBytes: number
  /** How long a document is used without being fetched again. */
  keepMs: number
  now?: () => number
}): Documents {
  const kept = createKeptDocuments<{ counted: CountedDocument, until: number }>(maxBytes)
  const counts = { fetched: 0, cached: 0 }

  return {
    async read (company, language, index, ids, given, signal) {
      const group = `${company}\n${index.key}\n${language}`
      const askedAt = now()
      const known = given ? [] : kept.read(group, ids)
      const documents = ids.map((_, i) => known[i] && known[i].until > askedAt ? known[i].counted : undefined)
      /** The ids of those that are not in memory, with their positions. */
      const wanted = new Map<string, number>()
      documents.forEach((document, i) => { if (!document) wanted.set(ids[i]!, i) })
      counts.cached += ids.length - wanted.size
      if (wanted.size === 0) return { documents, failure: null }
      let raw: RawDocument[]
      try {
        raw = given
          ? [...wanted.keys()].map(id => given.get(id)).filter(document => document !== undefined)
          : await fetch(index, [...wanted.keys()], signal)
      } catch (error) {
        return { documents, failure: signal.aborted ? 'too slow' : failureKind(error) }
      }
      let began = now()
      for (const one of raw) {
        const id = String(one[index.primaryKey])
        const read: SearchedDocument | null = readChunk(one) ?? readDocument({ ...one, id }, index.mapping)
        const position = wanted.get(id)
        if (!read || position === undefined) continue
        const document: SearchedDocument = { ...read, readers: one._access }
        const last = known[position]?.counted
        // Counting takes ten times as long as comparing, and few documents have changed since.
        const counted = last && isEqual(last.document, document) ? last : count(document, language)
        documents[position] = counted
        if (!given) kept.keep(group, ids[position]!, { counted, until: now() + keepMs }, sizeOf(counted))
        if (now() - began < sliceMs) continue
        await new Promise(resolve => setImmediate(resolve))
        began = now()
      }
      return { documents, failure: null }
    },
    stats: () => ({ ...counts, ...kept.size() }),
  }

  async function fetch (index: IndexInfo, ids: string[], signal: AbortSignal): Promise<RawDocument[]> {
    counts.fetched += ids.length
    const body = JSON.stringify({ ids, fields: [index.primaryKey, ...contentKeys(index)], limit: ids.length })
    const { results } = await client.query<{ results: RawDocument[] }>({
      method: 'POST', path: `/indexes/${index.uid}/documents/fetch`, body, token: apiKey, signal,
    })
    return results
  }
}

/** Compares what came as JSON. */
function isEqual (one: SearchedDocument, other: SearchedDocument): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Returns the attributes that the mapping reads, and those of a chunk. */
export function contentKeys ({ mapping: { title, text, url, fields } }: IndexInfo): string[] {
  return [
    ...new Set([
      ...(title === undefined ? [] : [title]),
      ...text,
      ...(url === undefined ? [] : [url]),
      ...Object.keys(fields ?? {}),
      ...chunkAttributesToRead,
    ]),
  ]
}

/** Returns the title and the headings above the text. */
export function headOf ({ title, heading }: SearchedDocument): string {
  return heading === undefined ? title : `${title}\n${heading}`
}

/** Returns the rest of the searched text: the prose and the facts. */
export function bodyOf ({ text, fields }: IndexedDocument): string {
  return [text, ...fields.map(factLine)].join('\n')
}

export function count (document: SearchedDocument, language: Language): CountedDocument {
  const words = readWords(stemAll(headOf(document).slice(0, maxChars), language), stemAll(bodyOf(document).slice(0, maxChars), language))
  let inOrder: string | undefined
  let spelling: Spelling | undefined
  return {
    document,
    words,
    inOrder () {
      inOrder ??= stemsInOrder(words)
      return inOrder
    },
    spelling () {
      spelling ??= spellingOf(`${headOf(document)}\n${bodyOf(document)}`.slice(0, spellingChars))
      return spelling
    },
  }
}

function spellingOf (text: string): Spelling {
  const words = [...new Set(tokens(text))].filter(word => isCorrectable(fold(word)))
  return { words, folded: words.map(fold) }
}

/** Estimates the bytes of the texts, the stems, their map and places, and the words for their spelling. */
function sizeOf ({ document, words }: CountedDocument): number {
  const { text, fields } = document
  return 900 + 3 * (headOf(document).length + text.length) + 100 * fields.length + 100 * words.numbers.size + words.places.byteLength
}
