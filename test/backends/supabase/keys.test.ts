// The Supabase key store: the contract of every key store, and failures.
import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { createSupabaseKeys } from '../../../src/backends/supabase/keys.ts'
import { connect, secretKey, serve, startLite } from '../../fixtures/supabase.ts'
import { apiKey, keyCompaniesSql, keyStoreContract, supabaseKeyCases } from '../../contracts/key-store.ts'
import { emptyTablesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()

async function parts (t: Test) {
  await lite.sql(emptyTablesSql)
  await lite.sql(keyCompaniesSql)
  const { url, close } = await lite.listen(t)
  return { keys: createSupabaseKeys({ supabase: connect(t, url) }), close, sql: lite.sql }
}

keyStoreContract(t, parts)
supabaseKeyCases(t, parts)

t.test('throws a coded error for every failure', async t => {
  const { keys, close } = await parts(t)
  await close()
  const silent = await serve(t, createServer(() => {}))
  const waiting = createSupabaseKeys({ supabase: connect(t, silent.url, secretKey, 100) })
  const refusing = await serve(
    t,
    createServer((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Invalid API key"}')
    })
  )
  const refused = createSupabaseKeys({ supabase: connect(t, refusing.url) })
  for (const [store, message] of [[keys, /SUPABASE_URL/], [waiting, /in time/], [refused, /SUPABASE_KEY/]] as const) {
    const expected = { code: 'KEYS_UNAVAILABLE', statusCode: 503, retryable: true, message }
    await t.rejects(store.find(apiKey.id), expected)
    await t.rejects(store.list(), expected)
    await t.rejects(store.create(apiKey), expected)
    await t.rejects(store.revoke(apiKey.id, apiKey.createdAt), expected)
    await t.rejects(store.any(), expected)
  }
  await t.rejects(keys.find(apiKey.id, AbortSignal.abort()), { code: 'KEYS_UNAVAILABLE' })
})
