// Adds vectors to the chunks stored in Meilisearch, in the background and with lower priority than questions.
import { factLines, headingPath } from '../../language/passage-lines.ts'
import { sleep } from '../../async/signals.ts'
import type { Embedder } from '../../embed/embedder.ts'
import type { MeilisearchAdmin } from './admin.ts'
import { asWriteError } from './errors.ts'
import { roundVector } from './write/source-items.ts'
import { createCompanyQueue } from '../../documents/company-queue.ts'
import type { Vectors } from '../../documents/store.ts'
import { createIndexOwners, uidOf, type IndexOwners } from './index-owners.ts'
import { factsOf } from './stored-chunk.ts'
import type { CompanyProfile } from '../../types.ts'
import { createChunkStore, prepareForChunks, type ChunkDocument } from './write/chunk-store.ts'

/** Chunks embedded at once: the signal is checked between two batches. */
const embedBatch = 16
/** Chunks written by one task, which costs Meilisearch half a second whatever its size. */
const writeBatch = 128
/** Chunks read at once. */
const page = 1000
const maxIndexes = 100_000
const companiesMs = 30_000

export interface MeilisearchVectors extends Vectors {
  /** Resumes the work of an earlier process, for every known company and every one whose indexes the key opens. Never rejects. */
  resume (): Promise<void>
}

export interface MeilisearchVectorsOptions {
  /** Needs a key that can write. */
  admin: MeilisearchAdmin
  owners?: IndexOwners
  embedder: Pick<Embedder, 'defaultModel' | 'dimensions' | 'embedPassages' | 'ready'>
  profile: (company: string) => Promise<CompanyProfile | null>
  /** Returns the ids of all companies: an index need not be named after its company. */
  companies: (signal: AbortSignal) => Promise<string[]>
  onChanged: (company: string) => void
  /** Called on each failure, which is then retried. The company is empty when the failure came before any company was known. */
  onError: (company: string, error: unknown) => void
  /** Pause before a company is retried whose model, or Meilisearch, was unavailable. */
  againMs?: number
}

/** Creates the worker. Each chunk records the model of its vectors, so after a crash the work resumes where it stopped. */
export function createMeilisearchVectors ({
  admin, owners = createIndexOwners(), embedder, profile, companies, onChanged, onError, againMs = 60_000,
}: MeilisearchVectorsOptions): MeilisearchVectors {
  const queue = createCompanyQueue({
    ready: embedder.ready,
    work: fillCompany,
    onError (company, error) {
      onError(company, asWriteError(error))
      queue.retryLater(company)
    },
    retryMs: againMs,
  })
  const { signal } = queue
  let filled = 0
  const chunkStore = createChunkStore(admin, signal)

  async function fillCompany (id: string): Promise<void> {
    const company = await profile(id)
    if (!company) return
    owners.claim(company)
    for (const kind of Object.keys(company.indexes)) await fillIndex(company, kind)
  }

  async function fillIndex (company: CompanyProfile, kind: string): Promise<void> {
    const uid = uidOf(company, kind)
    const model = company.indexes[kind]!.model ?? embedder.defaultModel
    const pending = async () => await chunkStore.count(uid, `_n >= 0 AND _model != ${JSON.stringify(model)}`) > 0
    if (!await pending()) return
    const dimensions = embedder.dimensions(model)
    if (dimensions === 0) return queue.retryLater(company.id)
    const { primaryKey } = await prepareForChunks(admin, chunkStore, company, kind, dimensions, signal)
    const none = (found: ChunkDocument[]) =>
      found.map(chunk => ({ [primaryKey]: chunk[primaryKey], _model: 'none', _vectors: { default: null } }))
    // Remove another model's vectors: they would be compared with this model's question vectors.
    for (;;) {
      const { results } = await chunkStore.fetch(uid, {
        filter: `_model != none AND _model != ${JSON.stringify(model)} AND _n >= 0`,
        fields: [primaryKey],
        limit: page,
      })
      if (results.length === 0) break
      await chunkStore.update(uid, primaryKey, none(results))
    }
    for (;;) {
      const { results } = await chunkStore.fetch(uid, {
        filter: '_model = none AND _n >= 0',
        fields: [primaryKey, '_title', '_heading', '_text', '_fields', '_hash'],
        limit: page,
      })
      if (results.length === 0) return
      let writing = Promise.resolve()
      try {
        for (let i = 0; i < results.length; i += writeBatch) {
          const some = results.slice(i, i + writeBatch)
          const vectors = await embed(some, model)
          if (!vectors) return queue.retryLater(company.id)
          // The next batch is embedded while the previous one is written.
          await writing
          writing = write(some, vectors)
          writing.catch(() => {})
        }
      } finally {
        await writing
      }
    }

    async function write (some: ChunkDocument[], vectors: Float32Array[][]): Promise<void> {
      await chunkStore.update(
        uid,
        primaryKey,
        some.map((chunk, i) => ({
          [primaryKey]: chunk[primaryKey],
          _model: model,
          _vectors: { default: { embeddings: vectors[i]!.map(roundVector), regenerate: false } },
        }))
      )
      // A chunk that was replaced in the meantime now has the vectors of its old text: mark it as pending again.
      const hashes = new Map(some.map(chunk => [chunk[primaryKey], chunk._hash]))
      const now = await chunkStore.fetch(uid, { ids: [...hashes.keys()], fields: [primaryKey, '_hash'], limit: hashes.size })
      await chunkStore.update(uid, primaryKey, none(now.results.filter(chunk => hashes.get(chunk[primaryKey]) !== chunk._hash)))
      filled += some.length
      onChanged(company.id)
    }
  }

  async function embed (found: ChunkDocument[], model: string): Promise<Float32Array[][] | null> {
    const all: Float32Array[][] = []
    for (let i = 0; i < found.length; i += embedBatch) {
      const vectors = await embedder.embedPassages(found.slice(i, i + embedBatch).map(embedded), { model, signal })
      if (!vectors) return null
      all.push(...vectors)
    }
    return all
  }

  return {
    fill: queue.add,
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

/** Returns the title and text to embed for a chunk: its title and headings, and its text, or its facts when it has no text. */
function embedded ({ _title, _heading, _text, _fields }: ChunkDocument): { title: string, text: string } {
  return { title: headingPath([_title, _heading]), text: _text || factLines(factsOf(_fields)) }
}
