// The EventSource polyfill reads /chat as it is: by POST, and by joining and resuming an answer.
import type { Socket } from 'node:net'
import { EventSource } from 'eventsource'
import t from 'tap'
import { fakeModel } from '../fixtures/app-parts.ts'
import { question } from '../fixtures/app-client.ts'
import { startTestApp } from '../helper.ts'

const types = ['start', 'sources', 'delta', 'finish', 'error'] as const

/** Reads until `until` closes the source, or it gives up by itself. */
function read (source: EventSource, until: (type: string) => boolean) {
  const seen: [type: string, id: string, data: any][] = []
  const { promise, resolve } = Promise.withResolvers<typeof seen>()
  const end = () => {
    source.close()
    resolve(seen)
  }
  for (const type of types) {
    source.addEventListener(type, event => {
      // The polyfill's own error, which comes when a connection ends, has no data.
      if (!('data' in event)) return source.readyState === source.CLOSED ? end() : undefined
      const { lastEventId, data } = event as MessageEvent
      seen.push([type, lastEventId, JSON.parse(data)])
      if (until(type)) end()
    })
  }
  return promise
}

t.test('reads an answer by POST', async t => {
  const { url } = await startTestApp(t, { model: fakeModel(['It takes ', 'two days [1].']) })
  const source = new EventSource(`${url}/chat`, {
    fetch: (address, init) =>
      fetch(address, {
        ...init, method: 'POST', headers: { ...init.headers, 'content-type': 'application/json' }, body: JSON.stringify(question),
      } as RequestInit),
  })
  const seen = await read(source, type => type === 'finish')
  t.same(seen.map(([type]) => type), ['start', 'sources', 'delta', 'delta', 'finish'])
  const answerId = seen[0]![2].answer_id
  t.same(seen.map(([, id]) => id), seen.map((_, n) => `${answerId}.${n}`))
})

t.test('joins an answer, resumes it after a lost connection, and stops for good at its end', async t => {
  const go = Promise.withResolvers<void>()
  const { app, url } = await startTestApp(t, {
    model: fakeModel(async function * () {
      yield { type: 'text', text: 'It takes ' }
      await go.promise
      yield { type: 'text', text: 'two days [1].' }
      yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 2 } }
    }),
  })
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => { sockets.add(socket) })
  const reader = await app.ask({ company: 'shop', user: 'u', message: question.message })
  const source = new EventSource(`${url}/chat/${reader.answerId}?company_id=shop`)
  const seen = await read(source, type => {
    if (type === 'delta' && sockets.size === 1) {
      for (const socket of sockets) socket.destroy()
      go.resolve()
    }
    return false
  })
  reader.close()
  t.equal(seen.filter(([type]) => type === 'delta').map(([, , { text }]) => text).join(''), 'It takes two days [1].')
  t.same(seen.map(([type]) => type), ['start', 'sources', 'delta', 'delta', 'finish'], 'each event once')
  t.ok(sockets.size > 1, 'it has connected again')
})
