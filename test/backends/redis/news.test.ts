// News and notes that instances share through a real Redis, also after it was away.
import t, { type Test } from 'tap'
import { createRedisNews } from '../../../src/backends/redis/news.ts'
import { createRedisNotes } from '../../../src/backends/redis/notes.ts'
import type { Topic } from '../../../src/instances/news.ts'
import { connect, keysOf, noRedis, startRedis, type RedisServer } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'

const options = { skip: noRedis }

async function reader (t: Test, server: RedisServer, topics: Topic[]) {
  const redis = await connect(t, server, { prefix: 'news:', timeoutMs: 500 })
  const errors: unknown[] = []
  const news = createRedisNews({ redis, onError: error => { errors.push(error) } })
  t.teardown(news.close)
  const heard: string[] = []
  for (const topic of topics) news.on(topic, detail => { heard.push(`${topic} ${detail ?? 'missed'}`) })
  return { redis, news, heard, errors }
}

/** Waits until both hear each other: before its first read an instance has nothing to forget. */
async function acquaint (one: Awaited<ReturnType<typeof reader>>, two: typeof one): Promise<void> {
  await until(() => {
    one.news.tell('keys', 'hello')
    two.news.tell('keys', 'hello')
    return one.heard.includes('keys hello') && two.heard.includes('keys hello')
  })
}

t.test('news reaches every other instance in its order, and not the one that told it', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([reader(t, server, ['keys', 'profile']), reader(t, server, ['keys', 'profile'])])
  await acquaint(one, two)
  one.heard.length = two.heard.length = 0
  for (let n = 0; n < 20; n++) one.news.tell('profile', `c${n}`)
  const told = Array.from({ length: 20 }, (_, n) => `profile c${n}`)
  await until(() => two.heard.filter(text => text.startsWith('profile')).length === 20)
  t.same(two.heard.filter(text => text.startsWith('profile')), told)
  t.same(one.heard.filter(text => text.startsWith('profile')), [])
})

t.test('a listener that fails keeps no other one from the news', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([reader(t, server, ['keys']), reader(t, server, ['keys'])])
  two.news.on('documents', () => { throw new Error('a fault') })
  two.news.on('documents', detail => { two.heard.push(`documents ${detail}`) })
  await acquaint(one, two)
  one.news.tell('documents', 'shop')
  await until(() => two.heard.includes('documents shop'))
  t.match(two.errors, [{ message: 'a fault' }])
})

t.test('an instance that lost the connection is told that it may have missed news, and hears what comes then', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([reader(t, server, ['keys', 'erased']), reader(t, server, ['keys', 'erased'])])
  await acquaint(one, two)
  await server.stop()
  one.news.tell('erased', 'nobody hears it')
  await server.start()
  await until(() => one.redis.ready && two.heard.includes('keys missed'))
  await until(() => {
    one.news.tell('keys', 'again')
    return two.heard.includes('keys again')
  })
  t.notOk(two.heard.includes('erased nobody hears it'))
})

t.test('what an instance cannot tell at once, it tells when its connection is back', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([reader(t, server, ['keys', 'profile', 'erased']), reader(t, server, ['keys', 'profile', 'erased'])])
  await acquaint(one, two)
  one.redis.reconnect()
  t.notOk(one.redis.ready)
  one.news.tell('erased', 'shop')
  one.news.tell('profile', 'shop')
  one.news.tell('profile', 'shop')
  await until(() => two.heard.includes('profile shop'))
  one.news.tell('profile', 'last')
  await until(() => two.heard.includes('profile last'))
  const heard = two.heard.filter(text => !text.startsWith('keys'))
  t.same(heard, ['profile shop', 'profile last'], 'each once, and no deletion: the company may be there again by then')
})

t.test('all instances read the notes of each, and each expires', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([connect(t, server, { prefix: 'n:' }), connect(t, server, { prefix: 'n:' })])
  const make = (redis: typeof one) => createRedisNotes({ redis, name: 't', keptMs: 60_000 })
  const [here, there] = [make(one), make(two)]
  t.teardown(() => { here.close(); there.close() })
  await here.write('shop', { id: 'a', isFinal: false }, 'runs')
  await there.write('shop', { id: 'b', isFinal: true }, 'ended')
  await there.write('shop2', { id: 'c', isFinal: true }, 'of another')
  t.equal(await there.read('shop', 'a'), 'runs')
  t.equal(await here.read('shop', 'b'), 'ended')
  t.equal(await here.read('shop', 'c'), null, 'the note of another company')
  await here.write('shop', { id: 'a', isFinal: true }, 'done')
  t.equal(await there.read('shop', 'a'), 'done')
  t.same(await there.list('shop'), [{ id: 'a', isFinal: true }, { id: 'b', isFinal: true }])
  for (const [key, ttl] of await keysOf(one)) t.ok(ttl > 0 && ttl <= 60_000, key)
  t.equal(await there.erase('shop'), 2)
  t.same(await here.list('shop'), [])
  t.equal(await here.read('shop', 'a'), null)
  t.equal(await here.read('shop2', 'c'), 'of another')
})

t.test('what was noted while Redis was away is there when it is back, in its last state', options, async t => {
  const server = await startRedis(t)
  const redis = await connect(t, server, { prefix: 'n:', timeoutMs: 300 })
  const notes = createRedisNotes({ redis, name: 't', keptMs: 60_000 })
  t.teardown(notes.close)
  await server.stop()
  await until(() => !redis.ready)
  await notes.write('shop', { id: 'a', isFinal: false }, 'runs')
  await notes.write('shop', { id: 'a', isFinal: true }, 'done')
  t.same([await notes.read('shop', 'a'), await notes.list('shop')], [null, []])
  await t.rejects(notes.erase('shop2'))
  await server.start()
  await until(async () => await notes.read('shop', 'a') === 'done')
  t.same(await notes.list('shop'), [{ id: 'a', isFinal: true }])
})

t.test('a note that has expired is no longer listed', options, async t => {
  const server = await startRedis(t)
  const redis = await connect(t, server, { prefix: 'n:' })
  const [brief, long] = [50, 60_000].map(keptMs => createRedisNotes({ redis, name: 't', keptMs }))
  t.teardown(() => { brief!.close(); long!.close() })
  await brief!.write('shop', { id: 'a', isFinal: true }, 'ended')
  await long!.write('shop', { id: 'b', isFinal: false }, 'runs')
  await until(async () => await long!.read('shop', 'a') === null)
  t.same(await long!.list('shop'), [{ id: 'b', isFinal: false }])
  t.equal(await redis.send(['ZCARD', 'n:tl:shop']), 1, 'it does not stay in the list either')
})
