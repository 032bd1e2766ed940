// Answers on Redis: the contract of all answers, and the behaviour of two instances together.
import t from 'tap'
import { answersContract } from '../../contracts/answers.ts'
import { bytesOf, failure, finish, ready, script, start } from '../../fixtures/app-answers.ts'
import type { Reader } from '../../../src/answers/answers.ts'
import { cause, ended } from '../../fixtures/asked-answers.ts'
import { instance } from '../../fixtures/redis-answers.ts'
import { keysOf, noRedis, startRedis } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'
import type { AnswerEvents } from '../../../src/types.ts'
import { sseEncoder } from '../../../src/wire/native/encoder.ts'

const token = (text: string) => ({ type: 'delta' as const, text })

t.test('on one instance', { skip: noRedis }, async t => {
  const server = await startRedis(t)
  let made = 0
  answersContract(t, (t, options) => instance(t, server, { ...options, prefix: `contract-${made++}:` }))
})

t.test('on two instances', { skip: noRedis }, async t => {
  const server = await startRedis(t)

  t.test('makes one answer for 500 equal questions at once', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const readers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => (n % 2 ? one : two).open({ produce: producer.produce, conversationId: `c${n}` }))
    )
    for (const text of ['Two ', 'working ', 'days.']) await producer.give(token(text))
    await producer.give(finish())
    const all = await Promise.all(readers.map(reader => reader.all()))
    t.equal(producer.begun, 1)
    t.equal(readers.filter(({ cache }) => cache === 'miss').length, 1)
    t.equal(new Set(readers.map(({ answerId }) => answerId)).size, 1)
    t.equal(new Set(all.map(events => JSON.stringify(events.slice(1)))).size, 1)
    t.match(all[0], [{ type: 'start' }, token('Two '), token('working '), token('days.'), { type: 'finish', finish_reason: 'stop' }])
    t.same(all.map(([first]) => (first as { conversation_id: string }).conversation_id), readers.map((_, n) => `c${n}`))
    for (const reader of readers) reader.close()
    t.equal(one.answers.stats().readers + two.answers.stats().readers, 0)
  })

  t.test('gives an answer that one instance finished as a hit on the other, unchanged', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const first = await one.open()
    const events = await first.all()
    await until(() => one.answers.stats().redis!.unwritten === 0)
    const second = await two.open({ conversationId: 'd' })
    t.equal(second.cache, 'hit')
    t.same(await second.all(), [{ ...events[0], conversation_id: 'd', cache: 'hit' }, ...events.slice(1)])
    t.equal(bytesOf(second.whole(sseEncoder)!), first.take(sseEncoder).replace('"c"', '"d"').replace('"miss"', '"hit"'))
    t.equal((await two.open()).cache, 'hit')
    t.match(two.answers.stats(), { hits: 2, misses: 0, kept: 1, redis: { hits: 1 } })
    t.match([...await keysOf(one.redis)].filter(([key]) => key.startsWith('k:')), [[/./, Number]])
  })

  t.test('erases the answers of a user on both instances, also those that run on the other one', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const kept = await one.open({ key: 'kept', user: 'anna' })
    await ended(kept)
    await until(() => one.answers.stats().redis!.unwritten === 0)
    await ended(await two.open({ key: 'kept', user: 'bert' }))
    t.equal(two.answers.stats().kept, 1, 'a copy')
    const running = await two.open({ key: 'running', user: 'anna', produce: producer.produce })
    await producer.give({ type: 'delta', text: 'x' })
    t.equal(await one.answers.erase({ company: 'shop', user: 'anna' }), 2)
    t.equal(producer.signal.reason, 'stopped')
    running.close()
    await until(() => two.answers.stats().kept === 0)
    t.equal(await two.answers.join('shop', kept.answerId, 0), null)
    t.same([...await keysOf(one.redis)].map(([key]) => key).filter(key => /^[akm]:/.test(key)), [])
  })

  t.test('does not extend the life of an answer by a hit on the other instance', async t => {
    const [one, two] = await Promise.all([
      instance(t, server, { cacheTtlMs: 2000, graceMs: 0, leaseMs: 10_000 }),
      instance(t, server, { cacheTtlMs: 2000, graceMs: 0, leaseMs: 10_000 }),
    ])
    let key = ''
    let made = await one.open()
    // On a machine that stands still for a moment, one may be too old before it is asked for.
    await until(async () => {
      made = await one.open({ key: key += 'k' })
      await ended(made)
      await until(() => one.answers.stats().redis!.unwritten === 0)
      return (await two.open({ key })).answerId === made.answerId
    })
    let reader: Reader
    await until(async () => {
      reader = await two.open({ key })
      reader.close()
      return reader.cache === 'miss'
    })
    t.not(reader!.answerId, made.answerId)
  })

  t.test('resumes an answer on the other instance from any event', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const reader = await one.open({ produce: producer.produce, resumable: true })
    await producer.give(token('a'))
    await producer.give(token('b'))
    await until(async () => {
      const look = (await two.answers.join('shop', reader.answerId, 0))!
      look.close()
      return look.take(sseEncoder).includes('"b"')
    })
    const joined = (await two.answers.join('shop', reader.answerId, 2))!
    t.equal(joined.cache, 'joined')
    await producer.give(token('c'))
    await producer.give(finish())
    await joined.all()
    t.same((await joined.all()).map(({ type }) => type), ['start', 'delta', 'delta', 'delta', 'finish'])
    const text = joined.take(sseEncoder)
    t.match(text, /^event: delta\nid: [^\n]+\.2\ndata: {"text":"b"}\n\n.*\.3\n.*"c".*event: finish/s)
    const late = (await two.answers.join('shop', reader.answerId, 4))!
    t.match(late.take(sseEncoder), /^event: finish\nid: [^\n]+\.4\n/)
    t.equal(late.cache, 'hit')
  })

  t.test('tells the end of an answer to an instance whose reader resumed it on the other one', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const maker = await one.open({ produce: producer.produce, resumable: true })
    await producer.give(token('a'))
    await until(async () => (await keysOf(one.redis)).has(`a:${maker.answerId}`))
    const left = await two.open({ produce: producer.produce, resumable: true, conversationId: 'd' })
    t.equal(left.cache, 'joined')
    const told = Promise.withResolvers<AnswerEvents>()
    left.whenEnded(told.resolve)
    left.close()
    t.equal(two.answers.stats().redis!.following, 0)
    const resumed = (await one.answers.join('shop', left.answerId, 1))!
    maker.close()
    await producer.give(token('b'))
    await producer.give(finish())
    t.match([...await told.promise].map(({ type }) => type), ['start', 'delta', 'delta', 'finish'])
    resumed.close()
  })

  t.test('lets both instances join by id at once', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const reader = await one.open({ produce: producer.produce, key: null })
    await producer.give(token('a'))
    await until(async () => (await keysOf(one.redis)).has(`a:${reader.answerId}`))
    const joined = await Promise.all(Array.from({ length: 10 }, () => two.answers.join(null, reader.answerId, 1)))
    t.equal(two.answers.stats().redis!.following, 1)
    await producer.give(finish())
    for (const each of joined) t.match(await ended(each!), { finish_reason: 'stop' })
    t.match(two.answers.stats(), { live: 0, readers: 0, redis: { following: 0 } })
  })

  t.test('stops an answer from the other instance', async t => {
    for (const follows of [true, false]) {
      const prefix = `stop-${follows}:`
      const [one, two] = await Promise.all([instance(t, server, { prefix }), instance(t, server, { prefix })])
      const producer = script()
      const reader = await one.open({ produce: producer.produce })
      await producer.give(token('a'))
      const readers = follows ? [reader, await two.open({ produce: producer.produce })] : [reader]
      t.equal(producer.begun, 1)
      t.equal(await two.answers.stop('shop', reader.answerId), true)
      const again = await two.open({ produce: ready([start(), token('anew'), finish()]) })
      t.equal(again.cache, 'miss', 'it cannot be joined any more')
      t.equal(await cause(producer), 'stopped')
      for (const each of readers) t.match(await ended(each), { finish_reason: 'stopped' })
      t.match(await ended(again), { finish_reason: 'stop' })
      await until(() => [one, two].every(({ answers }) => answers.stats().redis!.unwritten === 0))
      t.equal(await two.answers.stop('shop', reader.answerId), true, 'it does no harm afterwards')
      const later = await one.open()
      t.same([later.cache, later.answerId], ['hit', again.answerId])
    }
    t.equal(await (await instance(t, server)).answers.stop('shop', 'none'), false)
  })

  t.test('keeps an answer going for a reader on the other instance', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const here = await one.open({ produce: producer.produce })
    await producer.give(token('a'))
    const there = await two.open()
    here.close()
    await until(async () => one.answers.stats().readers === 0 && (await one.redis.send(['PING'])) === 'PONG')
    await producer.give(token('b'))
    t.notOk(producer.signal.aborted)
    t.equal((await one.open()).cache, 'joined', 'it can be joined here as well')
    await one.answers.stop('shop', here.answerId)
    t.match(await ended(there), { finish_reason: 'stopped' })
  })

  t.test('ends an answer when its last reader leaves, on whichever instance', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const here = await one.open({ produce: producer.produce })
    await producer.give(token('a'))
    const there = await two.open()
    here.close()
    await until(async () => (await one.redis.send(['PING'])) === 'PONG')
    t.notOk(producer.signal.aborted)
    there.close()
    t.equal(await cause(producer), 'abandoned')
    await until(() => one.answers.stats().live === 0)
    t.match(
      [one, two].map(({ answers }) => answers.stats()),
      [
        { readers: 0, abandoned: 1 }, { live: 0, readers: 0, abandoned: 0, redis: { following: 0 } },
      ]
    )
  })

  t.test('gives the grace period to a reader on the other instance who may resume', async t => {
    const [one, two] = await Promise.all([instance(t, server, { graceMs: 60_000 }), instance(t, server, { graceMs: 60_000 })])
    const producer = script()
    const here = await one.open({ produce: producer.produce })
    await producer.give(token('a'))
    const there = await two.open({ resumable: true })
    there.close()
    here.close()
    await until(() => two.answers.stats().live === 0)
    await until(async () => (await one.redis.send(['PING'])) === 'PONG')
    await producer.give(token('b'))
    t.notOk(producer.signal.aborted)
    const back = (await two.answers.join('shop', here.answerId, 1))!
    await producer.give(finish())
    t.match(await ended(back), { finish_reason: 'stop' })
  })

  t.test('does not share an answer that did not end well', async t => {
    for (const [name, last] of [
      ['error', failure], ['stopped', finish('stopped')], ['degraded', finish('stop', { degraded: true })],
    ] as const) {
      const prefix = `bad-${name}:`
      const [one, two] = await Promise.all([instance(t, server, { prefix }), instance(t, server, { prefix })])
      const reader = await one.open({ produce: ready([start(), last]) })
      await ended(reader)
      await until(() => one.answers.stats().redis!.unwritten === 0)
      t.same(
        [...(await keysOf(one.redis)).keys()].filter(key => key.startsWith('k:')), [], name
      )
      const byId = (await two.answers.join('shop', reader.answerId, 0))!
      t.same((await byId.all()).at(-1), last, 'its own client can fetch it anywhere')
      t.equal((await two.open()).cache, 'miss')
    }
  })

  t.test('gives an answer to its own company only', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const reader = await one.open({ produce: producer.produce })
    await producer.give(token('a'))
    const none = async () => {
      t.equal(await two.answers.join('other', reader.answerId, 0), null)
      t.equal(await two.answers.stop('other', reader.answerId), false)
    }
    await none()
    t.notOk(producer.signal.aborted)
    t.notMatch([...(await keysOf(one.redis))], 'f:')
    await producer.give(finish())
    await until(() => one.answers.stats().redis!.unwritten === 0)
    await none()
    t.ok(await two.answers.join('shop', reader.answerId, 0))
  })

  t.test('ends the answers of an instance that closes for everyone, and leaves only keys that expire', async t => {
    const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
    const producer = script()
    const mine = await one.open({ produce: producer.produce })
    await producer.give(token('a'))
    const follows = await two.open()
    const other = script()
    const theirs = await two.open({ key: 'other', produce: other.produce })
    await other.give(token('b'))
    const followedHere = await one.open({ key: 'other' })
    await one.answers.close()
    t.match(await ended(mine), { finish_reason: 'stopped' })
    t.match(await ended(follows), { finish_reason: 'stopped' })
    t.match(await ended(followedHere), { code: 'SHUTTING_DOWN', retryable: true })
    t.notOk(other.signal.aborted)
    await other.give(finish())
    t.match(await ended(theirs), { finish_reason: 'stop' })
    t.equal((await two.open()).cache, 'miss')
    await two.answers.close()
    const keys = await keysOf(one.redis)
    t.same([...keys].filter(([key, ttl]) => ttl === -1 || key.startsWith('i:')), [])
  })
})
