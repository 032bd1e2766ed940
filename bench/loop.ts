// The event loop while passages are embedded: a stream that ticks every 20 ms must go on ticking.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { post } from './client.ts'
import { sampleTexts } from './documents.ts'
import { quantile, type Figure } from './figures.ts'
import { startStack, type Options } from './stack.ts'

const tickMs = 20
const ticks = 3000

interface Embedded { vectors: number, ms: number, longestDelay: number }

export async function loop (options: Options): Promise<Figure[]> {
  const stack = await startStack(options, { llm: { tokens: ticks, writes: ticks, delayMs: tickMs }, warm: false })
  try {
    const { server, bare } = stack
    const [question] = stack.questions
    const passages = await sampleTexts(options.quick ? 100 : 500)
    const body = { ...question, max_tokens: 5000 }
    // The floor: what this machine and the scripted model do to a stream when nothing is embedded at all.
    const calm = await gaps(bare.port, '/pipe', body, () => new Promise(resolve => setTimeout(resolve, options.quick ? 2000 : 5000)))
    let embedded: Embedded | undefined
    const busy = await gaps(server.port, '/chat', body, async () => { embedded = await server.ask<Embedded>('embed', passages) })
    assert.ok(embedded!.vectors >= passages.length, 'not every passage has a vector')
    assert.ok(busy.length > 20, 'the stream was not running meanwhile')
    const note = `${passages.length} passages, ${embedded!.vectors} vectors in ${(embedded!.ms / 1000).toFixed(1)} s; ${busy.length} ticks; bare: with nothing embedded`
    return [
      { name: 'longest gap in the stream', value: Math.max(...busy), unit: 'ms', bare: Math.max(...calm), goal: { of: 'value', atMost: 60 }, note },
      { name: 'gap p99', value: quantile(busy, 0.99), unit: 'ms', bare: quantile(calm, 0.99) },
      { name: 'longest delay of the event loop', value: embedded!.longestDelay, unit: 'ms' },
    ]
  } finally {
    await stack.stop()
  }
}

/** The gaps between the packets of a stream while `work` goes on, in milliseconds. */
async function gaps (port: number, path: string, body: object, work: () => Promise<unknown>): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const found: number[] = []
  let last = 0
  let measuring = false
  const { promise: ticking, resolve, reject } = Promise.withResolvers<void>()
  socket.on('error', reject)
  socket.on('data', packet => {
    if (!packet.includes('event: delta')) return
    const now = performance.now()
    if (measuring) found.push(now - last)
    last = now
    resolve()
  })
  socket.write(post(port, path, body))
  await ticking
  measuring = true
  await work()
  assert.ok(performance.now() - last < 1000, 'the stream ended early')
  socket.destroy()
  return found
}
