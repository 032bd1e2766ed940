// A change that Supabase announces applies at once; unsigned messages change nothing.
import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { createSupabaseProfiles } from '../../src/backends/supabase/profiles.ts'
import type { CompanyProfile } from '../../src/types.ts'
import { connect, secretKey, startLite, writeProfile } from '../fixtures/supabase.ts'
import { emptyTablesSql } from '../fixtures/supabase-sql.ts'
import { buildTestApp } from '../helper.ts'

const secret = 'a secret of sixteen or more'
const config = { SUPABASE_WEBHOOK_SECRET: secret }
const profile: CompanyProfile = {
  id: 'shop', name: 'Shop', language: 'en', systemPrompt: '', indexes: {}, refuseWithoutPassages: true, commonQuestions: [], version: '1',
}
const change = { type: 'UPDATE', schema: 'public', table: 'companies', record: { id: 'shop' }, old_record: { id: 'shop' } }

interface Message { body?: string, id?: string, at?: number, key?: string, headers?: Record<string, string> }

function signed (body: string, id: string, at: number, key = secret): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`
}

let sent = 0
function announce (
  app: FastifyInstance,
  { body = JSON.stringify(change), id = `msg_${++sent}`, at = Math.floor(Date.now() / 1000), key = secret, headers = {} }: Message = {}
) {
  return app.inject({
    method: 'POST',
    url: '/webhooks/supabase',
    headers: {
      'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(at),
      'webhook-signature': signed(body, id, at, key), ...headers,
    },
    body,
  })
}

/** Starts a service whose profile store counts the reads of each company. */
async function counting (t: Test) {
  const reads: string[] = []
  const profileStore = {
    async get (id: string) {
      reads.push(id)
      return { ...profile, id }
    },
    companies: async () => [], unavailable: async () => null,
  }
  const { app } = await buildTestApp(t, { config, profileStore })
  return { app, reads }
}

t.test('has no such address without a secret', async t => {
  const { app } = await buildTestApp(t)
  t.match((await announce(app)).json(), { statusCode: 404, code: 'NOT_FOUND' })
})

t.test('stops the start with a secret that can be guessed', async t => {
  await t.rejects(buildTestApp(t, { config: { SUPABASE_WEBHOOK_SECRET: 'short' } }), /SUPABASE_WEBHOOK_SECRET/)
})

t.test('reads an announced company again, and only that one', async t => {
  const { app, reads } = await counting(t)
  await app.profiles.get('shop')
  await app.profiles.get('other')
  reads.length = 0
  const answer = await announce(app)
  t.equal(answer.statusCode, 204)
  t.equal(answer.body, '')
  await app.profiles.get('shop')
  await app.profiles.get('other')
  t.same(reads, ['shop'])
})

t.test('finds the companies that a change concerns', async t => {
  const { app } = await counting(t)
  const cases: [what: string, message: object, dropped: string[]][] = [
    ['a company is added', { type: 'INSERT', table: 'companies', record: { id: 'a' }, old_record: null }, ['a']],
    ['a company is renamed', { type: 'UPDATE', table: 'companies', record: { id: 'b' }, old_record: { id: 'a' } }, ['a', 'b']],
    ['a company is deleted', { type: 'DELETE', table: 'companies', record: null, old_record: { id: 'a' } }, ['a']],
    [
      'an index is changed',
      { type: 'UPDATE', table: 'company_indexes', record: { company_id: 'a', kind: 'faq' }, old_record: { company_id: 'a' } }, ['a'],
    ],
    [
      'an index is given to another company',
      { type: 'UPDATE', table: 'company_indexes', record: { company_id: 'b' }, old_record: { company_id: 'a' } }, ['a', 'b'],
    ],
    ['a key is changed', { type: 'UPDATE', table: 'api_keys', record: { id: 'k', company_id: 'a' }, old_record: null }, []],
    ['another table is changed', { type: 'UPDATE', table: 'orders', record: { id: 'a' }, old_record: null }, []],
    ['ids that are no text', { type: 'UPDATE', table: 'companies', record: { id: 7 }, old_record: {} }, []],
  ]
  for (const [what, message, dropped] of cases) {
    for (const id of ['a', 'b', 'c']) await app.profiles.get(id)
    t.equal((await announce(app, { body: JSON.stringify(message) })).statusCode, 204, what)
    t.same(['a', 'b', 'c'].filter(id => app.profiles.peek(id) === undefined), dropped, what)
  }
})

t.test('refuses messages that are unsigned or malformed, and changes nothing', async t => {
  const { app } = await counting(t)
  await app.profiles.get('shop')
  const now = Math.floor(Date.now() / 1000)
  const body = JSON.stringify(change)
  const right = signed(body, 'x', now)
  const cases: Record<string, Message> = {
    'another secret': { key: `${secret}!` },
    'another body': { body, headers: { 'webhook-signature': signed(`${body} `, 'x', now) }, id: 'x', at: now },
    'another id': { id: 'y', at: now, headers: { 'webhook-signature': right } },
    'another time': { id: 'x', at: now - 1, headers: { 'webhook-signature': right } },
    'no signature': { headers: { 'webhook-signature': '' } },
    'another version': { id: 'x', at: now, headers: { 'webhook-signature': right.replace('v1', 'v2') } },
    'a part of the signature': { id: 'x', at: now, headers: { 'webhook-signature': right.slice(0, 20) } },
    'too old': { at: now - 301 },
    'from the future': { at: now + 302 },
    'no time': { at: NaN },
    'an empty body': { body: '', headers: { 'webhook-signature': right } },
  }
  for (const [what, message] of Object.entries(cases)) {
    t.match((await announce(app, message)).json(), { statusCode: 401, code: 'SIGNATURE_INVALID' }, what)
  }
  const bare = await app.inject({ method: 'POST', url: '/webhooks/supabase' })
  t.match(bare.json(), { statusCode: 401, code: 'SIGNATURE_INVALID' })
  t.ok(app.profiles.peek('shop'))
})

t.test('accepts one valid signature among several', async t => {
  const { app } = await counting(t)
  const at = Math.floor(Date.now() / 1000)
  const both = `${signed(JSON.stringify(change), 'two', at, 'the secret before this one')} ${signed(JSON.stringify(change), 'two', at)}`
  t.equal((await announce(app, { id: 'two', at, headers: { 'webhook-signature': both } })).statusCode, 204)
})

t.test('ignores a repeated message', async t => {
  const { app } = await counting(t)
  const message = { id: 'again', at: Math.floor(Date.now() / 1000) }
  t.equal((await announce(app, message)).statusCode, 204)
  await app.profiles.get('shop')
  t.equal((await announce(app, message)).statusCode, 204)
  t.ok(app.profiles.peek('shop'))
})

t.test('refuses a signed message that is not a change', async t => {
  const { app } = await counting(t)
  t.match((await announce(app, { body: 'no JSON' })).json(), { statusCode: 400, code: 'INVALID_JSON' })
  for (const body of ['null', '{}', '{"table":"companies","record":"shop","old_record":null}']) {
    t.match((await announce(app, { body })).json(), { statusCode: 400, code: 'INVALID_BODY' }, body)
  }
  t.match((await announce(app, { body: JSON.stringify({ ...change, more: 'x'.repeat(20_000) }) })).json(), {
    statusCode: 413, code: 'BODY_TOO_LARGE',
  })
})

t.test('drops the cached keys when a key is announced', async t => {
  const { app } = await counting(t)
  let drops = 0
  Object.assign(app, { keyVerifier: { drop: () => { drops++ } } })
  await announce(app)
  t.equal(drops, 0)
  await announce(app, { body: JSON.stringify({ ...change, table: 'api_keys' }) })
  t.equal(drops, 1)
})

t.test('with Supabase: uses the new prompt for the next question, and no cached answer of the old one', async t => {
  const lite = await startLite(t)
  await lite.sql(emptyTablesSql)
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
  t.match(await ask(), { cache: 'hit' }, 'nobody has said so yet')
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
