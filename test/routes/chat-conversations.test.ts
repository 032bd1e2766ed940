// A conversation through POST /chat: earlier turns are there for the next question of the same user only.
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { coded } from '../../src/errors.ts'
import type { ModelRequest } from '../../src/llm/model.ts'
import { ask, question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp, type TestOptions } from '../helper.ts'

const conversation_id = 'c1'

/** Starts a service with a scripted language model, and a client of it. */
async function shop (t: Test, options: TestOptions = {}) {
  const model = fakeModel(async function * ({ question }) {
    yield { type: 'text', text: `About "${question}": yes [1]. No.` }
    yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
  })
  const parts = await startTestApp(t, { model, ...options })
  const say = async (message: string, body: object = {}) => {
    const answer = await parts.app.inject({
      method: 'POST', url: '/chat', payload: { ...question, message, conversation_id, stream: false, ...body },
    })
    return answer.json()
  }
  const kept = (user = question.user_id, id = conversation_id) => parts.app.conversations.get({ company: 'shop', user }, id)
  return { ...parts, model, say, kept }
}

/** Returns the messages to the language model after the company's prompt. */
const said = ({ messages }: ModelRequest) => messages.slice(1).map(({ role, content }) => [role, content])

t.test('includes the earlier turns in the next question, without citation marks', async t => {
  const { say, model, kept } = await shop(t)
  t.match(await say('How long does delivery take?'), { conversation_id, cache: 'miss' })
  t.match((await kept())!.turns, [
    { n: 0, question: 'How long does delivery take?', answer: /^About .*: yes\. No\.$/, cited: [/./], finishReason: 'stop' },
  ])
  await say('Can I return a tent within thirty days?')
  const messages = said(model.calls[1]!)
  t.same(messages.slice(0, 2), [['user', 'How long does delivery take?'], ['assistant', 'About "How long does delivery take?": yes. No.']])
  t.match(messages[2], ['user', 'Question: Can I return a tent within thirty days?'])
  t.equal(messages.length, 3)
  t.equal((await kept())!.turns.length, 2)
})

t.test('continues an id from start, and starts a new conversation for an unknown one', async t => {
  const { say, model } = await shop(t)
  const first = await say('How long does delivery take?', { conversation_id: undefined })
  await say('And how long on islands?', { conversation_id: first.conversation_id })
  t.equal(said(model.calls[1]!).length, 3)
  await say('Can I return a tent?', { conversation_id: 'another' })
  t.equal(said(model.calls[2]!).length, 1)
})

t.test('keeps the same id of another user or company apart', async t => {
  const { say, model, kept } = await shop(t)
  await say('How long does delivery take?')
  await say('Can I return a tent?', { user_id: 'u2' })
  t.equal(said(model.calls[1]!).length, 1)
  t.same((await kept('u2'))!.turns.map(({ question }) => question), ['Can I return a tent?'])
})

t.test('adds cached and joined answers to the conversation too', async t => {
  const { say, model, kept } = await shop(t)
  await say('How long does delivery take?')
  t.match(await say('How long does delivery take?', { conversation_id: 'c2', user_id: 'u2' }), { cache: 'hit' })
  t.equal(model.calls.length, 1)
  t.match((await kept('u2', 'c2'))!.turns, [{ question: 'How long does delivery take?', answer: /yes/ }])
})

t.test('shares an answer with earlier turns only within its conversation', async t => {
  const { say, model } = await shop(t)
  for (const user_id of ['u1', 'u2']) await say('How long does delivery take?', { user_id })
  await say('How long does delivery take?', { user_id: 'u3' })
  const next = 'Can I return a tent within thirty days?'
  t.match(await say(next, { user_id: 'u1' }), { cache: 'miss' })
  t.match(await say(next, { user_id: 'u2' }), { cache: 'hit' }, 'the same was said to both')
  t.match(await say(next, { user_id: 'u4' }), { cache: 'miss' })
  t.equal(model.calls.length, 3)
})

t.test('stores no turn for a failed answer, and the text so far for a stopped one', async t => {
  const held = Promise.withResolvers<void>()
  const { app, url, say, kept } = await shop(t, {
    model: fakeModel(async function * ({ question, signal }) {
      if (question.startsWith('Can')) throw coded('LLM_BROKEN')
      yield { type: 'text', text: 'Two days, ' }
      held.resolve()
      await once(signal, 'abort')
      throw signal.reason
    }),
  })
  t.match(await say('Can I return a tent?'), { code: 'LLM_BROKEN' })
  t.equal(await kept(), null)
  const answer = await ask(url, { ...question, conversation_id })
  await held.promise
  await app.answers.stop('shop', String(answer.headers['x-answer-id']))
  t.match((await answer.events()).at(-1), { data: { finish_reason: 'stopped' } })
  await until(async () => await kept() !== null)
  t.match((await kept())!.turns, [{ answer: 'Two days,', finishReason: 'stopped' }])
})

t.test('stores the answer of a client that has left, if it continues', async t => {
  const go = Promise.withResolvers<void>()
  const { url, kept } = await shop(t, {
    model: fakeModel(async function * () {
      yield { type: 'text', text: 'Two ' }
      await go.promise
      yield { type: 'text', text: 'days.' }
      yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
    }),
  })
  const answer = await ask(url, { ...question, conversation_id, resumable: true })
  while ((await answer.next())!.type !== 'delta');
  answer.leave()
  go.resolve()
  await until(async () => await kept() !== null)
  t.match((await kept())!.turns, [{ answer: 'Two days.' }])
})

t.test('makes one turn of a request that is sent twice', async t => {
  const go = Promise.withResolvers<void>()
  let calls = 0
  const model = fakeModel(async function * ({ question, signal }) {
    yield { type: 'text', text: `Part ${++calls} ` }
    if (question.startsWith('Can')) await Promise.race([go.promise, once(signal, 'abort')])
    signal.throwIfAborted()
    yield { type: 'text', text: 'of two days [1].' }
    yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
  })
  const { app, url, say, kept } = await shop(t, { model })
  const turns = async (id?: string) => (await kept(question.user_id, id))?.turns.map(({ question, answer }) => [question, answer])
  const first = 'How long does delivery take?'
  t.match(await say(first), { cache: 'miss' })

  t.test('again after its end: it gets the same answer', async t => {
    t.match(await say(first), { cache: 'hit', answer: 'Part 1 of two days [1].' })
    t.same(await turns(), [[first, 'Part 1 of two days.']])
  })

  t.test('twice at once', async t => {
    const both = [say('Can I return a tent?'), say('Can I return a tent?')]
    await until(() => app.answers.stats().joined === 1)
    go.resolve()
    t.same((await Promise.all(both)).map(({ cache }) => cache).sort(), ['joined', 'miss'])
    t.same(await turns(), [[first, 'Part 1 of two days.'], ['Can I return a tent?', 'Part 2 of two days.']])
    t.equal(said(model.calls[1]!).length, 3, 'what was said before is there once')
  })

  t.test('again after its client was cut off', async t => {
    const held = Promise.withResolvers<void>()
    let isFirst = true
    const slow = fakeModel(async function * ({ signal }) {
      yield { type: 'text', text: 'Two ' }
      if (isFirst) {
        isFirst = false
        held.resolve()
        await once(signal, 'abort')
        throw signal.reason
      }
      yield { type: 'text', text: 'days.' }
      yield { type: 'finish', reason: 'stop' }
    })
    const cut = await shop(t, { model: slow })
    const answer = await ask(cut.url, { ...question, conversation_id })
    while ((await answer.next())!.type !== 'delta');
    await held.promise
    answer.leave()
    await until(async () => (await cut.kept())?.turns[0]?.finishReason === 'stopped')
    t.match(await cut.say(question.message), { answer: 'Two days.' })
    t.equal(said(slow.calls[1]!).length, 1, 'the half of an answer is not part of the conversation')
    t.match((await cut.kept())!.turns, [{ n: 0, answer: 'Two days.', finishReason: 'stop' }])
    t.equal((await cut.kept())!.turns.length, 1)
  })

  t.test('with an Idempotency-Key, however late, and without the id of its conversation', async t => {
    const post = async (message: string, key: string) => {
      const answer = await ask(url, { ...question, message, stream: false }, { headers: { 'idempotency-key': key } })
      return JSON.parse(await answer.text())
    }
    const one = await post('How heavy is the tent?', 'k1')
    t.equal((await post('How heavy is the tent?', 'k1')).conversation_id, one.conversation_id)
    t.equal((await turns(one.conversation_id))!.length, 1)
    t.not((await post('How heavy is the tent?', 'k2')).conversation_id, one.conversation_id)
  })
})

t.test('a conversation that is deleted while its answer is running stays deleted', async t => {
  const go = Promise.withResolvers<void>()
  const { app, url, say, kept } = await shop(t, {
    model: fakeModel(async function * () {
      yield { type: 'text', text: 'Two ' }
      await go.promise
      yield { type: 'finish', reason: 'stop' }
    }),
  })
  const answer = await ask(url, { ...question, conversation_id })
  while ((await answer.next())!.type !== 'delta');
  await app.inject({ method: 'DELETE', url: `/conversations/${conversation_id}?user_id=${question.user_id}&company_id=shop` })
  go.resolve()
  t.match((await answer.events()).at(-1), { data: { finish_reason: 'stop' } })
  t.equal(await kept(), null)
  t.match(await say('And to islands?'), { conversation_id })
  t.equal((await kept())!.turns.length, 1, 'the id can be used again')
})

t.test('answers the question when the conversation cannot be read, and says so', async t => {
  const { app, say, model } = await shop(t)
  app.conversations.get = async () => { throw coded('CONVERSATIONS_UNAVAILABLE') }
  const answer = await say('How long does delivery take?')
  t.match(answer, { degraded: true, degraded_reason: 'what was said before could not be read', answer: /yes/ })
  t.match(await say('How long does delivery take?'), { cache: 'miss' }, 'and it is not kept')
  t.match(await say('How long does delivery take?', { conversation_id: undefined }), { degraded: false }, 'one that begins misses nothing')
  t.equal(model.calls.length, 3)
})

t.test('summarizes a long conversation in the background', async t => {
  const { say, kept } = await shop(t, { config: { CONVERSATION_MAX_TURNS: 3 } })
  for (let n = 0; n < 6; n++) await say(`How long does delivery take, case ${n}?`)
  await until(async () => (await kept())!.digest !== '')
  const { turns, digest } = (await kept())!
  t.ok(turns.length <= 4, `${turns.length} turns`)
  t.match(digest, /yes/, 'by the language model')
})

t.test('CONVERSATION_TTL_SECONDS=0 lets every question stand alone', async t => {
  const { say, model } = await shop(t, { config: { CONVERSATION_TTL_SECONDS: 0 } })
  await say('How long does delivery take?')
  await say('And on islands, how long does delivery take?')
  t.equal(said(model.calls[1]!).length, 1)
})

t.test('completes a follow-up from the conversation without a language model', async t => {
  const { app } = await startTestApp(t)
  const say = async (message: string, body: object = {}) =>
    (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, message, conversation_id, stream: false, ...body } })).json()
  t.match(await say('What does the tent Fjell for two cost?'), { answer: /299/, citations: [1] })
  const follow = await say('And how heavy is it?')
  t.match(follow, { answer: /1\.9 kg/, standalone_question: /tent/i })
  t.match((await app.conversations.get({ company: 'shop', user: 'u1' }, conversation_id))!.turns[1], {
    question: 'And how heavy is it?', standalone: follow.standalone_question,
  })
  const alone = await say('How long does delivery take?')
  t.notOk('standalone_question' in alone, 'what stands alone is left as it is')
  t.match(await say('How long does delivery take?', { user_id: 'u2' }), { cache: 'hit' }, 'and its answer can be shared')
})

t.test('lets a language model write the question, but not when the question stands alone', async t => {
  const model = fakeModel(async function * ({ maxTokens, question }) {
    yield { type: 'text', text: maxTokens === 100 ? 'How long does delivery to islands take?' : `About "${question}": yes [1].` }
    yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
  })
  const { say } = await shop(t, { model })
  await say('How long does delivery take?')
  t.match(await say('and to islands?'), {
    standalone_question: 'How long does delivery to islands take?', answer: /About "How long does delivery to islands take\?"/,
  })
  t.equal(model.calls.length, 3)
  await say('Can I return a tent within thirty days?')
  t.equal(model.calls.length, 4)
})
