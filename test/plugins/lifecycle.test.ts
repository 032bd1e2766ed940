// The shutdown: running answers end first, and nothing that hangs delays it.
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeEmbedder, fakeModel } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { within } from '../fixtures/app-llm.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp, startTestApp } from '../helper.ts'

/** Starts an app whose answer waits for the test after its first word. */
async function waiting (t: Test, config: Record<string, unknown> = {}) {
  const held = gate()
  const model = fakeModel(async function * ({ signal }) {
    yield { type: 'text', text: 'Two ' }
    await Promise.race([held.until, once(signal, 'abort')])
    signal.throwIfAborted()
    yield { type: 'text', text: 'days.' }
    yield { type: 'finish', reason: 'stop' }
  })
  return { open: held.open, ...await startTestApp(t, { model, config }) }
}

t.test('lets a running answer end on close', async t => {
  const { app, url, open } = await waiting(t, { SHUTDOWN_SECONDS: 30 })
  const answer = await ask(url, question)
  for (let event = await answer.next(); event?.type !== 'delta'; event = await answer.next());
  const closed = app.close()
  open()
  t.match(await answer.events(), [{ data: { text: 'days.' } }, { type: 'finish', data: { finish_reason: 'stop' } }])
  await closed
})

t.test('ends an answer that takes too long with an error event', async t => {
  const { app, url } = await waiting(t, { SHUTDOWN_SECONDS: 1 })
  const [answer, whole] = [await ask(url, question), askJson(url, question)]
  await until(() => app.answers.stats().joined > 0)
  for (let event = await answer.next(); event?.type !== 'delta'; event = await answer.next());
  await app.close()
  t.match(await answer.events(), [{ type: 'error', data: { code: 'SHUTTING_DOWN', status: 503, retryable: true } }])
  t.match(await whole, { status: 503, headers: { 'retry-after': '1' }, json: { code: 'SHUTTING_DOWN' } })
})

t.test('is not held up by idle connections', async t => {
  const { app, url, open } = await waiting(t, { SHUTDOWN_SECONDS: 30 })
  const answer = await ask(url, question, { headers: { connection: 'keep-alive' } })
  for (let event = await answer.next(); event?.type !== 'delta'; event = await answer.next());
  const closed = app.close()
  open()
  await answer.events()
  t.ok(await within(25_000, closed))
})

t.test('is not held up by a client that still reads when everything has ended', async t => {
  const { app, url } = await startTestApp(t, {
    model: fakeModel(Array.from({ length: 500 }, () => 'x'.repeat(10_000))),
    config: { ANSWER_LOG_MAX_BYTES: 100_000_000, SHUTDOWN_SECONDS: 60 },
  })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const body = JSON.stringify(question)
  const outgoing = request(`${url}/chat`, {
    method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length },
  })
  outgoing.end(body)
  const [message] = await once(outgoing, 'response') as [IncomingMessage]
  message.pause()
  await until(() => app.answers.stats().live === 0)
  const closed = app.close()
  // The drain is over as soon as no answer is running; the client reads only now.
  await within(100, closed)
  let bytes = 0
  for await (const part of message) bytes += part.length
  t.ok(bytes > 5_000_000, 'it gets everything')
  t.ok(await within(45_000, closed), 'and its connection is closed then')
})

t.test('starts nothing while closing, and lets clients read what runs', async t => {
  const { app, url, open } = await waiting(t, { SHUTDOWN_SECONDS: 30 })
  const answer = await ask(url, question)
  for (let event = await answer.next(); event?.type !== 'delta'; event = await answer.next());
  const closed = app.close()
  const response = await askJson(url, { ...question, message: 'Can I return a tent?' })
  const ready = await askJson(url, undefined, { method: 'GET', path: '/ready' })
  const health = await askJson(url, undefined, { method: 'GET', path: '/health' })
  const resumed = await ask(url, undefined, { method: 'GET', path: `/chat/${answer.headers['x-answer-id']}` })
  open()
  await answer.events()
  t.match((await resumed.events()).at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  await closed
  t.match(response, { status: 503, headers: { 'retry-after': '1' }, json: { statusCode: 503, code: 'SHUTTING_DOWN' } })
  t.match(ready, { status: 503, json: { ready: false, waiting: { service: 'shutting down' } } })
  t.equal(health.status, 200)
})

t.test('is not held up by a model that is still loading', async t => {
  const loaded = gate()
  const { app } = await buildTestApp(t, { embedder: fakeEmbedder({ ready: () => loaded.until }) })
  const closed = app.close()
  const inTime = await within(30_000, closed)
  loaded.open()
  await closed
  t.ok(inTime)
})

t.test('is not held up by an embedding that never comes, nor is a search', async t => {
  const never = gate()
  const { app, url } = await startTestApp(t, {
    embedder: fakeEmbedder({
      embedQuestion: async () => {
        await never.until
        return null
      },
    }),
    config: { SEARCH_TIMEOUT_MS: 100 },
  })
  const answer = askJson(url, question)
  const answered = await within(30_000, answer)
  const left = await ask(url, { ...question, message: 'Can I return a tent?' })
  left.leave()
  const ended = await within(30_000, until(() => app.answers.stats().live <= (answered ? 0 : 1)))
  never.open()
  await answer
  t.ok(answered, 'it is given up after SEARCH_TIMEOUT_MS')
  t.ok(ended, 'and when the client leaves')
})
