// Answers in this process's memory, bounded by bytes.
import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { asCoded, coded, errorEvent } from '../errors.ts'
import type { AnswerEvent, StartEvent } from '../types.ts'
import type { Answers, OpenOptions, Reader } from './answers.ts'
import { createLog, type AbortCause, type AnswerLog, type ReaderStart } from './log.ts'

export interface MemoryAnswersOptions {
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

/** A log with what only its owner needs: the producer's abort, and who is reading. */
interface Live {
  log: AnswerLog
  readers: number
  resumable: boolean
  abort: AbortController
  grace?: NodeJS.Timeout
  done: Promise<void>
}

export function createMemoryAnswers (options: MemoryAnswersOptions): Answers {
  const { cacheTtlMs, cacheMaxBytes, graceMs, logMaxBytes, maxLive, onError } = options
  const live = new Map<string, Live>()
  const runningByKey = new Map<string, Live>()
  const keptByKey = new Map<string, AnswerLog>()
  const counts = { hits: 0, joined: 0, misses: 0, stopped: 0, abandoned: 0 }
  let readers = 0
  let closing = false
  // lru-cache takes no zero: a cache of one byte holds nothing.
  const kept = new LRUCache<string, AnswerLog>({
    maxSize: Math.max(1, cacheMaxBytes),
    // Events and their bytes on the wire; a key, which may hold the hints of a page, is in memory once.
    sizeCalculation: log => 2 * log.bytes + 2 * (log.key?.length ?? 0) + 1024,
    ttlAutopurge: false,
    dispose: log => { if (log.key !== null && keptByKey.get(log.key) === log) keptByKey.delete(log.key) },
  })

  function start ({ company, key, resumable, produce, onEnd }: OpenOptions): Live {
    if (closing) throw coded('SHUTTING_DOWN')
    if (live.size >= maxLive) throw coded('OVERLOADED')
    const log = createLog(newId(), company, key)
    const entry: Live = { log, readers: 0, resumable, abort: new AbortController(), done: Promise.resolve() }
    live.set(log.id, entry)
    if (key !== null) runningByKey.set(key, entry)
    entry.done = run(entry, produce).then(() => onEnd?.(log.at(log.length - 1), log.id))
    return entry
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
    clearTimeout(entry.grace)
    live.delete(log.id)
    if (log.key !== null && runningByKey.get(log.key) === entry) runningByKey.delete(log.key)
    keep(log)
  }

  function keep (log: AnswerLog): void {
    const cacheable = log.key !== null && cacheTtlMs > 0 && isWhole(log.at(log.length - 1))
    if (cacheable) keptByKey.set(log.key!, log)
    const ttl = cacheable ? Math.max(cacheTtlMs, graceMs) : graceMs
    if (ttl > 0) kept.set(log.id, log, { ttl })
    if (!kept.has(log.id) && cacheable) keptByKey.delete(log.key!)
  }

  function end (entry: Live, cause: AbortCause): void {
    if (entry.abort.signal.aborted) return
    if (cause === 'stopped' || cause === 'abandoned') counts[cause]++
    // Whoever asks the same from now on must not be given an answer that is being ended.
    if (entry.log.key !== null && runningByKey.get(entry.log.key) === entry) runningByKey.delete(entry.log.key)
    entry.abort.abort(cause)
  }

  function attach (log: AnswerLog, entry: Live | undefined, from: number, own: ReaderStart): Reader {
    readers++
    if (entry) {
      entry.readers++
      clearTimeout(entry.grace)
    }
    return createReader(log, from, own, () => {
      readers--
      if (!entry || --entry.readers > 0 || log.ended) return
      if (!entry.resumable) end(entry, 'abandoned')
      else entry.grace = setTimeout(end, graceMs, entry, 'abandoned').unref()
    })
  }

  function finished (key: string): AnswerLog | undefined {
    const log = keptByKey.get(key)
    // What is kept on for the grace alone is given to nobody else.
    if (!log || kept.getRemainingTTL(log.id) <= graceMs - cacheTtlMs) return undefined
    // get() drops what is too old, and counts the use.
    return kept.get(log.id)
  }

  return {
    async open (asked) {
      const { key, conversationId: conversation_id } = asked
      const hit = key === null ? undefined : finished(key)
      if (hit) {
        counts.hits++
        return attach(hit, undefined, 0, { conversation_id, cache: 'hit' })
      }
      const running = key === null ? undefined : runningByKey.get(key)
      if (running) {
        counts.joined++
        running.resumable ||= asked.resumable
        return attach(running.log, running, 0, { conversation_id, cache: 'joined' })
      }
      const entry = start(asked)
      counts.misses++
      return attach(entry.log, entry, 0, { conversation_id, cache: 'miss' })
    },
    async join (company, answerId, from) {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.get(answerId)
      if (!log || !isOf(log, company)) return null
      const start = log.at(0) as StartEvent | undefined
      // Nobody can have seen more than there is.
      return attach(log, entry, Math.min(from, log.length), { conversation_id: start?.conversation_id ?? '', cache: entry ? 'joined' : 'hit' })
    },
    async stop (company, answerId, cause = 'stopped') {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.get(answerId)
      if (!log || !isOf(log, company)) return false
      if (entry) end(entry, cause)
      return true
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
      for (const entry of running) end(entry, 'shutdown')
      await Promise.all(running.map(entry => entry.done))
      kept.clear()
    },
  }
}

/** 96 random bits: an id is as good as a password for joining, within its company. */
function newId (): string {
  return randomBytes(12).toString('base64url')
}

function isOf (log: AnswerLog, company: string | null): boolean {
  return company === null || log.company === company
}

/** Only an answer that ended by itself, with everything there, is given to somebody else. */
function isWhole (last: AnswerEvent): boolean {
  return last.type === 'finish' && last.finish_reason !== 'stopped' && !last.degraded
}

function createReader (log: AnswerLog, from: number, own: ReaderStart, left: () => void): Reader {
  let next = from
  let cancel = () => {}
  let closed = false
  return {
    answerId: log.id,
    cache: own.cache,
    get ended () { return log.ended },
    get exhausted () { return log.ended && next >= log.length },
    take (encoder) {
      if (next >= log.length) return ''
      const text = log.encoded(encoder, next, own)
      next = log.length
      return text
    },
    whole (encoder) {
      if (!log.ended || next > 0) return null
      next = log.length
      const start = encoder.encode({ ...log.at(0) as StartEvent, ...own }, log.id, 0)
      return Buffer.concat([Buffer.from(start), log.tail(encoder)])
    },
    wait (ready) {
      cancel = log.wait(next, ready)
    },
    all () {
      return new Promise(resolve => {
        const check = () => {
          if (!log.ended) {
            cancel = log.wait(log.length, check)
            return
          }
          const events = Array.from({ length: log.length }, (_, n) => log.at(n))
          events[0] = { ...events[0] as StartEvent, ...own }
          resolve(events)
        }
        check()
      })
    },
    close () {
      if (closed) return
      closed = true
      cancel()
      left()
    },
  }
}
