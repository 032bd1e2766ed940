// A temporary set of documents in the real engine, with the real embedding model, to measure retrieval on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import { defaultModelId, multilingualModelId } from '../src/embed/models.ts'
import { getProfile, putProfile } from '../src/backends/sqlite/profiles.ts'
import { loadSamples } from '../src/backends/sqlite/samples.ts'
import { createVectors } from '../src/backends/sqlite/vectors.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import { withBackground } from '../src/search/background.ts'
import type { SearchEngine, SearchResult } from '../src/search/engine.ts'
import type { IndexedDocument } from '../src/documents/document.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'
import { parseProfile, type WrittenProfile } from '../src/profiles/profile.ts'
import { slicesOf } from '../src/slices.ts'
import { createStore } from '../src/backends/sqlite/thread.ts'
import type { CompanyProfile, Language } from '../src/types.ts'

export interface Corpus {
  /** Loads documents as the only index of a new company; resolves when they have their vectors. */
  load (company: string, language: Language, documents: IndexedDocument[]): Promise<void>
  /** Loads a company with documents by index; resolves when they have their vectors. */
  loadCompany (profile: WrittenProfile, documents: Record<string, IndexedDocument[]>): Promise<void>
  /** Loads the sample companies of a folder. */
  loadSamples (dir: string): Promise<void>
  profile (company: string): Promise<CompanyProfile>
  embedder: Embedder
  engine: SearchEngine
  /** Returns the model that a company's documents are searched by. */
  embeddingModel (company: string): Promise<string>
  search (company: string, question: string, limit: number, options?: { vectors?: boolean; language?: Language }): Promise<SearchResult>
  close (): Promise<void>
}

/** The models of the settings' default. */
export const defaultModels = [defaultModelId, multilingualModelId]

/** Opens embedding models. Throws an Error when one is missing. */
export async function openEmbedder ({ modelsDir, models = defaultModels, threads = 2 }: {
  modelsDir: string, models?: string[], threads?: number
}): Promise<Embedder> {
  const embedder = createEmbedder({ models, dtype: 'auto', threads, modelsDir, cacheMax: 10_000 })
  await embedder.ready()
  const missing = embedder.stats().models.find(({ state }) => state !== 'ready')
  if (missing) throw new Error(`the embedding model ${missing.id} is missing: ${missing.reason}`)
  return embedder
}

/**
 * Opens a corpus. Throws an Error when an embedding model is missing: without it nothing would be measured.
 * @param models as in EMBEDDING_MODELS
 * @param ngramMax as in NGRAM_MAX
 */
export async function createCorpus ({
  modelsDir, models = defaultModels, threads = 2, ngramMax = 20, log = () => {},
}: {
  modelsDir: string
  models?: string[]
  threads?: number
  ngramMax?: number
  log?: (line: string) => void
}): Promise<Corpus> {
  const dataDir = mkdtempSync(join(tmpdir(), 'causerie-corpus-'))
  const store = createStore({ dataDir })
  const embedder = await openEmbedder({ modelsDir, models, threads })
  const engine = withBackground(createSqliteEngine({ store, timeoutMs: 30_000 }), embedder)
  const profile = async (company: string) => (await getProfile(store, company)).profile!
  const fill = async (companies: string[]) => {
    const vectors = createVectors({
      store, embedder, profile, onChanged: engine.changed, graceMs: 0,
      onError: (company, error) => {
        throw new Error(company, { cause: error })
      },
    })
    await vectors.fill(companies)
  }
  const embeddingModel = async (company: string) => (await engine.models(await profile(company)))[0]!
  const loadCompany: Corpus['loadCompany'] = async (written, documents) => {
    const { id, language } = parseProfile(written)
    await putProfile(store, id, written)
    for (const [index, list] of Object.entries(documents)) {
      for (const some of slicesOf(list, 200)) await store.run('putDocuments', id, { index, language, documents: some })
    }
    engine.changed(id, (await getProfile(store, id)).version)
    log(`${id}: ${Object.values(documents).flat().length} documents, embedding…`)
    await fill([id])
  }
  return {
    load: (company, language, documents) =>
      loadCompany({ id: company, name: company, language, indexes: { documents: { title: 'title', text: ['text'] } } }, { documents }),
    loadCompany,
    async loadSamples (dir) {
      const loaded = await loadSamples({ dir, store, onChanged: engine.changed })
      log(`${loaded.map(({ company, documents }) => `${company}: ${documents} documents`).join(', ')}, embedding…`)
      await fill(loaded.map(({ company }) => company))
    },
    profile,
    embedder,
    engine,
    embeddingModel,
    async search (company, question, limit, { vectors = true, language } = {}) {
      const own = await profile(company)
      const models = await engine.models(own, undefined, language)
      const embed = (text: string) => models.map(model => ({ model, vector: embedder.embedQuestion(text, model) }))
      return engine.search({
        company: own,
        query: analyzeQuestion(question, language ?? own.language, own.language, ngramMax),
        ...(vectors ? { vectors: embed(question), embed } : { vectors: [] }),
        limit,
        signal: new AbortController().signal,
      })
    },
    async close () {
      await embedder.close()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
