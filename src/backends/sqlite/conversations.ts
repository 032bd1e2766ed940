// The embedded conversations: written behind, in small batches, to each company's own file.
import { settlesWithin } from '../../async/signals.ts'
import { CodedError, coded, type ErrorCode } from '../../errors.ts'
import type { Store } from './thread.ts'
import { cut, longestDigest, readTurn, writeTurn } from '../../conversations/encode-turn.ts'
import type { Writing } from './tasks/conversations.ts'
import type { ConversationLimits, Conversations } from '../../conversations/store.ts'

export interface SqliteConversationsOptions extends ConversationLimits {
  /** Its thread is closed by its owner, after the conversations. */
  store: Store
  /** Conversations of one company at most; past it those unused for longest go. */
  maxConversations?: number
  /** Turns are gathered for so long before they are written. */
  gatherMs?: number
  /** How often expired conversations are deleted; they are invisible before. */
  expireEveryMs?: number
  /** Longest wait for the thread. */
  timeoutMs?: number
}

/** So many turns of a company are written at once: that holds the thread, which searches wait for, for 1 to 3 ms. */
const batchTurns = 100
/** Characters (UTF-16 units) that may wait to be written; past it turns are lost. */
const longestWaiting = 16 * 1024 * 1024
/** Conversations deleted in one task, for the same reason. */
const expiredAtOnce = 20

/** What the thread's errors mean here: they are worded for a company's documents. */
const reasons: Partial<Record<ErrorCode, string>> = {
  STORE_CORRUPT: 'The company\'s database is damaged.',
  STORE_FULL: 'The disk is full.',
  STORE_UNREADABLE: 'The company\'s database cannot be read or written.',
  SEARCH_UNAVAILABLE: 'The company\'s database is busy.',
}

/** What a company has to have written. */
interface Waiting {
  writings: Map<string, Writing>
  turns: number
  chars: number
}

export function createSqliteConversations (options: SqliteConversationsOptions): Conversations {
  const {
    store,
    ttlMs,
    maxTurns,
    onError,
    now = Date.now,
    maxConversations = 100_000,
    gatherMs = 200,
    expireEveryMs = 600_000,
    timeoutMs = 3000,
  } = options
  const waiting = new Map<string, Waiting>()
  const writes = new Set<Promise<void>>()
  const counts = { written: 0, lost: 0, unwritten: 0 }
  let chars = 0
  /** Companies whose turns could not be written last. */
  const failing = new Set<string>()
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let expiring = false

  function lose (company: string, turns: number, error: unknown): void {
    counts.lost += turns
    if (!failing.has(company)) onError(error)
    failing.add(company)
  }

  /** Posts the turns to the thread, which takes its tasks in order: what is asked for after it sees them. */
  function write (company: string): void {
    const batch = waiting.get(company)
    if (!batch) return
    waiting.delete(company)
    const written = store
      .run('appendTurns', company, { writings: [...batch.writings.values()], ttlMs, maxTurns, maxConversations })
      .then(
        () => {
          counts.written += batch.turns
          failing.delete(company)
        },
        error => lose(company, batch.turns, unavailable(error))
      )
      .then(() => {
        counts.unwritten -= batch.turns
        chars -= batch.chars
        writes.delete(written)
      })
    writes.add(written)
  }

  function writeAll (): void {
    timer = undefined
    for (const company of [...waiting.keys()]) write(company)
  }

  function append (company: string, user: string, id: string, turn: string): void {
    let batch = waiting.get(company)
    if (!batch) waiting.set(company, batch = { writings: new Map(), turns: 0, chars: 0 })
    const key = nameOf(user, id)
    let writing = batch.writings.get(key)
    if (!writing) batch.writings.set(key, writing = { user, id, turns: [] })
    writing.turns.push({ at: now(), turn })
    batch.turns++
    batch.chars += turn.length
    chars += turn.length
    counts.unwritten++
    if (batch.turns >= batchTurns) write(company)
    else timer ??= setTimeout(writeAll, gatherMs).unref()
  }

  /** Asks the thread, after the turns that wait for it. */
  async function ask<T> (company: string, user: string, id: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (waiting.get(company)?.writings.has(nameOf(user, id))) write(company)
    try {
      return await task(AbortSignal.timeout(timeoutMs))
    } catch (error) {
      throw unavailable(error)
    }
  }

  /** Small tasks, one after the other, with whatever else there is to do in between. */
  async function expire (): Promise<void> {
    if (expiring) return
    expiring = true
    try {
      for (const company of await store.companies()) {
        for (let deleted = expiredAtOnce; deleted === expiredAtOnce;) {
          if (closed) return
          // A file that cannot be read is told by whoever needs it.
          deleted = await store.run('expireConversations', company, { after: now() - ttlMs, limit: expiredAtOnce }).catch(() => 0)
        }
      }
    } catch (error) {
      if (!closed) onError(unavailable(error))
    } finally {
      expiring = false
    }
  }
  const expiry = setInterval(expire, expireEveryMs).unref()

  return {
    async get ({ company, user }, id) {
      const found = await ask(company, user, id, signal =>
        store.run('getConversation', company, { user, id, after: now() - ttlMs }, signal)
      )
      return found && { ...found, id, turns: found.turns.map(([n, turn]) => readTurn(n, turn)) }
    },
    append ({ company, user }, id, turn) {
      if (closed) return lose(company, 1, coded('CONVERSATIONS_UNAVAILABLE', 'The service is shutting down.'))
      if (chars > longestWaiting) return lose(company, 1, coded('CONVERSATIONS_UNAVAILABLE', 'Too much waits to be written.'))
      append(company, user, id, writeTurn(turn))
    },
    condense: ({ company, user }, { id, createdAt }, through, digest) =>
      ask(company, user, id, signal =>
        store.run(
          'condenseConversation',
          company,
          { user, id, createdAt, after: now() - ttlMs, through, digest: cut(digest, longestDigest) },
          signal
        )
      ),
    delete: ({ company, user }, id) =>
      ask(company, user, id, signal => store.run('deleteConversation', company, { user, id, after: now() - ttlMs }, signal)),
    unavailable: store.unavailable,
    stats: () => ({ kept_in: 'sqlite', ...counts }),
    async close () {
      closed = true
      clearTimeout(timer)
      clearInterval(expiry)
      writeAll()
      await settlesWithin(timeoutMs, Promise.all(writes))
    },
  }
}

/** One name for both, whatever they hold. */
function nameOf (user: string, id: string): string {
  return `${user.length} ${user}${id}`
}

function unavailable (error: unknown): CodedError {
  return coded('CONVERSATIONS_UNAVAILABLE', error instanceof CodedError ? reasons[error.code] : undefined, error)
}
