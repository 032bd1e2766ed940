// The log: any number of readers, each event once and in order, encoded once for each format.
import t from 'tap'
import { createLog, type Encoder } from '../../src/answers/log.ts'
import { createReader } from '../../src/answers/reader.ts'
import type { AnswerEvent } from '../../src/types.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { answers, bytesOf, failure, finish, start } from '../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { turn } from '../fixtures/until.ts'

const own = { conversation_id: 'mine', cache: 'joined' as const }

/** Encodes nothing but the number, and counts. */
function counting (): Encoder & { calls: number[] } {
  const calls: number[] = []
  return { calls, name: 'counting', encode (event, _, n) { calls.push(n); return `${n}:${event.type};` } }
}

t.test('gives each reader every event once and in order, however appending and reading alternate', async t => {
  const step = fc.oneof(
    fc.constant({ do: 'append' as const }),
    fc.record({ do: fc.constant('open' as const), from: fc.nat(6) }),
    fc.record({ do: fc.constant('read' as const), who: fc.nat(4) }),
    fc.record({ do: fc.constant('wait' as const), who: fc.nat(4) }),
    fc.record({ do: fc.constant('cancel' as const), who: fc.nat(4) }),
    fc.constant({ do: 'turn' as const }),
  )
  await t.resolves(fc.assert(fc.asyncProperty(answers, fc.array(step, { maxLength: 60 }), async (events, steps) => {
    const log = createLog('a', 'shop', null)
    let appended = 0
    const readers: { from: number, next: number, text: string, called: number, waiting: boolean, cancel: () => void }[] = []
    const read = (reader: typeof readers[number]) => {
      if (reader.next >= log.length) return
      reader.text += log.encoded(sseEncoder, reader.next, own)
      reader.next = log.length
    }
    const expected = (from: number, to: number) => events.slice(from, to)
      .map((event, i) => sseEncoder.encode(from + i === 0 ? { ...event, ...own } as AnswerEvent : event, 'a', from + i)).join('')
    for (const one of steps) {
      if (one.do === 'append' && appended < events.length) log.append(events[appended++]!)
      if (one.do === 'open') readers.push({ from: one.from, next: one.from, text: '', called: 0, waiting: false, cancel: () => {} })
      if (one.do === 'turn') await turn()
      const reader = 'who' in one ? readers[one.who] : undefined
      if (!reader) continue
      if (one.do === 'read') read(reader)
      if (one.do === 'cancel') {
        reader.cancel()
        reader.waiting = false
      }
      if (one.do === 'wait' && !reader.waiting) {
        reader.waiting = true
        reader.cancel = log.wait(reader.next, () => {
          if (!reader.waiting) throw new Error('called after it was cancelled, or twice')
          reader.waiting = false
          reader.called++
          read(reader)
        })
      }
    }
    while (appended < events.length) log.append(events[appended++]!)
    await turn()
    for (const reader of readers) {
      if (reader.waiting) throw new Error('never called, although the log has ended')
      read(reader)
      if (reader.text !== expected(reader.from, events.length)) throw new Error('another text')
    }
    return log.ended && log.length === events.length
  }), propertyRuns(300)))
})

t.test('encodes an event once per format', async t => {
  const log = createLog('a', 'shop', null)
  const encoder = counting()
  for (const event of [start(), { type: 'delta', text: 'x' }, finish()] as AnswerEvent[]) {
    log.append(event)
    for (let reader = 0; reader < 3; reader++) log.encoded(encoder, 1, own)
  }
  t.same(encoder.calls, [0, 1, 2])
})

t.test('returns as a whole what was streamed', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(answers, fc.nat(15), (events, cut) => {
    const log = createLog('a', 'shop', 'key')
    let streamed = ''
    for (const [n, event] of events.entries()) {
      log.append(event)
      if (n === cut) streamed += log.encoded(sseEncoder, 0, own)
    }
    streamed += log.encoded(sseEncoder, streamed === '' ? 0 : Math.min(cut + 1, events.length), own)
    // Lone surrogates leave JSON as escapes, so the bytes are equal too.
    return bytesOf(log.whole(sseEncoder, own)) === streamed
  }), propertyRuns(300)))
})

t.test('gives readers different starts, and the same events otherwise', async t => {
  const log = createLog('a', 'shop', null)
  log.append(start())
  log.append({ type: 'delta', text: 'x' })
  const mine = log.encoded(sseEncoder, 0, { conversation_id: 'mine', cache: 'joined' })
  const yours = log.encoded(sseEncoder, 0, { conversation_id: 'yours', cache: 'hit' })
  t.match(mine, /"conversation_id":"mine".*"cache":"joined"/)
  t.match(yours, /"conversation_id":"yours".*"cache":"hit"/)
  t.equal(mine.slice(mine.indexOf('event: delta')), yours.slice(yours.indexOf('event: delta')))
  t.match(log.at(0), start(), 'the log itself is as it was')
})

t.test('gives nothing after the last event', async t => {
  for (const last of [finish(), failure]) {
    const log = createLog('a', 'shop', null)
    log.append(start())
    log.append(last)
    const { bytes } = log
    log.append({ type: 'delta', text: 'late' })
    log.append(failure)
    t.equal(log.length, 2)
    t.equal(log.bytes, bytes)
    t.equal(log.at(1), last)
  }
})

t.test('calls waiting readers', async t => {
  t.test('calls a reader at once when there are events already', async t => {
    const log = createLog('a', 'shop', null)
    log.append(start())
    let called = 0
    log.wait(0, () => { called++ })
    t.equal(called, 1)
  })

  t.test('wakes a reader once for the tokens of one turn', async t => {
    const log = createLog('a', 'shop', null)
    let called = 0
    log.wait(0, () => { called++ })
    log.append(start())
    log.append({ type: 'delta', text: 'a' })
    t.equal(called, 0)
    await turn()
    t.equal(called, 1)
    log.append({ type: 'delta', text: 'b' })
    await turn()
    t.equal(called, 1, 'and only for those who wait')
  })

  t.test('does not call a reader that has cancelled', async t => {
    const log = createLog('a', 'shop', null)
    let called = 0
    const cancel = log.wait(0, () => { called++ })
    log.append(start())
    cancel()
    await turn()
    t.equal(called, 0)
  })

  t.test('calls everyone at the end, even a reader that waits for more events than there will be', async t => {
    const log = createLog('a', 'shop', null)
    let called = 0
    log.wait(99, () => { called++ })
    log.append(start())
    log.append(finish())
    await turn()
    t.equal(called, 1)
    log.wait(99, () => { called++ })
    t.equal(called, 2)
  })
})

t.test('measures the size in bytes, not characters', async t => {
  for (const text of ['a', 'é', '你', '😀', '\ud800']) {
    const log = createLog('a', 'shop', null)
    log.append({ type: 'delta', text: text.repeat(1000) })
    t.ok(log.bytes >= Buffer.byteLength(text) * 1000, text)
  }
})

t.test('wakes its readers at the end also when what waits for the end throws', async t => {
  const log = createLog('a', 'shop', null)
  log.append(start())
  log.whenEnded(() => { throw new Error('no') })
  const woken = Promise.withResolvers<void>()
  log.wait(log.length, woken.resolve)
  t.throws(() => log.append(finish()), { message: 'no' })
  await woken.promise
  t.equal(log.ended, true)
})

t.test('a reader that is ahead of the log gets no event twice, and an end that it has not seen', t => {
  const lost: AnswerEvent = { type: 'error', code: 'ANSWER_LOST', message: 'lost', status: 502, retryable: true }
  const deltas = (...texts: string[]) => texts.map((text): AnswerEvent => ({ type: 'delta', text }))
  const read = (from: number, later: AnswerEvent[]) => {
    const log = createLog('a', 'shop', null)
    for (const event of deltas('0', '1')) log.append(event)
    const reader = createReader(log, from, { conversation_id: '', cache: 'joined' }, undefined, () => {})
    const before = reader.take(sseEncoder)
    for (const event of later) log.append(event)
    const after = reader.take(sseEncoder)
    return [...`${before}${after}${reader.take(sseEncoder)}`.matchAll(/^id: a\.(\d)$/gm)].map(([, n]) => Number(n))
  }
  t.same(read(2, [...deltas('2'), lost]), [2, 3])
  t.same(read(4, [...deltas('2', '3', '4'), lost]), [4, 5])
  t.same(read(4, [lost]), [2], 'the end of what was lost')
  t.same(read(9, [...deltas('2'), lost]), [3])
  t.same(read(4, deltas('2', '3')), [])
  t.same(read(2, [lost]), [2], 'once')
  t.end()
})

t.test('a reader that is ahead of the log and is cut off gets its end, once', t => {
  for (const from of [1, 2, 4]) {
    const log = createLog('a', 'shop', null)
    for (const text of ['0', '1']) log.append({ type: 'delta', text })
    const reader = createReader(log, from, { conversation_id: '', cache: 'joined' }, undefined, () => {})
    reader.cutOff()
    t.equal(reader.isExhausted(), false)
    const text = reader.take(sseEncoder)
    t.match(text, /^event: finish\nid: a\.2\n.*"stopped"/m, `from ${from}`)
    t.equal(reader.isExhausted(), true)
    log.append({ type: 'error', code: 'ANSWER_LOST', message: 'lost', status: 502, retryable: true })
    t.equal(reader.take(sseEncoder), '')
  }
  t.end()
})
