// The state of sources that instances share through a real Redis, also after it was away.
import t, { type Test } from 'tap'
import type { Redis } from '../../../src/backends/redis/connection.ts'
import { createRedisSources } from '../../../src/backends/redis/sources.ts'
import { maxSources, type SourceStore, type StoredSource } from '../../../src/sources/store.ts'
import { connect, keysOf, noRedis, startRedis, type RedisServer } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'

const options = { skip: noRedis }

const source = (id: string, at: number, changes: Partial<StoredSource> = {}): StoredSource => ({
  id, at, kind: 'crawl', index: 'faq', place: 'https://shop.example', state: 'running', changed: 0, unchanged: 0, gone: 0, failed: 0,
  problems: [], nextInSeconds: null, ...changes,
})

/** What an instance has on its own disk. */
function ownSources (): SourceStore {
  const all = new Map<string, StoredSource[]>()
  const of = (company: string) => all.get(company) ?? []
  return {
    put: async (company, source) => { all.set(company, [source, ...of(company).filter(({ id }) => id !== source.id)]) },
    list: async company => of(company),
    async remove (company, id) {
      const left = of(company).filter(source => source.id !== id)
      const isRemoved = left.length < of(company).length
      all.set(company, left)
      return isRemoved
    },
    async erase (company) {
      const { length } = of(company)
      all.delete(company)
      return length
    },
    forget: async company => { all.delete(company) },
  }
}

async function instance (t: Test, server: RedisServer) {
  // A server that has ended is noticed at once; a loaded machine must not look like one.
  const redis = await connect(t, server, { prefix: 's:', timeoutMs: 60_000 })
  const own = ownSources()
  const sources = createRedisSources({ redis, own })
  t.teardown(sources.close)
  const shown = async () => (await sources.list('shop')).map(({ id, state }) => `${id} ${state}`)
  return { redis, own, sources, shown }
}

t.test('what was reported and forgotten while Redis was away is known elsewhere afterwards', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
  await one.sources.put('shop', source('a', 1))
  await one.sources.put('shop', source('b', 2))
  t.same(await two.shown(), ['b running', 'a running'])
  await two.sources.put('shop', source('b', 3))
  await server.stop()
  await one.sources.put('shop', source('a', 4, { state: 'ended' }))
  t.equal(await one.sources.remove('shop', 'b'), true)
  t.equal(await one.sources.remove('shop', 'b'), false)
  t.same(await one.shown(), ['a ended'])
  t.same(await two.shown(), ['b running'], 'the other knows what was reported to it')
  await server.start()
  for (const { redis, shown } of [two, one]) {
    await until(() => redis.ready)
    await until(async () => (await shown()).join() === 'a ended')
  }
  t.equal(await two.sources.remove('shop', 'b'), false)
})

t.test('what was reported to another instance of a company that was deleted does not come back', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
  await two.sources.put('shop', source('a', 1))
  t.equal(await one.sources.erase('shop'), 1)
  await two.sources.forget('shop')
  two.redis.reconnect()
  await until(() => two.redis.ready)
  await two.sources.put('other', source('b', 2))
  t.same([await one.shown(), await two.shown()], [[], []])
})

t.test('a Redis that was started anew gets what it had, and nothing older than what others reported', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
  await one.sources.put('shop', source('a', 1))
  await one.sources.put('shop', source('b', 1))
  await two.sources.put('shop', source('b', 2, { state: 'ended' }))
  await server.stop()
  await until(() => !one.redis.ready && !two.redis.ready)
  await server.start()
  for (const { redis, shown } of [two, one]) {
    await until(() => redis.ready)
    await until(async () => (await shown()).join() === 'b ended,a running')
  }
  t.same((await redisEntries(one.redis)).map(({ id, at }) => [id, at]), [['a', 1], ['b', 2]])
})

async function redisEntries (redis: Redis): Promise<StoredSource[]> {
  const texts = await redis.send<string[]>(['HVALS', 's:s:shop'])
  return texts.map(text => JSON.parse(text) as StoredSource).sort((a, b) => a.at - b.at)
}

t.test('Redis keeps as many as there can be, the newest, for a time', options, async t => {
  const { redis, sources } = await instance(t, await startRedis(t))
  for (let n = 0; n < 2 * maxSources + 5; n++) await sources.put('shop', source(`s${n}`, n))
  t.equal((await sources.list('shop')).length, maxSources)
  t.equal((await sources.list('shop'))[0]!.id, `s${2 * maxSources + 4}`)
  const kept = await redis.send<string[]>(['HKEYS', 's:s:shop'])
  t.equal(kept.length, 2 * maxSources)
  t.notOk(kept.includes('s4'))
  t.ok((await keysOf(redis)).get('s:shop')! > 0)
})

t.test('erases all of a company, on this instance and in Redis', options, async t => {
  const { redis, own, sources } = await instance(t, await startRedis(t))
  for (const company of ['shop', 'other']) await sources.put(company, source('a', 1))
  await sources.put('shop', source('b', 1))
  await sources.remove('shop', 'b')
  t.equal(await sources.erase('shop'), 1)
  t.same([await sources.list('shop'), await own.list('shop')], [[], []])
  t.same([...(await keysOf(redis)).keys()], ['s:other'])
  t.equal(await sources.erase('shop'), 0)
})
