// The tasks of uploads as every instance shows them, whichever of them has the upload.
import t, { type Test } from 'tap'
import { createRedisNews } from '../../src/backends/redis/news.ts'
import { createRedisNotes } from '../../src/backends/redis/notes.ts'
import { newTask, type Task } from '../../src/uploads/task.ts'
import { connect, noRedis, startRedis, type RedisServer } from '../fixtures/redis-server.ts'
import { until } from '../fixtures/until.ts'
import { begin, memoryStore } from '../fixtures/upload-queue.ts'

const options = { skip: noRedis }

async function instance (t: Test, server: RedisServer, changes: Parameters<typeof begin>[1] = {}) {
  const redis = await connect(t, server, { prefix: 'u:', timeoutMs: 60_000 })
  const news = createRedisNews({ redis, onError: error => { throw error } })
  const notes = createRedisNotes({ redis, name: 't', keptMs: 60_000, retryMs: 20 })
  const begun = await begin(t, { shared: { notes, news }, ...changes })
  t.teardown(news.close)
  return { ...begun, redis, news, notes }
}

const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { store } = memoryStore(() => promise)
  return { store, open: resolve }
}

const idsOf = async (uploads: { list (company: string, after?: string): AsyncGenerator<Task> }, after?: string) =>
  (await Array.fromAsync(uploads.list('a', after))).map(({ id, status }) => `${id} ${status}`)

t.test('any instance shows the progress of an upload, and waits for its end', options, async t => {
  const server = await startRedis(t)
  const { store, open } = gate()
  const [one, two] = await Promise.all([instance(t, server, { documents: store }), instance(t, server)])
  one.uploads.start()
  const { id } = await one.send('a', '1\n2')
  await until(() => two.uploads.get('a', id).then(({ status }) => status === 'running', () => false))
  await t.rejects(two.uploads.get('b', id), { code: 'TASK_NOT_FOUND' }, 'another company')
  t.same(await idsOf(two.uploads), [`${id} running`])
  let hasEnded = false
  const ended = two.uploads.whenEnded('a', id).then(() => { hasEnded = true })
  t.notOk(hasEnded)
  open()
  await ended
  t.match(await two.uploads.get('a', id), { status: 'done', written: 2, endedAt: Number })
  t.same(await idsOf(two.uploads), [`${id} done`])
  await two.uploads.whenEnded('a', id)
})

t.test('any instance lists the uploads of all: those that run first, the newest first, page by page', options, async t => {
  const server = await startRedis(t)
  const { store, open } = gate()
  let now = 1_000_000_000_000
  const clock = () => ++now
  const [one, two] = await Promise.all([instance(t, server, { now: clock }), instance(t, server, { documents: store, now: clock })])
  const older = [await one.send('a', '1'), await two.send('a', '2'), await one.send('a', '3'), await two.send('a', '4')]
  one.uploads.start()
  two.uploads.start()
  for (const task of [older[0]!, older[2]!]) await one.done(task)
  const [first, second, third, fourth] = older.map(({ id }) => id)
  const all = [`${fourth} queued`, `${second} running`, `${third} done`, `${first} done`]
  for (const { uploads } of [one, two]) {
    await until(async () => String(await idsOf(uploads)) === String(all))
    t.same(await idsOf(uploads, fourth), all.slice(1))
    t.same(await idsOf(uploads, second), all.slice(2))
    t.same(await idsOf(uploads, third), all.slice(3))
    t.same(await idsOf(uploads, first), [])
  }
  open()
  for (const id of [second!, fourth!]) await one.uploads.whenEnded('a', id)
  t.same(await idsOf(one.uploads), [fourth, third, second, first].map(id => `${id} done`))
})

t.test('any instance ends an upload early; one that has ended stays as it is', options, async t => {
  const server = await startRedis(t)
  const { store, open } = gate()
  t.teardown(open)
  const [one, two] = await Promise.all([instance(t, server, { documents: store }), instance(t, server)])
  one.uploads.start()
  const [running, waiting] = [await one.send('a', '1'), await one.send('a', '2')]
  await until(() => two.uploads.get('a', running.id).then(({ status }) => status === 'running', () => false))
  await two.uploads.cancel('a', waiting.id)
  await two.uploads.cancel('a', running.id)
  open()
  await two.uploads.whenEnded('a', waiting.id)
  t.match(await two.uploads.get('a', waiting.id), { status: 'failed', error: { code: 'CANCELLED' } })
  const ended = await two.uploads.get('a', waiting.id)
  await two.uploads.cancel('a', waiting.id)
  t.same(await two.uploads.get('a', waiting.id), ended)
  await t.rejects(two.uploads.cancel('b', running.id), { code: 'TASK_NOT_FOUND' })
})

t.test('what ended while Redis was away is known elsewhere afterwards, and nothing waits for ever', options, async t => {
  const server = await startRedis(t)
  const { store, open } = gate()
  const [one, two] = await Promise.all([instance(t, server, { documents: store }), instance(t, server)])
  one.uploads.start()
  const task = await one.send('a', '1')
  await until(() => two.uploads.get('a', task.id).then(({ status }) => status === 'running', () => false))
  const ended = two.uploads.whenEnded('a', task.id)
  await server.stop()
  open()
  t.match(await one.done(task), { status: 'done' })
  await server.start()
  await ended
  await until(() => two.uploads.get('a', task.id).then(({ status }) => status === 'done', () => false))
})

t.test('uploads that wait are shown again when Redis has lost everything', options, async t => {
  const server = await startRedis(t)
  const { store, open } = gate()
  const [one, two] = await Promise.all([instance(t, server, { documents: store }), instance(t, server)])
  one.uploads.start()
  const tasks = [await one.send('a', '1'), await one.send('a', '2')]
  await until(async () => (await idsOf(two.uploads)).length === 2)
  await server.stop()
  await server.start()
  await until(async () => String(await idsOf(two.uploads)) === `${tasks[1]!.id} queued,${tasks[0]!.id} running`)
  open()
  await two.uploads.whenEnded('a', tasks[1]!.id)
})

t.test('what another release has written of its uploads is passed over, or completed', options, async t => {
  const server = await startRedis(t)
  const { uploads, notes } = await instance(t, server)
  const id = (n: number) => `000000000-${String(n).padStart(16, '0')}`
  const { warnings, removed, ...older } = { ...newTask('a', 'faq', 1), id: id(9), later: true }
  const unknown = ['{', 'null', '[]', '"text"', '{}', JSON.stringify({ ...older, id: id(4), files: null })]
  for (const [n, text] of unknown.entries()) await notes.write('a', { id: id(n), isFinal: false }, text)
  await notes.write('a', { id: id(9), isFinal: false }, JSON.stringify(older))
  t.match(await uploads.get('a', id(9)), { status: 'queued', warnings: [], removed: 0 })
  for (const n of unknown.keys()) await t.rejects(uploads.get('a', id(n)), { code: 'TASK_NOT_FOUND' }, unknown[n]!)
  t.same(await idsOf(uploads), [`${id(9)} queued`])
  await t.rejects(uploads.cancel('a', id(0)), { code: 'TASK_NOT_FOUND' })
})

t.test('the uploads of a company that is deleted are gone everywhere', options, async t => {
  const server = await startRedis(t)
  const [one, two] = await Promise.all([instance(t, server), instance(t, server)])
  one.uploads.start()
  const task = await one.send('a', '1')
  const other = await one.send('b', '1')
  await one.done(task)
  await one.done(other)
  t.equal(await two.uploads.erase('a'), 1)
  await t.rejects(two.uploads.get('a', task.id), { code: 'TASK_NOT_FOUND' })
  t.match(await two.uploads.get('b', other.id), { status: 'done' })
})
