// The answers that this process knows: those in the making, here or elsewhere, and those it keeps; bounded by bytes.
import { LRUCache } from 'lru-cache'
import { asCoded, coded, errorEvent } from '../errors.ts'
import type { AnswerEvent } from '../types.ts'
import type { AnswersStats, OpenOptions, Reader } from './answers.ts'
import { newId } from './id.ts'
import { createLog, type AbortCause, type AnswerLog, type ReaderStart } from './log.ts'
import { createReader } from './reader.ts'

export interface LocalAnswersOptions {
  /** How long a finished answer is given again, in milliseconds; 0 = never. */
  cacheTtlMs: number
  cacheMaxBytes: number
  /** How long a resumable answer goes on without readers, and any ended one can be joined by its id. */
  graceMs: number
  logMaxBytes: number
  maxLive: number
  /** Told of a producer that threw, which is a bug. */
  onError: (error: unknown) => void
}

/** What other instances have to do with the answers made here. */
export interface Elsewhere {
  /** An answer is being made here. */
  started (log: AnswerLog): void
  /** It is being ended before its time: nobody may join it by its key from now on. */
  ending (log: AnswerLog): void
  /** Nobody here reads it. Resolves with whether nobody elsewhere does; then it is ended. Never rejects. */
  forsaken (log: AnswerLog): Promise<boolean>
}

/** Where an answer that is made elsewhere comes from. Its events are appended to its log by whoever follows it. */
export interface Origin {
  stop (cause: AbortCause): void
  /** It is to go on for the grace when its last reader has left. */
  keepGoing (): void
  /** Nobody here reads it any more: it need not be followed. */
  leave (): void
}

/** A log with what only its owner needs: how it is ended, and who is reading. */
interface Live {
  log: AnswerLog
  readers: number
  resumable: boolean
  abort: AbortController
  grace?: NodeJS.Timeout
  done: Promise<void>
  origin?: Origin
}

export interface LocalAnswers {
  /** A place in the finished or running answer of an equal question. */
  find (asked: OpenOptions): Reader | null
  /** Throws OVERLOADED or SHUTTING_DOWN when no answer can be begun. */
  checkRoom (): void
  /** Begins an answer. Throws as `checkRoom` does. */
  start (asked: OpenOptions, id?: string): Reader
  /** Takes part in an answer made elsewhere, whose log has the id of no other. Throws as `checkRoom` does. */
  follow (log: AnswerLog, resumable: boolean, origin: Origin): void
  /** An answer that was followed has ended; it is kept when it ended by itself. */
  followed (log: AnswerLog): void
  /** Keeps an answer that ended elsewhere, for so many milliseconds more: to be given again, and by its id. */
  adopt (log: AnswerLog, freshMs: number, keptMs: number): void
  /** A place in a log, which need not be running or kept any more. */
  read (log: AnswerLog, from: number, own: ReaderStart): Reader
  /** As in the port, among the answers of this process. `conversation` is the one it was asked in. */
  join (company: string | null, answerId: string, from: number, conversation?: string): Reader | null
  stop (company: string | null, answerId: string, cause: AbortCause): boolean
  /** As if one who may resume it had asked for it. */
  keepGoing (answerId: string): void
  /** Nobody reads it elsewhere any more: when nobody does here, it has no reader. */
  leftElsewhere (answerId: string): void
  stats (): AnswersStats
  close (): Promise<void>
}

/** Only an answer that ended by itself, with everything there, is given to somebody else. */
export function isWhole (last: AnswerEvent): boolean {
  return last.type === 'finish' && last.finish_reason !== 'stopped' && !last.degraded
}

export function createLocalAnswers (options: LocalAnswersOptions, elsewhere?: Elsewhere): LocalAnswers {
  const { cacheTtlMs, cacheMaxBytes, graceMs, logMaxBytes, maxLive, onError } = options
  const live = new Map<string, Live>()
  const runningByKey = new Map<string, Live>()
  const keptByKey = new Map<string, { log: AnswerLog, until: number }>()
  const counts = { hits: 0, joined: 0, misses: 0, stopped: 0, abandoned: 0 }
  let readers = 0
  let closing = false
  // lru-cache takes no zero: a cache of one byte holds nothing.
  const kept = new LRUCache<string, AnswerLog>({
    maxSize: Math.max(1, cacheMaxBytes),
    // Events and their bytes on the wire, which are twice as many in OpenAI's format; a key, which may hold the hints of a page.
    sizeCalculation: log => 3 * log.bytes + 2 * (log.key?.length ?? 0) + 1024,
    ttlAutopurge: false,
    dispose: log => { if (log.key !== null && keptByKey.get(log.key)?.log === log) keptByKey.delete(log.key) },
  })

  function checkRoom (): void {
    if (closing) throw coded('SHUTTING_DOWN')
    if (live.size >= maxLive) throw coded('OVERLOADED')
  }

  function add (log: AnswerLog, resumable: boolean, origin?: Origin): Live {
    checkRoom()
    const entry: Live = { log, readers: 0, resumable, abort: new AbortController(), done: Promise.resolve(), ...(origin ? { origin } : {}) }
    live.set(log.id, entry)
    if (log.key !== null) runningByKey.set(log.key, entry)
    return entry
  }

  function remove (entry: Live): void {
    clearTimeout(entry.grace)
    live.delete(entry.log.id)
    hide(entry)
  }

  /** Whoever asks the same from now on is not given this one. */
  function hide ({ log }: Live): void {
    if (log.key !== null && runningByKey.get(log.key)?.log === log) runningByKey.delete(log.key)
  }

  async function run (entry: Live, produce: OpenOptions['produce']): Promise<void> {
    const { log, abort } = entry
    try {
      for await (const event of produce(log.id, abort.signal)) {
        log.append(event)
        if (log.bytes > logMaxBytes && !log.ended) end(entry, 'length')
      }
      if (!log.ended) throw new Error('the producer ended without a last event')
    } catch (error) {
      // A producer never throws; should one all the same, its readers must not wait for ever.
      log.append(errorEvent(asCoded(error)))
      onError(error)
    }
    remove(entry)
    keep(log)
  }

  function keep (log: AnswerLog, freshMs = cacheTtlMs, keptMs = graceMs): void {
    const cacheable = log.key !== null && freshMs > 0 && isWhole(log.at(log.length - 1))
    if (cacheable) keptByKey.set(log.key!, { log, until: performance.now() + freshMs })
    const ttl = cacheable ? Math.max(freshMs, keptMs) : keptMs
    if (ttl > 0) kept.set(log.id, log, { ttl })
    if (!kept.has(log.id) && cacheable) keptByKey.delete(log.key!)
  }

  function end (entry: Live, cause: AbortCause): void {
    if (entry.abort.signal.aborted) return
    if (cause === 'stopped' || cause === 'abandoned') counts[cause]++
    // Whoever asks the same from now on must not be given an answer that is being ended.
    hide(entry)
    elsewhere?.ending(entry.log)
    entry.abort.abort(cause)
  }

  function forsaken (entry: Live): void {
    const { log, origin } = entry
    if (entry.readers > 0 || log.ended) return
    if (origin) {
      remove(entry)
      origin.leave()
    } else if (entry.resumable) {
      clearTimeout(entry.grace)
      entry.grace = setTimeout(abandon, graceMs, entry).unref()
    } else abandon(entry)
  }

  function abandon (entry: Live): void {
    if (!elsewhere) return end(entry, 'abandoned')
    elsewhere.forsaken(entry.log).then(nobody => { if (nobody && entry.readers === 0 && !entry.log.ended) end(entry, 'abandoned') })
  }

  function attach (log: AnswerLog, entry: Live | undefined, from: number, own: ReaderStart): Reader {
    readers++
    if (entry) {
      entry.readers++
      clearTimeout(entry.grace)
    }
    return createReader(log, from, own, () => {
      readers--
      if (!entry) return
      entry.readers--
      forsaken(entry)
    })
  }

  function finished (key: string): AnswerLog | undefined {
    const found = keptByKey.get(key)
    // What is kept on for the grace alone is given to nobody else.
    if (!found || found.until <= performance.now()) return undefined
    // get() drops what is too old, and counts the use.
    return kept.get(found.log.id)
  }

  return {
    find ({ key, resumable, conversationId: conversation_id }) {
      if (key === null) return null
      const hit = finished(key)
      if (hit) {
        counts.hits++
        return attach(hit, undefined, 0, { conversation_id, cache: 'hit' })
      }
      const running = runningByKey.get(key)
      if (!running) return null
      counts.joined++
      if (resumable && !running.resumable) {
        running.resumable = true
        running.origin?.keepGoing()
      }
      return attach(running.log, running, 0, { conversation_id, cache: 'joined' })
    },
    checkRoom,
    start ({ company, key, resumable, conversationId: conversation_id, produce, onEnd }, id = newId()) {
      const log = createLog(id, company, key)
      const entry = add(log, resumable)
      counts.misses++
      elsewhere?.started(log)
      entry.done = run(entry, produce).then(() => onEnd?.(log.at(log.length - 1), log.id))
      return attach(log, entry, 0, { conversation_id, cache: 'miss' })
    },
    follow (log, resumable, origin) {
      add(log, resumable, origin)
    },
    followed (log) {
      const entry = live.get(log.id)
      if (entry?.log !== log) return
      remove(entry)
      if (log.at(log.length - 1).type === 'finish') keep(log)
    },
    adopt: keep,
    read: (log, from, own) => attach(log, undefined, from, own),
    join (company, answerId, from, conversation) {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.get(answerId)
      if (!log || !isOf(log, company)) return null
      // Nobody can have seen more than there is. Who has the id may have it from an equal question: the conversation that
      // it was asked in first is somebody's own.
      return attach(log, entry, Math.min(from, log.length), { conversation_id: conversation ?? '', cache: entry ? 'joined' : 'hit' })
    },
    stop (company, answerId, cause) {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.get(answerId)
      if (!log || !isOf(log, company)) return false
      if (entry?.origin) {
        hide(entry)
        entry.origin.stop(cause)
      } else if (entry) end(entry, cause)
      return true
    },
    keepGoing (answerId) {
      const entry = live.get(answerId)
      if (entry) entry.resumable = true
    },
    leftElsewhere (answerId) {
      const entry = live.get(answerId)
      if (entry) forsaken(entry)
    },
    stats: () => ({
      live: live.size,
      readers,
      kept: kept.size,
      kept_bytes: kept.calculatedSize,
      kept_max_bytes: cacheMaxBytes,
      ...counts,
    }),
    async close () {
      closing = true
      const running = [...live.values()]
      for (const entry of running) {
        if (entry.origin) {
          entry.log.append(errorEvent(coded('SHUTTING_DOWN')))
          remove(entry)
          entry.origin.leave()
        } else end(entry, 'shutdown')
      }
      await Promise.all(running.map(entry => entry.done))
      kept.clear()
    },
  }
}

function isOf (log: AnswerLog, company: string | null): boolean {
  return company === null || log.company === company
}
