// Adds vectors to the chunks stored in Meilisearch, in the background and with lower priority than questions. When the model of
// an index changes, its new vectors are written beside the old ones, which are searched until the new ones are complete.
import { factLines, headingPath } from '../../language/passage-lines.ts'
import { sleep } from '../../async/signals.ts'
import { chunkVectors } from '../../embed/chunk-vectors.ts'
import type { Embedder } from '../../embed/embedder.ts'
import { isMultilingual } from '../../embed/models.ts'
import type { MeilisearchAdmin } from './admin.ts'
import {
  embedderName, modelMark, modelsOf, noVectors, readEmbedders, searchable, sharedEmbedder, type EmbedderSettings, type EmbedderState,
  type IndexEmbedder,
} from './embedders.ts'
import { asWriteError } from './errors.ts'
import { roundVector } from './write/source-items.ts'
import { createCompanyQueue, type TakeTurn } from '../../documents/company-queue.ts'
import type { Vectors } from '../../documents/store.ts'
import { createIndexOwners, uidOf, type IndexOwners } from './index-owners.ts'
import { factsOf } from './stored-chunk.ts'
import type { CompanyProfile } from '../../types.ts'
import { createChunkStore, prepareForChunks, type ChunkDocument } from './write/chunk-store.ts'
import { dropOldVectors, oldEmbedders } from './write/old-vectors.ts'

/** Chunks embedded at once: the signal is checked between two batches. */
const embedBatch = 16
/** Chunks written by one task, which costs Meilisearch half a second whatever its size. */
const writeBatch = 128
/** Chunks read at once. */
const page = 1000
const maxIndexes = 100_000
const companiesMs = 30_000
/** How long the vectors of the old model stay after the switch: other instances may not have noticed it yet. */
const staleMs = 30_000
const withoutVectors = '_n >= 0 AND _model = none'

export interface MeilisearchVectors extends Vectors {
  /** Resumes the work of an earlier process, for every known company and every one whose indexes the key opens. Never rejects. */
  resume (): Promise<void>
}

export interface MeilisearchVectorsOptions {
  /** Needs a key that can write. */
  admin: MeilisearchAdmin
  owners?: IndexOwners
  embedder: Pick<Embedder, 'modelFor' | 'dimensions' | 'embedPassages' | 'loaded'>
  /** The embedding models that there are, the default one first. */
  models: readonly string[]
  profile: (company: string) => Promise<CompanyProfile | null>
  /** Returns the ids of all companies: an index need not be named after its company. */
  companies: (signal: AbortSignal) => Promise<string[]>
  onChanged: (company: string) => void
  /** Called on each failure, which is then retried. The company is empty when the failure came before any company was known. */
  onError: (company: string, error: unknown) => void
  /** Pause before a retry: a company's model failed, Meilisearch was unavailable, or old vectors have to be removed. */
  againMs?: number
  graceMs?: number
}

/** Creates the worker. Each chunk records the models of its vectors, so after a crash the work resumes where it stopped. */
export function createMeilisearchVectors ({
  admin, owners = createIndexOwners(), embedder, models, profile, companies, onChanged, onError, againMs = 60_000, graceMs = staleMs,
}: MeilisearchVectorsOptions): MeilisearchVectors {
  const queue = createCompanyQueue({
    ready: embedder.loaded,
    work: fillCompany,
    onError (company, error) {
      onError(company, asWriteError(error))
      queue.retryLater(company)
    },
    retryMs: againMs,
  })
  const { signal } = queue
  let filled = 0
  const restored = new Set<string>()
  const chunkStore = createChunkStore(admin, signal, uid => restored.add(uid))
  /** Index uid → the time from which its old vectors may be removed. */
  const droppable = new Map<string, number>()

  async function fillCompany (id: string, turn: TakeTurn): Promise<void> {
    const company = await profile(id)
    if (!company) return
    owners.claim(company)
    for (const kind of Object.keys(company.indexes)) await fillIndex(company, kind, turn)
  }

  async function fillIndex (company: CompanyProfile, kind: string, turn: TakeTurn): Promise<void> {
    const uid = uidOf(company, kind)
    if (await chunkStore.count(uid, '_n >= 0') === 0) return
    // Others may have changed what is searched and filtered.
    const { wasChanged } = await prepareForChunks(admin, chunkStore, company, kind, null, signal)
    if (restored.delete(uid) || wasChanged) onChanged(company.id)
    const { model: named } = company.indexes[kind]!
    const wanted = embedder.modelFor(company.language, named)
    const { settings, states } = await readStates(uid, named)

    // Questions in another language than the documents need a multilingual model.
    const across = embedder.modelFor('und')
    const needed = isMultilingual(across) && !isMultilingual(wanted) ? [wanted, across] : [wanted]
    let added = 0
    for (const model of needed) added += Number(await restoreEmbedder(model))
    // Chunks without any vectors come first: with those of the model that is searched, they are found at once.
    const [searched] = searchable(states, wanted)
    const first = searched && isAvailable(searched.model) ? searched.model : wanted
    await embedWhere(withoutVectors, first)
    // Documents that an earlier version loaded have vectors of the shared embedder's model alone: chunks among them keep theirs.
    const shared = sharedEmbedder(settings)
    const isBound = shared !== undefined && await chunkStore.count(uid, '_model NOT EXISTS') > 0
    if (isBound && searched?.name === shared) return
    for (const model of needed) added += await embedWhere(without(model), model)
    if (added > 0) onChanged(company.id)
    await dropWhenStale(company, kind, wanted, needed)

    /** Creates the embedder of a model again that others have removed: its vectors are still in the documents. */
    async function restoreEmbedder (model: string): Promise<boolean> {
      const isThere = states.some(state => state.model === model) || !isAvailable(model)
      if (isThere || await chunkStore.count(uid, `_model = ${JSON.stringify(model)}`) === 0) return false
      await prepareForChunks(admin, chunkStore, company, kind, targetOf(model), signal)
      return true
    }

    function targetOf (model: string): IndexEmbedder {
      const name = states.find(state => state.model === model)?.name ?? embedderName(model)
      return { name, model, dimensions: embedder.dimensions(model) }
    }

    /** Gives the chunks that match a filter the vectors of a model, and returns how many there were. */
    async function embedWhere (filter: string, model: string): Promise<number> {
      if (!isAvailable(model) || await chunkStore.count(uid, filter) === 0) return 0
      const target = targetOf(model)
      const { primaryKey, embedders } = await prepareForChunks(admin, chunkStore, company, kind, target, signal)
      const writer = { uid, primaryKey, embedders, name: target.name, model }
      for (let sum = 0; ;) {
        const { results } = await chunkStore.fetch(uid, {
          filter, fields: [primaryKey, '_n', '_title', '_heading', '_text', '_fields', '_hash', '_model'], limit: page,
        })
        if (results.length === 0) return sum
        let writing = Promise.resolve()
        try {
          for (let i = 0; i < results.length; i += writeBatch) {
            const some = results.slice(i, i + writeBatch)
            const vectors = await embed(some, model, turn)
            if (!vectors) {
              // One that is away is not waited for, company by company: `resume` is called when it is there.
              if (isAvailable(model)) queue.retryLater(company.id)
              return sum
            }
            // The next batch is embedded while the previous one is written.
            await writing
            sum += some.length
            writing = write(writer, some, vectors).then(() => {
              // Vectors that nothing is searched by yet change no answer.
              if (filter === withoutVectors) onChanged(company.id)
            })
            writing.catch(() => {})
          }
        } finally {
          await writing
        }
      }
    }
  }

  async function readStates (uid: string, named: string | undefined): Promise<{ settings: EmbedderSettings, states: EmbedderState[] }> {
    const settings = await admin.ask<EmbedderSettings>('GET', `/indexes/${uid}/settings/embedders`, null, signal)
    const states = await readEmbedders({ settings, models, named, count: filter => chunkStore.count(uid, filter) })
    return { settings, states }
  }

  /** Stores the vectors of chunks beside those that they have. */
  async function write (
    { uid, primaryKey, embedders, name, model }: { uid: string, primaryKey: string, embedders: string[], name: string, model: string },
    some: ChunkDocument[], vectors: Float32Array[][],
  ): Promise<void> {
    await chunkStore.update(
      uid,
      primaryKey,
      some.map((chunk, i) => ({
        [primaryKey]: chunk[primaryKey],
        _model: modelMark([...modelsOf(chunk), model]),
        _vectors: {
          [name]: { embeddings: chunkVectors(vectors[i]!, embedded(chunk).title, chunk._n === 0).map(roundVector), regenerate: false },
        },
      }))
    )
    // A chunk that was replaced in the meantime now has the vectors of its old text: mark it as pending again.
    const hashes = new Map(some.map(chunk => [chunk[primaryKey], chunk._hash]))
    const now = await chunkStore.fetch(uid, { ids: [...hashes.keys()], fields: [primaryKey, '_hash'], limit: hashes.size })
    const replaced = now.results.filter(chunk => hashes.get(chunk[primaryKey]) !== chunk._hash)
    await chunkStore.update(uid, primaryKey, replaced.map(chunk => ({
      [primaryKey]: chunk[primaryKey], _model: 'none', _vectors: noVectors(embedders, [model]),
    })))
    filled += some.length
  }

  /** Removes the vectors that an index is no longer searched by, once every instance has had the time to notice. */
  async function dropWhenStale (company: CompanyProfile, kind: string, wanted: string, keep: string[]): Promise<void> {
    const uid = uidOf(company, kind)
    const { settings, states } = await readStates(uid, company.indexes[kind]!.model)
    const old = await oldEmbedders({ chunkStore, uid, settings, states, wanted, keep })
    if (old.length === 0) {
      droppable.delete(uid)
      return
    }
    const from = droppable.get(uid) ?? performance.now() + graceMs
    droppable.set(uid, from)
    if (performance.now() < from) return queue.retryLater(company.id)
    const { primaryKey } = await prepareForChunks(admin, chunkStore, company, kind, null, signal)
    await dropOldVectors({ admin, chunkStore, uid, primaryKey, old, keep, signal })
    droppable.delete(uid)
    onChanged(company.id)
  }

  function isAvailable (model: string): boolean {
    return embedder.dimensions(model) > 0
  }

  async function embed (found: ChunkDocument[], model: string, turn: TakeTurn): Promise<Float32Array[][] | null> {
    const all: Float32Array[][] = []
    for (let i = 0; i < found.length; i += embedBatch) {
      await turn()
      const vectors = await embedder.embedPassages(found.slice(i, i + embedBatch).map(embedded), { model, signal })
      if (!vectors) return null
      all.push(...vectors)
    }
    return all
  }

  return {
    fill: queue.add,
    prefer: queue.prefer,
    stats: () => ({ ...queue.stats(), passages: filled }),
    close: queue.close,
    async resume () {
      while (!signal.aborted) {
        try {
          const { results } = await admin.ask<{ results: { uid: string }[] }>('GET', `/indexes?limit=${maxIndexes}`, null, signal)
          const named = results.filter(({ uid }) => uid.includes('__')).map(({ uid }) => uid.split('__')[0]!)
          return await queue.add([...named, ...await companies(AbortSignal.any([signal, AbortSignal.timeout(companiesMs)]))])
        } catch (error) {
          if (signal.aborted) return
          onError('', asWriteError(error))
          await sleep(againMs, signal, false).catch(() => {}) // the loop looks at the signal
        }
      }
    },
  }
}

/** Matches the chunks that have vectors, but none of a model. */
function without (model: string): string {
  return `_n >= 0 AND _model != none AND _model != ${JSON.stringify(model)}`
}

/** Returns the title and text to embed for a chunk: its title and headings, and its text, or its facts when it has no text. */
function embedded ({ _title, _heading, _text, _fields }: ChunkDocument): { title: string, text: string } {
  return { title: headingPath([_title, _heading]), text: _text || factLines(factsOf(_fields)) }
}
