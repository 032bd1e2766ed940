// How a packed answer is read from its connection: not faster than it is unpacked, and to its last byte.
import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  brotliCompressSync, createBrotliCompress, createDeflate, createDeflateRaw, createGzip, createZstdCompress, deflateRawSync, deflateSync,
  gzipSync,
} from 'node:zlib'
import t from 'tap'
import type { Dispatcher } from 'undici'
import { createBodyParser } from '../../src/llm/openai.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { streamAnswer } from '../../src/llm/stream-request.ts'
import { apis, bench, collect } from '../fixtures/llm-adapters.ts'
import { answerChunks, textChunk } from '../fixtures/llm-chunks.ts'

const packers = {
  gzip: createGzip, deflate: createDeflate, 'deflate, raw': createDeflateRaw, br: createBrotliCompress, zstd: createZstdCompress,
}

/** Packs each text so that it can be unpacked before the next one comes. */
async function packEach (coding: keyof typeof packers, texts: string[]): Promise<Buffer[]> {
  const packer = packers[coding]()
  const packed: Buffer[] = []
  let parts: Buffer[] = []
  packer.on('data', part => parts.push(part))
  for (const text of texts) {
    packer.write(text)
    await new Promise<void>(resolve => packer.flush(resolve))
    packed.push(Buffer.concat(parts))
    parts = []
  }
  return packed
}

/** A connection without a network: what its `response` says comes when it says so. */
function read (coding: string, response: (handler: Required<Dispatcher.DispatchHandler>, connection: Connection) => unknown) {
  const texts: string[] = []
  const connection: Connection = {
    isPaused: false, isAborted: false, texts,
    pause () { this.isPaused = true },
    resume () { this.isPaused = false },
    abort () { this.isAborted = true },
  }
  const agent = {
    dispatch (_: unknown, handler: Required<Dispatcher.DispatchHandler>) {
      handler.onRequestStart(connection as never, {})
      handler.onResponseStart(connection as never, 200, { 'content-encoding': coding })
      response(handler, connection)
    },
  }
  const result = streamAnswer({
    agent: agent as never, origin: 'http://model.invalid', path: '/', headers: {}, body: '', signal: new AbortController().signal,
    firstTokenMs: 60_000, silenceMs: 60_000, secrets: () => [],
    createDecoder: () => createStreamDecoder(createBodyParser, createReasoningFilter(false), () => []),
    take: text => { texts.push(text) },
    onResponse () {}, onRefusal () {}, onFree () {},
  })
  return { result, connection }
}

interface Connection { isPaused: boolean, isAborted: boolean, texts: string[], pause (): void, resume (): void, abort (): void }

for (const coding of Object.keys(packers) as (keyof typeof packers)[]) {
  const header = coding.split(',')[0]!

  t.test(`${coding}: reads no faster than it unpacks`, async t => {
    const rounds = 10
    // Each is a comment that cannot be packed well, and a word.
    const texts = Array.from({ length: rounds }, () => `:${randomBytes(100_000).toString('base64')}\n\n${textChunk('openai', 'x')}`)
    const chunks = await packEach(coding, [...texts, answerChunks('openai', { tokens: [] }).join('')])
    let mostAhead = 0
    const { result, connection } = read(header, async (handler, connection) => {
      for (const [n, chunk] of chunks.entries()) {
        while (connection.isPaused) await nextTurn()
        handler.onResponseData(connection as never, chunk)
        mostAhead = Math.max(mostAhead, n - connection.texts.join('').length)
      }
      handler.onResponseEnd(connection as never, {})
    })
    t.match(await result, { reason: 'stop' })
    t.equal(connection.texts.join(''), 'x'.repeat(rounds))
    t.ok(mostAhead <= 2, `${mostAhead} chunks wait`)
  })

  t.test(`${coding}: loses nothing of what came before it broke off`, async t => {
    const [first, rest] = await packEach(coding, [textChunk('openai', 'Hi'), answerChunks('openai', { tokens: [' there'] }).join('')])
    for (const chunks of [[first!, rest!], [Buffer.concat([first!, rest!])]]) {
      const { result, connection } = read(header, (handler, connection) => {
        for (const chunk of chunks) handler.onResponseData(connection as never, chunk)
        handler.onResponseError(connection as never, new Error('reset'))
      })
      t.match(await result, { reason: 'stop' })
      t.equal(connection.texts.join(''), 'Hi there')
    }
    for (const cut of [0, 5]) {
      const { result, connection } = read(header, (handler, connection) => {
        handler.onResponseData(connection as never, first!)
        if (cut > 0) handler.onResponseData(connection as never, rest!.subarray(0, cut))
        handler.onResponseError(connection as never, new Error('reset'))
      })
      await t.rejects(result, { message: 'reset' })
      t.equal(connection.texts.join(''), 'Hi')
    }
  })

  t.test(`${coding}: takes an answer whose end was not packed`, async t => {
    const [all] = await packEach(coding, [answerChunks('openai', { tokens: ['Hi'] }).join('')])
    const { result, connection } = read(header, (handler, connection) => {
      handler.onResponseData(connection as never, all!)
      handler.onResponseEnd(connection as never, {})
    })
    t.match(await result, { reason: 'stop' })
    t.equal(connection.texts.join(''), 'Hi')
  })

  t.test(`${coding}: closes a connection whose response goes on after the end of what was packed`, async t => {
    const packer = packers[coding]()
    packer.end(answerChunks('openai', { tokens: ['Hi'] }).join(''))
    const body: Buffer[] = await packer.toArray()
    const { promise, resolve } = Promise.withResolvers<void>()
    const { result, connection } = read(header, (handler, connection) => {
      connection.abort = resolve
      handler.onResponseData(connection as never, Buffer.concat([...body, Buffer.alloc(4)]))
    })
    t.match(await result, { reason: 'stop' })
    t.equal(connection.texts.join(''), 'Hi')
    await promise
  })

  t.test(`${coding}: takes an answer whatever follows what was packed`, async t => {
    const packer = packers[coding]()
    packer.end(answerChunks('openai', { tokens: ['Hi', ' there'] }).join(''))
    const body = Buffer.concat(await packer.toArray())
    const rests = [Buffer.alloc(9), Buffer.from('rest'), Buffer.from([0x1f]), Buffer.from([0x1f, 0x8b, 9, 1]), Buffer.alloc(50, 7)]
    for (const rest of rests) {
      const [start, end] = [body.subarray(0, 20), body.subarray(20)]
      for (const chunks of [[Buffer.concat([body, rest])], [body, rest], [start, Buffer.concat([end, rest])]]) {
        const { result, connection } = read(header, (handler, connection) => {
          for (const chunk of chunks) handler.onResponseData(connection as never, chunk)
          handler.onResponseEnd(connection as never, {})
        })
        t.match(await result, { reason: 'stop' })
        t.equal(connection.texts.join(''), 'Hi there')
      }
    }
  })
}

t.test('gzip: its headers and members, wherever the chunks are cut', async t => {
  const head = (flags: number, more: Buffer) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), more])
  const heads = [
    head(0, Buffer.alloc(0)), head(8, Buffer.from('answer\0')), head(4, Buffer.from([3, 0, 1, 2, 3])),
    head(31, Buffer.from([1, 0, 9, 0x61, 0, 0x62, 0, 5, 5])),
  ]
  const text = Buffer.from(answerChunks('openai', { tokens: ['Hi', ' there'] }).join(''))
  const members = heads.map((head, n) => Buffer.concat([
    head, deflateRawSync(text.subarray(n * text.length / 4, (n + 1) * text.length / 4)), Buffer.alloc(8, 1),
  ]))
  for (const each of [1, 2, 7, 30, 10_000]) {
    const whole = Buffer.concat(members)
    const { result, connection } = read('gzip', (handler, connection) => {
      for (let at = 0; at < whole.length; at += each) handler.onResponseData(connection as never, whole.subarray(at, at + each))
      handler.onResponseEnd(connection as never, {})
    })
    t.match(await result, { reason: 'stop' })
    t.equal(connection.texts.join(''), 'Hi there')
  }
  for (const body of [Buffer.from('data: plain\n\n'), Buffer.from([0x1f, 0x8b, 7, 0, 0, 0]), members[0]!]) {
    const { result } = read('gzip', (handler, connection) => {
      handler.onResponseData(connection as never, body)
      handler.onResponseEnd(connection as never, {})
    })
    await t.rejects(result)
  }
})

t.test('unpacks what was packed twice, wherever the chunks are cut', async t => {
  const pack: Record<string, (bytes: Buffer) => Buffer> = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync }
  const text: Buffer = Buffer.from(answerChunks('openai', { tokens: ['Hi', ' there'] }).join(''))
  for (const coding of ['gzip, br', 'br, gzip', 'GZIP,gzip', 'deflate, br, gzip', 'identity, gzip, br']) {
    const packed = coding.toLowerCase().split(/, ?/).reduce((bytes, name) => pack[name]?.(bytes) ?? bytes, text)
    for (const each of [1, 7, 10_000]) {
      for (const ends of [true, false]) {
        const { result, connection } = read(coding, (handler, connection) => {
          for (let at = 0; at < packed.length; at += each) handler.onResponseData(connection as never, packed.subarray(at, at + each))
          if (ends) handler.onResponseEnd(connection as never, {})
          else handler.onResponseError(connection as never, new Error('reset'))
        })
        t.match(await result, { reason: 'stop' })
        t.equal(connection.texts.join(''), 'Hi there')
      }
    }
    const { result } = read(coding, (handler, connection) => {
      handler.onResponseData(connection as never, packed.subarray(0, 20))
      handler.onResponseEnd(connection as never, {})
    })
    await t.rejects(result, coding)
  }
})

t.test('packed twice: reads no faster than it unpacks', async t => {
  const rounds = 10
  const texts = Array.from({ length: rounds }, () => `:${randomBytes(100_000).toString('base64')}\n\n${textChunk('openai', 'x')}`)
  const inner = await packEach('gzip', [...texts, answerChunks('openai', { tokens: [] }).join('')])
  const packer = createBrotliCompress()
  const outer: Buffer[] = []
  packer.on('data', part => outer.push(part))
  const chunks: Buffer[] = []
  for (const part of inner) {
    packer.write(part)
    await new Promise<void>(resolve => packer.flush(resolve))
    chunks.push(Buffer.concat(outer.splice(0)))
  }
  let mostAhead = 0
  const { result, connection } = read('gzip, br', async (handler, connection) => {
    for (const [n, chunk] of chunks.entries()) {
      while (connection.isPaused) await nextTurn()
      handler.onResponseData(connection as never, chunk)
      mostAhead = Math.max(mostAhead, n - connection.texts.join('').length)
    }
    handler.onResponseEnd(connection as never, {})
  })
  t.match(await result, { reason: 'stop' })
  t.equal(connection.texts.join(''), 'x'.repeat(rounds))
  t.ok(mostAhead <= 2, `${mostAhead} chunks wait`)
})

t.test('gzip: a header without end is not kept', async t => {
  const start = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3])
  const { result, connection } = read('gzip', async (handler, connection) => {
    handler.onResponseData(connection as never, start)
    for (let n = 0; n < 10 && !connection.isAborted; n++) {
      handler.onResponseData(connection as never, Buffer.alloc(50_000, 1))
      await nextTurn()
    }
  })
  await t.rejects(result, { message: 'a gzip header without end' })
  t.ok(connection.isAborted)
})

for (const api of apis) {
  t.test(api, async t => {
    t.test('unpacks deflate without its header', async t => {
      const { server, model, log } = await bench(t, api)
      const body = answerChunks(api, { tokens: ['Hi', ' there'] }).join('')
      const headers = { 'content-encoding': 'deflate' }
      for (const sliceBytes of [1, 50_000]) {
        server.enqueue({ headers, body: deflateRawSync(body), sliceBytes })
        t.has(await collect(model), { text: 'Hi there', finish: { reason: 'stop' } })
      }
      server.enqueue({ headers, body: deflateRawSync(body).subarray(0, 30) }, { headers, body: '' })
      for (let n = 0; n < 2; n++) t.match((await collect(model)).error, { code: 'LLM_BROKEN' })
      server.enqueue({ status: 400, headers, body: deflateRawSync('{"error":{"message":"no such tent"}}') })
      t.match((await collect(model)).error, { code: 'LLM_REJECTED' })
      t.equal(log.at(-1)!.fields.upstream, 'HTTP 400: no such tent')
    })

    t.test('uses a connection again after bytes that follow what was packed', async t => {
      const { server, model } = await bench(t, api)
      const body = Buffer.concat([gzipSync(answerChunks(api, { tokens: ['Hi'] }).join('')), Buffer.alloc(4)])
      server.enqueue({ headers: { 'content-encoding': 'gzip' }, body }, {})
      t.equal((await collect(model)).text, 'Hi')
      t.equal((await collect(model)).text, 'Hello world.')
    })

    t.test('closes the connection of a warm-up that is packed as nobody can read it', async t => {
      const { server, model } = await bench(t, api)
      server.enqueue({ headers: { 'content-encoding': 'compress' }, body: 'x', then: 'hold' })
      await model.warmUp()
      t.match(model.stats(), { ready: false, reason: 'LLM_BROKEN' })
      t.equal(await server.requests.at(-1)!.closed, true)
    })
  })
}
