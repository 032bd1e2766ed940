// Warm-up: loads the model, never throws, has a time limit, and becomes ready again by itself.
import t from 'tap'
import { apis, testApiKey, bench, collect } from '../fixtures/llm-adapters.ts'
import { until } from '../fixtures/until.ts'

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('asks for as little as possible to load the model', async (t) => {
      const { server, model } = await bench(t, api)
      t.match(model.stats(), { ready: false, reason: 'not warmed up yet' })
      await model.warmUp()
      t.same(model.stats(), { name: 'scripted', kind: 'llm', ready: true, requests: 0, retries: 0, fallbacks: 0, failures: 0 })
      const { body, headers } = server.requests[0]!
      t.match(
        body, api === 'openai' ? { model: 'scripted', max_tokens: 1, stream: false } : { model: 'scripted', messages: [], stream: false }
      )
      t.equal(headers.authorization, `Bearer ${testApiKey}`)
    })

    t.test('says why it is not ready, and nothing secret', async (t) => {
      const { server, model, log } = await bench(t, api)
      const failures = [
        [{ status: 401, body: `{"error":{"message":"bad key ${testApiKey}"}}` }, 'LLM_REJECTED (HTTP 401)'],
        [{ status: 503, body: '{"error":"Loading model"}' }, 'LLM_UNREACHABLE (HTTP 503)'],
        [{ status: 200, body: '<html>' }, 'LLM_BROKEN'],
        [{ status: 200, body: '{"error":"out of memory"}' }, 'LLM_BROKEN'],
        [{ status: 200, body: 'null' }, 'LLM_BROKEN'],
      ] as const
      for (const [script, reason] of failures) {
        server.enqueue(script)
        await model.warmUp()
        t.match(model.stats(), { ready: false, reason })
      }
      t.notMatch(JSON.stringify(log), testApiKey)
      t.equal(log.length, 3, 'the same reason is logged once')
    })

    t.test('reports that no server is there', async (t) => {
      const { server, model } = await bench(t, api)
      await server.close()
      await model.warmUp()
      t.match(model.stats(), { ready: false, reason: 'LLM_UNREACHABLE' })
    })

    t.test('has a time limit', async (t) => {
      const { server, model } = await bench(t, api, { warmUpTimeoutMs: 50 })
      server.enqueue({ silent: true }, { body: '{', then: 'hold' })
      await model.warmUp()
      t.match(model.stats(), { ready: false, reason: 'LLM_TIMEOUT' })
      await model.warmUp()
      t.match(model.stats(), { ready: false })
      for (const { closed } of server.requests) t.equal(await closed, true)
    })

    t.test('is repeated until the model is there', async (t) => {
      const { server, model } = await bench(t, api, { warmUpAgainMs: 5 })
      const loading = { status: 503, body: '{"error":"Loading model"}' }
      server.enqueue(loading, loading)
      // The retry timer does not keep a process alive that has nothing else to do.
      const alive = setTimeout(() => {}, 5_000)
      t.teardown(() => clearTimeout(alive))
      await model.warmUp()
      t.equal(model.stats().ready, false)
      await (await server.request(2)).closed
      await until(() => model.stats().ready)
      t.equal(server.requests.length, 3)
    })

    t.test('becomes ready by an answer', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ status: 503, body: '{}' })
      await model.warmUp()
      await collect(model)
      t.same(model.stats(), { name: 'scripted', kind: 'llm', ready: true, requests: 1, retries: 0, fallbacks: 0, failures: 0 })
    })

    t.test('stays ready after one failed answer', async (t) => {
      const { server, model } = await bench(t, api)
      await model.warmUp()
      server.enqueue({ status: 500, body: '{}' })
      await collect(model)
      t.match(model.stats(), { ready: true, requests: 1, failures: 1 })
    })

    t.test('counts as away after three failed answers in a row, until a warm-up or an answer succeeds', async (t) => {
      const { server, model } = await bench(t, api, { warmUpAgainMs: 5 })
      const alive = setTimeout(() => {}, 5_000)
      t.teardown(() => clearTimeout(alive))
      const fail = async (status: number, times: number) => {
        for (let n = 0; n < times; n++) {
          server.enqueue({ status, body: '{}' })
          await collect(model)
        }
      }
      await model.warmUp()
      await fail(500, 2)
      await collect(model)
      await fail(500, 2)
      t.match(model.stats(), { ready: true }, 'an answer in between clears the failures')
      await fail(413, 3)
      t.match(model.stats(), { ready: true }, 'nor is the server at fault when a question is')
      server.enqueue({ status: 500, body: '{}' }, { status: 500, body: '{}' })
      await collect(model)
      t.match(model.stats(), { ready: false, reason: 'LLM_UNREACHABLE (HTTP 500)' })
      await until(() => model.stats().ready)
      t.notOk(model.stats().reason)
    })

    t.test('says that it is silent while it is asked', async (t) => {
      const { server, model } = await bench(t, api, { silentMs: 20 })
      await model.warmUp()
      const answer = Promise.withResolvers<void>()
      server.enqueue({ gate: { after: 0, until: answer.promise } })
      const asked = collect(model)
      await until(() => model.stats().reason)
      t.match(model.stats(), { ready: true, reason: /^silent for \d+ s while it is asked$/ })
      answer.resolve()
      await asked
      t.notOk(model.stats().reason)
    })

    t.test('ends a warm-up on close, without giving it as the reason', async (t) => {
      const { server, model, log } = await bench(t, api)
      server.enqueue({ silent: true })
      const warming = model.warmUp()
      await server.request(0)
      await model.close()
      await warming
      t.same(log, [])
    })
  })
}
