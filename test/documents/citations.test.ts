// Citations of answers are recorded and written every few seconds.
import t from 'tap'
import { citedPassages, createCitationRecorder, type CitationRecorderOptions } from '../../src/documents/citations.ts'
import { coded } from '../../src/errors.ts'
import type { AnswerEvent, FinishEvent, Source } from '../../src/types.ts'

const source = (n: number, id: string): Source => ({ n, id, index: 'faq', title: '', url: '', score: 1, snippet: '' })

function answered (ids: string[], changes: Partial<FinishEvent> = {}): AnswerEvent[] {
  return [
    { type: 'sources', sources: [...ids.map((id, i) => source(i + 1, id)), source(ids.length + 1, 'faq/not cited')] },
    {
      type: 'finish', finish_reason: 'stop', answered_by: 'llm', citations: ids.map((_, i) => i + 1), degraded: false,
      usage: { input_tokens: 0, output_tokens: 0 }, timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 }, ...changes,
    },
  ]
}

function recorder (changes: Partial<CitationRecorderOptions> = {}) {
  const written: unknown[] = []
  const errors: unknown[] = []
  const made = createCitationRecorder({
    cite: async (company, passages, at) => {
      written.push([company, passages, at])
    },
    flushMs: 3_600_000, maxEntries: 100, now: () => 7, onError: (error, company) => errors.push([error, company]), ...changes,
  })
  return { ...made, written, errors }
}

t.test('returns the passages that a finished answer cites', async t => {
  t.strictSame(citedPassages(answered(['faq/a', 'faq/b'])), ['faq/a', 'faq/b'])
  t.strictSame(citedPassages(answered(['faq/a'], { finish_reason: 'length' })), ['faq/a'])
  t.strictSame(citedPassages(answered(['faq/a'], { citations: [] })), [])
  t.strictSame(citedPassages(answered(['faq/a'], { finish_reason: 'stopped' })), [])
  t.strictSame(citedPassages([answered(['faq/a'])[0]!, { type: 'error', code: 'X', message: '', status: 500, retryable: false }]), [])
  t.strictSame(citedPassages(answered([]).slice(1)), [], 'it had no sources')
  t.strictSame(citedPassages([]), [])
  t.strictSame(citedPassages(answered(['https://shop.example/a', 'faq/a'])), ['faq/a'], 'web pages are not documents')
})

t.test('writes each passage once, company by company', async t => {
  const { record, flush, close, written } = recorder()
  record('shop', answered(['faq/a', 'faq/b']))
  record('shop', answered(['faq/b']))
  record('other', answered(['faq/a']))
  record('third', answered([]))
  t.strictSame(written, [], 'not yet')
  await flush()
  t.strictSame(written, [['shop', ['faq/a', 'faq/b'], 7], ['other', ['faq/a'], 7]])
  await flush()
  t.equal(written.length, 2, 'there is nothing left')
  record('shop', answered(['faq/b']))
  await close(10_000)
  t.strictSame(written.at(-1), ['shop', ['faq/b'], 7])
  record('shop', answered(['faq/a']))
  await close(10_000)
  t.equal(written.length, 3, 'it is closed')
})

t.test('writes by itself after a while', async t => {
  const { promise, resolve } = Promise.withResolvers<string[]>()
  const { record } = recorder({ flushMs: 1, cite: async (_, passages) => resolve(passages) })
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  record('shop', answered(['faq/a']))
  t.strictSame(await promise, ['faq/a'])
})

t.test('writes at once at the limit, and drops what comes meanwhile', async t => {
  const gate = Promise.withResolvers<void>()
  const written: string[][] = []
  const { record, close } = recorder({ maxEntries: 2, cite: async (_, passages) => { written.push(passages); await gate.promise } })
  record('shop', answered(['faq/a', 'faq/b', 'faq/c']))
  t.strictSame(written, [['faq/a', 'faq/b']])
  record('shop', answered(['faq/d', 'faq/e', 'faq/f']))
  record('shop', answered(['faq/g']))
  gate.resolve()
  await close(10_000)
  t.strictSame(written.flat(), ['faq/a', 'faq/b', 'faq/d', 'faq/e'])
})

t.test('reports a failed write, and writes the rest', async t => {
  const { record, close, errors } = recorder({ cite: async company => { if (company === 'shop') throw new Error('no') } })
  record('shop', answered(['faq/a']))
  record('other', answered(['faq/a']))
  await close(10_000)
  t.match(errors, [[{ message: 'no' }, 'shop']])
})

t.test('does not let a slow write delay the shutdown', async t => {
  const never = Promise.withResolvers<void>()
  const { record, close, flush } = recorder({ cite: () => never.promise })
  record('shop', answered(['faq/a']))
  flush()
  record('shop', answered(['faq/b']))
  await close(1)
  t.pass('the rest is not waited for')
  never.resolve()
  await flush()
})

t.test('writes citations later that a locked file did not take, and reports them once', async t => {
  let isLocked = true
  const { record, flush, errors, ...more } = recorder({
    cite: async (company, passages) => {
      if (isLocked) throw coded('SEARCH_UNAVAILABLE')
      taken.push([company, passages])
    },
  })
  t.teardown(() => more.close(1000))
  const taken: unknown[] = []
  record('shop', answered(['faq/a']))
  await flush()
  record('shop', answered(['faq/b']))
  await flush()
  isLocked = false
  await flush()
  t.same(taken, [['shop', ['faq/a', 'faq/b']]])
  t.equal(errors.length, 1)
})
