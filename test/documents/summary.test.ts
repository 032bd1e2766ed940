// A summary consists of whole sentences on all topics of the documents, and is never longer than asked.
import t from 'tap'
import { summarize, type SummaryChunk } from '../../src/documents/summary.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

const count = (text: string) => text.match(/\S+/g)?.length ?? 0
const topics: Record<string, string[]> = {
  delivery: [
    'Delivery of a parcel takes two working days in the whole country.',
    'A parcel is delivered to your door or to a pick-up point.',
    'The carrier tells you the day of the delivery of your parcel.',
    'Delivery is free for every parcel of more than fifty euros.',
  ],
  refunds: [
    'A refund is paid to the bank account that you used for the order.',
    'You have thirty days to return an order and ask for a refund.',
    'The refund is paid as soon as the return has reached our warehouse.',
    'Refunds of gift cards are paid as vouchers to the account.',
  ],
  privacy: [
    'Your personal data are kept for three years after your last visit.',
    'You may ask for a copy of your personal data at any time.',
    'We never sell personal data to advertisers or to anybody else.',
    'Personal data are encrypted on every disk of our servers.',
  ],
}
const chunks = (...names: string[]): SummaryChunk[] =>
  names.flatMap(name => topics[name]!.map((_, i, all) => ({ text: `${all[i]} ${all[(i + 1) % all.length]}` })))
const all = Object.values(topics).flat()
const sentencesOf = (summary: string) => summary.split(/(?<=\.)\s/).filter(Boolean)
const topicOf = (sentence: string) => Object.keys(topics).find(topic => topics[topic]!.includes(sentence))
const axis = (i: number, other = 0) => {
  const vector = new Float32Array(8)
  vector[i] = 1
  vector[7] = other
  return vector.map(value => value / Math.hypot(1, other))
}

t.test('gives every topic a sentence before any topic gets two', async t => {
  const summary = summarize(chunks('delivery', 'delivery', 'delivery', 'refunds', 'privacy'), { maxTokens: 42, count })
  t.strictSame(sentencesOf(summary).map(topicOf), ['delivery', 'refunds', 'privacy'])
})

t.test('groups by vectors where every chunk has one', async t => {
  const named = Object.values(topics).flatMap((texts, i) => texts.map((text, n) => ({ text, vector: axis(i, n / 10) })))
  t.strictSame(new Set(sentencesOf(summarize(named, { maxTokens: 42, count })).map(topicOf)), new Set(Object.keys(topics)))
  // All vectors are alike except one: its sentence comes second at the latest.
  const one = [...all.slice(0, 8), ...all.slice(9)].map(text => ({ text, vector: axis(0) }))
  const two = sentencesOf(summarize([...one, { text: all[8]!, vector: axis(3) }], { maxTokens: 28, count }))
  t.ok(two.includes(all[8]!))
  t.same(summarize([{ text: all[0]!, vector: axis(0) }, { text: all[4]! }], { maxTokens: 100, count }), `${all[0]}\n${all[4]}`)
})

t.test('puts cited chunks first', async t => {
  const list = chunks('delivery', 'refunds', 'privacy')
  for (const at of [1, 6, 11]) {
    const [only] = sentencesOf(summarize(list.map((chunk, i) => i === at ? { ...chunk, cited: 50 } : chunk), { maxTokens: 15, count }))
    t.ok(list[at]!.text.includes(only!), `chunk ${at}`)
  }
})

t.test('keeps the documents\' order, and repeats no sentence', async t => {
  const list = chunks('delivery', 'refunds', 'privacy', 'delivery')
  const summary = sentencesOf(summarize(list, { maxTokens: 1000, count }))
  t.strictSame(new Set(summary), new Set(all))
  t.equal(summary.length, all.length)
  const near = [{ text: all[0]! }, { text: all[0]!.replace('two working days', 'two days') }, { text: all[0]!.toUpperCase() }]
  t.equal(sentencesOf(summarize(near, { maxTokens: 1000, count })).length, 1)
})

t.test('leaves out headings and half sentences while there are sentences', async t => {
  const list = [{ text: 'Delivery\n\nof the second parcel that you ordered from us.\n\n' + all[0] }]
  t.equal(summarize(list, { maxTokens: 100, count }), all[0])
  t.equal(summarize([{ text: 'Lot de 300\nLot de 150' }], { maxTokens: 100, count }), 'Lot de 300 Lot de 150')
})

t.test('summarizes other scripts too', async t => {
  const summary = summarize(
    [{ text: '个人信息保护法规定，处理个人信息应当具有明确合理的目的。处理个人信息应当遵循合法正当必要和诚信的原则。' }], { maxTokens: 30, count: text => text.length }
  )
  t.ok(['个人信息保护法规定，处理个人信息应当具有明确合理的目的。', '处理个人信息应当遵循合法正当必要和诚信的原则。'].includes(summary), summary)
})

t.test('returns nothing for nothing', async t => {
  t.equal(summarize([], { maxTokens: 100, count }), '')
  t.equal(summarize([{ text: '' }, { text: ' \n' }], { maxTokens: 100, count }), '')
  t.equal(summarize(chunks('delivery'), { maxTokens: 3, count }), '')
})

t.test('stays within time and tokens for any input, and is the same again', async () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.shuffledSubarray(all).map(texts => texts.join(' ')))
  const chunk = fc.record({
    text, cited: fc.option(fc.nat(9), { nil: undefined }), vector: fc.option(fc.constantFrom(axis(1), axis(2)), { nil: undefined }),
  })
  // A counter that counts more tokens in the whole than in its parts.
  const uneven = (text: string) => count(text) + Math.floor(text.length / 50)
  fc.assert(fc.property(fc.array(chunk), fc.nat(200), fc.constantFrom(count, uneven), (chunks, maxTokens, count) => {
    const summary = summarize(chunks, { maxTokens, count })
    return count(summary) <= maxTokens && summary === summarize(chunks, { maxTokens, count })
  }), propertyRuns(300, { seed: 6 }))
})

t.test('reads a part of thousands of chunks, the cited ones among them', async t => {
  const many = Array.from({ length: 20_000 }, (_, i): SummaryChunk => ({
    text: `The item number ${i} of the long list is kept in hall ${i % 97}.`,
  }))
  many[13_337] = { text: topics.privacy![2]!, cited: 3 }
  const summary = summarize(many, { maxTokens: 300, count })
  t.ok(summary.includes(topics.privacy![2]!))
  t.ok(count(summary) <= 300)
})
