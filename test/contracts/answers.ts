// What all answers must do, wherever they are kept: coalescing, joining, stop, and the end of everything.
import type { Test } from 'tap'
import type { Answers, OpenOptions, Reader } from '../../src/answers/answers.ts'
import type { LocalAnswersOptions } from '../../src/answers/local.ts'
import type { AnswerEvent } from '../../src/types.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { failure, finish, ready, script, start, type Script } from '../fixtures/app-answers.ts'

export interface AnswersParts {
  answers: Answers
  /** What producers threw. */
  errors: unknown[]
}

/** Answers as the cases know them: with what asks of them by default. */
export interface Asking extends AnswersParts {
  open (asked?: Partial<OpenOptions>): Promise<Reader>
}

export const limits = { cacheTtlMs: 60_000, cacheMaxBytes: 1_000_000, graceMs: 30_000, logMaxBytes: 100_000, maxLive: 100 }

export function asking ({ answers, errors }: AnswersParts): Asking {
  return {
    answers,
    errors,
    open: asked =>
      answers.open({
        company: 'shop', key: 'k', resumable: false, conversationId: 'c',
        produce: ready([start(), { type: 'delta', text: 'yes' }, finish()]), ...asked,
      }),
  }
}

export const turn = () => new Promise<void>(resolve => { setImmediate(resolve) })

/** Resolves when the condition holds; fails after a minute. */
export async function until (condition: () => unknown, what = String(condition)): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`)
    await turn()
  }
}

/** The last event of the answer. */
export async function ended (reader: Reader): Promise<AnswerEvent> {
  const events = await reader.all()
  reader.close()
  return events.at(-1)!
}

/** Why the newest answer of a producer was ended, once it is. */
export async function cause ({ signal }: Script): Promise<unknown> {
  await until(() => signal.aborted)
  return signal.reason
}

/** Runs the cases; `parts` gives answers of their own to each, with nothing in them, which it closes after the test. */
export function answersContract (t: Test, parts: (t: Test, options: Omit<LocalAnswersOptions, 'onError'>) => Promise<AnswersParts>): void {
  const make = async (t: Test, changes: Partial<typeof limits> = {}) => asking(await parts(t, { ...limits, ...changes }))

  t.test('the latest answer of a conversation is found by its own user and company alone', async t => {
    const { answers, open } = await make(t)
    t.equal(await answers.findByConversation('shop', 'u', 'c1'), null)
    const first = await open({ conversationId: 'c1', findableBy: 'u', key: 'k1' })
    const second = await open({ conversationId: 'c1', findableBy: 'u', key: 'k2' })
    const other = await open({ conversationId: 'c1', findableBy: 'v', key: 'k2' })
    const hidden = await open({ conversationId: 'c2', key: 'k3' })
    for (const reader of [first, second, other, hidden]) await ended(reader)
    t.equal(await answers.findByConversation('shop', 'u', 'c1'), second.answerId)
    t.equal(await answers.findByConversation('shop', 'v', 'c1'), second.answerId, 'also one that was joined')
    for (const [company, user, id] of [
      ['shop', 'w', 'c1'], ['other', 'u', 'c1'], ['shop', 'u', 'c2'],
    ]) { t.equal(await answers.findByConversation(company!, user!, id!), null) }
  })

  t.test('the first asks, the second joins, the third gets what was kept', async t => {
    const { answers, open } = await make(t)
    const producer = script()
    const first = await open({ produce: producer.produce, conversationId: 'one' })
    await producer.give({ type: 'delta', text: 'yes' })
    const second = await open({ produce: producer.produce, conversationId: 'two' })
    t.same([first.cache, second.cache], ['miss', 'joined'])
    t.equal(first.answerId, second.answerId)
    await producer.give(finish())
    const third = await open({ produce: producer.produce, conversationId: 'three' })
    t.equal(third.cache, 'hit')
    t.equal(producer.begun, 1)
    const all = await Promise.all([first, second, third].map(reader => reader.all()))
    t.match(all.map(([event]) => event), [
      { conversation_id: 'one', cache: 'miss' }, { conversation_id: 'two', cache: 'joined' }, { conversation_id: 'three', cache: 'hit' },
    ])
    t.same(all[1]!.slice(1), all[0]!.slice(1))
    t.same(all[2]!.slice(1), all[0]!.slice(1))
    t.match(answers.stats(), { live: 0, readers: 3, kept: 1, misses: 1, joined: 1, hits: 1, stopped: 0, abandoned: 0 })
    for (const reader of [first, second, third]) {
      reader.close()
      reader.close()
    }
    t.equal(answers.stats().readers, 0)
  })

  t.test('a replay in one piece is what was streamed', async t => {
    const { open } = await make(t)
    const live = await open({ conversationId: 'c' })
    await live.all()
    const streamed = live.take(sseEncoder)
    const hit = await open({ conversationId: 'c' })
    const whole = hit.whole(sseEncoder)!
    t.equal(String(whole), streamed.replace('"cache":"miss"', '"cache":"hit"'))
    t.equal(hit.take(sseEncoder), '', 'and then there is nothing more')
    t.equal(hit.whole(sseEncoder), null)
    t.ok(hit.exhausted)
    live.close()
    hit.close()
  })

  t.test('without a key nothing is shared', async t => {
    const { answers, open } = await make(t)
    const one = await open({ key: null })
    const two = await open({ key: null })
    t.not(one.answerId, two.answerId)
    await Promise.all([ended(one), ended(two)])
    const three = await open({ key: null })
    t.equal(three.cache, 'miss')
    await ended(three)
    const again = await answers.join('shop', one.answerId, 0)
    t.equal(again?.cache, 'hit', 'yet its own client can fetch it again')
    again?.close()
  })

  t.test('what did not end well is not given to others, but to whoever has its id', async t => {
    for (const [name, last] of [
      ['error', failure], ['stopped', finish('stopped')], ['degraded', finish('stop', { degraded: true })],
    ] as const) {
      const { answers, open } = await make(t)
      const produce = ready([start(), last])
      const reader = await open({ produce })
      t.same(await ended(reader), last)
      await turn()
      t.equal((await open({ produce })).cache, 'miss', name)
      const again = await answers.join('shop', reader.answerId, 0)
      t.same((await again!.all()).at(-1), last)
      again!.close()
    }
    for (const reason of ['length', 'no_answer'] as const) {
      const { open } = await make(t)
      await ended(await open({ produce: ready([start(), finish(reason)]) }))
      await turn()
      t.equal((await open()).cache, 'hit', reason)
    }
  })

  t.test('the last reader who leaves ends the answer', async t => {
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

  t.test('resumable', async t => {
    t.test('ends when the grace is over', async t => {
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

    t.test('goes on without readers, and is joined where it was left', async t => {
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

    t.test('ends by itself during the grace and is kept', async t => {
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

  t.test('stop', async t => {
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
      t.equal(await answers.stop('shop', one.answerId), true, 'stopping what has ended does no harm')
      t.equal(answers.stats().stopped, 1)
    })

    t.test('whoever asks the same afterwards is not given the stopped answer', async t => {
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

    t.test('nor is the abandoned one given to anybody', async t => {
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

    t.test('whoever asks while the last reader leaves gets a whole answer', async t => {
      const { open } = await make(t)
      const producer = script()
      const one = await open({ produce: producer.produce })
      await turn()
      one.close()
      const two = await open({ produce: producer.produce })
      await producer.give(finish())
      t.match(await ended(two), { finish_reason: 'stop' })
    })

    t.test('of nothing', async t => {
      t.equal(await (await make(t)).answers.stop('shop', 'none'), false)
    })
  })

  t.test('an answer belongs to one company', async t => {
    const { answers, open } = await make(t)
    const producer = script()
    const reader = await open({ produce: producer.produce })
    await turn()
    t.equal(await answers.join('other', reader.answerId, 0), null)
    t.equal(await answers.stop('other', reader.answerId), false)
    await producer.give(finish())
    await ended(reader)
    t.equal(await answers.join('other', reader.answerId, 0), null)
    t.equal(await answers.stop('other', reader.answerId), false)
    t.ok(await answers.join('shop', reader.answerId, 0))
    t.ok(await answers.join(null, reader.answerId, 0))
    t.equal(await answers.join('shop', 'none', 0), null)
  })

  t.test('joining after more events than there are is joining at the newest', async t => {
    const { answers, open } = await make(t)
    const producer = script()
    const reader = await open({ produce: producer.produce })
    await turn()
    const ahead = (await answers.join('shop', reader.answerId, 99))!
    await producer.give({ type: 'delta', text: 'yes' })
    t.match(ahead.take(sseEncoder), 'event: delta')
    await producer.give(finish())
    t.match(ahead.take(sseEncoder), 'event: finish')
  })

  t.test('an answer that becomes too long ends with length', async t => {
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

  t.test('no more than so many at once', async t => {
    const { answers, open } = await make(t, { maxLive: 2 })
    const producer = script()
    const one = await open({ key: '1', produce: producer.produce })
    await open({ key: '2', produce: producer.produce })
    await t.rejects(open({ key: '3', produce: producer.produce }), { code: 'OVERLOADED', statusCode: 503, retryable: true })
    t.equal((await open({ key: '2', produce: producer.produce })).cache, 'joined', 'joining costs nothing')
    t.match(answers.stats(), { live: 2, readers: 3, misses: 2 })
    await turn()
    one.close()
    await until(() => answers.stats().live < 2)
    t.equal((await open({ key: '3', produce: producer.produce })).cache, 'miss')
  })

  t.test('a producer with a bug', async t => {
    t.test('that throws', async t => {
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

    t.test('that ends without a last event', async t => {
      const { errors, open } = await make(t)
      const producer = script()
      const reader = await open({ produce: producer.produce })
      await turn()
      producer.leave()
      t.match(await ended(reader), { type: 'error', code: 'INTERNAL' })
      t.equal(errors.length, 1)
    })

    t.test('that throws before it starts', async t => {
      const { errors, open } = await make(t)
      const reader = await open({ produce: () => { throw new Error('bug') } })
      t.match(await ended(reader), { type: 'error', code: 'INTERNAL' })
      t.equal(errors.length, 1)
      t.equal((await open()).cache, 'miss')
    })

    t.test('that goes on after its last event', async t => {
      const { open } = await make(t)
      const reader = await open({ produce: ready([start(), finish(), { type: 'delta', text: 'late' }, failure]) })
      t.same((await reader.all()).map(({ type }) => type), ['start', 'finish'])
    })
  })

  t.test('close ends everything', async t => {
    const { answers, open } = await make(t)
    const producers = [script(), script()]
    const readers = await Promise.all(producers.map((producer, n) => open({ key: String(n), produce: producer.produce })))
    const kept = await open({ key: 'kept' })
    await ended(kept)
    await turn()
    await answers.close()
    for (const [n, reader] of readers.entries()) {
      t.equal(producers[n]!.signal.reason, 'shutdown')
      t.ok(reader.ended)
    }
    t.match(answers.stats(), { live: 0, kept: 0 })
    await t.rejects(open({ key: 'new' }), { code: 'SHUTTING_DOWN' })
    t.equal(await answers.join('shop', kept.answerId, 0), null)
    await answers.close()
  })

  t.test('ids cannot be guessed', async t => {
    const { open } = await make(t)
    const ids = await Promise.all(Array.from({ length: 100 }, async (_, n) => (await open({ key: String(n) })).answerId))
    t.equal(new Set(ids).size, 100)
    for (const id of ids) t.match(id, /^[0-9a-z]{6}-[A-Za-z0-9_-]{16}$/)
  })
}
