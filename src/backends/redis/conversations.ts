// Shares conversations between instances through Redis: a turn is visible to all of them at once.
import { hash } from 'node:crypto'
import { coded } from '../../errors.ts'
import type { Redis } from './connection.ts'
import { cut, longestDigest, readTurn, writeTurn } from '../../conversations/encode-turn.ts'
import { createDeletions, deletionMs } from '../../conversations/deletions.ts'
import { comparedTurns, repeatedWithinMs } from '../../conversations/repeated-turns.ts'
import { hashOfUser } from '../../ids.ts'
import { scanKeys } from './scan.ts'
import * as scripts from './conversation-scripts.ts'
import type { Conversation, ConversationLimits, Conversations, Owner } from '../../conversations/store.ts'
import { withWaiting } from '../../conversations/waiting-turns.ts'
import { createTurnOutbox, type OutgoingTurn } from './turn-outbox.ts'

export interface RedisConversationsOptions extends ConversationLimits {
  /** The owner closes it, after the conversations. */
  redis: Redis
}

export function createRedisConversations ({ redis, ttlMs, maxTurns, onError, now = Date.now }: RedisConversationsOptions): Conversations {
  const deletions = createDeletions()
  // Load them before the first one runs, so that no later command overtakes it.
  const cancel = redis.onReady(() => redis.load([scripts.erase, scripts.ids, scripts.append, scripts.remove, scripts.storeDigest]))

  /** Hashed, because ids of clients and users can have any length, and a list of the keys should not reveal them. */
  const hashOf = ({ company, user }: Owner, id: string) => hash('sha256', JSON.stringify([company, user, id]), 'base64url')
  const keysOf = (hash: string) => [`${redis.prefix}c:${hash}`, `${redis.prefix}d:${hash}`] as const

  const outbox = createTurnOutbox({
    redis,
    write: (hash, { at, turn, askedAt, owner, id }, isRepeated) => redis.run(scripts.append, [...keysOf(hash)], [
      String(at), String(ttlMs), String(2 * maxTurns), turn, isRepeated ? '1' : '',
      String(Math.round(1000 * (performance.now() - askedAt))), String(comparedTurns), String(repeatedWithinMs),
      owner.company, hashOfUser(owner.company, owner.user), id,
    ]),
    onError,
  })

  /** Sends a command to Redis once the turns of this conversation are written. */
  async function ask<T> (owner: Owner, id: string, command: (hash: string, waiting: OutgoingTurn[]) => Promise<T>): Promise<T> {
    const hash = hashOf(owner, id)
    const waiting = await outbox.settle(hash)
    try {
      return await command(hash, waiting)
    } catch (error) {
      throw coded('CONVERSATIONS_UNAVAILABLE', undefined, error)
    }
  }

  return {
    get: (owner, id) => ask(owner, id, async (hash, waiting) =>
      withWaiting(id, conversationOf(id, await redis.send<string[]>(['HGETALL', keysOf(hash)[0]])), waiting)),
    append (owner, id, turn, askedAt = performance.now()) {
      // Exact on this instance; Redis learns the time of the question too late by the time that a command takes.
      if (!deletions.isDeletedSince(owner, id, askedAt)) {
        outbox.add(hashOf(owner, id), { at: now(), turn: writeTurn(turn), askedAt, owner, id })
      }
    },
    storeDigest: (owner, { id, createdAt }, through, digest) => ask(owner, id, async hash => {
      await redis.run(scripts.storeDigest, [keysOf(hash)[0]], [String(createdAt), String(through), cut(digest, longestDigest)])
    }),
    async delete (owner, id) {
      deletions.note(owner, id)
      try {
        return await ask(owner, id, async (hash, waiting) => {
          const existed = await redis.run<number>(scripts.remove, [...keysOf(hash)], [String(deletionMs)]) === 1
          outbox.drop(hash)
          return existed || waiting.length > 0
        })
      } catch (error) {
        // The conversation is still there.
        deletions.forget(owner, id)
        throw error
      }
    },
    async erase (subject) {
      const { company, user } = subject
      deletions.noteAll(subject)
      await outbox.dropAll(subject)
      try {
        let erased = 0
        for await (const hashes of scanKeys(redis, 'c:')) {
          const args = [company, user === undefined ? '' : hashOfUser(company, user), String(deletionMs)]
          erased += await redis.run<number>(scripts.erase, hashes.flatMap(keysOf), args)
        }
        return erased
      } catch (error) {
        throw coded('CONVERSATIONS_UNAVAILABLE', undefined, error)
      }
    },
    async * export (owner) {
      const args = [owner.company, hashOfUser(owner.company, owner.user)]
      const known = new Set<string>()
      try {
        for await (const hashes of scanKeys(redis, 'c:')) {
          for (const id of await redis.run<string[]>(scripts.ids, hashes.map(hash => keysOf(hash)[0]), args)) known.add(id)
        }
      } catch (error) {
        throw coded('CONVERSATIONS_UNAVAILABLE', undefined, error)
      }
      for (const id of [...known].sort()) {
        const found = await this.get(owner, id)
        if (found) yield found
      }
    },
    unavailable: async () => redis.stats().problem,
    stats: () => ({ kept_in: 'redis', ...outbox.stats() }),
    async close () {
      cancel()
      await outbox.close()
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
