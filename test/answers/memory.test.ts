// Answers in memory: the contract of all answers, and cases that need a clock or a limit of their own.
import { mock } from 'node:test'
import t, { type Test } from 'tap'
import type { LocalAnswersOptions } from '../../src/answers/local-types.ts'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { answersContract } from '../contracts/answers.ts'
import { finish, ready, script, start } from '../fixtures/app-answers.ts'
import { asking, ended, limits, type AnswersParts } from '../fixtures/asked-answers.ts'
import { turn } from '../fixtures/until.ts'

function parts (t: Test, options: Omit<LocalAnswersOptions, 'onError'>): AnswersParts {
  const errors: unknown[] = []
  const answers = createMemoryAnswers({ ...options, onError: error => { errors.push(error) } })
  t.teardown(() => answers.close())
  return { answers, errors }
}

const make = (changes: Partial<typeof limits> = {}) => asking(parts(t, { ...limits, ...changes }))

answersContract(t, async (t, options) => parts(t, options))

/** Timers and clock of this file; tests in one file run one after another. */
function fakeClock (t: { teardown (end: () => void): unknown }): { tick (ms: number): void } {
  const { now } = performance
  let moved = now.call(performance)
  performance.now = () => moved
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => {
    mock.timers.reset()
    performance.now = now
  })
  return {
    tick (ms) {
      moved += ms
      mock.timers.tick(ms)
    },
  }
}

t.test('drops a cached answer after its time', async t => {
  for (const [cacheTtlMs, graceMs] of [[1000, 100], [1000, 30_000], [1000, 1000]] as const) {
    t.test(`${cacheTtlMs} ms, grace ${graceMs} ms`, async t => {
      const clock = fakeClock(t)
      const { open } = make({ cacheTtlMs, graceMs })
      const ask = async () => {
        const reader = await open()
        await ended(reader)
        return reader.cache
      }
      t.equal(await ask(), 'miss')
      await turn()
      clock.tick(cacheTtlMs - 10)
      t.equal(await ask(), 'hit')
      clock.tick(20)
      t.equal(await ask(), 'miss', 'a use does not make it younger')
      await turn()
      t.equal(await ask(), 'hit')
    })
  }
})

t.test('lets an ended answer be joined by its id for the grace period, however short the cache keeps it', async t => {
  const clock = fakeClock(t)
  const { answers, open } = make({ cacheTtlMs: 0, graceMs: 1000 })
  const reader = await open()
  await ended(reader)
  await turn()
  const joined = await answers.join('shop', reader.answerId, 1)
  t.equal(joined?.cache, 'hit')
  t.notMatch(joined?.take(sseEncoder), 'event: start')
  joined?.close()
  t.equal((await open()).cache, 'miss', 'a cache of 0 seconds gives nothing')
  clock.tick(1010)
  t.equal(await answers.join('shop', reader.answerId, 1), null)
})

t.test('limits the bytes of the cache', async t => {
  t.test('evicts the least recently used answer', async t => {
    const { answers, open } = make({ cacheMaxBytes: 20_000 })
    const text = 'x'.repeat(2000)
    for (let n = 0; n < 20; n++) await ended(await open({ key: `k${n}`, produce: ready([start(), { type: 'delta', text }, finish()]) }))
    await turn()
    const { kept, kept_bytes, kept_max_bytes } = answers.stats()
    t.ok(kept > 0 && kept < 20, `${kept} kept`)
    t.ok(kept_bytes <= kept_max_bytes)
    t.equal((await open({ key: 'k19' })).cache, 'hit')
    t.equal((await open({ key: 'k0' })).cache, 'miss')
  })

  t.test('gives an answer that is too large for the cache to its readers only', async t => {
    const { open } = make({ cacheMaxBytes: 3000 })
    const large = ready([start(), { type: 'delta', text: 'x'.repeat(5000) }, finish()])
    const reader = await open({ produce: large })
    t.match(await ended(reader), { finish_reason: 'stop' })
    await turn()
    t.equal((await open({ produce: large })).cache, 'miss')
  })

  t.test('counts long keys too', async t => {
    const { answers, open } = make({ cacheMaxBytes: 100_000 })
    for (let n = 0; n < 50; n++) await ended(await open({ key: `${n}${'x'.repeat(10_000)}` }))
    await turn()
    const { kept, kept_bytes } = answers.stats()
    t.ok(kept_bytes >= kept * 10_000, `${kept} answers with keys of 10 kB count ${kept_bytes} bytes`)
  })

  t.test('keeps nothing when the limit is 0', async t => {
    const { answers, open } = make({ cacheMaxBytes: 0 })
    await ended(await open())
    await turn()
    t.equal((await open()).cache, 'miss')
    t.equal(answers.stats().kept, 0)
  })
})

t.test('ends the answer when the last reader leaves', async t => {
  const { answers, open } = make()
  const producer = script()
  const one = await open({ produce: producer.produce })
  const two = await open({ produce: producer.produce })
  await turn()
  one.close()
  one.close()
  t.notOk(producer.signal.aborted, 'one is left')
  two.close()
  t.ok(producer.signal.aborted)
  t.equal(producer.signal.reason, 'abandoned')
  await turn()
  t.match(answers.stats(), { live: 0, readers: 0, abandoned: 1 })
})

t.test('a resumable answer', async t => {
  t.test('continues without readers for the grace period', async t => {
    const clock = fakeClock(t)
    const { answers, open } = make({ graceMs: 1000 })
    const producer = script()
    const reader = await open({ produce: producer.produce, resumable: true })
    await turn()
    reader.close()
    clock.tick(990)
    t.notOk(producer.signal.aborted)
    clock.tick(20)
    t.equal(producer.signal.reason, 'abandoned')
    await turn()
    t.match(answers.stats(), { live: 0, abandoned: 1 })
  })

  t.test('survives when a reader joins during the grace period', async t => {
    const clock = fakeClock(t)
    const { answers, open } = make({ graceMs: 1000 })
    const producer = script()
    const lost = await open({ produce: producer.produce, resumable: true })
    await turn()
    lost.take(sseEncoder)
    lost.close()
    clock.tick(900)
    const back = (await answers.join('shop', lost.answerId, 1))!
    t.equal(back.cache, 'joined')
    clock.tick(5000)
    t.notOk(producer.signal.aborted)
    await producer.give({ type: 'delta', text: 'yes' })
    await producer.give(finish())
    t.match(back.take(sseEncoder), /^event: delta\nid: [^\n]+\.1\n/)
    back.close()
    clock.tick(5000)
    t.match(answers.stats(), { live: 0, readers: 0, abandoned: 0 })
  })

  t.test('is cached when it ends by itself during the grace period', async t => {
    const clock = fakeClock(t)
    const { open } = make({ graceMs: 1000 })
    const producer = script()
    const lost = await open({ produce: producer.produce, resumable: true })
    await turn()
    lost.close()
    await producer.give(finish())
    t.equal((await open()).cache, 'hit')
    clock.tick(2000)
    t.notOk(producer.signal.aborted)
  })

  t.test('needs only one of several readers to ask for it', async t => {
    const clock = fakeClock(t)
    const { open } = make({ graceMs: 1000 })
    const producer = script()
    const first = await open({ produce: producer.produce })
    const second = await open({ produce: producer.produce, resumable: true })
    await turn()
    second.close()
    first.close()
    clock.tick(500)
    t.notOk(producer.signal.aborted)
    clock.tick(600)
    t.ok(producer.signal.aborted)
  })
})

t.test('gives an abandoned answer to no one, from the moment it is abandoned', async t => {
  const { open } = make()
  const producer = script()
  const one = await open({ produce: producer.produce })
  await turn()
  one.close()
  const two = await open({ produce: producer.produce })
  t.equal(two.cache, 'miss')
  await producer.give(finish())
  t.match(await ended(two), { finish_reason: 'stop' })
})
