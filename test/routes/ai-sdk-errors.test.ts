// The errors that the AI SDK's chat gets when /api/chat cannot answer.
import type { APICallError } from 'ai'
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import { createTestChat, textOf } from '../fixtures/ai-chat.ts'
import { askJson } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../fixtures/app-parts.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import { startTestApp } from '../helper.ts'

const path = '/api/chat'
const body = { company_id: 'shop', user_id: 'u1' }
const text = 'How long does delivery take?'
const request = {
  id: 'chat-1', messages: [{ id: 'm1', role: 'user', parts: [{ type: 'text', text }] }], trigger: 'submit-message', ...body,
}

t.test('errors', async t => {
  const llm = await startLlmServer()
  const { url } = await startTestApp(t, { config: { LLM_URL: llm.url('openai'), LLM_MODEL: 'scripted', LLM_RETRIES: 0 } })
  t.teardown(() => llm.close())
  // The warm-up is the first request.
  await (await llm.request(0)).closed

  t.test('in mid-stream: keeps the text so far, and gives the chat the message with its code', async t => {
    llm.enqueue({ tokens: ['Two ', 'days '], then: 'cut', finish: null, done: false })
    const { chat, finished } = createTestChat(url, { body })
    await chat.sendMessage({ text })
    t.equal(chat.status, 'error')
    t.match(chat.error!.message, /^The language model's answer broke off.* \(LLM_BROKEN\)$/)
    t.match(chat.lastMessage, { role: 'assistant', parts: [{ type: 'text', text: 'Two days ', state: 'done' }] })
    t.match(finished, [{ isError: true }])
  })

  t.test('before the first token', async t => {
    llm.enqueue({ status: 500 })
    const { chat } = createTestChat(url, { body })
    await chat.sendMessage({ text })
    t.match(chat.error!.message, /\(LLM_[A-Z]+\)$/)
    llm.enqueue({ tokens: ['Two days.'] })
    await chat.regenerate()
    t.equal(textOf(chat.lastMessage), 'Two days.', 'asking again helps')
    t.equal(chat.messages.length, 2)
  })

  for (const [name, changes, status, message] of [
    ['no such company', { company_id: 'nobody' }, 404,
      'Unknown company. GET /v1/companies lists those that the key may ask. (UNKNOWN_COMPANY)'],
    ['no company', { company_id: undefined }, 400, 'Name the company: company_id. (COMPANY_MISSING)'],
    ['no such index', { indexes: ['blog'] }, 400, 'The company has no such index. It has: faq, products. (UNKNOWN_INDEX)'],
    [
      'a wrong field', { language: 'tlh' }, 400,
      'The body does not fit the schema. The field "language" must be equal to one of the allowed values: fr, en, es, de. (INVALID_BODY)',
    ],
  ] as const) {
    t.test(`before the stream, ${name}: gives the chat a sentence as its error`, async t => {
      const { chat } = createTestChat(url, { body: { ...body, ...changes } })
      await chat.sendMessage({ text })
      t.equal(chat.status, 'error')
      t.match(chat.error, { name: 'AI_APICallError', statusCode: status, message } satisfies Partial<APICallError>)
      t.match(
        chat.messages.map(({ role }) => role), ['user']
      )
    })
  }

  t.test('refuses a file', async t => {
    const { chat } = createTestChat(url, { body })
    await chat.sendMessage({ text: 'What is this?', files: [{ type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' }] })
    t.match(chat.error, { statusCode: 400, message: /files and images. \(NOT_SUPPORTED\)$/ })
    llm.enqueue({ tokens: ['Three days.'] })
    await chat.sendMessage({ text: 'How long does delivery to islands take?' })
    t.match(chat, { error: undefined, status: 'ready' }, 'and the chat continues')
    t.equal(textOf(chat.lastMessage), 'Three days.')
  })

  t.test('refuses an empty question', async t => {
    for (const said of ['', ' \n ']) {
      const { chat } = createTestChat(url, { body })
      await chat.sendMessage({ text: said })
      t.match(chat.error, { statusCode: 400, message: 'The message is empty. (MESSAGE_EMPTY)' })
    }
  })

  t.test('answers with JSON for a client that asks for it', async t => {
    t.match(await askJson(url, { ...request, company_id: 'nobody' }, { path }), {
      status: 404, json: { statusCode: 404, code: 'UNKNOWN_COMPANY', error: 'Not Found', message: /^Unknown company\./ },
    })
    t.match(await askJson(url, '{', { path }), { status: 400, json: { code: 'INVALID_JSON' } })
  })

  for (const [name, wrong] of Object.entries({
    'no messages': { messages: undefined }, 'an empty list': { messages: [] },
    'a message without parts': { messages: [{ role: 'user', content: text }] },
    'parts that are no list': { messages: [{ role: 'user', parts: 'x' }] },
    'a part without a type': { messages: [{ role: 'user', parts: [{ text }] }] }, 'a user without a name': { user_id: '' },
    'an id that is no text': { id: 7 },
  })) {
    t.test(`a body with ${name}`, async t => {
      t.match(await askJson(url, { ...request, ...wrong }, { path }), { status: 400, json: { code: 'INVALID_BODY' } })
    })
  }
})

t.test('answers 503 before the stream without the company profiles', async t => {
  const { url } = await startTestApp(t, {
    profileStore: {
      get: async () => {
        throw coded('PROMPTS_UNAVAILABLE')
      },
      companies: async () => [], unavailable: async () => 'down',
    },
  })
  const { chat } = createTestChat(url, { body })
  await chat.sendMessage({ text })
  t.match(chat.error, { statusCode: 503, message: /\(PROMPTS_UNAVAILABLE\)$/ })
})

t.test('keys', async t => {
  const { url, app } = await startTestApp(t, { model: fakeModel(['Two days [1].']), engine: fakeEngine() })
  const mine = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(mine.key)
  app.keyVerifier.drop()

  t.test('without one: 401', async t => {
    const { chat } = createTestChat(url, { body })
    await chat.sendMessage({ text })
    t.match(chat.error, { statusCode: 401, message: /\(KEY_MISSING\)$/ })
    for (const method of ['GET', 'DELETE']) {
      t.equal((await askJson(url, undefined, { method, path: '/api/chat/chat-1/stream' })).status, 401)
    }
  })

  t.test('knows the company with one', async t => {
    const { chat } = createTestChat(url, { headers: { authorization: `Bearer ${mine.text}` } })
    await chat.sendMessage({ text })
    t.equal(textOf(chat.lastMessage), 'Two days [1].')
    await chat.resumeStream()
    t.equal(chat.error, undefined)
  })

  t.test('of another company: 403', async t => {
    const { chat } = createTestChat(url, { headers: { authorization: `Bearer ${mine.text}` }, body: { company_id: 'other' } })
    await chat.sendMessage({ text })
    t.match(chat.error, { statusCode: 403, message: /\(WRONG_COMPANY\)$/ })
  })
})

t.test('answers 429 after too many questions of one user', async t => {
  const { url } = await startTestApp(t, { model: fakeModel(['Two days [1].']), engine: fakeEngine(), config: { RATE_LIMIT_CALLS: 1 } })
  const chats = ['u1', 'u1', 'u2', undefined, undefined].map(user_id => createTestChat(url, { body: { company_id: 'shop', user_id } }).chat)
  for (const chat of chats) await chat.sendMessage({ text })
  t.same(
    chats.map(({ error }) => (error as APICallError | undefined)?.statusCode), [undefined, 429, undefined, undefined, 429],
    "the client's address where none is named"
  )
  t.match(chats[1]!.error!.message, /^Too many questions.*\(RATE_LIMITED\)$/)
})
