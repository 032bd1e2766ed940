// /v1 on real sockets, with the official client.
import OpenAI, {
  APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError, RateLimitError,
} from 'openai'
import type {
  ChatCompletionChunk, ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import t, { type Test } from 'tap'
import type { Asked } from '../../src/chat/question.ts'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import { ask, askJson } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, found, profile } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { startLlmServer, type LlmScript, type LlmServer } from '../fixtures/llm-server.ts'
import { libreChatChat, openWebUiChat, openWebUiImage, openWebUiTasks } from '../fixtures/openai-bodies.ts'
import { startTestApp, type TestApp, type TestOptions } from '../helper.ts'

const text = 'How long does delivery take?'
const path = '/v1/chat/completions'
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: text }]
const request = { model: 'shop', messages }

/** Two tokens, and then nothing more ever. */
const endless: LlmScript = { tokens: ['Two ', 'days [1]'], then: 'hold', finish: null, done: false }

function clientOf (url: string, apiKey = 'none'): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 })
}

async function withLlm (t: Test, { config, ...options }: TestOptions = {}): Promise<TestApp & { llm: LlmServer, client: OpenAI }> {
  const llm = await startLlmServer()
  const started = await startTestApp(t, {
    config: { LLM_URL: llm.url('openai'), LLM_MODEL: 'scripted', LLM_RETRIES: 0, ...config }, ...options,
  })
  t.teardown(() => llm.close())
  // The warm-up is the first request.
  await (await llm.request(0)).closed
  return { ...started, llm, client: clientOf(started.url) }
}

/** An app without a language model, whose questions are kept to look at. */
async function withQuestions (t: Test, config: Record<string, unknown> = {}) {
  const started = await startTestApp(t, { model: fakeModel(['Two ', 'days [1].']), engine: fakeEngine(), config })
  const questions: Asked[] = []
  const { ask } = started.app
  started.app.ask = asked => {
    questions.push(asked)
    return ask(asked)
  }
  return { ...started, questions, client: clientOf(started.url) }
}

async function readAll (
  client: OpenAI,
  body: object = {},
  headers: Record<string, string> = {}
): Promise<{ chunks: ChatCompletionChunk[]; text: string }> {
  const chunks: ChatCompletionChunk[] = []
  for await (const chunk of await client.chat.completions.create({ ...request, ...body, stream: true }, { headers })) chunks.push(chunk)
  return { chunks, text: chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('') }
}

t.test('an answer', async t => {
  const { client, llm, url, app } = await withLlm(t)

  t.test('streamed', async t => {
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], usage: { input: 30, output: 3 } })
    const {
      data: stream, response, request_id: requestId,
    } = await client.chat.completions.create({ ...request, stream: true }).withResponse()
    const chunks: ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const answerId = response.headers.get('x-answer-id')
    t.equal(requestId, answerId)
    t.match(response.headers.get('content-type'), 'text/event-stream')
    for (const chunk of chunks) {
      t.match(chunk, { id: `chatcmpl-${answerId}`, object: 'chat.completion.chunk', model: 'shop', created: Number })
    }
    t.ok(Math.abs(chunks[0]!.created - Date.now() / 1000) < 60)
    t.equal(chunks[0]?.choices[0]?.delta.role, 'assistant')
    t.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'Two days [1].')
    t.match(chunks.at(-1), {
      choices: [{ finish_reason: 'stop' }], sources: [{ n: 1, id: 'faq/delivery', url: 'https://shop.example/faq/delivery' }],
      causerie: { citations: [1], answered_by: 'llm' },
    })
    t.notOk(chunks.some(({ usage }) => usage))
  })

  t.test('with its usage', async t => {
    const { chunks } = await readAll(client, { stream_options: { include_usage: true } })
    t.match(chunks.pop(), { choices: [], usage: { prompt_tokens: 30, completion_tokens: 3, total_tokens: 33 } })
    t.ok(chunks.every(({ usage }) => usage === null))
    t.equal(llm.requests.length, 2, 'the warm-up and one question: it is the same answer')
  })

  t.test('gathered by the client, which keeps what OpenAI does not have', async t => {
    const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } })
    t.match(await stream.finalChatCompletion(), {
      choices: [{ message: { content: 'Two days [1].' }, finish_reason: 'stop' }], usage: { total_tokens: 33 },
      sources: [{ n: 1, id: 'faq/delivery' }],
    })
  })

  t.test('in one piece', async t => {
    const answer = await client.chat.completions.create(request)
    t.match(answer, {
      object: 'chat.completion', model: 'shop',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Two days [1].' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 30, completion_tokens: 3, total_tokens: 33 }, sources: [{ n: 1, id: 'faq/delivery' }],
    })
    t.equal(answer.id, `chatcmpl-${answer._request_id}`)
    t.match(
      await (await ask(url, { company_id: 'shop', user_id: 'u1', message: text })).text(), '"cache":"hit"',
      'it is the answer of every format'
    )
    const { status, json } = await askJson(url, undefined, { method: 'GET', path: `/chat/${answer._request_id}?company_id=shop` })
    t.match([status, json.answer], [200, 'Two days [1].'])
  })

  t.test('that is cut short', async t => {
    llm.enqueue({ tokens: ['Two ', 'days'], finish: 'length' })
    const answer = await client.chat.completions.create({ ...request, max_completion_tokens: 2 })
    t.equal(answer.choices[0]?.finish_reason, 'length')
    t.match(llm.requests.at(-1)?.body, { max_tokens: 2 })
  })

  t.test('that was not found', async t => {
    const messages = [{ role: 'user' as const, content: 'Who won the chess tournament in Reykjavik?' }]
    t.match(await client.chat.completions.create({ model: 'shop', messages }), {
      choices: [{ finish_reason: 'stop' }], causerie: { finish_reason: 'no_answer', citations: [] },
    })
  })

  t.test('that somebody stops', async t => {
    llm.enqueue(endless)
    const { data: stream, response } = await client.chat.completions.create({ ...request, temperature: 1, stream: true }).withResponse()
    const reasons: unknown[] = []
    for await (const { choices: [choice] } of stream) {
      if (choice?.delta.content === 'days [1]') t.ok(await app.answers.stop('shop', response.headers.get('x-answer-id')!))
      reasons.push(choice?.finish_reason)
    }
    t.equal(reasons.at(-1), 'stop')
  })
})

t.test('an answer without a language model', async t => {
  const { url } = await startTestApp(t)
  const { chunks, text: read } = await readAll(clientOf(url), { stream_options: { include_usage: true } })
  t.match(read, /two working days.*\[1\]/)
  t.match(chunks.at(-2), { choices: [{ finish_reason: 'stop' }], sources: [{ n: 1, id: 'faq/delivery' }], causerie: { citations: [1] } })
  t.match(chunks.at(-1), { choices: [], usage: { total_tokens: 0 } })
})

t.test('the client leaves', async t => {
  const { client, llm, app } = await withLlm(t)

  t.test('stream.controller.abort() reaches the language model\'s socket', async t => {
    llm.enqueue(endless)
    const stream = await client.chat.completions.create({ ...request, stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content === 'days [1]') stream.controller.abort()
    t.equal(await llm.requests[1]!.closed, true)
    t.match(app.answers.stats(), { live: 0, readers: 0, abandoned: 1 })
  })

  t.test('and so does the end of a request that is not streamed', async t => {
    llm.enqueue(endless)
    const leaving = new AbortController()
    const asked = client.chat.completions.create({ ...request, temperature: 1 }, { signal: leaving.signal })
    const sent = await llm.request(2)
    leaving.abort()
    await t.rejects(asked, { name: 'Error', message: 'Request was aborted.' })
    t.equal(await sent.closed, true)
    t.match(app.answers.stats(), { live: 0, readers: 0, abandoned: 2 })
  })
})

t.test('two who ask the same at once, one streamed and one not: one call', async t => {
  const { client, llm } = await withLlm(t)
  const { until, open } = gate()
  llm.enqueue({ tokens: ['Two ', 'days.'], gate: { after: 2, until } })
  const streamed = await client.chat.completions.create({ ...request, stream: true })
  const whole = client.chat.completions.create(request)
  let read = ''
  for await (const { choices } of streamed) {
    read += choices[0]?.delta.content ?? ''
    if (read === 'Two ') open()
  }
  t.equal(read, 'Two days.')
  t.equal((await whole).choices[0]?.message.content, 'Two days.')
  t.equal(llm.requests.length, 2)
})

t.test('errors', async t => {
  const { client, llm, url } = await withLlm(t)

  t.test('in mid-stream are the client\'s error, after what came', async t => {
    llm.enqueue({ tokens: ['Two ', 'days '], then: 'cut', finish: null, done: false })
    let read = ''
    const stream = await client.chat.completions.create({ ...request, stream: true })
    const error = await (async () => {
      for await (const { choices } of stream) read += choices[0]?.delta.content ?? ''
    })().catch(error => error)
    t.equal(read, 'Two days ')
    t.ok(error instanceof APIError)
    t.match(error, { code: 'LLM_BROKEN', type: 'server_error', param: null, message: /broke off/ })
  })

  t.test('of an answer that is not streamed', async t => {
    llm.enqueue({ status: 500 })
    const error = await client.chat.completions.create(request).catch(error => error)
    t.ok(error instanceof InternalServerError)
    t.match(error, { status: 502, code: 'LLM_UNREACHABLE', type: 'server_error' })
  })

  for (const [name, body, code, param] of [
    ['no model', { model: undefined }, 'COMPANY_MISSING', 'model'],
    ['no messages', { messages: undefined }, 'INVALID_BODY', 'messages'],
    ['an empty list', { messages: [] }, 'INVALID_BODY', 'messages'],
    ['a message without a role', { messages: [{ content: text }] }, 'INVALID_BODY', 'messages[0].role'],
    ['a role that there is not', { messages: [{ role: 'robot', content: text }] }, 'INVALID_BODY', 'messages[0].role'],
    ['content that is none', { messages: [{ role: 'user', content: 7 }] }, 'INVALID_BODY', 'messages[0].content'],
    ['nothing asked', { messages: [{ role: 'user', content: ' ' }] }, 'MESSAGE_EMPTY', 'messages'],
    ['too much asked', { messages: [{ role: 'user', content: 'x'.repeat(5000) }] }, 'MESSAGE_TOO_LONG', 'messages'],
    ['the answer begun by the client', { messages: [...messages, { role: 'assistant', content: 'Two' }] }, 'NOT_SUPPORTED', 'messages'],
    ['a temperature that is a text', { temperature: 'hot' }, 'INVALID_BODY', 'temperature'],
    ['a temperature that is too high', { temperature: 3 }, 'INVALID_BODY', 'temperature'],
    ['no tokens', { max_tokens: 0 }, 'INVALID_BODY', 'max_tokens'],
    ['five stops', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'INVALID_BODY', 'stop'],
    ['a stop that is a number', { stop: [1] }, 'INVALID_BODY', 'stop[0]'],
    ['a user that is an object', { user: { id: 'u' } }, 'INVALID_BODY', 'user'],
    ['stream options that are a list', { stream_options: [] }, 'INVALID_BODY', 'stream_options'],
    ['include_usage that is a text', { stream_options: { include_usage: 'yes' } }, 'INVALID_BODY', 'stream_options.include_usage'],
    ['two answers', { n: 2 }, 'NOT_SUPPORTED', 'n'],
    ['log probabilities', { logprobs: true }, 'NOT_SUPPORTED', 'logprobs'],
    ['JSON', { response_format: { type: 'json_object' } }, 'NOT_SUPPORTED', 'response_format'],
    [
      'a tool by force', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'required' }, 'NOT_SUPPORTED',
      'tool_choice',
    ],
    ['an image', openWebUiImage, 'NOT_SUPPORTED', 'messages[0].content[1]'],
    ['a title', openWebUiTasks.title, 'NOT_SUPPORTED', 'messages'],
  ] as const) {
    t.test(`before the answer: ${name}`, async t => {
      const error = await client.chat.completions
        .create({ ...request, ...body } as unknown as ChatCompletionCreateParamsStreaming)
        .catch(error => error)
      t.ok(error instanceof BadRequestError, error?.constructor?.name)
      t.match(error, { status: 400, code, param, type: 'invalid_request_error' })
    })
  }

  t.test('no such model', async t => {
    for (const model of ['nobody', '../etc/passwd', 'a__b', 'openai/gpt-4o', ' ']) {
      const error = await client.chat.completions.create({ ...request, model }).catch(error => error)
      t.ok(error instanceof NotFoundError, model)
      t.match(error, { code: 'model_not_found', param: 'model' })
    }
  })

  t.test('a body that is no JSON, and one that is too large', async t => {
    t.match(await askJson(url, '{', { path }), {
      status: 400, json: { error: { code: 'INVALID_JSON', type: 'invalid_request_error', param: null } },
    })
    const long = [{ role: 'assistant' as const, content: 'x'.repeat(2_000_000) }, ...messages]
    const error = await client.chat.completions.create({ ...request, messages: long }).catch(error => error)
    t.match(error, { status: 413, code: 'BODY_TOO_LARGE' })
  })

  t.match(await askJson(url, undefined, { path, method: 'GET' }), { status: 405 })
})

t.test('a part is missing', async t => {
  const { url } = await startTestApp(t, {
    profileStore: {
      get: async () => {
        throw coded('PROMPTS_UNAVAILABLE')
      },
      companies: async () => {
        throw coded('PROMPTS_UNAVAILABLE')
      },
      unavailable: async () => 'down',
    },
  })
  const client = clientOf(url)
  const asked = [
    client.chat.completions.create(request), client.chat.completions.create({ ...request, stream: true }), client.models.list(),
    client.models.retrieve('shop'),
  ]
  for (const error of await Promise.all(asked.map(one => one.catch(error => error)))) {
    t.ok(error instanceof InternalServerError)
    t.match(error, { status: 503, code: 'PROMPTS_UNAVAILABLE', type: 'server_error' })
  }
})

t.test('keys', async t => {
  const ids = ['other', 'shop']
  const profileStore = {
    get: async (id: string) => (ids.includes(id) ? profile({ id }) : null), companies: async () => ids, unavailable: async () => null,
  }
  const { app, url } = await startTestApp(t, { profileStore, model: fakeModel(['ok']), engine: fakeEngine() })
  const [mine, all, writer] = [
    makeKey({ company: 'shop', scopes: ['chat'] }), makeKey({ company: null, scopes: ['chat'] }),
    makeKey({ company: 'shop', scopes: ['write'] }),
  ]
  const open = clientOf(url)
  t.same((await open.models.list()).data.map(({ id }) => id), ids, 'without keys all companies are there')
  for (const { key } of [mine, all, writer]) await app.keys.create(key)
  app.keyVerifier.drop()

  t.test('a key that is not known, and none', async t => {
    const asked = [
      open.chat.completions.create(request), open.chat.completions.create({ ...request, stream: true }), open.models.list(),
      open.models.retrieve('shop'),
    ]
    for (const error of await Promise.all(asked.map(one => one.catch(error => error)))) {
      t.ok(error instanceof AuthenticationError)
      t.match(error, { status: 401, code: 'invalid_api_key', type: 'invalid_request_error', param: null })
    }
    t.match(await askJson(url, request, { path }), { status: 401, json: { error: { code: 'invalid_api_key' } } })
    t.ok(await clientOf(url, writer.text).models.list().catch(error => error) instanceof PermissionDeniedError)
  })

  t.test('of one company: any model is that company', async t => {
    const client = clientOf(url, mine.text)
    for (const model of ['shop', 'gpt-4o', 'openai/gpt-4o', 'other']) {
      t.equal((await client.chat.completions.create({ ...request, model })).model, 'shop')
    }
    t.match(await askJson(url, { messages }, { path, headers: { authorization: `Bearer ${mine.text}` } }), {
      status: 200, json: { model: 'shop' },
    })
    t.same((await client.models.list()).data.map(({ id }) => id), ['shop'])
    t.match(await client.models.retrieve('shop'), { id: 'shop', object: 'model', owned_by: 'causerie', created: Number })
    for (const other of ['other', 'gpt-4o']) t.ok(await client.models.retrieve(other).catch(error => error) instanceof NotFoundError)
  })

  t.test('of all companies: the model names one', async t => {
    const client = clientOf(url, all.text)
    t.equal((await client.chat.completions.create({ ...request, model: 'other' })).model, 'other')
    t.ok(await client.chat.completions.create({ ...request, model: 'gpt-4o' }).catch(error => error) instanceof NotFoundError)
    const page = await client.models.list()
    t.match(page, { object: 'list', data: [{ id: 'other', object: 'model' }, { id: 'shop' }] })
    t.equal((await client.models.retrieve('other')).id, 'other')
    for (const other of ['nobody', 'a__b', 'a/b']) t.match(await client.models.retrieve(other).catch(error => error), { status: 404 })
  })
})

t.test('too many questions', async t => {
  const { client, questions } = await withQuestions(t, { RATE_LIMIT_CALLS: 1, TRUST_PROXY: true })
  const limited = async (body: object, headers: Record<string, string> = {}) =>
    await client.chat.completions.create({ ...request, ...body }, { headers }).catch(error => error)

  await limited({ user: 'u1' })
  const error = await limited({ user: 'u1' })
  t.ok(error instanceof RateLimitError)
  t.match(error, { status: 429, code: 'rate_limit_exceeded', type: 'requests' })
  t.ok(Number(error.headers.get('retry-after')) > 0)

  for (const [name, body, headers] of [
    ['another user', { user: 'u2' }, {}],
    ['Open WebUI\'s', {}, { 'x-openwebui-user-id': 'w1' }],
    ['an address', {}, { 'x-forwarded-for': '192.0.2.1' }],
    ['an empty name is none', { user: '' }, { 'x-forwarded-for': '192.0.2.2' }],
  ] as const) {
    t.notOk(await limited(body, headers) instanceof APIError, name)
    t.ok(await limited(body, headers) instanceof RateLimitError, `${name}, again`)
  }
  t.same(questions.map(({ user }) => user), ['u1', 'u2', 'w1', '192.0.2.1', '192.0.2.2'])

  t.ok(await limited({ user: 'u3', n: 2 }) instanceof BadRequestError)
  t.ok(await limited({ ...openWebUiTasks.tags, user: 'u3' }) instanceof BadRequestError)
  t.notOk(await limited({ user: 'u3' }) instanceof APIError, 'what is refused is not counted')
})

t.test('what is asked', async t => {
  const { client, questions, url } = await withQuestions(t)

  t.test('a conversation in messages, with content parts', async t => {
    await readAll(client, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Which tents are there?' },
        { role: 'assistant', content: 'One [1].', sources: [{ n: 1, title: 'Tent Fjell' }] },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'text', text: 'And how long' }, { type: 'text', text: 'is delivery?' }] },
      ],
      max_tokens: 20, temperature: 0.7, stop: '###', user: 'u9',
    })
    t.same(questions.pop(), {
      company: 'shop', user: 'u9', message: 'And how long\nis delivery?', instructions: 'Be brief.\n\nBe kind.', maxTokens: 20,
      temperature: 0.7, stop: ['###'],
      history: { digest: '', turns: [{ question: 'Which tents are there?', answer: 'One [1].', cited: ['Tent Fjell'] }] },
    })
  })

  t.test('by Open WebUI and LibreChat, as they are', async t => {
    for (const [body, asked] of [
      [openWebUiChat, { stop: ['\n\nUser:'] }], [libreChatChat, { user: '66f1c0ffee0123456789abcd' }],
    ] as const) {
      const answer = await ask(url, body, { path })
      const read = await answer.text()
      t.equal(answer.status, 200)
      t.match(read, '"usage":{"prompt_tokens":')
      t.ok(read.endsWith('data: [DONE]\n\n'))
      t.match(questions.pop(), { message: text, instructions: 'You are a shop assistant. Be brief.', maxTokens: 128, ...asked })
    }
  })

  t.test('Open WebUI gets the sources as its own events when it says who asks', async t => {
    const { chunks } = await readAll(client, {}, { 'x-openwebui-user-id': 'w1' })
    t.match(
      chunks.filter(chunk => 'event' in chunk), [{ choices: [], event: { type: 'source', data: { metadata: [{ source: 'faq/1' }] } } }]
    )
    t.notOk((await readAll(client)).chunks.some(chunk => 'event' in chunk))
  })

  t.test('null is the same as nothing', async t => {
    t.equal(
      (
        await askJson(
          url,
          {
            ...request, stream: null, stream_options: null, max_tokens: null, temperature: null, stop: null, user: null, n: null,
            tools: null, response_format: null,
          },
          { path }
        )
      ).status,
      200
    )
  })
})

t.test('a stream that is silent has comment lines, which the client passes over', async t => {
  const { until, open } = gate()
  const engine = fakeEngine(async () => {
    await until
    return found()
  })
  const { url } = await startTestApp(t, { model: fakeModel(['Two days.']), engine, config: { HEARTBEAT_SECONDS: 1 } })
  const answer = await ask(url, { ...request, stream: true }, { path })
  let read = ''
  for await (const part of answer.message) {
    read += part
    if (read.includes(': ping')) open()
  }
  t.match(read, /^data: [^\n]+\n\n: ping\n\n/)
  t.ok(read.endsWith('data: [DONE]\n\n'))
})

t.test('both routes are in the OpenAPI document', async t => {
  const { app } = await withQuestions(t)
  const { paths } = (await app.inject('/openapi.json')).json()
  t.same([paths[path].post.tags, paths['/v1/models'].get.tags, paths['/v1/models/{model}'].get.tags], [['openai'], ['openai'], ['openai']])
  t.ok(paths[path].post.requestBody.content['application/json'].schema.properties.stream_options)
})
