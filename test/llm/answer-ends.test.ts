// An answer is whole or an error: when a stream may be believed to have ended, wherever it is cut.
import t from 'tap'
import { CodedError } from '../../src/errors.ts'
import { createBodyParser as createLineReader } from '../../src/llm/ollama.ts'
import { createBodyParser as createOpenAiReader } from '../../src/llm/openai.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { apis, bench, collect, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { answerChunks, answerObject, rawChunk, type LlmApi } from '../fixtures/llm-chunks.ts'
import type { LlmScript } from '../fixtures/llm-server.ts'
import { eventsOf } from '../fixtures/model-events.ts'
import { fc } from '../fixtures/property.ts'

const words = ['A tent', ' weighs', ' 1.9 kg', ' [1].']
const whole = words.join('')
const done = 'data: [DONE]\n\n'

/** Makes a chunk of OpenAI's with a finish reason. */
const chunk = (content: string | null, reason: string | null = null) =>
  rawChunk('openai', { choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: reason }] })

t.test('a reason to stop with each token ends nothing: the end marker does', async t => {
  const { server, model } = await bench(t, 'openai')
  for (const reason of ['stop', 'STOP', 'length', 'eos']) {
    const half = gate()
    server.enqueue({ body: [...words.map(word => chunk(word, reason)), done], gate: { after: 2, until: half.until } })
    const events = eventsOf(model, modelRequest())
    let text = ''
    while (text.length < words.slice(0, 2).join('').length) text += ((await events.next()).value as { text: string }).text
    half.open()
    let last
    for (let next = await events.next(); !next.done; next = await events.next()) {
      if (next.value.type === 'text') text += next.value.text
      last = next.value
    }
    t.equal(text, whole)
    t.match(last, { type: 'finish', reason: reason === 'length' ? 'length' : 'stop' })
  }
})

t.test('text after a reason to stop, also long after it', async t => {
  const { server, model } = await bench(t, 'openai', { silenceTimeoutMs: 60_000 })
  const body = [chunk('A tent'), chunk(null, 'stop'), chunk(' weighs 1.9 kg [1].'), chunk(null, 'stop'), done]
  server.enqueue({ body }, { body, delayMs: 550 })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop' } })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop' } })
})

t.test('without the end marker a reason counts only as long as nothing speaks against it', async t => {
  const { server, model } = await bench(t, 'openai', { silenceTimeoutMs: 150 })
  const each = words.map(word => chunk(word, 'stop'))
  const cases: [what: string, script: LlmScript, code: string | undefined][] = [
    ['a reason of its own, then the end', { body: [chunk(whole), chunk(null, 'stop')] }, undefined],
    ['a reason of its own, then the connection breaks', { body: [chunk(whole), chunk(null, 'stop')], then: 'cut' }, undefined],
    ['a reason of its own, then nothing', { body: [chunk(whole), chunk(null, 'stop')], then: 'hold' }, undefined],
    ['the reason with the last word, then the end', { body: [chunk('A tent'), chunk(' weighs 1.9 kg [1].', 'stop')] }, undefined],
    ['a reason with the only word, then the end', { body: [chunk('A tent', 'stop')] }, 'LLM_BROKEN'],
    ['the reason with a word, then the connection breaks', { body: [chunk('A tent', 'stop')], then: 'cut' }, 'LLM_BROKEN'],
    ['the reason with a word, then nothing', { body: [chunk('A tent', 'stop')], then: 'hold' }, 'LLM_TIMEOUT'],
    ['a reason with each word, then the end', { body: each.slice(0, 2) }, 'LLM_BROKEN'],
    ['a reason with each word, then the connection breaks', { body: each.slice(0, 2), then: 'cut' }, 'LLM_BROKEN'],
    ['a reason with each word, then nothing', { body: each.slice(0, 2), then: 'hold' }, 'LLM_TIMEOUT'],
    ['an end token and no reason, then nothing', { body: [chunk(whole), chunk('</s>')], then: 'hold' }, undefined],
    ['no reason', { body: [chunk(whole)] }, 'LLM_BROKEN'],
    ['half an end marker', { body: [chunk('A tent'), 'data: [DON'] }, 'LLM_BROKEN'],
  ]
  for (const [what, script, code] of cases) {
    server.enqueue(script)
    const { text, finish, error } = await collect(model)
    t.equal(error?.code, code, what)
    t.equal(finish === undefined, code !== undefined, what)
    if (!code) t.equal(text, whole, what)
  }
})

for (const api of apis) {
  t.test(`${api}: an end token in an open sentence, then nothing`, async t => {
    const { server, model } = await bench(t, api, { silenceTimeoutMs: 150 })
    for (const tokens of [['A tent weighs 1.9 kg', ' </s>'], ['A tent weighs 1.9 kg', '\n', '<|im_end|>\n']]) {
      server.enqueue({ body: answerChunks(api, { tokens, finish: null, done: false }), then: 'hold' })
      const { text, finish, error } = await collect(model)
      t.same({ text: text.trim(), error, reason: finish?.reason }, { text: 'A tent weighs 1.9 kg', error: undefined, reason: 'stop' })
    }
  })

  t.test(`${api}: a body cut after any byte gives the whole text, or LLM_BROKEN`, async t => {
    const bodies = [
      answerChunks(api, { tokens: words }), answerChunks(api, { tokens: words, usage: null }),
      ...(api === 'openai'
        ? [
            [...words.map(word => chunk(word, 'stop')), done], answerChunks(api, { tokens: words, finish: null }),
            [chunk('A tent'), chunk(' weighs 1.9 kg [1].', 'stop'), done],
          ]
        : []),
      [JSON.stringify(answerObject(api, { tokens: words }))],
    ].map(chunks => Buffer.from(chunks.join('')))
    fc.assert(fc.property(fc.constantFrom(...bodies), fc.nat(), fc.boolean(), (body, at, isWhole) => {
      const outcome = read(api, body.subarray(0, at % body.length), isWhole)
      return outcome === 'LLM_BROKEN' || outcome === whole
    }), { numRuns: 2_000 })
    for (const body of bodies) t.equal(read(api, body, true), whole)
  })

  t.test(`${api}: an error in any shape, in the middle of a stream that goes on to its end`, async t => {
    const { server, model } = await bench(t, api)
    const shapes: [unknown, string][] = [
      [{ error: { message: 'out of memory' } }, 'LLM_BROKEN'],
      [{ object: 'error', message: 'CUDA out of memory', type: 'InternalServerError', code: 500 }, 'LLM_UNREACHABLE'],
      [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'LLM_UNREACHABLE'],
      [{ success: false, errors: [{ code: 3040, message: 'Capacity temporarily exceeded' }] }, 'LLM_BROKEN'],
      [{ detail: 'Worker died' }, 'LLM_BROKEN'],
      [{ code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded', request_id: '1' }, 'LLM_RATE_LIMITED'],
      [{ base_resp: { status_code: 1000, status_msg: 'unknown error' } }, 'LLM_BROKEN'],
      [{ error_code: 336100, error_msg: 'Internal error' }, 'LLM_BROKEN'],
      [{ choices: [], message: 'The engine is overloaded', code: 503 }, 'LLM_UNREACHABLE'],
    ]
    const [first, ...rest] = answerChunks(api, { tokens: ['Hi', ' there'] }).slice(api === 'openai' ? 1 : 0)
    for (const [shape, code] of shapes) {
      server.enqueue({ body: [first!, rawChunk(api, shape), ...rest] })
      const { text, finish, error } = await collect(model)
      t.match({ text, finish, code: error?.code }, { text: 'Hi', finish: undefined, code }, JSON.stringify(shape))
    }
  })
}

t.test('an error as a bare line between the events', async t => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ body: [chunk('Hi'), '{"error":{"message":"upstream went away","code":503}}\n\n', done] })
  t.has(await collect(model), { text: 'Hi', finish: undefined, error: { code: 'LLM_UNREACHABLE' } })
})

t.test('a list instead of an object: Google\'s errors, and chunks', async t => {
  const { server, model, log } = await bench(t, 'openai')
  const exhausted = [{
    error: {
      code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3.5s' }],
    },
  }]
  for (const status of [200, 429]) {
    server.enqueue({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(exhausted) })
    t.has(await collect(model), { text: '', error: { code: 'LLM_RATE_LIMITED', cause: { retryAfterMs: 3_500 } } })
    t.match(log.at(-1)!.fields.upstream, 'Resource has been exhausted')
    t.notMatch(log.at(-1)!.fields.upstream, /[{[]/)
  }
  const chunks = words.map(content => ({ choices: [{ delta: { content } }] }))
  const stop = { choices: [{ delta: {}, finish_reason: 'STOP' }] }
  server.enqueue({ body: JSON.stringify([...chunks, stop]) }, { body: JSON.stringify(chunks) })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop' } })
  t.has(await collect(model), { finish: undefined, error: { code: 'LLM_BROKEN' } })
})

t.test('a whole object needs no reason', async t => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ body: JSON.stringify({ choices: [{ message: { content: whole }, finish_reason: null }] }) })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop' } })
})

t.test('text of a second choice is left out', async t => {
  const { server, model } = await bench(t, 'openai')
  const other = rawChunk('openai', { choices: [{ index: 1, delta: { content: 'X' }, finish_reason: 'stop' }] })
  server.enqueue({ body: [...words.flatMap(word => [other, chunk(word)]), chunk(null, 'stop'), done] })
  t.has(await collect(model), { text: whole, finish: { reason: 'stop' } })
})

t.test('a reason other than a stop', async t => {
  const { server, model } = await bench(t, 'openai')
  for (const reason of ['error', 'abort', 'tool_calls', 'insufficient_system_resource', 'network_error', 'CANCELLED']) {
    server.enqueue({ finish: reason })
    t.has(await collect(model), { finish: undefined, error: { code: 'LLM_BROKEN' } }, reason)
  }
  for (const [reason, ending] of [['MAX_TOKENS', 'length'], ['SAFETY', 'filtered'], ['end_turn', 'stop'], ['eos_token', 'stop']] as const) {
    server.enqueue({ finish: reason })
    t.match((await collect(model)).finish, { reason: ending }, reason)
  }
})

function read (api: LlmApi, body: Buffer, isWhole: boolean): string {
  const decoder = createStreamDecoder(api === 'openai' ? createOpenAiReader : createLineReader, createReasoningFilter(false), () => [])
  try {
    decoder.feed(body)
    decoder.end(isWhole)
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error)
  }
  return decoder.takeText()
}
