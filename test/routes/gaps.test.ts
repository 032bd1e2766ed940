// Gaps over HTTP: recorded from what was asked in vain, grouped, explained, and closed by an entry that answers.
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { coded } from '../../src/errors.ts'
import { makeKey } from '../../src/keys/key.ts'
import { buildTestApp } from '../helper.ts'

const ask = async (app: FastifyInstance, message: string, user_id = 'anna', more: object = {}) =>
  (await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id, message, stream: false, ...more } })).json()
const rate = (app: FastifyInstance, id: string, body: object) =>
  app.inject({ method: 'POST', url: `/chat/${id}/feedback`, payload: { company_id: 'shop', user_id: 'anna', ...body } })
const list = async (app: FastifyInstance, query = '') => (await app.inject(`/v1/gaps?company_id=shop${query}`)).json().data
const show = async (app: FastifyInstance, id: string) => (await app.inject(`/v1/gaps/${id}?company_id=shop`)).json()
const act = (app: FastifyInstance, id: string, action: string, body: object = {}, headers = {}) =>
  app.inject({ method: 'POST', url: `/v1/gaps/${id}/${action}`, payload: { company_id: 'shop', ...body }, headers })

const wrapping = ['Do you offer gift wrapping?', 'Is gift wrapping possible?', 'How much is gift wrapping?']

async function withGaps (t: Test, options: Parameters<typeof buildTestApp>[1] = {}): Promise<FastifyInstance> {
  const { app } = await buildTestApp(t, options)
  for (const [i, message] of wrapping.entries()) t.equal((await ask(app, message, `user-${i}`)).finish_reason, 'no_answer', message)
  await ask(app, 'Are submarine licences issued by anna@example.org or 0612345678?', 'user-0')
  return app
}

t.test('groups what was asked in vain, what most people asked first, without personal data', async t => {
  const app = await withGaps(t)
  const [first, second, ...others] = await list(app)
  t.same(others, [])
  t.match(first, {
    id: /^gap_/, status: 'open', assignee: null, people: 3, questions: 3, causes: { no_answer: 3, disliked: 0, asked_again: 0 },
    trend: { change: null }, publication: null,
  })
  t.same(first.trend.days.at(-1), 3)
  t.same(first.examples.map(({ question }: { question: string }) => question).sort(), [...wrapping].sort())
  const masked = 'Are submarine licences issued by [mail] or [number]?'
  t.match(second.examples, [{ question: masked, language: 'en', cause: 'no_answer', times: 1 }])
  t.notMatch(JSON.stringify([first, second]), /user-\d|anna@|0612345678/)
  const detail = await show(app, first.id)
  t.match(detail, { id: first.id, draft: { index: 'faq', question: /wrapping\?$/, variants: { length: 2 } } })
  t.ok(detail.passages.every(({ why }: { why: { reason: string } }) => ['missing_words', 'weak', 'other_value'].includes(why.reason)))
  const ids = (await list(app)).map(({ id }: { id: string }) => id)
  await ask(app, 'Gift wrapping?', 'user-9')
  t.same((await list(app)).map(({ id }: { id: string }) => id), ids, 'ids stay')
  t.equal((await list(app))[0].people, 4)
})

t.test('closes a gap with an entry, asks its questions again, and replaces the entry', async t => {
  const app = await withGaps(t)
  const [{ id }] = await list(app)
  const { draft } = await show(app, id)
  const response = await act(app, id, 'publish', { question: draft.question, answer: 'Yes, gift wrapping costs 3 €.' })
  t.equal(response.statusCode, 200, response.body)
  t.match(response.json(), {
    gap: { id, status: 'published', publication: { index: 'faq', answer: 'Yes, gift wrapping costs 3 €.', asked: 3, answered: 3 } },
    check: { asked: 3, answered: 3, unanswered: [] },
  })
  t.match((await ask(app, wrapping[1]!, 'new')), { answer: /gift wrapping costs 3 €/ })
  t.same((await list(app)).map(({ id: other }: { id: string }) => other === id), [false])
  t.equal((await list(app, '&status=published')).length, 1)
  const count = async () => (await app.documents!.list('shop', 'faq', { after: '', limit: 100, prefix: id })).length
  t.equal(await count(), 1, 'its questions find the entry without variants')
  await act(app, id, 'publish', { question: draft.question, answer: 'It costs 3 €.', variants: ['As a present?', 'Present paper?'] })
  t.equal(await count(), 3)
  await act(app, id, 'publish', { question: 'Gift wrapping?', answer: 'It costs 4 €.', variants: [] })
  t.equal(await count(), 1, 'variants that are no longer wanted are gone')
  t.match((await ask(app, 'Gift wrapping?', 'other')), { answer: /4 €/ })
})

t.test('an entry that cannot be kept leaves the documents of the one before, or none', async t => {
  const app = await withGaps(t)
  const [{ id }] = await list(app)
  const titles = async () => (await app.documents!.list('shop', 'faq', { after: '', limit: 100, prefix: id })).map(({ title }) => title)
  const { put } = app.curated
  const publish = (question: string, ...variants: string[]) => act(app, id, 'publish', { question, answer: 'It costs 3 €.', variants })
  const fails = async (...entry: Parameters<typeof publish>) => {
    app.curated.put = async () => { throw coded('CURATED_UNAVAILABLE') }
    t.match((await publish(...entry)).json(), { code: 'CURATED_UNAVAILABLE' })
    app.curated.put = put
  }
  await fails('Gift wrapping?', 'As a present?')
  t.same(await titles(), [])
  t.equal((await publish('Gift wrapping?', 'As a present?')).statusCode, 200)
  const before = await titles()
  await fails('Wrapping of gifts?', 'Present paper?')
  t.same(await titles(), before)
})

t.test('an entry goes with its gap into another one: publishing that replaces it, and what came later opens it', async t => {
  const app = await withGaps(t)
  const [first, second] = await list(app)
  const entries = async () => (await app.documents!.list('shop', 'faq', { after: '', limit: 100, prefix: 'gap_' })).map(({ id }) => id)
  await act(app, first.id, 'publish', { question: 'Gift wrapping?', answer: 'Yes, for 3 €.', variants: ['As a present?'] })
  t.equal((await entries()).length, 2)

  const merged = (await act(app, second.id, 'merge', { from: [first.id] })).json()
  t.match(merged, { id: second.id, status: 'open', publication: { answer: 'Yes, for 3 €.' } })
  await act(app, second.id, 'publish', { question: 'Gift wrapping?', answer: 'Yes, for 4 €.', variants: [] })
  t.same(await entries(), [second.id], 'one entry, not two that contradict each other')
  t.match((await ask(app, 'Gift wrapping?', 'new')).answer, /4 €/)
  const curated = (await app.inject('/v1/curated?company_id=shop')).json().data
  t.same(curated.map(({ id }: { id: string }) => id), [second.id])

  await ask(app, 'Do you teach trapeze artists?', 'someone')
  const [later] = await list(app)
  t.match(await show(app, second.id), { status: 'published' })
  t.match((await act(app, second.id, 'merge', { from: [later.id] })).json(), { id: second.id, status: 'open' })
})

t.test('records thumbs down, also taken back, and answers that were asked for again in other words', async t => {
  const { app } = await buildTestApp(t)
  const { answer_id: id } = await ask(app, 'Can I return a tent?')
  await rate(app, id, { rating: -1, correction: 'Tents can be returned for sixty days.' })
  const [gap] = await list(app)
  t.match(gap, { causes: { disliked: 1 }, question: 'Can I return a tent?' })
  t.match((await show(app, gap.id)).draft, { answer: 'Tents can be returned for sixty days.', from: 'correction' })
  await rate(app, id, { rating: 1 })
  t.same(await list(app), [])

  await ask(app, 'How long does delivery take?', 'bert')
  await ask(app, 'How long does the delivery take to arrive?', 'bert')
  await ask(app, 'How long does delivery take?', 'carl')
  await ask(app, 'How long does delivery take?', 'carl')
  await ask(app, 'How long does delivery take?', 'dora')
  await ask(app, 'What does the gas stove cost?', 'dora')
  t.match(await list(app), [{ causes: { asked_again: 1 }, question: 'How long does delivery take?', people: 1 }])
})

t.test('dismisses, assigns, merges and opens again', async t => {
  const app = await withGaps(t)
  const [first, second] = await list(app)
  t.match((await act(app, first.id, 'assign', { assignee: 'Zoé' })).json(), { assignee: 'Zoé' })
  t.same((await list(app, '&assignee=Zo%C3%A9')).map(({ id }: { id: string }) => id), [first.id])
  t.match((await act(app, first.id, 'dismiss')).json(), { status: 'dismissed', dismiss_reason: null })
  const reason = 'Anna <b>said</b> no: anna@shop.example, 0612345678'
  t.match((await act(app, first.id, 'dismiss', { reason })).json(), { dismiss_reason: /no: \[mail\], \[number\]$/ })
  t.match((await act(app, first.id, 'dismiss')).json(), { dismiss_reason: /said/ }, 'it stays until another is given')
  t.match((await act(app, first.id, 'dismiss', { reason: '' })).json(), { code: 'INVALID_BODY' })
  t.match((await act(app, first.id, 'dismiss', { reason: 'a\0' })).json(), { code: 'INVALID_TEXT' })
  t.match((await act(app, first.id, 'dismiss', { reason: null })).json(), { dismiss_reason: null })
  t.match((await act(app, first.id, 'dismiss', { reason: 'Not sold.' })).json(), { dismiss_reason: 'Not sold.' })
  t.same((await list(app)).map(({ id }: { id: string }) => id), [second.id])
  await ask(app, wrapping[0]!, 'somebody else')
  t.match(await list(app, '&status=dismissed'), [{ id: first.id, people: 4, dismiss_reason: 'Not sold.' }], 'counted, and still dismissed')
  t.match((await act(app, first.id, 'reopen')).json(), { status: 'open', dismiss_reason: null })
  t.match((await act(app, first.id, 'merge', { from: [second.id] })).json(), { id: first.id, questions: 5 })
  t.equal((await show(app, second.id)).id, first.id)
  t.match((await act(app, first.id, 'merge', { from: [first.id] })).json(), { code: 'INVALID_BODY' })
  t.match((await act(app, first.id, 'merge', { from: ['nothing'] })).json(), { code: 'GAP_NOT_FOUND' })
  for (const action of ['dismiss', 'reopen']) t.equal((await act(app, 'nothing', action)).statusCode, 404)
})

t.test('is for those who may write, of their own company, and checks what it is given', async t => {
  const app = await withGaps(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const [{ id }] = await list(app)
  const entry = { question: 'Gift wrapping?', answer: 'Yes.' }
  t.match((await act(app, id, 'publish', { ...entry, index: 'nothing' })).json(), { code: 'UNKNOWN_INDEX' })
  t.match((await act(app, id, 'publish', { ...entry, answer: 'a\0' })).json(), { code: 'INVALID_TEXT' })
  t.match((await act(app, id, 'publish', { question: 'Q?' })).json(), { code: 'INVALID_BODY' })
  t.match((await app.inject('/v1/gaps?company_id=nobody')).json(), { code: 'UNKNOWN_COMPANY' })
  const make = async (company: string, scopes: ('chat' | 'write')[]) => {
    const made = makeKey({ company, scopes })
    await app.keys.create(made.key)
    return { authorization: `Bearer ${made.text}` }
  }
  const [chat, write, other] = [await make('shop', ['chat']), await make('shop', ['write']), await make('other', ['write'])]
  for (const url of ['/v1/gaps', `/v1/gaps/${id}`, '/v1/top-questions']) {
    t.match((await app.inject({ url, headers: chat })).json(), { code: 'SCOPE_MISSING' }, url)
    t.equal((await app.inject({ url, headers: write })).statusCode, 200, url)
    t.match((await app.inject({ url: `${url}?company_id=shop`, headers: other })).json(), { code: 'WRONG_COMPANY' }, url)
  }
  t.match((await act(app, id, 'publish', entry, chat)).json(), { code: 'SCOPE_MISSING' })
  t.match((await act(app, id, 'dismiss', {}, other)).json(), { code: 'WRONG_COMPANY' })
})

t.test('keeps an entry for those whom its sources are for', async t => {
  const { app } = await buildTestApp(t)
  await app.documents!.setAccess('shop', 'faq', 'returns', ['group:staff'])
  const staff = { groups: ['staff'] }
  const { answer_id: id } = await ask(app, 'Can I return a tent?', 'anna', staff)
  await rate(app, id, { rating: -1, correction: 'Staff return tents for a year.' })
  const [gap] = await list(app)
  t.match((await show(app, gap.id)).draft, { access: ['group:staff'], answer: 'Staff return tents for a year.' })
  const entry = { question: 'Can I return a tent?', answer: 'Staff return tents for a year.' }
  t.match((await act(app, gap.id, 'publish', { ...entry, access: ['everybody'] })).json(), { code: 'INVALID_BODY' })
  t.match((await act(app, gap.id, 'publish', entry)).json(), { check: { asked: 1, answered: 1 } })
  t.same((await app.documents!.get('shop', 'faq', gap.id))!.access, ['group:staff'])
  t.notMatch((await ask(app, 'Can I return a tent?', 'bert')).answer, /for a year/)
  await act(app, gap.id, 'publish', { ...entry, access: null })
  t.equal((await app.documents!.get('shop', 'faq', gap.id))!.access, undefined)
  await act(app, gap.id, 'publish', { ...entry, access: ['user:anna'] })
  await act(app, gap.id, 'publish', { ...entry, answer: 'Staff return tents for two years.' })
  t.same((await app.documents!.get('shop', 'faq', gap.id))!.access, ['user:anna'], 'as before, when it is published again')
})

t.test('does not count what was asked of a part of the documents', async t => {
  const { app } = await buildTestApp(t)
  t.equal((await ask(app, 'How long does delivery take?', 'anna', { indexes: ['products'] })).finish_reason, 'no_answer')
  t.same(await list(app), [])
})

t.test('forgets a user: what is stored, what waits, and the ratings', async t => {
  const app = await withGaps(t)
  await app.gapRecorder!.flush()
  await ask(app, 'Do you sell submarines?', 'user-1')
  t.equal(await app.gapRecorder!.forgetUser('shop', 'user-0'), 2)
  await app.gapRecorder!.forgetUser('shop', 'user-1')
  t.match(await list(app), [{ people: 1, questions: 1 }])
})

t.test('records nothing of a test or an evaluation, whose answer is new and no turn of a conversation', async t => {
  const { app } = await buildTestApp(t)
  const first = await ask(app, wrapping[0]!, 'anna', { record: false })
  t.match(first, { finish_reason: 'no_answer', cache: 'miss' })
  t.equal((await ask(app, wrapping[0]!, 'anna', { record: false, conversation_id: first.conversation_id })).cache, 'miss')
  t.same(await list(app), [])
  const kept = await app.inject(`/v1/conversations/${first.conversation_id}?company_id=shop&user_id=anna`)
  t.equal(kept.statusCode, 404)
})

t.test('records nothing when it is off', async t => {
  const { app } = await buildTestApp(t, { config: { GAPS_TTL_SECONDS: 0 } })
  await ask(app, wrapping[0]!)
  t.match((await app.inject('/v1/gaps?company_id=shop')).json(), { code: 'NOT_SUPPORTED' })
})

t.test('lists the questions that are asked most, masked', async t => {
  const { app } = await buildTestApp(t)
  for (const user of ['a', 'b', 'c']) await ask(app, 'How long does delivery take?', user)
  for (const user of ['a', 'b']) await ask(app, 'Can I return a tent? Mail anna@example.org', user)
  t.same((await app.inject('/v1/top-questions?company_id=shop')).json().data, [
    { question: 'How long does delivery take?', language: null, times: 3 },
    { question: 'Can I return a tent? Mail [mail]', language: null, times: 2 },
  ])
})
