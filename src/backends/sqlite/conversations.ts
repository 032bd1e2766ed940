// Stores conversations in each company's own file. Writes them later, in small batches.
import { settlesWithin } from '../../async/signals.ts'
import { CodedError, coded, type ErrorCode } from '../../errors.ts'
import type { Store } from './thread.ts'
import { cut, longestDigest, readTurn, writeTurn } from '../../conversations/encode-turn.ts'
import type { Writing } from './tasks/conversations.ts'
import type { ConversationLimits, Conversations } from '../../conversations/store.ts'

export interface SqliteConversationsOptions extends ConversationLimits {
  /** The owner closes it, after the conversations. */
  store: Store
  /** The most conversations of one company; beyond it the least recently used ones are deleted. */
  maxConversations?: number
  /** How long turns are collected before they are written. */
  gatherMs?: number
  /** How often expired conversations are deleted; until then they are invisible. */
  expireEveryMs?: number
  /** Longest wait for the thread. */
  timeoutMs?: number
}

/** The most turns of a company that are written at once: this occupies the thread, which searches wait for, for 1 to 3 ms. */
const batchTurns = 100
/** The most characters (UTF-16 units) that may wait to be written; beyond it turns are lost. */
const longestWaiting = 16 * 1024 * 1024
/** The most conversations deleted in one task, for the same reason. */
const expiredAtOnce = 20

/** Rewords the thread's errors, which are worded for a company's documents. */
const reasons: Partial<Record<ErrorCode, string>> = {
  STORE_CORRUPT: 'The company\'s database is damaged.',
  STORE_FULL: 'The disk is full.',
  STORE_UNREADABLE: 'The company\'s database cannot be read or written.',
  SEARCH_UNAVAILABLE: 'The company\'s database is busy.',
}

/** The turns of a company that wait to be written. */
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
  /** Companies whose last write failed. */
  const failing = new Set<string>()
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let expiring = false

  function lose (company: string, turns: number, error: unknown): void {
    counts.lost += turns
    if (!failing.has(company)) onError(error)
    failing.add(company)
  }

  /** Posts the turns to the thread, which runs its tasks in order: every later read sees them. */
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

  /** Runs a read in the thread, after the turns that wait for it. */
  async function ask<T> (company: string, user: string, id: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (waiting.get(company)?.writings.has(nameOf(user, id))) write(company)
    try {
      return await task(AbortSignal.timeout(timeoutMs))
    } catch (error) {
      throw unavailable(error)
    }
  }

  /** Deletes expired conversations in small tasks, so that other tasks can run in between. */
  async function expire (): Promise<void> {
    if (expiring) return
    expiring = true
    try {
      for (const company of await store.companies()) {
        for (let deleted = expiredAtOnce; deleted === expiredAtOnce;) {
          if (closed) return
          // A file that cannot be read is reported by the next request that needs it.
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
      if (chars > longestWaiting) return lose(company, 1, coded('CONVERSATIONS_UNAVAILABLE', 'Too many turns are waiting to be written.'))
      append(company, user, id, writeTurn(turn))
    },
    storeDigest: ({ company, user }, { id, createdAt }, through, digest) =>
      ask(company, user, id, signal =>
        store.run(
          'storeDigest',
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

/** Joins both into one key, whatever characters they contain. */
function nameOf (user: string, id: string): string {
  return `${user.length} ${user}${id}`
}

function unavailable (error: unknown): CodedError {
  return coded('CONVERSATIONS_UNAVAILABLE', error instanceof CodedError ? reasons[error.code] : undefined, error)
}
