// No answer is made from outdated information: documents, mappings and versions that change while the service runs.
import t from 'tap'
import { meiliTask } from '../../../fixtures/meili-engine.ts'
import { clock, shop, startShop } from '../../../fixtures/meili-shop.ts'
import { until } from '../../../fixtures/until.ts'
import type { FakeMeili } from '../../../fixtures/meili/server.ts'
import { ids } from '../../../fixtures/search-store.ts'

const addTent = (meili: FakeMeili) =>
  meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'tent-2', title: 'Another light tent for two people', text: '', _vectors: { default: null } },
  ])
/** The requests that read an index. */
const isLook = ({ path }: { path: string }) => /^\/indexes\/shop__\w+(\/search|\/settings\/embedders)?$/.test(path)
const withPrice = { ...shop, version: '2', indexes: { products: { title: 'title', text: ['text'], fields: { price: 'Price' } } } }
const withoutPrice = { ...shop, version: '1a', indexes: { products: { title: 'title', text: ['text'] } } }

for (const [documents, actions] of [['are read', undefined], ['come with the hits', ['search', 'indexes.get']]] as const) {
  t.test(`shows a key that a profile adds, for known documents too, where these ${documents}`, async t => {
    const { ask } = await startShop(t, { cacheMs: 60_000, ...(actions ? { actions: [...actions] } : {}) })
    t.same((await ask({ company: withoutPrice })).passages[0]!.fields, [])
    t.same((await ask({ company: withPrice })).passages[0]!.fields, [['Price', '299.00 €']])
  })
}

t.test('does not let a new profile join a read that began with the old one', async t => {
  const { meili, ask } = await startShop(t, { known: false })
  const { promise, resolve } = Promise.withResolvers<void>()
  meili.faults.on(({ path }) => path === '/indexes/shop__faq/search' ? { kind: 'slow', until: promise } : undefined)
  const old = ask({ company: { ...shop, indexes: { faq: shop.indexes.faq! } } })
  await until(() => meili.requests.some(({ path }) => path === '/indexes/shop__faq/search'))
  const asked = ask({ company: { ...shop, version: '2' } })
  resolve()
  t.equal(ids(await asked)[0], 'products/tent')
  await old
})

t.test('stops using cached results when the version cannot be read, and goes on searching', async t => {
  const time = clock()
  const { meili, engine, ask } = await startShop(t, { now: time.now, refreshMs: 10_000, cacheMs: 60_000 })
  const before = await engine.version(shop)
  await ask()
  meili.faults.on(request => isLook(request) ? 'error' : undefined)
  time.pass(19)
  t.equal(await engine.version(shop), before)
  time.pass(1)
  const versions = new Set([before, await engine.version(shop), await engine.version(shop)])
  t.equal(versions.size, 3)
  await addTent(meili)
  t.ok(ids(await ask()).includes('products/tent-2'), 'not from the cache either')
  meili.faults.clear()
  t.match(await engine.version(shop), /^shop__faq 20/)
})

t.test('waits for a version for a second, whether the company is known or not', async t => {
  const time = clock()
  const { meili, engine } = await startShop(t, { now: time.now })
  time.pass(60)
  meili.faults.on(() => 'silence')
  const began = performance.now()
  t.match(await Promise.all([engine.version(shop), engine.version({ ...shop, id: 'other' })]), [/^unknown/, /^unknown/])
  t.ok(performance.now() - began < 30_000)
})

t.test('keeps using cached results while the server is away', async t => {
  const time = clock()
  const { meili, engine, ask } = await startShop(t, { now: time.now })
  const before = await engine.version(shop)
  time.pass(3600)
  await meili.down()
  t.equal(await engine.version(shop), before)
  await meili.up()
  await addTent(meili)
  t.not(await engine.version(shop), before)

  const last = await engine.version(shop)
  time.pass(3600)
  meili.faults.on(() => ({ kind: 'busy', retryAfterSeconds: 20 }))
  t.match(await engine.version(shop), /^unknown/, 'one that is busy may have')
  await until(async () => {
    await ask().catch(() => {})
    return (engine.stats().circuit as { open: boolean }).open
  })
  t.equal(await engine.version(shop), last)
})

for (const fault of ['error', 'html'] as const) {
  t.test(`sees changes of the other indexes when one cannot be read (${fault})`, async t => {
    const time = clock()
    const { meili, engine, ask } = await startShop(t, { now: time.now, refreshMs: 10_000, cacheMs: 60_000 })
    await ask()
    const before = await engine.version(shop)
    meili.faults.on(request => isLook(request) && request.path.includes('faq') ? fault : undefined)
    await addTent(meili)
    time.pass(12)
    await until(async () => await engine.version(shop) !== before)
    const found = await ask()
    t.ok(ids(found).includes('products/tent-2'))
    t.equal(found.degraded, undefined, 'the other is searched on')
    time.pass(9)
    t.match(await engine.version(shop), /^unknown/, 'it is unknown if it has changed')
  })
}

t.test('uses nothing for more than half a minute when the key may not see versions', async t => {
  const time = clock()
  const { meili, engine, ask } = await startShop(t, { now: time.now, cacheMs: 60_000, actions: ['search', 'documents.get'] })
  time.pass(29)
  const before = await engine.version(shop)
  await ask()
  await meiliTask(meili, 'PUT', '/indexes/shop__products/documents', [
    { id: 'tent', text: 'A light tent for two people. It weighs 2.1 kg.' },
  ])
  time.pass(1)
  t.not(await engine.version(shop), before)
  t.match((await ask()).passages[0]!.text, /2.1 kg/)
})

/** Swaps two indexes as Meilisearch does, with their times. */
function swap ({ indexes: { all } }: FakeMeili, a: string, b: string): void {
  const [first, second] = [all.get(a)!, all.get(b)!]
  all.set(a, Object.assign(second, { uid: a }))
  all.set(b, Object.assign(first, { uid: b }))
}

t.test('forgets results from between a swap of indexes and the swap back', async t => {
  const time = clock()
  const { meili, engine, ask } = await startShop(t, { now: time.now, cacheMs: 60_000 })
  await meiliTask(meili, 'POST', '/indexes', { uid: 'shop__next', primaryKey: 'id' })
  await meiliTask(meili, 'POST', '/indexes/shop__next/documents', [
    { id: 'tent', title: 'Tent Fjell', text: 'A light tent for two people: a draft.' },
  ])
  const versions = [await engine.version(shop)]
  for (const round of ['there', 'back', 'there again', 'back again']) {
    swap(meili, 'shop__products', 'shop__next')
    // Before the swap is noticed: this is cached under the old version.
    await ask()
    time.pass(21)
    versions.push(await engine.version(shop))
    t.equal(/draft/.test((await ask()).passages[0]!.text), round.startsWith('there'), round)
  }
  t.equal(new Set(versions).size, 5)
  time.pass(21)
  t.equal(await engine.version(shop), versions.at(-1), 'it stays when nothing changes')
})

t.test('forgets an unnoticed swap together with the results', async t => {
  const { meili, engine, ask } = await startShop(t, { cacheMs: 50 })
  await meiliTask(meili, 'POST', '/indexes', { uid: 'shop__next', primaryKey: 'id' })
  await meiliTask(meili, 'POST', '/indexes/shop__next/documents', [
    { id: 'tent', title: 'Tent Fjell', text: 'A light tent for two people: a draft.' },
  ])
  const before = await engine.version(shop)
  swap(meili, 'shop__products', 'shop__next')
  t.match((await ask()).passages[0]!.text, /draft/)
  swap(meili, 'shop__products', 'shop__next')
  await until(async () => !/draft/.test((await ask()).passages[0]!.text))
  t.equal(await engine.version(shop), before)
})
