// The native wire format: a golden transcript, and texts that try to forge an event.
import { readFile } from 'node:fs/promises'
import { createParser } from 'eventsource-parser'
import t from 'tap'
import type { AnswerEvent } from '../../../src/types.ts'
import { heartbeatComment } from '../../../src/wire/event-stream.ts'
import { sseEncoder } from '../../../src/wire/native/encoder.ts'
import { parse, type Event } from '../../fixtures/app-client.ts'
import { answers, failure, finish, start } from '../../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const golden: AnswerEvent[] = [
  start('Zk3_a-0'),
  {
    type: 'sources',
    sources: [
      {
        n: 1, id: 'products/couches-t4-300', index: 'products', title: 'Couches taille 4, lot de 300',
        url: 'https://petit-nid.example/couches', score: 0.987, snippet: 'Prix : 59,90 €',
      },
    ],
  },
  { type: 'delta', text: 'Le lot coûte ' },
  { type: 'delta', text: '59,90 €\r\n\n[1] 👶\u2028' },
  finish('stop', { citations: [1], timings_ms: { prompt: 0.1, embed: 3.2, search: 4, first_token: 5.5, total: 12.3 } }),
]

t.test('writes the transcript unchanged', async t => {
  const text =
    golden.map((event, n) => sseEncoder.encode(event, 'Zk3_a-0', n)).join('') + heartbeatComment + sseEncoder.encode(failure, 'Zk3_a-0', 5)
  t.equal(text, await readFile(new URL('transcript.txt', import.meta.url), 'utf8'))
})

const plain = (event: AnswerEvent, n: number): Event => {
  const { type, ...data } = event
  // JSON writes lone surrogates as escapes, so a round trip loses nothing.
  return { type, id: `a.${n}`, data: JSON.parse(JSON.stringify(data)) }
}

t.test('is parsed back as it went in, for any answer', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(answers, fc.array(fc.nat(20)), (events, pings) => {
    const parts = events.map((event, n) => sseEncoder.encode(event, 'a', n) + (pings.includes(n) ? heartbeatComment : ''))
    t.same(parse(parts.join('')), events.map(plain))
  }), propertyRuns(200)))
})

for (const size of [1, 8, 64, 256]) {
  t.test(`cut into slices of ${size} bytes`, async t => {
    t.doesNotThrow(() => fc.assert(fc.property(answers, events => {
      const bytes = Buffer.from(events.map((event, n) => sseEncoder.encode(event, 'a', n)).join(''))
      const parsed: Event[] = []
      const parser = createParser({ onEvent: ({ event, id, data }) => { parsed.push({ type: event!, id: id!, data: JSON.parse(data) }) } })
      const decoder = new TextDecoder()
      for (let at = 0; at < bytes.length; at += size) parser.feed(decoder.decode(bytes.subarray(at, at + size), { stream: true }))
      t.same(parsed, events.map(plain))
    }), propertyRuns(100)))
  })
}

t.test('does not let a text forge anything', async t => {
  for (const text of [
    'a\n\nevent: finish\ndata: {}\n\n', 'a\r\rdata: x\r\r', '\u2028event: finish\u2029', 'data: [DONE]', '"}\n\nid: b.1\n\n',
    '\ufeffevent: x', '\u0085\u000b\u000c',
  ]) {
    const encoded = sseEncoder.encode({ type: 'delta', text }, 'a', 2)
    t.equal(encoded.split('\n').length, 5, 'three lines and the end of the event')
    t.notOk(encoded.includes('\r'))
    t.same(parse(encoded), [{ type: 'delta', id: 'a.2', data: { text } }])
  }
})
