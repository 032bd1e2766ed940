// The event loop while passages are embedded: a stream that ticks every 20 ms must keep ticking.
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
    // Both streams run at the same time: the bare one shows the machine's delays, not the service's.
    const [ours, theirs] = await Promise.all([watchGaps(server.port, '/chat', body), watchGaps(bare.port, '/pipe', body)])
    const embedded = await server.ask<Embedded>('embed', passages)
    const [busy, floor] = [ours.stop(), theirs.stop()]
    assert.ok(embedded.vectors >= passages.length, 'not every passage has a vector')
    assert.ok(busy.length > 20, 'the stream was not running meanwhile')
    const note =
      `${passages.length} passages, ${embedded.vectors} vectors in ${(embedded.ms / 1000).toFixed(1)} s; ${busy.length} ticks; ` +
      'bare: a stream of another process, meanwhile'
    return [
      {
        name: 'longest gap in the stream', value: Math.max(...busy), unit: 'ms', bare: Math.max(...floor),
        goal: { of: 'value', atMost: 60 }, note,
      },
      { name: 'gap p99', value: quantile(busy, 0.99), unit: 'ms', bare: quantile(floor, 0.99) },
      { name: 'longest delay of the event loop', value: embedded.longestDelay, unit: 'ms', goal: { of: 'value', atMost: 60 } },
    ]
  } finally {
    await stack.stop()
  }
}

/** Reads a stream; `stop` ends it and returns the gaps between its packets in milliseconds. */
async function watchGaps (port: number, path: string, body: object): Promise<{ stop: () => number[] }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const found: number[] = []
  let last = 0
  const { promise: ticking, resolve, reject } = Promise.withResolvers<void>()
  socket.on('error', reject)
  socket.on('data', packet => {
    if (!packet.includes('event: delta')) return
    const now = performance.now()
    if (last > 0) found.push(now - last)
    last = now
    resolve()
  })
  socket.write(post(port, path, body))
  await ticking
  return {
    stop () {
      assert.ok(performance.now() - last < 1000, 'the stream ended early')
      socket.destroy()
      return found
    },
  }
}
