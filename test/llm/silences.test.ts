// How long a server may be silent: before the first token, between tokens, and while others use its connections.
import t from 'tap'
import { apis, bench, collect, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { textChunk } from '../fixtures/llm-chunks.ts'
import type { LlmScript } from '../fixtures/llm-server.ts'
import { eventsOf } from '../fixtures/model-events.ts'

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('silence before the headers, and before the first token', async (t) => {
      // Long enough for the request to arrive on a loaded machine.
      const { server, model } = await bench(t, api, { silenceTimeoutMs: 1000 })
      for (const [n, script] of ([{ silent: true }, { body: '', then: 'hold' }] satisfies LlmScript[]).entries()) {
        server.enqueue(script)
        const { text, error } = await collect(model)
        t.equal(text, '')
        t.match(error, { code: 'LLM_TIMEOUT', retryable: true, statusCode: 504 })
        t.equal(await (await server.request(n)).closed, true, 'the server\'s socket is closed')
      }
      await server.idle()
    })

    t.test('silence between tokens', async (t) => {
      const { server, model } = await bench(t, api, { firstTokenTimeoutMs: 60_000, silenceTimeoutMs: 50 })
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' })
      const { text, error } = await collect(model)
      t.equal(text, 'Hi')
      t.match(error, { code: 'LLM_TIMEOUT' })
      t.equal(await server.requests[0]!.closed, true)
    })

    t.test('the first token may take longer than the pauses after it, and so may a pause between two thoughts', async (t) => {
      const { server, model } = await bench(t, api, { firstTokenTimeoutMs: 60_000, silenceTimeoutMs: 50 })
      server.enqueue({ tokens: ['Hi'], thinking: ['hm', 'hm'], delayMs: 120, usage: null })
      t.equal((await collect(model)).text, 'Hi')
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' })
      t.has(await collect(model), { text: 'Hi', error: { code: 'LLM_TIMEOUT' } })
    })

    t.test('no free connection for too long', async (t) => {
      const { server, model } = await bench(t, api, { queueTimeoutMs: 50, poolSize: 1 })
      const busy = gate()
      server.enqueue({ body: Array.from({ length: 20 }, () => textChunk(api, 'x')), delayMs: 20, gate: { after: 20, until: busy.until } })
      const first = eventsOf(model, modelRequest())
      await first.next()
      t.match((await collect(model)).error, { code: 'OVERLOADED', retryable: true })
      await first.return(undefined)
      busy.open()
    })

    t.test('counts heartbeats as silence, tokens and reasoning not', async (t) => {
      // A busy machine may hold a write up for many times its pause: the limit is far above a pause, and far below them all.
      const { server, model } = await bench(t, api, { silenceTimeoutMs: 1_000 })
      const heartbeat = api === 'openai' ? ': OPENROUTER PROCESSING\n\n' : '\n'
      server.enqueue({ body: Array.from({ length: 100 }, () => heartbeat), delayMs: 20, then: 'hold' })
      t.match((await collect(model)).error, { code: 'LLM_TIMEOUT' })
      server.enqueue({ thinking: Array.from({ length: 75 }, () => 'hm '), tokens: ['Hi'], delayMs: 20 })
      t.equal((await collect(model)).text, 'Hi')
    })
  })
}
