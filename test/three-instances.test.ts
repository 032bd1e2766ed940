// Three instances behind nginx on one Redis, one Meilisearch and one Supabase: what one of them does, all know.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { makeKey as makeMeiliKey } from '../cli/meilisearch/keys.ts'
import { makeKey } from '../src/keys/key.ts'
import { ask, askJson } from './fixtures/app-client.ts'
import { fakeModel } from './fixtures/app-parts.ts'
import { startMeili } from './fixtures/meili/server.ts'
import { meiliKey } from './fixtures/meili-engine.ts'
import { noNginx, startNginx } from './fixtures/nginx.ts'
import { noRedis, startRedis } from './fixtures/redis-server.ts'
import { secretKey, serve, startLite } from './fixtures/supabase.ts'
import { until } from './fixtures/until.ts'
import { announce, config as announcing } from './fixtures/webhook.ts'
import { startTestApp, type TestApp } from './helper.ts'

const skip = noRedis || noNginx
const shop = { id: 'shop', name: 'Shop', language: 'en', indexes: { faq: { title: 'question', text: ['answer'] } } }
const documents = [{ id: 'delivery', question: 'How long does delivery take?', answer: 'Delivery takes two working days.' }]

/** Starts the back ends, the instances and nginx, and makes a company. */
async function start (t: Test) {
  const redis = await startRedis(t)
  const meili = await startMeili(t)
  const lite = await startLite()
  const { url: supabase } = await lite.listen(t)
  const received: { type: string, data: any }[] = []
  const receiver = await serve(t, createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)))
    response.writeHead(204).end()
  }))
  const { apiKey, apiKeyUid } = await meiliKey(t, meili)
  const signal = new AbortController().signal
  const indexes = ['shop__*', 'second__*']
  const { key: writeKey } = await makeMeiliKey({ url: meili.url, adminKey: meili.masterKey, kind: 'writing', indexes, signal })
  let gate = Promise.resolve()
  const model = fakeModel(async function * () {
    yield { type: 'text', text: 'Two working ' }
    await gate
    yield { type: 'text', text: 'days. [1]' }
    yield { type: 'finish', reason: 'stop' }
  })
  const config = {
    REDIS_URL: redis.url, SUPABASE_URL: supabase, SUPABASE_KEY: secretKey, MEILI_URL: meili.url, MEILI_KEY: apiKey,
    MEILI_KEY_UID: apiKeyUid, MEILI_WRITE_KEY: writeKey, WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: 'a secret of sixteen or more',
    TRUST_PROXY: 'loopback', ...announcing,
    // On a busy machine an instance may be silent for seconds.
    ANSWER_LEASE_MS: 60_000,
    // What is seen at once is seen by the news of another instance.
    KEY_CACHE_SECONDS: 30, PROMPT_CHECK_SECONDS: 3600,
  }
  const instances: TestApp[] = []
  for (let n = 0; n < 3; n++) instances.push(await startTestApp(t, { config, model }))
  const admin = makeKey({ company: null, scopes: ['admin'] })
  await instances[0]!.app.keys.create(admin.key)
  // None of them serves without a key any more: it was made behind their backs.
  for (const { app } of instances) app.keyVerifier.drop()
  const headers = { authorization: `Bearer ${admin.text}` }
  const url = await startNginx(t, instances.map(({ url }) => url))
  /** @param at the number of an instance; nginx chooses one when absent */
  const send = async (method: string, path: string, body?: object, at?: number, more: object = headers) =>
    await askJson(at === undefined ? url : instances[at]!.url, body, { method, path, headers: { ...more } })
  const made = await send('PUT', '/v1/companies/shop', shop, 0)
  if (made.status !== 201) throw new Error(`the company was not made: ${made.status} ${JSON.stringify(made.json)}`)
  return {
    instances, lite, model, received, url, headers, send,
    hold () {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
  }
}

t.test('three instances', { skip }, async t => {
  const { instances, lite, model, received, url, headers, send, hold } = await start(t)
  const everywhere = [0, 1, 2]
  /** Reports the state of a source to an instance. */
  const report = async (company_id: string, id: string, at: number, changes: object = {}) => {
    const { status, json } = await send('PUT', `/v1/sources/${id}`, {
      company_id, kind: 'crawl', index: 'faq', place: 'https://shop.example', state: 'ended', changed: 0, unchanged: 0, gone: 0, failed: 0,
      problems: [], next_in_seconds: null, ...changes,
    }, at)
    if (status !== 200) throw new Error(JSON.stringify(json))
  }
  const question = { company_id: 'shop', user_id: 'u', message: 'How long does delivery take?' }

  await t.test('an upload is known to all, and what it brings is found by all', async t => {
    const sent = await send('PUT', '/v1/indexes/faq/documents?company_id=shop', documents as never, 0)
    t.equal(sent.status, 202)
    const { id } = sent.json.task
    const path = `/v1/tasks/${id}?company_id=shop&wait=60`
    for (const at of everywhere) t.match((await send('GET', path, undefined, at)).json, { status: 'done' })
    for (const at of everywhere) {
      t.match((await send('GET', '/v1/tasks?company_id=shop', undefined, at)).json, { data: [{ id, status: 'done', written: 1 }] })
      const asked = { company_id: 'shop', message: question.message }
      await until(async () => (await send('POST', '/search', asked, at)).json.passages?.length > 0)
    }
  })

  await t.test('a stream passes nginx token by token, and is resumed on any instance', async t => {
    const open = hold()
    // A test that fails here must not hold those after it.
    t.teardown(open)
    const calls = model.calls.length
    const stream = await ask(url, { ...question, conversation_id: 'c1', resumable: true }, { headers })
    const begun = [(await stream.next())!]
    while (begun.at(-1)!.type !== 'delta') begun.push((await stream.next())!)
    t.match(begun.at(-1), { data: { text: /^Two/ } }, 'before the answer is whole')
    const id = begun[0]!.data.answer_id
    stream.leave()
    const resuming = { method: 'GET', path: `/chat/${id}?company_id=shop`, headers: { ...headers, 'last-event-id': begun.at(-1)!.id } }
    const rest = await Promise.all([url, ...instances.map(({ url }) => url)].map(at => ask(at, undefined, resuming)))
    open()
    const events = await Promise.all(rest.map(stream => stream.events()))
    for (const own of events) t.match(own.at(-1), { type: 'finish', id: events[0]!.at(-1)!.id })
    for (const at of everywhere) {
      t.match((await send('POST', '/chat', { ...question, stream: false }, at)).json, { answer: 'Two working days. [1]', cache: 'hit' })
    }
    t.equal(model.calls.length, calls + 1)
  })

  await t.test('a changed profile and a revoked key are known to all at once', async t => {
    for (const at of everywhere) t.equal((await send('POST', '/search', { company_id: 'shop', message: 'x' }, at)).status, 200)
    t.equal((await send('PATCH', '/v1/companies/shop', { name: 'New name' }, 1)).status, 200)
    for (const { app } of instances) await until(async () => (await app.profiles.get('shop'))!.name === 'New name')
    const made = await send('POST', '/v1/companies/shop/keys', { scopes: ['chat'] }, 0)
    const own = { authorization: `Bearer ${made.json.key}` }
    const status = async (at: number) => (await send('POST', '/search', { message: 'delivery' }, at, own)).status
    for (const at of everywhere) t.equal(await status(at), 200)
    t.equal((await send('DELETE', `/v1/companies/shop/keys/${made.json.id}`, undefined, 2)).status, 204)
    for (const at of everywhere) await until(async () => await status(at) === 401)
  })

  await t.test('a change that Supabase announces to one of them is known to all at once', async t => {
    await lite.sql("UPDATE companies SET name = 'Changed in the database' WHERE id = 'shop'")
    for (const { app } of instances) t.equal((await app.profiles.get('shop'))!.name, 'New name', 'not read again by itself')
    t.equal((await announce(instances[2]!.app)).statusCode, 204)
    for (const { app } of instances) await until(async () => (await app.profiles.get('shop'))!.name === 'Changed in the database')
  })

  await t.test('curated answers and the record of changes are the same on all', async t => {
    const entry = { company_id: 'shop', index: 'faq', question: 'When do you open?', answer: 'At 9 am.' }
    const made = await send('POST', '/v1/curated', entry, 0)
    t.equal(made.status, 201, JSON.stringify(made.json))
    for (const at of everywhere) {
      const { json } = await send('GET', '/v1/curated?company_id=shop', undefined, at)
      t.match(json.data, { length: 1, 0: { question: entry.question } })
      const recorded = async () => (await send('GET', '/v1/audit?company_id=shop', undefined, at)).json.data
        .map(({ action }: { action: string }) => action)
      // Changes are recorded after their responses.
      await until(async () => (await recorded()).includes('curated.create'))
      t.same(await recorded(), ['curated.create', 'key.revoke', 'key.create', 'company.change', 'documents.upload', 'company.put'])
    }
  })

  await t.test('the webhook is told once of a rating, and once of the week', async t => {
    const { json } = await send('POST', '/chat', { ...question, stream: false }, 1)
    const rated = await send('POST', `/chat/${json.answer_id}/feedback`, { company_id: 'shop', user_id: 'u', rating: 1 }, 1)
    t.equal(rated.status < 300, true, JSON.stringify(rated.json))
    for (const { app } of instances) await app.store.run('setMeta', 'shop', { key: 'gaps_digest_week', value: '1' })
    await Promise.all(instances.map(({ app }) => app.sendDigests()))
    for (const { app } of instances) await app.sendDigests()
    // That of the rating is sent by another instance than the digest.
    await until(() => received.length >= 2)
    t.same(received.map(({ type }) => type).sort(), ['feedback.created', 'gaps.digest'])
  })

  await t.test('a budget is kept by all together', async t => {
    t.equal((await send('PATCH', '/v1/companies/shop', { budget: { questions_per_day: 20 } }, 0)).status, 200)
    for (const { app } of instances) await until(async () => (await app.profiles.get('shop'))!.budget !== undefined)
    const calls = model.calls.length
    let answered = 0
    for (let n = 0; n < 60; n++) {
      const { json } = await send('POST', '/chat', { ...question, user_id: `b${n}`, stream: false, max_tokens: 100 + n }, n % 3)
      if (json.degraded_reason !== 'budget') answered++
      // Not after 50 ms, in which a fast machine answers many: an instance knows of the others' since its own last question.
      await instances[n % 3]!.app.usage.flush()
    }
    t.equal(model.calls.length - calls, answered)
    t.ok(answered >= 1 && answered <= 20 + 3, `${answered} of 60 questions were answered by the model`)
  })

  await t.test('the state of crawls and of watched folders is known to all, and forgotten by all', async t => {
    const shown = async (at: number) => (await send('GET', '/v1/sources?company_id=shop', undefined, at)).json.data
      .map(({ id, state }: { id: string, state: string }) => [id, state])
    // A balancer takes each report somewhere else.
    await report('shop', 'site', 0, { state: 'running' })
    await report('shop', 'folder', 1, { kind: 'watch', state: 'following' })
    for (const at of everywhere) t.same(await shown(at), [['folder', 'following'], ['site', 'running']])
    await report('shop', 'site', 2)
    for (const at of everywhere) t.same(await shown(at), [['site', 'ended'], ['folder', 'following']])
    t.equal((await send('DELETE', '/v1/sources/site?company_id=shop', undefined, 1)).status, 204)
    for (const at of everywhere) t.same(await shown(at), [['folder', 'following']])
    for (const at of everywhere) t.equal((await send('DELETE', '/v1/sources/site?company_id=shop', undefined, at)).status, 404)
  })

  await t.test('a deleted company leaves nothing on the disk of any of them', async t => {
    await send('PUT', '/v1/companies/second', { ...shop, id: 'second' }, 0)
    for (const at of everywhere) {
      const { app } = instances[at]!
      await until(async () => await app.profiles.get('second'))
      await report('second', `s${at}`, at)
      for (const user of ['a', 'b']) app.commonQuestions.count('second', { text: `Question ${at}?`, language: null }, user)
      await until(async () => {
        await app.commonQuestions.save()
        return (await app.store.run('getMeta', 'second', 'asked'))?.includes(`Question ${at}?`)
      })
    }
    const deleted = await send('DELETE', '/v1/companies/second', undefined, 0)
    t.equal(deleted.status, 200, JSON.stringify(deleted.json))
    t.match(deleted.json.removed.find(({ what }: { what: string }) => what === 'sources'), { where: 'Redis', count: 3 })
    for (const { app } of instances) {
      await until(async () => !(await app.store.companies()).includes('second'))
      t.same(await app.commonQuestions.top('second', 10), [])
      t.same(await app.sources.list('second'), [])
    }
    await send('PUT', '/v1/companies/second', { ...shop, id: 'second' }, 1)
    for (const at of everywhere) {
      const { app } = instances[at]!
      await until(async () => await app.profiles.get('second'))
      t.same((await send('GET', '/v1/top-questions?company_id=second', undefined, at)).json.data, [])
      await report('second', 'new', at)
    }
  })

  await t.test('nginx passes on what an instance that shuts down does not take', async t => {
    const closing = instances[0]!.app.close()
    const answers = []
    for (let n = 0; n < 12; n++) answers.push(await send('POST', '/chat', { ...question, stream: false }))
    await closing
    for (let n = 0; n < 12; n++) answers.push(await send('POST', '/chat', { ...question, stream: false }))
    t.same(answers.filter(({ status }) => status !== 200).map(({ json }) => json), [])
  })
})
