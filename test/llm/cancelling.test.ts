// A reader that stops closes the connection to the model's server, at once and in every phase.
import { getEventListeners } from 'node:events'
import t from 'tap'
import { apis, bench, collect, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { answerChunks, textChunk } from '../fixtures/llm-chunks.ts'
import { eventsOf } from '../fixtures/model-events.ts'

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
      const events = eventsOf(model, modelRequest({ signal: controller.signal }))
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
      const events = eventsOf(model, modelRequest({ signal: controller.signal }))
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

    t.test('closes the connection when the reader has enough', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ body: [textChunk(api, 'Hi')], then: 'hold' })
      t.same(await model.stream(modelRequest(), () => true), { reason: 'stop' })
      t.equal(await server.requests[0]!.closed, true)
      await server.idle()
    })

    t.test('keeps the connection when the reader has enough with the last text', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      server.enqueue({ body: answerChunks(api, { tokens: ['Hi'] }).join('') })
      await model.stream(modelRequest(), () => true)
      await collect(model)
      t.equal(server.connections, 1)
    })

    t.test('keeps the whole answer when aborted after its end', async (t) => {
      const { server, model } = await bench(t, api)
      const controller = new AbortController()
      const end = gate()
      server.enqueue({ gate: { after: 99, until: end.until } })
      t.match(await model.stream(modelRequest({ signal: controller.signal }), () => false), { reason: 'stop' })
      controller.abort()
      end.open()
      t.match(model.stats(), { ready: true, failures: 0 })
    })

    t.test('hands on nothing more when the reader ends the answer, or throws', async (t) => {
      const { server, model } = await bench(t, api)
      const script = { tokens: ['one ', 'two ', 'three'], isSeparate: true }
      server.enqueue(script, script)
      const controller = new AbortController()
      const reason = new Error('the reader left')
      const texts: string[] = []
      await t.rejects(model.stream(modelRequest({ signal: controller.signal }), text => {
        texts.push(text)
        controller.abort(reason)
        return false
      }), reason)
      await t.rejects(model.stream(modelRequest(), text => {
        texts.push(text)
        throw new Error('a bug')
      }), { code: 'LLM_BROKEN' })
      t.equal(texts.length, 2)
      for (const { closed } of server.requests) t.equal(await closed, true)
      await server.idle()
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
