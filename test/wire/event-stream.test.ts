// An answer written to a client: at its pace, with a heartbeat in silence.
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough, type Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import type { Answers, Producer, Reader } from '../../src/answers/answers.ts'
import { writeEventStream, heartbeatComment } from '../../src/wire/event-stream.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { finish, ready, script, start } from '../fixtures/app-answers.ts'
import { parse } from '../fixtures/app-client.ts'
import { turn, whenIdle } from '../fixtures/until.ts'

function memory (logMaxBytes = 10_000_000): Answers {
  return createMemoryAnswers({
    cacheTtlMs: 60_000, cacheMaxBytes: 1e8, keptFormat: sseEncoder, graceMs: 1000, logMaxBytes, maxLive: 100,
    onError: error => {
      throw error
    },
  })
}

function open (answers: Answers, produce: Producer) {
  return answers.open({ company: 'shop', key: 'k', resumable: false, conversationId: 'c', produce })
}

/** Writes the answer into a stream that a test reads as a client does. */
function written (reader: Reader, heartbeatMs: number, highWaterMark?: number) {
  const stream = Object.assign(new PassThrough({ highWaterMark }), { flushHeaders () {} })
  writeEventStream(stream, reader, sseEncoder, heartbeatMs)
  return stream
}

async function all (stream: Readable): Promise<string> {
  let text = ''
  for await (const part of stream) text += part
  return text
}

t.test('sends the whole answer, ends, and closes the reader', async t => {
  const answers = memory()
  const text = await all(
    written(await open(answers, ready([start(), { type: 'delta', text: 'yes' }, finish()])), 60_000)
  )
  t.same(parse(text).map(({ type }) => type), ['start', 'delta', 'finish'])
  t.match(await whenIdle(answers), { live: 0, readers: 0 })
})

t.test('sends each event as it comes', async t => {
  const answers = memory()
  const producer = script()
  const stream = written(await open(answers, producer.produce), 60_000).setEncoding('utf8')
  const parts = stream[Symbol.asyncIterator]()
  t.match((await parts.next()).value, /^event: start\n/)
  await producer.give({ type: 'delta', text: 'one' })
  t.match((await parts.next()).value, /^event: delta\n.*one.*\n\n$/s)
  await producer.give(finish())
  t.match((await parts.next()).value, /^event: finish\n/)
  t.equal((await parts.next()).done, true)
})

t.test('closes the reader, and with it the answer, when a client leaves', async t => {
  const answers = memory()
  const producer = script()
  const stream = written(await open(answers, producer.produce), 60_000)
  await once(stream.resume(), 'data')
  stream.destroy()
  await once(stream, 'close')
  t.equal(producer.signal.reason, 'abandoned')
  t.equal(answers.stats().readers, 0)
  await producer.give({ type: 'delta', text: 'late' })
  t.equal((await whenIdle(answers)).live, 0)
})

t.test('the heartbeat', async t => {
  /** Resolves when an idle stream with the same heartbeat has sent so many; this is the clock of these tests. */
  async function heartbeats (count: number): Promise<void> {
    const idle = written(await open(memory(), script().produce), 2).setEncoding('utf8')
    let text = ''
    for await (const part of idle) {
      text += part
      if (text.split(heartbeatComment).length > count) return
    }
  }

  t.test('comes after each interval of silence, and not after the end', async t => {
    const producer = script()
    const stream = written(await open(memory(), producer.produce), 2).setEncoding('utf8')
    let text = ''
    stream.on('data', part => { text += part })
    await heartbeats(5)
    t.match(text, `${heartbeatComment}${heartbeatComment}`)
    await producer.give({ type: 'delta', text: 'one' })
    await heartbeats(5)
    const closed = once(stream, 'close')
    await producer.give(finish())
    await closed
    t.same(parse(text).map(({ type }) => type), ['start', 'delta', 'finish'], 'events continue as if there were none')
    t.match(text, /data: [^\n]*finish_reason[^\n]*\n\n$/)
  })

  t.test('is postponed by an event', async t => {
    const real = globalThis.setTimeout
    t.teardown(() => { globalThis.setTimeout = real })
    let putOff = 0
    const timer = { refresh () { putOff++ }, [Symbol.toPrimitive]: () => 0 }
    globalThis.setTimeout = (() => timer) as unknown as typeof setTimeout
    const producer = script()
    const stream = written(await open(memory(), producer.produce), 100).resume()
    await turn()
    await turn()
    t.equal(putOff, 1, 'start')
    await producer.give({ type: 'delta', text: 'one' })
    await turn()
    t.equal(putOff, 2)
    await turn()
    t.equal(putOff, 2, 'silence does not')
    globalThis.setTimeout = real
    stream.destroy()
  })

  t.test('does not come while the client has unread bytes', async t => {
    const stream = written(await open(memory(), script().produce), 2, 1)
    await once(stream, 'readable')
    t.ok(stream.writableLength > 0)
    await heartbeats(20)
    const text = all(stream.setEncoding('utf8'))
    stream.end()
    // On a slow machine there may be one before the answer starts.
    t.match(await text, /^(?:: ping\n\n)*event: start\n[^\n]+\n[^\n]+\n\n$/)
  })

  t.test('does not come after the last event, when the client reads slowly', async t => {
    const reader = await open(memory(), ready([start(), finish()]))
    await reader.all()
    t.match(reader.take(sseEncoder), 'event: finish')
    // Only the end is left, and it has not been read yet.
    const stream = written(reader, 2)
    await heartbeats(20)
    t.equal(await all(stream), '')
  })
})

t.test('a client that does not read', async t => {
  /** Serves the answer to every client. */
  async function serve (t: Test, answers: Answers, produce: Producer) {
    const responses: ServerResponse[] = []
    const server = createServer(async (_, response) => {
      responses.push(response)
      writeEventStream(response, await open(answers, produce), sseEncoder, 60_000)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => { server.closeAllConnections(); server.close() })
    const ask = () => new Promise<IncomingMessage>(resolve => {
      get({ port: (server.address() as AddressInfo).port, agent: false, highWaterMark: 1024 } as object, resolve).on('error', () => {})
    })
    return { responses, ask }
  }

  t.test('delays no one, gets no more, and gets everything when it reads again', async t => {
    const answers = memory(50_000_000)
    const producer = script()
    const { responses, ask } = await serve(t, answers, producer.produce)
    const slow = await ask()
    slow.pause()
    const fast = await ask()
    let fastText = ''
    fast.setEncoding('utf8').on('data', part => { fastText += part })
    const text = 'x'.repeat(10_000)
    for (let n = 0; n < 2000; n++) await producer.give({ type: 'delta', text: `${n} ${text}` })
    const served = once(fast, 'end')
    await producer.give(finish())
    await served
    t.equal(parse(fastText).length, 2002, 'the other one is served to the end')
    const held = responses[0]!.writableLength
    t.ok(held < 200_000, `${held} bytes are held for the slow one, of 20 MB`)
    t.equal(parse(await all(slow.setEncoding('utf8'))).length, 2002)
    t.match(await whenIdle(answers), { live: 0, readers: 0 })
  })

  t.test('may leave for good', async t => {
    const answers = memory(50_000_000)
    const producer = script()
    const { responses, ask } = await serve(t, answers, producer.produce)
    const slow = await ask()
    slow.pause()
    for (let n = 0; n < 1000; n++) await producer.give({ type: 'delta', text: 'x'.repeat(10_000) })
    t.ok(responses[0]!.writableLength > 0)
    slow.destroy()
    await once(responses[0]!, 'close')
    t.equal(producer.signal.reason, 'abandoned')
    t.equal(answers.stats().readers, 0)
  })
})
