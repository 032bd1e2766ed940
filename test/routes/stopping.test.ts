// Stopping an answer that several users read, over sockets.
import t from 'tap'
import { ask, question, type Answering } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

async function nextOf (answer: Answering, type: string) {
  for (let event = await answer.next(); event; event = await answer.next()) if (event.type === type) return event
  throw new Error(`no ${type}`)
}

t.test('a user who stops a shared answer leaves it; the others read all of it', async t => {
  const gate = Promise.withResolvers<void>()
  const model = fakeModel(async function * () {
    yield { type: 'text', text: 'Two days [1]' }
    await gate.promise
    yield { type: 'text', text: ', or four.' }
    yield { type: 'finish', reason: 'stop' }
  })
  const { app, url } = await startTestApp(t, { model })
  const mine = await ask(url, { ...question, user_id: 'me', conversation_id: 'mine' })
  await nextOf(mine, 'delta')
  const theirs = await ask(url, { ...question, user_id: 'they' })
  const joined = await nextOf(theirs, 'start')
  t.equal(joined.data.cache, 'joined')
  const path = `/chat/${joined.data.answer_id}`
  const stop = (query: string) => ask(url, undefined, { method: 'DELETE', path: path + query })

  t.equal((await stop('')).status, 204)
  t.equal((await stop('?user_id=somebody')).status, 204)
  t.match(app.answers.stats(), { live: 1, readers: 2, stopped: 0 }, 'nobody was meant')
  t.equal((await stop('?user_id=me')).status, 204)
  t.match((await mine.events()).at(-1), { type: 'finish', data: { finish_reason: 'stopped', citations: [1] } })
  await until(() => app.answers.stats().readers === 1)
  gate.resolve()
  const rest = await theirs.events()
  t.equal(rest.filter(({ type }) => type === 'delta').map(({ data }) => data.text).join(''), 'Two days [1], or four.')
  t.match(rest.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  t.equal(model.calls.length, 1)
  const read = await (await ask(url, undefined, { method: 'GET', path: '/conversations/mine?company_id=shop&user_id=me' })).text()
  t.match(JSON.parse(read).turns, [{ finish_reason: 'stopped', answer: 'Two days' }])
})

t.test('the last user who stops ends it, and the connection to the model', async t => {
  const aborted = Promise.withResolvers<void>()
  const model = fakeModel(async function * ({ signal }) {
    yield { type: 'text', text: 'Two' }
    await new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => {
      aborted.resolve()
      reject(signal.reason)
    }))
  })
  const { url } = await startTestApp(t, { model })
  const readers = await Promise.all(['a', 'b'].map(user => ask(url, { ...question, user_id: user })))
  const ids = await Promise.all(readers.map(async reader => (await nextOf(reader, 'start')).data.answer_id))
  t.equal(ids[0], ids[1])
  // From here on there is a connection to the model.
  await nextOf(readers[0]!, 'delta')
  for (const user of ['a', 'b']) await ask(url, undefined, { method: 'DELETE', path: `/chat/${ids[0]}?user_id=${user}` })
  await aborted.promise
  for (const reader of readers) t.match((await reader.events()).at(-1), { data: { finish_reason: 'stopped' } })
})
