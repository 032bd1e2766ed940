// The adapters of web search, against recordings written after the engines' documentation.
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createBrave } from '../../src/websearch/brave.ts'
import type { WebEngine } from '../../src/websearch/port.ts'
import { createSearxng } from '../../src/websearch/searxng.ts'
import { startSite, type Answer } from '../fixtures/web-site.ts'

const recording = (name: string) => readFileSync(new URL(`../fixtures/websearch/${name}.json`, import.meta.url), 'utf8')

const engines: Record<string, (url: string, timeoutMs?: number) => WebEngine> = {
  searxng: (url, timeoutMs = 5000) => createSearxng({ url, timeoutMs }),
  brave: (url, timeoutMs = 5000) => createBrave({ key: 'token-1', url, timeoutMs }),
}

const failureOf = (promise: Promise<unknown>) => promise.then(() => null, error => error)

async function open (t: Test, name: string, answer: Answer, timeoutMs?: number) {
  const site = await startSite(t, answer)
  const engine = engines[name]!(site.url, timeoutMs)
  t.teardown(() => engine.close())
  const search = (query = 'camping stove', { language = 'en', limit = 5, signal = AbortSignal.timeout(10_000) } = {}) =>
    engine.search(query, { language, limit, signal })
  return { site, search }
}

t.test('reads results of SearXNG', async t => {
  const { site, search } = await open(t, 'searxng', (_, response) => response.end(recording('searxng')))
  t.same(await search('stove & gas'), [
    {
      title: 'Gas canisters on a plane', url: 'https://travel.example/gas-canisters',
      snippet: 'Gas canisters may be carried neither in the cabin nor in the hold, not even empty ones.', age: '2026-03-14',
    },
    {
      title: 'Stoves & fuel: can I fly with my stove?', url: 'https://stoves.example/faq?id=7&lang=en',
      snippet: 'A clean stove without fuel usually may. Ask the airline, x < 100 ml does not help.',
    },
  ])
  await search('x', { language: 'und', limit: 1 })
  t.same(site.paths(), [
    '/search?q=stove+%26+gas&format=json&categories=general&language=en&safesearch=1',
    '/search?q=x&format=json&categories=general&language=all&safesearch=1',
  ])
})

t.test('calls a SearXNG below a path', async t => {
  const site = await startSite(t, (_, response) => response.end('{"results":[]}'))
  const engine = createSearxng({ url: `${site.url}/searx/`, timeoutMs: 5000 })
  t.teardown(() => engine.close())
  t.same(await engine.search('x', { language: 'en', limit: 5, signal: AbortSignal.timeout(5000) }), [])
  t.ok(site.paths()[0]!.startsWith('/searx/search?'))
})

t.test('fails when none of SearXNG\'s engines answered', async t => {
  const { search } = await open(t, 'searxng', (_, response) => response.end('{"results":[],"unresponsive_engines":[["google","CAPTCHA"]]}'))
  t.match(await failureOf(search()), { reason: 'unavailable' })
})

t.test('reads results of Brave', async t => {
  const { site, search } = await open(t, 'brave', (_, response) => response.end(recording('brave')))
  t.same(await search('stove', { language: 'fr' }), [
    {
      title: 'Gas canisters on a plane', url: 'https://travel.example/gas-canisters',
      snippet: "Gas canisters may be carried neither in the cabin nor in the hold, it's the rule.", age: '2026-03-14',
    },
    { title: 'Can I fly with my stove?', url: 'https://stoves.example/faq', snippet: 'A clean stove without fuel usually may.' },
  ])
  t.equal(site.paths()[0], '/res/v1/web/search?q=stove&count=5&search_lang=fr&safesearch=moderate&text_decorations=false&result_filter=web')
  t.match(site.requests[0]!.headers, { 'x-subscription-token': 'token-1', accept: 'application/json' })
  await search(`${'word '.repeat(60)}`, { language: 'und', limit: 100 })
  const { searchParams } = new URL(site.paths()[1]!, site.url)
  t.equal(searchParams.get('q')!.split(' ').length, 50)
  t.same([searchParams.get('count'), searchParams.has('search_lang')], ['20', false])
  await search('é'.repeat(500))
  t.equal(new URL(site.paths()[2]!, site.url).searchParams.get('q')!.length, 400)
})

t.test('reads an empty result of Brave', async t => {
  const { search } = await open(t, 'brave', (_, response) => response.end('{"type":"search","query":{"original":"x"}}'))
  t.same(await search(), [])
})

t.test('reads from Brave when its limit starts again', async t => {
  const { search } = await open(t, 'brave', (_, response) =>
    response
      .writeHead(429, { 'x-ratelimit-limit': '1, 15000', 'x-ratelimit-remaining': '0, 1000', 'x-ratelimit-reset': '2, 1419704' })
      .end('{"type":"ErrorResponse"}')
  )
  t.match(await failureOf(search()), { reason: 'rate_limited', retryAfterMs: 2000 })
})

for (const name of Object.keys(engines)) {
  t.test(`${name}: maps every failure`, async t => {
    const answers: Record<string, [Answer, object]> = {
      403: [(_, response) => response.writeHead(403).end('Forbidden'), { reason: 'refused' }],
      401: [(_, response) => response.writeHead(401).end('{}'), { reason: 'refused' }],
      422: [(_, response) => response.writeHead(422).end('{}'), { reason: 'refused' }],
      301: [(_, response) => response.writeHead(301, { location: 'http://169.254.169.254/' }).end(), { reason: 'refused' }],
      429: [(_, response) => response.writeHead(429).end(), { reason: 'rate_limited', retryAfterMs: 1000 }],
      500: [(_, response) => response.writeHead(500).end('x'.repeat(100_000)), { reason: 'unavailable' }],
      'no JSON': [
        (_, response) => response.end('<html>secret question</html>'), { reason: 'broken', message: 'The web search failed: broken.' },
      ],
      null: [(_, response) => response.end('null'), { reason: 'broken' }],
      'other JSON': [(_, response) => response.end('{"results":"none","web":{"results":1}}'), { reason: 'broken' }],
      'too large': [(_, response) => response.end(Buffer.alloc(5_000_000, 32)), { reason: 'broken' }],
      'cut off': [request => request.socket.destroy(), { reason: 'unavailable' }],
    }
    for (const [what, [answer, expected]] of Object.entries(answers)) {
      const { search } = await open(t, name, answer)
      t.match(await failureOf(search()), expected, what)
    }
    const silent = await open(t, name, () => {}, 150)
    t.match(await failureOf(silent.search()), { reason: 'timeout' })
    const reason = new Error('left')
    await t.rejects(silent.search('x', { signal: AbortSignal.abort(reason) }), reason)
  })
}

t.test('reads Retry-After', async t => {
  const { search } = await open(t, 'searxng', (_, response) => response.writeHead(429, { 'retry-after': '120' }).end())
  t.match(await failureOf(search()), { reason: 'rate_limited', retryAfterMs: 120_000 })
})
