// Sends a question's searches, with limited concurrency: shares running searches with other questions, and caches results.
import { LRUCache } from 'lru-cache'
import type { MeilisearchClient } from '../client.ts'
import { MeilisearchError, failureKind } from '../errors.ts'
import { balanced, type Transport } from './batching.ts'
import { createIds, hitsAt, joinHits, readHits, type HitLists, type Hits } from './read-hits.ts'

/** Searches of one index that differ in how their query objects end. */
export interface SearchSet {
  uid: string
  primaryKey: string
  /** What their query objects begin with, as JSON. */
  head: string
  /** The rest of each. */
  tails: readonly string[]
  /** Searches with equal keys and equal tails are the same; null = not shared. */
  key: string | null
}

export interface FanoutResult {
  /** In the order of the sets and of their searches; null = the search failed. */
  hits: (Hits | null)[]
  /** The number of failed searches by kind of failure. */
  failures: Record<string, number>
  /** How many searches had to be sent, by this question or by another one at the same time: the others were known. */
  sent: number
}

/** Never throws: searches that fail, or that have not ended when the signal fires, are missing from the result. */
export type RunSearches = (sets: readonly SearchSet[]) => Promise<FanoutResult>

export interface Fanout {
  /** Opens a run for one question: all its searches together stay within `concurrency`. */
  open (token: string, signal: AbortSignal): RunSearches
  stats (): Record<string, unknown>
}

/**
 * The searches of one run, numbered, as lists side by side: an object for each would outlive the wait for the replies, and the
 * collections that free it cost more than the searches.
 */
interface Asked { sets: SearchSet[], tails: string[] }

interface Request {
  asked: Asked
  /** The numbers of its searches. */
  searches: number[]
  /** The runs that wait for it; it is aborted when none is left. */
  waiting: Waiting[]
  abort: AbortController
  ended: boolean
  /** In the order of its searches, once they are there. */
  lists: HitLists | null
  failure: string | null
}

/** A run that waits until none of its requests is left. */
interface Waiting { left: number, resolve (): void }

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
  /** The requests by the keys and the tails of their searches. */
  const running = new Map<string, Map<string, Request>>()
  const ownId = createIds()
  let requestsInFlight = 0
  const counts = { searches: 0, sent: 0, shared: 0, cached: 0, failed: 0 }

  async function send (request: Request, token: string): Promise<void> {
    requestsInFlight++
    try {
      request.lists = await ask(request, request.searches, token)
    } catch (error) {
      try {
        await askPerIndex(request, error, token)
      } catch (error) {
        request.failure = request.abort.signal.aborted ? 'too slow' : failureKind(error)
      }
    }
    requestsInFlight--
    request.ended = true
    forget(request)
    for (const run of request.waiting) if (--run.left === 0) run.resolve()
  }

  /** Runs some of a request's searches. */
  async function ask ({ asked, abort: { signal } }: Request, searches: number[], token: string): Promise<HitLists> {
    signal.throwIfAborted()
    const read = (text: string) => readHits(text, searches.map(n => asked.sets[n]!.primaryKey), ownId)
    const lists = await client.query({ method: 'POST', path: '/multi-search', body: bodyOf(asked, searches), token, signal, read })
    if (cacheMs > 0) keep(asked, searches, lists)
    return lists
  }

  /** Runs each index's searches by themselves where the error says that one is missing; throws it otherwise, and theirs. */
  async function askPerIndex (request: Request, error: unknown, token: string): Promise<void> {
    const { asked, searches } = request
    const perIndex = [...Map.groupBy(searches, n => asked.sets[n]!.uid).values()]
    if (perIndex.length === 1 || !(error instanceof MeilisearchError) || error.code !== 'index_not_found') throw error
    const outcomes = await Promise.allSettled(perIndex.map(own => ask(request, own, token)))
    const found = new Map<number, Hits | null>()
    outcomes.forEach((outcome, at) => {
      if (outcome.status === 'fulfilled') perIndex[at]!.forEach((n, i) => found.set(n, hitsAt(outcome.value, i)))
    })
    request.lists = joinHits(searches.map(n => found.get(n) ?? null))
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  function keep ({ sets, tails }: Asked, searches: number[], lists: HitLists): void {
    searches.forEach((n, i) => {
      const { key } = sets[n]!
      if (key !== null) kept.set(key + tails[n]!, hitsAt(lists, i)!)
    })
  }

  /** Shares a request's searches with other runs. */
  function share (request: Request): void {
    const { asked: { sets, tails }, searches } = request
    for (const n of searches) {
      const { key } = sets[n]!
      if (key === null) continue
      const same = running.get(key)
      if (same) same.set(tails[n]!, request)
      else running.set(key, new Map([[tails[n]!, request]]))
    }
  }

  /** Stops sharing a request's searches: an equal search starts a new one. */
  function forget (request: Request): void {
    const { asked: { sets, tails }, searches } = request
    for (const n of searches) {
      const { key } = sets[n]!
      const same = key === null ? undefined : running.get(key)
      if (same?.get(tails[n]!) !== request) continue
      same.delete(tails[n]!)
      if (same.size === 0) running.delete(key!)
    }
  }

  /** Waits for all requests or for the signal, then aborts those that no run waits for any more. */
  async function settled (requests: Set<Request>, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const run: Waiting = { left: 0, resolve }
    for (const request of requests) {
      if (request.ended) continue
      run.left++
      request.waiting.push(run)
    }
    if (run.left === 0) return
    if (signal.aborted) resolve()
    signal.addEventListener('abort', resolve as () => void, { once: true })
    await promise
    signal.removeEventListener('abort', resolve as () => void)
    if (run.left === 0) return
    for (const request of requests) {
      request.waiting.splice(request.waiting.indexOf(run), 1)
      if (request.waiting.length > 0 || request.ended) continue
      forget(request)
      request.abort.abort(signal.reason)
    }
  }

  /** Starts requests while fewer than `concurrency` searches of this question are in flight. */
  function createQueue (token: string): (requests: Request[]) => void {
    const waiting: Request[] = []
    let inFlight = 0
    const more = () => {
      while (waiting.length > 0 && (inFlight === 0 || inFlight + waiting[0]!.searches.length <= concurrency)) {
        const request = waiting.shift()!
        inFlight += request.searches.length
        send(request, token).then(() => {
          inFlight -= request.searches.length
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
    return async sets => {
      const run = prepare(sets)
      start(run.own)
      await settled(new Set(run.requests.filter(request => request !== null)), signal)
      return collect(run)
    }
  }

  function prepare (sets: readonly SearchSet[]): Run {
    const asked: Asked = { sets: [], tails: [] }
    const requests: (Request | null)[] = []
    const places: number[] = []
    const known: (Hits | null)[] = []
    const fresh: number[] = []
    for (const set of sets) {
      const same = set.key === null ? undefined : running.get(set.key)
      for (const tail of set.tails) {
        const n = asked.tails.push(tail) - 1
        asked.sets.push(set)
        const hits = (cacheMs > 0 && set.key !== null && kept.get(set.key + tail)) || null
        const request = (!hits && same?.get(tail)) || null
        known.push(hits)
        requests.push(request)
        places.push(request ? placeIn(request, set.key, tail) : 0)
        if (hits) counts.cached++
        else if (request) counts.shared++
        else fresh.push(n)
      }
    }
    counts.searches += asked.tails.length
    counts.sent += fresh.length
    const own = transport(fresh, n => asked.sets[n]!.uid, requestsInFlight).map(searches => makeRequest(asked, searches))
    for (const request of own) {
      request.searches.forEach((n, place) => {
        requests[n] = request
        places[n] = place
      })
      share(request)
    }
    return { own, requests, places, known }
  }

  function collect ({ requests, places, known }: Run): FanoutResult {
    const failures: Record<string, number> = {}
    let sent = 0
    const hits = requests.map((request, n) => {
      if (!request) return known[n]!
      sent++
      const found = request.lists && hitsAt(request.lists, places[n]!)
      if (found) return found
      const kind = request.failure ?? 'too slow'
      failures[kind] = (failures[kind] ?? 0) + 1
      counts.failed++
      return null
    })
    return { hits, failures, sent }
  }

  return {
    open,
    stats: () => ({ ...counts, requests_in_flight: requestsInFlight, kept: kept.size, kept_bytes: kept.calculatedSize }),
  }
}

/** A run's requests, and for each of its searches the request that it is in, its place there, and the hits that were known. */
interface Run { own: Request[], requests: (Request | null)[], places: number[], known: (Hits | null)[] }

function makeRequest (asked: Asked, searches: number[]): Request {
  return { asked, searches, waiting: [], abort: new AbortController(), ended: false, lists: null, failure: null }
}

function placeIn ({ asked: { sets, tails }, searches }: Request, key: string | null, tail: string): number {
  return searches.findIndex(n => tails[n] === tail && sets[n]!.key === key)
}

/**
 * Returns the body of a request as bytes, which are outside of the heap: a retry needs them until the reply is there. An
 * asynchronous function would keep the text as well for as long as it waits.
 */
function bodyOf ({ sets, tails }: Asked, searches: readonly number[]): Buffer {
  let text = '{"queries":['
  for (let i = 0; i < searches.length; i++) {
    if (i > 0) text += ','
    text += sets[searches[i]!]!.head
    text += tails[searches[i]!]!
  }
  return Buffer.from(`${text}]}`)
}

/** Estimates the bytes of hits. */
function sizeOf ({ ids, documents }: Hits): number {
  const given = documents?.reduce((sum, document) => sum + 3 * JSON.stringify(document).length, 0) ?? 0
  return 200 + given + ids.reduce((sum, id) => sum + 60 + id.length, 0)
}
