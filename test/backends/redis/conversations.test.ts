// Conversations in Redis: the contract of all conversations, two instances together, and Redis away, silent or full.
import t, { type Test } from 'tap'
import { createRedisConversations } from '../../../src/backends/redis/conversations.ts'
import type { Redis } from '../../../src/backends/redis/connection.ts'
import {
  anna, bert, conversationsContract, limits, questions, turnOf, type ConversationsParts, type Limits,
} from '../../contracts/conversations.ts'
import { connect, keysOf, noRedis, startRedis, type ConnectOptions } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'

interface Instance extends ConversationsParts { redis: Redis }

/** Makes an instance with its own connection. */
async function instance (
  t: Test,
  server: { url: string },
  { ttlMs = limits.ttlMs, maxTurns = limits.maxTurns, ...options }: Partial<Limits> & ConnectOptions = {}
): Promise<Instance> {
  const redis = await connect(t, server, options)
  const errors: unknown[] = []
  let passed = 0
  const conversations = createRedisConversations({
    redis, ttlMs, maxTurns,
    onError: error => {
      errors.push(error)
    },
    now: () => Date.now() + passed,
  })
  t.teardown(() => conversations.close())
  return {
    redis,
    conversations,
    errors,
    /** Subtracts it from every key's time to live. */
    async pass (ms) {
      passed += ms
      await until(() => conversations.stats().unwritten === 0)
      for (const [key, ttl] of await keysOf(redis)) await redis.send(['PEXPIRE', redis.prefix + key, String(ttl - ms)])
    },
  }
}

const options = { skip: noRedis }
const lost = ({ conversations }: Instance) => conversations.stats().lost

t.test('on one instance', options, async t => {
  const server = await startRedis(t)
  let made = 0
  conversationsContract(t, (t, limits) => instance(t, server, { ...limits, prefix: `contract-${made++}:` }))
})

t.test('on two instances', options, async t => {
  const server = await startRedis(t)

  t.test('shows a turn of one instance to the other', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    one.conversations.append(anna, 'c', turnOf('one'))
    await until(() => one.conversations.stats().unwritten === 0)
    t.same(questions(await two.conversations.get(anna, 'c')), ['one'])
    t.equal(await two.conversations.get(bert, 'c'), null)
    t.equal(await two.conversations.delete(anna, 'c'), true)
    t.equal(await one.conversations.get(anna, 'c'), null)
  })

  t.test('a conversation that one of them deletes is not begun anew by an answer of the other', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    one.conversations.append(anna, 'd', turnOf('one'))
    await until(() => one.conversations.stats().unwritten === 0)
    const asked = performance.now() - 10_000
    t.equal(await two.conversations.delete(anna, 'd'), true)
    one.conversations.append(anna, 'd', turnOf('two'), asked)
    t.equal(await one.conversations.get(anna, 'd'), null)
    one.conversations.append(anna, 'd', turnOf('three'))
    t.same(questions(await two.conversations.get(anna, 'd')), ['three'])
    one.conversations.append(anna, 'd', turnOf('four'), asked)
    t.same(questions(await one.conversations.get(anna, 'd')), ['three'])
  })

  t.test('gives every turn its own number when both instances add at once, in order for each', async t => {
    const [one, two] = await Promise.all([instance(t, server, { maxTurns: 100 }), instance(t, server, { maxTurns: 100 })])
    for (let n = 0; n < 80; n++) {
      one.conversations.append(anna, 'c', turnOf(`one ${n}`))
      two.conversations.append(anna, 'c', turnOf(`two ${n}`))
    }
    await Promise.all([one, two].map(({ conversations }) => until(() => conversations.stats().unwritten === 0)))
    const { turns } = (await one.conversations.get(anna, 'c'))!
    t.same(turns.map(({ n }) => n), Array.from({ length: 160 }, (_, n) => n))
    for (const name of ['one', 'two']) {
      t.same(
        turns.flatMap(({ question }) => (question.startsWith(name) ? [question] : [])),
        Array.from({ length: 80 }, (_, n) => `${name} ${n}`)
      )
    }
  })

  t.test('keeps one digest when both instances summarize at once, and loses no turn', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    for (let n = 0; n < 6; n++) one.conversations.append(anna, 'c', turnOf(`${n}`))
    const read = (await one.conversations.get(anna, 'c'))!
    await Promise.all([one.conversations.storeDigest(anna, read, 2, 'one'), two.conversations.storeDigest(anna, read, 2, 'two')])
    const found = (await two.conversations.get(anna, 'c'))!
    t.match(found.digest, /^(one|two)$/)
    t.same([found.summarizedTurns, questions(found)], [3, ['3', '4', '5']])
  })
})

t.test('gives every key a time to live, and no readable name', options, async t => {
  const server = await startRedis(t)
  const one = await instance(t, server, { ttlMs: 200 })
  one.conversations.append({ company: 'shop', user: 'anna@example.org' }, 'c', turnOf('one'))
  const read = { id: 'c', createdAt: 0 }
  await one.conversations.storeDigest(anna, read, 0, 'of nothing')
  await until(() => one.conversations.stats().written === 1)
  for (const [key, ttl] of await keysOf(one.redis)) {
    t.match(key, /^c:[\w-]{43}$/)
    t.ok(ttl > 0 && ttl <= 200)
  }
  await until(async () => (await keysOf(one.redis)).size === 0)
})

t.test('keeps fewer turns after a restart with a lower limit', options, async t => {
  const server = await startRedis(t)
  const before = await instance(t, server, { maxTurns: 10 })
  for (let n = 0; n < 15; n++) before.conversations.append(anna, 'c', turnOf(`${n}`))
  await before.conversations.close()
  const after = await instance(t, server, { maxTurns: 1 })
  after.conversations.append(anna, 'c', turnOf('15'))
  t.same(questions(await after.conversations.get(anna, 'c')), ['14', '15'])
  t.equal(await after.redis.send(['HLEN', [...await keysOf(after.redis)].map(([key]) => after.redis.prefix + key)[0]!]), 9)
})

t.test('loses no turn when Redis is killed and comes back empty', options, async t => {
  const server = await startRedis(t)
  const one = await instance(t, server, { timeoutMs: 60_000, maxTurns: 100 })
  one.conversations.append(anna, 'c', turnOf('one'))
  await until(() => one.conversations.stats().written === 1)
  await server.stop()
  await until(() => !one.redis.ready)
  const began = performance.now()
  await t.rejects(one.conversations.get(anna, 'c'), { code: 'CONVERSATIONS_UNAVAILABLE', statusCode: 503, retryable: true })
  await t.rejects(one.conversations.delete(anna, 'c'), { code: 'CONVERSATIONS_UNAVAILABLE' })
  await t.rejects(one.conversations.storeDigest(anna, { id: 'c', createdAt: 0 }, 0, ''), { code: 'CONVERSATIONS_UNAVAILABLE' })
  for (let n = 0; n < 20; n++) one.conversations.append(anna, 'c', turnOf(`${n}`))
  t.match(one.conversations.stats(), { lost: 0, unwritten: 20 })
  t.ok(performance.now() - began < 50_000, 'nothing waits for the time-out')
  t.match(one.errors, [{ code: 'CONVERSATIONS_UNAVAILABLE' }])
  t.equal(one.errors.length, 1, 'it is reported once')
  t.type(await one.conversations.unavailable(), 'string')

  await server.start()
  await until(() => one.redis.ready)
  one.conversations.append(anna, 'c', turnOf('anew'))
  t.same(
    questions(await one.conversations.get(anna, 'c')), ['one', ...Array.from({ length: 20 }, (_, n) => `${n}`), 'anew'],
    'what was written a moment before, what waited, and what is new, in order'
  )
  t.match(one.conversations.stats(), { kept_in: 'redis', written: 22, lost: 0, unwritten: 0 })
  t.equal(await one.conversations.unavailable(), null)
  await server.stop()
  await until(() => !one.redis.ready)
  one.conversations.append(anna, 'c', turnOf('waits for ever'))
  t.equal(one.errors.length, 2, 'and once more after it was well')
  await one.conversations.close()
  t.equal(lost(one), 1)
})

t.test('waits no longer than the time-out when Redis is silent', options, async t => {
  const server = await startRedis(t)
  const one = await instance(t, server, { timeoutMs: 200 })
  t.teardown(() => server.resume())
  server.pause()
  const began = performance.now()
  one.conversations.append(anna, 'c', turnOf('one'))
  await t.rejects(one.conversations.get(anna, 'c'), { code: 'CONVERSATIONS_UNAVAILABLE' })
  await one.conversations.close()
  t.ok(performance.now() - began < 30_000)
  t.match(one.conversations.stats(), { lost: 1, unwritten: 0 })
  one.conversations.append(anna, 'c', turnOf('after the end'))
  t.equal(lost(one), 2)
})

t.test('reports turns that Redis does not accept, and writes them when it does', options, async t => {
  const server = await startRedis(t)
  const one = await instance(t, server)
  one.conversations.append(anna, 'c', turnOf('one'))
  await until(() => one.conversations.stats().written === 1)
  await one.redis.send(['CONFIG', 'SET', 'maxmemory', '1'])
  one.conversations.append(anna, 'c', turnOf('two'))
  await until(() => one.errors.length === 1)
  t.same(questions(await one.conversations.get(anna, 'c')), ['one', 'two'], 'reading still works')
  await one.redis.send(['CONFIG', 'SET', 'maxmemory', '0'])
  one.conversations.append(anna, 'c', turnOf('three'))
  t.same(questions(await one.conversations.get(anna, 'c')), ['one', 'two', 'three'])
  await until(() => one.conversations.stats().unwritten === 0)
  t.match(one.conversations.stats(), { written: 3, lost: 0 })
})

t.test('loads its scripts again when Redis has forgotten them', options, async t => {
  const server = await startRedis(t)
  const one = await instance(t, server)
  await one.redis.send(['SCRIPT', 'FLUSH'])
  for (const name of ['a', 'b', 'c']) one.conversations.append(anna, 'c', turnOf(name))
  t.same(questions(await one.conversations.get(anna, 'c')), ['a', 'b', 'c'])
})
