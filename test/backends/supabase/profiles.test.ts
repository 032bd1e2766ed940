// The Supabase profile store fulfils the contract of every profile store, and explains its failures.
import { createServer, type RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { createProfileCache } from '../../../src/profiles/cache.ts'
import { createSupabaseProfiles } from '../../../src/backends/supabase/profiles.ts'
import { promptStoreContract, writtenProfile } from '../../contracts/profile-store.ts'
import { connect, publishableKey, secretKey, serve, startLite, writeProfile } from '../../fixtures/supabase.ts'
import { emptyTablesSql, seedSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()

async function parts (t: Test) {
  await lite.sql(emptyTablesSql)
  const { url, close } = await lite.listen(t)
  const supabase = connect(t, url)
  return { url, close, supabase, store: createSupabaseProfiles({ supabase }) }
}

promptStoreContract(t, async t => {
  const { supabase, store, close } = await parts(t)
  return { store, write: profile => writeProfile(supabase, profile), breakDown: close }
})

t.test('keeps the order of indexes and of the facts that are shown', async t => {
  const { supabase, store } = await parts(t)
  const fields = { zz: 'First', a: 'Second', mmm: 'Third' }
  await writeProfile(supabase, { ...writtenProfile, indexes: { zoo: { fields }, animals: {}, m: {} } })
  const { indexes } = (await store.get('shop'))!
  t.strictSame(Object.keys(indexes), ['zoo', 'animals', 'm'])
  t.strictSame(Object.keys(indexes.zoo!.fields!), Object.keys(fields))
})

t.test('returns the uid of an index with another name', async t => {
  const { supabase, store } = await parts(t)
  await writeProfile(supabase, { ...writtenProfile, indexes: { faq: { uid: 'questions' } } })
  t.equal((await store.get('shop'))!.indexes.faq!.uid, 'questions')
})

t.test('reads the sample companies from the seed', async t => {
  const { store } = await parts(t)
  await lite.sql(seedSql)
  await lite.sql(seedSql)
  t.match(await store.get('petit-nid'), { language: 'fr', indexes: { products: { fields: { price: 'Prix' } } } })
  t.ok(await store.get('fjord-outdoor'))
})

t.test('reads a profile with one request', async t => {
  let reads = 0
  const { url } = await serve(t, createServer((request, response) => {
    reads++
    t.match(request.url, '/rest/v1/companies?')
    t.equal(request.headers.apikey, secretKey)
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify([
        { id: 'shop', name: 'Shop', language: 'en', system_prompt: '', model: null, refuse_without_passages: true, company_indexes: [] },
      ])
    )
  }))
  t.equal((await createSupabaseProfiles({ supabase: connect(t, url) }).get('shop'))!.name, 'Shop')
  t.equal(reads, 1)
})

t.test('names the wrong field of a row that is not a valid profile', async t => {
  const { supabase, store } = await parts(t)
  await writeProfile(supabase, { ...writtenProfile, indexes: { faq: { txt: ['answer'] } as object } })
  await t.rejects(store.get('shop'), { code: 'PROMPTS_UNAVAILABLE', message: /\/indexes\/faq\/txt is not known/ })
})

t.test('tells a key that may not read from a company that does not exist', async t => {
  const { url } = await parts(t)
  const store = createSupabaseProfiles({ supabase: connect(t, url, 'sb_secret_of_somebody_else') })
  await t.rejects(store.get('shop'), { code: 'PROMPTS_UNAVAILABLE', message: /SUPABASE_KEY/ })
  const why = await store.unavailable()
  t.match(why, /SUPABASE_KEY/)
  t.notMatch(why, 'somebody_else')
})

t.test('shows no company to the publishable key', async t => {
  const { url, supabase } = await parts(t)
  await writeProfile(supabase, writtenProfile)
  t.equal(await createSupabaseProfiles({ supabase: connect(t, url, publishableKey) }).get('shop'), null)
})

t.test('throws a coded error for every fault', async t => {
  const json = (status: number, body: unknown): RequestListener => (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const faults: Record<string, [answer: RequestListener, message: RegExp]> = {
    'an error of the server': [json(500, { message: 'boom', code: 'XX000' }), /HTTP 500/],
    'a gateway without a server behind it': [
      (_, response) => {
        response.writeHead(503, { 'retry-after': '1' }).end('<html>no</html>')
      },
      /HTTP 503/,
    ],
    'a page of HTML': [
      (_, response) => {
        response.end('<html>Welcome!</html>')
      },
      /is not Supabase/,
    ],
    'something else at the address': [
      (_, response) => {
        response.writeHead(404).end('<html>not here</html>')
      },
      /is not Supabase/,
    ],
    'something else, that says nothing': [
      (_, response) => {
        response.writeHead(404).end()
      },
      /is not Supabase/,
    ],
    'JSON that is no row': [json(200, { hello: 'world' }), /row in Supabase is wrong/],
    'a refused key': [json(401, { message: 'Invalid API key' }), /SUPABASE_KEY/],
    'a role that may not read': [json(403, { message: 'permission denied', code: '42501' }), /SUPABASE_KEY/],
    'a table that is not there': [json(404, { message: 'no table', code: 'PGRST205' }), /migrations/],
    silence: [() => {}, /did not answer in time/],
    'silence after the headers': [
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('[{')
      },
      /did not answer in time/,
    ],
    'a reset in the body': [
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('[{', () => response.destroy())
      },
      /cannot be reached/,
    ],
  }
  for (const [name, [answer, message]] of Object.entries(faults)) {
    await t.test(name, async t => {
      let asked = 0
      const { url } = await serve(t, createServer((request, response) => {
        asked++
        answer(request, response)
      }))
      const store = createSupabaseProfiles({ supabase: connect(t, url, secretKey, 200) })
      await t.rejects(store.get('shop'), { code: 'PROMPTS_UNAVAILABLE', statusCode: 503, retryable: true, message })
      t.equal(asked, 1, 'not asked again')
    })
  }
})

t.test('uses the old profile while Supabase is away, and reports its age', async t => {
  const { supabase, store, close } = await parts(t)
  await writeProfile(supabase, writtenProfile)
  const clock = { now: 0 }
  const failed: unknown[] = []
  const told = Promise.withResolvers<void>()
  const profiles = createProfileCache({
    store, ttlMs: 3_600_000, staleMs: 86_400_000, now: () => clock.now,
    onError: (_, error) => {
      failed.push(error)
      told.resolve()
    },
  })
  const { version } = (await profiles.get('shop'))!
  await close()
  clock.now = 3_600_000
  t.equal((await profiles.get('shop'))!.version, version)
  await told.promise
  t.match(failed, [{ code: 'PROMPTS_UNAVAILABLE' }])
  t.same(profiles.stats().ages_seconds, { shop: 3600 })
  clock.now = 90_000_000
  await t.rejects(profiles.get('shop'), { code: 'PROMPTS_UNAVAILABLE' })
})
