// Clients that leave: the language model's socket is closed at once, and nothing is left behind.
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { ask, askJson, question, type Answering } from '../fixtures/app-client.ts'
import { withLlm, within } from '../fixtures/app-llm.ts'
import { fakeModel, profile } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import type { LlmScript } from '../fixtures/llm-server.ts'
import { until, whenIdle } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

/** Sends two tokens, and then nothing more. */
const endless: LlmScript = { tokens: ['Two ', 'days '], then: 'hold', finish: null, done: false }

async function readTo (answer: Answering, text: string): Promise<void> {
  for (let event = await answer.next(); event?.data.text !== text; event = await answer.next()) if (!event) throw new Error(`no "${text}"`)
}

t.test('closes the model\'s socket when a client leaves mid-stream', async t => {
  const { app, url, llm } = await withLlm(t)
  llm.enqueue(endless)
  const answer = await ask(url, question)
  await readTo(answer, 'days ')
  const { closed } = llm.requests[1]!
  answer.leave()
  // The promise is 100 ms; a busy test machine gets more.
  t.ok(await within(30_000, closed), 'the model\'s socket is closed')
  t.equal(await closed, true)
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
})

t.test('closes it while the model is still silent', async t => {
  const { app, url, llm } = await withLlm(t)
  llm.enqueue({ silent: true })
  const answer = await ask(url, question)
  const { closed } = await llm.request(1)
  answer.leave()
  t.ok(await within(30_000, closed))
  t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
})

t.test('closes it for a client of one object', async t => {
  const { app, url, llm } = await withLlm(t)
  llm.enqueue(endless)
  const controller = new AbortController()
  const answer = ask(url, { ...question, stream: false }, { signal: controller.signal })
  const { closed } = await llm.request(1)
  controller.abort()
  await t.rejects(answer)
  t.ok(await within(30_000, closed))
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
})

t.test('serves the other of two clients to the end', async t => {
  const { app, url, llm } = await withLlm(t)
  const { until, open } = gate()
  llm.enqueue({ tokens: ['Two ', 'days.'], gate: { after: 2, until } })
  const one = await ask(url, question)
  const two = await ask(url, question)
  await readTo(two, 'Two ')
  one.leave()
  await once(one.message, 'close')
  open()
  t.match((await two.events()).at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 0 })
})

for (const stream of [true, false]) {
  t.test(`ends when a client leaves while the company's profile is read (${stream ? 'a stream' : 'one object'})`, async t => {
    const held = gate()
    const asked = gate()
    const profileStore = {
      get: async () => {
        asked.open()
        await held.until
        return profile()
      },
      companies: async () => [], unavailable: async () => null,
    }
    const ended = gate()
    const model = fakeModel(async function * ({ signal }) {
      yield { type: 'text', text: 'Two ' }
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      ended.open()
      throw signal.reason
    })
    const { app, url } = await startTestApp(t, { profileStore, model, config: { SAMPLES_DIR: '' } })
    const requests: Promise<unknown>[] = []
    app.server.on('request', (_, response) => requests.push(once(response, 'close')))
    const controller = new AbortController()
    const answer = ask(url, { ...question, stream }, { signal: controller.signal })
    await asked.until
    controller.abort()
    await t.rejects(answer)
    await Promise.all(requests)
    held.open()
    // There are no readers, so no answer is being made.
    await until(() => app.answers.stats().misses > 0)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
  })
}

t.test('does not read an answer for HEAD', async t => {
  const { app, url, llm } = await withLlm(t)
  llm.enqueue(endless)
  const answer = await ask(url, question)
  await readTo(answer, 'days ')
  const { status } = await askJson(url, undefined, {
    method: 'HEAD', path: `/chat/${answer.headers['x-answer-id']}`, headers: { accept: '*/*' },
  })
  t.equal(status, 405)
  t.equal(app.answers.stats().readers, 1)
  const { closed } = llm.requests[1]!
  answer.leave()
  t.ok(await within(30_000, closed))
})

t.test('a resumable answer', async t => {
  t.test('survives a lost connection and is continued', async t => {
    const { app, url, llm } = await withLlm(t)
    const held = gate()
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], gate: { after: 3, until: held.until } })
    const lost = await ask(url, { ...question, resumable: true })
    let last = await lost.next()
    while (last?.data.text !== 'days ') last = await lost.next()
    lost.leave()
    await once(lost.message, 'close')
    await until(() => app.answers.stats().readers === 0)
    t.match(app.answers.stats(), { live: 1, readers: 0 })
    held.open()
    const id = lost.headers['x-answer-id']
    const rest = await ask(url, undefined, { method: 'GET', path: `/chat/${id}`, headers: { 'last-event-id': last!.id } })
    t.match(await rest.events(), [
      { type: 'delta', data: { text: '[1].' } }, { type: 'finish', data: { finish_reason: 'stop', citations: [1] } },
    ])
    t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 0 })
  })

  t.test('is given up when no client comes back', async t => {
    const { app, url, llm } = await withLlm(t, { config: { ANSWER_GRACE_SECONDS: 0 } })
    llm.enqueue(endless)
    const lost = await ask(url, { ...question, resumable: true })
    await readTo(lost, 'days ')
    const { closed } = llm.requests[1]!
    lost.leave()
    t.ok(await within(30_000, closed))
    t.match(await whenIdle(app.answers), { live: 0, abandoned: 1 })
  })
})

t.test('survives a client that sends garbage in the middle of its stream', async t => {
  const { app, url, llm } = await withLlm(t)
  llm.enqueue(endless)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  let got = ''
  socket.on('data', part => { got += part }).on('error', () => {})
  const body = JSON.stringify(question)
  socket.write(`POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  while (!got.includes('days ')) await once(socket, 'data')
  const closed = once(socket, 'close')
  socket.write('\x00garbage\r\n\r\n')
  t.ok(await within(30_000, closed), 'the connection is closed')
  t.notMatch(got, 'HTTP/1.1 400', 'and the stream has no second answer in it')
  t.ok(await within(30_000, llm.requests[1]!.closed))
  t.match(await whenIdle(app.answers), { live: 0, readers: 0 })
})

t.test('a client that leaves in the middle of its body is no failure of the service', async t => {
  const lines: string[] = []
  const stream = { write: (line: string) => { lines.push(line) } }
  const { url } = await startTestApp(t, { logger: { level: 'error', stream } })
  const socket = connect(Number(new URL(url).port), '127.0.0.1').resume()
  socket.end('POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"company')
  await once(socket, 'close')
  t.equal((await askJson(url, undefined, { method: 'GET', path: '/health' })).status, 200)
  t.same(lines, [])
})
