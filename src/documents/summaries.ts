// Summarizes companies' documents in a separate thread; makes each summary once and caches it for a while.
import { LRUCache } from 'lru-cache'
import { Piscina } from 'piscina'
import { coded } from '../errors.ts'
import { disarmMarkup } from '../language/safe-text.ts'
import type { CompanyProfile } from '../types.ts'
import type { KnowledgeStats } from './store.ts'
import type { Fitted } from './summary-worker.ts'
import type { SummaryChunk } from './summary.ts'

export interface Summary {
  summary: string
  tokens: number
  by: 'llm' | 'extractive'
  /** Everything that the company has, not only the part that was read. */
  documents: number
  chunks: number
}

export interface SummariesOptions {
  documents: { chunks (company: string, limit: number): Promise<SummaryChunk[]>, stats (company: string): Promise<KnowledgeStats> }
  /** Returns the path of the `tokenizer.json` that counts tokens; without a good one they are estimated. */
  tokenizer: () => string
  /**
   * Rewords sentences of the documents with a language model, `maxTokens` at most. Throws when it cannot. Absent: no
   * summary is reworded. Called once for each state of a company's documents, whatever lengths are asked for.
   */
  reword?: (profile: CompanyProfile, text: string, maxTokens: number) => Promise<string>
  /** Called when the language model returns no summary. */
  onProblem (problem: string, error: unknown): void
}

export interface Summaries {
  /**
   * Returns the summary of a company's documents, of at most `maxTokens`.
   * @param version of the documents
   * Throws OVERLOADED when too many others are running, SHUTTING_DOWN, or a STORE_* error.
   */
  get (profile: CompanyProfile, version: string, maxTokens: number): Promise<Summary>
  close (): Promise<void>
}

/** The most chunks that are read; a summary uses no more. */
const maxChunks = 1000
/** Tokens that a language model is shown: per token that it may write, and at most. */
const shown = { each: 3, most: 8000 }
/** The longest summary that a language model writes; every shorter one is its beginning, in whole sentences. */
const rewordedTokens = 1000
const madeAtOnce = 4
const threadTimeoutMs = 20_000
const hourMs = 3_600_000
/** How long an extractive summary is cached when the language model should have written it. */
const minuteMs = 60_000
const keptBytes = 4 * 2 ** 20
const maxReworded = 200

/** Creates the summaries. Their thread starts with the first one, and ends after a while without any. */
export function createSummaries ({ documents, tokenizer, reword, onProblem }: SummariesOptions): Summaries {
  const thread = new Piscina({
    filename: new URL('./summary-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  const kept = new LRUCache<string, Summary>({
    maxSize: keptBytes,
    sizeCalculation: ({ summary }, key) => 2 * (summary.length + key.length) + 100,
  })
  const running = new Map<string, Promise<Summary>>()
  /** What the language model wrote of each state, or is writing; '' when it wrote nothing. */
  const reworded = new LRUCache<string, Promise<string>>({ max: maxReworded })
  let closed = false

  async function run (name: 'extract' | 'fit', job: object): Promise<Fitted> {
    if (closed) throw coded('SHUTTING_DOWN')
    return await thread.run({ ...job, tokenizer: tokenizer() }, { name, signal: AbortSignal.timeout(threadTimeoutMs) })
  }

  /** Has the language model write the summary of a state once. A failure is remembered for a minute. */
  function rewordOnce (profile: CompanyProfile, state: string, chunks: SummaryChunk[]): Promise<string> {
    const known = reworded.get(state)
    if (known) return known
    const written = (async () => {
      const { summary } = await run('extract', { chunks, maxTokens: Math.min(shown.each * rewordedTokens, shown.most) })
      return await reword!(profile, summary, rewordedTokens)
    })()
    written.catch(() => {})
    reworded.set(state, written, { ttl: hourMs })
    written.then(text => text !== '', () => false).then(isGood => { if (!isGood) reworded.set(state, written, { ttl: minuteMs }) })
    return written
  }

  async function make (profile: CompanyProfile, state: string, maxTokens: number): Promise<Summary> {
    const [all, chunks] = await Promise.all([documents.stats(profile.id), documents.chunks(profile.id, maxChunks)])
    const counts = { documents: all.documents, chunks: all.chunks }
    if (reword && chunks.length > 0) {
      try {
        const own = await run('fit', { text: await rewordOnce(profile, state, chunks), maxTokens })
        if (own.summary !== '') return { ...own, summary: disarmMarkup(own.summary), by: 'llm', ...counts }
        onProblem('a summary was made without the language model', new Error('it has nothing to say'))
      } catch (error) {
        if (closed) throw error
        onProblem('a summary was made without the language model', error)
      }
    }
    const own = await run('extract', { chunks, maxTokens })
    return { ...own, summary: disarmMarkup(own.summary), by: 'extractive', ...counts }
  }

  return {
    async get (profile, version, maxTokens) {
      if (closed) throw coded('SHUTTING_DOWN')
      const state = JSON.stringify([profile.id, profile.version, version])
      const key = `${state} ${maxTokens}`
      const known = kept.get(key) ?? running.get(key)
      if (known) return known
      if (running.size >= madeAtOnce) throw coded('OVERLOADED', 'Too many summaries are being made.')
      const made = make(profile, state, maxTokens)
        .catch(error => {
          throw closed ? coded('SHUTTING_DOWN', undefined, error) : error
        })
        .finally(() => running.delete(key))
      running.set(key, made)
      const summary = await made
      kept.set(key, summary, { ttl: reword && summary.by === 'extractive' && summary.summary !== '' ? minuteMs : hourMs })
      return summary
    },
    async close () {
      closed = true
      await thread.destroy()
      await Promise.allSettled(running.values())
    },
  }
}
