// A figure in the pipeline: given as it is without a language model, and put among the passages with one.
import t from 'tap'
import { createExtractiveModel } from '../../src/llm/extractive.ts'
import type { SourcesEvent } from '../../src/types.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { all } from '../fixtures/pipeline.ts'

const prices = ['£62', '£98', '£110']
const rooms = ['Attic room', 'Garden room', 'Lake room'].map((title, i) => ({
  id: `r${i}`, passage: `faq/r${i}`, title, url: '', fields: [['Price', prices[i]!]] as [string, string][],
}))
const passages = rooms.map(({ passage: id, title, fields }) =>
  passage({ id, title, fields, text: '', stems: ` ${title.toLowerCase()} price ` }))
const engine = { ...fakeEngine(async () => found(passages.toReversed())), facts: async () => rooms }
const question = { text: 'Which room is the cheapest?' }

t.test('without a language model the figure is the answer, with its sources', async t => {
  const { list, text, last } = await all({ deps: { engine, model: createExtractiveModel() }, question })
  t.equal(text, 'Attic room [1] — Price: £62, the lowest of 3 entries (room).')
  t.same((list[1] as SourcesEvent).sources.map(({ n, id, title }) => [n, id, title]), [[1, 'faq/r0', 'Attic room']])
  t.match(last, { finish_reason: 'stop', answered_by: 'extractive', citations: [1] })
})

t.test('a language model reads it first, said to be computed, and what was found after it', async t => {
  const model = fakeModel(['The Attic room [1].'])
  const { list, last } = await all({ deps: { engine, model }, question })
  const computed = 'Computed from all 3 entries of “faq”: Attic room — Price: £62, the lowest of 3 entries (room).'
  t.ok(model.calls[0]!.messages.at(-1)!.content.includes(`<passage n="1">\nAttic room\nPrice: £62\n${computed}\n</passage>`))
  t.same((list[1] as SourcesEvent).sources.map(({ id }) => id), ['faq/r0', 'faq/r2', 'faq/r1'])
  t.match(last, { answered_by: 'llm', citations: [1] })
})

t.test('a question that only the page explains is left to the passages', async t => {
  const isComputed = async (more: object) => {
    const model = fakeModel(['The Attic room [1].'])
    await all({ deps: { engine, model }, question: { ...question, ...more } })
    return model.calls[0]!.messages.at(-1)!.content.includes('Computed')
  }
  const page = { title: 'Lake room' }
  t.same([await isComputed({ page }), await isComputed({ instructions: 'Answer in verse.' })], [true, true])
  t.equal(await isComputed({ page, text: 'Which is the cheapest?' }), false)
})

t.test('data that cannot be read cost no answer', async t => {
  const broken = { ...engine, facts: async () => { throw new Error('gone') } }
  const { problems, last } = await all({ deps: { engine: broken, model: fakeModel(['Which? [1]']) }, question })
  t.match(problems, [['figures were not computed', /gone/]])
  t.match(last, { type: 'finish', degraded: false })
})
