// Web search as the service sees it: off, cached, shared, bounded, and without errors.
import t, { type Test } from 'tap'
import { cacheWebSearch, type CachedWebSearchOptions } from '../../src/websearch/cache.ts'
import { createWebSearch } from '../../src/websearch/create.ts'
import { WebSearchError, type WebEngine, type WebResult } from '../../src/websearch/port.ts'
import { startSite } from '../fixtures/web-site.ts'

const result = (n: number, length = 10): WebResult => ({ title: `Title ${n}`, url: `https://x.test/${n}`, snippet: 'x'.repeat(length) })
const english = { language: 'en', limit: 5 }

/** Makes an engine that never answers; like a socket, it keeps the process alive. */
const silent: WebEngine['search'] = (_query, { signal }) => new Promise((_resolve, reject) => {
  const alive = setTimeout(() => {}, 20_000)
  signal.addEventListener('abort', () => {
    clearTimeout(alive)
    reject(signal.reason)
  })
})

function open (t: Test, search: WebEngine['search'], options: Partial<CachedWebSearchOptions> = {}) {
  const asked: string[] = []
  let now = 1
  const errors: string[] = []
  const web = cacheWebSearch({
    engine: { search: (query, more) => { asked.push(query); return search(query, more) }, close: async () => {} },
    timeoutMs: 1000, ttlMs: 3_600_000, maxBytes: 100_000, now: () => now, onError: reason => errors.push(reason), ...options,
  })
  t.teardown(() => web.close())
  return { web, asked, errors, pass: (ms: number) => { now += ms } }
}

t.test('reuses results for an hour', async t => {
  const { web, asked, pass } = open(t, async () => [result(1)])
  const first = await web.search('gas  stove ', english)
  t.same(first, { results: [result(1)] })
  first.results.length = 0
  t.same(await web.search('gas stove', english), { results: [result(1)] }, 'and cannot be changed by callers')
  pass(3_599_999)
  await web.search('gas stove', english)
  t.equal(asked.length, 1)
  await web.search('gas stove', { language: 'fr', limit: 5 })
  await web.search('gas stove', { language: 'en', limit: 3 })
  t.equal(asked.length, 3, 'another language or number is another search')
  pass(2)
  await web.search('gas stove', english)
  t.equal(asked.length, 4)
  t.match(web.stats(), { hits: 2, misses: 4, failures: 0 })
})

t.test('a company does not learn what another one has searched for', async t => {
  const { web, asked } = open(t, async () => [result(1)])
  for (const company of ['one', 'other', 'one']) await web.search('gas stove', { ...english, company })
  await Promise.all(['one', 'other'].map(company => web.search('at the same time', { ...english, company })))
  t.same(asked, ['gas stove', 'gas stove', 'at the same time', 'at the same time'])
})

t.test('does not search for an empty question', async t => {
  const { web, asked } = open(t, async () => [result(1)])
  t.same(await web.search('  ', english), { results: [] })
  t.same(await web.search('x', { language: 'en', limit: 0 }), { results: [] })
  t.same(asked, [])
})

t.test('limits its memory', async t => {
  const { web } = open(t, async () => [result(1, 500), result(2, 500)], { maxBytes: 10_000 })
  for (let i = 0; i < 50; i++) await web.search(`q${i}`, english)
  t.ok(web.stats().bytes <= 10_000)
  t.ok(web.stats().size > 0 && web.stats().size < 10)
  const none = open(t, async () => [result(1)], { ttlMs: 0 })
  await none.web.search('x', english)
  await none.web.search('x', english)
  t.equal(none.asked.length, 2, '0 = never')
})

t.test('shares one search between equal questions, and loses nothing when one caller leaves', async t => {
  const { promise, resolve } = Promise.withResolvers<WebResult[]>()
  const { web, asked } = open(t, () => promise)
  const leaving = new AbortController()
  const reason = new Error('left')
  const [left, stayed] = [web.search('x', { ...english, signal: leaving.signal }), web.search('x', english)]
  leaving.abort(reason)
  await t.rejects(left, reason)
  resolve([result(1)])
  t.same(await stayed, { results: [result(1)] })
  t.equal(asked.length, 1)
  await t.rejects(web.search('x', { ...english, signal: AbortSignal.abort(reason) }), reason)
})

t.test('returns an empty result with a reason after a failure, and does not cache it', async t => {
  const failures: unknown[] = [new WebSearchError('refused'), new WebSearchError('unavailable'), new TypeError('a bug')]
  const { web, errors } = open(t, async () => {
    if (failures.length > 0) throw failures.shift()
    return [result(1)]
  })
  t.same(await web.search('x', english), { results: [], degraded: 'refused' })
  t.same(await web.search('x', english), { results: [], degraded: 'unavailable' })
  t.same(await web.search('x', english), { results: [], degraded: 'unavailable' })
  t.same(await web.search('x', english), { results: [result(1)] })
  t.same(errors, ['refused', 'unavailable', 'unavailable'])
})

t.test('leaves an overloaded engine alone for as long as it asks', async t => {
  let limited = true
  const { web, asked, errors, pass } = open(t, async () => {
    if (limited) throw new WebSearchError('rate_limited', { retryAfterMs: 5000 })
    return [result(1)]
  })
  t.equal((await web.search('x', english)).degraded, 'rate_limited')
  limited = false
  pass(4999)
  t.equal((await web.search('y', english)).degraded, 'rate_limited')
  t.same([asked, errors], [['x'], ['rate_limited']])
  pass(1)
  t.same(await web.search('y', english), { results: [result(1)] })
  t.equal(web.stats().failures, 2)
})

t.test('gives up an engine that does not answer', async t => {
  const { web } = open(t, silent, { timeoutMs: 50, maxInFlight: 2 })
  const found = await Promise.all(['a', 'b', 'c', 'a'].map(query => web.search(query, english)))
  t.same(found.map(({ degraded }) => degraded), ['timeout', 'timeout', 'overloaded', 'timeout'])
})

t.test('ends running searches on close', async t => {
  const { web } = open(t, silent, { timeoutMs: 60_000 })
  const search = web.search('x', english)
  await web.close()
  t.equal((await search).degraded, 'unavailable')
})

const settings = { engine: 'off', url: '', key: '', timeoutMs: 1000, cacheSeconds: 3600, cacheMaxBytes: 100_000 } as const

t.test('is off unless an engine is named', async t => {
  t.equal(createWebSearch(settings), null)
  t.throws(() => createWebSearch({ ...settings, engine: 'searxng' }))
  t.throws(() => createWebSearch({ ...settings, engine: 'searxng', url: 'file:///etc' }))
  t.throws(() => createWebSearch({ ...settings, engine: 'brave' }))
})

t.test('whole, over HTTP', async t => {
  const site = await startSite(t, (_, response) =>
    response.end(
      JSON.stringify({
        type: 'search', results: [{ title: 'T', url: 'https://x.test/', content: 'S' }],
        web: { results: [{ title: 'T', url: 'https://x.test/', description: 'S' }] },
      })
    )
  )
  for (const engine of ['searxng', 'brave'] as const) {
    const web = createWebSearch({ ...settings, engine, url: site.url, key: 'k' })!
    t.teardown(() => web.close())
    for (let i = 0; i < 2; i++) {
      t.same(await web.search('gas', english), { results: [{ title: 'T', url: 'https://x.test/', snippet: 'S' }] })
    }
  }
  t.equal(site.requests.length, 2)
  const unreachable = createWebSearch({ ...settings, engine: 'searxng', url: 'http://127.0.0.1:1' })!
  t.teardown(() => unreachable.close())
  t.same(await unreachable.search('gas', english), { results: [], degraded: 'unavailable' })
})
