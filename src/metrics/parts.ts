// Metrics of the parts of the service: caches, queues, the language model, search, the shared state, the disk.
import { statfs } from 'node:fs/promises'
import type { Registry } from 'prom-client'
import { createSampled, numberAt, type Sample } from './sampled.ts'

/** Looks of the parts, each read when Prometheus asks; null where a part is switched off. */
export interface PartStats {
  answers (): unknown
  similar (): unknown
  embedding (): unknown
  profiles (): unknown
  keys (): unknown
  web (): unknown
  uploads (): unknown
  search (): unknown
  vectors (): unknown
  conversations (): unknown
  model (): unknown
  warm (): unknown
  readiness (): Promise<{ ready: boolean, parts: Record<string, { state: string }> }>
}

type Row = [path: string[], ...labels: string[]]

export function addPartMetrics (register: Registry, parts: PartStats, { dataDir, version }: { dataDir: string, version: string }): void {
  const { counter, gauge } = createSampled(register)
  const rows = (read: () => unknown, ...wanted: Row[]): Sample[] => {
    const stats = read()
    return stats === null || stats === undefined ? [] : wanted.map(([path, ...labels]) => [...labels, numberAt(stats, ...path)] as Sample)
  }
  const lookups = (read: () => unknown, cache: string, hits: string[], misses: string[]) =>
    rows(read, [hits, cache, 'hit'], [misses, cache, 'miss'])
  const one = (read: () => unknown, ...path: string[]) => () => rows(read, [path])

  gauge('causerie_build_info', 'Always 1; the labels say what runs', ['version', 'node'], () => [[version, process.version, 1]])
  gauge('causerie_ready', '1 when questions can be answered', [], async () => [[(await parts.readiness()).ready ? 1 : 0]])
  gauge('causerie_part_up', '1 while a part of the service is as it should be', ['part'], async () =>
    Object.entries((await parts.readiness()).parts).map(([part, { state }]) => [part, state === 'ok' ? 1 : 0]))
  gauge('causerie_disk_free_bytes', 'Room on the disk of the data directory', [], async () => diskOf(dataDir, 'bavail'))
  gauge('causerie_disk_size_bytes', 'Size of the disk of the data directory', [], async () => diskOf(dataDir, 'blocks'))

  gauge('causerie_answers_live', 'Answers in the making', [], one(parts.answers, 'live'))
  gauge('causerie_readers', 'Clients that read an answer', [], one(parts.answers, 'readers'))
  counter('causerie_answers_abandoned_total', 'Answers that ended since all clients had left', [], one(parts.answers, 'abandoned'))

  counter('causerie_cache_lookups_total', 'Lookups of each cache', ['cache', 'result'], () => [
    ...rows(parts.answers, [['hits'], 'answers', 'hit'], [['joined'], 'answers', 'joined'], [['misses'], 'answers', 'miss']),
    ...rows(parts.answers, [['redis', 'hits'], 'answers_redis', 'hit']),
    ...lookups(parts.similar, 'similar_answers', ['hits'], ['misses']),
    ...lookups(parts.embedding, 'question_vectors', ['cache', 'hits'], ['cache', 'misses']),
    ...lookups(parts.profiles, 'profiles', ['hits'], ['misses']),
    ...lookups(parts.web, 'web', ['hits'], ['misses']),
    ...lookups(parts.uploads, 'files', ['processed', 'hits'], ['processed', 'misses']),
    ...(isMeilisearch(parts)
      ? [...lookups(parts.search, 'searches', ['searches', 'cached'], ['searches', 'sent']),
          ...lookups(parts.search, 'documents', ['documents', 'cached'], ['documents', 'fetched'])]
      : []),
  ])
  gauge('causerie_cache_bytes', 'Size of each cache', ['cache'], () => [
    ...rows(parts.answers, [['kept_bytes'], 'answers']),
    ...rows(parts.similar, [['bytes'], 'similar_answers']),
    ...rows(parts.web, [['bytes'], 'web']),
    ...rows(parts.uploads, [['processed', 'bytes'], 'files']),
    ...(isMeilisearch(parts)
      ? rows(parts.search, [['searches', 'kept_bytes'], 'searches'], [['documents', 'kept_bytes'], 'documents'])
      : []),
  ])
  counter('causerie_key_lookups_total', 'Lookups of keys in their store', [], one(parts.keys, 'lookups'))
  counter('causerie_keys_refused_total', 'Requests whose key or token was refused', [], one(parts.keys, 'refused'))

  gauge('causerie_queue_length', 'What waits for each part', ['queue'], () => [
    ...rows(parts.embedding, [['queue', 'questions'], 'embedding_questions'], [['queue', 'passages'], 'embedding_passages']),
    ...rows(parts.conversations, [['unwritten'], 'turns']),
    ...rows(parts.uploads, [['tasks', 'waiting'], 'uploads']),
    ...rows(parts.search, isMeilisearch(parts) ? [['pool', 'queued'], 'meilisearch'] : [['thread', 'waiting'], 'sqlite']),
  ])
  counter('causerie_turns_written_total', 'Turns of conversations that were stored', [], one(parts.conversations, 'written'))
  counter('causerie_turns_lost_total', 'Turns of conversations that could not be stored', [], one(parts.conversations, 'lost'))
  gauge('causerie_uploads_running', 'Uploads that are being read', [], one(parts.uploads, 'tasks', 'running'))
  counter('causerie_uploads_total', 'Uploads that have ended, by how', ['status'],
    () => rows(parts.uploads, [['tasks', 'done'], 'done'], [['tasks', 'failed'], 'failed']))
  gauge('causerie_spool_bytes', 'Disk space of waiting uploads', [], one(parts.uploads, 'spool', 'bytes'))
  counter('causerie_vectors_failures_total', 'Companies whose passages could not be embedded', [], one(parts.vectors, 'failures'))

  counter('causerie_searches_total', 'Questions that were searched', [], () =>
    isMeilisearch(parts) ? rows(parts.search, [['questions']]) : rows(parts.search, [['searches']]))
  counter('causerie_search_failures_total', 'Searches of a question that failed, wholly or in part', ['extent'], () =>
    isMeilisearch(parts)
      ? rows(parts.search, [['failed'], 'whole'], [['degraded'], 'part'])
      : rows(parts.search, [['failures'], 'whole']))
  counter('causerie_meilisearch_requests_total', 'Requests to Meilisearch', [], () =>
    isMeilisearch(parts) ? rows(parts.search, [['requests']]) : [])
  counter('causerie_meilisearch_searches_total', 'Searches by Meilisearch: one for each n-gram and index', ['result'], () =>
    isMeilisearch(parts)
      ? rows(parts.search, ...['sent', 'shared', 'failed'].map(result => [['searches', result], result] as Row))
      : [])
  counter('causerie_web_search_failures_total', 'Searches of the web that failed', [], one(parts.web, 'failures'))

  counter('causerie_llm_requests_total', 'Requests to the language model', [], one(parts.model, 'requests'))
  counter('causerie_llm_retries_total', 'Requests to the language model that were made again', [], one(parts.model, 'retries'))
  counter('causerie_llm_fallbacks_total', 'Answers by the fallback model', [], one(parts.model, 'fallbacks'))
  counter('causerie_llm_failures_total', 'Answers that the language model failed to give', [], one(parts.model, 'failures'))
  counter('causerie_answers_warmed_total', 'Common questions answered in advance', [], one(parts.warm, 'answered'))

  gauge('causerie_redis_connected', '1 while Redis can be used', [], () => shared(parts, redis => redis.connected === true ? 1 : 0))
  counter('causerie_redis_reconnects_total', 'Connections to Redis that were made again', [],
    () => shared(parts, redis => numberAt(redis, 'reconnects')))
  counter('causerie_redis_fallbacks_total', 'Questions that were not shared since Redis did not answer', [],
    () => shared(parts, redis => numberAt(redis, 'fallbacks')))
}

function isMeilisearch ({ search }: PartStats): boolean {
  return (search() as { engine?: unknown } | null)?.engine === 'meilisearch'
}

function shared ({ answers }: PartStats, value: (redis: Record<string, unknown>) => number): Sample[] {
  const redis = (answers() as { redis?: Record<string, unknown> }).redis
  return redis ? [[value(redis)]] : []
}

async function diskOf (dir: string, blocks: 'bavail' | 'blocks'): Promise<Sample[]> {
  try {
    const stats = await statfs(dir)
    return [[stats[blocks] * stats.bsize]]
  } catch {
    return []
  }
}
