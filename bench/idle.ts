// Idle streams: memory and CPU of 1,000 answers whose language model has gone silent.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Usage } from './child.ts'
import { post } from './client.ts'
import type { Figure } from './figures.ts'
import { startChild, type Child } from './processes.ts'
import { goldenQuestions, profileFlags, settings, type Options } from './stack.ts'

/** Measures kilobytes per stream, by resident memory and by heap, and the CPU of all streams while they are idle. */
interface Idle { rssKb: number, usedKb: number, cpuMs: number }

export async function idle (options: Options): Promise<Figure[]> {
  const streams = options.quick ? 200 : 1000
  const seconds = 10
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const llm = await startChild('llm-hold.ts', {})
  const llmUrl = `http://127.0.0.1:${llm.port}/v1`
  // With this interval three heartbeats fall into the ten seconds; with the default none would.
  const quiet = { LLM_POOL_SIZE: 1000, LLM_TIMEOUT_SECONDS: 3600, HEARTBEAT_SECONDS: 3 }
  const server = await startChild('server.ts', settings(dataDir, llmUrl, quiet), ['--expose-gc', ...profileFlags(options)])
  const bare = await startChild('bare.ts', { llmUrl, connections: streams }, ['--expose-gc'])
  const [question] = await goldenQuestions()
  try {
    const run = (child: Child, path: string, heartbeats: number) =>
      hold({ child, streams, seconds, heartbeats, request: n => post(child.port, path, { ...question, max_tokens: 1000 + n }) })
    const held = await run(bare, '/hold', 0)
    const piped = await run(bare, '/pipe', 0)
    const ours = await run(server, '/chat', Math.floor(seconds / quiet.HEARTBEAT_SECONDS))
    return [
      {
        name: `heap of ${streams} idle streams`, value: ours.usedKb, unit: 'kB each', bare: piped.usedKb,
        note: `bare: piped from a silent model; without one ${held.usedKb.toFixed(1)} kB`,
      },
      {
        name: `resident memory of ${streams} idle streams`, value: ours.rssKb, unit: 'kB each', bare: piped.rssKb,
        note: `without a model ${held.rssKb.toFixed(1)} kB; grows in steps, so differs from run to run`,
      },
      {
        name: `CPU of ${streams} idle streams`, value: ours.cpuMs, unit: `ms in ${seconds} s`, bare: piped.cpuMs,
        note: `with a heartbeat every ${quiet.HEARTBEAT_SECONDS} s, five times as often as by default; bare has none`,
      },
    ]
  } finally {
    await Promise.all([server.stop(), bare.stop()])
    await llm.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Opens the streams, waits for the first word of each, and measures the server before, right after and after `seconds`. */
async function hold ({ child, streams, seconds, heartbeats, request }: {
  child: Child, streams: number, seconds: number, heartbeats: number, request: (n: number) => Buffer
}): Promise<Idle> {
  // The first streams load code and fill pools, which is not counted.
  await close(await Promise.all(Array.from({ length: 50 }, (_, n) => openStream(child.port, request(n)))))
  const before = await child.usage()
  const opened: Stream[] = []
  for (let n = 0; n < streams; n += 50) {
    opened.push(
      ...(await Promise.all(Array.from({ length: Math.min(50, streams - n) }, (_, i) => openStream(child.port, request(100 + n + i)))))
    )
  }
  // After their work the streams are idle.
  await wait(500)
  // Not `usage`: its garbage collection is work too.
  const cpuBefore = await child.ask<number>('cpu')
  await wait(seconds * 1000)
  const cpuMs = 1000 * (await child.ask<number>('cpu') - cpuBefore)
  const after: Usage = await child.usage()
  for (const { socket, text } of opened) {
    assert.ok(!socket.destroyed, 'a stream has ended')
    assert.equal(text().split('"text":"Word"').length, 2)
    assert.ok(text().split(': ping').length > heartbeats, 'too few heartbeats')
    assert.ok(!text().includes('event: finish') && !text().includes('event: error'), text())
  }
  await close(opened)
  return { rssKb: (after.rss - before.rss) / 1024 / streams, usedKb: (after.used - before.used) / 1024 / streams, cpuMs }
}

interface Stream { socket: Socket, text: () => string }

async function openStream (port: number, request: Buffer): Promise<Stream> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let text = ''
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>()
  socket.setEncoding('utf8')
  socket.on('data', (more: string) => {
    text += more
    if (text.includes('event: delta')) resolve()
  })
  socket.on('error', reject)
  socket.once('close', () => reject(new Error(`closed: ${text}`)))
  socket.write(request)
  await begun
  return { socket, text: () => text }
}

async function close (streams: Stream[]): Promise<void> {
  await Promise.all(streams.map(async ({ socket }) => {
    const closed = once(socket, 'close')
    socket.destroy()
    await closed
  }))
  // The server notices a moment later, and then ends their answers.
  await wait(500)
}
