// Anthropic's Messages API: its requests, its events, and how its answers end or fail.
import t, { type Test } from 'tap'
import { CodedError } from '../../src/errors.ts'
import { createAnthropicModel, createBodyParser } from '../../src/llm/anthropic.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { collect, testQuestion } from '../fixtures/llm-adapters.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import { fc } from '../fixtures/property.ts'

const event = (data: { type: string } & Record<string, unknown>) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
const used = { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 }
const begin = event({ type: 'message_start', message: { content: [], usage: used } })
const ping = event({ type: 'ping' })
const text = (text: string) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
const thinking = event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } })
const reason = (why: string) => event({ type: 'message_delta', delta: { stop_reason: why }, usage: { output_tokens: 4 } })
const end = event({ type: 'message_stop' })
const block = event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
const answer = [begin, block, ping, text('A tent'), text(' weighs 1.9 kg [1].'), event({ type: 'content_block_stop', index: 0 })]
const whole = 'A tent weighs 1.9 kg [1].'

async function start (t: Test) {
  const server = await startLlmServer()
  const model = createAnthropicModel({
    url: server.origin, model: 'scripted', apiKey: 'sk-ant-1', connectTimeoutMs: 1_000, silenceTimeoutMs: 5_000, poolSize: 2,
  })
  t.teardown(async () => {
    await model.close()
    await server.close()
  })
  return { server, model }
}

t.test('a request: the system\'s message stands beside the others', async t => {
  const { server, model } = await start(t)
  server.enqueue({ body: [...answer, reason('end_turn'), end] })
  t.has(await collect(model), {
    text: whole, error: undefined,
    finish: { reason: 'stop', usage: { input_tokens: 10, output_tokens: 4 } },
  })
  t.same(server.requests[0]!.body, {
    model: 'scripted', system: 'Answer from the passages.', messages: [{ role: 'user', content: testQuestion }],
    max_tokens: 64, temperature: 0.2, stream: true,
  })
})

t.test('the reasons to stop, and what is no end', async t => {
  const { server, model } = await start(t)
  const endings = [['end_turn', 'stop'], ['stop_sequence', 'stop'], ['max_tokens', 'length'], ['refusal', 'filtered']] as const
  for (const [why, ending] of endings) {
    server.enqueue({ body: [...answer, reason(why), end] })
    t.match((await collect(model)).finish, { reason: ending }, why)
  }
  for (const body of [answer, [...answer, reason('tool_use'), end], [begin, end], [begin, thinking, reason('max_tokens'), end]]) {
    server.enqueue({ body })
    t.has(await collect(model), { finish: undefined, error: { code: 'LLM_BROKEN' } }, body.at(-1)!)
  }
  server.enqueue({ body: [begin, reason('refusal'), end] })
  t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
})

t.test('thoughts are not shown', async t => {
  const { server, model } = await start(t)
  server.enqueue({ body: [begin, thinking, thinking, ...answer.slice(1), reason('end_turn'), end] })
  t.equal((await collect(model)).text, whole)
})

t.test('errors, as a response and in the stream', async t => {
  const { server, model } = await start(t)
  const error = (type: string) => ({ type: 'error', error: { type, message: 'no' } })
  for (const [type, status, code] of [
    ['overloaded_error', 529, 'LLM_UNREACHABLE'], ['rate_limit_error', 429, 'LLM_RATE_LIMITED'],
    ['authentication_error', 401, 'LLM_REJECTED'], ['not_found_error', 404, 'LLM_REJECTED'],
  ] as const) {
    server.enqueue({ status, body: JSON.stringify(error(type)) }, { body: [begin, text('Hi'), event(error(type))] })
    t.has(await collect(model), { text: '', error: { code } }, type)
    t.has(await collect(model), { text: 'Hi', finish: undefined, error: { code } }, `${type} in the stream`)
  }
})

t.test('one object instead of a stream', async t => {
  const { server, model } = await start(t)
  const content = [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: whole }]
  const usage = { input_tokens: 1, output_tokens: 2 }
  server.enqueue({ body: JSON.stringify({ type: 'message', content, stop_reason: 'end_turn', usage }) })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop', usage: { input_tokens: 1, output_tokens: 2 } } })
})

t.test('a temperature that is refused is left out; a warm-up makes ready', async t => {
  const { server, model } = await start(t)
  const error = { type: 'invalid_request_error', message: '`temperature` is deprecated for this model.' }
  const body = JSON.stringify({ type: 'error', error })
  server.enqueue({ body: '{"type":"message","content":[]}' }, { status: 400, body }, { body: [...answer, reason('end_turn'), end] })
  await model.warmUp()
  t.match(model.stats(), { ready: true })
  t.equal((await collect(model)).text, whole)
  t.notOk('temperature' in server.requests[2]!.body)
})

t.test('cut after any byte it is whole or LLM_BROKEN, and cut anywhere in two it is the same', async () => {
  const bytes = Buffer.from([...answer, reason('end_turn'), end].join(''))
  const read = (pieces: Buffer[], isWhole: boolean) => {
    const decoder = createStreamDecoder(createBodyParser, createReasoningFilter(false), () => [])
    try {
      for (const piece of pieces) decoder.feed(piece)
      decoder.end(isWhole)
    } catch (error) {
      return error instanceof CodedError ? error.code : String(error)
    }
    return decoder.takeText()
  }
  fc.assert(fc.property(fc.nat({ max: bytes.length }), fc.boolean(), (at, isWhole) => {
    const [first, second] = [bytes.subarray(0, at), bytes.subarray(at)]
    return [whole, 'LLM_BROKEN'].includes(read([first], isWhole)) && read([first, second], true) === whole
  }), { numRuns: 500 })
})
