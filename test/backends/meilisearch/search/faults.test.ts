// A question when Meilisearch fails: gets the results that arrived, marked as degraded, or an error that can be retried.
import t from 'tap'
import type { Fault } from '../../../fixtures/meili/faults.ts'
import type { MeiliRequest } from '../../../fixtures/meili/server.ts'
import { meiliTask } from '../../../fixtures/meili-engine.ts'
import { ids } from '../../../fixtures/search-store.ts'
import { clock, isFetch, isSearch, shop, startShop, vectors } from '../../../fixtures/meili-shop.ts'
import { until } from '../../../fixtures/until.ts'

const unavailable = { code: 'SEARCH_UNAVAILABLE', statusCode: 503, retryable: true }
const faults: [Fault, reason: string][] = [
  ['refuse', 'broken off'], ['reset', 'broken off'], ['busy', 'overloaded'], ['error', 'server error'], ['forbidden', 'not allowed'],
  ['html', 'unreadable'], ['late', 'too slow'], ['truncated', 'unreadable'], ['missing', 'index missing'],
]
const isOpen = ({ stats }: { stats (): Record<string, unknown> }) => (stats().circuit as { open: boolean }).open
const ofFaq = (request: MeiliRequest) => isSearch(request) && request.body.queries[0].indexUid === 'shop__faq'

for (const [fault, reason] of faults) {
  t.test(`every search meets "${fault as string}": throws an error that can be retried, with the reason`, async t => {
    const { meili, ask } = await startShop(t)
    meili.faults.on(request => isSearch(request) ? fault : undefined)
    await t.rejects(ask({ vectors }), { ...unavailable, message: new RegExp(reason) })
    meili.faults.clear()
    t.equal((await ask()).degraded, undefined, 'the next one is answered')
  })

  t.test(`the searches of one index meet "${fault as string}": answers from the others, and says so`, async t => {
    const { meili, engine, ask } = await startShop(t)
    meili.faults.on(request => ofFaq(request) ? fault : undefined)
    const found = await ask({ vectors })
    t.equal(ids(found)[0], 'products/tent')
    t.match(found.degraded, new RegExp(`^search: \\d+ of \\d+ searches: ${reason}$`))
    t.match(engine.stats(), { degraded: 1, failures: { [reason]: Number } })
  })
}

t.test('fails when the server is unreachable', async t => {
  const { meili, engine, ask } = await startShop(t)
  await meili.down()
  await t.rejects(ask(), { ...unavailable, message: /unreachable/ })
  t.match(await engine.unavailable(), 'Meilisearch does not answer')
  await meili.up()
  t.equal((await ask()).degraded, undefined)
  t.equal(await engine.unavailable(), null)
})

t.test('fails when nothing that is sent is answered, though a word of the question is still known from an earlier one', async t => {
  const { meili, ask } = await startShop(t, { cacheMs: 60_000 })
  t.equal(ids(await ask({}, 'tent'))[0], 'products/tent')
  await meili.down()
  await t.rejects(ask({}, 'Which lantern goes with the red tent in winter?'), unavailable)
  t.equal(ids(await ask({}, 'tent'))[0], 'products/tent', 'what is known whole is answered')
  await meili.up()
  t.equal((await ask({}, 'Which lantern goes with the red tent in winter?')).degraded, undefined)
})

t.test('fails when the search for all of a few documents is not answered, which a question without a word of its own needs', async t => {
  const { meili, ask } = await startShop(t)
  const isForAll = (request: MeiliRequest) => isSearch(request) && request.body.queries.every(({ q }: { q?: string }) => !q)
  t.equal((await ask({}, 'How much is it?')).degraded, undefined)
  t.ok(meili.requests.some(isForAll))
  meili.faults.on(request => isForAll(request) ? 'error' : undefined)
  await t.rejects(ask({}, 'How much is it?'), { ...unavailable, message: /server error/ })
})

t.test('fails when the server was never reachable', async t => {
  const { meili, engine, ask } = await startShop(t, { known: false })
  await meili.down()
  await t.resolves(engine.check(), 'that stops nothing')
  await t.rejects(ask(), unavailable)
  await meili.up()
  t.equal(ids(await ask())[0], 'products/tent')
})

t.test('answers from the results that arrived in time, and waits no longer', async t => {
  const { meili, ask } = await startShop(t, { timeoutMs: 1500 })
  meili.faults.on(request => ofFaq(request) ? 'silence' : undefined)
  const began = performance.now()
  const found = await ask()
  t.ok(performance.now() - began < 30_000)
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, /too slow/)
  const silent = meili.requests.filter(ofFaq)
  t.ok(silent.length > 0)
  t.same(new Set(await Promise.all(silent.map(({ closed }) => closed))), new Set([true]), 'unneeded searches are cancelled')
})

t.test('fails when no search is answered', async t => {
  const { meili, ask } = await startShop(t, { timeoutMs: 300 })
  meili.faults.on(() => 'silence')
  await t.rejects(ask({ vectors }), { ...unavailable, message: /too slow/ })
  const cold = await startShop(t, { timeoutMs: 300, known: false })
  cold.meili.faults.on(() => 'silence')
  await t.rejects(cold.ask(), unavailable)
})

t.test('waits for a slow server', async t => {
  const { meili, ask } = await startShop(t)
  const { promise: held, resolve } = Promise.withResolvers<void>()
  meili.faults.on(request => ofFaq(request) ? { kind: 'slow', until: held } : undefined)
  const asked = ask()
  await until(() => meili.requests.some(ofFaq))
  resolve()
  t.equal((await asked).degraded, undefined)
})

t.test('answers when half of the searches fail, at random', async t => {
  const { meili, ask } = await startShop(t, { transport: searches => searches.map(search => [search]) })
  let n = 0
  meili.faults.on(request => isSearch(request) && n++ % 2 === 0 ? 'error' : undefined)
  const found = await ask({ vectors })
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, /of \d+ searches: server error/)
})

t.test('fails when the documents cannot be read', async t => {
  const { meili, ask } = await startShop(t)
  meili.faults.on(request => isFetch(request) ? 'error' : undefined)
  await t.rejects(ask(), { ...unavailable, message: /documents of faq: server error/ })
  meili.faults.on(request => isFetch(request) && request.path.includes('faq') ? 'silence' : undefined)
  const one = await startShop(t, { timeoutMs: 1500 })
  one.meili.faults.on(request => isFetch(request) && request.path.includes('faq') ? 'silence' : undefined)
  const found = await one.ask()
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, /documents of faq: too slow/)
})

t.test('replaces a connection that was closed while idle, once', async t => {
  const { meili, engine, ask } = await startShop(t)
  meili.faults.next(1, 'refuse')
  t.equal((await ask()).degraded, undefined)
  t.match(engine.stats(), { retries: 1, failures: {} })
})

t.test('asks again when the server closes connections after a standstill, and still knows the indexes that it did not read', async t => {
  const { meili, engine, ask } = await startShop(t, { refreshMs: 0 })
  meili.faults.next(1, 'late')
  t.equal((await ask()).degraded, undefined)
  t.match(engine.stats(), { retries: 1, failures: {} })
  const isReading = ({ path }: MeiliRequest) => path.startsWith('/indexes/shop__') && path.endsWith('/search')
  meili.faults.on(request => isReading(request) ? 'late' : undefined)
  for (let i = 0; i < 3; i++) t.equal((await ask()).degraded, undefined)
  await until(() => Number((engine.stats().failures as Record<string, number>)['too slow']) > 1)
  t.equal((await ask()).degraded, undefined)
  t.same((engine.stats().indexes as Record<string, unknown>).missing_indexes, {})
})

t.test('reports a missing index and searches the others; searches it once it exists', async t => {
  const { meili, engine, ask } = await startShop(t, { known: false })
  const company = { ...shop, indexes: { ...shop.indexes, guides: { text: ['text'] } } }
  const found = await ask({ company })
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, 'index guides: index missing')
  t.match(engine.stats(), { indexes: { missing_indexes: { 'shop/guides': 'index missing' } } })
  t.ok(
    !meili.requests.some(
      request => isSearch(request) && request.body.queries.some((query: { indexUid: string }) => query.indexUid === 'shop__guides')
    ),
    'it is not asked for again and again'
  )
  await t.rejects(ask({ company, indexes: ['guides'] }), { ...unavailable, message: /index guides: index missing/ })
})

t.test('an index that no upload has created yet is empty where the service creates them, and missing once it is gone again', async t => {
  const time = clock()
  const { meili, engine, ask } = await startShop(t, { known: false, writeKey: 'any', now: time.now, staleMs: 0, refreshMs: 0 })
  const company = { ...shop, indexes: { ...shop.indexes, guides: { text: ['text'] }, notes: { text: ['text'], uid: 'notes' } } }
  const owned = { ...company, indexes: { ...shop.indexes, guides: company.indexes.guides } }
  const found = await ask({ company: owned })
  t.equal(ids(found)[0], 'products/tent')
  t.equal(found.degraded, undefined)
  t.same(await ask({ company: owned, indexes: ['guides'] }), { passages: [], terms: [], total: 0 })
  t.same(await ask({ company: { ...shop, id: 'new', indexes: { guides: { text: ['text'] } } } }), { passages: [], terms: [], total: 0 })
  t.equal((await ask({ company: { ...company, version: 'other' } })).degraded, 'search: index notes: index missing', 'the profile names it')

  await meiliTask(meili, 'DELETE', '/indexes/shop__faq')
  engine.changed('shop')
  t.equal((await ask({ company: owned })).degraded, 'search: index faq: index missing')
  engine.changed('shop')
  t.equal((await ask({ company: owned })).degraded, 'search: index faq: index missing', 'after an upload to another index too')
  engine.forget('shop')
  t.equal((await ask({ company: owned })).degraded, undefined, 'the company was deleted, and made again')
})

t.test('searches the others when one index cannot be read, and tries it again with the next question', async t => {
  const { meili, ask } = await startShop(t, { known: false })
  meili.faults.on(({ path }) => path.startsWith('/indexes/shop__faq') ? 'error' : undefined)
  const found = await ask()
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, 'index faq: server error')
  meili.faults.clear()
  while ((await ask()).degraded !== undefined);
  t.ok(ids(await ask({}, 'how many people')).includes('faq/people'))
})

t.test('loses only the index that disappears from a request of several', async t => {
  const { meili, ask } = await startShop(t, { transport: searches => [[...searches]] })
  meili.faults.on(request =>
    isSearch(request) && request.body.queries.some((query: { indexUid: string }) => query.indexUid === 'shop__faq') ? 'missing' : undefined
  )
  const found = await ask()
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, /\d+ of \d+ searches: index missing/)
})

t.test('opens the circuit after failures in a row, and then answers at once', async t => {
  const { meili, engine, ask } = await startShop(t)
  meili.faults.on(request => isSearch(request) ? { kind: 'busy', retryAfterSeconds: null } : undefined)
  while (!isOpen(engine)) await t.rejects(ask(), unavailable)
  const before = meili.requests.length
  await t.rejects(ask(), { ...unavailable, message: /unreachable/ })
  t.equal(meili.requests.length, before, 'nothing is asked')
  meili.faults.clear()
  // The first probe comes after a second, and finds the server working.
  await until(() => !isOpen(engine))
  t.equal(ids(await ask())[0], 'products/tent')
})

t.test('opens the circuit for a silent server, but not for readers that leave', async t => {
  const { meili, engine, ask } = await startShop(t, { timeoutMs: 1000 })
  meili.faults.on(request => isSearch(request) ? 'silence' : undefined)
  for (let i = 0; i < 10; i++) {
    const leaving = new AbortController()
    const asked = ask({ signal: leaving.signal }, `light tent number ${i}`)
    await until(() => meili.requests.filter(isSearch).length > 6 * i)
    leaving.abort(new Error('left'))
    await t.rejects(asked, { message: 'left' })
  }
  t.match(engine.stats(), { failures: {}, circuit: { open: false, opened: 0 } })
  await until(async () => {
    await t.rejects(ask(), unavailable)
    return isOpen(engine)
  })
  t.match(engine.stats(), { failures: { 'too slow': Number } })
})

t.test('searches the other indexes when one is broken', async t => {
  const { meili, engine, ask } = await startShop(t)
  meili.faults.on(request => ofFaq(request) ? 'error' : undefined)
  for (let i = 0; i < 10; i++) await t.rejects(ask({ indexes: ['faq'] }, `how many people number ${i}`), unavailable)
  t.match(engine.stats(), { failures: { 'server error': Number }, circuit: { opened: 0 } })
  t.equal(ids(await ask({ indexes: ['products'] }))[0], 'products/tent')
})

t.test('refuses an index that does not display its documents\' ids, and says why', async t => {
  const { meili, ask } = await startShop(t, { known: false })
  await meiliTask(meili, 'PATCH', '/indexes/shop__faq/settings', { displayedAttributes: ['title', 'text'] })
  const found = await ask()
  t.equal(ids(found)[0], 'products/tent')
  t.match(found.degraded, /index faq: .*"id".*displayedAttributes/)
})

t.test('cancels the searches of an abandoned question, unless another one waits for the same', async t => {
  const { meili, ask } = await startShop(t)
  const { promise: held, resolve } = Promise.withResolvers<void>()
  t.teardown(resolve)
  meili.faults.on(request => isSearch(request) ? { kind: 'slow', until: held } : undefined)
  const arrived = (n: number) => until(() => meili.requests.filter(isSearch).length >= n)
  const leaving = new AbortController()
  const asked = ask({ signal: leaving.signal })
  await arrived(1)
  const sent = meili.requests.filter(isSearch)
  leaving.abort(new Error('left'))
  await t.rejects(asked, { message: 'left' })
  t.same(new Set(await Promise.all(sent.map(({ closed }) => closed))), new Set([true]))

  meili.requests.length = 0
  const second = new AbortController()
  const leaver = ask({ signal: second.signal })
  await arrived(1)
  const stayer = ask()
  second.abort(new Error('left too'))
  await t.rejects(leaver, { message: 'left too' })
  resolve()
  t.equal(ids(await stayer)[0], 'products/tent')
})

t.test('ends every question with an answer or a coded error under random faults', async t => {
  const { meili, ask } = await startShop(t, { timeoutMs: 400 })
  let seed = 1
  const next = () => (seed = seed * 48271 % 2147483647) / 2147483647
  const kinds: Fault[] = ['refuse', 'reset', 'silence', 'busy', 'forbidden', 'error', 'html', 'truncated', 'missing']
  meili.faults.on(() => next() < 0.3 ? kinds[Math.floor(next() * kinds.length)] : undefined)
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, i) => ask(i % 2 ? { vectors } : {}, `light tent ${i}`)))
  for (const outcome of outcomes) if (outcome.status === 'rejected') t.match(outcome.reason, unavailable)
  t.equal(outcomes.length, 60)
})
