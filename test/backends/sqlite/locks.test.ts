// Files that another process has locked: other companies are not held, nothing is lost, and the lock is told.
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { createSqliteConversations } from '../../../src/backends/sqlite/conversations.ts'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { anna, limits, questions, turnOf } from '../../contracts/conversations.ts'
import { pairedTimes } from '../../fixtures/paired-times.ts'
import { ask, document, ids, put, searchStore } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

/** Makes a store with documents of two companies, and conversations in it. `lock` locks the first one's file. */
async function parts (t: Test) {
  const { store, path } = await searchStore(t)
  for (const company of ['shop', 'other']) await put(store, company, [document('a', 'azurite')])
  const errors: unknown[] = []
  const conversations = createSqliteConversations({
    store, ...limits, gatherMs: 1, timeoutMs: 1000,
    onError: error => {
      errors.push(error)
    },
  })
  t.teardown(() => conversations.close())
  const lock = (kind = 'IMMEDIATE') => {
    const other = new DatabaseSync(path('shop'))
    t.teardown(() => other.close())
    other.exec(`BEGIN ${kind}`)
    return () => other.exec('COMMIT')
  }
  return { store, path, conversations, errors, lock }
}

for (const kind of ['IMMEDIATE', 'EXCLUSIVE']) {
  t.test(`a company whose file is locked (${kind}) holds no other, and is still searched`, async t => {
    const { store, conversations, lock } = await parts(t)
    const engine = createSqliteEngine({ store, timeoutMs: 60_000 })
    const unlocked = await parts(t)
    const unlock = lock(kind)
    const patient = [undefined, 600_000] as const
    const writes = [
      store.run('putDocuments', 'shop', { index: 'products', language: 'en', documents: [document('b', 'azurite too')] }, ...patient),
      store.run('citeDocuments', 'shop', { passages: ['products/a'], at: 1 }, ...patient),
      store.run('setMeta', 'shop', { key: 'k', value: 'v' }, ...patient),
    ]
    conversations.append(anna, 'c', turnOf('one'))
    const other = (store: Store) => (n: number) => put(store, 'other', [document(`${n}`, 'azurite')])
    const [held, free] = await pairedTimes(50, other(store), other(unlocked.store))
    t.ok(held < 5 * free, `${held} ms, and ${free} ms beside a store without a lock`)
    t.same(ids(await ask(engine, 'azurite')), ['products/a'], 'reading goes on')
    unlock()
    await Promise.all(writes)
    t.equal(await store.run('getMeta', 'shop', 'k'), 'v')
    t.same(questions(await conversations.get(anna, 'c')), ['one'])
  })
}

t.test('a turn for a locked file waits, is seen at once, and is written in its order when the lock is gone', async t => {
  const { conversations, errors, lock } = await parts(t)
  conversations.append(anna, 'c', turnOf('one'))
  t.same(questions(await conversations.get(anna, 'c')), ['one'])
  const unlock = lock()
  for (const name of ['two', 'three']) conversations.append(anna, 'c', turnOf(name))
  const numbered = async () => (await conversations.get(anna, 'c'))!.turns.map(({ n, question }) => [n, question])
  const all = [[0, 'one'], [1, 'two'], [2, 'three']]
  t.same(await numbered(), all, 'as if they were written')
  t.match(conversations.stats(), { written: 1, unwritten: 2, lost: 0 })
  await until(() => errors.length > 0)
  t.match(errors, [{ code: 'CONVERSATIONS_UNAVAILABLE', message: /busy/ }], 'it is reported once when it lasts')
  await until(() => conversations.stats().unwritten_seconds >= 1)
  unlock()
  await until(() => conversations.stats().unwritten === 0)
  t.match(conversations.stats(), { written: 3, lost: 0, last_lost_at: null, unwritten_seconds: 0 })
  t.same(await numbered(), all)
})

t.test('a conversation in a locked file is not deleted, and its waiting turns stay', async t => {
  const { conversations, lock } = await parts(t)
  const unlock = lock()
  conversations.append(anna, 'c', turnOf('one'))
  await t.rejects(conversations.delete(anna, 'c'), { code: 'CONVERSATIONS_UNAVAILABLE', message: /busy/ })
  t.same(questions(await conversations.get(anna, 'c')), ['one'])
  unlock()
  await until(() => conversations.stats().unwritten === 0)
  t.equal(await conversations.delete(anna, 'c'), true)
  t.equal(await conversations.get(anna, 'c'), null)
})

t.test('turns that cannot be written until the end are counted as lost', async t => {
  const { conversations, errors, lock } = await parts(t)
  lock()
  conversations.append(anna, 'c', turnOf('one'))
  await conversations.close()
  t.match(conversations.stats(), { lost: 1, unwritten: 0, last_lost_at: /Z$/ })
  t.ok(errors.length > 0)
})

t.test('a lock that lasts is told while it lasts, and a task gives up in the end', async t => {
  const { store, lock } = await parts(t)
  t.same(store.locked(), [])
  const unlock = lock()
  await t.rejects(store.run('setMeta', 'shop', { key: 'k', value: 'v' }, undefined, 1500), { code: 'SEARCH_UNAVAILABLE', message: /busy/ })
  t.match(store.locked(), [{ company: 'shop', seconds: Number }])
  await t.rejects(store.run('setMeta', 'shop', { key: 'k', value: 'v' }, AbortSignal.timeout(20)), { name: 'TimeoutError' })
  unlock()
  await store.run('setMeta', 'shop', { key: 'k', value: 'v' })
})
