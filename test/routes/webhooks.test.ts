// A change that Supabase announces applies at once; unsigned messages change nothing. With a real project: backends/supabase.
import t, { type Test } from 'tap'
import type { CompanyProfile } from '../../src/types.ts'
import { announce, change, config, secret, signed, type Message } from '../fixtures/webhook.ts'
import { buildTestApp } from '../helper.ts'

const profile: CompanyProfile = {
  id: 'shop', name: 'Shop', language: 'en', systemPrompt: '', indexes: {}, refuseWithoutPassages: true, commonQuestions: [], version: '1',
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
