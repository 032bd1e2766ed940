// Shares answers between instances through Redis. Each instance continues in memory while Redis does not answer.
import type { Redis } from './connection.ts'
import type { Answers, AnswersStats, OpenOptions, Reader } from '../../answers/answers.ts'
import { newId } from '../../answers/id.ts'
import { hashOfUser } from '../../ids.ts'
import { createLocalAnswers } from '../../answers/local.ts'
import type { LocalAnswersOptions } from '../../answers/local-types.ts'
import { createLog, type AnswerLog } from '../../answers/log.ts'
import { appendEntries, createFollower } from './answer-follower.ts'
import { createEraser } from './answer-eraser.ts'
import { createOutbox, keyHash } from './answer-outbox.ts'
import { createRedisConversationAnswers } from './conversation-answers.ts'
import * as scripts from './answer-scripts.ts'
import type { Found } from './answer-scripts.ts'

export interface RedisAnswersOptions extends LocalAnswersOptions {
  /** The owner closes it, after the answers. */
  redis: Redis
  /** An instance without a sign of life for this long is taken for dead, in milliseconds. */
  leaseMs: number
}

/** How often Redis is asked for an answer that this instance has just ended but not yet written. */
const maxFinds = 3
/** The most answers made elsewhere whose ends are awaited after their readers have left. */
const maxLeft = 10_000

/** Tells an instance that a user has stopped one of its answers; the user's name follows, if it is known. */
const stopped = 'stopped'

export function createRedisAnswers (options: RedisAnswersOptions): Answers {
  const { redis, leaseMs, cacheTtlMs, graceMs } = options
  const { prefix } = redis
  const instance = newId()
  const liveMs = 3 * leaseMs
  // A death is noticed within the lease: a sign of life lasts 0.4 of it, is missed within 0.125, and then has 0.25 to
  // 0.375 to come back, as it does after a restart of Redis.
  const aliveMs = Math.round(leaseMs * 0.4)
  const beatMs = leaseMs / 8
  const patienceMs = leaseMs * 0.25
  const conversationAnswers = createRedisConversationAnswers(redis)
  const counts = { fallbacks: 0, hits: 0, lost: 0 }
  const claims = new Map<string, Promise<void>>()
  /** Answers that have readers elsewhere but none here. */
  const watched = new Map<string, AnswerLog>()
  /** Answers made elsewhere whose readers here have left, and whose end is still awaited, for their conversations. */
  const left = new Map<string, AnswerLog>()
  /** Followed answers without a sign of life → since when, ms. */
  let dead = new Map<string, number>()
  let beatenAt = performance.now()
  let closing = false

  // Followers elsewhere need a while to see the last event, regardless of the grace period.
  const outbox = createOutbox({ redis, instance, liveMs, cacheTtlMs, keptMs: Math.max(graceMs, leaseMs) })
  const local = createLocalAnswers(options, {
    onStarted: outbox.add,
    onEnding (log) {
      if (log.key !== null && outbox.has(log.id)) sendWithoutReply(scripts.forget, log.id, keyHash(log.key))
    },
    async onAbandoned (log) {
      if (!redis.ready || !outbox.has(log.id)) return true
      try {
        const wanted = await redis.run<number>(scripts.abandon, [], [prefix, instance, log.id])
        if (wanted === 0) watched.set(log.id, log)
        if (wanted === 2) {
          local.keepGoing(log.id)
          local.leftElsewhere(log.id)
        }
        return wanted === 1
      } catch {
        // An instance that follows it has lost Redis as well.
        return true
      }
    },
  })
  const eraser = createEraser({ redis, instance, forget: local.forget, isWritten: id => !outbox.has(id) })
  const follower = createFollower({
    redis: redis.another(),
    inbox: `${prefix}i:${instance}`,
    blockMs: Math.min(1000, Math.ceil(leaseMs / 4)),
    onEnd (log) {
      const last = log.at(log.length - 1)
      if (last.type === 'error' && last.code === 'ANSWER_LOST') counts.lost++
      local.followed(log)
    },
    onMessage (what, id) {
      if (what === 'erase') eraser.onMessage(id)
      else if (what.startsWith(stopped)) local.stop(null, id, stopped, what.slice(stopped.length + 1) || undefined)
      else if (watched.delete(id)) local.leftElsewhere(id)
    },
  })

  /** Sends a command without waiting for the reply. If it is lost, a time to live corrects that; the connection counts it. */
  function sendWithoutReply (script: scripts.Script, ...args: string[]): void {
    if (redis.ready) redis.run(script, [], [prefix, instance, ...args]).catch(() => {})
  }

  async function beat (): Promise<void> {
    for (const [id, log] of watched) if (log.ended) watched.delete(id)
    const ids = JSON.stringify({ silent: outbox.silent(), followed: follower.ids(), watched: [...watched.keys()], left: [...left.keys()] })
    const args = [prefix, instance, String(aliveMs), String(liveMs), String(leaseMs), ids]
    // The connection counts its failures; the next beat may succeed.
    const beating = redis.ready ? redis.run<[string[], string[], string[]]>(scripts.beat, [], args).catch(() => null) : null
    // After the sign of life: other instances give up an answer without one.
    outbox.retry()
    const reply = await beating
    if (reply) {
      beatenAt = performance.now()
      dead = new Map(reply[0].map(id => [id, dead.get(id) ?? beatenAt]))
      for (const [id, since] of dead) if (beatenAt - since > patienceMs) lose(id)
      for (const id of reply[1]) if (watched.delete(id)) local.leftElsewhere(id)
      for (const id of reply[2]) readEnd(id)
    }
    if (performance.now() - Math.min(beatenAt, follower.heardAt) > leaseMs) for (const id of follower.ids()) lose(id)
  }

  /** Reads the rest of an answer whose readers here have left. Without its end in Redis, no one is told of it. */
  async function readEnd (id: string): Promise<void> {
    const log = left.get(id)
    if (!log || !left.delete(id)) return
    const found = await redis.run<Found | null>(scripts.join, [], [prefix, instance, id, log.company, String(leaseMs)]).catch(() => null)
    if (found?.[0] === 'ended') appendEntries(log, found[4])
  }

  function lose (id: string): void {
    follower.lose(id)
    sendWithoutReply(scripts.release, id)
  }
  // Both are sent before any claim: without a sign of life the claim would seem to come from a dead instance.
  const cancel = redis.onReady(() => {
    redis.load(Object.values(scripts))
    beat()
  })
  const timer = setInterval(beat, beatMs).unref()

  /** Asks Redis for an answer; null when it does not exist, or when it is this instance's own, of which Redis may lack events. */
  async function find (ask: () => Promise<Found | null>): Promise<Found | null> {
    for (let n = 0; n < maxFinds; n++) {
      const found = await ask()
      if (!found || found[0] === 'ended' || found[2] !== instance) return found
      outbox.flush(found[1])
    }
    return null
  }

  /** Returns a reader of an answer that Redis has; null when it cannot be read. */
  function readFound (
    [state, id, owner, company, entries, keptMs, freshMs = 0]: Found, from: number, user?: string, asked?: OpenOptions
  ): Reader | null {
    const join = () => (asked ? local.find(asked) : null) ?? local.join(null, id, from, asked?.user ?? user, asked?.conversationId)
    const known = join()
    if (known) return known
    const log = createLog(id, company, asked?.key ?? null)
    if (!appendEntries(log, entries)) return null
    if (log.ended) {
      local.adopt(log, freshMs, keptMs)
      counts.hits++
      // The answer may be too large for the cache.
      return join() ?? local.read(log, Math.min(from, log.length), { conversation_id: asked?.conversationId ?? '', cache: 'hit' })
    }
    if (state === 'ended') return null
    const resumable = asked?.resumable ?? false
    local.follow(log, resumable, {
      stop: (_, user) => sendWithoutReply(scripts.stop, id, '', stopMessage(user)),
      keepGoing: () => sendWithoutReply(scripts.keep, id),
      leave () {
        follower.remove(id)
        if (log.isAwaited && left.size < maxLeft) left.set(id, log)
        sendWithoutReply(scripts.leave, id, owner)
      },
    })
    follower.add(log, entries.at(-1)?.[0] ?? '0')
    // The running read does not include it yet.
    sendWithoutReply(scripts.wake)
    if (resumable) sendWithoutReply(scripts.keep, id)
    return join()
  }

  async function openShared (asked: OpenOptions): Promise<Reader> {
    const id = newId(asked.audience)
    let found: Found | null = null
    try {
      const args = [prefix, instance, keyHash(asked.key), id, asked.company, String(liveMs), String(leaseMs), userOf(asked)]
      found = await find(() => redis.run(scripts.claim, [], args))
    } catch {
      counts.fallbacks++
    }
    const reader = found && readFound(found, 0, asked.user, asked)
    if (reader) return reader
    try {
      return local.start(asked, id)
    } catch (error) {
      sendWithoutReply(scripts.release, id)
      throw error
    }
  }

  async function open (asked: OpenOptions): Promise<Reader> {
    const { key } = asked
    for (;;) {
      const known = local.find(asked)
      if (known) return known
      local.checkCapacity(asked.company)
      if (key === null) return local.start(asked)
      if (!redis.ready) {
        counts.fallbacks++
        return local.start(asked)
      }
      const claiming = claims.get(key)
      if (!claiming) break
      await claiming
    }
    const claim = openShared(asked).finally(() => claims.delete(key))
    claims.set(key, claim.then(() => {}, () => {}))
    return claim
  }

  return {
    async open (asked) {
      const reader = await open(asked)
      conversationAnswers.note(asked, reader.answerId)
      return reader
    },
    findKept: local.findKept,
    async join (company, answerId, from, user) {
      const known = local.join(company, answerId, from, user)
      if (known || closing || !redis.ready) return known
      const found = await find(() => redis.run(scripts.join, [], [prefix, instance, answerId, company ?? '', String(leaseMs)])).catch(
        () => null
      )
      return found && readFound(found, from, user)
    },
    async stop (company, answerId, user) {
      if (local.stop(company, answerId, stopped, user)) return true
      if (!redis.ready) return false
      return await redis.run(scripts.stop, [], [prefix, instance, answerId, company ?? '', stopMessage(user)]).catch(() => 0) === 1
    },
    erase: eraser.erase,
    findByConversation: conversationAnswers.find,
    stats: (): AnswersStats => ({
      ...local.stats(),
      redis: { ...redis.stats(), ...counts, following: follower.ids().length, unwritten: outbox.size },
    }),
    async close () {
      closing = true
      clearInterval(timer)
      cancel()
      await local.close()
      await outbox.drain(redis.timeoutMs)
      if (redis.ready) await redis.run(scripts.removeInstance, [], [prefix, instance]).catch(() => {})
      follower.close()
    },
  }
}

function userOf ({ company, user }: OpenOptions): string {
  return user === undefined ? '' : hashOfUser(company, user)
}

function stopMessage (user: string | undefined): string {
  return user === undefined ? stopped : `${stopped} ${user}`
}
