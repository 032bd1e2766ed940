// Curated answers over HTTP: corrected, changed, counted, flagged when their sources change, removed with their documents.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp } from '../helper.ts'

const ask = async (app: FastifyInstance, message: string, user_id = 'anna', more: object = {}) =>
  (await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id, message, stream: false, ...more } })).json()
const call = (app: FastifyInstance, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', body?: object, headers = {}) => app.inject({
  method, headers, url: `/v1/curated${path}${method === 'GET' || method === 'DELETE' ? '?company_id=shop' : ''}`,
  ...(body ? { payload: { company_id: 'shop', ...body } } : {}),
})
const documentsOf = async (app: FastifyInstance, id: string) =>
  (await app.documents!.list('shop', 'faq', { after: '', limit: 100, prefix: id })).map(({ title }) => title).sort()

t.test('corrects an answer: an entry for its question and the variants, which is found and counted', async t => {
  const { app } = await buildTestApp(t)
  const { answer_id } = await ask(app, 'Can I return a tent?')
  const corrected = { answer_id, answer: 'Tents can be returned for sixty days.', variants: ['Send back my tent'] }
  const response = await call(app, 'POST', '', corrected)
  t.equal(response.statusCode, 201, response.body)
  const { id } = response.json()
  t.match(response.json(), {
    id: /^cur_/, index: 'faq', question: 'Can I return a tent?', variants: ['Send back my tent'], access: null, gap: null, hits: 0,
    last_hit_at: null, stale: false, changed_sources: [],
  })
  t.same(await documentsOf(app, id), ['Can I return a tent?', 'Send back my tent?'])
  for (const [i, question] of ['Send back my tent?', 'Can I return a tent?'].entries()) {
    t.match((await ask(app, question, `u${i}`, { web: false })).answer, /sixty days/, question)
  }
  t.match((await call(app, 'GET', `/${id}`)).json(), { hits: 2, last_hit_at: /T/ })
  t.match((await call(app, 'GET')).json(), { data: [{ id, hits: 2 }], next: null })

  const changed = await call(app, 'PATCH', `/${id}`, { answer: 'For ninety days.', variants: [] })
  t.match(changed.json(), { answer: 'For ninety days.', hits: 2 })
  t.same(await documentsOf(app, id), ['Can I return a tent?'])
  t.equal((await call(app, 'DELETE', `/${id}`)).statusCode, 204)
  t.same(await documentsOf(app, id), [])
  t.match((await call(app, 'DELETE', `/${id}`)).json(), { code: 'CURATED_NOT_FOUND' })
})

t.test('changes at the same time leave no document that belongs to no answer', async t => {
  const { app } = await buildTestApp(t)
  const { id } = (await call(app, 'POST', '', { question: 'Do you repair tents?', answer: 'We do.' })).json()
  const changes = Array.from({ length: 6 }, (_, i) => call(app, 'PATCH', `/${id}`, { variants: [`Tent repair number ${i}`] }))
  for (const { statusCode } of await Promise.all(changes)) t.equal(statusCode, 200)
  const { question, variants } = (await call(app, 'GET', `/${id}`)).json()
  t.same(await documentsOf(app, id), [question, `${variants[0]}?`].sort())

  const [removed] = await Promise.all([
    call(app, 'DELETE', `/${id}`), ...Array.from({ length: 3 }, (_, i) => call(app, 'PATCH', `/${id}`, { variants: [`Again ${i}`] })),
  ])
  t.equal(removed.statusCode, 204)
  t.same(await documentsOf(app, id), [])
  t.match((await call(app, 'GET', `/${id}`)).json(), { code: 'CURATED_NOT_FOUND' })
})

t.test('an answer that cannot be kept leaves no documents', async t => {
  const { app } = await buildTestApp(t)
  const { put } = app.curated
  app.curated.put = async () => { throw coded('CURATED_UNAVAILABLE') }
  const made = { question: 'Do you repair tents?', answer: 'We do.', variants: ['Tent repair'] }
  t.match((await call(app, 'POST', '', made)).json(), { code: 'CURATED_UNAVAILABLE' })
  t.same(await documentsOf(app, 'cur_'), [])
  app.curated.put = put
  t.equal((await call(app, 'POST', '', made)).statusCode, 201)
})

t.test('a change that cannot be kept leaves the answer and its documents as they were', async t => {
  const { app } = await buildTestApp(t)
  const made = { question: 'Do you repair tents?', answer: 'We do.', variants: ['Tent repair'], access: ['group:staff'] }
  const { id } = (await call(app, 'POST', '', made)).json()
  const seen = async () => ({
    json: (await call(app, 'GET', `/${id}`)).json(), titles: await documentsOf(app, id),
    document: await app.documents!.get('shop', 'faq', id),
  })
  const before = await seen()
  const { put } = app.curated
  app.curated.put = async () => { throw coded('CURATED_UNAVAILABLE') }
  const changes = { answer: 'We do not.', variants: ['Mending tents'], access: null }
  t.match((await call(app, 'PATCH', `/${id}`, changes)).json(), { code: 'CURATED_UNAVAILABLE' })
  const { updatedAt, ...document } = before.document!
  t.match(await seen(), { ...before, document })
  app.curated.put = put
  t.match((await call(app, 'PATCH', `/${id}`, changes)).json(), { answer: 'We do not.', access: null })
  t.same(await documentsOf(app, id), ['Do you repair tents?', 'Mending tents?'])
})

t.test('is stale when a document that the answer rested on has changed, until it is confirmed', async t => {
  const { app } = await buildTestApp(t)
  const { answer_id } = await ask(app, 'Can I return a tent?')
  const { id } = (await call(app, 'POST', '', { answer_id, answer: 'For sixty days.' })).json()
  const profile = (await app.profiles.get('shop'))!
  const changed = { id: 'returns', title: 'Can I return a tent?', text: 'Within ten days.', url: '', fields: [] }
  const publishedAt = Date.now()
  await until(() => Date.now() > publishedAt)
  await app.documents!.put(profile, 'faq', [changed])
  t.match((await call(app, 'GET', `/${id}`)).json(), { stale: true, changed_sources: ['faq/returns'] })
  await call(app, 'POST', '', { answer_id, answer: 'For seventy days.' })
  const { get } = app.documents!
  const read: string[] = []
  app.documents!.get = (...asked) => {
    read.push(asked[2])
    return get(...asked)
  }
  t.match((await call(app, 'GET')).json().data, [{ stale: Boolean }, { stale: Boolean }])
  t.ok(read.includes('returns'))
  t.equal(new Set(read).size, read.length, 'each document is read once for a whole page')
  t.match((await call(app, 'PATCH', `/${id}`, {})).json(), { stale: false })
  await app.documents!.remove('shop', 'faq', ['returns'])
  t.match((await call(app, 'GET', `/${id}`)).json(), { stale: true })
})

t.test('is for the readers of what it corrects, unless it says otherwise', async t => {
  const { app } = await buildTestApp(t)
  await app.documents!.setAccess('shop', 'faq', 'returns', ['group:staff'])
  const { answer_id } = await ask(app, 'Can I return a tent?', 'anna', { groups: ['staff'] })
  const { id, access } = (await call(app, 'POST', '', { answer_id, answer: 'Staff: for a year.' })).json()
  t.same(access, ['group:staff'])
  t.notMatch((await ask(app, 'Can I return a tent?', 'bert')).answer, /for a year/)
  t.match((await call(app, 'PATCH', `/${id}`, { access: null })).json(), { access: null })
  t.equal((await app.documents!.get('shop', 'faq', id))!.access, undefined)
  t.match((await call(app, 'PATCH', `/${id}`, { access: ['everybody'] })).json(), { code: 'INVALID_BODY' })
})

t.test('what a correction rested on is known by its passages; it is for those who may see all of it', async t => {
  const { app } = await buildTestApp(t)
  const profile = (await app.profiles.get('shop'))!
  const chunks = ['Staff may return a tent within sixty days.', 'Staff may return a kayak within ninety days.']
    .map((text, n) => ({ n, text, headings: [], tokens: 10 }))
  const rules = { id: 'rules', title: 'Returns of staff', url: '', fields: [], chunks, text: '' }
  await app.documents!.put(profile, 'faq', [rules])
  await app.documents!.setAccess('shop', 'faq', 'rules', ['group:board', 'group:staff', 'user:anna'])
  await app.documents!.setAccess('shop', 'faq', 'returns', ['group:staff'])
  const { answer_id, sources } = await ask(app, 'May staff return a tent?', 'anna', { groups: ['staff'] })
  t.match(JSON.stringify(sources), /faq\/rules#\d/)
  const correct = async () => (await call(app, 'POST', '', { answer_id, answer: 'For a year.' })).json()
  const { id, access } = await correct()
  t.same(access, /faq\/returns/.test(JSON.stringify(sources)) ? ['group:staff'] : ['group:board', 'group:staff', 'user:anna'])
  await app.documents!.remove('shop', 'faq', ['rules'])
  t.match((await call(app, 'GET', `/${id}`)).json(), { stale: true, changed_sources: ['faq/rules'] })
  t.same((await correct()).access, [], 'nobody, when it is no longer known')
})

t.test('holds the entries that close gaps, too', async t => {
  const { app } = await buildTestApp(t)
  await ask(app, 'Is gift wrapping possible?')
  const gaps = async () => (await app.inject('/v1/gaps?company_id=shop&status=all')).json().data
  const [{ id }] = await gaps()
  const entry = { company_id: 'shop', question: 'Do you wrap gifts?', answer: 'Yes, gift wrapping costs 3 €.' }
  await app.inject({ method: 'POST', url: `/v1/gaps/${id}/publish`, payload: entry })
  t.match((await call(app, 'GET')).json(), { data: [{ id, gap: id, question: 'Do you wrap gifts?', answer: /3 €/ }] })
  await ask(app, 'Do you wrap gifts?', 'carl')
  t.match((await call(app, 'GET', `/${id}`)).json(), { hits: 1 }, 'asking again for a check is no hit')
})

t.test('masks the question of an answer, and refuses what it cannot use', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const { answer_id } = await ask(app, 'Can I return a tent? My name is Jane Doe')
  t.match((await call(app, 'POST', '', { answer_id, answer: 'Yes.' })).json(), { question: 'Can I return a tent? My name is [name]' })
  const code = async (body: object) => (await call(app, 'POST', '', body)).json().code
  t.equal(await code({ answer: 'Yes.' }), 'INVALID_BODY')
  t.equal(await code({ answer: 'Yes.', answer_id: 'unknown' }), 'ANSWER_NOT_FOUND')
  t.equal(await code({ answer: 'Yes.\0', question: 'A?' }), 'INVALID_TEXT')
  t.equal(await code({ answer: 'Yes.', question: 'A?', index: 'nothing' }), 'UNKNOWN_INDEX')
  t.equal((await call(app, 'GET', '/nothing')).json().code, 'CURATED_NOT_FOUND')
  const made = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(made.key)
  t.match((await call(app, 'GET', '', undefined, { authorization: `Bearer ${made.text}` })).json(), { code: 'SCOPE_MISSING' })
})
