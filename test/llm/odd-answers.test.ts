// Responses that look like answers and are not, and the other way round.
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import t from 'tap'
import { UpstreamError } from '../../src/llm/failures.ts'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { createBodyParser } from '../../src/llm/openai.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { apis, bench, collect, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { answerChunks, answerObject, rawChunk, textChunk } from '../fixtures/llm-chunks.ts'

const packers: Record<string, (body: string) => Buffer> = {
  gzip: gzipSync, 'X-GZIP': gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync,
}

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('unpacks an answer that is compressed without being asked', async (t) => {
      const { server, model, log } = await bench(t, api)
      const body = answerChunks(api, { tokens: ['Hi', ' there'] }).join('')
      for (const [coding, pack] of Object.entries(packers)) {
        for (const sliceBytes of [1, 50_000]) {
          server.enqueue({ headers: { 'content-encoding': coding }, body: pack(body), sliceBytes })
          t.has(await collect(model), { text: 'Hi there', finish: { reason: 'stop' } }, coding)
        }
        server.enqueue({ headers: { 'content-encoding': coding }, body: pack(body).subarray(0, 30) })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' }, `${coding}, cut`)
        server.enqueue({ headers: { 'content-encoding': coding }, body })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' }, `${coding}, which it is not`)
        server.enqueue({ status: 400, headers: { 'content-encoding': coding }, body: pack('{"error":{"message":"no such tent"}}') })
        t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
        t.equal(log.at(-1)!.fields.upstream, 'HTTP 400: no such tent', coding)
      }
      t.equal(server.requests[0]!.headers['accept-encoding'], 'identity')
      const plain = ['identity', 'Identity', '', 'UTF-8', 'utf8', 'none', 'identity, utf-8']
      server.enqueue(...plain.map(coding => ({ headers: { 'content-encoding': coding } })))
      for (const coding of plain) t.equal((await collect(model)).text, 'Hello world.', coding)
      for (const coding of ['compress', 'gzip, compress', 'gzip, gzip, gzip, gzip']) {
        server.enqueue({ headers: { 'content-encoding': coding }, body })
        t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
        t.match(log.at(-1)!.fields.upstream, coding.slice(0, 20))
      }
    })

    t.test('hands on each token of a compressed answer as it comes', async (t) => {
      const { server, model } = await bench(t, api)
      const packer = createGzip()
      const packed = async (text: string) => {
        packer.write(text)
        await new Promise<void>(resolve => packer.flush(resolve))
        return packer.read() as Buffer
      }
      const slices = [await packed(textChunk(api, 'Hi')), await packed(textChunk(api, ' there'))]
      const first = gate()
      server.enqueue({ headers: { 'content-encoding': 'gzip' }, body: slices, gate: { after: 1, until: first.until }, then: 'hold' })
      const abort = new AbortController()
      const texts: string[] = []
      await t.rejects(model.stream(modelRequest({ signal: abort.signal }), text => {
        texts.push(text)
        if (texts.length === 1) first.open()
        else abort.abort(new Error('enough'))
      }), { message: 'enough' })
      t.same(texts, ['Hi', ' there'])
      t.equal(await server.requests.at(-1)!.closed, true)
    })

    t.test('reads an answer with another status of success, and as whatever it is called', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue(
        { status: 201 }, { status: 202 }, { headers: { 'content-type': 'text/html; charset=utf-8' } }, { headers: { 'content-type': '' } },
      )
      for (let n = 0; n < 4; n++) t.equal((await collect(model)).text, 'Hello world.')
    })

    t.test('does not follow a redirect: key and prompt go where the settings say', async (t) => {
      const { server, model, log } = await bench(t, api)
      for (const status of [301, 302, 307, 308]) {
        server.enqueue({ status, headers: { location: `${server.origin}/elsewhere?key=secret` }, body: '' })
        const { error } = await collect(model)
        t.match(error, { code: 'LLM_REJECTED', retryable: false })
        t.equal((error!.cause as UpstreamError).status, status)
        t.equal(log.at(-1)!.fields.upstream, `HTTP ${status}: moved to ${server.origin}/elsewhere; is LLM_URL right?`)
      }
      t.equal(server.requests.length, 4)
    })

    t.test('does not take blanks and invisible characters for a sign of life', async (t) => {
      const { server, model } = await bench(t, api, { silenceTimeoutMs: 100 })
      for (const [first, blank] of [['', ' '], ['', '\u200b'], ['Hi', '\n']] as const) {
        server.enqueue({
          body: [textChunk(api, first), ...Array.from({ length: 100 }, () => textChunk(api, blank))], delayMs: 20, then: 'hold',
        })
        const { text, error } = await collect(model)
        t.equal(text.trim(), first)
        t.match(error, { code: 'LLM_TIMEOUT' })
        t.equal(await server.requests.at(-1)!.closed, true)
      }
    })

    t.test('rejects an invisible answer', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['\u200b', '\u2060 ', '\u0007'] }, { tokens: ['\u200b', 'Hi', ' \u200d', 'there'] })
      t.has(await collect(model), { text: '', error: { code: 'LLM_BROKEN' } })
      t.equal((await collect(model)).text, 'Hi \u200dthere', 'within a text it stays')
    })

    t.test('accepts a slow word after blanks in time', async (t) => {
      const { server, model } = await bench(t, api, { silenceTimeoutMs: 1_000 })
      server.enqueue({ tokens: ['\n', '\n', 'Hi', '\n', '\n', 'there'], delayMs: 5 })
      t.equal((await collect(model)).text, 'Hi\n\nthere')
    })

    t.test('reads one object instead of a stream', async (t) => {
      const { server, model } = await bench(t, api)
      for (const type of ['application/json; charset=utf-8', 'text/event-stream', 'text/plain']) {
        server.enqueue({ headers: { 'content-type': type }, body: ` \n${JSON.stringify(answerObject(api, { tokens: ['Whole.'] }))}\n` })
        t.has(await collect(model), { text: 'Whole.', finish: { reason: 'stop' } }, type)
        server.enqueue({ headers: { 'content-type': type }, body: '{"error":{"message":"overloaded","code":503}}' })
        t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' }, type)
      }
    })

    t.test('reads a stream that claims to be an object', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({
        headers: { 'content-type': 'application/json' }, body: `\ufeff\n${answerChunks(api, { tokens: ['Hi', ' there'] }).join('')}`,
        sliceBytes: 1,
      })
      t.same((await collect(model)).texts, ['Hi', ' there'])
    })

    t.test('gives way to others after a part of what came at once', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: answerChunks(api, { tokens: Array.from({ length: 400 }, () => 'x'.repeat(10_000)) }).join('') })
      let [length, inTurn, most] = [0, 0, 0]
      let turn = setImmediate(function next () {
        inTurn = 0
        turn = setImmediate(next)
      })
      await model.stream(modelRequest(), text => {
        length += text.length
        most = Math.max(most, inTurn += text.length)
        return false
      })
      clearImmediate(turn)
      t.equal(length, 4_000_000)
      t.ok(most < 300_000, `${most} characters in one turn of the event loop`)
    })

    t.test('loses none of two megabytes of one-character chunks', async (t) => {
      const { server, model } = await bench(t, api)
      const body = Array.from({ length: 20 }, () => textChunk(api, 'x').repeat(500))
      server.enqueue({ body: [...body, ...answerChunks(api, { tokens: [] })] })
      t.equal((await collect(model)).text.length, 10_000)
    })
  })
}

t.test('limits secret reasoning too', async (t) => {
  const decoder = createStreamDecoder(createBodyParser, createReasoningFilter(false), () => [])
  const secret = Buffer.from(rawChunk('openai', { choices: [{ delta: { content: [{ type: 'thinking' }] } }] }).repeat(1_000))
  t.throws(() => { for (let n = 0; n < 300; n++) decoder.feed(secret) }, { code: 'LLM_BROKEN' })
})
