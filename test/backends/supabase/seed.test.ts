// The seed for Supabase equals the sample companies.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

t.test('supabase/seed.sql is up to date', async t => {
  await t.resolves(
    promisify(execFile)(process.execPath, [fileURLToPath(new URL('../../../scripts/supabase-seed.ts', import.meta.url)), '--check'])
  )
})
