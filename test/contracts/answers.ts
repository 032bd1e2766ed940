// The contract of all answers, wherever they are kept: coalescing, joining, replays, owners and endings.
import type { Test } from 'tap'
import type { LocalAnswersOptions } from '../../src/answers/local-types.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { bytesOf, failure, finish, ready, script, start } from '../fixtures/app-answers.ts'
import { asking, ended, limits, type AnswersParts } from '../fixtures/asked-answers.ts'
import { turn, until } from '../fixtures/until.ts'
import { endingAnswers } from './answers-ending.ts'

/** Runs the cases; `parts` gives each its own empty answers, and closes them after the test. */
export function answersContract (t: Test, parts: (t: Test, options: Omit<LocalAnswersOptions, 'onError'>) => Promise<AnswersParts>): void {
  const make = async (t: Test, changes: Partial<typeof limits> = {}) => asking(await parts(t, { ...limits, ...changes }))

  t.test('finds the latest answer of a conversation for its own user and company only', async t => {
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

  t.test('makes an answer for the first, joins it for the second, reuses it for the third', async t => {
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

  t.test('replays in one block what was streamed', async t => {
    const { open } = await make(t)
    const live = await open({ conversationId: 'c' })
    await live.all()
    const streamed = live.take(sseEncoder)
    const hit = await open({ conversationId: 'c' })
    const whole = hit.whole(sseEncoder)!
    t.equal(bytesOf(whole), streamed.replace('"cache":"miss"', '"cache":"hit"'))
    t.equal(hit.take(sseEncoder), '', 'and then there is nothing more')
    t.equal(hit.whole(sseEncoder), null)
    t.ok(hit.isExhausted())
    live.close()
    hit.close()
  })

  t.test('shares nothing without a key', async t => {
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

  t.test('gives an answer that did not end well only to those who have its id', async t => {
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

  t.test('gives an answer to its own company only', async t => {
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

  t.test('joins at the newest event when asked for a later one', async t => {
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

  t.test('limits the number of running answers', async t => {
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

  t.test('erases the answers of a user or of a company, ended and running', async t => {
    const { answers, open } = await make(t)
    const producer = script()
    const [mine, other, elsewhere] = [await open({ key: '1', user: 'anna' }), await open({ key: '2', user: 'bert' }),
      await open({ key: '3', company: 'other', user: 'anna' })]
    for (const reader of [mine, other, elsewhere]) await ended(reader)
    const running = await open({ key: '4', user: 'anna', produce: producer.produce })
    t.equal(await answers.erase({ company: 'shop', user: 'anna' }), 2)
    t.equal(producer.signal.reason, 'stopped')
    running.close()
    for (const { answerId } of [mine, running]) t.equal(await answers.join('shop', answerId, 0), null)
    t.equal((await open({ key: '1' })).cache, 'miss')
    for (const [reader, company] of [[other, 'shop'], [elsewhere, 'other']] as const) {
      const found = await answers.join(company, reader.answerId, 0)
      t.ok(found)
      found!.close()
    }
    t.equal(await answers.erase({ company: 'shop', user: 'nobody' }), 0)
    t.ok(await answers.erase({ company: 'shop' }) >= 2)
    t.equal(await answers.join('shop', other.answerId, 0), null)
    t.equal((await open({ key: '3', company: 'other' })).cache, 'hit')
  })

  t.test('makes ids that cannot be guessed', async t => {
    const { open } = await make(t)
    const ids = await Promise.all(Array.from({ length: 100 }, async (_, n) => (await open({ key: String(n) })).answerId))
    t.equal(new Set(ids).size, 100)
    for (const id of ids) t.match(id, /^[0-9a-z]{6}-[A-Za-z0-9_-]{16}$/)
  })

  endingAnswers(t, make)
}
