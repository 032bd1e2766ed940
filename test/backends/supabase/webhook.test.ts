// An announced change of a profile in Supabase holds for the next question.
import t from 'tap'
import { createSupabaseProfiles } from '../../../src/backends/supabase/profiles.ts'
import type { CompanyProfile } from '../../../src/types.ts'
import { connect, secretKey, startLite, writeProfile } from '../../fixtures/supabase.ts'
import { announce, config } from '../../fixtures/webhook.ts'
import { buildTestApp } from '../../helper.ts'

t.test('uses the new prompt for the next question, and no cached answer of the old one', async t => {
  const lite = await startLite()
  const { url, close } = await lite.listen(t)
  const supabase = connect(t, url)
  const written = {
    id: 'shop', name: 'Shop', language: 'en' as const, indexes: { faq: { title: 'question', text: ['answer'], url: 'url' } },
  }
  await writeProfile(supabase, written)
  const { app } = await buildTestApp(t, { config: { ...config, SUPABASE_URL: url, SUPABASE_KEY: secretKey } })
  const ask = async () =>
    (
      await app.inject({
        method: 'POST', url: '/chat', headers: { accept: 'application/json' },
        body: { company_id: 'shop', user_id: 'u', message: 'How long does delivery take?' },
      })
    ).json() as { cache: string; text: string }

  t.match(await ask(), { cache: 'miss' })
  t.match(await ask(), { cache: 'hit' })
  await writeProfile(supabase, { ...written, system_prompt: 'Be brief.' })
  t.match(await ask(), { cache: 'hit' }, 'it has not been announced yet')
  await announce(app)
  t.match(await ask(), { cache: 'miss' })
  t.equal(app.profiles.peek('shop')!.systemPrompt, 'Be brief.')

  t.same((await app.inject('/stats')).json().prompts.ages_seconds, { shop: 0 })
  t.match((await app.inject({ method: 'POST', url: '/chat', body: { company_id: 'nobody', user_id: 'u', message: 'Hello?' } })).json(), {
    code: 'UNKNOWN_COMPANY',
  })
  const { version } = await createSupabaseProfiles({ supabase }).get('shop') as CompanyProfile
  t.equal(app.profiles.peek('shop')!.version, version)
  await close()
  t.match(await ask(), { cache: 'hit' }, 'Supabase is away, the profile is not')
  t.match((await app.inject({ method: 'POST', url: '/chat', body: { company_id: 'other', user_id: 'u', message: 'Hello?' } })).json(), {
    statusCode: 503, code: 'PROMPTS_UNAVAILABLE',
  })
  t.match((await app.inject('/ready')).json(), { degraded: { prompts: /SUPABASE_URL/ } })
})
