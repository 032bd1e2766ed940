// Verifying keys: trusted for a moment, and when the store fails.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { ApiKey, KeyStore } from '../../src/keys/store.ts'
import { createKeyVerifier } from '../../src/keys/verify.ts'
import { gate } from '../fixtures/llm-adapters.ts'

/** Creates a verifier with a clock and a store that the test controls. */
function make ({ cacheMs = 10_000 } = {}) {
  let now = Date.parse('2026-06-01T00:00:00Z')
  let broken = false
  let finds = 0
  let lists = 0
  let held = Promise.resolve()
  const keys = new Map<string, ApiKey>()
  const answer = async <T>(value: () => T): Promise<T> => {
    if (broken) throw new Error('unplugged')
    const found = value()
    await held
    return found
  }
  const store: KeyStore = {
    find: id => { finds++; return answer(() => keys.get(id) ?? null) },
    list: () => { lists++; return answer(() => [...keys.values()]) },
    create: key => answer(() => { keys.set(key.id, key) }),
    change: id => answer(() => keys.has(id)),
    revoke: (id, at) => answer(() => { keys.set(id, { ...keys.get(id)!, revokedAt: at }); return true }),
    removeAll: () => answer(() => keys.size),
    any: () => answer(() => keys.size > 0),
    close: async () => {},
  }
  const add = (changes: Partial<Parameters<typeof makeKey>[0]> = {}) => {
    const made = makeKey({ company: 'shop', scopes: ['chat'], ...changes })
    keys.set(made.key.id, made.key)
    return { header: `Bearer ${made.text}`, ...made }
  }
  return {
    verifier: createKeyVerifier({ store, cacheMs, now: () => now, date: () => now }),
    add,
    keys,
    after (ms: number) { now += ms },
    unplug (is = true) { broken = is },
    /** Makes the store read at once, and answer when the returned function is called. */
    hold () {
      const { until, open } = gate()
      held = until
      return open
    },
    finds: () => finds,
    lists: () => lists,
  }
}

const verified = async (verifier: ReturnType<typeof make>['verifier'], header: string | undefined) => verifier.verify(header)

t.test('returns a key\'s company and scopes', async t => {
  const { verifier, add } = make()
  const { header, key } = add({ scopes: ['chat', 'write'] })
  const principal = { company: 'shop', user: null, groups: [], scopes: ['chat', 'write'], keyId: key.id }
  t.strictSame(await verified(verifier, header), principal)
  t.strictSame(verifier.verify(header.replace('Bearer', 'bearer')), principal, 'at once the second time')
})

t.test('refuses a missing, incomplete, wrong or unknown key', async t => {
  const { verifier, add } = make()
  const { header } = add()
  const wrongSecret = header.slice(0, -1) + (header.endsWith('A') ? 'B' : 'A')
  for (const missing of [undefined, '', 'Basic dXNlcg==', 'Bearer', 'Bearer ']) {
    await t.rejects(verified(verifier, missing), { code: 'KEY_MISSING', statusCode: 401 })
  }
  const { text } = makeKey({ company: 'shop', scopes: ['chat'] })
  for (const invalid of ['Bearer x', `${header}x`, wrongSecret, `Bearer ${text}`]) {
    await t.rejects(verified(verifier, invalid), { code: 'KEY_INVALID', statusCode: 401 }, invalid)
  }
  t.equal(verifier.stats().refused, 4)
})

t.test('refuses a revoked key once it is looked up again, and no later', async t => {
  const { verifier, add, keys, after } = make({ cacheMs: 10_000 })
  const { header, key } = add()
  await verified(verifier, header)
  keys.set(key.id, { ...key, revokedAt: '2026-06-01T00:00:00Z' })
  after(9_999)
  t.ok(await verified(verifier, header))
  after(1)
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
})

t.test('trusts a key from when the store was asked, not from when it answered', async t => {
  const { verifier, add, keys, after, hold } = make({ cacheMs: 30_000 })
  const { header, key } = add()
  const open = hold()
  const asked = verified(verifier, header)
  keys.set(key.id, { ...key, revokedAt: '2026-06-01T00:00:00Z' })
  after(4_000)
  open()
  t.ok(await asked)
  after(26_000)
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
})

t.test('refuses it at once after a drop', async t => {
  const { verifier, add, keys } = make()
  const { header, key } = add()
  await verified(verifier, header)
  keys.delete(key.id)
  verifier.drop()
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
})

t.test('does not cache a look-up that was running during a drop', async t => {
  const { verifier, add, keys } = make()
  const { header, key } = add()
  const running = verified(verifier, header)
  verifier.drop()
  await running
  keys.delete(key.id)
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
})

t.test('does not wait for an earlier look-up of any key after a drop', async t => {
  const { verifier, add, hold } = make()
  const open = hold()
  const before = verifier.any()
  add()
  verifier.drop()
  const after = verifier.any()
  open()
  t.same(await Promise.all([before, after]), [false, true])
  t.equal(verifier.any(), true, 'and its answer is not cached')
})

t.test('refuses an expired key, even while it is trusted', async t => {
  const { verifier, add, after } = make()
  const { header } = add({ expiresAt: '2026-06-01T00:00:05.000Z' })
  t.ok(await verified(verifier, header))
  after(5_000)
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
})

t.test('looks a key up once for all who ask at once, and remembers wrong keys too', async t => {
  const { verifier, add, finds } = make()
  const { header } = add()
  await Promise.all(Array.from({ length: 50 }, () => verified(verifier, header)))
  t.equal(finds(), 1)
  const { text } = makeKey({ company: 'shop', scopes: ['chat'] })
  for (let i = 0; i < 50; i++) await t.rejects(verified(verifier, `Bearer ${text}`), { code: 'KEY_INVALID' })
  t.equal(finds(), 2)
})

t.test('keeps real keys cached under a flood of invented ones', async t => {
  const { verifier, add, unplug } = make()
  const { header } = add()
  await verified(verifier, header)
  for (let i = 0; i < 10_001; i++) await verified(verifier, `Bearer cau_${String(i).padStart(12, '0')}_${'x'.repeat(33)}`).catch(() => {})
  t.equal(verifier.stats().refused, 10_001)
  unplug()
  t.match(await verified(verifier, header), { company: 'shop' })
})

t.test('recognises a formerly unknown id once it becomes a key', async t => {
  const { verifier, add, keys, after } = make()
  const { header, key } = add()
  keys.delete(key.id)
  await t.rejects(verified(verifier, header), { code: 'KEY_INVALID' })
  keys.set(key.id, key)
  after(10_000)
  t.match(await verified(verifier, header), { keyId: key.id })
  t.match(verifier.verify(header), { keyId: key.id })
})

t.test('while the store fails', async t => {
  t.test('accepts a known key for half a minute', async t => {
    const { verifier, add, after, unplug } = make()
    const { header } = add()
    await verified(verifier, header)
    unplug()
    after(29_999)
    t.match(await verified(verifier, header), { company: 'shop' })
    after(1)
    await t.rejects(verified(verifier, header), { code: 'KEYS_UNAVAILABLE', statusCode: 503 })
    unplug(false)
    t.ok(await verified(verifier, header), 'it comes back by itself')
  })

  t.test('asks the store once a second about a known key, not with each request', async t => {
    const { verifier, add, after, unplug, finds } = make()
    const { header } = add()
    await verified(verifier, header)
    unplug()
    after(10_000)
    for (let i = 0; i < 20; i++) await verified(verifier, header)
    t.equal(finds(), 2)
    after(1_000)
    await verified(verifier, header)
    t.equal(finds(), 3)
  })

  t.test('tells the caller of an unknown key to try again', async t => {
    const { verifier, add, unplug } = make()
    const { header } = add()
    unplug()
    await t.rejects(verified(verifier, header), { code: 'KEYS_UNAVAILABLE', retryable: true })
  })

  t.test('keeps requiring keys that were required', async t => {
    const { verifier, add, after, unplug } = make()
    await t.resolveMatch(Promise.resolve(verifier.any()), false)
    add()
    after(10_000)
    await t.resolveMatch(Promise.resolve(verifier.any()), true)
    unplug()
    after(86_400_000)
    await t.resolveMatch(Promise.resolve(verifier.any()), true)
  })

  t.test('trusts that there were none, until the store says otherwise or is forgotten', async t => {
    const { verifier, after, unplug, add } = make()
    t.equal(await verifier.any(), false)
    unplug()
    for (const ms of [20_000, 10_000, 3_600_000]) {
      after(ms)
      t.equal(await verifier.any(), false)
    }
    add()
    unplug(false)
    after(10_000)
    t.equal(await verifier.any(), true)
    const other = make()
    t.equal(await other.verifier.any(), false)
    other.unplug()
    other.verifier.drop()
    await t.rejects(Promise.resolve(other.verifier.any()), { code: 'KEYS_UNAVAILABLE' })
  })
})

t.test('learns of the first key within a second, and never forgets that there was one', async t => {
  const { verifier, add, after, keys } = make()
  t.equal(await verifier.any(), false)
  const { key } = add()
  after(1000)
  t.equal(await verifier.any(), true)
  keys.delete(key.id)
  after(86_400_000)
  verifier.drop()
  t.equal(await verifier.any(), true)
})

t.test('the origins of sites are read once for all requests, and stay known while the store fails or hangs', async t => {
  const { verifier, add, after, unplug, hold, lists } = make({ cacheMs: 10_000 })
  const page = 'https://shop.example'
  add({ kind: 'site', origins: [page] })
  const asked = await Promise.all([page, page, 'https://evil.example'].map(verifier.isSite))
  t.strictSame(asked, [true, true, false])
  t.equal(lists(), 1)
  after(10_000)
  unplug()
  t.equal(await verifier.isSite(page), true, 'known, while the store fails')
  t.equal(await verifier.isSite(page), true)
  t.equal(lists(), 2, 'not asked again at once')
  unplug(false)
  after(1000)
  const open = hold()
  t.equal(await verifier.isSite(page), true, 'known, while the store hangs')
  open()
  t.equal(await verifier.isSite(page), true)
  after(30_000)
  unplug()
  await t.rejects(verifier.isSite(page), { code: 'KEYS_UNAVAILABLE' }, 'not for longer than a key')
})

t.test('a token that names no possible key asks the store for none', async t => {
  const { verifier, finds } = make()
  const tokenOf = (kid: unknown) => `Bearer ${Buffer.from(JSON.stringify({ alg: 'HS256', kid })).toString('base64url')}.e30.AAAA`
  for (const kid of ['', 'a\0bcdefghijkl', 'x'.repeat(8000), '\ud800', '../../etc/pass', { id: 1 }]) {
    await t.rejects(verified(verifier, tokenOf(kid)), { code: 'KEY_INVALID', statusCode: 401 })
  }
  t.equal(finds(), 0)
})
