// The comparison of a question with passages of other trades, which tells an unusual similarity from a usual one.
import t from 'tap'
import { withBackground } from '../../src/search/background.ts'
import type { SearchEngine, SearchRequest } from '../../src/search/engine.ts'
import { fakeEngine, found, profile } from '../fixtures/app-parts.ts'

const analyzed = { text: 'open?', words: [], ngrams: [], language: 'en' as const, asked: 'en' as const }
const request = (vectors: SearchRequest['vectors'], language: 'en' | 'fr' | 'und' = 'en'): SearchRequest => ({
  company: profile({ language }), query: analyzed, vectors, limit: 6, signal: new AbortController().signal,
})
const engine = (): SearchEngine => fakeEngine(async () => found([]))
/** Every second passage is along the first axis, the others along the second. */
const embedder = (calls: number[] = []) => ({
  async embedPassages (documents: readonly unknown[]) {
    calls.push(documents.length)
    return documents.map((_, i) => [Float32Array.of(i % 2, 1 - i % 2)])
  },
})
const vector = Float32Array.of(0.6, 0.8)

t.test('adds the mean and the deviation of the similarities to other trades', async t => {
  const { background } = await withBackground(engine(), embedder()).search(request([{ model: 'all-MiniLM-L6-v2', vector }]))
  t.ok(Math.abs(background!.mean - 0.7) < 1e-6)
  t.ok(Math.abs(background!.deviation - 0.1) < 1e-6)
})

t.test('embeds the other trades once for each language and model', async t => {
  const calls: number[] = []
  const searching = withBackground(engine(), embedder(calls))
  const model = 'all-MiniLM-L6-v2'
  const vectors = [vector, Promise.resolve(vector)]
  await Promise.all(vectors.map(vector => searching.search(request([{ model, vector }]))))
  await searching.search(request([{ model, vector }]))
  t.same(calls, [18])
  await searching.search(request([{ model, vector }], 'und'))
  t.same(calls, [18, 72], 'a language without passages of its own is compared with those of all')
})

t.test('leaves it out without vectors, and tries again after a failure', async t => {
  let isBroken = true
  const calls: number[] = []
  const whole = embedder(calls)
  const searching = withBackground(engine(), {
    embedPassages: documents => isBroken ? Promise.reject(new Error('no model')) : whole.embedPassages(documents),
  })
  const model = 'all-MiniLM-L6-v2'
  t.notOk((await searching.search(request([]))).background)
  t.notOk((await searching.search(request([{ model, vector: null }]))).background)
  t.notOk((await searching.search(request([{ model, vector: Promise.reject(new Error('failed')) }]))).background)
  t.notOk((await searching.search(request([{ model, vector }]))).background)
  isBroken = false
  t.ok((await searching.search(request([{ model, vector }]))).background)
})
