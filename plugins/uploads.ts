// Sets up uploads: spools companies' documents, reads them in separate processes, and puts them into their index.
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { settlesWithin } from '../src/async/signals.ts'
import { createRedisNotes } from '../src/backends/redis/notes.ts'
import { findTokenizerFile } from '../src/embed/model-variants.ts'
import type { Config } from '../src/config.ts'
import { withRecognition } from '../src/ingest/ocr/reading.ts'
import { createTesseract, missingForTesseract, type Recogniser } from '../src/ingest/ocr/tesseract.ts'
import { createReaderPool, type ReaderPool } from '../src/ingest/reader-pool.ts'
import { maxOvertime } from '../src/uploads/turns.ts'
import { createUploads, type Uploads } from '../src/uploads/uploads.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null when documents cannot be written: with Meilisearch and without a key to write. */
    uploads: Uploads | null
  }
}

/** The default model must be loaded within this time, or tokens are estimated. */
const tokenizerMs = 20_000
const hourMs = 3_600_000

export default fp(async (app: FastifyInstance, { readers }: { readers?: ReaderPool | undefined }) => {
  const { config, documents, redis, news } = app
  if (!documents) {
    app.decorate('uploads', null)
    return
  }
  const tokenizer = () => findTokenizerFile(config.MODELS_DIR, app.embedder.defaultModel, config.EMBEDDING_SCRIPTS)
  const recogniser = await openOcr(config)
  const pool = readers ?? createReaderPool({
    timeoutMs: config.FILE_TIMEOUT_SECONDS * 1000,
    memoryMb: config.FILE_MEMORY_MB,
    maxBytes: config.MAX_FILE_BYTES,
    maxPages: config.FILE_MAX_PAGES,
    // Long files go on beside the turns of others.
    concurrency: config.INGEST_CONCURRENCY + maxOvertime,
    async tokenizer () {
      await settlesWithin(tokenizerMs, app.embedder.loaded())
      return readFile(tokenizer() ?? '', 'utf8').catch(() => null)
    },
  })
  const reading = recogniser ? withRecognition(pool, recogniser) : pool
  const uploads = createUploads({
    dir: config.DATA_DIR,
    reading,
    documents,
    profile: company => app.profiles.get(company),
    cut: { maxTokens: config.CHUNK_TOKENS, overlapTokens: config.CHUNK_OVERLAP_TOKENS },
    counting: () => (tokenizer() ? app.embedder.defaultModel : 'estimated') + (recogniser ? ` ocr ${config.OCR_LANGUAGES}` : ''),
    concurrency: config.INGEST_CONCURRENCY,
    // Meilisearch takes what waits in its queue in one batch, and half a second for each batch, whatever its size.
    writesAtOnce: app.meilisearch ? 16 : 1,
    queueMax: config.INGEST_QUEUE_MAX,
    maxFileBytes: config.MAX_FILE_BYTES,
    spoolMaxBytes: config.SPOOL_MAX_BYTES,
    arrivalMs: config.UPLOAD_TIMEOUT_SECONDS * 1000,
    keepTasksMs: config.TASK_HOURS * hourMs,
    shared: redis ? { notes: createRedisNotes({ redis, name: 't', keptMs: config.TASK_HOURS * hourMs }), news } : undefined,
    parseCacheMaxAgeMs: config.PROCESSED_CACHE_HOURS * hourMs,
    parseCacheMaxBytes: config.PROCESSED_CACHE_MAX_BYTES,
    onEnded ({ id, company, index, status, startedAt, endedAt, written, unchanged, removed, evicted, chunks, tokens, rejected, error }) {
      app.log.info(
        {
          task: id,
          company,
          index,
          status,
          ms: endedAt - startedAt,
          written,
          unchanged,
          removed,
          evicted,
          chunks,
          tokens,
          rejected,
          ...(error ? { code: error.code } : {}),
        },
        'documents ingested'
      )
    },
    // New chunks have no vectors yet; they come after everything else.
    onIdle (company) {
      if (!app.meilisearch) app.vectors.fill([company])
      app.compaction?.check(company)
    },
    onProblem: ({ id, company }, error) => app.log.error({ err: error, task: id, company }, 'documents not ingested'),
    onTrouble: (error, what) => app.log.warn({ err: error }, what),
  })
  app.decorate('uploads', uploads)
  await uploads.recover()
  // Sample companies first: an upload may belong to one of them.
  app.addHook('onReady', () => { app.samplesLoaded.then(uploads.start) })
  app.addHook('preClose', async () => {
    await uploads.close()
    await reading.close()
  })
}, { name: 'uploads', dependencies: ['config', 'backends', 'profiles', 'models', 'documents'] })

/** Returns null when scanned pages are not recognised. Throws when the programs for it are not installed: the setting asks for them. */
async function openOcr ({ OCR, OCR_LANGUAGES: languages, OCR_MAX_PAGES: maxPages }: Config): Promise<Recogniser | null> {
  if (OCR === 'off') return null
  const missing = await missingForTesseract(languages)
  if (missing !== null) throw new Error(`setting OCR=tesseract cannot be used. ${missing}`)
  return createTesseract({ languages, maxPages })
}
