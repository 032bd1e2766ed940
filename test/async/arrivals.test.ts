// Connections that come together: work waits for a turn of the event loop without a new one, but not for ever.
import t from 'tap'
import { createArrivals } from '../../src/async/arrivals.ts'
import { fakeModel, fakeEngine, found } from '../fixtures/app-parts.ts'
import { ask, question } from '../fixtures/app-client.ts'
import { turn } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

t.test('waits for a turn in which none is accepted, in the order of the questions', async t => {
  const arrivals = createArrivals()
  const order: string[] = []
  const wait = (name: string) => arrivals.over()!.then(() => { order.push(name) })
  t.equal(arrivals.over(), null, 'nothing comes')
  for (const name of ['first', 'second', 'third']) {
    arrivals.accepted()
    wait(name)
    await turn()
    t.same(order, [])
  }
  await turn()
  t.same(order, ['first', 'second', 'third'])
  t.equal(arrivals.over(), null, 'and then no more')
})

t.test('waits for no more connections than were said', async t => {
  const arrivals = createArrivals({ most: 3 })
  let isOver = false
  arrivals.accepted()
  arrivals.over()!.then(() => { isOver = true })
  for (let n = 1; n <= 3; n++) {
    t.notOk(isOver, `${n - 1} more`)
    arrivals.accepted()
    await turn()
  }
  t.ok(isOver)
  t.ok(arrivals.over(), 'the next question waits for itself')
})

t.test('waits no longer than was said, however long connections come', async t => {
  let ms = 0
  const arrivals = createArrivals({ mostMs: 100, now: () => ms })
  let isOver = false
  arrivals.accepted()
  arrivals.over()!.then(() => { isOver = true })
  for (ms = 0; ms < 100; ms += 10) {
    arrivals.accepted()
    await turn()
    t.notOk(isOver, `${ms} ms`)
  }
  arrivals.accepted()
  await turn()
  t.ok(isOver)
})

t.test('all clients that connect at once are heard before the first one is searched', async t => {
  const heard: number[] = []
  let connections = 0
  const engine = fakeEngine(async () => {
    heard.push(connections)
    return found()
  })
  const { url, app } = await startTestApp(t, { engine, model: fakeModel(['Two days [1].']) })
  app.server.on('connection', () => { connections++ })
  const clients = 40
  await Promise.all(Array.from({ length: clients }, async (_, n) => {
    const answer = await ask(url, { ...question, message: `How long does the delivery of parcel ${n} take?` })
    return answer.text()
  }))
  t.same(heard, Array.from({ length: clients }, () => clients))
})
