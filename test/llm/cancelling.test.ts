// A reader that stops closes the connection to the model's server, at once and in every phase.
import { getEventListeners } from 'node:events'
import t from 'tap'
import { apis, bench, collect, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { textChunk } from '../fixtures/llm-chunks.ts'

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('sends nothing when aborted before the start', async (t) => {
      const { server, model } = await bench(t, api)
      const reason = new Error('the reader left')
      const { error } = await collect(model, modelRequest({ signal: AbortSignal.abort(reason) }))
      t.equal(error, reason)
      t.equal(server.connections, 0)
      t.match(model.stats(), { requests: 0, failures: 0 })
    })

    t.test('closes the connection when aborted while waiting for the headers', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ silent: true })
      const controller = new AbortController()
      const answer = collect(model, modelRequest({ signal: controller.signal }))
      const { closed } = await server.request(0)
      const reason = new Error('the reader left')
      controller.abort(reason)
      t.equal((await answer).error, reason)
      t.equal(await closed, true)
      await server.idle()
      t.match(model.stats(), { requests: 1, failures: 0 }, 'no failure is counted')
    })

    t.test('closes the connection when aborted while waiting for a token', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' })
      const controller = new AbortController()
      const events = model.stream(modelRequest({ signal: controller.signal }))[Symbol.asyncIterator]()
      await events.next()
      const next = events.next()
      controller.abort()
      await t.rejects(next, { name: 'AbortError' })
      t.equal(await server.requests[0]!.closed, true)
      await server.idle()
      t.equal((await events.next()).done, true)
    })

    t.test('closes the connection at once when aborted while the reader is busy', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'one') + textChunk(api, 'two')], then: 'hold' })
      const controller = new AbortController()
      const reason = new Error('the reader left')
      const events = model.stream(modelRequest({ signal: controller.signal }))[Symbol.asyncIterator]()
      await events.next()
      controller.abort(reason)
      t.equal(await server.requests[0]!.closed, true)
      await t.rejects(events.next(), reason, 'text that was already read is no longer shown')
    })

    t.test('a company with many answers keeps no other one waiting for a connection', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      const order: string[] = []
      const first = gate()
      server.enqueue({ gate: { after: 0, until: first.until } })
      const ask = (company: string) => collect(model, modelRequest({ company })).then(() => order.push(company))
      const all = [...Array.from({ length: 20 }, () => ask('flood')), ask('quiet')]
      await server.request(0)
      first.open()
      await Promise.all(all)
      t.ok(order.indexOf('quiet') <= 2, order.join(' '))
    })

    t.test('ends at once when aborted while waiting for a connection', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      const first = gate()
      server.enqueue({ gate: { after: 1, until: first.until } })
      const served = collect(model)
      await server.request(0)
      const controller = new AbortController()
      const queued = collect(model, modelRequest({ signal: controller.signal }))
      controller.abort(new Error('the reader left'))
      t.match((await queued).error, { message: 'the reader left' })
      first.open()
      t.equal((await served).text, 'Hello world.')
      t.equal((await collect(model)).text, 'Hello world.')
      t.equal(server.requests.length, 2, 'the queued one was never sent')
    })

    t.test('closes the connection when the reader breaks out of the loop', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' })
      for await (const event of model.stream(modelRequest())) if (event.type === 'text') break
      t.equal(await server.requests[0]!.closed, true)
      await server.idle()
    })

    t.test('keeps the connection when the reader breaks out at the finish', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      for await (const event of model.stream(modelRequest())) if (event.type === 'finish') break
      await collect(model)
      t.equal(server.connections, 1)
    })

    t.test('keeps the whole answer when aborted after the finish', async (t) => {
      const { model } = await bench(t, api)
      const controller = new AbortController()
      for await (const event of model.stream(modelRequest({ signal: controller.signal }))) if (event.type === 'finish') controller.abort()
      t.match(model.stats(), { ready: true, failures: 0 })
    })

    t.test('accepts any abort reason, and leaves nothing attached to the signal', async (t) => {
      const { server, model } = await bench(t, api)
      const controller = new AbortController()
      await collect(model, modelRequest({ signal: controller.signal }))
      t.same(getEventListeners(controller.signal, 'abort'), [])
      server.enqueue({ silent: true })
      const answer = collect(model, modelRequest({ signal: controller.signal }))
      await server.request(1)
      controller.abort('enough')
      t.equal((await answer).error as unknown, 'enough')
      t.same(getEventListeners(controller.signal, 'abort'), [])
    })

    t.test('ends running answers when the model is closed', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' }, { silent: true })
      const answers = [collect(model), collect(model)]
      await server.request(1)
      await model.close()
      for (const { error } of await Promise.all(answers)) t.match(error, { code: /^LLM_(?:BROKEN|UNREACHABLE)$/ })
      await server.idle()
      t.match((await collect(model)).error, { code: 'LLM_UNREACHABLE' })
    })
  })
}
