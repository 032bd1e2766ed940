// Faults of the language model's server through POST /chat: the client gets the right error, and nothing is left behind.
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ask, askJson, question, textOf } from '../fixtures/app-client.ts'
import { fakeEngine } from '../fixtures/app-parts.ts'
import { apis } from '../fixtures/llm-adapters.ts'
import { answerChunks, rawChunk, textChunk, type LlmApi } from '../fixtures/llm-chunks.ts'
import { startLlmServer, type LlmRequest, type LlmScript, type LlmServer } from '../fixtures/llm-server.ts'
import { whenIdle } from '../fixtures/until.ts'
import { startTestApp, type TestApp } from '../helper.ts'

interface Fault {
  what: string
  script: LlmScript
  /** The text that the reader has seen. */
  text?: string
  /** The error that ends the answer, or else how it finishes. */
  code?: string
  status?: number
  finish?: object
}

const KEY = 'sk-secret-0123456789'
const page = '<!doctype html>\n<title>nginx</title>\n<p>data: nothing</p>'

/** Lists the faults; each ends in one coded error before the first token, after it, or not at all. */
function faultsOf (api: LlmApi): Fault[] {
  const [last] = answerChunks(api, { tokens: [], usage: null, done: false }).slice(-1)
  const [before, after] = textChunk(api, 'a|b').split('|')
  const blanks = Array.from({ length: 3_000 }, () => ' \n')
  const hi = textChunk(api, 'Hi')
  const silence = api === 'openai' ? ': OPENROUTER PROCESSING\n\n' : '\n'
  const broken = { code: 'LLM_BROKEN', status: 502 }
  const silent = { code: 'LLM_TIMEOUT', status: 504 }
  return [
    // Nothing, or nothing readable
    { what: 'an empty body', script: { body: '' }, ...broken },
    { what: 'an answer without text', script: { tokens: [] }, ...broken },
    { what: 'an answer of one blank', script: { tokens: [' '] }, ...broken },
    { what: 'an answer that nobody can see', script: { tokens: ['\u200b', '\u2060'] }, ...broken },
    { what: 'only an end', script: { body: api === 'openai' ? 'data: [DONE]\n\n' : rawChunk(api, { done: true }) }, ...broken },
    { what: 'all tokens used up by reasoning', script: { thinking: ['hm'], tokens: [], finish: 'length' }, ...broken },
    { what: 'a block of reasoning without end', script: { tokens: ['<think>', 'hm'] }, ...broken },
    { what: 'endless blanks', script: { tokens: blanks, finish: null, done: false, then: 'hold' }, ...broken },
    {
      what: 'a word and endless blanks', script: { tokens: ['Hi', ...blanks], finish: null, done: false, then: 'hold' }, text: 'Hi',
      ...broken,
    },
    // Silence
    { what: 'no headers', script: { silent: true }, ...silent },
    { what: 'headers and nothing else', script: { body: '', then: 'hold' }, ...silent },
    { what: 'one token and nothing else', script: { body: [hi], then: 'hold' }, text: 'Hi', ...silent },
    {
      what: 'heartbeats and nothing else', script: { body: Array.from({ length: 100 }, () => silence), delayMs: 50, then: 'hold' },
      ...silent,
    },
    {
      what: 'a blank now and then', script: { body: Array.from({ length: 100 }, () => textChunk(api, ' ')), delayMs: 50, then: 'hold' },
      ...silent,
    },
    // Not an answer
    { what: 'an HTML page', script: { headers: { 'content-type': 'text/html; charset=utf-8' }, body: page }, ...broken },
    { what: 'an HTML page that says it is a stream', script: { body: page }, ...broken },
    {
      what: 'an error object with status 200',
      script: { headers: { 'content-type': 'application/json' }, body: `{"error":{"message":"model overloaded ${KEY}"}}` }, ...broken,
    },
    { what: 'the same that says it is a stream', script: { body: `{"error":{"message":"model overloaded ${KEY}"}}` }, ...broken },
    {
      what: 'a compressed answer that is cut',
      script: { headers: { 'content-encoding': 'gzip' }, body: gzipSync(answerChunks(api, { tokens: ['Hi'] }).join('')).subarray(0, 30) },
      ...broken,
    },
    { what: 'broken JSON', script: { body: [rawChunk(api, '{"choices":[{"del')] }, ...broken },
    { what: 'broken JSON after a token', script: { body: [hi, rawChunk(api, '{"choices":[{"del')], then: 'hold' }, text: 'Hi', ...broken },
    // Statuses
    {
      what: 'a redirect', script: { status: 302, headers: { location: 'https://evil.example/' }, body: '' }, code: 'LLM_REJECTED',
      status: 502,
    },
    { what: 'a wrong key', script: { status: 401, body: `{"error":{"message":"bad key ${KEY}"}}` }, code: 'LLM_REJECTED', status: 502 },
    {
      what: 'too many requests', script: { status: 429, headers: { 'retry-after': '30' }, body: '{}' }, code: 'LLM_RATE_LIMITED',
      status: 503,
    },
    { what: 'a server error', script: { status: 500, body: page }, code: 'LLM_UNREACHABLE', status: 502 },
    // Breaks off
    { what: 'an end without a reason', script: { finish: null, done: false, usage: null }, text: 'Hello world.', ...broken },
    { what: 'a body cut in the middle', script: { finish: null, done: false, usage: null, then: 'cut' }, text: 'Hello world.', ...broken },
    {
      what: 'an error in the stream',
      script: { body: [hi, rawChunk(api, { error: { message: `out of memory ${KEY}`, code: 503 } })], then: 'hold' }, text: 'Hi',
      code: 'LLM_UNREACHABLE', status: 502,
    },
    // An answer all the same
    {
      what: 'bytes that are no UTF-8',
      script: { body: [Buffer.concat([Buffer.from(before!), Buffer.from([0xff]), Buffer.from(after!)]), last!] }, text: 'a\ufffdb',
      finish: { finish_reason: 'stop' },
    },
    {
      what: 'characters and lines cut in two', script: { tokens: ['Où', ' 😀', ' 日本'], sliceBytes: 1 }, text: 'Où 😀 日本',
      finish: { finish_reason: 'stop', usage: { input_tokens: 7, output_tokens: 3 } },
    },
    {
      what: 'a byte order mark and CRLF',
      script: {
        body: `\ufeff${answerChunks(api, { tokens: ['Hi'] })
          .join('')
          .replaceAll('\n', '\r\n')}`,
      },
      text: 'Hi', finish: { finish_reason: 'stop' },
    },
    {
      what: 'reasoning in the text', script: { tokens: ['<th', 'ink>hm', '</think>', '\n\nHi'] }, text: 'Hi',
      finish: { finish_reason: 'stop' },
    },
    { what: 'no usage', script: { usage: null }, text: 'Hello world.', finish: { usage: { input_tokens: 0, output_tokens: 0 } } },
    { what: 'no end mark', script: { body: [hi, last!], then: 'cut' }, text: 'Hi', finish: { finish_reason: 'stop' } },
    { what: 'max_tokens reached', script: { finish: 'length' }, text: 'Hello world.', finish: { finish_reason: 'length' } },
    ...(api === 'openai'
      ? [
          {
            what: 'a content filter before the first word', script: { tokens: [], finish: 'content_filter' }, code: 'LLM_REJECTED',
            status: 502,
          },
          {
            what: 'a content filter in the middle', script: { finish: 'content_filter' }, text: 'Hello world.',
            finish: { finish_reason: 'content_filter' },
          },
          { what: 'choices that are empty', script: { body: [rawChunk(api, { choices: [] }), rawChunk(api, '[DONE]')] }, ...broken },
          {
            what: 'a call of a tool',
            script: {
              body: [
                rawChunk(api, { choices: [{ delta: { tool_calls: [{ function: { name: 'x' } }] }, finish_reason: 'tool_calls' }] }),
                rawChunk(api, '[DONE]'),
              ],
            },
            ...broken,
          },
        ]
      : []),
  ]
}

/** Starts an app and its model's server, which follows `scripts` for each question, and answers well otherwise. */
async function start (
  t: Test,
  api: LlmApi,
  config: Record<string, unknown> = {}
): Promise<TestApp & { llm: LlmServer; scripts: Map<string, LlmScript> }> {
  const scripts = new Map<string, LlmScript>()
  const asked = ({ body }: LlmRequest) => [...scripts].find(([message]) => body.messages.at(-1)?.content.endsWith(message))
  const llm = await startLlmServer(request => asked(request)?.[1] ?? {})
  t.teardown(() => llm.close())
  const started = await startTestApp(t, {
    engine: fakeEngine(),
    config: {
      LLM_URL: llm.url(api), LLM_API: api, LLM_MODEL: 'scripted', LLM_API_KEY: KEY, LLM_RETRIES: 0,
      LLM_FIRST_TOKEN_SECONDS: 5, LLM_TIMEOUT_SECONDS: 5, LLM_POOL_SIZE: 60, ...config,
    },
  })
  await llm.request(0)
  return { ...started, llm, scripts }
}

/** Polls until nothing runs any more; gives up after half a minute. */
async function settled (look: () => boolean): Promise<boolean> {
  for (const end = performance.now() + 30_000; performance.now() < end; await wait(10)) if (look()) return true
  return false
}

for (const api of apis) {
  t.test(`${api}: reports each fault to all readers of the answer, and forgets it with the answer`, async t => {
    const { app, url, llm, scripts } = await start(t, api)
    // All at once, since the silent ones take five seconds each.
    const outcomes = await Promise.all(faultsOf(api).map(async fault => {
      const body = { ...question, message: `How long does delivery take, with ${fault.what}?` }
      scripts.set(body.message, fault.script)
      const [events, { status, json }] = await Promise.all([ask(url, body).then(answer => answer.events()), askJson(url, body)])
      return { fault, body, events, status, json }
    }))
    for (const { fault: { what, text = '', code, status: expected = 200, finish }, events, status, json } of outcomes) {
      t.match(events.map(({ type }) => type).join(' '), /^start sources( delta)* (finish|error)$/, what)
      const last = events.at(-1)!
      t.equal(textOf(events).trim(), text, what)
      t.equal(status, expected, what)
      t.notMatch(JSON.stringify([events, json]), /sk-secret|nginx|evil/, what)
      if (code) {
        t.match(last, { type: 'error', data: { code, status: expected, retryable: code !== 'LLM_REJECTED' } }, what)
        t.match(json, { code, statusCode: expected }, what)
      } else {
        t.match(last, { type: 'finish', data: finish }, what)
        t.match(json, { answer: text, ...finish }, what)
      }
    }

    t.ok(await settled(() => app.answers.stats().live === 0 && app.answers.stats().readers === 0), 'no reader waits')
    // Responses that the server had not ended itself were closed by us.
    await Promise.all(llm.requests.map(({ closed }) => closed))
    scripts.clear()
    const again = await Promise.all(outcomes.map(({ body }) => askJson(url, body)))
    for (const [n, { status, json }] of again.entries()) {
      const { fault: { what, code, text }, json: { finish_reason: reason, degraded } } = outcomes[n]!
      const isWhole = !code && reason !== 'content_filter' && !degraded
      t.match(
        { status, json }, { status: 200, json: { cache: isWhole ? 'hit' : 'miss', answer: isWhole ? text : 'Hello world.' } },
        `${what}: a failed answer is not kept, a whole one is`
      )
    }
  })

  t.test(`${api}: keeps the only connection usable after each fault`, async t => {
    const { url, scripts } = await start(t, api, { LLM_POOL_SIZE: 1 })
    for (const { what, script } of faultsOf(api).filter(({ code }) => code !== 'LLM_TIMEOUT')) {
      const body = { ...question, message: `How long does delivery take, with ${what}?` }
      scripts.set(body.message, script)
      await askJson(url, body)
      t.match(
        await askJson(url, { ...question, message: `And returns, after ${what}?` }), { status: 200, json: { answer: 'Hello world.' } },
        what
      )
    }
  })

  t.test(`${api}: cuts an endless answer, closes its source, and limits its cost`, async t => {
    const { app, url, llm, scripts } = await start(t, api, { ANSWER_LOG_MAX_BYTES: 1_000_000 })
    const message = 'How long does delivery take, at length?'
    scripts.set(message, {
      tokens: Array.from({ length: 3_000 }, (_, n) => `${n % 10}`.repeat(1_000)), finish: null, done: false, then: 'hold',
    })
    const events = await (await ask(url, { ...question, message })).events()
    t.match(events.at(-1), { type: 'finish', data: { finish_reason: 'length' } })
    t.ok(textOf(events).length > 900_000 && textOf(events).length < 1_100_000)
    t.equal(await llm.requests[1]!.closed, true)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
    // An answer is counted three times: its events, and their bytes in the format that takes most.
    t.ok(app.answers.stats().kept_bytes < 3_500_000)
  })

  t.test(`${api}: calls a second model before the first token, and never after it`, async t => {
    const spare = await startLlmServer({ tokens: ['Spare.'] })
    t.teardown(() => spare.close())
    const { url, llm, scripts } = await start(t, api, { LLM_FALLBACK_URL: spare.url(api), LLM_FALLBACK_MODEL: 'spare' })
    await spare.request(0)
    const outcomes = await Promise.all(faultsOf(api).filter(({ code }) => code).map(async ({ what, script, text }) => {
      const body = { ...question, message: `How long does delivery take, with ${what}?` }
      scripts.set(body.message, script)
      return { what, text, ...await askJson(url, body) }
    }))
    for (const { what, text, status, json } of outcomes) {
      if (text === undefined) {
        t.match({ status, json }, { status: 200, json: { answer: 'Spare.', finish_reason: 'stop', answered_by: 'llm' } }, what)
      } else t.match(json.code, /^LLM_/, what)
    }
    t.equal(spare.requests.length - 1, outcomes.filter(({ text }) => text === undefined).length)
    t.ok(spare.requests.slice(1).every(({ body }) => body.model === 'spare'))

    for (const [first, second, code] of [
      [401, 503, 'LLM_UNREACHABLE'], [503, 401, 'LLM_UNREACHABLE'], [429, 500, 'LLM_RATE_LIMITED'], [400, 401, 'LLM_REJECTED'],
    ] as const) {
      llm.enqueue({ status: first, body: '{}' })
      spare.enqueue({ status: second, body: '{}' })
      t.match(
        (await askJson(url, { ...question, message: `How long for ${first} and ${second}?` })).json, { code }, `of ${first} and ${second}`
      )
    }
  })

  t.test(`${api}: calls a server again after the short pause that it asks for`, async t => {
    const { url, llm } = await start(t, api, { LLM_RETRIES: 1 })
    llm.enqueue({ status: 429, headers: { 'retry-after': '0' }, body: '{}' })
    t.match((await askJson(url, question)).json, { answer: 'Hello world.', finish_reason: 'stop' })
    llm.enqueue({ status: 429, headers: { 'retry-after': '0' }, body: '{}' }, { status: 429, headers: { 'retry-after': '0' }, body: '{}' })
    t.match(await askJson(url, { ...question, message: 'And returns?' }), { status: 503, json: { code: 'LLM_RATE_LIMITED' } })
    t.equal(llm.requests.length, 5)
  })
}
