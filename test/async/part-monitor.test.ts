// The watch over the parts of the service: never waits for a probe that hangs, and knows since when a part fails.
import t from 'tap'
import { createPartMonitor } from '../../src/async/part-monitor.ts'
import { until } from '../fixtures/until.ts'

t.test('knows nothing before the first probe has ended', async t => {
  const monitor = createPartMonitor({ probes: { search: () => new Promise(() => {}), store: () => null } })
  t.teardown(monitor.close)
  t.match(monitor.states().get('search'), { state: 'unknown', reason: null, lastFailure: null })
  await monitor.refresh(20)
  t.match(monitor.states().get('search'), { state: 'unknown' })
  t.match(monitor.states().get('store'), { state: 'ok' })
})

t.test('says that a probe which hangs has no answer, and starts no second one until it ends', async t => {
  let probes = 0
  const answer = Promise.withResolvers<null>()
  const monitor = createPartMonitor({
    probes: {
      search: () => {
        probes++
        return answer.promise
      },
    },
    timeoutMs: 10,
  })
  t.teardown(monitor.close)
  for (let n = 0; n < 5; n++) await monitor.refresh(5)
  await until(() => monitor.states().get('search')!.state === 'failing')
  t.match(monitor.states().get('search'), { reason: 'no answer within 0.01 s' })
  t.equal(probes, 1)
  answer.resolve(null)
  await until(() => monitor.states().get('search')!.state === 'ok')
  t.match(monitor.states().get('search'), { lastFailure: { reason: 'no answer within 0.01 s' } }, 'it is remembered')
})

t.test('returns from a refresh in time, whatever hangs', async t => {
  const monitor = createPartMonitor({
    probes: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`part ${n}`, () => new Promise<null>(() => {})])),
  })
  t.teardown(monitor.close)
  const began = performance.now()
  await monitor.refresh(50)
  // One after another would take 20 s.
  t.ok(performance.now() - began < 10_000)
})

t.test('remembers since when a part is in its state, and its last failure', async t => {
  let clock = 1000
  let reason: string | null = null
  const monitor = createPartMonitor({ probes: { search: () => reason }, now: () => clock })
  t.teardown(monitor.close)
  const at = async (time: number, next: string | null) => {
    clock = time
    reason = next
    await monitor.refresh(1000)
    return monitor.states().get('search')
  }
  t.match(await at(2000, null), { state: 'ok', since: 2000, lastFailure: null })
  t.match(await at(3000, null), { state: 'ok', since: 2000 })
  t.match(await at(4000, 'away'), { state: 'failing', reason: 'away', since: 4000, lastFailure: { at: 4000, reason: 'away' } })
  t.match(await at(5000, 'slow'), { state: 'failing', reason: 'slow', since: 4000, lastFailure: { at: 5000, reason: 'slow' } })
  t.match(await at(6000, null), { state: 'ok', reason: null, since: 6000, lastFailure: { at: 5000, reason: 'slow' } })
})

t.test('takes a probe that throws for a failure, and observes parts without a probe in every round', async t => {
  let problem: string | null = 'not warm'
  const monitor = createPartMonitor({
    probes: { store: () => { throw new Error('unreadable') }, search: async () => { throw new Error('refused') } },
    onRound: observe => observe('model', problem),
    everyMs: 5,
  })
  t.teardown(monitor.close)
  await monitor.start(1000)
  await until(() => monitor.states().get('search')!.state === 'failing')
  t.match(Object.fromEntries(monitor.states()), {
    store: { reason: 'unreadable' }, search: { reason: 'refused' }, model: { reason: 'not warm' },
  })
  problem = null
  await until(() => monitor.states().get('model')!.state === 'ok')
})
