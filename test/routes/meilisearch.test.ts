// Questions over HTTP with documents in Meilisearch.
import t, { type Test } from 'tap'
import { fakeModel } from '../fixtures/app-parts.ts'
import { readEvents } from '../../bench/checks.ts'
import { isSearch } from '../fixtures/meili-shop.ts'
import { meiliIndex, meiliKey, meiliTask } from '../fixtures/meili-engine.ts'
import { until } from '../fixtures/until.ts'
import { startMeili } from '../fixtures/meili/server.ts'
import { buildTestApp } from '../helper.ts'

async function start (t: Test, config: Record<string, unknown> = {}) {
  const meili = await startMeili(t)
  const { apiKey, apiKeyUid } = await meiliKey(t, meili)
  for (const kind of ['faq', 'products']) await meiliIndex(t, meili, `shop__${kind}`, { dimensions: null })
  await meiliTask(meili, 'POST', '/indexes/shop__faq/documents', [
    {
      id: 'delivery', question: 'How long does delivery take?', answer: 'Delivery takes two working days.',
      url: 'https://shop.example/faq/delivery',
    },
  ])
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'tent', name: 'Tent Fjell', description: 'A light tent for two people.', price: '299.00 €' },
  ])
  const { app } = await buildTestApp(t, {
    model: fakeModel(['Two days. [1]']), config: { MEILI_URL: meili.url, MEILI_KEY: apiKey, MEILI_KEY_UID: apiKeyUid, ...config },
  })
  const ask = async (message = 'How long does delivery take?') => {
    const { body, statusCode } = await app.inject({ method: 'POST', url: '/chat', body: { company_id: 'shop', user_id: 'u', message } })
    t.equal(statusCode, 200)
    return readEvents(Buffer.from(body))
  }
  t.teardown(() => meili.faults.clear())
  return { app, meili, ask }
}

t.test('cites documents in Meilisearch, and caches the answer', async t => {
  const { app, ask } = await start(t)
  const events = await ask()
  t.match(events.find(({ event }) => event === 'sources')!.data.sources[0], {
    id: 'faq/delivery', url: 'https://shop.example/faq/delivery',
  })
  t.match(events.at(-1), { event: 'finish', data: { finish_reason: 'stop', citations: [1], degraded: false } })
  t.match((await ask())[0], { data: { cache: 'hit' } })
  t.match((await app.inject('/ready')).json(), { ready: true })
  t.match((await app.inject('/stats')).json(), { search: { engine: 'meilisearch', questions: 1 }, vectors: { passages: 0 } })
})

t.test('drops a cached answer when the documents change', async t => {
  const { app, meili, ask } = await start(t)
  await ask()
  await meiliTask(meili, 'POST', '/indexes/shop__faq/documents', [
    { id: 'delivery', question: 'How long does delivery take?', answer: 'Delivery takes three working days.' },
  ])
  app.documentsChanged('shop', 'reported')
  const events = await ask()
  t.match(events[0], { data: { cache: 'miss' } })
  t.match(events[1]!.data.sources[0].snippet, /three working days/)
})

t.test('reports failed searches in the answer, does not cache it, and counts it', async t => {
  const { app, meili, ask } = await start(t)
  await ask('a tent for two?')
  meili.faults.on(request => isSearch(request) && request.body.queries[0].indexUid === 'shop__products' ? 'busy' : undefined)
  t.match((await ask()).at(-1), {
    event: 'finish', data: { finish_reason: 'stop', degraded: true, degraded_reason: /^search: \d+ of \d+ searches: overloaded$/ },
  })
  meili.faults.clear()
  const events = await ask()
  t.match(events[0], { data: { cache: 'miss' } })
  t.match(events.at(-1), { data: { degraded: false } })
  t.match((await app.inject('/metrics')).body, /causerie_answers_total\{[^}]*degraded="true"[^}]*\} 1/)
})

t.test('returns an error that can be retried when all fail, and caches nothing', async t => {
  const { app, meili, ask } = await start(t)
  meili.faults.on(request => isSearch(request) ? 'error' : undefined)
  const events = await ask()
  t.same(events.map(({ event }) => event), ['start', 'error'])
  t.match(events[1]!.data, { code: 'SEARCH_UNAVAILABLE', status: 503, retryable: true })
  meili.faults.clear()
  t.match((await ask()).at(-1), { event: 'finish', data: { degraded: false } })
  await meili.down()
  const readiness = async () => (await app.inject('/ready')).json()
  // It answers with what is known by then: the probe may take longer.
  await until(async () => !(await readiness()).ready)
  t.match(await readiness(), { ready: false, waiting: { search: /does not answer/ } })
})
