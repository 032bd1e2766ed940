// The candidates' documents, read once by id and kept with their words counted.
import { LRUCache } from 'lru-cache'
import { factLine } from '../../../language/passage-lines.ts'
import { isStopWord, stem, stemAll, tokens } from '../../../language/words.ts'
import type { Language } from '../../../types.ts'
import { readDocument, type IndexedDocument, type RawDocument } from '../../../documents/document.ts'
import type { MeilisearchClient } from '../client.ts'
import { failureKind } from '../errors.ts'
import type { IndexInfo } from './indexes.ts'
import { readOfPieces, readPiece, type SearchedDocument } from '../stored-chunk.ts'

/** A document as the ranking sees it; stop words are not counted. */
export interface CountedDocument {
  document: SearchedDocument
  /** Stem → how often the document holds it: `titleUnit` for each time in the title and the headings, 1 for each in the text and the facts. */
  counts: Map<string, number>
  titleLength: number
  textLength: number
  /** Every stem in order, stop words too, each between spaces; made when it is first asked for. */
  stems (): string
}

/** What one occurrence in a title adds to a count: one look-up then tells both. */
export const titleUnit = 1 << 16

export interface Documents {
  /**
   * The documents of some ids of one index; those that are gone, or hold nothing to read, are missing.
   * @param given what came with the hits; then nothing is fetched
   * @returns the documents by id, and why some could not be read
   */
  read (company: string, language: Language, index: IndexInfo, ids: readonly string[], given: Map<string, RawDocument> | null, signal: AbortSignal): Promise<{ documents: Map<string, CountedDocument>, failure: string | null }>
  stats (): Record<string, unknown>
}

/** Characters of a document that are counted: a book must not hold up everybody's answers. */
const mostChars = 20_000
/** Milliseconds of counting after which the event loop gets a turn. */
const sliceMs = 4

export function createDocuments ({ client, apiKey, maxBytes, keepMs, now = () => performance.now() }: {
  client: MeilisearchClient
  apiKey: string
  maxBytes: number
  /** How long a document is used again. */
  keepMs: number
  now?: () => number
}): Documents {
  const kept = new LRUCache<string, CountedDocument>({ maxSize: Math.max(1, maxBytes), ttl: keepMs, sizeCalculation: (counted, key) => 2 * key.length + sizeOf(counted) })
  const counts = { fetched: 0, cached: 0 }
  // A question looks up a hundred documents: short keys are cheaper than their company and index in full.
  const numbers = new LRUCache<string, number>({ max: 10_000 })
  let last = 0
  const numberOf = (text: string): number => {
    let number = numbers.get(text)
    if (number === undefined) numbers.set(text, number = ++last)
    return number
  }

  return {
    async read (company, language, index, ids, given, signal) {
      const documents = new Map<string, CountedDocument>()
      const prefix = `${numberOf(`${company}\n${index.key}\n${language}`)} `
      const wanted: string[] = []
      for (const id of ids) {
        const known = given ? undefined : kept.get(prefix + id)
        if (known) documents.set(id, known)
        else wanted.push(id)
      }
      counts.cached += documents.size
      if (wanted.length === 0) return { documents, failure: null }
      let raw: RawDocument[]
      try {
        raw = given ? wanted.map(id => given.get(id)).filter(document => document !== undefined) : await fetch(index, wanted, signal)
      } catch (error) {
        return { documents, failure: signal.aborted ? 'too slow' : failureKind(error) }
      }
      let began = now()
      for (const one of raw) {
        const id = String(one[index.primaryKey])
        const document = readPiece(one) ?? readDocument({ ...one, id }, index.mapping)
        if (!document) continue
        const counted = count(document, language)
        documents.set(id, counted)
        if (!given) kept.set(prefix + id, counted)
        if (now() - began < sliceMs) continue
        await new Promise(resolve => setImmediate(resolve))
        began = now()
      }
      return { documents, failure: null }
    },
    stats: () => ({ ...counts, kept: kept.size, kept_bytes: kept.calculatedSize }),
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

/** The keys of a document that its mapping reads, and those of a piece. */
export function contentKeys ({ mapping: { title, text, url, fields } }: IndexInfo): string[] {
  return [...new Set([...(title === undefined ? [] : [title]), ...text, ...(url === undefined ? [] : [url]), ...Object.keys(fields ?? {}), ...readOfPieces])]
}

/** Its title, and the headings that it stands under. */
export function headOf ({ title, heading }: SearchedDocument): string {
  return heading === undefined ? title : `${title}\n${heading}`
}

/** Everything of a document that is searched beside that. */
export function bodyOf ({ text, fields }: IndexedDocument): string {
  return [text, ...fields.map(factLine)].join('\n')
}

export function count (document: SearchedDocument, language: Language): CountedDocument {
  const counts = new Map<string, number>()
  const add = (text: string, unit: number): number => {
    let length = 0
    for (const word of tokens(text.slice(0, mostChars))) {
      if (isStopWord(word, language)) continue
      const stemmed = stem(word, language)
      counts.set(stemmed, (counts.get(stemmed) ?? 0) + unit)
      length++
    }
    return length
  }
  let stems: string | undefined
  return {
    document,
    counts,
    titleLength: add(headOf(document), titleUnit),
    textLength: add(bodyOf(document), 1),
    stems () {
      stems ??= ` ${stemAll(`${headOf(document)}\n${bodyOf(document)}`.slice(0, mostChars), language).join(' ')} `
      return stems
    },
  }
}

/** Bytes, estimated: the texts, their stems, and the map's entries. */
function sizeOf ({ document, counts }: CountedDocument): number {
  return 600 + 3 * (headOf(document).length + document.text.length) + 64 * counts.size + 100 * document.fields.length
}
