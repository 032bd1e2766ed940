// Gives every passage its vectors, in the background and behind every question.
import type { Embedder } from '../embed/embedder.ts'
import type { Store } from '../store/store.ts'
import type { CompanyProfile } from '../types.ts'

const batch = 16

export interface VectorsStats { companies: number, passages: number, running: boolean, failures: number }

export interface Vectors {
  /** Embeds what has no vectors yet, company after company; a run that goes on takes up new ones. */
  fill (companies: string[]): Promise<void>
  stats (): VectorsStats
  close (): Promise<void>
}

/**
 * What was stored stays: after a crash the rest is taken up where it was left.
 * @param profile the company's, for the embedding model of each index
 * @param onChanged told when a company's vectors have changed
 */
export function createVectors ({ store, embedder, profile, onChanged, onError, retryMs = 60_000 }: {
  store: Store
  embedder: Embedder
  profile: (company: string) => Promise<CompanyProfile | null>
  onChanged: (company: string, version: string) => void
  onError: (company: string, error: unknown) => void
  /** When passages are tried again whose model was not to be had. */
  retryMs?: number
}): Vectors {
  const abort = new AbortController()
  const waiting = new Set<string>()
  const counts = { companies: 0, passages: 0, failures: 0 }
  const later = new Set<string>()
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function work (): Promise<void> {
    try {
      await untilAborted(embedder.ready(), abort.signal)
      for (const company of waiting) {
        waiting.delete(company)
        if (abort.signal.aborted) return
        try {
          await fillCompany(company)
          counts.companies++
        } catch (error) {
          if (abort.signal.aborted) return
          counts.failures++
          onError(company, error)
        }
      }
    } finally {
      // At once, not a turn later: a company that is added from now on needs a new run.
      running = undefined
    }
  }

  async function fillCompany (company: string): Promise<void> {
    const indexes = (await profile(company))?.indexes ?? {}
    const modelOf = (index: string) => indexes[index]?.model ?? embedder.defaultModel
    for (const model of new Set(Object.keys(indexes).map(modelOf))) {
      if (embedder.dimensions(model) > 0) {
        await store.run('dropOtherVectors', company, { model, indexes: Object.keys(indexes).filter(index => modelOf(index) === model) })
      }
    }
    const pendingAfter = (after: number) => {
      const pending = store.run('pendingPassages', company, { after, limit: batch })
      // Whoever takes it is told.
      pending.catch(() => {})
      return pending
    }
    // The model is what all this waits for: the next passages are read, and the last vectors written, while it works.
    let writing: Promise<void> = Promise.resolve()
    let pending = pendingAfter(0)
    try {
      for (;;) {
        const passages = await pending
        if (passages.length === 0) return await writing
        pending = pendingAfter(passages.at(-1)!.rowid)
        for (const model of new Set(passages.map(passage => modelOf(passage.index)))) {
          const own = passages.filter(passage => modelOf(passage.index) === model)
          const vectors = await embedder.passages(own, { model, signal: abort.signal })
          if (!vectors) {
            again(company)
            continue
          }
          await writing
          writing = store.run('putVectors', company, {
            // Each window is read under its title: in a long document the title by itself, again and again, tells nothing.
            model, passages: own.map((passage, i) => ({ ...passage, vectors: passage.further && vectors[i]!.length > 1 ? vectors[i]!.slice(1) : vectors[i]! })),
          }).then(({ version }) => {
            counts.passages += own.length
            onChanged(company, version)
          })
          writing.catch(() => {})
        }
      }
    } finally {
      // The store may be closed after this.
      await writing.catch(() => {})
    }
  }

  /** The model is not to be had now: its passages are tried again later. */
  function again (company: string): void {
    later.add(company)
    retry ??= setTimeout(() => {
      retry = undefined
      const companies = [...later]
      later.clear()
      fill(companies)
    }, retryMs).unref()
  }

  async function fill (companies: string[]): Promise<void> {
    for (const company of companies) waiting.add(company)
    running ??= work()
    return running
  }

  return {
    fill,
    stats: () => ({ ...counts, running: running !== undefined }),
    async close () {
      clearTimeout(retry)
      abort.abort()
      await running
    },
  }
}

/** Waits for `promise`, but not beyond the signal. */
async function untilAborted (promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await Promise.race([promise, aborted])
}
