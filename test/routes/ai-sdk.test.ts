// /api/chat on real sockets, with the AI SDK's own transport, reader and chat.
import { DefaultChatTransport, readUIMessageStream, type UIMessage } from 'ai'
import t from 'tap'
import type { Asked } from '../../src/chat/question.ts'
import { createTestChat, textOf } from '../fixtures/ai-chat.ts'
import { ask, askJson } from '../fixtures/app-client.ts'
import { endless, withLlm } from '../fixtures/app-llm.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { whenIdle } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

const body = { company_id: 'shop', user_id: 'u1' }
const text = 'How long does delivery take?'
const user = (said: string, id = 'm1'): UIMessage => ({ id, role: 'user', parts: [{ type: 'text', text: said }] })
const request = { id: 'chat-1', messages: [user(text)], trigger: 'submit-message', ...body }
const path = '/api/chat'

const said = ({ chat }: ReturnType<typeof createTestChat>) => textOf(chat.lastMessage)

t.test('a chat', async t => {
  const { url, llm, app } = await withLlm(t)
  const { chat, finished } = createTestChat(url, { body })

  t.test('gets its answer and the cited sources', async t => {
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'] })
    await chat.sendMessage({ text })
    t.equal(chat.error, undefined)
    t.equal(chat.status, 'ready')
    t.match(finished, [{ isAbort: false, isError: false, isDisconnect: false, finishReason: 'stop' }])
    t.match(chat.messages.map(({ role }) => role), ['user', 'assistant'])
    t.match(chat.lastMessage, {
      metadata: { finish_reason: 'stop', answered_by: 'llm', citations: [1] },
      parts: [
        { type: 'text', text: 'Two days [1].', state: 'done' },
        {
          type: 'source-url', sourceId: '1', url: 'https://shop.example/faq/delivery', title: 'How long does delivery take?',
          providerMetadata: { causerie: { id: 'faq/delivery', index: 'faq', snippet: String } },
        },
      ],
    })
    t.equal(chat.lastMessage!.parts.length, 2)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
  })

  t.test('gets an answer that it already has as another message', async t => {
    const before = chat.messages[1]!
    // For the service this is a first question, so the answer is the cached one.
    const other = createTestChat(url, { body, messages: [before] })
    await other.chat.sendMessage({ text })
    t.equal(llm.requests.length, 2, 'the warm-up and one question')
    t.same(other.chat.messages.map(({ id }) => id), [before.id, other.chat.messages[1]!.id, `${before.id}-2`])
    t.same({ ...other.chat.lastMessage, id: before.id }, before)
  })

  t.test('gets a new answer when it asks for one', async t => {
    const first = chat.lastMessage!
    for (const [n, token] of ['Two working days [1].', 'In two days [1].'].entries()) {
      llm.enqueue({ tokens: [token] })
      await chat.regenerate(n === 0 ? {} : { messageId: chat.lastMessage!.id })
      t.match(chat, { status: 'ready', error: undefined })
      t.equal(chat.messages.length, 2)
      t.equal(textOf(chat.lastMessage), token)
      t.not(chat.lastMessage!.id, first.id)
    }
    t.equal(llm.requests.length, 4, 'the warm-up and three questions')
  })

  t.test('continues', async t => {
    llm.enqueue({ tokens: ['Four days [1].'] })
    await chat.sendMessage({ text: 'How long does delivery take on islands?' })
    t.same(chat.messages.map(textOf), [text, 'In two days [1].', 'How long does delivery take on islands?', 'Four days [1].'])
  })

  t.test('learns that nothing was found', async t => {
    const none = createTestChat(url, { body })
    llm.enqueue({ tokens: ['**NO_', 'ANSWER**', ' as the passages do not say [1]'] })
    await none.chat.sendMessage({ text: 'Who won the chess tournament in Reykjavik?' })
    t.match(none.chat.lastMessage, { metadata: { finish_reason: 'no_answer', answered_by: 'llm', citations: [] } })
    t.equal(none.chat.lastMessage!.parts.length, 1)
    t.equal(textOf(none.chat.lastMessage), 'I could not find the answer to that in the documents I have.')
  })
})

t.test('the bytes', async t => {
  const { url, llm } = await withLlm(t)
  llm.enqueue({ tokens: ['Two days [1].'] })
  const answer = await ask(url, request, { path })
  t.equal(answer.status, 200)
  t.match(answer.headers, {
    'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no',
    'x-vercel-ai-ui-message-stream': 'v1',
  })
  const first = await answer.text()
  t.match(first, `data: {"type":"start","messageId":"${answer.headers['x-answer-id']}"}\n\n`)
  t.ok(first.endsWith('\n\ndata: [DONE]\n\n'))
  t.equal(await (await ask(url, request, { path })).text(), first, 'are the same when the answer is given again')
  t.match(
    await (await ask(url, { ...body, message: text }, { path: '/chat' })).text(), '"cache":"hit"', 'and it is the answer of every format'
  )
})

t.test('readUIMessageStream reads what the default transport gets', async t => {
  const { url, llm } = await withLlm(t)
  llm.enqueue({ tokens: ['Two ', 'days.'] })
  const transport = new DefaultChatTransport<UIMessage>({ api: url + path, body: async () => body })
  const stream = await transport.sendMessages({
    trigger: 'submit-message', chatId: 'chat-1', messageId: undefined, messages: [user(text)], abortSignal: undefined,
  })
  const texts: string[] = []
  for await (const message of readUIMessageStream({ stream, terminateOnError: true })) texts.push(textOf(message))
  t.equal(texts.at(-1), 'Two days.')
  t.ok(texts.includes('Two '), 'piece by piece')
})

t.test('calls the model once for two equal questions at once', async t => {
  const { url, llm } = await withLlm(t)
  const { until, open } = gate()
  llm.enqueue({ tokens: ['Two ', 'days.'], gate: { after: 2, until } })
  const [one, two] = [createTestChat(url, { body }), createTestChat(url, { body, id: 'chat-2' })]
  const asked = [one.chat.sendMessage({ text }), two.chat.sendMessage({ text })]
  await Promise.all([one.until(() => said(one) === 'Two '), two.until(() => said(two) === 'Two ')])
  open()
  await Promise.all(asked)
  t.same([said(one), said(two)], ['Two days.', 'Two days.'])
  t.equal(llm.requests.length, 2)
})

t.test('stop() closes the language model\'s socket', async t => {
  const { url, llm, app } = await withLlm(t)
  llm.enqueue(endless)
  const one = createTestChat(url, { body })
  const asked = one.chat.sendMessage({ text })
  await one.until(() => said(one) === 'Two days [1]')
  await one.chat.stop()
  await asked
  t.match(one.finished, [{ isAbort: true, isError: false }])
  t.equal(await llm.requests[1]!.closed, true)
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
  const missing = await askJson(url, undefined, { path: '/api/chat/chat-1/stream?company_id=shop&user_id=u1', method: 'GET' })
  t.match(missing, { status: 204, json: null }, 'and there is nothing to come back to')
})

t.test('a resumable answer', async t => {
  // The address names the user for a reconnecting client too, which sends no body.
  const api = { path: '/api/chat?company_id=shop&user_id=u1', body: { resumable: true } }

  t.test('is read from its start by the chat of a reloaded page', async t => {
    const { url, llm } = await withLlm(t)
    const { until, open } = gate()
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], gate: { after: 3, until } })
    const lost = createTestChat(url, api)
    const asked = lost.chat.sendMessage({ text })
    await lost.until(() => said(lost) === 'Two days ')
    await lost.chat.stop()
    await asked
    const kept = createTestChat(url, { ...api, messages: structuredClone(lost.chat.messages) })
    const bare = createTestChat(url, { ...api, messages: [user(text)] })
    const resumed = [lost, kept, bare].map(({ chat }) => chat.resumeStream())
    await Promise.all([lost, kept, bare].map(one => one.until(() => one.chat.status === 'streaming' && said(one) === 'Two days ')))
    open()
    await Promise.all(resumed)
    for (const { chat } of [lost, kept, bare]) {
      t.equal(chat.messages.length, 2, 'the message that was begun is continued')
      t.match(chat.lastMessage, { id: lost.chat.lastMessage!.id, parts: [{ type: 'text', text: 'Two days [1].' }, { type: 'source-url' }] })
    }
    t.equal(llm.requests.length, 2)

    await kept.chat.resumeStream()
    t.match(kept.chat, { status: 'ready', error: undefined }, 'nothing runs any more')
    t.equal(kept.chat.messages.length, 2)
    const { json } = await askJson(url, undefined, { method: 'GET', path: `/chat/${kept.chat.lastMessage!.id}?company_id=shop` })
    t.match(json, { answer: 'Two days [1].' }, 'but the answer is there by its message\'s id')
  })

  t.test('is found by its own user and company only', async t => {
    const { url, llm, app } = await withLlm(t)
    llm.enqueue(endless)
    const one = createTestChat(url, { ...api, id: 'a chat / of mine?' })
    const asked = one.chat.sendMessage({ text })
    await one.until(() => said(one) === 'Two days [1]')
    const at = (id: string, query: string, method = 'GET') =>
      askJson(url, undefined, { method, path: `/api/chat/${encodeURIComponent(id)}/stream?${query}` })
    for (const [id, query] of [
      ['a chat / of mine?', 'company_id=shop&user_id=u2'], ['a chat / of mine?', 'company_id=shop'],
      ['a chat / of mine?', 'company_id=other&user_id=u1'], ['chat-1', 'company_id=shop&user_id=u1'],
    ] as const) {
      t.match(await at(id, query), { status: 204, json: null })
      t.match(await at(id, query, 'DELETE'), { status: 404, json: { code: 'ANSWER_NOT_FOUND' } })
    }
    t.match(await at('chat-1', 'user_id=u1'), { status: 400, json: { code: 'COMPANY_MISSING' } })
    t.match(app.answers.stats(), { live: 1, readers: 1 })

    t.equal((await at('a chat / of mine?', 'company_id=shop&user_id=u1', 'DELETE')).status, 204)
    await asked
    t.equal(await llm.requests[1]!.closed, true, 'a stop reaches the model')
    t.equal(one.chat.status, 'ready')
    t.match(one.chat.lastMessage!.parts, [{ type: 'text', text: 'Two days [1]', state: 'done' }, { type: 'source-url', sourceId: '1' }])
    t.match(one.finished, [{ isError: false, finishReason: undefined }])
    t.match(await whenIdle(app.answers), { live: 0, readers: 0, stopped: 1 })
    t.equal((await at('a chat / of mine?', 'company_id=shop&user_id=u1', 'DELETE')).status, 204, 'stopping twice does no harm')
  })

  t.test('is found again from the same address by a client without a user name', async t => {
    const { url, llm } = await withLlm(t)
    llm.enqueue(endless)
    const one = createTestChat(url, { path: '/api/chat?company_id=shop' })
    const asked = one.chat.sendMessage({ text })
    await one.until(() => said(one) === 'Two days [1]')
    t.equal((await askJson(url, undefined, { method: 'DELETE', path: '/api/chat/chat-1/stream?company_id=shop' })).status, 204)
    await asked
    t.equal(one.chat.status, 'ready')
  })

  t.test('is not read by HEAD', async t => {
    const { url } = await withLlm(t)
    t.equal((await askJson(url, undefined, { method: 'HEAD', path: '/api/chat/chat-1/stream?company_id=shop' })).status, 405)
  })
})

t.test('the request', async t => {
  const { url, app } = await startTestApp(t, {
    model: fakeModel(['ok [1]']), engine: fakeEngine(async () => found([passage()])),
    config: { MAX_BODY_BYTES: 2000, MAX_MESSAGES_BYTES: 20_000 },
  })
  const questions: Asked[] = []
  const { ask: really } = app
  app.ask = question => {
    questions.push(question)
    return really(question)
  }

  t.test('passes its options on to the question', async t => {
    const messages: UIMessage[] = [
      { id: 's', role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      user('Which tents are there?'),
      {
        id: 'a1', role: 'assistant',
        parts: [
          { type: 'text', text: 'One [1].' }, { type: 'source-document', sourceId: '1', mediaType: 'text/plain', title: 'Tent Fjell' },
        ],
      },
      user('For two people?', 'm2'),
    ]
    const answer = await ask(
      url, { ...request, messages, language: 'fr', indexes: ['faq'], page: { title: 'Tents' }, max_tokens: 12, temperature: 1.5 },
      { path }
    )
    await answer.text()
    t.match(questions.pop(), {
      conversation: 'chat-1', user: 'u1', message: 'For two people?', language: 'fr', indexes: ['faq'], page: { title: 'Tents' },
      maxTokens: 12, temperature: 1.5, instructions: 'Be brief.',
      history: { digest: '', turns: [{ question: 'Which tents are there?', answer: 'One.', cited: ['Tent Fjell'] }] },
    })
  })

  t.test('takes the conversation from the client', async t => {
    await (await ask(url, request, { path })).text()
    t.same(questions.pop()?.history, { digest: '', turns: [] })
  })

  t.test('ignores unknown fields', async t => {
    const answer = await ask(
      url, { ...request, model: 'gpt', sessionId: 1, messages: [{ ...user(text), metadata: { any: 1 }, createdAt: 'x' }] }, { path }
    )
    t.equal(answer.status, 200)
    answer.leave()
  })

  t.test('accepts a long conversation that is larger than other bodies, up to a limit', async t => {
    const long = (chars: number) => ({
      ...request,
      messages: [user('x'), { id: 'a', role: 'assistant', parts: [{ type: 'text', text: 'y'.repeat(chars) }] }, user(text, 'm2')],
    })
    const answer = await ask(url, long(10_000), { path })
    t.equal(answer.status, 200)
    await answer.text()
    const refused = await ask(url, long(30_000), { path })
    t.equal(refused.status, 413)
    t.match(await refused.text(), /\(BODY_TOO_LARGE\)$/)
  })
})
