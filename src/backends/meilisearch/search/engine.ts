// The remote search engine: a company's own Meilisearch.
import { createDeadline, unlessAborted } from '../../../async/signals.ts'
import { asCoded, coded } from '../../../errors.ts'
import type { FoundPassage, QueryTerm } from '../../../types.ts'
import type { SearchEngine, SearchRequest, SearchResult } from '../../../search/engine.ts'
import type { RawDocument } from '../../../documents/document.ts'
import { passageId } from '../../../search/passage-id.ts'
import { fuse, vectorWeight, type Scored } from '../../../search/rank.ts'
import { settleVectors, vectorsAtHand, type SettledVectors } from '../../../search/question-vectors.ts'
import { createCatalogue } from './catalogue.ts'
import type { MeilisearchClient } from '../client.ts'
import { failureKind, hasStatus } from '../errors.ts'
import type { IndexOwners } from '../index-owners.ts'
import { createDocuments, type CountedDocument } from './candidates.ts'
import { createFanout, idOf, type Hits } from './fanout.ts'
import { createIndexReader } from './indexes.ts'
import { gramsOf, vectorSearches, withVectors, wordLimit, wordSearches, type SearchPlan } from './queries.ts'
import type { SearchedDocument } from '../stored-chunk.ts'
import { addVectorHits, bm25, candidates, queryTerms, stemCounts, type Candidate, type GramHits } from './ranking.ts'
import { createTenantTokens } from './tenant-tokens.ts'
import type { Transport } from './batching.ts'

export interface MeilisearchEngineOptions {
  client: MeilisearchClient
  owners: IndexOwners
  /** Key that searches and reads documents; empty for a server without keys. */
  apiKey: string
  apiKeyUid: string
  plan: SearchPlan
  /** Searches of one question in flight at most. */
  concurrency: number
  timeoutMs: number
  /** How long results are used again, and how much memory they and the documents may take. */
  cacheMs: number
  cacheMaxBytes: number
  /** The embedding model of indexes that name none. */
  defaultModel: string
  /** Age at which what is known of a company's indexes is read again. */
  refreshMs?: number
  /** Age from which on nothing that was made of it is used again. */
  staleMs?: number
  /** Clock of these two. */
  now?: () => number
  transport?: Transport
}

export interface MeilisearchEngine extends SearchEngine {
  /**
   * Looks at the key before anything is served: throws SEARCH_REFUSED when it may do too much, or does not fit its
   * uid. A server that does not answer is no reason: it may come up later, and is looked at again then.
   */
  check (): Promise<void>
  /** Tells the engine of a change to a company's documents, so that it looks at them anew. */
  changed (company: string): void
}

/** Documents that are read and ranked. */
const mostCandidates = 64
/** Share of the time that the searches may take; the rest is for reading what they found. */
const searchShare = 0.7
/** How long what was made of documents is used again when nothing tells of their changes. */
const blindMs = 30_000
/** A company that the key does not open must not have the key looked at for each question. */
const lookAgainMs = 10_000
/** How long documents are kept where results are not: many questions find the same ones. */
const documentMs = 60_000

/** Creates the engine. Its client is closed by its owner. */
export function createMeilisearchEngine (options: MeilisearchEngineOptions): MeilisearchEngine {
  const { client, owners, apiKey, apiKeyUid, plan, timeoutMs, cacheMs, cacheMaxBytes, refreshMs = 10_000, staleMs = 20_000, now = Date.now } = options
  const tokens = createTenantTokens({ apiKey, apiKeyUid })
  const reader = createIndexReader({ client, apiKey, defaultModel: options.defaultModel, now })
  const catalogue = createCatalogue({ reader, tokens, owners, refreshMs, staleMs, timeoutMs, blindMs, now })
  const fanout = createFanout({ ...options, cacheMs, cacheMaxBytes: cacheMaxBytes / 2 })
  const documents = createDocuments({ client, apiKey, maxBytes: cacheMaxBytes / 2, keepMs: cacheMs || documentMs })
  const counts = { questions: 0, degraded: 0, failed: 0 }
  let refused: string | null = null
  let checked = apiKey === ''
  let checking: Promise<void> | null = null
  let lookAgainAt = 0

  async function look (): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs)
    refused = null
    // Whoever may list keys has the value of every one of them, an admin's too.
    const listsKeys = await allowed(client.query({ method: 'GET', path: '/keys', token: apiKey, signal }))
    const fits = listsKeys || await allowed(client.query({ method: 'POST', path: '/multi-search', body: '{"queries":[]}', token: await tokens.for(['none']), signal }))
    if (listsKeys) refused = 'MEILI_KEY may read every other key (it is the master key, or an admin\'s): make one that may not with `causerie meili keys`.'
    else if (!fits) refused = 'MEILI_KEY is not known to the server or may not search, or MEILI_KEY_UID is not its uid.'
    if (refused !== null) throw coded('SEARCH_REFUSED', refused)
    checked = true
  }

  async function check (): Promise<void> {
    if (!checked) await (checking ??= look().finally(() => { checking = null }))
  }

  /** A key that was good has been deleted, or has expired: the next look at it says so, to a question and in /ready. */
  function lookAgain (...reasons: string[]): void {
    if (!reasons.includes('not allowed') || performance.now() < lookAgainAt) return
    lookAgainAt = performance.now() + lookAgainMs
    checked = apiKey === ''
  }

  async function search (request: SearchRequest): Promise<SearchResult> {
    const { company, query } = request
    // After the first what the searches have brought has to do; after the second nothing is waited for.
    const searching = createDeadline(timeoutMs * searchShare, request.signal)
    const reading = createDeadline(timeoutMs, request.signal)
    const atHand = vectorsAtHand(request.vectors)
    // Begun at once: a vector that fails while the indexes are looked up is then nobody's surprise.
    const settling = atHand ? null : settleVectors(request.vectors, timeoutMs * searchShare / 2, searching.signal).catch(() => ({ vectors: [], failed: true }))
    try {
      await unlessAborted(check(), reading.signal)
      const known = await catalogue.get(company, reading.signal)
      const asked = request.indexes ?? Object.keys(company.indexes)
      const problems = asked.filter(kind => known.missing.has(kind)).map(kind => `index ${kind}: ${known.missing.get(kind)!}`)
      const indexes = known.indexes.filter(({ kind }) => asked.includes(kind))
      if (indexes.length === 0) {
        lookAgain(...known.missing.values())
        throw coded('SEARCH_UNAVAILABLE', problems.join('; '))
      }
      const token = await tokens.for(indexes.map(({ uid }) => uid))
      const whole = reader.rights.documents === false
      const grams = gramsOf(query, plan)

      const run = fanout.open(token, searching.signal)
      // What is at hand goes out in one piece; a vector that is being made follows by itself.
      const words = wordSearches(company, indexes, grams, plan, whole)
      const follow = async (): Promise<Vectors> => {
        const settled = (await settling)!
        return { ...settled, ...await run(vectorSearches(indexes, settled.vectors, whole)) }
      }
      const [first, followed] = await Promise.all([
        run(atHand ? [...words, ...vectorSearches(indexes, atHand.vectors, whole)] : words),
        settling ? follow() : null,
      ])
      request.signal.throwIfAborted()
      const vectors: Vectors = followed ?? { ...atHand!, hits: first.hits.slice(words.length), failures: {} }
      if (vectors.failed) problems.push('the question was not embedded')
      for (const kind of new Set([...Object.keys(first.failures), ...Object.keys(vectors.failures)])) {
        problems.push(`${(first.failures[kind] ?? 0) + (vectors.failures[kind] ?? 0)} of ${words.length + vectors.hits.length} searches: ${kind}`)
      }
      const byWords = first.hits.slice(0, words.length)
      const all = [...byWords, ...vectors.hits]
      if (all.length > 0 && all.every(hits => hits === null)) {
        lookAgain(...Object.keys(first.failures))
        throw coded('SEARCH_UNAVAILABLE', problems.join('; '))
      }

      const total = indexes.reduce((sum, { documents }) => sum + documents, 0)
      const gramHits: GramHits[] = grams.map(({ n, text }, i) => ({
        n, word: n === 1 && plan === 'fanout' ? text : null, perIndex: indexes.map((_, at) => byWords[at * grams.length + i]!),
      }))
      const searched = withVectors(indexes, vectors.vectors)
      const found = candidates(gramHits, wordLimit(plan, whole), total, mostCandidates)
      addVectorHits(found, searched.map((index, i) => ({ index: indexes.indexOf(index), hits: vectors.hits[i]! })))

      const given = whole ? indexes.map((index, at) => givenDocuments([...byWords.slice(at * grams.length, (at + 1) * grams.length), ...vectors.hits.filter((_, i) => searched[i] === index)])) : null
      const read = await Promise.all(indexes.map((index, at) => documents.read(
        company.id, company.language, index, found.filter(candidate => candidate.index === at).map(({ id }) => id), given ? given[at]! : null, reading.signal,
      )))
      request.signal.throwIfAborted()
      read.forEach(({ failure }, at) => { if (failure !== null) problems.push(`documents of ${indexes[at]!.kind}: ${failure}`) })
      // A document may be gone since it was found.
      const there = found.flatMap((candidate): Found[] => {
        const document = read[candidate.index]!.documents.get(candidate.id)
        return document ? [{ candidate, document, kind: indexes[candidate.index]!.kind }] : []
      })
      if (there.length === 0 && read.some(({ failure }) => failure !== null)) throw coded('SEARCH_UNAVAILABLE', problems.join('; '))

      const texts = there.map(({ document }) => document)
      const count = stemCounts(texts)
      const terms = queryTerms(query, gramHits, texts, count, total, company.language)
      const passages = rank(request, there, bm25(texts, count, terms), terms)
      if (problems.length === 0) return { passages, terms }
      counts.degraded++
      return { passages, terms, degraded: `search: ${problems.join('; ')}` }
    } finally {
      searching.clear()
      reading.clear()
    }
  }

  return {
    async search (request) {
      counts.questions++
      try {
        return await search(request)
      } catch (error) {
        request.signal.throwIfAborted()
        counts.failed++
        if (failureKind(error) === 'too slow') throw coded('SEARCH_UNAVAILABLE', 'It took too long.', error)
        throw asCoded(error, 'SEARCH_UNAVAILABLE')
      }
    },
    check: () => check().catch(error => { if (refused !== null) throw error }),
    version: company => catalogue.version(company),
    changed: company => catalogue.drop(company),
    async unavailable () {
      try {
        await check()
        await client.query({ method: 'GET', path: '/health', token: '', signal: AbortSignal.timeout(2000) })
        return null
      } catch (error) {
        return refused ?? (error as Error).message
      }
    },
    stats: () => ({ engine: 'meilisearch', url: client.origin, plan, ...counts, ...client.stats(), searches: fanout.stats(), documents: documents.stats(), indexes: catalogue.stats() }),
    async close () {},
  }
}

interface Vectors extends SettledVectors { hits: (Hits | null)[], failures: Record<string, number> }

/** False when a request is refused for want of a right; any other failure is thrown. */
async function allowed (request: Promise<unknown>): Promise<boolean> {
  try {
    await request
    return true
  } catch (error) {
    if (hasStatus(error, 400, 401, 403)) return false
    throw error
  }
}

/** The documents that came with the hits, by id. */
function givenDocuments (lists: readonly (Hits | null)[]): Map<string, RawDocument> {
  return new Map(lists.flatMap(hits => hits?.list.map((hit): [string, RawDocument] => [idOf(hit, hits.primaryKey), hit._formatted ?? hit]) ?? []))
}

/** Where a piece stands, and what it is a piece of. */
function placeOf ({ id, heading, page, piece }: SearchedDocument): Pick<FoundPassage, 'heading' | 'page' | 'document' | 'n'> {
  return { ...(heading === undefined ? {} : { heading }), ...(page === undefined ? {} : { page }), ...(piece ? { document: id, n: piece.n } : {}) }
}

interface Found { candidate: Candidate, document: CountedDocument, kind: string }

/** The best of the candidates, in the one scoring of all engines. */
function rank ({ query, limit }: SearchRequest, found: readonly Found[], scores: Float64Array, terms: QueryTerm[]): FoundPassage[] {
  const keyword: Scored[] = []
  const similar: Scored[] = []
  found.forEach(({ candidate: { found, complete, similarity } }, i) => {
    if (scores[i]! > 0 || found > 0) keyword.push([i, scores[i]! + complete])
    if (similarity !== null) similar.push([i, similarity])
  })
  keyword.sort((a, b) => b[1] - a[1])
  const titled = keyword.length > 0 && found[keyword[0]![0]]!.document.titleLength > 0
  return fuse(keyword, similar, vectorWeight(query.language, titled)).slice(0, limit).map(([i, score]) => {
    const { candidate: { similarity }, document: { document, counts, stems }, kind } = found[i]!
    return {
      id: passageId(kind, document.id, document.piece?.of ?? 1, document.piece?.n ?? 0),
      index: kind,
      title: document.title,
      text: document.text,
      url: document.url,
      fields: document.fields,
      ...placeOf(document),
      score,
      similarity,
      stems: stems(),
      matched: terms.flatMap(({ stem, corrections }, n) => counts.has(stem) || corrections.some(held => counts.has(held)) ? [n] : []),
    }
  })
}
