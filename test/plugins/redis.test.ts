// The service on Redis: several instances side by side, and Redis coming and going.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../fixtures/app-parts.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'
import { noRedis, startRedis, type RedisServer } from '../fixtures/redis-server.ts'
import { startServiceProcess } from '../fixtures/service-process.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp, startTestApp, temporaryFolder, writeCompany } from '../helper.ts'

const options = { skip: noRedis }

t.test('stops the start for an impossible address, without repeating it', async t => {
  for (const REDIS_URL of ['localhost:6379', 'http://user:secret@localhost', 'redis://', 'redis://localhost/secret', 'secret']) {
    const error = await buildTestApp(t, { config: { REDIS_URL } }).then(() => null, error => error as Error)
    t.match(error?.message, /^setting REDIS_URL/, REDIS_URL)
    t.notMatch(error?.message, 'secret')
  }
})

t.test('keeps everything in memory without an address', async t => {
  const { app } = await buildTestApp(t)
  t.equal(app.redis, null)
  t.notOk('redis' in app.answers.stats())
})

t.test('starts without Redis, and reports that it is missing', options, async t => {
  const server = await startRedis(t)
  await server.stop()
  const { url } = await startTestApp(t, { config: { REDIS_URL: server.url, RATE_LIMIT_CALLS: 100 }, model: fakeModel(['ok']) })
  const status = async (path: string) => (await askJson(url, undefined, { method: 'GET', path })).json
  t.match(await status('/ready'), { ready: true, waiting: {}, degraded: { redis: /not shared: ECONNREFUSED/ } })
  t.match((await askJson(url, question)).json, { cache: 'miss', finish_reason: 'stop' })
  t.match((await askJson(url, question)).json, { cache: 'hit' })
  t.match((await status('/stats')).answers, { redis: { connected: false, fallbacks: 1 } })
  await server.start()
  await until(async () => (await status('/stats')).answers.redis.connected)
  t.notOk((await status('/ready')).degraded.redis)
})

t.test('answers a question once, and lets any instance stop and resume it', options, async t => {
  const server = await startRedis(t)
  const gate = Promise.withResolvers<void>()
  const model = fakeModel(async function * () {
    yield { type: 'text', text: 'Two ' }
    await gate.promise
    yield { type: 'text', text: 'days.' }
    yield { type: 'finish', reason: 'stop' }
  })
  // Both search the same documents, as on one Meilisearch; with separate files they would be different documents.
  const parts = { config: { REDIS_URL: server.url }, model, engine: fakeEngine() }
  const [one, two] = await Promise.all([startTestApp(t, parts), startTestApp(t, parts)])
  const here = await ask(one.url, question)
  const start = (await here.next())!
  await here.next()
  const sources = await ask(two.url, question)
  const joined = (await sources.next())!
  t.equal(joined.data.answer_id, start.data.answer_id)
  t.match([start, joined], [{ data: { cache: 'miss' } }, { data: { cache: 'joined' } }])
  const resumed = await ask(two.url, undefined, {
    method: 'GET', path: `/chat/${start.data.answer_id}`, headers: { 'last-event-id': `${start.data.answer_id}.0` },
  })
  gate.resolve()
  const rest = await here.events()
  t.match(rest.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  t.same((await resumed.events()).map(({ id }) => id).slice(1), rest.map(({ id }) => id))
  await sources.events()
  t.equal(model.calls.length, 1)
  t.equal((await ask(two.url, undefined, { method: 'DELETE', path: `/chat/${start.data.answer_id}` })).status, 204)
})

t.test('counts a user\'s questions', options, async t => {
  const payload = { ...question, stream: false }
  const app = async (t: Test, server: RedisServer, prefix: string) =>
    (
      await buildTestApp(t, {
        config: { REDIS_URL: server.url, REDIS_PREFIX: prefix, REDIS_TIMEOUT_MS: 300, RATE_LIMIT_CALLS: 4, RATE_LIMIT_WINDOW_SECONDS: 60 },
        model: fakeModel(['ok']),
      })
    ).app
  const send = (to: Awaited<ReturnType<typeof app>>, changes: object = {}) =>
    to.inject({ method: 'POST', url: '/chat', payload: { ...payload, ...changes } })

  t.test('together on all instances', async t => {
    const server = await startRedis(t)
    const [one, two] = await Promise.all([app(t, server, 'a:'), app(t, server, 'a:')])
    const left = []
    for (const each of [one, two, one, two]) left.push((await send(each)).headers['x-ratelimit-remaining'])
    t.same(left.map(Number), [3, 2, 1, 0])
    const refused = await send(one)
    t.match(refused.json(), { statusCode: 429, code: 'RATE_LIMITED', message: /At most 4 in 60 s; next in \d+ s/ })
    t.ok(Number(refused.headers['retry-after']) > 0 && Number(refused.headers['retry-after']) <= 60)
    t.equal((await send(two)).statusCode, 429)
    t.equal((await send(two, { user_id: 'u2' })).statusCode, 200, 'another user has his own')
    const keys = await one.redis!.send<string[]>(['KEYS', 'a:rate:*'])
    t.equal(keys.length, 2)
    for (const key of keys) {
      t.ok(await one.redis!.send<number>(['PTTL', key]) > 0)
      t.notMatch(key, 'u2', 'who asks is not to be read in it')
    }
  })

  t.test('in memory when Redis is gone or silent, and in Redis again afterwards', async t => {
    for (const fault of ['stop', 'pause'] as const) {
      const server = await startRedis(t)
      const one = await app(t, server, 'b:')
      for (let n = 0; n < 3; n++) t.equal((await send(one)).statusCode, 200)
      await server[fault]()
      const fourth = await send(one)
      t.equal(fourth.statusCode, 200, 'no error to the client')
      t.equal(Number(fourth.headers['x-ratelimit-remaining']), 0, 'what Redis had counted still counts')
      t.equal((await send(one)).statusCode, 429)
      if (fault === 'stop') await server.start()
      else server.resume()
      await until(() => one.redis!.ready)
      t.equal((await send(one, { user_id: 'u3' })).statusCode, 200)
      await until(async () => (await one.redis!.send<string[]>(['KEYS', 'b:rate:*'])).length > 0)
    }
  })
})

t.test('calls the language model once for 100 equal questions to two processes', options, async t => {
  const server = await startRedis(t)
  const gate = Promise.withResolvers<void>()
  const llm = await startLlmServer({ tokens: ['Two ', 'working ', 'days.'], gate: { after: 2, until: gate.promise } })
  t.teardown(() => llm.close())
  const dir = await temporaryFolder(t)
  await writeCompany(join(dir, 'data'), 'shop')
  const urls: string[] = []
  for (let n = 0; n < 2; n++) {
    const environment = { REDIS_URL: server.url, LLM_URL: llm.url('openai'), LLM_MODEL: 'm' }
    urls.push((await startServiceProcess(t, dir, environment)).url)
  }
  const asked = llm.requests.length
  const streams = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(urls[n % 2]!, { ...question, user_id: `u${n}` })))
  const starts = await Promise.all(streams.map(stream => stream.next()))
  t.equal(new Set(starts.map(start => start!.data.answer_id)).size, 1)
  gate.resolve()
  const rest = await Promise.all(streams.map(stream => stream.events()))
  t.equal(new Set(rest.map(events => JSON.stringify(events))).size, 1)
  t.match(rest[0]!.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  t.equal(llm.requests.length - asked, 1)
})
