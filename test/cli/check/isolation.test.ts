// `causerie check isolation`: nothing crosses on any back end, and a service that leaks is found out.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { attemptsOf } from '../../../cli/check/attempts.ts'
import type { CheckedCompany } from '../../../cli/check/companies.ts'
import { checkCommand } from '../../../cli/check/isolation.ts'
import { makeKey as makeMeiliKey } from '../../../cli/meilisearch/keys.ts'
import { makeKey } from '../../../src/keys/key.ts'
import { run } from '../../fixtures/command.ts'
import { meiliKey } from '../../fixtures/meili-engine.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { noRedis, startRedis } from '../../fixtures/redis-server.ts'
import { startTestApp } from '../../helper.ts'

async function start (t: Test, config: object = {}) {
  const { app, url } = await startTestApp(t, { config: { KEY_CACHE_SECONDS: 0, FAQ_ANSWERS: true, ...config } })
  const { key, text } = makeKey({ company: null, scopes: ['admin'] })
  await app.keys.create(key)
  const env = { CAUSERIE_KEY: text }
  const check = (at: string, ...more: string[]) => run(t, checkCommand, ['isolation', '--url', at, ...more], { env })
  return { app, url, check }
}

t.test('finds nothing in SQLite, and removes its companies', async t => {
  const { app, url, check } = await start(t)
  const { code, out, err } = await check(url)
  t.equal(code, 0, out + err)
  t.match(out, /POST \/chat +\d+ tries {2}ok/)
  t.match(out, /Nothing crossed in \d{3} tries\./)
  t.same(await app.profileStore.companies(), ['shop'])
  t.equal((await app.keys.list()).length, 1)
})

t.test('tries every route that has to do with a company', async t => {
  const { app } = await start(t)
  const company = (id: string): CheckedCompany => ({
    id, mark: `mark-${id}`, privateMark: `private-${id}`, chat: 'k', admin: 'k', signing: { id: 's', secret: 'x'.repeat(40) },
    answerId: `answer-${id}`, taskId: `task-${id}`, keyId: `key-${id}`, gapId: `gap-${id}`, curatedId: `cur-${id}`,
    evaluationId: `eval-${id}`, sourceId: `source-${id}`,
  })
  const tried = (await attemptsOf(company('a'), company('b'), 'n')).map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  const { paths = {} } = app.swagger() as { paths?: Record<string, object> }
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
  const untried = routes.filter(route => {
    const pattern = new RegExp(`^${RegExp.escape(route).replaceAll(/\\\{\w+\\\}/g, '[^/]+')}$`)
    return !tried.some(one => pattern.test(one))
  })
  // The first two know no company, and keys for all of them are refused to those of one; a visitor's is that of the key of its website.
  t.same(untried, ['GET /health', 'GET /ready', 'GET /v1/keys', 'POST /v1/keys', 'DELETE /v1/keys/{key_id}', 'POST /v1/visitors'])
})

t.test('finds nothing in Redis and Meilisearch', { skip: noRedis }, async t => {
  const [server, meili] = [await startRedis(t), await startMeili(t)]
  const { apiKey, apiKeyUid } = await meiliKey(t, meili)
  const { key } = await makeMeiliKey({
    url: meili.url, adminKey: meili.masterKey, kind: 'writing', indexes: ['*'], signal: new AbortController().signal,
  })
  const { url, check } = await start(t, {
    REDIS_URL: server.url, MEILI_URL: meili.url, MEILI_KEY: apiKey, MEILI_KEY_UID: apiKeyUid, MEILI_WRITE_KEY: key,
  })
  const { code, out } = await check(url, '--json')
  t.equal(code, 0, out)
  t.match(JSON.parse(out), { ok: true, crossings: [] })
})

t.test('finds out a service whose cache forgets whose answer it keeps', async t => {
  const { app, url, check } = await start(t)
  const kept = new Map<string, { status: number, type: string, body: Buffer }>()
  const leaking = createServer(async (request, response) => {
    const body = await buffer(request)
    const name = `${request.method} ${request.url} ${body}`
    let answer = kept.get(name)
    if (!answer) {
      const { host, connection, 'content-length': _, ...headers } = request.headers
      const asked = await fetch(`${url}${request.url}`, {
        method: request.method!, headers: headers as Record<string, string>, ...(body.length > 0 ? { body } : {}),
      })
      answer = { status: asked.status, type: asked.headers.get('content-type') ?? '', body: Buffer.from(await asked.arrayBuffer()) }
      if (request.url === '/search' && answer.status === 200) kept.set(name, answer)
    }
    response.writeHead(answer.status, { 'content-type': answer.type })
    response.end(answer.body)
  })
  await new Promise<void>(resolve => leaking.listen(0, '127.0.0.1', resolve))
  t.teardown(() => leaking.close())
  const { code, out } = await check(`http://127.0.0.1:${(leaking.address() as AddressInfo).port}`)
  t.equal(code, 1)
  t.match(out, /POST \/search +\d+ tries {2}\d+ CROSSED/)
  t.match(out, /POST \/search: the response \(HTTP 200\) holds what belongs to another company or user/)
  t.notMatch(out, /POST \/chat: /)
  t.same(await app.profileStore.companies(), ['shop'], 'its companies are removed')
})

t.test('needs an operator\'s key', async t => {
  const { app, url } = await startTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const check = (key: string) => run(t, checkCommand, ['isolation', '--url', url], { env: { CAUSERIE_KEY: key } })
  t.match(await check(''), { code: 1, err: /asks for no keys/ })
  const { key, text } = makeKey({ company: 'shop', scopes: ['admin'] })
  await app.keys.create(key)
  t.match(await check(text), { code: 1, err: /not a key with the scope admin for all companies/ })
  t.match(await check('cau_no'), { code: 1, err: /Put a key/ })
})
