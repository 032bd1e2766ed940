// Answers while Redis is away, silent, full or empty again, and while an instance is killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { sseEncoder } from '../../../src/wire/native/encoder.ts'
import { finish, ready, script, start } from '../../fixtures/app-answers.ts'
import { cause, ended } from '../../fixtures/asked-answers.ts'
import { firstLine } from '../../fixtures/first-line.ts'
import { instance, type Instance } from '../../fixtures/redis-answers.ts'
import { keysOf, noRedis, startRedis } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'

const options = { skip: noRedis }
const token = (text: string) => ({ type: 'delta' as const, text })
const pair = (...[t, server, more]: Parameters<typeof instance>) => Promise.all([instance(t, server, more), instance(t, server, more)])
const shared = ({ answers }: Instance) => answers.stats().redis!

let asked = 0
/** Checks that a new question is one answer for both instances. */
async function together ([one, two]: Instance[]): Promise<boolean> {
  const key = `together ${asked++}`
  const mine = await one!.open({ key, produce: ready([start(), token('one'), finish()]) })
  await ended(mine)
  await until(() => shared(one!).unwritten === 0)
  const theirs = await two!.open({ key, produce: ready([start(), token('two'), finish()]) })
  await ended(theirs)
  return theirs.answerId === mine.answerId
}

t.test('answers in memory when Redis is down at the start', options, async t => {
  const server = await startRedis(t)
  await server.stop()
  const problems: string[] = []
  const [one, two] = await pair(t, server, { problems, timeoutMs: 60_000 })
  const began = performance.now()
  t.match(await ended(await one.open()), { finish_reason: 'stop' })
  t.equal((await one.open()).cache, 'hit', 'it is as in memory')
  t.ok(performance.now() - began < 50_000, 'and waits for no time-out')
  t.match(shared(one), { connected: false, problem: 'ECONNREFUSED', fallbacks: 1, unwritten: Number })
  t.equal(await one.answers.join('shop', 'none', 0), null)
  t.equal(await one.answers.stop('shop', 'none'), false)
  await server.start()
  await until(() => shared(one).connected && shared(two).connected)
  t.equal(shared(one).problem, null)
  await until(() => together([one, two]))
  t.same(problems, ['ECONNREFUSED', 'ECONNREFUSED'], 'each says it once')
})

t.test('continues when Redis is killed in the middle of an answer', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server, { leaseMs: 2000 })
  const producer = script()
  const here = await one.open({ produce: producer.produce })
  await producer.give(token('a'))
  const there = await two.open()
  t.equal(there.answerId, here.answerId)
  await server.stop()
  await producer.give(token('b'))
  t.match(await ended(there), { type: 'error', code: 'ANSWER_LOST', retryable: true, status: 503 })
  t.equal(shared(two).lost, 1)
  await producer.give(finish())
  t.same((await here.all()).map(({ type }) => type), ['start', 'delta', 'delta', 'finish'], 'local readers notice nothing')
  here.close()
  t.equal((await one.open()).cache, 'hit')
  await server.start()
  await until(() => shared(one).connected && shared(two).connected)
  await until(() => shared(one).unwritten === 0)
  t.equal((await two.open()).cache, 'hit', 'missed events are delivered later')
  await until(() => together([one, two]))
})

t.test('writes the answer again when Redis comes back empty within the lease', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server, { leaseMs: 300_000 })
  const producer = script()
  const here = await one.open({ produce: producer.produce })
  await producer.give(token('a'))
  const there = await two.open()
  await until(() => there.take(sseEncoder).includes('"a"'))
  await server.stop()
  await producer.give(token('b'))
  await server.start()
  await until(() => shared(one).connected && shared(two).connected)
  await producer.give(token('c'))
  await producer.give(finish())
  t.same((await there.all()).slice(1), (await here.all()).slice(1), 'its followers get all of it')
})

t.test('continues when Redis is silent', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server, { leaseMs: 2000, timeoutMs: 2000 })
  const producer = script()
  const here = await one.open({ key: 'other', produce: producer.produce })
  const there = await two.open({ key: 'other' })
  await producer.give(token('a'))
  server.pause()
  t.teardown(() => server.resume())
  t.equal((await one.open()).cache, 'miss', 'the first waits for the time-out')
  await until(() => !shared(one).connected)
  const began = performance.now()
  for (let n = 0; n < 50; n++) t.match(await ended(await one.open({ key: `${n}` })), { finish_reason: 'stop' })
  t.ok(performance.now() - began < 50_000, 'the others do not wait')
  t.match(await ended(there), { code: 'ANSWER_LOST' })
  await producer.give(finish())
  t.match(await ended(here), { finish_reason: 'stop' })
  t.match(shared(one), { connected: false, problem: 'ETIMEDOUT' })
  server.resume()
  await until(() => shared(one).connected && shared(two).connected)
  await until(() => together([one, two]))
})

t.test('continues when Redis accepts no writes', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server, { leaseMs: 2000 })
  await one.redis.send(['CONFIG', 'SET', 'maxmemory', '1'])
  t.match(await ended(await one.open()), { finish_reason: 'stop' })
  t.equal((await one.open()).cache, 'hit')
  t.match(shared(one), { connected: true, problem: 'OOM' })
  t.equal((await two.open()).cache, 'miss')
  await one.redis.send(['CONFIG', 'SET', 'maxmemory', '0'])
  await until(() => together([one, two]))
  await until(() => shared(one).problem === null)
})

t.test('an instance that is killed', options, async t => {
  // Signs of life last 0.4 of it: a child on a busy machine must not pass for dead.
  const leaseMs = 6000
  t.jobs = 2
  const server = await startRedis(t)
  const child = async (t: Test, prefix: string) => {
    const made = spawn(
      process.execPath, [fileURLToPath(new URL('../../fixtures/redis-child.ts', import.meta.url)), server.url, prefix, `${leaseMs}`],
      { stdio: ['ignore', 'pipe', 'inherit'] }
    )
    t.teardown(() => made.kill('SIGKILL'))
    const id = await firstLine(made)
    return {
      id,
      async kill () {
        made.kill('SIGKILL')
        await once(made, 'exit')
      },
    }
  }

  t.test('ends its answers for followers within the lease, and the next question starts a new one', { buffered: true }, async t => {
    const prefix = 'followed:'
    const { id, kill } = await child(t, prefix)
    const two = await instance(t, server, { leaseMs, prefix })
    const reader = await two.open()
    t.same([reader.cache, reader.answerId], ['joined', id])
    let seen = ''
    await until(() => {
      seen += reader.take(sseEncoder)
      return seen.includes('half an ')
    })
    await kill()
    t.match(await ended(reader), { type: 'error', code: 'ANSWER_LOST', retryable: true })
    const again = await two.open()
    t.equal(again.cache, 'miss')
    t.match(await ended(again), { finish_reason: 'stop' })
    t.same([...(await keysOf(two.redis)).keys()].filter(key => key.includes(id)), [], 'nothing of the half answer stays')
    t.equal(await two.answers.join('shop', id, 0), null)
  })

  t.test('is found dead by the next question when it had no followers', { buffered: true }, async t => {
    const prefix = 'alone:'
    const { id, kill } = await child(t, prefix)
    const two = await instance(t, server, { leaseMs, prefix })
    await until(async () => (await keysOf(two.redis)).has(`a:${id}`))
    await kill()
    t.notMatch([...(await keysOf(two.redis)).values()], [-1], 'and without one, nothing of it stays for ever')
    const inboxes = async () => [...(await keysOf(two.redis)).keys()].filter(key => key.startsWith('i:')).length
    await until(async () => await inboxes() === 1, 'its sign of life is gone')
    const again = await two.open()
    t.equal(again.cache, 'miss')
    t.match(await ended(again), { finish_reason: 'stop' })
    t.same([...(await keysOf(two.redis)).keys()].filter(key => key.includes(id)), [])
  })
})

t.test('does not keep an answer going by a reader of its own', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server, { leaseMs: 2000 })
  const producer = script()
  const here = await one.open({ produce: producer.produce })
  await producer.give(token('a'))
  await two.open()
  here.close()
  // As if it were dead: it sends nothing any more.
  two.redis.close()
  t.equal(await cause(producer), 'abandoned')
})

t.test('repeats no event that a client has seen before the other instance', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await pair(t, server)
  const producer = script()
  const reader = await one.open({ produce: producer.produce, resumable: true })
  await producer.give(token('a'))
  await until(async () => {
    const look = (await two.answers.join('shop', reader.answerId, 0))!
    look.close()
    return look.take(sseEncoder).includes('"a"')
  })
  // It has seen b, which was not written when its connection broke.
  const joined = (await two.answers.join('shop', reader.answerId, 3))!
  t.equal(joined.take(sseEncoder), '')
  t.notOk(joined.isExhausted())
  await producer.give(token('b'))
  await producer.give(token('c'))
  await producer.give(finish())
  await joined.all()
  t.match(joined.take(sseEncoder), /^event: delta\nid: [^\n]+\.3\n.*"c".*event: finish/s)
})
