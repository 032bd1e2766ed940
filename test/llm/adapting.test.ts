// Requests that adapt to the server: refused parameters, paths, keys, and a context that is too small.
import t, { type Test } from 'tap'
import type { ModelRequest } from '../../src/llm/model.ts'
import { createAnthropicModel } from '../../src/llm/anthropic.ts'
import { createOpenAiModel } from '../../src/llm/openai.ts'
import type { RemoteModelOptions } from '../../src/llm/remote-model.ts'
import { bench, collect, modelRequest, testQuestion } from '../fixtures/llm-adapters.ts'
import { startLlmServer, type LlmRequest, type LlmScript } from '../fixtures/llm-server.ts'

const refused = (message: string, more: object = {}, status = 400): LlmScript =>
  ({ status, body: JSON.stringify({ error: { message, type: 'invalid_request_error', ...more } }) })

/** Starts a server that refuses some requests, and the model that asks it. */
async function start (
  t: Test, refuse: (request: LlmRequest) => LlmScript | undefined, path = '/v1', options: Partial<RemoteModelOptions> = {}
) {
  const server = await startLlmServer(request => refuse(request) ?? {})
  const log: string[] = []
  const model = createOpenAiModel({
    url: `${server.origin}${path}`, model: 'scripted', apiKey: 'sk-0123456789', connectTimeoutMs: 1_000, silenceTimeoutMs: 5_000,
    poolSize: 2,
    log: { warn: (fields, message) => { log.push(JSON.stringify(fields) + message) } }, ...options,
  })
  t.teardown(async () => {
    await model.close()
    await server.close()
  })
  return { server, model, log }
}

type Look = (body: LlmRequest['body']) => boolean
const parameters: [what: string, takes: Look, script: LlmScript, sent: Look][] = [
  [
    'max_tokens, which has another name', body => !('max_tokens' in body),
    refused('Unsupported parameter: \'max_tokens\' is not supported with this model. Use \'max_completion_tokens\' instead.', {
      param: 'max_tokens', code: 'unsupported_parameter',
    }),
    body => body.max_completion_tokens === 64,
  ],
  [
    'both names of max_tokens', body => !('max_tokens' in body) && !('max_completion_tokens' in body),
    refused('Unknown argument: max_tokens or max_completion_tokens'), body => body.temperature === 0.2,
  ],
  [
    'temperature', body => !('temperature' in body),
    refused('Unsupported value: \'temperature\' does not support 0.2 with this model.', { param: 'temperature' }),
    body => body.max_tokens === 64,
  ],
  [
    'stream_options, in pydantic\'s words', body => !('stream_options' in body),
    { status: 422, body: JSON.stringify({ detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs' }] }) },
    body => body.stream === true && body.max_tokens === 64,
  ],
  [
    'stream_options, in a list within a message', body => !('stream_options' in body),
    { status: 400, body: JSON.stringify({ object: 'error', message: { detail: [{ loc: ['body', 'stream_options'], msg: 'x' }] } }) },
    body => body.stream === true,
  ],
  [
    'streams', body => body.stream === false, refused('Streaming is not supported for this model'), body => !('stream_options' in body),
  ],
  [
    'the system\'s role', ({ messages }) => messages[0].role === 'user', refused('System role not supported', { code: 400 }),
    ({ messages }) => messages[0].content.startsWith('Answer from the passages.\n\n') && messages[0].content.endsWith(testQuestion),
  ],
  [
    'the system\'s role, in a list of Google\'s', ({ messages }) => messages[0].role === 'user',
    { status: 400, body: JSON.stringify([{ error: { code: 400, message: 'Developer instruction is not enabled for models/x' } }]) },
    ({ messages }) => messages.length === 1,
  ],
  [
    'the system\'s role, in a template', ({ messages }) => messages[0].role === 'user',
    refused('Conversation roles must alternate user/assistant/user/assistant/...', {}, 500), ({ messages }) => messages.length === 1,
  ],
]

t.test('what a server refuses is left out, and remembered for the model', async t => {
  for (const [what, takes, script, sent] of parameters) {
    const { server, model, log } = await start(t, ({ body }) => takes(body) ? undefined : script)
    t.has(await collect(model), { text: 'Hello world.', finish: { reason: 'stop' } }, what)
    t.ok(sent(server.requests.at(-1)!.body), what)
    const asked = server.requests.length
    await collect(model)
    t.equal(server.requests.length, asked + 1, `${what}: not tried again`)
    await collect(model, modelRequest({ model: 'another' }))
    t.ok(server.requests.length > asked + 2, `${what}: another model may take it`)
    t.notMatch(log.join(), testQuestion)
    t.match(model.stats(), { failures: 0 })
  }
})

t.test('several parameters, one after another, and already in the warm-up', async t => {
  const { server, model } = await start(t, ({ body }) => {
    const name = ['max_tokens', 'temperature', 'stream_options'].find(name => name in body)
    return name === undefined ? undefined : refused(`Unsupported parameter: ${name}`, { param: name })
  })
  await model.warmUp()
  t.match(model.stats(), { ready: true })
  t.equal(server.requests.length, 2)
  t.equal((await collect(model)).text, 'Hello world.')
  t.equal(server.requests.length, 5)
})

t.test('a refusal that names nothing, or only what the question says, is a refusal', async t => {
  const asked = 'what temperature does the tent need, and which stream_options?'
  const { server, model } = await start(t, () => refused(`Not allowed: ${asked}`))
  const request = modelRequest({ messages: [{ role: 'user', content: asked }] })
  t.match((await collect(model, request)).error, { code: 'LLM_REJECTED' })
  t.equal(server.requests.length, 1)
})

t.test('a server that refuses whatever it is sent is not asked for ever', async t => {
  const everything = 'max_tokens, max_completion_tokens, temperature, stream_options, stream not supported, system role'
  const { server, model } = await start(t, () => refused(everything))
  t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
  t.ok(server.requests.length <= 8, String(server.requests.length))
})

t.test('a model that answers a warm-up with one token is there, even if it says that one is too few', async t => {
  const tooFew = refused('Could not finish the message because max_tokens or model output limit was reached.')
  const { server, model } = await start(t, () => tooFew)
  await model.warmUp()
  t.match(model.stats(), { ready: true })
  t.equal(server.requests.length, 1)
})

t.test('a context that is too small', async t => {
  const long: ModelRequest['messages'] = [{ role: 'user', content: 'x'.repeat(2_000) }]
  const short: ModelRequest['messages'] = [{ role: 'user', content: 'x'.repeat(200) }]
  const errors: LlmScript[] = [
    refused('Please reduce the length of the messages.', { code: 'context_length_exceeded' }),
    refused('the request exceeds the available context size, try increasing it', { type: 'exceed_context_size_error' }),
    refused('prompt is too long: 210000 tokens > 200000 maximum'),
    refused('\'max_tokens\' or \'max_completion_tokens\' is too large: 64. This model\'s maximum context length is 1024 tokens'),
    { status: 400, body: JSON.stringify([{ error: { message: 'The input token count (9000) exceeds the maximum number of tokens.' } }]) },
    refused('Request too large for model', { code: 'x' }, 413),
  ]
  for (const script of errors) {
    const { server, model } = await start(t, ({ body }) => JSON.stringify(body.messages).length > 1_000 ? script : undefined)
    let shortened = 0
    const shorter = () => {
      shortened++
      return short
    }
    t.has(await collect(model, modelRequest({ messages: long, shorter })), { text: 'Hello world.' }, String(script.body))
    t.same(server.requests.map(({ body }) => body.messages), [long, short])
    t.same(Object.keys(server.requests[1]!.body).sort(), Object.keys(server.requests[0]!.body).sort(), 'nothing else is left out')
    await collect(model, modelRequest({ messages: long, shorter }))
    t.equal(server.requests.length, 3, 'the next one is shortened beforehand')
    t.equal(shortened, 2)
    t.match((await collect(model, modelRequest({ messages: long }))).error, { code: 'LLM_REJECTED' })
    t.equal((await collect(model, modelRequest({ messages: long, shorter: () => long }))).error?.code, 'LLM_REJECTED')
    t.equal(server.requests.length, 5, 'once, not for ever')
  }
})

t.test('the path is found, with and without /v1 and slashes', async t => {
  const served = '/v1/chat/completions'
  for (const path of ['', '/', '/v1', '/v1/', '/v1//', served, `${served}/`, '/v1/chat']) {
    const { server, model } = await start(t, request => request.path === served ? undefined : { status: 404, body: 'Not Found' }, path)
    t.equal((await collect(model)).text, 'Hello world.', path)
    t.equal(server.requests.length, 1, path)
  }
  for (const [base, served] of [
    ['/llm', '/llm/v1/chat/completions'], ['/llm', '/llm/chat/completions'], ['', '/chat/completions'], ['/v1', '/chat/completions'],
    ['/v1beta/openai/', '/v1beta/openai/chat/completions'],
  ] as const) {
    const missing = { status: 404, body: '{"detail":"Not Found"}' }
    const { server, model } = await start(t, ({ path }) => path === served ? undefined : missing, base)
    t.equal((await collect(model)).text, 'Hello world.', `${base} for ${served}`)
    const asked = server.requests.length
    await collect(model)
    t.equal(server.requests.length, asked + 1, 'it is remembered')
  }
  const { server, model } = await start(t, () => refused('The model `scripted` does not exist', { code: 'model_not_found' }, 404))
  t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
  t.equal(server.requests.length, 1, 'a model that is not there is no path')
})

t.test('Azure: its own header for the key, and a version', async t => {
  for (const [path, served] of [
    ['/openai/deployments/gpt-x?api-version=2025-01-01', '/openai/deployments/gpt-x/chat/completions?api-version=2025-01-01'],
    ['/openai/deployments/gpt-x/', '/openai/deployments/gpt-x/chat/completions?api-version=2024-10-21'],
    ['/openai/deployments/gpt-x/chat/completions?api-version=1', '/openai/deployments/gpt-x/chat/completions?api-version=1'],
  ] as const) {
    const { server, model } = await start(t, () => undefined, path)
    await collect(model)
    t.equal(server.requests[0]!.path, served)
    t.match(server.requests[0]!.headers, { 'api-key': 'sk-0123456789' })
    t.notOk(server.requests[0]!.headers.authorization)
  }
})

t.test('a user in the address, and further headers: sent, and never told', async t => {
  const server = await startLlmServer()
  const log: object[] = []
  const model = createOpenAiModel({
    url: `${server.origin.replace('//', '//me:p%40ss%word@')}/v1`, model: 'm', apiKey: 'unused-key', connectTimeoutMs: 1_000,
    silenceTimeoutMs: 5_000, poolSize: 1, headers: { 'x-team': 'secret-team-token' }, log: { warn: fields => { log.push(fields) } },
  })
  t.teardown(async () => {
    await model.close()
    await server.close()
  })
  const basic = Buffer.from('me:p%40ss%word').toString('base64')
  server.enqueue({ status: 401, body: JSON.stringify({ error: `no ${basic}, no secret-team-token` }) })
  const { error } = await collect(model)
  t.match(server.requests[0]!.headers, { authorization: `Basic ${basic}`, 'x-team': 'secret-team-token' })
  t.notMatch(JSON.stringify([log, String(error!.cause)]), new RegExp(`${basic}|secret-team|ss%word`))
})

t.test('Anthropic takes another header for the key, and finds its path', async t => {
  const { server } = await bench(t, 'openai')
  for (const path of ['', '/', '/v1', '/v1/messages', '/gateway', '/gateway/v1/']) {
    const model = createAnthropicModel({
      url: `${server.origin}${path}`, model: 'm', apiKey: 'sk-ant-1', connectTimeoutMs: 1_000, silenceTimeoutMs: 1_000, poolSize: 1,
    })
    await collect(model)
    await model.close()
    t.equal(server.requests.at(-1)!.path, path.startsWith('/gateway') ? '/gateway/v1/messages' : '/v1/messages')
    t.match(server.requests.at(-1)!.headers, { 'x-api-key': 'sk-ant-1', 'anthropic-version': '2023-06-01' })
    t.notOk(server.requests.at(-1)!.headers.authorization)
  }
})

t.test('requests that are refused at the same time make one change', async t => {
  const renamed = refused('Unsupported parameter: \'max_tokens\' is not supported. Use \'max_completion_tokens\' instead.', {
    param: 'max_tokens',
  })
  const parameter = await start(t, ({ body }) => 'max_tokens' in body ? renamed : undefined)
  const path = await start(t, ({ path }) => path.startsWith('/x/v1/') ? undefined : { status: 404, body: '{"detail":"Not Found"}' }, '/x')
  for (const { model, server } of [parameter, path]) {
    for (const answer of await Promise.all([collect(model), collect(model)])) t.equal(answer.text, 'Hello world.')
    t.equal(server.requests.length, 4, 'both are refused, and both are repeated')
  }
  t.equal(parameter.server.requests.at(-1)!.body.max_completion_tokens, 64, 'the limit stays, under its other name')
})

t.test('a key in the address is in no line of the log', async t => {
  const key = 'not-for-any-log'
  const { model, log } = await start(t, ({ path }) => ({ status: 404, body: `Cannot POST ${path}` }), `/x?key=${key}`)
  t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
  t.match(log.join('\n'), /at \/x\/v1\/chat\/completions/, 'both paths were tried')
  t.notMatch(log.join('\n'), key)
})
