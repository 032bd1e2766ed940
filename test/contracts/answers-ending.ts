// How all answers end, wherever they are kept: by themselves, by leaving, by a stop, by a bug, with the service.
import type { Test } from 'tap'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { failure, finish, ready, script, start } from '../fixtures/app-answers.ts'
import { cause, ended, type Asking, type limits } from '../fixtures/asked-answers.ts'
import { turn } from '../fixtures/until.ts'

/** Runs the cases that `answersContract` does not have in its own file. */
export function endingAnswers (t: Test, make: (t: Test, changes?: Partial<typeof limits>) => Promise<Asking>): void {
  t.test('ends the answer when the last reader leaves', async t => {
    const { answers, open } = await make(t)
    const producer = script()
    const one = await open({ produce: producer.produce })
    const two = await open({ produce: producer.produce })
    await turn()
    one.close()
    one.close()
    t.notOk(producer.signal.aborted, 'one is left')
    two.close()
    t.equal(await cause(producer), 'abandoned')
    await turn()
    t.match(answers.stats(), { live: 0, readers: 0, abandoned: 1 })
  })

  t.test('a resumable answer', async t => {
    t.test('ends after the grace period', async t => {
      const { answers, open } = await make(t, { graceMs: 100 })
      const producer = script()
      const reader = await open({ produce: producer.produce, resumable: true })
      await turn()
      const left = performance.now()
      reader.close()
      t.equal(await cause(producer), 'abandoned')
      t.ok(performance.now() - left > 90)
      await turn()
      t.match(answers.stats(), { live: 0, abandoned: 1 })
    })

    t.test('continues without readers, and can be joined where it was left', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const lost = await open({ produce: producer.produce, resumable: true })
      await turn()
      lost.take(sseEncoder)
      lost.close()
      await producer.give({ type: 'delta', text: 'yes' })
      const back = (await answers.join('shop', lost.answerId, 1))!
      t.equal(back.cache, 'joined')
      await producer.give(finish())
      t.match(back.take(sseEncoder), /^event: delta\nid: [^\n]+\.1\n/)
      back.close()
      t.match(answers.stats(), { live: 0, readers: 0, abandoned: 0 })
    })

    t.test('is cached when it ends by itself during the grace period', async t => {
      const { open } = await make(t)
      const producer = script()
      const lost = await open({ produce: producer.produce, resumable: true })
      await turn()
      lost.close()
      await producer.give(finish())
      t.equal((await open()).cache, 'hit')
      t.notOk(producer.signal.aborted)
    })
  })

  t.test('stopping', async t => {
    t.test('gives every reader its last event', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const one = await open({ produce: producer.produce })
      const two = await open({ produce: producer.produce })
      await turn()
      t.equal(await answers.stop('shop', one.answerId), true)
      t.match(await ended(one), { finish_reason: 'stopped' })
      t.match(await ended(two), { finish_reason: 'stopped' })
      t.equal(producer.signal.reason, 'stopped')
      t.match(answers.stats(), { live: 0, stopped: 1, abandoned: 0 })
      t.equal(await answers.stop('shop', one.answerId), true, 'stopping an ended answer does no harm')
      t.equal(answers.stats().stopped, 1)
    })

    t.test('takes one of several users off, and ends when the last one stops', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const mine = await open({ produce: producer.produce, user: 'me', conversationId: 'mine' })
      const theirs = await open({ produce: producer.produce, user: 'they' })
      const tab = await open({ produce: producer.produce, user: 'me' })
      await producer.give({ type: 'delta', text: 'It takes two days [1]' })
      const told: unknown[] = []
      mine.whenEnded(events => told.push(events.at(-1)))
      const taken = mine.take(sseEncoder)
      const woken = new Promise<void>(resolve => { mine.wait(resolve) })
      t.equal(await answers.stop('shop', mine.answerId), true, 'nobody can tell who stops')
      t.notOk(mine.hasEnded() || theirs.hasEnded())
      t.equal(await answers.stop('shop', mine.answerId, 'me'), true)
      await woken
      t.ok(mine.hasEnded() && tab.hasEnded())
      t.notOk(theirs.hasEnded() || producer.signal.aborted)
      t.match(taken, /two days/)
      t.match(mine.take(sseEncoder), /^event: finish\nid: [^\n]+\.2\ndata: .*"finish_reason":"stopped".*"citations":\[1\]/)
      t.ok(mine.isExhausted())
      t.equal(mine.take(sseEncoder), '')
      t.match((await tab.all()).map(({ type }) => type), ['start', 'delta', 'finish'])
      t.match(told, [{ finish_reason: 'stopped' }], 'once')
      await producer.give({ type: 'delta', text: ', or four.' })
      mine.close()
      t.match(answers.stats(), { live: 1, readers: 1 })
      t.equal(await answers.stop('shop', mine.answerId, 'me'), true, 'who has left stops nothing')
      t.notOk(producer.signal.aborted)
      t.equal(await answers.stop('shop', mine.answerId, 'they'), true)
      t.match(await ended(theirs), { finish_reason: 'stopped' })
      t.equal(await cause(producer), 'stopped')
      await turn()
      t.match(answers.stats(), { live: 0, readers: 0 })
      t.equal(told.length, 1)
    })

    t.test('ends an answer that its user has joined again by its id', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const lost = await open({ produce: producer.produce, user: 'me', resumable: true })
      await turn()
      lost.close()
      const back = (await answers.join('shop', lost.answerId, 0))!
      t.equal(await answers.stop('shop', lost.answerId, 'me'), true)
      t.match(await ended(back), { finish_reason: 'stopped' })
      t.equal(await cause(producer), 'stopped')
    })

    t.test('a shared answer that one user has stopped is whole for the other, and kept', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const mine = await open({ produce: producer.produce, user: 'me' })
      const theirs = await open({ produce: producer.produce, user: 'they' })
      await turn()
      await answers.stop('shop', mine.answerId, 'me')
      await producer.give({ type: 'delta', text: 'all of it' })
      await producer.give(finish())
      t.match(await ended(theirs), { finish_reason: 'stop' })
      t.equal((await open()).cache, 'hit')
    })

    t.test('gives no later question the stopped answer', async t => {
      const { answers, open } = await make(t)
      const producer = script()
      const one = await open({ produce: producer.produce })
      await turn()
      const stopped = answers.stop('shop', one.answerId)
      const two = await open({ produce: producer.produce })
      t.equal(two.cache, 'miss')
      await stopped
      await ended(one)
      await producer.give(finish())
      t.match(await ended(two), { finish_reason: 'stop' })
      t.equal((await open()).cache, 'hit', 'the new one is kept')
    })

    t.test('gives no later question an abandoned answer', async t => {
      const { open } = await make(t)
      const producer = script()
      const one = await open({ produce: producer.produce })
      await turn()
      one.close()
      await cause(producer)
      const two = await open({ produce: producer.produce })
      t.equal(two.cache, 'miss')
      await producer.give(finish())
      t.match(await ended(two), { finish_reason: 'stop' })
    })

    t.test('gives a whole answer to a question that comes while the last reader leaves', async t => {
      const { open } = await make(t)
      const producer = script()
      const one = await open({ produce: producer.produce })
      await turn()
      one.close()
      const two = await open({ produce: producer.produce })
      await producer.give(finish())
      t.match(await ended(two), { finish_reason: 'stop' })
    })

    t.test('returns false when there is nothing to stop', async t => {
      t.equal(await (await make(t)).answers.stop('shop', 'none'), false)
    })
  })

  t.test('ends an answer that becomes too long with length', async t => {
    const { open } = await make(t, { logMaxBytes: 2000 })
    const producer = script()
    const reader = await open({ produce: producer.produce })
    await producer.give({ type: 'delta', text: 'x'.repeat(1000) })
    t.notOk(producer.signal.aborted)
    await producer.give({ type: 'delta', text: 'x'.repeat(1000) })
    t.equal(producer.signal.reason, 'length')
    t.match(await ended(reader), { finish_reason: 'length' })
    await turn()
    t.equal((await open()).cache, 'hit', 'it is as long as it will ever be')
  })

  t.test('a producer with a bug', async t => {
    t.test('a producer that throws', async t => {
      const { answers, errors, open } = await make(t)
      const producer = script()
      const reader = await open({ produce: producer.produce })
      await turn()
      const bug = new Error('bug')
      producer.leave(bug)
      t.match(await ended(reader), { type: 'error', code: 'INTERNAL', status: 500 })
      t.same(errors, [bug])
      t.equal(answers.stats().live, 0)
      t.notMatch(JSON.stringify(await (await answers.join('shop', reader.answerId, 0))!.all()), 'bug"', 'its message stays inside')
    })

    t.test('a producer that ends without a last event', async t => {
      const { errors, open } = await make(t)
      const producer = script()
      const reader = await open({ produce: producer.produce })
      await turn()
      producer.leave()
      t.match(await ended(reader), { type: 'error', code: 'INTERNAL' })
      t.equal(errors.length, 1)
    })

    t.test('a producer that throws before it starts', async t => {
      const { errors, open } = await make(t)
      const reader = await open({ produce: () => { throw new Error('bug') } })
      t.match(await ended(reader), { type: 'error', code: 'INTERNAL' })
      t.equal(errors.length, 1)
      t.equal((await open()).cache, 'miss')
    })

    t.test('a producer that continues after its last event', async t => {
      const { open } = await make(t)
      const reader = await open({ produce: ready([start(), finish(), { type: 'delta', text: 'late' }, failure]) })
      t.same((await reader.all()).map(({ type }) => type), ['start', 'finish'])
    })
  })

  t.test('ends everything on close', async t => {
    const { answers, open } = await make(t)
    const producers = [script(), script()]
    const readers = await Promise.all(producers.map((producer, n) => open({ key: String(n), produce: producer.produce })))
    const kept = await open({ key: 'kept' })
    await ended(kept)
    await turn()
    await answers.close()
    for (const [n, reader] of readers.entries()) {
      t.equal(producers[n]!.signal.reason, 'shutdown')
      t.ok(reader.hasEnded())
    }
    t.match(answers.stats(), { live: 0, kept: 0 })
    await t.rejects(open({ key: 'new' }), { code: 'SHUTTING_DOWN' })
    t.equal(await answers.join('shop', kept.answerId, 0), null)
    await answers.close()
  })
}
