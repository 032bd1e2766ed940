// Stores conversations in each company's own file. Turns are written later, in small batches.
import { CodedError } from '../../errors.ts'
import type { Store } from './thread.ts'
import { cut, longestDigest, readTurn, writeTurn } from '../../conversations/encode-turn.ts'
import { createDeletions } from '../../conversations/deletions.ts'
import type { ConversationLimits, Conversations } from '../../conversations/store.ts'
import { withWaiting } from '../../conversations/waiting-turns.ts'
import { reworded, startExpiry, withPatience } from './company-data.ts'
import { createTurnQueue } from './turn-queue.ts'

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

/** The most conversations deleted in one task, which searches wait for. */
const expiredAtOnce = 20
const erasedAtOnce = 100
const exportedAtOnce = 100

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
  const queue = createTurnQueue({
    // The queue tries again by itself.
    write: (company, turns) => store.run('appendTurns', company, { turns, ttlMs, maxTurns, maxConversations }, undefined, 0),
    gatherMs,
    onError: (_, error) => onError(unavailable(error)),
  })
  const deletions = createDeletions()
  async function ask<T> (task: (signal: AbortSignal, patienceMs: number) => Promise<T>): Promise<T> {
    try {
      return await withPatience(timeoutMs, task)
    } catch (error) {
      throw unavailable(error)
    }
  }

  const expiry = startExpiry({
    store,
    everyMs: expireEveryMs,
    atOnce: expiredAtOnce,
    expire: (company, limit) => store.run('expireConversations', company, { after: now() - ttlMs, limit }),
    onError: error => onError(unavailable(error)),
  })

  return {
    get: ({ company, user }, id) => ask(async signal => {
      const waiting = await queue.settle(company, user, id, signal)
      const found = await store.run('getConversation', company, { user, id, after: now() - ttlMs }, signal)
      return withWaiting(id, found && { ...found, id, turns: found.turns.map(([n, turn]) => readTurn(n, turn)) }, waiting)
    }),
    append (owner, id, turn, askedAt = performance.now()) {
      const { company, user } = owner
      if (deletions.isDeletedSince(owner, id, askedAt)) return
      queue.add(company, { user, id, at: now(), turn: writeTurn(turn), since: performance.now() })
    },
    storeDigest: ({ company, user }, { id, createdAt }, through, digest) => ask(async (signal, patienceMs) => {
      await queue.settle(company, user, id, signal)
      const digested = { user, id, createdAt, after: now() - ttlMs, through, digest: cut(digest, longestDigest) }
      await store.run('storeDigest', company, digested, signal, patienceMs)
    }),
    delete: (owner, id) => ask(async (signal, patienceMs) => {
      const { company, user } = owner
      // At once, because a turn that is added now would be written after the deletion.
      deletions.note(owner, id)
      await queue.settle(company, user, id, signal)
      const dropped = await queue.drop(company, user, id, signal)
      try {
        const existed = await store.run('deleteConversation', company, { user, id, after: now() - ttlMs }, signal, patienceMs)
        return existed || dropped.length > 0
      } catch (error) {
        // The conversation is still there.
        deletions.forget(owner, id)
        for (const turn of dropped) queue.add(company, turn)
        throw error
      }
    }),
    erase: ({ company, user }) => ask(async signal => {
      deletions.noteAll({ company, ...(user === undefined ? {} : { user }) })
      const dropped = await queue.dropAll(company, user, signal)
      const waiting = new Set(dropped.map(turn => JSON.stringify([turn.user, turn.id])))
      let erased = 0
      for (let n = erasedAtOnce; n === erasedAtOnce; erased += n) {
        n = await store.run('eraseConversations', company, { user: user ?? null, limit: erasedAtOnce })
      }
      // Turns that waited may have been those of a conversation that was not in the file yet.
      return Math.max(erased, waiting.size)
    }),
    async * export (owner) {
      const { company, user } = owner
      // Turns that wait are written first.
      await ask(signal => queue.settleAll(company, user, signal))
      for (let after = ''; ;) {
        const ids = await ask(signal => store.run('conversationIds', company, { user, after, limit: exportedAtOnce }, signal))
        for (const id of ids) {
          const found = await this.get(owner, id)
          if (found) yield found
        }
        if (ids.length < exportedAtOnce) return
        after = ids.at(-1)!
      }
    },
    unavailable: store.unavailable,
    stats: () => ({ kept_in: 'sqlite', ...queue.stats() }),
    async close () {
      expiry.stop()
      await queue.close(timeoutMs)
    },
  }
}

function unavailable (error: unknown): CodedError {
  if (error instanceof CodedError && error.code === 'CONVERSATIONS_UNAVAILABLE') return error
  return reworded('CONVERSATIONS_UNAVAILABLE', error)
}
