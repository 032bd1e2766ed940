// The evaluation documents in a Meilisearch, to measure retrieval through its adapter.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeKey } from '../cli/meilisearch/keys.ts'
import { createMeilisearchDocuments } from '../src/backends/meilisearch/documents.ts'
import { createMeilisearchVectors } from '../src/backends/meilisearch/vectors.ts'
import { createMeilisearchLoader } from '../src/backends/meilisearch/write/load.ts'
import { parseProfile } from '../src/profiles/profile.ts'
import { analyzeQuestion } from '../src/language/analyze.ts'
import type { RawDocument } from '../src/documents/document.ts'
import { createMeilisearchAdmin } from '../src/backends/meilisearch/admin.ts'
import { withBackground } from '../src/search/background.ts'
import { createMeilisearchClient } from '../src/backends/meilisearch/client.ts'
import { createMeilisearch } from '../src/backends/meilisearch/index.ts'
import type { SearchPlan } from '../src/backends/meilisearch/search/queries.ts'
import type { CompanyProfile } from '../src/types.ts'
import { defaultModels, openEmbedder, type Corpus } from './corpus.ts'

/** @param adminKey the master key, which creates the indexes and a key that searches them */
export async function createMeilisearchCorpus ({
  modelsDir, url, adminKey, plan = 'fanout', log = () => {},
}: {
  modelsDir: string
  url: string
  adminKey: string
  plan?: SearchPlan
  log?: (line: string) => void
}): Promise<Corpus> {
  const { signal } = new AbortController()
  const embedder = await openEmbedder({ modelsDir })
  const { key, uid } = await makeKey({ url, adminKey, kind: 'service', indexes: ['*'], signal })
  const { engine: plain, close } = createMeilisearch({
    url, apiKey: key, apiKeyUid: uid, plan, concurrency: 50, connections: 50, timeoutMs: 30_000, cacheMs: 0, cacheMaxBytes: 67_108_864,
    models: defaultModels, modelFor: embedder.modelFor,
  })
  const engine = withBackground(plain, embedder)
  const client = createMeilisearchClient({ url, connections: 4 })
  const admin = createMeilisearchAdmin({ client, apiKey: adminKey })
  const loader = createMeilisearchLoader({ admin, embedder, models: defaultModels })
  const profiles = new Map<string, CompanyProfile>()
  const profile = async (id: string) => profiles.get(id) ?? null
  const documents = createMeilisearchDocuments({
    admin, models: defaultModels, maxTokens: Infinity, profile, onChanged: engine.changed,
  })
  const vectors = createMeilisearchVectors({
    admin, embedder, models: defaultModels, profile, companies: async () => [], onChanged: engine.changed, graceMs: 0,
    onError: (company, error) => {
      throw new Error(company, { cause: error })
    },
  })

  async function put (company: CompanyProfile, kind: string, documents: RawDocument[]): Promise<void> {
    log(`${company.id}/${kind}: ${documents.length} documents…`)
    const { rejected } = await loader.load({
      company, kind, documents: documents.map((document, i) => ({ at: String(i), document })), prune: true, signal,
    })
    if (rejected > 0) throw new Error(`${rejected} documents of ${company.id}/${kind} were rejected`)
  }
  return {
    async load (id, language, documents) {
      const company = parseProfile({ id, name: id, language, indexes: { documents: { title: 'title', text: ['text'] } } })
      profiles.set(id, company)
      await put(
        company, 'documents', documents.map(({ id, title, text }) => ({ id, title, text }))
      )
    },
    async loadCompany (written, read) {
      const company = parseProfile(written)
      profiles.set(company.id, company)
      log(`${company.id}: ${Object.values(read).flat().length} documents…`)
      await documents.removeAll(company)
      for (const [kind, list] of Object.entries(read)) await documents.put(company, kind, list)
      await vectors.fill([company.id])
    },
    async loadSamples (dir) {
      for (const name of await readdir(dir)) {
        const company = parseProfile(JSON.parse(await readFile(join(dir, name, 'company.json'), 'utf8')))
        profiles.set(company.id, company)
        for (const kind of Object.keys(company.indexes)) {
          await put(company, kind, JSON.parse(await readFile(join(dir, name, `${kind}.json`), 'utf8')))
        }
      }
    },
    profile: async id => profiles.get(id)!,
    embedder,
    engine,
    embeddingModel: async id => (await engine.models(profiles.get(id)!))[0]!,
    async search (id, question, limit, { vectors = true, language } = {}) {
      const company = profiles.get(id)!
      const models = await engine.models(company, undefined, language)
      const embed = (text: string) => models.map(model => ({ model, vector: embedder.embedQuestion(text, model) }))
      return engine.search({
        company,
        query: analyzeQuestion(question, language ?? company.language, company.language),
        ...(vectors ? { vectors: embed(question), embed } : { vectors: [] }),
        limit,
        signal,
      })
    },
    async close () {
      documents.close()
      await vectors.close()
      await close()
      await client.close()
      await embedder.close()
    },
  }
}
