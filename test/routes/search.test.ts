// POST /search: what /chat would answer from, and why.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Scope } from '../../src/keys/store.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp, type TestOptions } from '../helper.ts'

const body = { company_id: 'shop', message: 'How long does delivery to islands take?' }

async function make (t: Test, options: TestOptions = {}) {
  const { app } = await buildTestApp(t, options)
  const search = async (payload: object, headers: Record<string, string> = {}) => {
    const response = await app.inject({ method: 'POST', url: '/search', payload, headers })
    return { status: response.statusCode, json: response.json() }
  }
  return { app, search }
}

t.test('returns the passages that an answer is made from, in their order', async t => {
  const { app, search } = await make(t)
  const { status, json } = await search(body)
  t.equal(status, 200)
  t.match(json, { question: body.message, language: 'en', documents_language: 'en', answerable: true })
  t.match(json.passages[0], { n: 1, id: 'faq/delivery', title: 'How long does delivery take?', text: /^Delivery takes two/ })
  t.notOk('explain' in json || 'explain' in json.passages[0])
  const answer = (await app.inject({ method: 'POST', url: '/chat', payload: { ...body, user_id: 'u', stream: false } })).json()
  const ids = (list: { id: string }[]) => list.map(({ id }) => id)
  t.same(ids(answer.sources), ids(json.passages).slice(0, answer.sources.length))
})

t.test('shows where the question\'s words are', async t => {
  const { search } = await make(t)
  const found = (shown: string, spans: [number, number][]) => spans.map(([from, to]) => shown.slice(from, to))
  const [{ title, text, highlights }] = (await search(body)).json.passages
  t.same(found(text, highlights.text), ['Delivery', 'takes', 'islands', 'takes'])
  t.same(found(title, highlights.title), ['long', 'delivery', 'take'])
  const [{ fields, highlights: { fields: marked } }] = (await search({ ...body, message: 'What is the price of the stove?' })).json.passages
  t.same([fields, marked], [[['Price', '49.90 €']], [[[[0, 5]], []]]])
})

t.test('explains how the question was understood and why each passage was found', async t => {
  const { search } = await make(t)
  const { explain, passages } = (await search({ ...body, message: 'delivry to islands', explain: true })).json
  t.match(explain.words, [{ word: 'delivry', known: true, corrections: ['deliveri'] }, { word: 'islands', known: true, corrections: [] }])
  t.match(explain, { ngrams: ['delivry islands', 'delivry', 'islands'], indexes: ['faq', 'products'], embedding_models: ['fake'] })
  t.match(explain.timings_ms, { prompt: Number, embed: Number, search: Number, total: Number })
  t.match(passages[0].explain, { keyword: 1, similarity: Number, evidence: Number, matched: [0, 1], factors: { content: 1 } })
})

t.test('limits passages and indexes', async t => {
  const { search } = await make(t)
  t.equal((await search({ ...body, limit: 1 })).json.passages.length, 1)
  const { json } = await search({ ...body, indexes: ['products'], explain: true })
  t.ok(json.passages.every(({ index }: { index: string }) => index === 'products'))
  t.same(json.explain.indexes, ['products'])
})

t.test('finds nothing likely for what the documents do not hold', async t => {
  const { search } = await make(t)
  t.match((await search({ ...body, message: 'Who won the world cup in 1998?' })).json, { answerable: false })
})

t.test('shows what a language model would be sent, except to a key that may only ask', async t => {
  const { app, search } = await make(t, { model: fakeModel(['Two days. [1]']), config: { KEY_CACHE_SECONDS: 0 } })
  const asked = { ...body, explain: true }
  const { messages } = (await search(asked)).json.explain
  t.match(messages, [{ role: 'system' }, { role: 'user', content: /<passage n="1">[^]*How long does delivery to islands take\?$/ }])
  const headersOf = async (...scopes: Scope[]) => {
    const { key, text } = makeKey({ company: 'shop', scopes })
    await app.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  t.equal((await search(asked, await headersOf('chat'))).json.explain.messages, null)
  t.equal((await search(asked, await headersOf('chat', 'write'))).json.explain.messages.length, 2)
  t.match(await search({ ...asked, company_id: 'other' }, await headersOf('chat')), { status: 403, json: { code: 'WRONG_COMPANY' } })
  t.match(await search(asked, await headersOf('write')), { status: 403, json: { code: 'SCOPE_MISSING' } })
})

t.test('refuses what it does not understand, with words', async t => {
  const { search } = await make(t)
  for (const [payload, code] of [
    [{ ...body, message: ' ' }, 'MESSAGE_EMPTY'], [{ ...body, company_id: 'nobody' }, 'UNKNOWN_COMPANY'],
    [{ ...body, indexes: ['news'] }, 'UNKNOWN_INDEX'], [{ ...body, limit: 51 }, 'INVALID_BODY'], [{ ...body, top: 1 }, 'INVALID_BODY'],
  ] as const) t.match((await search(payload)).json, { code })
})

t.test('counts searches apart from questions', async t => {
  const { app, search } = await make(t, { config: { RATE_LIMIT_CALLS: 1 } })
  const mine = { ...body, user_id: 'u' }
  t.equal((await search(mine)).status, 200)
  t.match(await search(mine), { status: 429, json: { code: 'RATE_LIMITED' } })
  t.equal((await app.inject({ method: 'POST', url: '/chat', payload: { ...mine, stream: false } })).statusCode, 200)
})
