// Counts of usage: written in batches, kept while they cannot be written, added up over instances.
import t, { type Test } from 'tap'
import { createRedisUsage } from '../../src/backends/redis/usage.ts'
import { createSqliteUsage } from '../../src/backends/sqlite/records.ts'
import { createUsage } from '../../src/usage/recorder.ts'
import type { UsageStore } from '../../src/usage/store.ts'
import { instance } from '../fixtures/redis-answers.ts'
import { noRedis, startRedis } from '../fixtures/redis-server.ts'
import { searchStore } from '../fixtures/search-store.ts'
import { until } from '../fixtures/until.ts'

const now = () => Date.parse('2026-05-04T12:00:00Z')
const day = '2026-05-04'

function cases (t: Test, make: (t: Test) => Promise<{ store: UsageStore }>): void {
  const start = (store: UsageStore, at = now) => createUsage({ store, now: at, flushMs: 3_600_000, onError: error => { throw error } })

  t.test('adds up what instances count, by day and key', async t => {
    const { store } = await make(t)
    const [one, two] = [start(store), start(store)]
    one.count('shop', 'a', { questions: 1 })
    one.count('shop', 'a', { inputTokens: 5, outputTokens: 2 })
    two.count('shop', 'a', { questions: 1 })
    two.count('shop', null, { searches: 1 })
    two.count('other', 'a', { questions: 7 })
    await Promise.all([one.flush(), two.flush()])
    t.same(await one.read('shop', day, day), [
      { day, key: '', questions: 0, inputTokens: 0, outputTokens: 0, searches: 1 },
      { day, key: 'a', questions: 2, inputTokens: 5, outputTokens: 2, searches: 0 },
    ])
    t.same(await one.read('shop', '2026-05-05', '2026-05-06'), [])
    t.ok(await one.erase('shop') > 0)
    t.same(await one.read('shop', day, day), [])
    t.equal((await one.read('other', day, day))[0]!.questions, 7)
    for (const usage of [one, two]) await usage.close()
  })

  t.test('knows what other instances have spent, and begins anew each day', async t => {
    const { store } = await make(t)
    let at = now()
    const [one, two] = [start(store, () => at), start(store, () => at)]
    const budget = { questions_per_day: 3, keys: { a: { questions_per_day: 2 } } }
    t.equal(one.isSpent('shop', 'a', budget), false)
    for (let n = 0; n < 2; n++) two.count('shop', 'a', { questions: 1 })
    t.equal(two.isSpent('shop', 'a', budget), true)
    t.equal(two.isSpent('shop', 'b', budget), false)
    await two.flush()
    one.count('shop', 'b', { questions: 1 })
    await one.flush()
    await until(() => one.isSpent('shop', 'b', budget))
    at += 86_400_000
    t.equal(one.isSpent('shop', 'a', budget), false)
    for (const usage of [one, two]) await usage.close()
  })
}

t.test('in SQLite', async t => {
  cases(t, async t => ({ store: createSqliteUsage({ store: (await searchStore(t)).store }) }))
})

t.test('in Redis', { skip: noRedis }, async t => {
  const server = await startRedis(t)
  let made = 0
  cases(t, async t => {
    const { redis } = await instance(t, server, { prefix: `usage[${made++}]:` })
    return { store: createRedisUsage({ redis, keptDays: 2 }) }
  })
})

t.test('writes the counts of a company with a budget soon, for the other instances', async t => {
  const store = createSqliteUsage({ store: (await searchStore(t)).store })
  const usage = createUsage({ store, now, flushMs: 3_600_000, budgetFlushMs: 1, onError: error => { throw error } })
  usage.count('other', null, { questions: 1 })
  const written = async (company: string) => (await store.read(company, day, day)).length
  t.equal(await written('other'), 0)
  usage.isSpent('shop', null, { questions_per_day: 3 })
  await until(async () => {
    usage.count('shop', null, { questions: 1 })
    return await written('shop') > 0
  })
  await usage.close()
})

t.test('keeps what cannot be written, and never counts twice', async t => {
  let isBroken = true
  const written: number[] = []
  const errors: unknown[] = []
  const usage = createUsage({
    store: {
      async add (_, rows) {
        if (isBroken) throw new Error('unplugged')
        written.push(...rows.map(({ questions }) => questions))
      },
      read: async () => [],
      erase: async () => 0,
    },
    now, flushMs: 3_600_000, onError: error => { errors.push(error) },
  })
  usage.count('shop', 'a', { questions: 1 })
  await usage.flush()
  usage.count('shop', 'a', { questions: 1 })
  await usage.flush()
  t.equal(errors.length, 2)
  isBroken = false
  await usage.flush()
  t.same(written, [2])
  usage.count('shop', 'a', { questions: 1 })
  usage.forget('shop')
  await usage.close()
  t.same(written, [2], 'nothing of a company that another instance has deleted')
})
