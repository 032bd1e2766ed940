// The circuit opens after failures in a row, and closes by itself.
import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { createCircuit } from '../../../src/backends/meilisearch/circuit.ts'

/** Creates a circuit whose clock the test advances and whose probes it answers. */
function make (t: Test) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  let well = true
  let probes = 0
  const circuit = createCircuit({ failures: 3, probe: async () => { probes++; return well } })
  t.teardown(() => circuit.close())
  return {
    circuit,
    fail (times: number) { for (let i = 0; i < times; i++) circuit.failed(0) },
    server (is: boolean) { well = is },
    probes: () => probes,
    /** Advances the clock, and lets the probe's answer arrive. */
    async after (ms: number) {
      mock.timers.tick(ms)
      await new Promise(resolve => setImmediate(resolve))
    },
    isOpen () {
      try {
        circuit.check()
        return false
      } catch (error) {
        return (error as { code?: string }).code === 'CIRCUIT_OPEN'
      }
    },
  }
}

t.test('opens after failures in a row, and not when a success comes in between', async t => {
  const { circuit, fail, isOpen } = make(t)
  fail(2)
  circuit.succeeded()
  fail(2)
  t.notOk(isOpen())
  fail(1)
  t.ok(isOpen())
  t.same(circuit.state(), { open: true, opened: 1 })
})

t.test('closes after a successful probe; then one failure opens it again for longer', async t => {
  const { fail, isOpen, after, probes } = make(t)
  fail(3)
  await after(999)
  t.ok(isOpen())
  await after(1)
  t.notOk(isOpen())
  fail(1)
  t.ok(isOpen(), 'the server only seemed well')
  await after(1999)
  t.ok(isOpen())
  await after(1)
  t.notOk(isOpen())
  t.equal(probes(), 2)
})

t.test('probes a server that stays away less and less often, finally every half minute', async t => {
  const { fail, server, isOpen, after, probes } = make(t)
  server(false)
  fail(3)
  for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = probes()
    await after(ms)
    t.equal(probes(), before + 1, `after ${ms} ms`)
  }
  t.ok(isOpen())
  server(true)
  await after(30_000)
  t.notOk(isOpen())
})

t.test('stays open as long as the server asks, for half a minute at most', async t => {
  const { circuit, fail, isOpen, after } = make(t)
  fail(2)
  circuit.failed(10_000)
  await after(9999)
  t.ok(isOpen())
  await after(1)
  t.notOk(isOpen())
})

t.test('does not probe any more once it is shut down', async t => {
  const { circuit, fail, after, probes } = make(t)
  fail(3)
  circuit.close()
  await after(60_000)
  t.equal(probes(), 0)
})
