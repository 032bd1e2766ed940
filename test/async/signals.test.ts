// Waits that end with a signal or after a time, and leave nothing behind.
import { getEventListeners } from 'node:events'
import t from 'tap'
import { createDeadline, settlesWithin, sleep, unlessAborted } from '../../src/async/signals.ts'

const never = new Promise<never>(() => {})

t.test('unlessAborted returns the result, or throws the signal\'s reason', async t => {
  const abort = new AbortController()
  t.equal(await unlessAborted(Promise.resolve(1), abort.signal), 1)
  await t.rejects(unlessAborted(Promise.reject(new Error('its own')), abort.signal), { message: 'its own' })
  t.equal(getEventListeners(abort.signal, 'abort').length, 0)
  let calls = 0
  const waiting = unlessAborted(never, abort.signal, () => { calls++ })
  abort.abort('left')
  t.equal(await waiting.catch(error => error), 'left')
  t.equal(await unlessAborted(never, abort.signal, () => { calls++ }).catch(error => error), 'left')
  t.equal(calls, 2)
})

t.test('sleep throws the signal\'s reason', async t => {
  const abort = new AbortController()
  await sleep(1)
  await sleep(1, abort.signal)
  const sleeping = sleep(60_000, abort.signal)
  abort.abort('left')
  t.equal(await sleeping.catch(error => error), 'left')
  t.equal(await sleep(1, abort.signal).catch(error => error), 'left')
})

t.test('settlesWithin returns whether a promise was fulfilled in time, and throws its error', async t => {
  t.equal(await settlesWithin(60_000, Promise.resolve()), true)
  t.equal(await settlesWithin(1, never), false)
  await t.rejects(settlesWithin(60_000, Promise.reject(new Error('its own'))), { message: 'its own' })
})

t.test('a deadline fires with its signal or by itself, but not once it is cleared', async t => {
  const abort = new AbortController()
  const fired = (signal: AbortSignal) => unlessAborted(never, signal).catch(error => error)
  t.match(await fired(createDeadline(1, abort.signal).signal), { name: 'TimeoutError' })
  const cleared = createDeadline(1, abort.signal)
  cleared.clear()
  await sleep(5)
  t.notOk(cleared.signal.aborted)
  const open = createDeadline(60_000, abort.signal)
  abort.abort('left')
  t.equal(open.signal.reason, 'left')
  t.equal(cleared.signal.aborted, false)
  open.clear()
  t.equal(createDeadline(60_000, abort.signal).signal.reason, 'left')
})
