// Which answer was asked for last in a conversation, for clients that come back with the conversation's id alone.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Redis } from '../backends/redis/connection.ts'
import type { OpenOptions, Reader } from './answers.ts'

export interface Latest {
  /** Remembers an answer that is to be found by its conversation. */
  note (asked: OpenOptions, reader: Reader): void
  /** The answer's id; null when none is known. It may have ended, or be kept no longer. */
  find (company: string, user: string, conversationId: string): Promise<string | null>
}

const max = 10_000
/** Longer than any answer runs. */
const ttlMs = 3_600_000

export function createLatest (redis?: Redis): Latest {
  const known = new LRUCache<string, string>({ max, ttl: ttlMs })
  return {
    note ({ company, findableBy, conversationId }, { answerId }) {
      if (findableBy === undefined) return
      const key = keyOf([company, findableBy, conversationId])
      known.set(key, answerId)
      // Should it be lost, this instance still knows it; the connection counts it.
      if (redis?.ready) redis.send(['SET', `${redis.prefix}l:${key}`, answerId, 'PX', String(ttlMs)]).catch(() => {})
    },
    async find (...place) {
      const key = keyOf(place)
      // Another instance may have made a later one.
      const shared = redis?.ready ? await redis.send<string | null>(['GET', `${redis.prefix}l:${key}`]).catch(() => null) : null
      return shared ?? known.get(key) ?? null
    },
  }
}

function keyOf (place: string[]): string {
  return hash('sha256', JSON.stringify(place), 'base64url')
}
