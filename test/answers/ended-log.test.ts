// A kept answer: bytes that are sent as they are, and events that are read back from them.
import assert from 'node:assert/strict'
import t from 'tap'
import { createEndedLog } from '../../src/answers/ended-log.ts'
import { createLog, type Encoder, type ReaderStart } from '../../src/answers/log.ts'
import type { AnswerEvent } from '../../src/types.ts'
import { wireFormats } from '../../src/wire/formats.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'
import { answers as usualAnswers, bytesOf, finish, nastyText, start } from '../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

/** Some are refusals where JSON was asked for. */
const answers: fc.Arbitrary<AnswerEvent[]> = fc.tuple(usualAnswers, fc.constantFrom({}, { isRefusal: true as const }))
  .map(([events, refusal]) => events.map(event => event.type === 'delta' ? { ...event, ...refusal } : event))

/** Makes them anew: one with a state of its own is for one reader. */
const makeEncoders = () => wireFormats
  .flatMap(({ encoderFor }) => encoderFor({ body: { stream: true, messages: [] }, query: {}, headers: {} }, 'a') ?? [])

function logOf (events: readonly AnswerEvent[]) {
  const log = createLog('a', 'shop', 'key', 'ann')
  for (const event of events) log.append(event)
  return log
}

const keep = (events: readonly AnswerEvent[], onGrown = () => {}) => createEndedLog(logOf(events), sseEncoder, onGrown)
const short: AnswerEvent[] = [start(), { type: 'delta', text: 'é' }, finish()]

t.test('gives back the events that it was made of', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(answers, events => {
    const kept = keep(events)
    assert.deepEqual([...kept], JSON.parse(JSON.stringify(events)) as AnswerEvent[])
    assert.deepEqual(kept.events(), [...kept])
    for (const n of [0, 1, -1, events.length - 1, events.length]) assert.deepEqual(kept.at(n), events.at(n))
    const { id, company, key, user, length, ended } = kept
    assert.deepEqual([id, company, key, user(), length, ended], ['a', 'shop', 'key', logOf([]).user(), events.length, true])
  }), propertyRuns(200)))
})

t.test('is sent, whole and from any event on, as the log that it was made of would be, in every format', async t => {
  for (const encoder of makeEncoders()) {
    t.doesNotThrow(() => fc.assert(fc.property(answers, nastyText, fc.nat(15), (events, conversation_id, from) => {
      const own = { conversation_id, cache: 'hit' as const }
      const anew = () => makeEncoders().find(({ name }) => name === encoder.name)!
      const [log, kept] = [logOf(events), keep(events)]
      for (let times = 0; times < 2; times++) assert.equal(bytesOf(kept.whole(anew(), own)), log.encoded(anew(), 0, own).toWellFormed())
      if (!encoder.isOwn) assert.equal(kept.encoded(anew(), from, own), log.encoded(anew(), from, own))
    }), propertyRuns(100)), encoder.name)
  }
})

t.test('gives each reader a start of its own in a whole answer, in every format', async t => {
  const conversations = fc.oneof(fc.constantFrom('conversation-1', 'another_conversation', 'a', 'x.y', 'é"', ''), fc.string())
  for (const encoder of makeEncoders().filter(({ isOwn }) => !isOwn)) {
    t.doesNotThrow(() => fc.assert(fc.property(conversations, fc.constantFrom('hit', 'joined'), (conversation_id, cache) => {
      const [log, kept] = [logOf(short), keep(short)]
      for (const own of [{ conversation_id: 'first', cache: 'hit' }, { conversation_id, cache }] as ReaderStart[]) {
        assert.equal(bytesOf(kept.whole(encoder, own)), log.encoded(encoder, 0, own).toWellFormed())
      }
    }), propertyRuns(100)), encoder.name)
  }
})

t.test('sends the same bytes to every reader, without a copy', async t => {
  const kept = keep(short)
  const [one, other] = ['one', 'other'].map(conversation_id => kept.whole(sseEncoder, { conversation_id, cache: 'hit' }))
  t.equal(one!.rest, other!.rest)
  t.equal(one!.rest.buffer.byteLength, one!.rest.length, 'and their memory is shared with nothing else')
})

t.test('counts each format that was asked for, and encodes it once', async t => {
  let grown = 0
  const kept = keep(short, () => { grown++ })
  const calls: number[] = []
  const encoder: Encoder = { name: 'counting', encode (event, _, n) { calls.push(n); return `${n}:${event.type};`.repeat(1000) } }
  const before = kept.size()
  for (const conversation_id of ['one', 'other']) kept.whole(encoder, { conversation_id, cache: 'hit' })
  kept.whole(sseEncoder, { conversation_id: 'c', cache: 'hit' })
  t.same(calls.filter(n => n > 0), [1, 2])
  t.equal(grown, 1)
  t.ok(kept.size() - before > 10_000)
})
