// The embedded search engine: the main thread's side of it.
import { LRUCache } from 'lru-cache'
import { createDeadline } from '../../async/signals.ts'
import { asCoded, coded } from '../../errors.ts'
import { isMultilingual } from '../../embed/models.ts'
import { respelledText } from '../../language/respell.ts'
import type { SearchModels } from './tasks/vector-sets.ts'
import type { Store } from './thread.ts'
import type { Tasks } from './worker.ts'
import type { SearchEngine } from '../../search/engine.ts'
import { forEveryone } from '../../search/selection.ts'
import { settleVectors, vectorsAtHand } from '../../search/question-vectors.ts'

/** How long a version is trusted without looking at the file. */
const versionMs = 15_000

/** The version of a company's documents. `isUnrestricted`: none of them has an access list, so that all see the same. */
interface Version { readonly version: string, isUnrestricted: boolean }

/** @param timeoutMs the time after which a search fails with SEARCH_UNAVAILABLE */
export function createSqliteEngine ({ store, timeoutMs }: { store: Store, timeoutMs: number }): SearchEngine & {
  /**
   * Tells the engine about a write, so that cached answers of the company are no longer used.
   * @param version null: another process wrote, or may have written; the version is read again
   */
  changed (company: string, version: string | null): void
} {
  // Another process may write the same files.
  const versions = new LRUCache<string, Version>({ max: 10_000, ttl: versionMs })
  // The models of each index, which can change with the version only.
  const models = new LRUCache<string, SearchModels>({ max: 10_000, ttl: versionMs })
  /** Companies whose vectors have been read into the thread's memory, as far as it has not let go of them since. */
  const read = new LRUCache<string, true>({ max: 1000 })
  const counts = { searches: 0, failures: 0 }

  function noteVersion (company: string, version: string): void {
    const last = versions.get(company)
    versions.set(company, last?.version === version ? last : { version, isUnrestricted: false })
  }

  /** Reads a company's vectors in slices, before its first question. */
  async function readVectors (company: string, vectors: readonly { model: string }[], signal: AbortSignal): Promise<void> {
    if (vectors.length === 0 || read.has(company)) return
    const models = vectors.map(({ model }) => model)
    while (await store.run('readVectors', company, { models }, signal)) { /* others are answered in between */ }
    read.set(company, true)
  }

  /** Lists what figures are computed from, within the time of a search. */
  async function readWhole<Name extends 'listFacts' | 'listTexts'> (
    company: string, task: Name, argument: Parameters<Tasks[Name]>[1], signal: AbortSignal
  ): Promise<ReturnType<Tasks[Name]>> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      return await store.run(task, company, argument, bounded)
    } catch (error) {
      signal.throwIfAborted()
      if (bounded.aborted) throw coded('SEARCH_UNAVAILABLE', 'It took too long.', error)
      throw asCoded(error, 'SEARCH_UNAVAILABLE')
    }
  }

  return {
    async search ({ company, indexes = [], selection = forEveryone, query, vectors, embed, limit, signal }) {
      const deadline = createDeadline(timeoutMs, signal)
      const bounded = deadline.signal
      const { weights } = company
      const input = { query, indexes, selection, limit, weights }
      counts.searches++
      try {
        const atHand = vectorsAtHand(vectors)
        if (atHand && !read.has(company.id)) await readVectors(company.id, atHand.vectors, bounded)
        const known = atHand &&
          await store.run('search', company.id, { ...input, vectors: atHand.vectors, mayRespell: embed !== undefined }, bounded)
        if (known && !known.misspelt) {
          const { version, ...result } = known
          noteVersion(company.id, version)
          return result
        }
        // The words are searched while the question is being embedded.
        const [keyword, asTyped] = await Promise.all([
          known?.misspelt ?? store.run('searchKeywords', company.id, { query, indexes, selection, weights }, bounded),
          atHand ?? settleVectors(vectors, timeoutMs / 2, signal),
          readVectors(company.id, vectors, bounded),
        ])
        const written = embed ? respelledText(query.text, keyword.terms) : null
        const asMeant = written === null ? null : await settleVectors(embed!(written), timeoutMs / 4, signal)
        const isRespelled = asMeant !== null && asMeant.vectors.length > 0
        const embedded = isRespelled ? asMeant : asTyped
        const { passages, version } =
          await store.run('finishSearch', company.id, { ...input, keyword, vectors: embedded.vectors, isRespelled }, bounded)
        noteVersion(company.id, version)
        return { passages, terms: keyword.terms, total: keyword.total, ...(embedded.failed ? { degraded: 'embedding' } : {}) }
      } catch (error) {
        signal.throwIfAborted()
        counts.failures++
        if (bounded.aborted) throw coded('SEARCH_UNAVAILABLE', 'It took too long.', error)
        throw asCoded(error, 'SEARCH_UNAVAILABLE')
      } finally {
        deadline.clear()
      }
    },
    facts: ({ company, index, selection = forEveryone, limit, signal }) =>
      readWhole(company.id, 'listFacts', { index, selection, limit }, signal),
    texts: ({ company, index, document, selection = forEveryone, limit, signal }) =>
      readWhole(company.id, 'listTexts', { index, document, selection, limit }, signal),
    audience ({ id }, names) {
      if (versions.get(id)?.isUnrestricted) return null
      return store.run('readAudience', id, { names }).then(({ named, version }) => {
        const last = versions.get(id)
        // A write may have come in between.
        if (named === null && last?.version === version) last.isUnrestricted = true
        return named
      })
    },
    version: ({ id }) => versions.get(id)?.version ?? store.run('getMeta', id, 'version').then((version = '0') => {
      noteVersion(id, version)
      return version
    }),
    models ({ id, language }, indexes, asked = language) {
      const modelsOf = ({ models, across }: SearchModels) => {
        const own = [...new Set((indexes ?? Object.keys(models)).flatMap(index => models[index] ?? []))]
        return asked === language || across === undefined || own.some(isMultilingual) ? own : [across]
      }
      const known = models.get(id)
      if (known && known.version === versions.get(id)?.version) return modelsOf(known)
      return store.run('indexModels', id, null).then(
        found => {
          models.set(id, found)
          noteVersion(id, found.version)
          return modelsOf(found)
        },
        () => []
      )
    },
    changed (company, version) {
      if (version === null) versions.delete(company)
      else noteVersion(company, version)
    },
    unavailable: store.unavailable,
    stats: () => ({ engine: 'sqlite', ...counts, thread: store.stats() }),
    async close () {},
  }
}
