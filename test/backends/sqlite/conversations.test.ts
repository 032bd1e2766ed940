// Conversations in the company's file: the contract of all, and delayed writes, restarts, limits and damage.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { createSqliteConversations, type SqliteConversationsOptions } from '../../../src/backends/sqlite/conversations.ts'
import { createStore, type Store } from '../../../src/backends/sqlite/thread.ts'
import { anna, conversationsContract, limits, questions, turnOf, type ConversationsParts } from '../../contracts/conversations.ts'
import { searchStore } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

function over (t: Test, store: Store, options: Partial<SqliteConversationsOptions> = {}): ConversationsParts {
  const errors: unknown[] = []
  const conversations = createSqliteConversations({
    store, ...limits, timeoutMs: 60_000,
    onError: error => {
      errors.push(error)
    },
    ...options,
  })
  t.teardown(() => conversations.close())
  return { conversations, errors }
}

/** Reads the company's file from outside. */
function count (path: string, what: string): number {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return (db.prepare(`SELECT count(*) AS n FROM ${what}`).get() as { n: number }).n
  } finally {
    db.close()
  }
}

conversationsContract(t, async (t, limits) => {
  let passed = 0
  const { store } = await searchStore(t)
  return { ...over(t, store, { ...limits, now: () => Date.now() + passed }), pass: ms => { passed += ms } }
})

t.test('collects turns, and writes them in one task per company', async t => {
  const { store, path } = await searchStore(t)
  const { conversations } = over(t, store, { gatherMs: 20 })
  for (let n = 0; n < 30; n++) conversations.append({ company: n % 2 ? 'shop' : 'other', user: `u${n % 3}` }, 'c', turnOf(`${n}`))
  t.match(conversations.stats(), { written: 0, unwritten: 30 })
  t.notOk(existsSync(path('shop')), 'nothing is done at once')
  await until(() => conversations.stats().written === 30)
  t.equal(store.stats().completed, 2)
  for (let n = 0; n < 750; n++) conversations.append(anna, 'c', turnOf(`${n}`))
  await until(() => conversations.stats().written === 780)
  t.equal(store.stats().completed, 5, 'three hundred at once at most')
})

t.test('makes a question wait only for the turns of its own conversation', async t => {
  const { store } = await searchStore(t)
  const { conversations } = over(t, store, { gatherMs: 60_000 })
  conversations.append(anna, 'c', turnOf('one'))
  t.equal(await conversations.get(anna, 'd'), null)
  t.match(conversations.stats(), { written: 0, unwritten: 1 })
  t.same(questions(await conversations.get(anna, 'c')), ['one'])
  await until(() => conversations.stats().written === 1)
})

t.test('writes waiting turns on close, and has them after a restart', async t => {
  const { store, dir } = await searchStore(t)
  const first = over(t, store, { gatherMs: 60_000 })
  first.conversations.append(anna, 'c', turnOf('one'))
  await first.conversations.close()
  t.match(first.conversations.stats(), { written: 1, unwritten: 0 })
  first.conversations.append(anna, 'c', turnOf('too late'))
  t.match(first.errors, [{ code: 'CONVERSATIONS_UNAVAILABLE', message: /shutting down/ }])
  await store.close()

  const again = createStore({ dataDir: dir })
  t.teardown(() => again.close())
  const { conversations } = over(t, again)
  conversations.append(anna, 'c', turnOf('two'))
  t.same((await conversations.get(anna, 'c'))!.turns.map(({ n, question }) => [n, question]), [[0, 'one'], [1, 'two']])
})

t.test('deletes conversations after their time', async t => {
  const { store, path } = await searchStore(t)
  let clock = 1_000_000
  const { conversations } = over(t, store, { ttlMs: 1000, now: () => clock, expireEveryMs: 5, gatherMs: 60_000 })

  conversations.append(anna, 'c', turnOf('one'))
  clock += 999
  t.match(await conversations.get(anna, 'c'), { createdAt: 1_000_000, updatedAt: 1_000_000 })
  conversations.append(anna, 'c', turnOf('two'))
  clock += 999
  t.match(await conversations.get(anna, 'c'), { createdAt: 1_000_000, updatedAt: 1_000_999, turns: [{}, {}] })
  // It has expired between two turns that are written together.
  clock += 1
  conversations.append(anna, 'c', turnOf('three'))
  t.match(await conversations.get(anna, 'c'), { createdAt: 1_001_999, turns: [{ n: 0, question: 'three' }] })
  const read = (await conversations.get(anna, 'c'))!

  for (let n = 0; n < 120; n++) conversations.append(anna, `c${n}`, turnOf(`${n}`))
  t.ok(await conversations.get(anna, 'c119'))
  t.equal(count(path('shop'), 'conversations'), 121)
  clock += 1000
  t.equal(await conversations.get(anna, 'c'), null)
  await conversations.storeDigest(anna, read, 0, 'too late')
  await until(() => count(path('shop'), 'conversations') === 0)
  t.equal(count(path('shop'), 'turns'), 0, 'the expired are deleted, batch after batch')
})

t.test('deletes the least recently used conversations of a company that has too many', async t => {
  const { store, path } = await searchStore(t)
  let clock = 1_000_000
  const { conversations } = over(t, store, { maxConversations: 150, now: () => clock++ })
  for (let n = 0; n < 120; n++) conversations.append(anna, `c${n}`, turnOf(`${n}`))
  conversations.append(anna, 'c0', turnOf('used again'))
  for (let n = 120; n < 300; n++) conversations.append(anna, `c${n}`, turnOf(`${n}`))
  t.ok(await conversations.get(anna, 'c299'))
  t.same(questions(await conversations.get(anna, 'c0')), undefined, 'used, and yet older than 150 others')
  t.equal(await conversations.get(anna, 'c149'), null)
  t.ok(await conversations.get(anna, 'c150'))
  t.equal(count(path('shop'), 'conversations'), 150)
  t.equal(count(path('shop'), 'turns'), 150)
})

t.test('reports a damaged file once, and spares other companies', async t => {
  const { store, path } = await searchStore(t)
  const { conversations, errors } = over(t, store, { gatherMs: 1 })
  conversations.append({ ...anna, company: 'other' }, 'c', turnOf('well'))
  await until(() => conversations.stats().written === 1)
  await writeFile(path('shop'), 'no database at all, whatever its name says\n'.repeat(100))
  const damaged = { code: 'CONVERSATIONS_UNAVAILABLE', statusCode: 503, message: /The company's database is damaged\.$/ }
  await t.rejects(conversations.get(anna, 'c'), damaged)
  await t.rejects(conversations.delete(anna, 'c'), damaged)
  await t.rejects(conversations.storeDigest(anna, { id: 'c', createdAt: 0 }, 0, ''), damaged)
  for (let n = 0; n < 3; n++) {
    conversations.append(anna, 'c', turnOf(`${n}`))
    conversations.append({ ...anna, company: 'other' }, 'd', turnOf(`${n}`))
    await until(() => conversations.stats().lost === n + 1 && conversations.stats().written === n + 2)
  }
  t.match(errors, [damaged])
  t.equal(errors.length, 1)
  t.same(questions(await conversations.get({ ...anna, company: 'other' }, 'c')), ['well'])
  t.match(conversations.stats(), { kept_in: 'sqlite', written: 4, lost: 3, unwritten: 0 })
})

t.test('limits the turns that wait for a blocked thread, and never waits for ever', async t => {
  const held: (() => void)[] = []
  // Like a listening server: the time-outs alone do not keep a process alive.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const store: Store = {
    run: (_, __, ___, signal) => new Promise((resolve, reject) => {
      held.push(() => resolve(undefined as never))
      signal?.addEventListener('abort', () => reject(signal.reason))
    }),
    companies: async () => [],
    unavailable: async () => null,
    locked: () => [],
    damaged: () => [],
    stats: () => ({ waiting: 0, completed: 0, utilization: 0 }),
    close: async () => {},
  }
  const { conversations, errors } = over(t, store, { timeoutMs: 30 })
  await t.rejects(conversations.get(anna, 'c'), { code: 'CONVERSATIONS_UNAVAILABLE', cause: { name: 'TimeoutError' } })
  const long = turnOf('long', { answer: 'x'.repeat(20_000) })
  for (let n = 0; n < 1000; n++) conversations.append(anna, 'c', long)
  const { lost, unwritten } = conversations.stats()
  t.equal(lost + unwritten, 1000)
  t.ok(unwritten * 20_000 > 16e6 && unwritten * 20_000 < 17e6, `${unwritten} wait`)
  t.match(errors, [{ code: 'CONVERSATIONS_UNAVAILABLE', message: /Too many turns/ }])
  await conversations.close()
  for (const resolve of held) resolve()
  await until(() => conversations.stats().unwritten === 0)
  t.equal(errors.length, 1)
})
