// A failover behind one address; servers that cannot be used; TLS and users with few rights.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { connectRedis } from '../../../src/backends/redis/connection.ts'
import { createRedisConversations } from '../../../src/backends/redis/conversations.ts'
import { anna, limits, questions, turnOf } from '../../contracts/conversations.ts'
import { ask, question } from '../../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../../fixtures/app-parts.ts'
import { childEnvironment } from '../../fixtures/child-environment.ts'
import { startPair } from '../../fixtures/redis-failover.ts'
import { connect, noRedis, startRedis } from '../../fixtures/redis-server.ts'
import { until } from '../../fixtures/until.ts'
import { startTestApp, temporaryFolder } from '../../helper.ts'

const options = { skip: noRedis }

t.test('a connection to a primary that became a replica is given up, and keys are on the new primary within seconds', options, async t => {
  const pair = await startPair(t, { replicates: false })
  const problems: string[] = []
  const redis = await connect(t, pair, { problems })
  const conversations = createRedisConversations({ redis, ...limits, onError: () => {} })
  t.teardown(() => conversations.close())
  conversations.append(anna, 'c', turnOf('before'))
  await until(() => conversations.stats().written === 1)
  await pair.failOver()
  const began = performance.now()
  conversations.append(anna, 'c', turnOf('after'))
  await until(() => conversations.stats().unwritten === 0)
  const took = performance.now() - began
  t.ok(took < 30_000, `written after ${Math.round(took)} ms`)
  t.same(problems, ['READONLY'])
  t.same(questions(await conversations.get(anna, 'c')), ['before', 'after'], 'the first one too, which the new primary never had')
  await until(async () => await pair.keysOnSecond() >= 1)
  t.match(conversations.stats(), { written: 2, lost: 0 })
})

t.test('a turn that is written again is there once, and never in a conversation that was deleted since', options, async t => {
  const server = await startRedis(t)
  const redis = await connect(t, server)
  const conversations = createRedisConversations({ redis, ...limits, maxTurns: 10, onError: () => {} })
  t.teardown(() => conversations.close())
  for (const name of ['one', 'two', 'three']) conversations.append(anna, 'kept', turnOf(name))
  conversations.append(anna, 'deleted', turnOf('one'))
  await until(() => conversations.stats().written === 4)
  // Another instance deletes it.
  const other = createRedisConversations({ redis: await connect(t, server), ...limits, onError: () => {} })
  t.teardown(() => other.close())
  t.equal(await other.delete(anna, 'deleted'), true)
  redis.reconnect()
  await until(() => redis.ready)
  await until(() => conversations.stats().unwritten === 0)
  t.same(questions(await conversations.get(anna, 'kept')), ['one', 'two', 'three'])
  t.equal(await conversations.get(anna, 'deleted'), null)
})

t.test('in the middle of fifty streams: each is whole or ends with a code, and no turn is lost', options, async t => {
  const pair = await startPair(t)
  const gate = Promise.withResolvers<void>()
  let streaming = 0
  const model = fakeModel(async function * () {
    yield { type: 'text', text: 'Two ' }
    streaming++
    await gate.promise
    yield { type: 'text', text: 'days [1].' }
    yield { type: 'finish', reason: 'stop' }
  })
  const parts = { config: { REDIS_URL: pair.url, REDIS_TIMEOUT_MS: 2000 }, model, engine: fakeEngine() }
  const [one, two] = await Promise.all([startTestApp(t, parts), startTestApp(t, parts)])
  const streams = await Promise.all(Array.from({ length: 50 }, (_, n) => ask((n % 2 ? one : two).url, {
    ...question, user_id: `u${n}`, conversation_id: `c${n}`, message: `How long does delivery number ${n} take?`,
  })))
  await until(() => streaming === 50)
  const began = performance.now()
  await pair.failOver()
  gate.resolve()
  const endings = await Promise.all(streams.map(async stream => (await stream.events()).at(-1)!))
  for (const { type, data } of endings) {
    if (type === 'finish') t.equal(data.finish_reason, 'stop')
    else t.match({ type, data }, { type: 'error', data: { code: String, retryable: true } })
  }
  const whole = endings.filter(({ type }) => type === 'finish').length
  const stats = () => [one, two].map(({ app }) => app.conversations.stats())
  await until(() => stats().every(({ unwritten }) => unwritten === 0))
  t.ok(performance.now() - began < 30_000)
  t.match(stats(), [{ lost: 0 }, { lost: 0 }])
  await until(async () => (await pair.secondHashes()).length === whole)
  t.equal(whole, 50, 'readers of their own instance need no Redis')
})

t.test('a Cluster and a Sentinel are refused by name at the start', options, async t => {
  const cluster = await startRedis(t, ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes-{port}.conf'])
  await t.rejects(connect(t, cluster), { message: /REDIS_URL names a Redis Cluster/ })
  await t.rejects(startTestApp(t, { config: { REDIS_URL: cluster.url } }), { message: /REDIS_URL names a Redis Cluster/ })
})

t.test('a replica is not used until it is the primary', options, async t => {
  const [first, second] = await Promise.all([startRedis(t), startRedis(t)])
  const admin = await connect(t, second, { prefix: '' })
  await admin.send(['REPLICAOF', '127.0.0.1', String(first.port)])
  const problems: string[] = []
  const redis = await connect(t, second, { problems })
  t.equal(redis.ready, false)
  t.match(redis.stats(), { problem: 'READONLY' })
  await admin.send(['REPLICAOF', 'NO', 'ONE'])
  await until(() => redis.ready)
  t.same(problems, ['READONLY'])
})

t.test('a user with few rights is enough', options, async t => {
  const server = await startRedis(t)
  const admin = await connect(t, server, { prefix: '' })
  // The rights that docs/deploy.md names.
  const rights = '~causerie:* -@all +@read +@write +@stream +@scripting +@connection +time'
  await admin.send(['ACL', 'SETUSER', 'causerie', 'on', '>se/cr:et%', ...rights.split(' ')])
  await admin.send(['ACL', 'SETUSER', 'default', 'off'])
  const url = server.url.replace('redis://', `redis://causerie:${encodeURIComponent('se/cr:et%')}@`)
  const { app, url: service } = await startTestApp(t, {
    config: { REDIS_URL: url, REDIS_PREFIX: 'causerie:', RATE_LIMIT_CALLS: 100 }, model: fakeModel(['Two days [1].']), engine: fakeEngine(),
  })
  const events = await (await ask(service, { ...question, conversation_id: 'c' })).events()
  t.match(events.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  await until(() => app.conversations.stats().written === 1)
  t.match(app.redis!.stats(), { connected: true, problem: null, refused: 0 })
  const wrong = connectRedis({ url: server.url, prefix: '', timeoutMs: 2000, onProblem: () => {} })
  t.teardown(() => wrong.close())
  await wrong.started
  t.match(wrong.stats(), { connected: false, problem: /NOAUTH|WRONGPASS/ })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
t.test('TLS, with an authority of its own', { skip: noRedis || (!hasOpenssl && 'no openssl') }, async t => {
  const dir = await temporaryFolder(t)
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')]
  spawnSync('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=IP:127.0.0.1',
  ])
  const tls = ['--port', '0', '--tls-port', '{port}', '--tls-cert-file', certificate, '--tls-key-file', key]
  const server = await startRedis(t, [...tls, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'])
  const child = fileURLToPath(new URL('../../fixtures/redis-tls-child.ts', import.meta.url))
  const url = server.url.replace('redis:', 'rediss:')
  const run = (env: Record<string, string>) => spawnSync(process.execPath, [child, url], {
    encoding: 'utf8', env: { ...childEnvironment, ...env },
  }).stdout.trim()
  t.equal(run({ NODE_EXTRA_CA_CERTS: certificate }), 'PONG')
  t.match(run({}), /SELF_SIGNED/, 'no certificate is trusted that nobody vouches for')
})
