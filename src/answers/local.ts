// Manages the answers that this process knows: those running here or elsewhere, and those it keeps.
import { asCoded, coded, errorEvent } from '../errors.ts'
import type { OpenOptions, Reader } from './answers.ts'
import { newId } from './id.ts'
import { createKeptAnswers } from './kept.ts'
import type { LocalAnswers, LocalAnswersOptions, Origin, OtherInstances } from './local-types.ts'
import { createLog, type AbortCause, type AnswerLog, type ReadableLog, type ReaderStart } from './log.ts'
import { createReader, type AttachedReader } from './reader.ts'
import { chooseDisplaced } from './room.ts'

/** A log with its owner's own state: how to end it, and who is reading. */
interface Live {
  log: AnswerLog
  readers: Set<AttachedReader>
  resumable: boolean
  abort: AbortController
  grace?: NodeJS.Timeout
  done: Promise<void>
  origin?: Origin
  /** It must not be kept. */
  isForgotten?: true
}

export function createLocalAnswers (options: LocalAnswersOptions, otherInstances?: OtherInstances): LocalAnswers {
  const { cacheTtlMs, cacheMaxBytes, keptFormat, graceMs, logMaxBytes, maxLive, onError } = options
  const live = new Map<string, Live>()
  const runningByKey = new Map<string, Live>()
  const counts = { hits: 0, joined: 0, misses: 0, stopped: 0, abandoned: 0 }
  let readers = 0
  let closing = false
  const kept = createKeptAnswers({ maxBytes: cacheMaxBytes, format: keptFormat })

  /** Finds room for one more answer of a company: another one may have to give way. */
  function checkCapacity (company: string): Live | null {
    if (closing) throw coded('SHUTTING_DOWN')
    if (live.size < maxLive) return null
    const displaced = chooseDisplaced([...live.values()], company, maxLive)
    if (!displaced) throw coded('OVERLOADED')
    return displaced
  }

  function add (log: AnswerLog, resumable: boolean, origin?: Origin): Live {
    const displaced = checkCapacity(log.company)
    if (displaced) {
      end(displaced, 'displaced')
      remove(displaced)
    }
    const entry: Live = {
      log, readers: new Set(), resumable, abort: new AbortController(), done: Promise.resolve(), ...(origin ? { origin } : {}),
    }
    live.set(log.id, entry)
    if (log.key !== null) runningByKey.set(log.key, entry)
    return entry
  }

  function remove (entry: Live): void {
    clearTimeout(entry.grace)
    live.delete(entry.log.id)
    hide(entry)
  }

  /** Keeps later equal questions from getting this answer. */
  function hide ({ log }: Live): void {
    if (log.key !== null && runningByKey.get(log.key)?.log === log) runningByKey.delete(log.key)
  }

  async function run (entry: Live, produce: OpenOptions['produce']): Promise<void> {
    const { log, abort } = entry
    try {
      await produce(log.id, abort.signal, event => {
        log.append(event)
        if (log.bytes > logMaxBytes && !log.ended) end(entry, 'length')
      })
      if (!log.ended) throw new Error('the producer ended without a last event')
    } catch (error) {
      // A producer never throws; if one does, its readers must not wait for ever.
      log.append(errorEvent(asCoded(error)))
      onError(error)
    }
    remove(entry)
    if (!entry.isForgotten) kept.add(log, cacheTtlMs, graceMs)
  }

  function end (entry: Live, cause: AbortCause): void {
    if (entry.abort.signal.aborted) return
    if (cause === 'stopped' || cause === 'abandoned') counts[cause]++
    // Later equal questions must not get an answer that is being ended.
    hide(entry)
    otherInstances?.onEnding(entry.log)
    entry.abort.abort(cause)
  }

  function afterLastReader (entry: Live): void {
    const { log, origin } = entry
    if (entry.readers.size > 0 || log.ended) return
    if (origin) {
      remove(entry)
      origin.leave()
    } else if (entry.resumable) {
      clearTimeout(entry.grace)
      entry.grace = setTimeout(abandon, graceMs, entry).unref()
    } else abandon(entry)
  }

  function abandon (entry: Live): void {
    if (!otherInstances) return end(entry, 'abandoned')
    otherInstances.onAbandoned(entry.log).then(isUnread => {
      if (isUnread && entry.readers.size === 0 && !entry.log.ended) end(entry, 'abandoned')
    })
  }

  function attach (log: ReadableLog, entry: Live | undefined, from: number, own: ReaderStart, user?: string): Reader {
    readers++
    clearTimeout(entry?.grace)
    const reader: AttachedReader = createReader(log, from, own, user, () => {
      readers--
      if (!entry) return
      entry.readers.delete(reader)
      afterLastReader(entry)
    })
    entry?.readers.add(reader)
    return reader
  }

  /**
   * Stops an answer for one user: it ends unless others read it, and this user's readers get an end of their own.
   * Without a user, one that several users read goes on.
   */
  function stopFor (entry: Live, cause: AbortCause, user: string | undefined): void {
    const own = [...entry.readers].filter(reader => reader.user === user)
    // A reader who joined by the answer's id alone may be anybody, this user included.
    const users = new Set([...entry.readers].flatMap(reader => reader.user ?? []))
    const isShared = user === undefined ? users.size > 1 : users.size > (users.has(user) ? 1 : 0)
    const takeOff = () => { for (const reader of own) reader.cutOff() }
    if (isShared) {
      if (user !== undefined) takeOff()
    } else if (entry.origin) {
      hide(entry)
      if (user !== undefined) takeOff()
      entry.origin.stop(cause, user)
    } else if (otherInstances && user !== undefined) {
      otherInstances.onAbandoned(entry.log).then(isUnread => isUnread ? end(entry, cause) : takeOff())
    } else end(entry, cause)
  }

  return {
    findKept ({ key, conversationId: conversation_id, user }) {
      const hit = kept.byKey(key)
      if (!hit) return null
      counts.hits++
      const own: ReaderStart = { conversation_id, cache: 'hit' }
      return {
        answerId: hit.id,
        events: hit,
        whole: encoder => hit.whole(encoder, own),
        read: () => attach(hit, undefined, 0, own, user),
      }
    },
    find ({ key, resumable, conversationId: conversation_id, user, isWarmUp }) {
      if (key === null) return null
      const hit = kept.byKey(key)
      if (hit) {
        if (!isWarmUp) counts.hits++
        return attach(hit, undefined, 0, { conversation_id, cache: 'hit' }, user)
      }
      const running = runningByKey.get(key)
      if (!running) return null
      if (!isWarmUp) counts.joined++
      if (resumable && !running.resumable) {
        running.resumable = true
        running.origin?.keepGoing()
      }
      return attach(running.log, running, 0, { conversation_id, cache: 'joined' }, user)
    },
    checkCapacity (company) {
      checkCapacity(company)
    },
    start ({ company, key, resumable, conversationId: conversation_id, user, audience, isWarmUp, produce, onEnd }, id = newId(audience)) {
      const log = createLog(id, company, key, user)
      const entry = add(log, resumable)
      if (!isWarmUp) counts.misses++
      otherInstances?.onStarted(log)
      entry.done = run(entry, produce).then(() => onEnd?.(log.at(log.length - 1), log.id))
      return attach(log, entry, 0, { conversation_id, cache: 'miss' }, user)
    },
    follow (log, resumable, origin) {
      add(log, resumable, origin)
    },
    followed (log) {
      const entry = live.get(log.id)
      if (entry?.log !== log) return
      remove(entry)
      if (log.at(log.length - 1).type === 'finish' && !entry.isForgotten) kept.add(log, cacheTtlMs, graceMs)
    },
    adopt: kept.add,
    read: (log, from, own) => attach(log, undefined, from, own),
    join (company, answerId, from, user, conversation) {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.byId(answerId)
      if (!log || !isOf(log, company)) return null
      // A client with the id may have it from an equal question: the conversation that it was first asked in belongs to another user.
      const own: ReaderStart = { conversation_id: conversation ?? '', cache: entry ? 'joined' : 'hit' }
      // A client cannot have seen more events than exist; but those of an answer that is made elsewhere may not all be here yet.
      return attach(log, entry, entry?.origin ? from : Math.min(from, log.length), own, user)
    },
    stop (company, answerId, cause, user) {
      const entry = live.get(answerId)
      const log = entry?.log ?? kept.byId(answerId)
      if (!log || !isOf(log, company)) return false
      if (entry) stopFor(entry, cause, user)
      return true
    },
    keepGoing (answerId) {
      const entry = live.get(answerId)
      if (entry) entry.resumable = true
    },
    leftElsewhere (answerId) {
      const entry = live.get(answerId)
      if (entry) afterLastReader(entry)
    },
    async forget (matches) {
      const known = kept.forget(matches)
      const running = [...live.values()].filter(({ log }) => matches(log))
      for (const entry of running) {
        entry.isForgotten = true
        // One that is made elsewhere is ended there.
        if (!entry.origin) end(entry, 'stopped')
      }
      await Promise.all(running.map(({ done }) => done))
      return [...known, ...running.map(({ log }) => log.id)]
    },
    stats: () => ({
      live: live.size,
      readers,
      kept: kept.count(),
      kept_bytes: kept.bytes(),
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

/** Tells whether an answer belongs to what is erased. @param user its hash; null = it is all of the company's */
export function isOfSubject (log: ReadableLog, company: string, user: string | null): boolean {
  return log.company === company && (user === null || log.user() === user)
}

function isOf (log: ReadableLog, company: string | null): boolean {
  return company === null || log.company === company
}
