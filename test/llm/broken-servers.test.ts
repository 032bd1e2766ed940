// Every kind of broken server ends in one clear coded error.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { UpstreamError } from '../../src/llm/failures.ts'
import { apis, bench, collect, createModel, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { answerChunks, rawChunk, textChunk } from '../fixtures/llm-chunks.ts'
import type { LlmScript } from '../fixtures/llm-server.ts'
import { eventsOf } from '../fixtures/model-events.ts'

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('a refused connection', async (t) => {
      const { server, model } = await bench(t, api)
      await server.close()
      const { error } = await collect(model)
      t.match(error, { code: 'LLM_UNREACHABLE', retryable: true, statusCode: 502 })
      t.match(model.stats(), { requests: 1, failures: 1 })
    })

    t.test('a name that does not resolve', async (t) => {
      const model = createModel(api, { url: 'http://no-such-host.invalid:1' })
      t.teardown(() => model.close())
      t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' })
    })

    t.test('a connection that takes too long', async (t) => {
      // It accepts, and never answers the TLS handshake, which belongs to connecting.
      const mute = createServer(() => {})
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
      const model = createModel(api, { url: `https://127.0.0.1:${(mute.address() as AddressInfo).port}`, connectTimeoutMs: 50 })
      t.teardown(async () => {
        await model.close()
        mute.close()
      })
      t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' })
    })

    t.test('a socket that is reset in mid-answer', async (t) => {
      const { server, model } = await bench(t, api)
      const read = gate()
      server.enqueue({ body: [textChunk(api, 'Hi')], gate: { after: 1, until: read.until }, then: 'reset' })
      const events = eventsOf(model, modelRequest())
      t.same((await events.next()).value, { type: 'text', text: 'Hi' })
      read.open()
      await t.rejects(events.next(), { code: 'LLM_BROKEN', retryable: true })
    })

    t.test('a stream that is cut, or ends before the answer does', async (t) => {
      const { server, model } = await bench(t, api)
      for (const then of ['cut', 'end'] as const) {
        server.enqueue({ finish: null, done: false, usage: null, then })
        const { text, finish, error } = await collect(model)
        t.equal(text, 'Hello world.')
        t.equal(finish, undefined)
        t.match(error, { code: 'LLM_BROKEN' }, then)
      }
    })

    t.test('a stream that is cut after the model has stopped: nothing is missing', async (t) => {
      const { server, model } = await bench(t, api, { silenceTimeoutMs: 100 })
      const [last] = answerChunks(api, { tokens: [], usage: null, done: false }).slice(-1)
      for (const then of ['cut', 'end', 'hold'] as const) {
        server.enqueue({ body: [textChunk(api, 'Hi'), last!], then })
        const { text, finish, error } = await collect(model)
        t.equal(error, undefined, then)
        t.equal(text, 'Hi')
        t.match(finish, { reason: 'stop' })
      }
    })

    t.test('a body that ends in the middle of a chunk', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: textChunk(api, 'Hi') + textChunk(api, 'there').slice(0, -20) })
      const { text, error } = await collect(model)
      t.equal(text, 'Hi')
      t.match(error, { code: 'LLM_BROKEN' })
    })

    t.test('an answer without text', async (t) => {
      const { server, model } = await bench(t, api)
      const empty: LlmScript[] = [
        { tokens: [] }, { tokens: ['', ' ', '\n'] }, { tokens: [], finish: 'length' }, { thinking: ['hm'], tokens: [] }, { body: '' },
      ]
      for (const script of empty) {
        server.enqueue(script)
        const { finish, error } = await collect(model)
        t.equal(finish, undefined)
        t.match(error, { code: 'LLM_BROKEN' }, JSON.stringify(script))
      }
    })

    t.test('endless white space, before the first word and after it', async (t) => {
      const { server, model } = await bench(t, api)
      for (const first of ['', 'Hi']) {
        server.enqueue({ tokens: [first, ...Array.from({ length: 5_000 }, () => ' \n')], finish: null, done: false, then: 'hold' })
        const { text, error } = await collect(model)
        t.equal(text.trim(), first)
        t.ok(text.length < 2_100)
        t.match(error, { code: 'LLM_BROKEN' })
        t.equal(await server.requests.at(-1)!.closed, true)
      }
    })

    t.test('statuses', async (t) => {
      const { server, model } = await bench(t, api)
      const expected: [number, string, boolean][] = [
        [301, 'LLM_REJECTED', false], [400, 'LLM_REJECTED', false], [401, 'LLM_REJECTED', false], [403, 'LLM_REJECTED', false],
        [404, 'LLM_REJECTED', false], [413, 'LLM_REJECTED', false], [422, 'LLM_REJECTED', false],
        [408, 'LLM_TIMEOUT', true], [429, 'LLM_RATE_LIMITED', true], [500, 'LLM_UNREACHABLE', true],
        [502, 'LLM_UNREACHABLE', true], [503, 'LLM_UNREACHABLE', true], [504, 'LLM_TIMEOUT', true],
        [409, 'LLM_UNREACHABLE', true], [424, 'LLM_UNREACHABLE', true], [425, 'LLM_UNREACHABLE', true], [498, 'LLM_UNREACHABLE', true],
        [529, 'LLM_UNREACHABLE', true], [204, 'LLM_REJECTED', false],
      ]
      for (const [status, code, retryable] of expected) {
        server.enqueue({ status, body: status === 204 ? [] : JSON.stringify({ error: { message: 'no' } }) })
        const { error } = await collect(model)
        t.match(error, { code, retryable }, String(status))
        t.equal((error!.cause as UpstreamError).status, status)
      }
      t.match(model.stats(), { requests: expected.length, failures: expected.length })
    })

    t.test('an error\'s body that is slow, huge or not text', async (t) => {
      const { server, model, log } = await bench(t, api, { silenceTimeoutMs: 2_000 })
      server.enqueue(
        { status: 500, body: ['half'], then: 'hold' }, { status: 500, body: 'x'.repeat(1_000_000) },
        { status: 500, body: Buffer.from([0xff, 0x00, 0x1b, 0x5b]) }
      )
      for (let n = 0; n < 3; n++) t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' })
      for (const { fields } of log) {
        t.ok(String(fields.upstream).length < 300)
        t.notMatch(fields.upstream, /\p{Cc}/u)
      }
    })

    t.test('reads Retry-After', async (t) => {
      const { server, model } = await bench(t, api)
      for (const [value, ms] of [['2', 2_000], ['0', 0], ['soon', undefined], ['Wed, 21 Oct 2015 07:28:00 GMT', 0]] as const) {
        server.enqueue({ status: 429, headers: { 'retry-after': value }, body: '{}' })
        t.equal(((await collect(model)).error!.cause as UpstreamError).retryAfterMs, ms, value)
      }
      server.enqueue({ status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }, body: '{}' })
      const { retryAfterMs } = (await collect(model)).error!.cause as UpstreamError
      t.ok(retryAfterMs! > 50_000 && retryAfterMs! <= 60_000)
    })

    t.test('an HTML page with status 200', async (t) => {
      const { server, model } = await bench(t, api)
      for (const type of ['text/html; charset=utf-8', 'text/plain']) {
        server.enqueue({ headers: { 'content-type': type }, body: '<!doctype html>\n<title>Welcome</title>\n<p>data: nothing</p>' })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
      }
    })

    t.test('chunks that are not JSON, or not objects', async (t) => {
      const { server, model } = await bench(t, api)
      for (const payload of ['{"choices":[{"del', 'null', '42', '"text"', 'nonsense']) {
        server.enqueue({ body: [textChunk(api, 'Hi'), rawChunk(api, payload)], then: 'hold' })
        const { text, error } = await collect(model)
        t.equal(text, 'Hi')
        t.match(error, { code: 'LLM_BROKEN' }, payload)
        t.equal(await server.requests.at(-1)!.closed, true)
      }
    })

    t.test('chunks of another shape', async (t) => {
      const { server, model } = await bench(t, api)
      const shapes =
        api === 'openai'
          ? [
              { choices: 5 }, { choices: [null] }, { choices: ['x'] }, { choices: [{ delta: { content: [null] } }] },
              { choices: [{ delta: 'x' }] }, [],
            ]
          : [{ message: 5 }, { message: 'x' }, { message: [] }, { message: { content: 5 } }, []]
      for (const shape of shapes) {
        server.enqueue({ body: [rawChunk(api, shape)] })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' }, JSON.stringify(shape))
      }
    })

    t.test('a chunk without end', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'x'.repeat(1_200_000))], then: 'hold' })
      t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
      t.equal(await server.requests[0]!.closed, true)
    })

    t.test('an error object inside the stream', async (t) => {
      const { server, model } = await bench(t, api)
      const expected: [unknown, string][] = [
        ['an error was encountered while running the model', 'LLM_BROKEN'],
        [{ message: 'Provider returned error', code: 502 }, 'LLM_UNREACHABLE'],
        [{ message: 'slow down', code: '429' }, 'LLM_RATE_LIMITED'],
        [{ message: 'slow down', type: 'rate_limit_exceeded' }, 'LLM_RATE_LIMITED'],
        [{ message: 'too long', type: 'invalid_request_error' }, 'LLM_REJECTED'],
        [{}, 'LLM_BROKEN'],
      ]
      for (const [payload, code] of expected) {
        server.enqueue({ body: [textChunk(api, 'Hi'), rawChunk(api, { error: payload })], then: 'hold' })
        const { text, error } = await collect(model)
        t.equal(text, 'Hi')
        t.match(error, { code }, JSON.stringify(payload))
        t.equal(await server.requests.at(-1)!.closed, true)
      }
    })

    t.test('loses only a character to bytes that are not UTF-8', async (t) => {
      const { server, model } = await bench(t, api)
      const [before, after] = textChunk(api, 'a|b').split('|')
      const [last] = answerChunks(api, { tokens: [] }).slice(-1)
      server.enqueue({ body: [Buffer.concat([Buffer.from(before!), Buffer.from([0xff, 0xc3]), Buffer.from(after!)]), last!] })
      const { text, finish } = await collect(model)
      t.equal(text, 'a\ufffd\ufffdb')
      t.ok(finish)
    })
  })
}

t.test('openai: does not retry when the account has no money', async (t) => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ status: 429, body: JSON.stringify({ error: { message: 'You exceeded your quota', code: 'insufficient_quota' } }) })
  t.match((await collect(model)).error, { code: 'LLM_REJECTED', retryable: false })
})

t.test('openai: an error event without an error key, a finish_reason of error, a content filter', async (t) => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ body: ['event: error\ndata: {"message":"overloaded"}\n\n'], then: 'hold' })
  t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
  server.enqueue({ finish: 'error' })
  t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
  server.enqueue({ tokens: [], finish: 'content_filter' })
  t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
  server.enqueue({ finish: 'content_filter' })
  t.match((await collect(model)).finish, { reason: 'filtered' })
})

t.test('openai: accepts [DONE] alone as the end of an answer with text', async (t) => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ finish: null })
  t.has(await collect(model), { text: 'Hello world.', finish: { reason: 'stop', isUnexplained: true } })
  server.enqueue({})
  t.notOk('isUnexplained' in (await collect(model)).finish!)
})

t.test('openai: a body of JSON that does not end', async (t) => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({ headers: { 'content-type': 'application/json' }, body: '{"x":"' + 'x'.repeat(1_100_000), then: 'hold' })
  t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
})

t.test('a server that does not speak HTTP', async (t) => {
  const babble = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n')))
  await new Promise<void>((resolve) => babble.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { babble.close() })
  for (const api of apis) {
    const model = createModel(api, { url: `http://127.0.0.1:${(babble.address() as AddressInfo).port}` })
    t.teardown(() => model.close())
    t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
  }
})
