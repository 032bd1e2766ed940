// The service with its profiles in Supabase and its documents in SQLite.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { buildApp } from '../../../src/app.ts'
import { makeConfig } from '../../../src/config.ts'
import { fakeEmbedder } from '../../fixtures/app-parts.ts'
import { secretKey, startLite } from '../../fixtures/supabase.ts'
import { seedSql } from '../../fixtures/supabase-sql.ts'
import { samples, temporaryFolder } from '../../helper.ts'

const lite = await startLite()
await lite.sql(seedSql)

async function start (t: Test, dir: string, url: string, more: object = {}) {
  const app = await buildApp(
    makeConfig({
      DATA_DIR: join(dir, 'var'), SAMPLES_DIR: samples, LOG_LEVEL: 'silent', SHUTDOWN_SECONDS: 1, SUPABASE_URL: url,
      SUPABASE_KEY: secretKey, ...more,
    }),
    { embedder: fakeEmbedder({ state: 'unavailable' }) }
  )
  t.teardown(() => app.close())
  t.equal(await app.samplesLoaded, null)
  return app
}

t.test('answers for the sample companies with the profiles of the seed', async t => {
  const { url } = await lite.listen(t)
  const dir = await temporaryFolder(t)
  const app = await start(t, dir, url)
  await lite.sql('update public.companies set name = \'Petit Nid de la base\' where id = \'petit-nid\'')
  const answer = await app.inject({
    method: 'POST', url: '/chat', headers: { accept: 'application/json' },
    body: { company_id: 'petit-nid', user_id: 'u', message: 'Quels sont les délais de livraison ?' },
  })
  t.equal(answer.statusCode, 200)
  t.match(answer.json().sources, [{ n: 1 }])
  t.equal(app.profiles.peek('petit-nid')!.name, 'Petit Nid de la base')
  t.equal((await app.inject('/ready')).statusCode, 200)

  const version = await app.engine.version(app.profiles.peek('petit-nid')!)
  t.not(version, '0')
  await app.close()
  const again = await start(t, dir, url)
  t.equal(await again.engine.version((await again.profiles.get('petit-nid'))!), version, 'it is read when it is not known yet')
})

t.test('stops the start when a setting is missing', async t => {
  const dir = await temporaryFolder(t)
  await t.rejects(
    buildApp(makeConfig({ DATA_DIR: dir, LOG_LEVEL: 'silent', SUPABASE_URL: 'https://xyz.supabase.co' })), /SUPABASE_KEY is missing/
  )
})
