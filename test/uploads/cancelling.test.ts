// A cancelled upload ends at once, whatever it waits for, and the others go on.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { begin, memoryStore } from '../fixtures/upload-queue.ts'
import { turn, until } from '../fixtures/until.ts'

const cancelled = { status: 'failed', error: { code: 'CANCELLED' } }
const hourMs = 3_600_000

/** Makes a store that fails as a full disk does, until it is mended. */
function fullDisk () {
  let isFull = true
  return {
    ...memoryStore(() => { if (isFull) throw coded('STORE_FULL') }),
    mend: () => { isFull = false },
  }
}

t.test('one that waits to be tried again ends at once, and those behind it are tried', async t => {
  const { store, put, mend } = fullDisk()
  const { uploads, ended, send, done } = await begin(t, { documents: store, retryMs: 0, pauseMs: hourMs })
  uploads.start()
  const [first, second] = [await send('a', '1'), await send('a', '2')]
  await until(async () => (await uploads.get('a', first.id)).error?.code === 'STORE_FULL')
  mend()
  const begunAt = first.startedAt
  await uploads.cancel('a', first.id)
  t.match(await done(first), { ...cancelled, startedAt: begunAt })
  t.match(await done(second), { status: 'done' })
  t.same(put, ['a/2'])
  t.same(ended.map(({ id }) => id), [first.id, second.id])
  t.match(uploads.stats(), { tasks: { waiting: 0, running: 0, done: 1, failed: 1 } })
})

t.test('one behind an upload that waits to be tried again ends at once, and that one goes on waiting', async t => {
  const { store } = fullDisk()
  const { uploads, send, done } = await begin(t, { documents: store, retryMs: 0, pauseMs: hourMs })
  uploads.start()
  const [first, second] = [await send('a', '1'), await send('a', '2')]
  await until(async () => (await uploads.get('a', first.id)).error !== null)
  await uploads.cancel('a', second.id)
  t.match(await done(second), cancelled)
  t.match(await uploads.get('a', first.id), { status: 'queued', starts: 1 })
})

t.test('one behind an upload that is written ends at once, and stays ended when it is cancelled again', async t => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { store, put } = memoryStore(() => promise)
  const { uploads, send, done } = await begin(t, { documents: store })
  uploads.start()
  const [first, second, third] = [await send('a', '1'), await send('a', '2'), await send('a', '3')]
  await until(async () => (await uploads.get('a', first.id)).status === 'running')
  const both = await Promise.allSettled([uploads.cancel('a', second.id), uploads.cancel('a', second.id)])
  t.same(both.map(({ status }) => status), ['fulfilled', 'fulfilled'])
  t.match(await done(second), { ...cancelled, written: 0 })
  t.match(await uploads.get('a', first.id), { status: 'running' })
  resolve()
  t.match(await done(third), { status: 'done' })
  t.same(put, ['a/1', 'a/3'])
})

t.test('one that was accepted before the uploads start ends at once', async t => {
  const { uploads, send, done } = await begin(t)
  const [first, second] = [await send('a', '1'), await send('a', '2')]
  await uploads.cancel('a', first.id)
  t.match(await done(first), cancelled)
  uploads.start()
  t.match(await done(second), { status: 'done' })
})

t.test('an upload that is on its way while its company is deleted is refused, or ends, and leaves nothing', async t => {
  const { uploads, send } = await begin(t)
  for (let turns = 0; turns < 40; turns++) {
    const sent = send('a', '1').then(() => 'accepted', error => error.code)
    for (let n = 0; n < turns; n++) await turn()
    await uploads.erase('a')
    t.match(await sent, /^(accepted|UNKNOWN_COMPANY)$/)
    t.same(await Array.fromAsync(uploads.list('a')), [], `deleted after ${turns} turns`)
  }
  t.match(uploads.stats(), { tasks: { waiting: 0 }, spool: { bytes: 0 } })
})

t.test('all of a deleted company end at once, also those that wait to be tried again', async t => {
  const { store } = fullDisk()
  const { uploads, send } = await begin(t, { documents: store, retryMs: 0, pauseMs: hourMs })
  uploads.start()
  const [first] = [await send('a', '1'), await send('a', '2')]
  await until(async () => (await uploads.get('a', first.id)).error !== null)
  t.equal(await uploads.erase('a'), 2)
  t.match(uploads.stats(), { tasks: { waiting: 0, running: 0 } })
})
