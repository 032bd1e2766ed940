// /v1 on real sockets, with the official client: refusals, keys and rate limits.
import {
  APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, PermissionDeniedError, RateLimitError,
} from 'openai'
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import { ask, askJson } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, profile } from '../fixtures/app-parts.ts'
import { openWebUiImage, openWebUiTasks } from '../fixtures/openai-bodies.ts'
import { clientOf, messages, path, request, text, withClient, withQuestions } from '../fixtures/openai-client.ts'
import { startTestApp } from '../helper.ts'

t.test('errors', async t => {
  const { client, llm, url } = await withClient(t)

  t.test('in mid-stream are thrown by the client, after the text so far', async t => {
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

  t.test('of a language model that says how long to wait', async t => {
    const script = { status: 429, headers: { 'retry-after': '20' }, body: '{"error":{"message":"Rate limit reached"}}' }
    llm.enqueue(script)
    const error = await client.chat.completions.create({ ...request, temperature: 0.9 }).catch(error => error)
    t.match(error, { status: 503, code: 'LLM_RATE_LIMITED', message: /Try again in 20 s\./ })
    t.equal(error.headers.get('retry-after'), '20')
    llm.enqueue(script)
    const native = await ask(url, { company_id: 'shop', user_id: 'u1', message: text, temperature: 0.8 })
    t.match(await native.text(), /event: error\n.*"retry_after_seconds":20/s)
    llm.enqueue({ status: 500, headers: { 'retry-after': '0' } })
    t.notOk((await client.chat.completions.create({ ...request, temperature: 0.9 }).catch(error => error)).headers.has('retry-after'))
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
    ['a form that there is not', { response_format: { type: 'xml' } }, 'NOT_SUPPORTED', 'response_format'],
    [
      'a schema that is missing', { response_format: { type: 'json_schema', json_schema: { name: 'a' } } }, 'INVALID_BODY',
      'response_format',
    ],
    [
      'one of two tools by force', { tools: ['f', 'g'].map(name => ({ type: 'function', function: { name } })), tool_choice: 'required' },
      'NOT_SUPPORTED', 'tool_choice',
    ],
    ['an image', openWebUiImage, 'NOT_SUPPORTED', 'messages[0].content[1]'],
  ] as const) {
    t.test(`before the answer: ${name}`, async t => {
      const error = await client.chat.completions
        .create({ ...request, ...body } as unknown as ChatCompletionCreateParamsStreaming)
        .catch(error => error)
      t.ok(error instanceof BadRequestError, error?.constructor?.name)
      t.match(error, { status: 400, code, param, type: 'invalid_request_error' })
    })
  }

  t.test('says which types a field may have', async t => {
    const error = await client.chat.completions.create({ ...request, temperature: 'hot' as unknown as number }).catch(error => error)
    t.match(error.message, /The field "temperature" must be number or null\.$/)
  })

  t.test('for an unknown model', async t => {
    for (const model of ['nobody', '../etc/passwd', 'a__b', 'openai/gpt-4o', ' ']) {
      const error = await client.chat.completions.create({ ...request, model }).catch(error => error)
      t.ok(error instanceof NotFoundError, model)
      t.match(error, { code: 'model_not_found', param: 'model', message: /As the model there are: shop\./ })
    }
  })

  t.test('for a body that is not JSON, and one that is too large', async t => {
    t.match(await askJson(url, '{', { path }), {
      status: 400, json: { error: { code: 'INVALID_JSON', type: 'invalid_request_error', param: null } },
    })
    const long = [{ role: 'assistant' as const, content: 'x'.repeat(2_000_000) }, ...messages]
    const error = await client.chat.completions.create({ ...request, messages: long }).catch(error => error)
    t.match(error, { status: 413, code: 'BODY_TOO_LARGE' })
  })

  t.test('for a wrong method, and a wrong address, with the right one', async t => {
    t.match(await askJson(url, undefined, { path, method: 'GET' }), {
      status: 405, headers: { allow: 'POST' },
      json: { error: { code: 'METHOD_NOT_ALLOWED', type: 'invalid_request_error', message: /POST/, param: null } },
    })
    for (const [method, wrong, says] of [
      ['POST', '/chat/completions', /Use POST \/v1\/chat\/completions/], ['POST', '/v1/v1/chat/completions', /Use POST \/v1\/chat/],
      ['POST', '/openai/deployments/shop/chat/completions?api-version=1', /Use POST \/v1\/chat/],
      ['GET', '/models', /Use GET \/v1\/models/], ['GET', '/models/shop', /Use GET \/v1\/models/],
      ['POST', '/v1/embeddings', /Embeddings/], ['POST', '/responses', /Use POST \/v1\/responses/], ['POST', '/v1//completions/', /prompt/],
      ['GET', '/v1', /POST \/v1\/chat\/completions, POST \/v1\/responses, GET \/v1\/models/],
      ['POST', '/v1/audio/speech', /POST \/v1\/chat/],
    ] as const) {
      const answer = await askJson(url, method === 'POST' ? {} : undefined, { method, path: wrong })
      t.match(answer, { status: 404, json: { error: { code: 'NOT_FOUND', type: 'invalid_request_error', message: says } } }, wrong)
    }
    for (const own of ['/v1/indexes/faq', '/v1/tasks/a/b', '/v1/knowledge/nothing', '/v10/x', '/nothing']) {
      const answer = await askJson(url, undefined, { method: 'GET', path: own })
      t.match(answer, { status: 404, json: { statusCode: 404, code: 'NOT_FOUND' } }, own)
    }
    const error = await clientOf(`${url}/base`).chat.completions.create(request).catch(error => error)
    t.ok(error instanceof NotFoundError)
    t.match(error.message, 'POST /v1/chat/completions')
  })
})

t.test('for a missing part', async t => {
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

  t.test('refuses an unknown key, and a missing one', async t => {
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

  t.test('accepts any model for a key of one company', async t => {
    const client = clientOf(url, mine.text)
    for (const model of ['shop', 'gpt-4o', 'openai/gpt-4o', 'other']) {
      t.equal((await client.chat.completions.create({ ...request, model })).model, 'shop')
    }
    t.match(await askJson(url, { messages }, { path, headers: { authorization: `Bearer ${mine.text}` } }), {
      status: 200, json: { model: 'shop' },
    })
    t.same((await client.models.list()).data.map(({ id }) => id), ['shop'])
    t.match(await client.models.retrieve('shop'), { id: 'shop', object: 'model', owned_by: 'causerie', created: Number })
    for (const other of ['other', 'gpt-4o']) {
      const error = await client.models.retrieve(other).catch(error => error)
      t.ok(error instanceof NotFoundError)
      t.match(error.message, 'As the model there are: shop.', 'and none that the key may not ask')
    }
  })

  t.test('takes the company from the model for a key of all companies', async t => {
    const client = clientOf(url, all.text)
    t.equal((await client.chat.completions.create({ ...request, model: 'other' })).model, 'other')
    t.ok(await client.chat.completions.create({ ...request, model: 'gpt-4o' }).catch(error => error) instanceof NotFoundError)
    t.match(await client.models.retrieve('gpt-4o').catch(error => error), { message: /As the model there are: other, shop\./ })
    const page = await client.models.list()
    t.match(page, { object: 'list', data: [{ id: 'other', object: 'model' }, { id: 'shop' }] })
    t.equal((await client.models.retrieve('other')).id, 'other')
    for (const other of ['nobody', 'a__b', 'a/b']) t.match(await client.models.retrieve(other).catch(error => error), { status: 404 })
  })
})

t.test('too many questions', async t => {
  const { app, url, questions } = await withQuestions(t, { RATE_LIMIT_CALLS: 1, TRUST_PROXY: true, KEY_CACHE_SECONDS: 0 })
  const { text: secret, key } = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(key)
  const client = clientOf(url, secret)
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
  t.match(await limited({ ...openWebUiTasks.tags, user: 'u3' }), { choices: [{ message: { content: /tags/ } }] })
  t.notOk(await limited({ user: 'u3' }) instanceof APIError, 'what is refused, or is no question, is not counted')
})
