// Questions of several companies at once.
import t from 'tap'
import { createSlots } from '../../src/async/slots.ts'
import { fakeEngine, found, profile } from '../fixtures/app-parts.ts'
import { all } from '../fixtures/pipeline.ts'

t.test('a company with many questions keeps no other one waiting for its search', async t => {
  const order: string[] = []
  const engine = fakeEngine(async ({ company }) => {
    order.push(company.id)
    return found()
  })
  const deps = { engine, preparing: createSlots(1) }
  const ask = (id: string) => all({ deps, question: { profile: profile({ id }) } })
  await Promise.all([...Array.from({ length: 20 }, () => ask('flood')), ask('quiet')])
  t.equal(order.length, 21)
  t.ok(order.indexOf('quiet') <= 2, order.join(' '))
})

t.test('a question that is stopped while it waits gives its turn away', async t => {
  const preparing = createSlots(1)
  const free = (await preparing.take(1000, undefined, 'flood'))!
  const stop = new AbortController()
  const stopped = all({ deps: { preparing }, signal: stop.signal })
  stop.abort('stopped')
  t.match((await stopped).last, { type: 'finish', finish_reason: 'stopped' })
  free()
  t.match((await all({ deps: { preparing } })).last, { finish_reason: 'stop' })
  t.equal(preparing.held('shop'), 0)
})
