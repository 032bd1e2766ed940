// Gives every passage its vectors, in the background and with lower priority than questions.
import { sleep } from '../../async/signals.ts'
import { createCompanyQueue, type TakeTurn } from '../../documents/company-queue.ts'
import type { Vectors } from '../../documents/store.ts'
import { chunkVectors } from '../../embed/chunk-vectors.ts'
import type { Embedder } from '../../embed/embedder.ts'
import { isMultilingual } from '../../embed/models.ts'
import type { CompanyProfile } from '../../types.ts'
import type { PendingPassage } from './tasks/vectors.ts'
import type { SetCursor } from './tasks/vector-sets.ts'
import type { Store } from './thread.ts'
import { defaultVectorType, type VectorType } from './vector-codec.ts'

const batch = 16
/** How long the vectors of the old model stay after the switch: running questions were embedded for them. */
const staleMs = 5000
const firstOutdated: SetCursor = { model: 0, rowid: Number.MAX_SAFE_INTEGER }

/** Passages to embed, and the position after them. */
interface Batch<Cursor> { passages: PendingPassage[], next: Cursor }

/**
 * Creates the worker. Stored vectors stay: after a crash the next run embeds the rest.
 * Fill all companies when a model becomes ready (`Embedder.onReady`): what needs one that is away is left until then.
 * @param profile reads the company's profile, for its language and the embedding model of each index
 * @param type how vectors are stored; those of another type are changed
 * @param onChanged called when a company's vectors have changed
 */
export function createVectors ({ store, embedder, profile, type = defaultVectorType, onChanged, onError, retryMs, graceMs = staleMs }: {
  store: Store
  embedder: Embedder
  profile: (company: string) => Promise<CompanyProfile | null>
  type?: VectorType
  onChanged: (company: string, version: string) => void
  onError: (company: string, error: unknown) => void
  /** Pause before a retry for passages whose model failed. */
  retryMs?: number
  graceMs?: number
}): Vectors {
  const queue = createCompanyQueue({ ready: embedder.loaded, work: fillCompany, onError, ...(retryMs === undefined ? {} : { retryMs }) })
  let filled = 0
  return { fill: queue.add, prefer: queue.prefer, stats: () => ({ ...queue.stats(), passages: filled }), close: queue.close }

  async function fillCompany (id: string, turn: TakeTurn): Promise<void> {
    const company = await profile(id)
    if (!company) return
    // Questions in another language than the documents need a multilingual model.
    const across = embedder.modelFor('und')
    const keep = isMultilingual(across) ? across : ''
    await dropOldVectors(id, keep)
    const kinds = Object.keys(company.indexes)
    const wanted = new Map(kinds.map(kind => [kind, embedder.modelFor(company.language, company.indexes[kind]!.model)]))
    for (const index of kinds) await store.run('forgetModel', id, { index })
    const { models: searched, across: searchedAcross } = await store.run('indexModels', id, null)
    if (searchedAcross && !isAvailable(searchedAcross)) await searchAcross(id, '')

    // Passages without any vectors come first: with the vectors of the index's current model, they are found at once.
    const firstModel = (index: string) => {
      const own = searched[index]
      return own !== undefined && isAvailable(own) ? own : wanted.get(index) ?? embedder.defaultModel
    }
    await embedAll(id, turn, firstModel, 0, async after => {
      const passages = await store.run('pendingPassages', id, { after, limit: batch })
      return { passages, next: passages.at(-1)?.rowid ?? after }
    })
    for (const [index, model] of wanted) if (isAvailable(model)) await renew(id, turn, index, model, searched[index] ?? model, keep)
    if (keep !== '' && isAvailable(keep) && ![...wanted.values()].some(isMultilingual)) await addAcross(id, turn, keep, searchedAcross)
    await changeType(id, turn)
  }

  /** Converts vectors that are stored finer than they should be, and makes those anew that are stored coarser. */
  async function changeType (id: string, turn: TakeTurn): Promise<void> {
    while (await store.run('convertVectors', id, { type })) await turn()
    for (const model of await store.run('vectorModels', id, null)) {
      for (let after: number | null = 0; after !== null && !queue.signal.aborted;) {
        const { passages, next }: { passages: PendingPassage[], next: number | null } =
          await store.run('coarsePassages', id, { type, model, after, limit: batch })
        if (passages.length > 0) {
          await turn()
          const vectors = isAvailable(model) ? await embedder.embedPassages(passages, { model, signal: queue.signal }) : null
          if (!vectors) return retryWith(id, model)
          await write(id, model, passages, vectors, true)
        }
        after = next
      }
    }
    await store.run('dropEmptyVectorTables', id, { type })
  }

  /** Gives every passage vectors of a multilingual model too, for questions in other languages. */
  async function addAcross (id: string, turn: TakeTurn, model: string, searched?: string): Promise<void> {
    let stored = 0
    for (let after: number | null = 0; after !== null && !queue.signal.aborted;) {
      const { passages, next }: { passages: PendingPassage[], next: number | null } =
        await store.run('passagesWithout', id, { model, after, limit: batch })
      if (passages.length > 0) {
        await turn()
        const vectors = await embedder.embedPassages(passages, { model, signal: queue.signal })
        if (!vectors) return retryWith(id, model)
        await write(id, model, passages, vectors, true)
        stored += passages.length
      }
      after = next
    }
    if (stored > 0 || (searched !== model && !queue.signal.aborted)) await searchAcross(id, model)
  }

  /** @param model empty: by the model of their own language */
  async function searchAcross (id: string, model: string): Promise<void> {
    onChanged(id, (await store.run('searchAcross', id, { model })).version)
  }

  /** Gives an index the vectors of another model, beside its current ones, and switches when they are complete. */
  async function renew (id: string, turn: TakeTurn, index: string, model: string, searched: string, keep: string): Promise<void> {
    const embedded = await embedAll(id, turn, () => model, firstOutdated, after =>
      store.run('outdatedPassages', id, { index, model, after, limit: batch }))
    if (embedded === 0 && searched === model) return
    const { switched, version } = await store.run('switchModel', id, { index, model })
    if (!switched) return
    onChanged(id, version)
    if (graceMs > 0) await turn(() => sleep(graceMs, queue.signal, false).catch(() => {}))
    await dropOldVectors(id, keep)
  }

  async function dropOldVectors (id: string, keep: string): Promise<void> {
    for (let after: number | null = 0; after !== null && !queue.signal.aborted;) {
      after = await store.run('dropOldVectors', id, { after, keep })
    }
  }

  /**
   * Repeats a company's work later: its model failed for a moment. One that is away is not waited for, company by company: opening
   * every file each minute would close those that questions need. Whoever owns the embedder fills all companies when it is there.
   */
  function retryWith (id: string, model: string): void {
    if (isAvailable(model)) queue.retryLater(id)
  }

  function isAvailable (model: string): boolean {
    return embedder.dimensions(model) > 0
  }

  /** Embeds batch after batch until there are none, and returns the number of passages stored. */
  async function embedAll<Cursor> (
    id: string, turn: TakeTurn, modelOf: (index: string) => string, first: Cursor, read: (after: Cursor) => Promise<Batch<Cursor>>
  ): Promise<number> {
    const readAhead = (after: Cursor) => {
      const reading = read(after)
      // Its error is thrown where it is awaited.
      reading.catch(() => {})
      return reading
    }
    let stored = 0
    // The model is the slowest part: while it works, the next passages are read and the last vectors written.
    let writing: Promise<void> = Promise.resolve()
    let pending = readAhead(first)
    try {
      for (;;) {
        const { passages, next } = await pending
        if (passages.length === 0) break
        pending = readAhead(next)
        for (const [model, own] of Map.groupBy(passages, ({ index }) => modelOf(index))) {
          await turn()
          const vectors = await embedder.embedPassages(own, { model, signal: queue.signal })
          if (!vectors) {
            retryWith(id, model)
            continue
          }
          await writing
          stored += own.length
          writing = write(id, model, own, vectors)
          writing.catch(() => {})
        }
      }
      await writing
      return stored
    } finally {
      // The store may be closed once this has ended.
      await writing.catch(() => {})
    }
  }

  async function write (id: string, model: string, own: PendingPassage[], vectors: Float32Array[][], across = false): Promise<void> {
    const { version } = await store.run('putVectors', id, {
      model,
      across,
      type,
      passages: own.map((passage, i) => ({ ...passage, vectors: chunkVectors(vectors[i]!, passage.title, !passage.further) })),
    })
    if (across) return
    filled += own.length
    onChanged(id, version)
  }
}
