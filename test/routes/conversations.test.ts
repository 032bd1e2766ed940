// /conversations/{id}: read and deleted by its own user only.
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { turnOf } from '../contracts/conversations.ts'
import { noRedis, startRedis } from '../fixtures/redis-server.ts'
import { buildTestApp } from '../helper.ts'

const anna = { company: 'shop', user: 'anna é&=/' }
const user_id = encodeURIComponent(anna.user)
const url = `/conversations/c-1?company_id=shop&user_id=${user_id}`

t.test('returns a conversation as it was stored', async t => {
  const { app } = await buildTestApp(t)
  app.conversations.append(anna, 'c-1', turnOf('One?', { answerId: 'a1' }))
  app.conversations.append(
    anna, 'c-1',
    turnOf('And two?', { answerId: 'a2', standalone: 'How much is two?', answer: '2 €', cited: ['Prices'], finishReason: 'length' })
  )
  app.conversations.append(anna, 'c-1', turnOf('Three?', { answerId: 'a3', finishReason: 'no_answer' }))
  await app.conversations.storeDigest(anna, (await app.conversations.get(anna, 'c-1'))!, 0, 'One.')
  const response = await app.inject(url)
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'no-store')
  const { created_at, updated_at, ...rest } = response.json()
  t.strictSame(rest, {
    conversation_id: 'c-1',
    company_id: 'shop',
    user_id: anna.user,
    digest: 'One.',
    condensed_turns: 1,
    turns: [
      {
        answer_id: 'a2', question: 'And two?', standalone_question: 'How much is two?', answer: '2 €', cited: ['Prices'],
        finish_reason: 'length', asked_at: '2023-11-14T22:13:20.000Z',
      },
      {
        answer_id: 'a3', question: 'Three?', answer: 'About Three?.', cited: [], finish_reason: 'no_answer',
        asked_at: '2023-11-14T22:13:20.000Z',
      },
    ],
  })
  for (const time of [created_at, updated_at]) t.equal(new Date(time).toISOString(), time)
  t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 405)
})

t.test('deletes it once', async t => {
  const { app } = await buildTestApp(t)
  app.conversations.append(anna, 'c-1', turnOf('One?'))
  const gone = await app.inject({ method: 'DELETE', url })
  t.same([gone.statusCode, gone.body, gone.headers['cache-control']], [204, '', 'no-store'])
  for (const method of ['DELETE', 'GET'] as const) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 404)
    t.match(response.json(), { code: 'CONVERSATION_NOT_FOUND', statusCode: 404 })
    t.equal(response.headers['cache-control'], 'no-store')
  }
})

t.test('hides it from everyone else', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  app.conversations.append(anna, 'c-1', turnOf('One?'))
  for (const query of ['company_id=shop&user_id=bert', `company_id=other&user_id=${user_id}`, `company_id=nobody&user_id=${user_id}`]) {
    for (const method of ['GET', 'DELETE'] as const) {
      t.equal((await app.inject({ method, url: `/conversations/c-1?${query}` })).statusCode, 404)
    }
  }
  t.equal((await app.inject(url)).statusCode, 200)

  const [shop, other, every, writer] = [
    makeKey({ company: 'shop', scopes: ['chat'] }), makeKey({ company: 'other', scopes: ['chat'] }),
    makeKey({ company: null, scopes: ['chat'] }), makeKey({ company: 'shop', scopes: ['write'] }),
  ]
  for (const { key } of [shop, other, every, writer]) await app.keys.create(key)
  const as = (made: typeof shop | null, path: string, method: 'GET' | 'DELETE' = 'GET') =>
    app.inject({ method, url: path, headers: made ? { authorization: `Bearer ${made.text}` } : {} })
  const own = `/conversations/c-1?user_id=${user_id}`
  t.match((await as(null, url)).json(), { code: 'KEY_MISSING' })
  t.match((await as(other, url)).json(), { code: 'WRONG_COMPANY' })
  t.match((await as(other, own)).json(), { code: 'CONVERSATION_NOT_FOUND' })
  t.match((await as(other, own, 'DELETE')).json(), { code: 'CONVERSATION_NOT_FOUND' })
  t.match((await as(writer, own)).json(), { code: 'SCOPE_MISSING' })
  t.match((await as(writer, own, 'DELETE')).json(), { code: 'SCOPE_MISSING' })
  t.match((await as(every, own)).json(), { code: 'COMPANY_MISSING' })
  t.match((await as(every, url)).json(), { company_id: 'shop' })
  t.match((await as(shop, own)).json(), { company_id: 'shop', turns: [{}] })
  t.equal((await as(shop, own, 'DELETE')).statusCode, 204)
})

t.test('refuses invalid requests', async t => {
  const { app } = await buildTestApp(t)
  const cases: [string, string, RegExp?][] = [
    ['/conversations/c?company_id=shop', 'INVALID_BODY', /user_id/],
    ['/conversations/c?company_id=shop&user_id=', 'INVALID_BODY', /user_id/],
    [`/conversations/c?company_id=shop&user_id=${'x'.repeat(257)}`, 'INVALID_BODY', /user_id/],
    ['/conversations/c?user_id=anna', 'COMPANY_MISSING'],
    ['/conversations/c?company_id=..%2Fshop&user_id=anna', 'INVALID_BODY', /company_id/],
    ['/conversations/c?company_id=shop&user_id=anna&all=1', 'INVALID_BODY', /all/],
    ['/conversations/c.d?company_id=shop&user_id=anna', 'INVALID_BODY', /conversation_id/],
    [`/conversations/${'c'.repeat(65)}?company_id=shop&user_id=anna`, 'INVALID_BODY', /conversation_id/],
    ['/conversations/c?company_id=shop&user_id=a%00b', 'INVALID_TEXT'],
    ['/conversations/c?company_id=shop&user_id=anna&user_id=bert', 'INVALID_BODY', /user_id/],
  ]
  for (const [path, code, says] of cases) {
    for (const method of ['GET', 'DELETE'] as const) {
      const response = await app.inject({ method, url: path })
      t.match(response.json(), { statusCode: 400, code, message: says ?? /\w/ }, `${method} ${path.slice(0, 80)}`)
    }
  }
})

t.test('returns 503, not 404, when conversations cannot be read', async t => {
  const { app } = await buildTestApp(t, { config: { REDIS_URL: 'redis://127.0.0.1:1', REDIS_TIMEOUT_MS: 100 } })
  for (const method of ['GET', 'DELETE'] as const) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, 503)
    t.match(response.json(), { code: 'CONVERSATIONS_UNAVAILABLE' })
  }
})

t.test('shows a conversation on every instance of one Redis', { skip: noRedis }, async t => {
  const { url: REDIS_URL } = await startRedis(t)
  const [one, two] = [await buildTestApp(t, { config: { REDIS_URL } }), await buildTestApp(t, { config: { REDIS_URL } })]
  one.app.conversations.append(anna, 'c-1', turnOf('One?'))
  t.match((await one.app.inject(url)).json(), { turns: [{ question: 'One?' }] })
  t.equal((await two.app.inject({ method: 'DELETE', url })).statusCode, 204)
  t.equal((await one.app.inject(url)).statusCode, 404)
})

t.test('stores none when none is to be stored', async t => {
  const { app } = await buildTestApp(t, { config: { CONVERSATION_TTL_SECONDS: 0 } })
  app.conversations.append(anna, 'c-1', turnOf('One?'))
  t.equal((await app.inject(url)).statusCode, 404)
  t.equal((await app.inject({ method: 'DELETE', url })).statusCode, 404)
  t.match(app.conversations.stats(), { kept_in: 'nothing' })
})

t.test('writes turns when the service ends, and describes both routes in the OpenAPI document', async t => {
  const { app, dir } = await buildTestApp(t)
  app.conversations.append(anna, 'c-1', turnOf('One?'))
  const { paths } = (await app.inject('/openapi.json')).json()
  const { get, delete: remove } = paths['/conversations/{conversation_id}']
  t.match(Object.keys(get.responses).sort(), ['200', '400', '401', '403', '404', '500', '503'])
  t.match(get.responses['200'].content['application/json'].schema.properties.turns.items.properties, {
    question: {}, asked_at: { format: 'date-time' },
  })
  t.match(Object.keys(remove.responses).sort(), ['204', '400', '401', '403', '404', '500', '503'])
  await app.close()
  const again = await buildTestApp(t, { config: { DATA_DIR: `${dir}/var` } })
  t.match((await again.app.inject(url)).json(), { turns: [{ question: 'One?' }] })
})
