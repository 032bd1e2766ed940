// For any actions of readers, producers and Redis, in any order: every reader gets a last event, and nothing stays for ever.
import t from 'tap'
import type { Producer, Reader } from '../../../src/answers/answers.ts'
import { sseEncoder } from '../../../src/wire/native/encoder.ts'
import { failure, finish, start } from '../../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'
import { instance } from '../../fixtures/redis-answers.ts'
import { keysOf, noRedis, startRedis } from '../../fixtures/redis-server.ts'
import { parse } from '../../fixtures/app-client.ts'
import { turn, until } from '../../fixtures/until.ts'

/** Emits a token now and then, and ends as told, with success or not. */
function producer (tokens: number, bad: boolean): Producer {
  return async (answerId, signal, emit) => {
    emit(start(answerId))
    for (let n = 0; n < tokens; n++) {
      for (let i = 0; i < 20; i++) await turn()
      if (signal.aborted) return emit(finish('stopped'))
      emit({ type: 'delta', text: `${n} ` })
    }
    emit(bad ? failure : finish())
  }
}

const which = fc.nat({ max: 1 })
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('open' as const), at: which, key: fc.constantFrom('a', 'b', 'c', null), resumable: fc.boolean(),
      tokens: fc.nat({ max: 12 }), bad: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('join' as const), at: which, nth: fc.nat(), from: fc.nat({ max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), nth: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('leave' as const), nth: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), at: which, nth: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.nat({ max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('kill' as const, 'pause' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) }
)

t.test('gives every reader a last event', { skip: noRedis }, async t => {
  const server = await startRedis(t)
  let run = 0
  let running: Promise<void> = Promise.resolve()
  let state: 'up' | 'kill' | 'pause' = 'up'
  // One after the other, even when steps overlap.
  let changed = Promise.resolve()
  const change = (to: typeof state) => (changed = changed.then(async () => {
    if (to === 'up') {
      if (state === 'kill') await server.start()
      if (state === 'pause') server.resume()
    } else {
      if (state !== 'up') return
      if (to === 'kill') await server.stop()
      else server.pause()
    }
    state = to
  }))
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), steps => (running = (async () => {
    const endings: (() => unknown)[] = []
    const owner = Object.assign(Object.create(t), { teardown: (end: () => unknown) => { endings.unshift(end) } }) as typeof t
    const settings = { prefix: `run-${run++}:`, leaseMs: 600, timeoutMs: 5000, graceMs: 100 }
    const instances = [await instance(owner, server, settings), await instance(owner, server, settings)]
    const open: { reader: Reader, text: string, whole: boolean }[] = []
    const ids: string[] = []
    const at = <T>(list: T[], n: number): T | undefined => list[n % Math.max(1, list.length)]
    const hold = (reader: Reader, whole: boolean) => {
      open.push({ reader, text: '', whole })
      ids.push(reader.answerId)
    }
    try {
      await Promise.all(steps.map(async (one, order) => {
        // Many of them at once, but started in order.
        for (let n = 0; n < order * 5; n++) await turn()
        if (one.do === 'open') {
          hold(await instances[one.at]!.open({ key: one.key, resumable: one.resumable, produce: producer(one.tokens, one.bad) }), true)
        } else if (one.do === 'join') {
          const id = at(ids, one.nth)
          const reader = id === undefined ? null : await instances[one.at]!.answers.join('shop', id, one.from)
          if (reader) hold(reader, one.from === 0)
        } else if (one.do === 'read') {
          const chosen = at(open, one.nth)
          if (chosen) chosen.text += chosen.reader.take(sseEncoder)
        } else if (one.do === 'leave') {
          const chosen = at(open, one.nth)
          if (chosen) open.splice(open.indexOf(chosen), 1)[0]!.reader.close()
        } else if (one.do === 'stop') {
          const id = at(ids, one.nth)
          if (id !== undefined) await instances[one.at]!.answers.stop('shop', id)
        } else if (one.do === 'wait') {
          for (let n = 0; n < one.turns; n++) await turn()
        } else if (one.do === 'restore') {
          await change('up')
        } else await change(one.do)
      }))
      await until(() => open.every(({ reader }) => reader.hasEnded()), 'every reader has a last event')
      for (const { reader, text, whole } of open) {
        const events = await reader.all()
        const last = events.at(-1)!
        if (last.type !== 'finish' && last.type !== 'error') throw new Error(`the last event is ${last.type}`)
        if (events.slice(0, -1).some(({ type }) => type === 'finish' || type === 'error')) {
          throw new Error('it goes on after its last event')
        }
        const seen = parse(text + reader.take(sseEncoder))
        if (whole && seen.length !== events.length) throw new Error(`${seen.length} of ${events.length} events were read`)
        if (whole && seen[0]!.type !== 'start' && seen.length > 1) throw new Error('it does not begin with its start')
        reader.close()
      }
      await change('up')
      await until(() => instances.every(({ redis }) => redis.ready))
      await until(() => instances.every(({ answers }) => answers.stats().live === 0), 'nothing is still running')
      for (const { answers, errors } of instances) {
        if (answers.stats().readers !== 0) throw new Error('readers are counted that have left')
        if (errors.length > 0) throw errors[0]
      }
      for (const [key, ttl] of await keysOf(instances[0]!.redis)) if (ttl === -1) throw new Error(`${key} stays for ever`)
    } finally {
      await change('up')
      for (const end of endings) await end()
    }
  })())), propertyRuns(15, { interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false }))
  // The time limit abandons the last run, which still uses its Redis.
  await running.catch(() => {})
  t.pass(`${run} runs`)
})
