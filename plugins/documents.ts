// Sets up the documents of companies: the samples loaded at start, their vectors, the record of citations, and their upkeep.
import { existsSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createCompaction, type Compaction } from '../src/backends/sqlite/compaction.ts'
import { createSqliteDocuments } from '../src/backends/sqlite/documents.ts'
import { loadSamples } from '../src/backends/sqlite/samples.ts'
import { createVectors } from '../src/backends/sqlite/vectors.ts'
import { rewordSummary } from '../src/chat/reword-summary.ts'
import { createCitationRecorder, type CitationRecorder } from '../src/documents/citations.ts'
import type { DocumentStore, Vectors } from '../src/documents/store.ts'
import { createSummaries, type Summaries } from '../src/documents/summaries.ts'
import { findTokenizerFile } from '../src/embed/model-variants.ts'
import { policyOf } from '../src/llm/model.ts'
import type { CompanyProfile } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null with Meilisearch and no key to write: then `causerie meili load` adds the documents. */
    documents: DocumentStore | null
    /** Deletes all documents of a company in Meilisearch; returns how many. Null without Meilisearch or a key to write. */
    removeDocuments: ((profile: CompanyProfile) => Promise<number>) | null
    /** The vectors of the documents in SQLite. */
    vectors: Vectors
    /** Null with Meilisearch, whose documents stay as they are. */
    compaction: Compaction | null
    /** Null without `documents`. */
    summaries: Summaries | null
    /** Resolves when the sample companies can be searched: with null, or with the reason why some cannot. */
    samplesLoaded: Promise<string | null>
  }
}

const hourMs = 3_600_000
/** The language model has this long to write a summary; then the summary is made without it. */
const rewordMs = 45_000

export default fp(async (app: FastifyInstance) => {
  const { config, store, embedder, profiles, meilisearch, documentsChanged, log } = app
  const vectors = createVectors({
    store,
    embedder,
    profile: profiles.get,
    type: config.VECTOR_TYPE,
    onChanged: documentsChanged,
    onError: (company, error) => log.warn({ err: error, company }, 'passages not embedded'),
  })
  const samplesLoaded = startLoading(app, vectors)
  const inMeilisearch = meilisearch && openInMeilisearch(app, samplesLoaded)
  const documents = meilisearch
    ? inMeilisearch?.documents ?? null
    : createSqliteDocuments({ store, maxTokens: config.KNOWLEDGE_MAX_TOKENS, onChanged: documentsChanged })
  const citationRecorder = documents && recordCitations(app, documents)
  const summaries = documents && openSummaries(app, documents)
  const compaction = meilisearch
    ? null
    : createCompaction({
      store,
      mode: config.COMPRESSION,
      minAgeMs: config.COMPRESSION_MIN_AGE_HOURS * hourMs,
      keepOriginal: config.COMPRESSION_KEEP_ORIGINAL,
      maxTokens: config.KNOWLEDGE_MAX_TOKENS,
      onChanged: documentsChanged,
      onDone: company => { vectors.fill([company]) },
      onError: (company, error) => log.warn({ err: error, company }, 'old documents not compacted'),
    })

  app.answerEvents.on('asked', company => { (inMeilisearch ?? vectors).prefer(company) })
  app.decorate('documents', documents)
  app.decorate('removeDocuments', inMeilisearch?.removeAll ?? null)
  app.decorate('vectors', vectors)
  app.decorate('compaction', compaction)
  app.decorate('summaries', summaries)
  app.decorate('samplesLoaded', samplesLoaded)
  // A model that comes late: its companies get their vectors then, or better ones.
  const refill = async () => {
    await samplesLoaded
    if (app.isClosing()) return
    if (meilisearch) await inMeilisearch?.refill()
    else vectors.fill(await store.companies())
  }
  embedder.onReady(() => {
    refill().catch(error => log.warn({ err: error }, 'passages not embedded'))
  })
  app.addHook('preClose', async () => {
    // Answers have ended, since their plugin closes first, so the last ones are recorded too.
    await citationRecorder?.close(app.msToWrite())
    await vectors.close()
    await inMeilisearch?.close()
    await summaries?.close()
    await compaction?.close()
  })
}, { name: 'documents', dependencies: ['config', 'http', 'backends', 'profiles', 'models', 'search', 'answers'] })

/** Loads the sample companies, then gives every document in SQLite its vectors. With Meilisearch only profiles are loaded. */
async function startLoading (
  { config, store, meilisearch, profiles, documentsChanged, log }: FastifyInstance,
  vectors: Vectors
): Promise<string | null> {
  const problems: string[] = []
  try {
    if (config.SAMPLES_DIR !== '' && existsSync(config.SAMPLES_DIR)) {
      const onChanged = (company: string, version: string) => {
        profiles.drop(company)
        documentsChanged(company, version)
      }
      for (const loaded of await loadSamples({ dir: config.SAMPLES_DIR, store, documents: !meilisearch, onChanged })) {
        if (loaded.problem !== undefined) {
          problems.push(`${loaded.company}: ${loaded.problem}`)
          log.error(loaded, 'sample company not loaded')
        }
        if (loaded.changed) log.info(loaded, 'sample company loaded')
        if (loaded.rejected > 0) log.warn(loaded, 'some items are not documents')
      }
    }
    if (!meilisearch) vectors.fill(await store.companies())
    return problems.length === 0 ? null : problems.join('; ')
  } catch (error) {
    log.error({ err: error }, 'sample companies not loaded')
    return (error as Error).message
  }
}

interface InMeilisearch {
  documents: DocumentStore
  removeAll (profile: CompanyProfile): Promise<number>
  refill (): Promise<void>
  prefer (company: string): void
  close (): Promise<void>
}

/** Returns null without a key that writes. */
function openInMeilisearch (
  app: FastifyInstance,
  samplesLoaded: Promise<unknown>
): InMeilisearch | null {
  const { config, meilisearch, profiles, profileStore, embedder, documentsChanged, log } = app
  if (!meilisearch?.writing) return null
  // Meilisearch has its own versions: cached ones are read again.
  const changed = (company: string): void => documentsChanged(company, '')
  const vectors = meilisearch.writing.openVectors({
    profile: profiles.get,
    embedder,
    companies: signal => profileStore.companies(signal),
    onChanged: changed,
    onError: (company, error) => log.warn({ err: error, company }, 'chunks not embedded'),
  })
  const documents = meilisearch.writing.openDocuments({
    profile: profiles.get,
    maxTokens: config.KNOWLEDGE_MAX_TOKENS,
    onChanged (company) {
      changed(company)
      vectors.fill([company])
    },
  })
  // Sample companies come first: some of the documents to embed may be theirs.
  app.addHook('onReady', async () => {
    samplesLoaded.then(vectors.resume)
  })
  return {
    documents,
    removeAll: documents.removeAll,
    refill: vectors.resume,
    prefer: vectors.prefer,
    // Called before the server waits for its requests, and before uploads end: then none of them waits for a task of Meilisearch.
    async close () {
      documents.close()
      await vectors.close()
    },
  }
}

/** Records which documents answers cite. */
function recordCitations ({ meilisearch, answerEvents, log }: FastifyInstance, documents: DocumentStore): CitationRecorder {
  const citationRecorder = createCitationRecorder({
    cite: (company, passages, at) => documents.cite(company, passages, at),
    // Each write is a task of Meilisearch.
    flushMs: meilisearch ? 60_000 : 5000,
    maxEntries: 10_000,
    onError: (error, company) => log.warn({ err: error, company_id: company }, 'citations of documents were not recorded'),
  })
  answerEvents.on('answered', (company, events, about) => {
    if (!about.isUnrecorded) citationRecorder.record(company, events)
  })
  return citationRecorder
}

function openSummaries ({ config, model, embedder, log }: FastifyInstance, documents: DocumentStore): Summaries {
  const closing = new AbortController()
  const summaries = createSummaries({
    documents,
    tokenizer: () => findTokenizerFile(config.MODELS_DIR, embedder.defaultModel, config.EMBEDDING_SCRIPTS) ?? '',
    ...(policyOf(model).rewords
      ? {
          reword: (profile, text, maxTokens) =>
            rewordSummary({ model, profile, text, maxTokens, timeoutMs: rewordMs, signal: closing.signal }),
        }
      : {}),
    onProblem: (problem, error) => log.warn({ err: error }, problem),
  })
  return {
    get: summaries.get,
    async close () {
      closing.abort()
      await summaries.close()
    },
  }
}
