// Shares conversations between instances through Redis: a turn is visible to all of them at once.
import { hash } from 'node:crypto'
import { coded } from '../../errors.ts'
import type { Redis } from './connection.ts'
import { cut, longestDigest, readTurn, writeTurn } from '../../conversations/encode-turn.ts'
import * as scripts from './conversation-scripts.ts'
import type { Conversation, ConversationLimits, Conversations, Owner } from '../../conversations/store.ts'

export interface RedisConversationsOptions extends ConversationLimits {
  /** The owner closes it, after the conversations. */
  redis: Redis
}

export function createRedisConversations ({ redis, ttlMs, maxTurns, onError, now = Date.now }: RedisConversationsOptions): Conversations {
  /** The turns that are being written, by key: a later read waits for them. */
  const writes = new Map<string, Promise<void>>()
  const counts = { written: 0, lost: 0, unwritten: 0 }
  let failing = false
  let closed = false

  // Load them before the first one runs, so that no later command overtakes it.
  const cancel = redis.onReady(() => redis.load([scripts.append, scripts.storeDigest]))

  /** Hashed, because ids of clients and users can have any length, and a list of the keys should not reveal them. */
  const keyOf = ({ company, user }: Owner, id: string) =>
    `${redis.prefix}c:${hash('sha256', JSON.stringify([company, user, id]), 'base64url')}`

  function lose (error: unknown): void {
    counts.lost++
    if (!failing) onError(error)
    failing = true
  }

  /** Sends a command to Redis once the turns of this conversation are written. */
  async function ask<T> (owner: Owner, id: string, command: (key: string) => Promise<T>): Promise<T> {
    const key = keyOf(owner, id)
    await writes.get(key)
    try {
      return await command(key)
    } catch (error) {
      throw coded('CONVERSATIONS_UNAVAILABLE', undefined, error)
    }
  }

  return {
    get: (owner, id) => ask(owner, id, async key => conversationOf(id, await redis.send<string[]>(['HGETALL', key]))),
    append (owner, id, turn) {
      if (closed) return lose(coded('CONVERSATIONS_UNAVAILABLE', 'The service is shutting down.'))
      const key = keyOf(owner, id)
      counts.unwritten++
      // Without a connection it rejects at once; with one, the connection bounds the wait and the number of waiting commands.
      const written = redis.run(scripts.append, [key], [String(now()), String(ttlMs), String(2 * maxTurns), writeTurn(turn)]).then(() => {
        counts.written++
        failing = false
      }, error => lose(coded('CONVERSATIONS_UNAVAILABLE', undefined, error))).then(() => {
        counts.unwritten--
        if (writes.get(key) === written) writes.delete(key)
      })
      writes.set(key, written)
    },
    async storeDigest (owner, { id, createdAt }, through, digest) {
      await ask(owner, id, key => redis.run(scripts.storeDigest, [key], [String(createdAt), String(through), cut(digest, longestDigest)]))
    },
    delete: (owner, id) => ask(owner, id, async key => await redis.send<number>(['DEL', key]) === 1),
    unavailable: async () => redis.stats().problem,
    stats: () => ({ kept_in: 'redis', ...counts }),
    async close () {
      closed = true
      cancel()
      // Each is bounded by the connection's time-out.
      await Promise.all(writes.values())
    },
  }
}

/** @param reply field, value, field, value… */
function conversationOf (id: string, reply: string[]): Conversation | null {
  if (reply.length === 0) return null
  const fields = new Map<string, string>()
  for (let i = 0; i < reply.length; i += 2) fields.set(reply[i]!, reply[i + 1]!)
  const number = (field: string) => Number(fields.get(field) ?? 0)
  const turns = []
  for (let n = number('first'); n < number('next'); n++) turns.push(readTurn(n, fields.get(String(n))!))
  return {
    id,
    createdAt: number('created'),
    updatedAt: number('updated'),
    digest: fields.get('digest') ?? '',
    summarizedTurns: number('condensed'),
    turns,
  }
}
