// The remote search engine: a company's own Meilisearch.
import { createDeadline, unlessAborted } from '../../../async/signals.ts'
import { asCoded, coded } from '../../../errors.ts'
import { preferredModel } from '../../../embed/models.ts'
import type { Language } from '../../../types.ts'
import type { SearchEngine, SearchRequest, SearchResult } from '../../../search/engine.ts'
import { forEveryone } from '../../../search/selection.ts'
import { askedFact, fewPassages } from '../../../search/asked-fact.ts'
import { settleVectors, vectorsAtHand, type SettledVectors } from '../../../search/question-vectors.ts'
import { createCatalogue, type CompanyIndexes } from './catalogue.ts'
import type { MeilisearchClient } from '../client.ts'
import { failureKind, isAllowed } from '../errors.ts'
import type { IndexOwners } from '../index-owners.ts'
import { respelledText } from '../../../language/respell.ts'
import { isAcrossLanguages, uncorrectedAcross } from '../../../search/across-languages.ts'
import { modelsToAsk } from '../embedders.ts'
import { createDocuments } from './candidates.ts'
import { readCandidates } from './read-candidates.ts'
import { createFanout, type FanoutResult } from './fanout.ts'
import { createIndexReader } from './indexes.ts'
import { givenDocuments } from './read-hits.ts'
import { createAudiences } from './audiences.ts'
import {
  countSearches, everySearches, gramsOf, selectedIndexes, vectorSearches, withVectors, wordLimit, wordSearches, type SearchPlan,
} from './queries.ts'
import { rank } from './passages.ts'
import { addVectorHits, candidates, everyDocument, holdersOf, queryTerms, stemCounts, unreadHits, type GramHits } from './ranking.ts'
import { createSpread } from './spread.ts'
import { createTenantTokens } from './tenant-tokens.ts'
import { createWholeReader } from './whole.ts'
import type { Transport } from './batching.ts'

export interface MeilisearchEngineOptions {
  client: MeilisearchClient
  owners: IndexOwners
  /** A key that may search and read documents; empty for a server without keys. */
  apiKey: string
  apiKeyUid: string
  plan: SearchPlan
  /** The most searches of one question in flight. */
  concurrency: number
  timeoutMs: number
  /** How long results are cached, and the memory limit for them and the documents together. */
  cacheMs: number
  cacheMaxBytes: number
  /** The service has a key that writes, so that uploads create the indexes. */
  isWriting?: boolean
  /** Called with a company when others have reset the settings of one of its indexes. */
  onReset?: (company: string) => void
  /** The embedding models that there are. Vectors that do not say which model made them are the first one's. */
  models: readonly string[]
  /** Returns the model for documents in a language, or the named one; another one while that is unavailable. */
  modelFor?: (language: Language, named?: string) => string
  /** Age at which information about a company's indexes is read again. */
  refreshMs?: number
  /** Age from which nothing derived from it is used any more. */
  staleMs?: number
  /** The clock for both ages; it never goes back. */
  now?: () => number
  /** Milliseconds since 1970. */
  date?: () => number
  transport?: Transport
}

export interface MeilisearchEngine extends SearchEngine {
  /**
   * Checks the key before the service starts: throws SEARCH_REFUSED when it has too many rights or does not match its
   * uid. Does not throw when the server does not answer: it may come up later, and the key is then checked.
   */
  check (): Promise<void>
  /** Tells the engine that a company's documents have changed, so that it reads them again. */
  changed (company: string): void
  /** Forgets a company that was deleted. */
  forget (company: string): void
}

/** The most documents that are read and ranked. */
const maxCandidates = 64
/** Share of the time limit for the searches; the rest is for reading the documents found. */
const searchShare = 0.7
/** Share of it for the lookup of the embedding models: the search needs the same facts, and waits for them itself. */
const modelsShare = 0.3
/** Share of it for embedding a question again, as the documents spell it. */
const respellShare = 0.2
/** How long cached results are used when no version shows that the documents have changed. */
const blindMs = 30_000
/** Minimum time between key checks: a company whose indexes the key does not open must not cause a check per question. */
const recheckMs = 10_000
/** How long documents are cached when results are not: many questions find the same ones. */
const documentMs = 60_000

/** Creates the engine. The owner of the client closes it. */
export function createMeilisearchEngine (options: MeilisearchEngineOptions): MeilisearchEngine {
  const { client, apiKey, apiKeyUid, plan, timeoutMs, cacheMs, cacheMaxBytes, isWriting = false } = options
  const { refreshMs = 10_000, staleMs = 20_000, now = () => performance.now(), date = Date.now, models } = options
  const { modelFor = (language: Language, named?: string) => preferredModel(models, language, named) } = options
  const tokens = createTenantTokens({ apiKey, apiKeyUid })
  const reader = createIndexReader({ client, apiKey, models, now })
  const catalogue = createCatalogue({ ...options, isWriting, reader, modelFor, tokens, refreshMs, staleMs, blindMs, now, date })
  const fanout = createFanout({ ...options, cacheMs, cacheMaxBytes: cacheMaxBytes / 2 })
  const documents = createDocuments({ client, apiKey, maxBytes: cacheMaxBytes / 2, keepMs: cacheMs || documentMs })
  const counts = { questions: 0, degraded: 0, failed: 0 }
  let refused: string | null = null
  let checked = apiKey === ''
  let checking: Promise<void> | null = null
  let recheckAt = 0

  async function checkKey (): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs)
    refused = null
    // Listing keys reveals the value of every key, including an admin's.
    const listsKeys = await isAllowed(client.query({ method: 'GET', path: '/keys', token: apiKey, signal }))
    const fits =
      listsKeys ||
      (await isAllowed(
        client.query({ method: 'POST', path: '/multi-search', body: '{"queries":[]}', token: await tokens.for(['none']), signal })
      ))
    if (listsKeys) {
      refused =
        "MEILI_KEY may read every other key (it is the master key, or an admin's): create a new one with `causerie meili keys`."
    } else if (!fits) refused = 'MEILI_KEY is not known to the server or may not search, or MEILI_KEY_UID is not its uid.'
    if (refused !== null) throw coded('SEARCH_REFUSED', refused)
    checked = true
  }

  async function check (): Promise<void> {
    if (!checked) await (checking ??= checkKey().finally(() => { checking = null }))
  }

  /** Schedules a new check of the key when a valid one may have been deleted or expired, so that questions and /ready report it. */
  function recheckKey (...reasons: string[]): void {
    if (!reasons.includes('not allowed') || performance.now() < recheckAt) return
    recheckAt = performance.now() + recheckMs
    checked = apiKey === ''
  }

  async function search (request: SearchRequest): Promise<SearchResult> {
    const { company, query, selection = forEveryone } = request
    // After the first deadline, work with the hits so far; after the second, wait for nothing more.
    const searching = createDeadline(timeoutMs * searchShare, request.signal)
    const reading = createDeadline(timeoutMs, request.signal)
    const available = vectorsAtHand(request.vectors)
    // Start now, with its own catch: a vector that fails while the indexes are looked up must not be an unhandled rejection.
    const pendingVectors = available
      ? null
      : settleVectors(request.vectors, (timeoutMs * searchShare) / 2, searching.signal).catch(() => ({ vectors: [], failed: true }))
    try {
      if (!checked) await unlessAborted(check(), reading.signal)
      const known = await catalogue.get(company, reading.signal)
      const asked = request.indexes ?? Object.keys(company.indexes)
      const problems = asked.filter(kind => known.missing.has(kind)).map(kind => `index ${kind}: ${known.missing.get(kind)!}`)
      const there = known.indexes.filter(({ kind }) => asked.includes(kind))
      if (there.length === 0 && problems.length > 0) {
        recheckKey(...known.missing.values())
        throw coded('SEARCH_UNAVAILABLE', problems.join('; '))
      }
      const indexes = selectedIndexes(there, selection)
      if (indexes.length === 0) return { passages: [], terms: [], total: 0 }
      const token = await tokens.for(indexes.map(({ uid }) => uid))
      const whole = reader.rights.documents === false
      const grams = gramsOf(query, plan)
      const run = fanout.open(token, searching.signal)
      const limited = indexes.filter(({ filter }) => filter !== '')
      const counting = limited.length > 0 && run(countSearches(company, limited))
      // Send everything available at once; a vector that is still being computed follows later.
      const words = wordSearches(company, indexes, grams, plan, whole)
      const wordCount = indexes.length * grams.length
      const follow = async (): Promise<Vectors> => {
        const settled = (await pendingVectors)!
        return { ...settled, ...await run(vectorSearches(indexes, settled.vectors, whole)) }
      }
      const [first, followed] = await Promise.all([
        run(available ? [...words, ...vectorSearches(indexes, available.vectors, whole)] : words),
        pendingVectors ? follow() : null,
      ])
      request.signal.throwIfAborted()
      const vectors: Vectors = followed ?? { ...available!, hits: first.hits.slice(wordCount), failures: {}, sent: 0 }
      if (vectors.failed) problems.push('the question was not embedded')
      for (const kind of new Set([...Object.keys(first.failures), ...Object.keys(vectors.failures)])) {
        problems.push(
          `${(first.failures[kind] ?? 0) + (vectors.failures[kind] ?? 0)} of ${wordCount + vectors.hits.length} searches: ${kind}`
        )
      }
      const byWords = first.hits.slice(0, wordCount)
      const all = [...byWords, ...vectors.hits]
      // A word or two that are known from earlier questions tell nothing of this one when nothing that was sent is answered.
      const failed = all.filter(hits => hits === null).length
      if (failed > 0 && failed === first.sent + vectors.sent && failed > all.length / 2) {
        recheckKey(...Object.keys(first.failures))
        throw coded('SEARCH_UNAVAILABLE', problems.join('; '))
      }

      const sizes = counting ? (await counting).hits : []
      const total = indexes.reduce((sum, index) => sum + (sizes[limited.indexOf(index)]?.total ?? index.documents), 0)
      const gramHits: GramHits[] = grams.map(({ n, word }, i) => ({
        n, word, perIndex: indexes.map((_, at) => byWords[at * grams.length + i]!),
      }))
      // Neither words nor vectors find anything: one of a few documents may still hold the fact that is asked for.
      const holds = total <= fewPassages && all.every(hits => hits?.ids.length === 0) ? askedFact(query) : null
      const every = holds && await run(everySearches(company, indexes, whole))
      for (const [kind, n] of Object.entries(every?.failures ?? {})) problems.push(`${n} of ${indexes.length} searches for all: ${kind}`)
      if (every?.hits.every(hits => hits === null)) throw coded('SEARCH_UNAVAILABLE', problems.join('; '))
      const few = every && every.hits
      /** Reads the candidates and ranks them. @param isRespelled the vectors are those of the question as the documents spell it */
      const rankBy = async (vectors: Vectors, isRespelled: boolean) => {
        const searched = withVectors(indexes, vectors.vectors)
        const found = few === null ? candidates(gramHits, total, maxCandidates) : everyDocument(few)
        const isEverything = found.length < maxCandidates
        addVectorHits(found, searched.map(({ index, embedder: { model } }, i) =>
          ({ index: indexes.indexOf(index), model, hits: vectors.hits[i]! })))

        const given = whole
          ? indexes.map((index, at) => givenDocuments([
            ...byWords.slice(at * grams.length, (at + 1) * grams.length), ...vectors.hits.filter((_, i) => searched[i]!.index === index),
            few?.[at] ?? null,
          ]))
          : null
        const { present, problems: unread } = await readCandidates({
          documents, company, indexes, candidates: found, given, selection, signal: reading.signal,
        })
        request.signal.throwIfAborted()
        problems.push(...unread)
        if (present.length === 0 && unread.length > 0) throw coded('SEARCH_UNAVAILABLE', problems.join('; '))

        const texts = present.map(({ document }) => document)
        const count = stemCounts(texts)
        const hitsOf = present.length >= total ? new Map<string, number>() : unreadHits(gramHits, wordLimit(plan, whole), isEverything)
        const terms = uncorrectedAcross(query, queryTerms(query, hitsOf, texts, count, total, company.language))
        const spread = createSpread(terms, hitsOf, stem => holdersOf(count(stem)))
        const model = searched[0]?.embedder.model ?? ''
        const passages = rank(request, present, count, terms, { total, spread }, { model, isRespelled, isCropped: whole, holds })
        return { passages, terms }
      }
      const typed = await rankBy(vectors, false)
      const written = request.embed && !isAcrossLanguages(query.asked, query.language, typed.terms)
        ? respelledText(query.text, typed.terms)
        : null
      const meant = written === null ? null : await settleVectors(request.embed!(written), timeoutMs * respellShare, searching.signal)
      const respelled = meant && meant.vectors.length > 0 ? await run(vectorSearches(indexes, meant.vectors, whole)) : null
      const { passages, terms } = respelled?.hits.some(hits => hits !== null) ? await rankBy({ ...meant!, ...respelled }, true) : typed
      if (problems.length === 0) return { passages, terms, total }
      counts.degraded++
      return { passages, terms, total, degraded: `search: ${problems.join('; ')}` }
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
    check: () =>
      check().catch(error => {
        if (refused !== null) throw error
      }),
    models (company, kinds, asked = company.language) {
      const read = () => catalogue.get(company, AbortSignal.timeout(timeoutMs * modelsShare))
      const found = checked ? read() : check().then(read)
      const toAsk = ({ indexes }: CompanyIndexes) => modelsToAsk(
        indexes.filter(({ kind }) => kinds?.includes(kind) ?? true).map(({ embedders }) => embedders), company.language, asked)
      return found instanceof Promise ? found.then(toAsk).catch(() => []) : toAsk(found)
    },
    ...createWholeReader({ client, apiKey, catalogue, reader, timeoutMs }),
    audience: createAudiences({ catalogue, tokens, fanout, timeoutMs }),
    version: company => catalogue.version(company),
    changed: catalogue.drop,
    forget: catalogue.forget,
    async unavailable () {
      try {
        await check()
        await client.query({ method: 'GET', path: '/health', token: '', signal: AbortSignal.timeout(2000) })
        return null
      } catch (error) {
        return refused ?? (error as Error).message
      }
    },
    stats: () => ({
      engine: 'meilisearch', url: client.origin, plan, ...counts, ...client.stats(),
      searches: fanout.stats(), documents: documents.stats(), indexes: catalogue.stats(),
    }),
    async close () {},
  }
}

interface Vectors extends SettledVectors, FanoutResult {}
