// Profiles in memory: an hour, one read at a time, old ones while the store fails.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { createProfileCache } from '../../src/profiles/cache.ts'
import type { ProfileStore } from '../../src/profiles/store.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { searchProfile } from '../fixtures/search-store.ts'

const hour = 3_600_000
const day = 24 * hour

/** Makes a store that answers at once or when told to, and a clock that the test sets. */
function parts ({ ttlMs = hour, staleMs = day } = {}) {
  const clock = { now: 1_000_000 }
  const waiting: PromiseWithResolvers<CompanyProfile | null>[] = []
  const seen: string[] = []
  const errors: unknown[] = []
  const script: { next: (company: string) => Promise<CompanyProfile | null> } = {
    next: async id => searchProfile({ id, version: String(seen.length) }),
  }
  const store: ProfileStore = {
    get (company) {
      seen.push(company)
      return script.next(company)
    },
    companies: async () => [],
    unavailable: async () => null,
  }
  const profiles = createProfileCache({ store, ttlMs, staleMs, now: () => clock.now, onError: (_, error) => { errors.push(error) } })
  return {
    clock,
    seen,
    errors,
    store,
    profiles,
    answer (next: typeof script.next) { script.next = next },
    fail () { script.next = async () => { throw new Error('the store is down') } },
    hold () {
      script.next = () => {
        const held = Promise.withResolvers<CompanyProfile | null>()
        waiting.push(held)
        return held.promise
      }
    },
    waiting,
  }
}

/** Resolves when everything that does not wait for the outside has happened. */
const settled = () => new Promise<void>(resolve => { setImmediate(resolve) })

t.test('reads a profile once an hour', async t => {
  const { profiles, clock, seen } = parts()
  t.equal((await profiles.get('shop'))!.version, '1')
  clock.now += hour - 1
  t.equal((await profiles.get('shop'))!.version, '1')
  t.equal(seen.length, 1)
  t.match(profiles.stats(), { size: 1, hits: 1, misses: 1, refreshes: 0, failures: 0, ages_seconds: { shop: 3600 } })
})

t.test('reads once for a hundred at once', async t => {
  const { profiles, seen, hold, waiting } = parts()
  hold()
  const all = Promise.all(Array.from({ length: 100 }, () => profiles.get('shop')))
  t.equal(seen.length, 1)
  waiting[0]!.resolve(searchProfile())
  t.ok((await all).every(profile => profile!.id === 'shop'))
  t.equal(seen.length, 1)
})

t.test('shares a failure between a hundred at once, and tries again for the next', async t => {
  const { profiles, seen, hold, waiting, answer } = parts()
  hold()
  const all = Promise.allSettled(Array.from({ length: 100 }, () => profiles.get('shop')))
  waiting[0]!.reject(new Error('down'))
  for (const outcome of await all) t.equal(outcome.status === 'rejected' && outcome.reason.code, 'PROMPTS_UNAVAILABLE')
  t.equal(seen.length, 1)
  answer(async () => searchProfile())
  t.equal((await profiles.get('shop'))!.id, 'shop')
})

t.test('does not make companies wait for each other', async t => {
  const { profiles, hold, waiting, answer } = parts()
  hold()
  const slow = profiles.get('slow')
  answer(async id => searchProfile({ id }))
  t.equal((await profiles.get('fast'))!.id, 'fast')
  waiting[0]!.resolve(null)
  t.equal(await slow, null)
})

t.test('returns an old profile at once, while one read fetches the new one', async t => {
  const { profiles, clock, seen, hold, waiting } = parts()
  await profiles.get('shop')
  clock.now += hour
  hold()
  const given = await Promise.all(Array.from({ length: 100 }, () => profiles.get('shop')))
  t.ok(given.every(profile => profile!.version === '1'), 'no caller waits')
  t.equal(seen.length, 2, 'one read in the background')
  waiting[0]!.resolve(searchProfile({ version: 'new' }))
  await settled()
  t.equal((await profiles.get('shop'))!.version, 'new')
  t.equal(seen.length, 2)
})

t.test('drops a deleted company after the refresh', async t => {
  const { profiles, clock, answer } = parts()
  await profiles.get('shop')
  clock.now += hour
  answer(async () => null)
  t.ok(await profiles.get('shop'))
  await settled()
  t.equal(await profiles.get('shop'), null)
})

t.test('uses the old profile while the store fails, for as long as allowed and no longer', async t => {
  const { profiles, clock, fail, errors } = parts()
  await profiles.get('shop')
  fail()
  const readAt = clock.now
  // A question every minute, as in a busy shop: each try must not make the profile younger.
  for (clock.now += hour; clock.now < readAt + hour + day; clock.now += 60_000) {
    if ((await profiles.get('shop'))!.version !== '1') t.fail('another profile')
    await settled()
  }
  t.ok(errors.length > 0)
  await t.rejects(profiles.get('shop'), { code: 'PROMPTS_UNAVAILABLE', statusCode: 503, retryable: true })
})

t.test('reports true ages while the store fails', async t => {
  const { profiles, clock, fail } = parts()
  await profiles.get('shop')
  fail()
  clock.now += 5 * hour
  await profiles.get('shop')
  await settled()
  t.equal(profiles.stats().ages_seconds.shop, 5 * 3600)
})

t.test('does not flood a failing store with tries', async t => {
  const { profiles, clock, fail, seen } = parts()
  await profiles.get('shop')
  fail()
  clock.now += hour
  for (let second = 0; second < 60; second++, clock.now += 1000) {
    for (let i = 0; i < 100; i++) await profiles.get('shop')
    await settled()
  }
  t.ok(seen.length - 1 <= 7, `${seen.length - 1} tries in a minute`)
  t.ok(seen.length - 1 >= 3, 'but it is tried again')
})

t.test('fetches the new profile when the store is back', async t => {
  const { profiles, clock, fail, answer } = parts()
  await profiles.get('shop')
  fail()
  clock.now += hour
  await profiles.get('shop')
  await settled()
  answer(async () => searchProfile({ version: 'back' }))
  clock.now += 10_000
  await profiles.get('shop')
  await settled()
  t.equal((await profiles.get('shop'))!.version, 'back')
})

t.test('asks for an unknown id again soon, but not each time', async t => {
  const { profiles, clock, seen, answer } = parts()
  answer(async () => null)
  for (let i = 0; i < 50; i++) t.equal(await profiles.get('nobody'), null)
  t.equal(seen.length, 1)
  t.equal(profiles.peek('nobody'), null)
  clock.now += 5000
  answer(async id => searchProfile({ id }))
  t.equal((await profiles.get('nobody'))!.id, 'nobody', 'it has been made meanwhile')
})

t.test('keeps the code of a store\'s error', async t => {
  const { profiles, answer } = parts()
  answer(async () => { throw coded('STORE_CORRUPT') })
  await t.rejects(profiles.get('shop'), { code: 'STORE_CORRUPT' })
})

t.test('treats a store that throws like one that rejects', async t => {
  const { profiles, answer } = parts()
  answer(() => { throw new Error('at once') })
  await t.rejects(profiles.get('shop'), { code: 'PROMPTS_UNAVAILABLE' })
  answer(async () => searchProfile())
  t.equal((await profiles.get('shop'))!.id, 'shop')
})

t.test('gives waiting callers the result of a read that was running during a drop, and later ones the new profile', async t => {
  const { profiles, hold, waiting, seen } = parts()
  hold()
  const before = profiles.get('shop')
  profiles.drop('shop')
  const after = profiles.get('shop')
  t.equal(seen.length, 2)
  waiting[1]!.resolve(searchProfile({ version: 'new' }))
  t.equal((await after)!.version, 'new')
  waiting[0]!.resolve(searchProfile({ version: 'old' }))
  t.equal((await before)!.version, 'old')
  t.equal((await profiles.get('shop'))!.version, 'new', 'the late one did not replace it')
})

t.test('does not bring the old profile back when a refresh fails after a drop', async t => {
  const { profiles, clock, hold, waiting } = parts()
  await profiles.get('shop')
  clock.now += hour
  hold()
  await profiles.get('shop')
  profiles.drop('shop')
  t.equal(profiles.peek('shop'), undefined)
  waiting[0]!.reject(new Error('down'))
  await settled()
  t.equal(profiles.peek('shop'), undefined)
})

t.test('reads for every question without a time to live, still one at a time', async t => {
  const { profiles, seen } = parts({ ttlMs: 0, staleMs: 0 })
  await profiles.get('shop')
  await profiles.get('shop')
  t.equal(seen.length, 2)
})

t.test('reads a profile again at the next check after a change in the store, and uses the old one if that fails', async t => {
  const { profiles, seen, store, errors, fail } = parts()
  await profiles.get('shop')
  await profiles.get('other')
  store.changed = async companies => companies.filter(id => id === 'shop')
  await profiles.check()
  t.same(seen, ['shop', 'other', 'shop'])
  t.equal((await profiles.get('shop'))!.version, '3')
  t.equal((await profiles.get('other'))!.version, '2')
  fail()
  await profiles.check()
  t.equal((await profiles.get('shop'))!.version, '3', 'an invalid profile was saved')
  store.changed = async () => { throw coded('PROMPTS_UNAVAILABLE') }
  await profiles.check()
  t.equal((await profiles.get('shop'))!.version, '3')
  t.match(errors, [{ message: 'the store is down' }, { code: 'PROMPTS_UNAVAILABLE' }])
})
