// One new question from 1,000 clients at once: one call to the language model, whose first token goes to all of them.
import assert from 'node:assert/strict'
import { readEvents } from './checks.ts'
import { openClient, post, type Client } from './client.ts'
import { median, type Figure } from './figures.ts'
import { startStack, type Options } from './stack.ts'

const clients = 1000
/** The delay of the scripted model's first token: long enough for every request to be read. */
const delayMs = 500

export async function coalesce (options: Options): Promise<Figure[]> {
  const stack = await startStack(options, { llm: { delayMs }, warm: false })
  const { server } = stack
  const open: Client[] = []
  try {
    while (open.length < clients) open.push(...await Promise.all(Array.from({ length: 50 }, () => openClient(server.port, 'event: delta'))))
    const calls = async () =>
      ((await (await fetch(`http://127.0.0.1:${server.port}/stats`)).json()) as { llm: { requests: number } }).llm.requests
    const rounds: { calls: number, spread: number, last: number }[] = []
    // The first one warms up the code and the pools.
    for (let round = 0; round < (options.quick ? 2 : 4); round++) {
      const before = await calls()
      const request = post(server.port, '/chat', { ...stack.questions[0]!, max_tokens: 1000 + round })
      const began = performance.now()
      const replies = await Promise.all(open.map(async client => {
        const at = performance.now() - began
        const { body, firstMs } = await client.ask(request)
        return { body, first: at + firstMs }
      }))
      const texts = new Set(replies.map(({ body }) => JSON.stringify(readEvents(body).slice(1))))
      assert.equal(texts.size, 1, 'all have the same events')
      assert.equal(readEvents(replies[0]!.body).at(-1)!.data.finish_reason, 'stop')
      const first = replies.map(reply => reply.first)
      rounds.push({ calls: await calls() - before, spread: Math.max(...first) - Math.min(...first), last: Math.max(...first) })
    }
    const counted = rounds.slice(1)
    return [
      {
        name: `calls of the language model for ${clients} equal questions`, value: Math.max(...rounds.map(({ calls }) => calls)),
        unit: 'calls', goal: { of: 'value', atMost: 1 },
      },
      {
        name: 'first token, from the first client to the last', value: median(counted.map(({ spread }) => spread)), unit: 'ms',
        goal: { of: 'value', atMost: 50 },
        note:
          `rounds ${counted.map(({ spread }) => spread.toFixed(0)).join(' ')}; as this one process, which reads them all, sees it; ` +
          `the model's own takes ${delayMs} ms, the last client had it after ${median(counted.map(({ last }) => last)).toFixed(0)} ` +
          'ms',
      },
    ]
  } finally {
    for (const client of open) client.close()
    await stack.stop()
  }
}
