// Stores documents in Meilisearch: each chunk is a document of its kind's index, next to those from `causerie meili load`.
import { LRUCache } from 'lru-cache'
import { coded, unknownIndex } from '../../errors.ts'
import { createInTurn } from '../../async/in-turn.ts'
import { slicesOf } from '../../slices.ts'
import { readTargetIndex, type TargetIndex } from './write/index-settings.ts'
import type { IndexStats } from 'meilisearch'
import type { MeilisearchAdmin } from './admin.ts'
import { asWriteError } from './errors.ts'
import type { IndexedDocument } from '../../documents/document.ts'
import { createIndexOwners, uidOf, type IndexOwners } from './index-owners.ts'
import { factsOf, keyOf, keyPrefixOf, primaryKeyOf } from './stored-chunk.ts'
import { setChunkAccess } from './write/access.ts'
import { questionTitles } from './write/questions.ts'
import type { CompanyProfile } from '../../types.ts'
import type { DocumentInfo, DocumentStore, PutCounts, RejectedDocument } from '../../documents/store.ts'
import { sampleChunks } from './write/sample.ts'
import { createChunkStore, prepareForChunks, type ChunkDocument } from './write/chunk-store.ts'
import { countByIndex, countTokens, documentsToEvict, rejectIfTooLarge, type TokenCounts } from './write/eviction.ts'
import { createCitationStore } from './write/citations.ts'
import { removeIndexes } from './write/removal.ts'
import { removeEmptiedChunks, writeDocuments } from './write/documents.ts'

export interface MeilisearchDocuments extends DocumentStore {
  /** Deletes all indexes of a company. Returns the number of documents that were in them. */
  removeAll (company: CompanyProfile): Promise<number>
  /** Ends all running work. */
  close (): void
}

export interface MeilisearchDocumentsOptions {
  /** Needs a key that can write (`causerie meili keys --for writing`). */
  admin: MeilisearchAdmin
  owners?: IndexOwners
  profile: (company: string) => Promise<CompanyProfile | null>
  /** The embedding models that there are. */
  models?: readonly string[]
  /** The most tokens that a company's documents may have. */
  maxTokens: number
  /** Called when a company's documents have changed. */
  onChanged: (company: string) => void
  now?: () => number
}

/** Documents looked up or removed at once: every task costs Meilisearch half a second, whatever its size. */
const batch = 1000
/** Chunks are up to some tens of kilobytes long: a page of a document needs few of them. */
const pagedBatch = 100
/** How long a company's token count is cached: another instance may write too. */
const countCacheMs = 60_000
const infoFields = ['_doc', '_key', '_title', '_url', '_chunks', '_doc_tokens', '_pinned', '_updated_at', '_access_names']

/** Throws SEARCH_UNAVAILABLE, SEARCH_REFUSED, STORE_FULL or INDEX_TAKEN from every method. */
export function createMeilisearchDocuments ({
  admin, owners = createIndexOwners(), profile, models = [], maxTokens, onChanged, now = Date.now,
}: MeilisearchDocumentsOptions): MeilisearchDocuments {
  const closing = new AbortController()
  const chunkStore = createChunkStore(admin, closing.signal)
  const citations = createCitationStore({ admin, chunkStore, signal: closing.signal })
  const cachedCounts = new LRUCache<string, TokenCounts>({ max: 10_000, ttl: countCacheMs })
  /** Several uploads of a company may be written at once; each change of its indexes and its size is another's business too. */
  const inTurn = createInTurn()

  /** Runs `work`. Turns its failures into the service's own errors; the caller's abort reason is thrown unchanged. */
  async function guarded<T> (work: () => Promise<T>, given?: AbortSignal): Promise<T> {
    try {
      return await work()
    } catch (error) {
      given?.throwIfAborted()
      if (error === closing.signal.reason) throw coded('SHUTTING_DOWN', undefined, error)
      throw asWriteError(error)
    }
  }

  /** Throws INDEX_TAKEN when the profile names another company's index. */
  async function companyOf (id: string): Promise<CompanyProfile | null> {
    const company = await profile(id)
    if (company) owners.claim(company)
    return company
  }

  /** Returns the uid of a company's index; null when the company or the index does not exist. */
  async function uidFor (id: string, kind: string): Promise<string | null> {
    const company = await companyOf(id)
    return company && Object.hasOwn(company.indexes, kind) ? uidOf(company, kind) : null
  }

  async function put (company: CompanyProfile, kind: string, documents: IndexedDocument[], signal: AbortSignal): Promise<PutCounts> {
    // The vectors are added later, and their embedder is created with the first ones.
    const index = await inTurn(company.id, () => prepareForChunks(admin, chunkStore, company, kind, null, signal))
    const sum = { written: 0, unchanged: 0, evicted: 0 }
    const rejected: RejectedDocument[] = []
    for (const some of slicesOf(documents, batch)) {
      const counts = cachedCounts.get(company.id) ?? await inTurn(company.id, () => recount(company))
      const own = await writeDocuments({
        admin, chunkStore, index, models, language: company.language, documents: some, signal, now,
        refuse: (tokens, before) => rejectIfTooLarge(tokens, counts.pinned - (before.pinned ? before.tokens : 0), maxTokens),
      }).catch(error => {
        // Some of the documents may have been written, or may still be.
        cachedCounts.delete(company.id)
        onChanged(company.id)
        throw error
      })
      sum.written += own.written
      sum.unchanged += own.unchanged
      rejected.push(...own.rejected)
      if (own.written > 0) onChanged(company.id)
      // Another write may have counted anew meanwhile.
      const latest = cachedCounts.get(company.id) ?? counts
      latest.tokens += own.tokens
      if (latest.tokens > maxTokens) sum.evicted += await inTurn(company.id, () => evict(company, kind, some.map(({ id }) => id)))
    }
    await removeEmptiedChunks(chunkStore, index.uid)
    await throwIfDeleted(company, index, signal)
    return { ...sum, ...(rejected.length > 0 ? { rejected } : {}), generation: index.createdAt }
  }

  /** Throws when others deleted the index since it was prepared: Meilisearch makes it anew, without what was there. */
  async function throwIfDeleted (company: CompanyProfile, { uid, createdAt }: TargetIndex, signal: AbortSignal): Promise<void> {
    if ((await readTargetIndex(admin, uid, signal)).createdAt === createdAt) return
    cachedCounts.delete(company.id)
    onChanged(company.id)
    throw coded('INDEX_DELETED')
  }

  /** Counts a company's tokens, unless another write has just done so: all writes add to the same count. */
  async function recount (company: CompanyProfile): Promise<TokenCounts> {
    const counts = cachedCounts.get(company.id) ?? await countTokens(chunkStore, company)
    cachedCounts.set(company.id, counts, { noUpdateTTL: true })
    return counts
  }

  /** Removes documents until the rest fit. @returns the number of documents removed */
  async function evict (company: CompanyProfile, index: string, keep: string[]): Promise<number> {
    const { gone, counts } = await documentsToEvict({ chunkStore, citations, company, index, keep, maxTokens })
    let evicted = 0
    for (const [kind, ids] of gone) evicted += await removeAll(company.id, kind, uidOf(company, kind), ids)
    cachedCounts.set(company.id, counts)
    return evicted
  }

  async function removeAll (company: string, kind: string, uid: string, ids: string[]): Promise<number> {
    let removed = 0
    for (const some of slicesOf([...new Set(ids)], batch)) {
      const filter = `_key IN [${some.map(keyOf).join(', ')}]`
      const { results } = await chunkStore.fetch(uid, { filter: `${filter} AND _n = 0`, fields: ['_doc'], limit: batch })
      if (results.length === 0) continue
      await chunkStore.remove(uid, filter)
      await citations.forget(company, kind, results.map(({ _doc }) => _doc))
      cachedCounts.delete(company)
      onChanged(company)
      removed += results.length
    }
    return removed
  }

  async function infosOf (company: string, kind: string, firsts: ChunkDocument[]): Promise<DocumentInfo[]> {
    const used = await citations.of(company, kind, firsts.map(({ _doc }) => _doc))
    return firsts.map(({ _doc, _title, _url, _chunks, _doc_tokens = 0, _pinned = false, _updated_at = 0, _access_names }) => ({
      id: _doc,
      title: _title,
      url: _url,
      chunks: _chunks,
      tokens: _doc_tokens,
      pinned: _pinned,
      updatedAt: _updated_at,
      citedAt: used.get(_doc)?.at ?? 0,
      ...(_access_names ? { access: _access_names } : {}),
    }))
  }

  return {
    put: (company, index, documents, given) => guarded(async () => {
      if (!Object.hasOwn(company.indexes, index)) throw unknownIndex(company.indexes)
      owners.claim(company)
      if (documents.length === 0) return { written: 0, unchanged: 0, evicted: 0 }
      return put(company, index, documents, given ? AbortSignal.any([given, closing.signal]) : closing.signal)
    }, given),
    // When a task of Meilisearch has ended, its result is on disk.
    settle: async () => {},
    list: (company, kind, { after, limit, prefix }) => guarded(async () => {
      const uid = await uidFor(company, kind)
      if (uid === null) return []
      const found: ChunkDocument[] = []
      for (let key = after === '' ? '' : keyOf(after); found.length < limit;) {
        const conditions = [
          '_n = 0',
          ...(key === '' ? [] : [`_key > ${key}`]),
          ...(prefix === '' ? [] : [`_key STARTS WITH ${keyPrefixOf(prefix)}`]),
        ]
        const { results } = await chunkStore.fetch(uid, { filter: conditions.join(' AND '), sort: ['_key:asc'], fields: infoFields, limit })
        // The filter uses only the beginning of a very long prefix.
        found.push(...results.filter(({ _doc }) => _doc.startsWith(prefix)))
        if (results.length < limit) break
        key = results.at(-1)!._key
      }
      return infosOf(company, kind, found.slice(0, limit))
    }),
    get: (company, kind, id, { from, maxChars } = { from: 0, maxChars: Infinity }) => guarded(async () => {
      const uid = await uidFor(company, kind)
      if (uid === null) return null
      const chunksFrom = async (n: number, limit: number) =>
        (await chunkStore.fetch(uid, { filter: `_key = ${keyOf(id)} AND _n >= ${n}`, sort: ['_n:asc'], limit })).results
      const all: ChunkDocument[] = []
      let left = maxChars
      let next: number | null = null
      const limit = maxChars === Infinity ? batch : pagedBatch
      for (let results = await chunksFrom(from, limit); ; results = await chunksFrom(all.at(-1)!._n + 1, limit)) {
        for (const chunk of results) {
          left -= chunk._text.length
          if (left < 0 && all.length > 0) next ??= chunk._n
          if (next === null) all.push(chunk)
        }
        if (results.length < limit || next !== null) break
      }
      const [first] = from === 0 ? all : await chunksFrom(0, 1)
      if (!first || first._n !== 0) return null
      const [info] = await infosOf(company, kind, [first])
      return {
        ...info!,
        fields: factsOf(first._fields),
        next,
        pieces: all.map(({ _n: n, _text: text, _heading: heading, _page: page = null, _tokens: tokens }) => ({
          n,
          text,
          heading,
          page,
          tokens,
        })),
      }
    }),
    remove: (company, kind, ids) => guarded(async () => {
      const uid = await uidFor(company, kind)
      return uid === null ? 0 : removeAll(company, kind, uid, ids)
    }),
    pin: (company, kind, id, pinned) => guarded(async () => {
      const uid = await uidFor(company, kind)
      if (uid === null || await chunkStore.count(uid, `_key = ${keyOf(id)} AND _n = 0`) === 0) return false
      const { primaryKey } = await readTargetIndex(admin, uid, closing.signal)
      await chunkStore.update(uid, primaryKey, [{ [primaryKey]: primaryKeyOf(id, 0), _pinned: pinned }])
      cachedCounts.delete(company)
      return true
    }),
    setAccess: (company, kind, id, access) => guarded(async () => {
      const profile = await companyOf(company)
      if (!profile || !Object.hasOwn(profile.indexes, kind)) return false
      const uid = uidOf(profile, kind)
      if (await chunkStore.count(uid, `_key = ${keyOf(id)} AND _n = 0`) === 0) return false
      // An earlier version may have prepared the index.
      const { primaryKey } = await prepareForChunks(admin, chunkStore, profile, kind, null, closing.signal)
      await setChunkAccess(chunkStore, { uid, primaryKey }, id, access)
      onChanged(company)
      return true
    }),
    cite: (id, passages, at) => guarded(async () => {
      const company = await companyOf(id)
      if (company) await citations.add(company, passages, at)
    }),
    chunks: (id, limit) => guarded(async () => {
      const company = await companyOf(id)
      return company ? sampleChunks({ admin, chunkStore, citations, company, limit, signal: closing.signal }) : []
    }),
    indexes: id => guarded(async () => {
      const company = await companyOf(id)
      return company ? (await countByIndex(chunkStore, company)).filter(({ documents }) => documents > 0) : []
    }),
    questions: (id, limit) => guarded(async () => {
      const company = await companyOf(id)
      return company ? questionTitles(chunkStore, company, limit) : []
    }),
    stats: id => guarded(async () => {
      const company = await companyOf(id)
      const sum = { documents: 0, chunks: 0, tokens: 0, bytes: 0, embedded: 0 }
      if (!company) return sum
      for (const { kind, documents, chunks, tokens } of await countByIndex(chunkStore, company)) {
        const uid = uidOf(company, kind)
        sum.documents += documents
        sum.chunks += chunks
        sum.tokens += tokens
        if (chunks === 0) continue
        sum.embedded += await chunkStore.count(uid, '_n >= 0 AND _model != none')
        sum.bytes += (await admin.ask<IndexStats>('GET', `/indexes/${uid}/stats`, null, closing.signal)).rawDocumentDbSize
      }
      return sum
    }),
    removeAll: company => guarded(async () => {
      const removed = await removeIndexes(admin, company, closing.signal)
      cachedCounts.delete(company.id)
      onChanged(company.id)
      return removed
    }),
    close: () => closing.abort(),
  }
}
