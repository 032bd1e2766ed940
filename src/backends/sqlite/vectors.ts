// Gives every passage its vectors, in the background and with lower priority than questions.
import type { Embedder } from '../../embed/embedder.ts'
import type { Store } from './thread.ts'
import type { CompanyProfile } from '../../types.ts'
import { createCompanyQueue } from '../../documents/company-queue.ts'
import type { Vectors } from '../../documents/store.ts'

const batch = 16

/**
 * Stored vectors stay: after a crash the next run embeds the rest.
 * @param profile reads the company's profile, for the embedding model of each index
 * @param onChanged called when a company's vectors have changed
 */
export function createVectors ({ store, embedder, profile, onChanged, onError, retryMs }: {
  store: Store
  embedder: Embedder
  profile: (company: string) => Promise<CompanyProfile | null>
  onChanged: (company: string, version: string) => void
  onError: (company: string, error: unknown) => void
  /** Pause before a retry for passages whose model was unavailable. */
  retryMs?: number
}): Vectors {
  const queue = createCompanyQueue({ ready: embedder.ready, work: fillCompany, onError, ...(retryMs === undefined ? {} : { retryMs }) })
  let filled = 0
  return { fill: queue.add, stats: () => ({ ...queue.stats(), passages: filled }), close: queue.close }

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
      // Its error is thrown where it is awaited.
      pending.catch(() => {})
      return pending
    }
    // The model is the slowest part: while it works, the next passages are read and the last vectors written.
    let writing: Promise<void> = Promise.resolve()
    let pending = pendingAfter(0)
    try {
      for (;;) {
        const passages = await pending
        if (passages.length === 0) return await writing
        pending = pendingAfter(passages.at(-1)!.rowid)
        for (const model of new Set(passages.map(passage => modelOf(passage.index)))) {
          const own = passages.filter(passage => modelOf(passage.index) === model)
          const vectors = await embedder.embedPassages(own, { model, signal: queue.signal })
          if (!vectors) {
            // Its model is unavailable at the moment.
            queue.retryLater(company)
            continue
          }
          await writing
          writing = store
            .run('putVectors', company, {
              // Only a document's first chunk keeps the vector of the title alone: every window is embedded with its title anyway.
              model,
              passages: own.map((passage, i) => ({
                ...passage,
                vectors: passage.further && vectors[i]!.length > 1 ? vectors[i]!.slice(1) : vectors[i]!,
              })),
            })
            .then(({ version }) => {
              filled += own.length
              onChanged(company, version)
            })
          writing.catch(() => {})
        }
      }
    } finally {
      // The store may be closed once this has ended.
      await writing.catch(() => {})
    }
  }
}
