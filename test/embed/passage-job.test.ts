// Embedding many documents in short steps.

import t from 'tap'
import { createPassageJob } from '../../src/embed/passage-job.ts'
import type { EmbeddedText } from '../../src/embed/embedder.ts'
import type { PassageJob } from '../../src/embed/passage-job.ts'

const split = async (texts: string[]) => texts.map((text) =>
  text.split('|').map((part) => ({ text: part.trim(), tokens: part.trim().length })))
const embed = async (texts: string[]) => texts.map((text) => Float32Array.of(text.length))

const untitled = (...texts: string[]) => texts.map((text) => ({ title: '', text }))

async function run (job: PassageJob) {
  while (await job.step());
  return await job.vectors
}

t.test('every document gets the vectors of its windows, in order', async (t) => {
  const job = createPassageJob({ documents: untitled('aaa|a', 'bb', 'cccc|c|cc'), split, embed, speed: { msPerToken: 1 } })
  t.same((await run(job)).map((vectors) => vectors.map(([length]) => length)), [[3, 1], [2], [4, 1, 2]])
  t.equal(job.countWaiting(), 0)
})

t.test('a title gets the first vector, and stands before every window', async (t) => {
  const read: string[] = []
  const job = createPassageJob({
    documents: [{ title: ' T ', text: 'aaa|a' }, { title: 'only', text: ' ' }, { title: 'x'.repeat(9_000), text: '' }],
    split,
    speed: { msPerToken: 1 },
    embed (texts) {
      read.push(...texts)
      return embed(texts)
    }
  })
  t.same((await run(job)).map((vectors) => vectors.map(([length]) => length)), [[1, 5, 3], [4], [300]])
  t.same(new Set(read), new Set(['T', 'T\naaa', 'T\na', 'only', 'x'.repeat(300)]))
})

t.test('a document of white space gets one vector too, and no documents give no vectors', async (t) => {
  const vectorsOf = (documents: EmbeddedText[]) => run(createPassageJob({ documents, split, embed, speed: { msPerToken: 1 } }))
  t.same((await vectorsOf(untitled('', ' ', 'a'))).map(({ length }) => length), [1, 1, 1])
  t.same(await vectorsOf([]), [])
})

t.test('a step takes windows of similar length, and no more than its time allows', async (t) => {
  const batches: number[][] = []
  const job = createPassageJob({
    documents: untitled('a', 'bbbbbbbbbb', 'c', 'dddddddddd', 'e', 'f', 'gggggggggg'),
    split,
    // The job measures the speed; this one stays constant.
    speed: { get msPerToken () { return 1 }, set msPerToken (_) {} },
    embed (texts) {
      batches.push(texts.map((text) => text.length))
      return embed(texts)
    }
  })
  await run(job)
  t.same(batches, [[10, 10, 10], [1, 1, 1, 1]])
})

t.test('on a slow machine a step is one window', async (t) => {
  let largest = 0
  const job = createPassageJob({
    documents: untitled('aaaa', 'bbbb', 'cccc'),
    split,
    speed: { get msPerToken () { return 100 }, set msPerToken (_) {} },
    embed (texts) {
      largest = Math.max(largest, texts.length)
      return embed(texts)
    }
  })
  await run(job)
  t.equal(largest, 1)
})

t.test('a long text is split over several steps', async (t) => {
  const sizes: number[] = []
  const job = createPassageJob({
    documents: untitled('word '.repeat(10_000)),
    embed,
    speed: { msPerToken: 1e-9 },
    async split (texts) {
      sizes.push(texts.join('').length)
      return texts.map((text) => [{ text: text.trim(), tokens: 1 }])
    }
  })
  const [vectors] = await run(job)
  t.ok(sizes.length > 5 && Math.max(...sizes) <= 8_000)
  t.equal(vectors!.length, sizes.length)
})

t.test('a failing step rejects the vectors and ends the job', async (t) => {
  const job = createPassageJob({ documents: untitled('a'), split, embed: async () => { throw new Error('no') }, speed: { msPerToken: 1 } })
  await t.rejects(run(job), { message: 'no' })
  t.equal(await job.step(), false)
})

t.test('a cancelled job rejects with the reason', async (t) => {
  const job = createPassageJob({ documents: untitled('a', 'b'), split, embed, speed: { msPerToken: 1 } })
  t.equal(await job.step(), true)
  job.cancel(new Error('gone'))
  t.equal(await job.step(), false)
  await t.rejects(job.vectors, { message: 'gone' })
})
