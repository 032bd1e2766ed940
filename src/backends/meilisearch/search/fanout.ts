// Sends a question's searches, with limited concurrency: shares running searches with other questions, and caches results.
import { LRUCache } from 'lru-cache'
import { unlessAborted } from '../../../async/signals.ts'
import type { MeilisearchClient } from '../client.ts'
import { MeilisearchError, failureKind } from '../errors.ts'
import { balanced, type Search, type Transport } from './batching.ts'
import { createIds, readHits, type Hits } from './read-hits.ts'

export interface WantedSearch extends Search {
  /** Searches with equal keys are the same; null = not shared. */
  key: string | null
  primaryKey: string
}

export interface FanoutResult {
  /** In the order of the searches; null = the search failed. */
  hits: (Hits | null)[]
  /** The number of failed searches by kind of failure. */
  failures: Record<string, number>
  /** How many searches had to be sent, by this question or by another one at the same time: the others were known. */
  sent: number
}

/** Never throws: searches that fail, or that have not ended when the signal fires, are missing from the result. */
export type RunSearches = (searches: WantedSearch[]) => Promise<FanoutResult>

export interface Fanout {
  /** Opens a run for one question: all its searches together stay within `concurrency`. */
  open (token: string, signal: AbortSignal): RunSearches
  stats (): Record<string, unknown>
}

/** A running search; its request tells when it is done. */
interface Job extends WantedSearch { hits: Hits | null, request: Request }
interface Request {
  jobs: Job[]
  /** The number of questions waiting for it; it is aborted when none is left. */
  waiting: number
  abort: AbortController
  ended: boolean
  failure: string | null
  done: Promise<void>
  finish (): void
}

export interface FanoutOptions {
  client: MeilisearchClient
  /** The most searches of one question in flight. */
  concurrency: number
  /** How long a result is cached, in milliseconds; 0 = never. */
  cacheMs: number
  cacheMaxBytes: number
  transport?: Transport
}

export function createFanout ({ client, concurrency, cacheMs, cacheMaxBytes, transport = balanced }: FanoutOptions): Fanout {
  const kept = new LRUCache<string, Hits>({
    maxSize: Math.max(1, cacheMaxBytes),
    ttl: cacheMs,
    sizeCalculation: (hits, key) => 2 * key.length + sizeOf(hits),
  })
  const running = new Map<string, Job>()
  const ownId = createIds()
  let requestsInFlight = 0
  const counts = { searches: 0, sent: 0, shared: 0, cached: 0, failed: 0 }

  async function send (request: Request, token: string): Promise<void> {
    requestsInFlight++
    try {
      await ask(request, request.jobs, token)
    } catch (error) {
      request.failure = request.abort.signal.aborted ? 'too slow' : failureKind(error)
    }
    requestsInFlight--
    request.ended = true
    forget(request)
    request.finish()
  }

  /** Runs some of a request's searches. When an index is missing, still searches the others. */
  async function ask (request: Request, jobs: Job[], token: string): Promise<void> {
    try {
      const { signal } = request.abort
      signal.throwIfAborted()
      // As bytes, which are outside of the heap: a retry needs them until the reply is there.
      const body = Buffer.from(`{"queries":[${jobs.map(({ query }) => query).join(',')}]}`)
      const read = (text: string) => readHits(text, jobs.map(({ primaryKey }) => primaryKey), ownId)
      const results = await client.query({ method: 'POST', path: '/multi-search', body, token, signal, read })
      jobs.forEach((job, i) => {
        job.hits = results[i]!
        if (job.key !== null && cacheMs > 0) kept.set(job.key, job.hits)
      })
    } catch (error) {
      const perIndex = [...Map.groupBy(jobs, ({ uid }) => uid).values()]
      if (perIndex.length === 1 || !(error instanceof MeilisearchError) || error.code !== 'index_not_found') throw error
      const outcomes = await Promise.allSettled(perIndex.map(own => ask(request, own, token)))
      const failed = outcomes.find(outcome => outcome.status === 'rejected')
      if (failed) throw failed.reason
    }
  }

  /** Stops sharing the request's searches: an equal search starts a new one. */
  function forget ({ jobs }: Request): void {
    for (const job of jobs) if (job.key !== null && running.get(job.key) === job) running.delete(job.key)
  }

  /** Waits for all requests or for the signal, then aborts those that no question waits for any more. */
  async function settled (requests: Set<Request>, signal: AbortSignal): Promise<void> {
    if (requests.size === 0) return
    await unlessAborted(Promise.all([...requests].map(({ done }) => done)), signal).catch(() => {})
    for (const request of requests) {
      if (--request.waiting > 0 || request.ended) continue
      forget(request)
      request.abort.abort(signal.reason)
    }
  }

  /** Starts requests while fewer than `concurrency` searches of this question are in flight. */
  function createQueue (token: string): (requests: Request[]) => void {
    const waiting: Request[] = []
    let inFlight = 0
    const more = () => {
      while (waiting.length > 0 && (inFlight === 0 || inFlight + waiting[0]!.jobs.length <= concurrency)) {
        const request = waiting.shift()!
        inFlight += request.jobs.length
        send(request, token).then(() => {
          inFlight -= request.jobs.length
          more()
        })
      }
    }
    return requests => {
      waiting.push(...requests)
      more()
    }
  }

  function open (token: string, signal: AbortSignal): RunSearches {
    const start = createQueue(token)
    return async searches => {
      const hits: (Hits | null)[] = []
      const jobs: (Job | null)[] = []
      const requests = new Set<Request>()
      const fresh: Job[] = []
      counts.searches += searches.length
      for (const search of searches) {
        const known = search.key === null || cacheMs === 0 ? undefined : kept.get(search.key)
        let job = known || search.key === null ? undefined : running.get(search.key)
        if (known) counts.cached++
        else if (job) counts.shared++
        else {
          job = {
            uid: search.uid,
            query: search.query,
            key: search.key,
            primaryKey: search.primaryKey,
            hits: null,
            request: undefined as unknown as Request,
          }
          fresh.push(job)
          if (job.key !== null) running.set(job.key, job)
        }
        hits.push(known ?? null)
        jobs.push(job ?? null)
      }
      counts.sent += fresh.length
      const own = (transport(fresh, requestsInFlight) as Job[][]).map(makeRequest)
      for (const job of jobs) {
        if (!job || requests.has(job.request)) continue
        requests.add(job.request)
        job.request.waiting++
      }
      start(own)
      await settled(requests, signal)

      const failures: Record<string, number> = {}
      jobs.forEach((job, i) => {
        if (!job) return
        hits[i] = job.hits
        if (job.hits) return
        const kind = job.request.failure ?? 'too slow'
        failures[kind] = (failures[kind] ?? 0) + 1
        counts.failed++
      })
      return { hits, failures, sent: jobs.filter(job => job !== null).length }
    }
  }

  return {
    open,
    stats: () => ({ ...counts, requests_in_flight: requestsInFlight, kept: kept.size, kept_bytes: kept.calculatedSize }),
  }
}

function makeRequest (jobs: Job[]): Request {
  const { promise: done, resolve: finish } = Promise.withResolvers<void>()
  const request: Request = { jobs, waiting: 0, abort: new AbortController(), ended: false, failure: null, done, finish }
  for (const job of jobs) job.request = request
  return request
}

/** Estimates the bytes of hits. */
function sizeOf ({ ids, documents }: Hits): number {
  const given = documents?.reduce((sum, document) => sum + 3 * JSON.stringify(document).length, 0) ?? 0
  return 200 + given + ids.reduce((sum, id) => sum + 60 + id.length, 0)
}
