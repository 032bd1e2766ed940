// Writes documents into a Meilisearch index, each with all its chunks in one request: it is stored as a whole or not at all.
import type { Chunk } from '../../../documents/content.ts'
import { estimateTokens } from '../../../language/token-count.ts'
import { factLines, headingPath } from '../../../language/passage-lines.ts'
import type { TargetIndex } from './index-settings.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { createSender, type Line } from './send.ts'
import { hashOfDocument, type IndexedDocument } from '../../../documents/document.ts'
import { noVectors } from '../embedders.ts'
import { keyOf, primaryKeyOf, type ChunkAttributes } from '../stored-chunk.ts'
import { traitAttributes } from '../traits.ts'
import type { Language } from '../../../types.ts'
import type { RejectedDocument } from '../../../documents/store.ts'
import type { ChunkStore, ChunkDocument } from './chunk-store.ts'

export interface Written {
  written: number
  unchanged: number
  rejected: RejectedDocument[]
  /** Tokens added to the index. */
  tokens: number
}

const page = 1000

/**
 * Writes the documents that have changed; pinned ones stay pinned. Chunks that a document no longer has are emptied in
 * the same request, so that no search finds them until `removeEmptiedChunks` removes them.
 * @param refuse returns why a document with this many tokens cannot replace the one before it; null = it can
 */
export async function writeDocuments ({ admin, chunkStore, index, models = [], language, documents, refuse, signal, now }: {
  admin: MeilisearchAdmin
  chunkStore: ChunkStore
  index: TargetIndex
  /** The embedding models whose vectors may be added later. */
  models?: readonly string[]
  language: Language
  documents: IndexedDocument[]
  refuse: (tokens: number, before: { tokens: number, pinned: boolean }) => string | null
  signal: AbortSignal
  now: () => number
}): Promise<Written> {
  const { uid, primaryKey, embedders } = index
  const none = noVectors(embedders, models)
  // Of documents with the same id, the last one counts.
  const given = new Map(documents.map(document => [document.id, document]))
  const { results } = await chunkStore.fetch(uid, {
    ids: [...given.keys()].map(id => primaryKeyOf(id, 0)),
    fields: ['_doc', '_hash', '_doc_tokens', '_pinned', '_n', '_access_names', '_access_kept'],
    limit: given.size,
  })
  const known = new Map(results.filter(({ _n }) => _n === 0).map(first => [first._doc, first]))
  const result: Written = { written: 0, unchanged: documents.length - given.size, rejected: [], tokens: 0 }
  const changed: Change[] = []
  for (const document of given.values()) {
    const { id } = document
    const hash = hashOfDocument(language, document)
    const before = known.get(id)
    const { _hash = null, _pinned: pinned = false, _doc_tokens: tokens = 0 } = before ?? {}
    const keeps = document.access === undefined && (document.keepsAccess || before?._access_kept)
    const kept = keeps ? before?._access_names ?? undefined : undefined
    const own = hash === _hash ? null : chunksOf(kept ? { ...document, access: kept } : document, hash, pinned, now(), kept !== undefined)
    const message = own && refuse(own[0]!._doc_tokens!, { tokens, pinned })
    if (own === null) result.unchanged++
    else if (message !== null) result.rejected.push({ id, reason: 'no room', message })
    else changed.push({ id, chunks: own, grown: own[0]!._doc_tokens! - tokens })
  }
  const surplus = await surplusOf(changed.filter(({ id }) => known.has(id)))
  const grown = new Map(changed.map(({ id, grown }) => [id, grown]))

  const sender = createSender({
    admin, index, signal,
    onEnd (lines, refusal) {
      for (const { id } of lines) {
        if (refusal) {
          result.rejected.push({ id, reason: refusal.code, message: `Meilisearch refuses it: ${refusal.code}.` })
        } else {
          result.written++
          result.tokens += grown.get(id)!
        }
      }
    },
  })
  try {
    await sender.send(changed.map(({ id, chunks }): Line => {
      const stored = [
        ...chunks.map(chunk => ({ [primaryKey]: primaryKeyOf(id, chunk._n), ...chunk, _vectors: none })),
        ...(surplus.get(id) ?? []).map(chunk => ({ [primaryKey]: chunk[primaryKey], _key: chunk._key, _n: -1, _vectors: none })),
      ]
      return { at: '', id, json: stored.map(chunk => JSON.stringify(chunk)).join('\n') }
    }))
  } finally {
    await sender.drain()
  }
  return result

  /** Returns, by document, the stored chunks that its new version no longer has. */
  async function surplusOf (documents: Change[]): Promise<Map<string, ChunkDocument[]>> {
    if (documents.length === 0) return new Map()
    const counts = new Map(documents.map(({ id, chunks }) => [keyOf(id), chunks.length]))
    const filter = `_key IN [${[...counts.keys()].join(', ')}] AND _n >= ${Math.min(...counts.values())}`
    const found: ChunkDocument[] = []
    for (let offset = 0; ; offset += page) {
      const { results } = await chunkStore.fetch(uid, {
        filter,
        sort: ['_key:asc', '_n:asc'],
        fields: [primaryKey, '_doc', '_key', '_n'],
        limit: page,
        offset,
      })
      found.push(...results.filter(({ _key, _n }) => _n >= counts.get(_key)!))
      if (results.length < page) return Map.groupBy(found, ({ _doc }) => _doc)
    }
  }
}

/** Removes the emptied chunks that writes have left behind, including interrupted writes. */
export async function removeEmptiedChunks (chunkStore: ChunkStore, uid: string): Promise<void> {
  if (await chunkStore.count(uid, '_n = -1') > 0) await chunkStore.remove(uid, '_n = -1')
}

interface Change { id: string, chunks: ChunkAttributes[], grown: number }

/** @param isKept its access list was set by hand */
function chunksOf (document: IndexedDocument, hash: string, pinned: boolean, now: number, isKept: boolean): ChunkAttributes[] {
  const { id, title, text, url, fields, chunks } = document
  const facts = factLines(fields)
  const traits = traitAttributes(document)
  const list = document.access ? { _access_names: document.access, ...(isKept ? { _access_kept: true } : {}) } : {}
  const own: Chunk[] = chunks ?? [{ n: 0, text, headings: [], tokens: estimateTokens(`${text}\n${facts}`) }]
  return own.map(({ text, headings, page, tokens }, n) => ({
    _doc: id,
    _key: keyOf(id),
    _n: n,
    _title: title,
    _url: url,
    _heading: headingPath(headings),
    _text: text,
    ...(page === undefined ? {} : { _page: page }),
    _tokens: tokens,
    _chunks: own.length,
    _hash: hash,
    _model: 'none',
    ...traits,
    // The first chunk carries the attributes of the whole document.
    ...(n > 0
      ? {}
      : { _fields: fields, _doc_tokens: own.reduce((sum, { tokens }) => sum + tokens, 0), _pinned: pinned, _updated_at: now, ...list }),
  }))
}
