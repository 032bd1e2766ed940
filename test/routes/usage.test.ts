// What companies use is counted by day and key, budgets limit the language model, and changes are recorded.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp } from '../helper.ts'

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'

async function make (t: Test, config: object = {}) {
  const { app, dir } = await buildTestApp(t, {
    config: { KEY_CACHE_SECONDS: 0, ANSWER_CACHE_TTL_SECONDS: 0, ...config }, model: fakeModel(['Two working days. [1]']),
  })
  const keyed = async (company: string | null, scopes: Scope[], more: object = {}) => {
    const { key, text } = makeKey({ company, scopes, ...more })
    await app.keys.create(key)
    return { id: key.id, text, headers: { authorization: `Bearer ${text}` } }
  }
  const send = async (method: Method, url: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method, url, headers, ...(body ? { body } : {}) })
    const first = response.body.startsWith('{') ? JSON.parse(response.body.split('\n')[0]!) : {}
    return { status: response.statusCode, text: response.body, ...first }
  }
  const ask = (headers: Record<string, string> = {}, more: object = {}) => send('POST', '/chat', {
    company_id: 'shop', user_id: 'u', message: 'How long does delivery take?', stream: false, ...more,
  }, headers)
  return { app, dir, keyed, send, ask }
}

t.test('counts questions, tokens and searches by day and key', async t => {
  const { send, ask, keyed } = await make(t)
  const admin = await keyed('shop', ['admin'], { name: 'main' })
  const chat = await keyed('shop', ['chat'], { name: '=cmd()' })
  await ask(chat.headers)
  await ask(chat.headers)
  await ask(admin.headers)
  await send('POST', '/search', { message: 'delivery' }, chat.headers)
  const report = await send('GET', '/v1/usage', undefined, admin.headers)
  t.match(report, {
    status: 200, company_id: 'shop', data: [{ day: report.to, key: null, questions: 3, searches: 1 }],
    total: { questions: 3, input_tokens: 15, output_tokens: 3, searches: 1 }, storage: { documents: 4 },
  })
  const byKey = await send('GET', '/v1/usage?by=key', undefined, admin.headers)
  const ofChat = byKey.data.find(({ key }: { key: string }) => key === chat.id)
  t.match(ofChat, { day: null, questions: 2, input_tokens: 10, searches: 1, name: '=cmd()' })
  t.match(await send('GET', '/v1/usage?by=site', undefined, admin.headers), { data: [], total: { questions: 0 } })
  const csv = (await send('GET', '/v1/usage?by=day,key&format=csv', undefined, admin.headers)).text.split('\r\n')
  t.equal(csv[0], 'day,key,kind,name,questions,input_tokens,output_tokens,searches')
  t.ok(csv.some((line: string) => line.includes(`,${chat.id},api,'=cmd(),2,10,2,1`)), 'a name is no formula')
  for (const query of ['from=2026-02-30x', 'from=2020-01-01&to=2026-01-01', 'from=2026-02-02&to=2026-02-01', 'by=name', 'format=xml']) {
    t.equal((await send('GET', `/v1/usage?${query}`, undefined, admin.headers)).status, 400, query)
  }
  t.match(await send('GET', '/v1/usage', undefined, chat.headers), { status: 403 })
  t.match(await send('GET', '/v1/usage?company_id=shop', undefined, (await keyed('other', ['admin'])).headers), { status: 403 })
})

t.test('answers without the language model when a budget is spent, never with an error', async t => {
  const { send, ask } = await make(t)
  const budget = { questions_per_day: 2 }
  t.match(await send('PATCH', '/v1/companies/shop', { budget }), { status: 200, budget })
  t.match(await ask(), { status: 200, answered_by: 'llm', degraded: false })
  t.match(await ask(), { answered_by: 'llm' })
  for (let n = 0; n < 2; n++) {
    const degraded = { degraded: true, degraded_reason: 'budget' }
    t.match(await ask(), { status: 200, answered_by: 'extractive', ...degraded, answer: /two working days/i })
  }
  t.match(await ask({}, { message: 'Hello!' }), { status: 200, answered_by: 'smalltalk' })
  const report = { total: { questions: 5, output_tokens: 2 }, budget: { questions_per_day: 2, spent: true } }
  t.match(await send('GET', '/v1/usage?company_id=shop'), report)
  const messages = [{ role: 'user', content: 'How long does delivery take?' }]
  t.match(await send('POST', '/v1/chat/completions', { model: 'shop', messages }), { status: 200 })
  await send('PATCH', '/v1/companies/shop', { budget: null })
  t.match(await ask(), { answered_by: 'llm' })
})

t.test('has a budget for tokens, and one for each key', async t => {
  const { send, ask, keyed } = await make(t)
  const [one, two, operator] = [await keyed('shop', ['chat']), await keyed('shop', ['chat']), await keyed(null, ['admin'])]
  const budget = { tokens_per_day: 1000, keys: { [one.id]: { tokens_per_day: 6 } } }
  t.match(await send('PATCH', '/v1/companies/shop', { budget }, operator.headers), { status: 200 })
  t.match(await ask(one.headers), { answered_by: 'llm' })
  t.match(await ask(one.headers), { answered_by: 'extractive', degraded_reason: 'budget' })
  t.match(await ask(two.headers), { answered_by: 'llm' })
  const own = await keyed('shop', ['admin'])
  t.match(await send('PATCH', '/v1/companies/shop', { budget: null }, own.headers), { status: 403, message: /"budget" needs/ })
  for (const wrong of [{ questions_per_day: -1 }, { questions: 1 }, { keys: { x: {} } }]) {
    t.equal((await send('PATCH', '/v1/companies/shop', { budget: wrong }, operator.headers)).status, 400)
  }
})

t.test('keeps counts over a restart, and deletes them with the company', async t => {
  const { app, send, ask } = await make(t)
  await ask()
  await app.usage.flush()
  t.match(await app.store.run('readUsage', '', { company: 'shop', from: '2000-01-01', to: '2100-01-01' }), [{ questions: 1 }])
  const { removed } = await send('DELETE', '/v1/companies/shop')
  t.match(removed.find(({ what }: { what: string }) => what === 'counts of usage'), { count: 1 })
  t.same(await app.store.run('readUsage', '', { company: 'shop', from: '2000-01-01', to: '2100-01-01' }), [])
})

t.test('records who changed what, without secrets or texts', async t => {
  const { app, dir, send, keyed } = await make(t)
  const operator = await keyed(null, ['admin'])
  const made = await send('POST', '/v1/companies/shop/keys', { name: 'for the shop' }, operator.headers)
  await send('PATCH', '/v1/companies/shop', { system_prompt: 'zebrastripes', budget: { tokens_per_day: 5 } }, operator.headers)
  const documents = [{ id: 'x', question: 'zebrastripes?', answer: 'y' }]
  const sent = await send('PUT', '/v1/indexes/faq/documents?company_id=shop', documents, operator.headers)
  await app.uploads!.whenEnded('shop', sent.task.id)
  await send('DELETE', '/v1/indexes/faq/documents/x?company_id=shop', undefined, operator.headers)
  await send('DELETE', '/v1/users/anna?company_id=shop', undefined, operator.headers)
  await send('DELETE', `/v1/companies/shop/keys/${made.id}`, undefined, operator.headers)
  await send('PATCH', '/v1/companies/shop', { name: '' }, operator.headers)
  const { data } = await send('GET', '/v1/audit', undefined, operator.headers)
  t.match(data, [
    { action: 'key.revoke', target: made.id }, { action: 'user.erase', target: '' }, { action: 'document.delete', target: 'faq/x' },
    { action: 'documents.upload', target: `faq: task ${sent.task.id}` }, { action: 'company.change', target: 'system_prompt, budget' },
    { action: 'key.create', target: made.id },
  ])
  t.equal(data.length, 6, 'what was refused changed nothing')
  t.ok(data.every((entry: { company_id: string, key: string }) => entry.company_id === 'shop' && entry.key === operator.id))
  const file = Buffer.concat(await Promise.all(
    (await readdir(join(dir, 'var'))).filter(name => name.startsWith('records.sqlite')).map(name => readFile(join(dir, 'var', name)))
  ))
  for (const secret of ['zebrastripes', 'anna', made.key.split('_')[2], 'for the shop']) t.notOk(file.includes(secret), secret)

  const page = await send('GET', '/v1/audit?limit=4', undefined, operator.headers)
  t.equal(page.data.length, 4)
  t.equal((await send('GET', `/v1/audit?limit=4&after=${page.next}`, undefined, operator.headers)).data.length, 2)
  t.equal((await send('GET', '/v1/audit/export', undefined, operator.headers)).text.trim().split('\n').length, 6)
  const actions = async (wanted: string) => (await send('GET', `/v1/audit?action=${wanted}`, undefined, operator.headers)).data
    .map(({ action }: { action: string }) => action)
  t.same(await actions('key'), ['key.revoke', 'key.create'])
  t.same(await actions('key.create,document'), ['document.delete', 'key.create'])
  t.same(await actions('ke'), [], 'a whole word')
  t.same(await actions('nothing'), [])
  t.match(await send('GET', '/v1/audit?action=Key', undefined, operator.headers), { status: 400 })
  t.equal((await send('GET', '/v1/audit?since=2100-01-01T00:00:00Z', undefined, operator.headers)).data.length, 0)
  const admin = await keyed('other', ['admin'])
  t.same((await send('GET', '/v1/audit', undefined, admin.headers)).data, [])
  t.match(await send('GET', '/v1/audit?company_id=shop', undefined, admin.headers), { status: 403 })
  t.match(await send('GET', '/v1/audit', undefined, (await keyed('shop', ['chat', 'write'])).headers), { status: 403 })
})

t.test('records what was erased in part too', async t => {
  const { app, send } = await make(t)
  let fails = true
  app.addKeeper({
    what: 'stamps',
    where: 'memory',
    erase () {
      if (fails) throw new Error('away')
      return 0
    },
  })
  t.match(await send('DELETE', '/v1/users/anna?company_id=shop'), { status: 503, code: 'ERASURE_INCOMPLETE', message: /stamps/ })
  t.match((await send('GET', '/v1/audit')).data, [{ action: 'user.erase', company_id: 'shop' }])
  fails = false
  t.match(await send('DELETE', '/v1/users/anna?company_id=shop'), { status: 200 })
  t.equal((await send('GET', '/v1/audit')).data.length, 2)
})
