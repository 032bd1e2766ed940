// Summaries are made in a thread of their own, once for all who ask, and cached as long as the documents stay the same.
import t, { type Test } from 'tap'
import { createSummaries, type SummariesOptions } from '../../src/documents/summaries.ts'
import { fit } from '../../src/documents/summary-worker.ts'
import { embedModelFolder } from '../fixtures/embed-models.ts'
import { profile } from '../fixtures/app-parts.ts'

const texts = [
  'Wool is washed at thirty degrees with mild soap.', 'Silk is washed by hand in cold water only.',
  'Linen may be boiled, and ironed while it is damp.',
]
const chunks = texts.map(text => ({ text }))
const stats = { documents: 2, chunks: 3, tokens: 30, bytes: 0, embedded: 0 }

function make (t: Test, changes: Partial<SummariesOptions> = {}) {
  const problems: unknown[] = []
  const reads: [string, number][] = []
  const summaries = createSummaries({
    documents: {
      chunks: async (company, limit) => {
        reads.push([company, limit])
        return chunks
      },
      stats: async () => stats,
    },
    tokenizer: () => '/nowhere', onProblem: (problem, error) => problems.push([problem, error]), ...changes,
  })
  t.teardown(() => summaries.close())
  return { summaries, problems, reads }
}

t.test('summarizes in sentences of the documents, counted by the tokenizer', async t => {
  const tokenizer = `${await embedModelFolder()}/tokenizer.json`
  const { summaries, reads } = make(t, { tokenizer: () => tokenizer })
  const whole = await summaries.get(profile(), '1', 1000)
  t.strictSame(whole, { summary: texts.join('\n'), tokens: 33, by: 'extractive', documents: 2, chunks: 3 })
  t.strictSame(reads, [['shop', 1000]])
  const short = await summaries.get(profile(), '1', 12)
  t.ok(short.tokens > 0 && short.tokens <= 12)
  t.ok(texts.includes(short.summary))
})

t.test('shares one summary between equal requests, running or cached, until any version changes', async t => {
  const { summaries, reads } = make(t)
  const [one, two] = await Promise.all([summaries.get(profile(), '1', 100), summaries.get(profile(), '1', 100)])
  t.equal(one, two)
  t.equal(await summaries.get(profile(), '1', 100), one)
  t.equal(reads.length, 1)
  for (const [own, version, maxTokens] of [
    [profile(), '2', 100], [profile(), '1', 101], [profile({ version: '2' }), '1', 100], [profile({ id: 'other' }), '1', 100],
  ] as const) { await summaries.get(own, version, maxTokens) }
  t.equal(reads.length, 5)
})

t.test('lets a language model reword them, within the tokens', async t => {
  const asked: [string, number][] = []
  const { summaries, problems } = make(t, {
    reword: async (_, text, maxTokens) => {
      asked.push([text, maxTokens])
      return 'Care for wool, silk and linen. Each is washed in a way of its own, as the guides say.'
    },
  })
  t.match(await summaries.get(profile(), '1', 15), {
    summary: 'Care for wool, silk and linen.', tokens: 7, by: 'llm', documents: 2, chunks: 3,
  })
  t.strictSame(asked, [[texts.join('\n'), 1000]])
  t.strictSame(problems, [])
})

t.test('costs one call of the language model for each state, whatever length is asked for', async t => {
  let calls = 0
  const { summaries } = make(t, {
    reword: async () => {
      calls++
      return 'Care for wool, silk and linen. Each is washed in a way of its own, as the guides say.'
    },
  })
  const lengths = [...Array.from({ length: 20 }, (_, n) => 7 + n), 1000, 10_000]
  for (const length of lengths) t.match(await summaries.get(profile(), '1', length), { by: 'llm', summary: /^Care for wool/ })
  t.equal(calls, 1)
  await Promise.all([summaries.get(profile(), '2', 50), summaries.get(profile(), '2', 60)])
  t.equal(calls, 2)
})

t.test('does not ask a language model that fails again and again', async t => {
  let calls = 0
  const { summaries } = make(t, {
    reword: async () => {
      calls++
      throw new Error('no')
    },
  })
  for (let length = 100; length < 110; length++) t.match(await summaries.get(profile(), '1', length), { by: 'extractive' })
  t.equal(calls, 1)
})

t.test('uses the sentences when the language model returns nothing good', async t => {
  for (const reword of [async () => { throw new Error('no') }, async () => '', async () => 'a'.repeat(1000)]) {
    const { summaries, problems } = make(t, { reword })
    t.match(await summaries.get(profile(), '1', 100), { summary: texts.join('\n'), by: 'extractive' })
    t.match(problems, [['a summary was made without the language model', Error]])
  }
})

t.test('asks no model when there is nothing to summarize', async t => {
  const { summaries } = make(t, {
    documents: { chunks: async () => [], stats: async () => ({ ...stats, documents: 0, chunks: 0 }) },
    reword: async () => t.fail() as never,
  })
  t.strictSame(await summaries.get(profile(), '1', 100), { summary: '', tokens: 0, by: 'extractive', documents: 0, chunks: 0 })
})

t.test('limits the summaries made at once, and does not cache failures', async t => {
  const gates = [1, 2, 3, 4].map(() => Promise.withResolvers<typeof chunks>())
  let reads = 0
  const { summaries } = make(t, {
    documents: { chunks: () => gates[reads++]?.promise ?? Promise.resolve(chunks), stats: async () => stats },
  })
  const made = gates.map((_, n) => summaries.get(profile(), String(n), 100))
  await t.rejects(summaries.get(profile(), 'more', 100), { code: 'OVERLOADED', message: /Too many summaries are being made\.$/ })
  gates[0]!.reject(new Error('no'))
  await t.rejects(made[0]!, { message: 'no' })
  for (const gate of gates) gate.resolve(chunks)
  t.equal((await Promise.all(made.slice(1))).length, 3)
  t.match(await summaries.get(profile(), '0', 100), { by: 'extractive' })
})

t.test('ends running summaries on close', async t => {
  const gate = Promise.withResolvers<typeof chunks>()
  const { summaries } = make(t, { documents: { chunks: () => gate.promise, stats: async () => stats } })
  const made = t.rejects(summaries.get(profile(), '1', 100), { code: 'SHUTTING_DOWN' })
  const closed = summaries.close()
  gate.resolve(chunks)
  await Promise.all([made, closed])
  await t.rejects(summaries.get(profile(), '1', 100), { code: 'SHUTTING_DOWN' })
})

t.test('ends with a sentence that fits', async t => {
  const tokenizer = '/nowhere'
  t.strictSame(await fit({ text: 'One two.\nThree four five.', maxTokens: 100, tokenizer }), {
    summary: 'One two.\nThree four five.', tokens: 6,
  })
  t.strictSame((await fit({ text: 'One two. Three four five.', maxTokens: 3, tokenizer })).summary, 'One two.')
  t.strictSame(await fit({ text: 'One two three four.', maxTokens: 1, tokenizer }), { summary: '', tokens: 0 })
})
