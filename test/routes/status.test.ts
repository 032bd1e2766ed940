// Health, readiness, figures, and the OpenAPI document.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeEmbedder, fakeEngine, fakeModel } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { buildTestApp, startTestApp } from '../helper.ts'

const version = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version

t.test('/health', async t => {
  const { app } = await buildTestApp(t, { embedder: fakeEmbedder({ state: 'loading' }) })
  const response = await app.inject('/health')
  t.equal(response.statusCode, 200)
  t.same(response.json(), { status: 'ok' })
})

t.test('/ready', async t => {
  t.test('returns 200 when everything is there', async t => {
    const { app } = await buildTestApp(t)
    const response = await app.inject('/ready')
    t.equal(response.statusCode, 200)
    t.match(response.json(), { ready: true, waiting: {}, degraded: {} })
    t.same(Object.keys(response.json().parts).sort(), [
      'conversations', 'data_directory', 'embedding fake', 'model', 'prompts', 'samples', 'search', 'store',
    ])
    for (const [part, { state }] of Object.entries<{ state: string }>(response.json().parts)) t.equal(state, 'ok', part)
  })

  t.test('returns 503 with the reason while a model is loading', async t => {
    let state: 'loading' | 'ready' = 'loading'
    const stats = () => ({ ...fakeEmbedder({ state }).stats() })
    const loaded = gate()
    const { app } = await buildTestApp(t, { embedder: fakeEmbedder({ stats, ready: () => loaded.until }), config: { SAMPLES_DIR: '' } })
    const response = await app.inject('/ready')
    t.equal(response.statusCode, 503)
    const { ready, waiting, degraded } = response.json()
    t.same({ ready, waiting, degraded }, { ready: false, waiting: { 'embedding fake': 'the model is being loaded' }, degraded: {} })
    state = 'ready'
    loaded.open()
    t.equal((await app.inject('/ready')).statusCode, 200)
  })

  t.test('lets the service answer without a model that is unavailable', async t => {
    const { app } = await buildTestApp(t, { embedder: fakeEmbedder({ state: 'unavailable', reason: 'no network' }) })
    const response = await app.inject('/ready')
    t.equal(response.statusCode, 200)
    t.match(response.json(), { ready: true, degraded: { 'embedding fake': /by words only.*no network/ } })
    t.match((await app.inject({ method: 'POST', url: '/chat', payload: { ...question, stream: false } })).json(), { finish_reason: 'stop' })
  })

  t.test('a second model that is still being fetched does not keep it from answering either', async t => {
    const model = { id: 'first', state: 'ready' as const, dimensions: 8, load_ms: 0 }
    const { cache, queue } = fakeEmbedder().stats()
    const models = [model, { ...model, id: 'second', state: 'loading' as const, fetching: true as const }]
    const { app } = await buildTestApp(t, { embedder: fakeEmbedder({ stats: () => ({ models, cache, queue }) }) })
    const { ready, waiting, degraded } = (await app.inject('/ready')).json()
    t.same({ ready, waiting, degraded }, {
      ready: true, waiting: {}, degraded: { 'embedding second': 'another model is used: it is being fetched' },
    })
  })

  t.test('returns 503 when the engine or the store does not answer', async t => {
    const engine = { ...fakeEngine(), unavailable: async () => 'connection refused' }
    const { app } = await buildTestApp(t, { engine })
    t.match((await app.inject('/ready')).json(), { ready: false, waiting: { search: 'connection refused' } })
  })

  t.test('shows reasons on this machine also when the store of keys has been slow since the start', async t => {
    const { app } = await buildTestApp(t, { engine: { ...fakeEngine(), unavailable: async () => 'connection refused' } })
    app.keyVerifier.any = () => new Promise(() => {})
    t.match((await app.inject('/ready')).json(), { waiting: { search: 'connection refused' } })
    t.match((await app.inject({ url: '/ready', headers: { host: 'shop.example' } })).json(), { waiting: { search: /admin key/ } })
  })

  t.test('reports a language model that is not warm, and samples that cannot be loaded', async t => {
    const model = {
      ...fakeModel([]),
      stats: () => ({
        name: 'm', kind: 'llm' as const, ready: false, reason: 'LLM_UNREACHABLE', requests: 0, retries: 0, fallbacks: 0, failures: 0,
      }),
    }
    const { app } = await buildTestApp(t, { model, config: { SAMPLES_DIR: t.testdir({ broken: { 'company.json': '{' } }) } })
    const response = await app.inject('/ready')
    t.equal(response.statusCode, 200)
    t.match(response.json(), { degraded: { model: 'LLM_UNREACHABLE', samples: /company\.json/ } })
  })
})

t.test('/stats', async t => {
  const { url } = await startTestApp(t)
  for (let n = 0; n < 3; n++) await askJson(url, question)
  await askJson(url, { ...question, message: 'Can I return a tent?' })
  const { status, json } = await askJson(url, undefined, { method: 'GET', path: '/stats' })
  t.equal(status, 200)
  t.match(json, {
    version,
    uptime_seconds: Number,
    memory_mb: Number,
    ready: true,
    waiting: {},
    degraded: {},
    llm: { name: 'extractive', kind: 'extractive', ready: true, requests: Number, failures: 0 },
    embedding: {
      models: [{ id: 'fake', state: 'ready', dimensions: Number }], cache: { size: Number, max: Number, hits: Number, misses: Number },
      queue: { questions: 0, passages: 0 },
    },
    vectors: { companies: 1, passages: 4, running: false, failures: 0 },
    search: { engine: 'sqlite', searches: 2, failures: 0 },
    prompts: { size: 1, hits: Number, misses: Number, ages_seconds: { shop: Number } },
    answers: { live: 0, readers: 0, kept: 2, kept_bytes: Number, kept_max_bytes: Number, hits: 2, joined: 0, misses: 2, hit_rate: 0.5 },
    latency_ms: {},
  })
  for (const part of ['prompt', 'embed', 'search', 'first_token', 'total']) {
    const { count, p50, p95, p99, max } = json.latency_ms[part]
    t.equal(count, 2, 'only answers that were made count')
    t.ok(p50 <= p95 && p95 <= p99, part)
    t.type(max, 'number')
  }
})

t.test('/openapi.json', async t => {
  const { app } = await buildTestApp(t)
  const document = (await app.inject('/openapi.json')).json()
  t.match(document, { openapi: '3.1.0', info: { title: 'Causerie', version }, paths: Object })

  t.test('lists every route', async t => {
    const listed = Object.entries(document.paths as Record<string, object>)
      .flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
      .sort()
    t.strictSame(listed, [
      'DELETE /api/chat/{id}/stream', 'DELETE /chat/{answer_id}', 'DELETE /conversations/{conversation_id}',
      'DELETE /v1/companies/{company_id}', 'DELETE /v1/companies/{company_id}/keys/{key_id}', 'DELETE /v1/curated/{id}',
      'DELETE /v1/evaluations/running', 'DELETE /v1/evaluations/{id}', 'DELETE /v1/indexes/{kind}/documents',
      'DELETE /v1/indexes/{kind}/documents/{id}', 'DELETE /v1/keys/{key_id}', 'DELETE /v1/sources/{id}', 'DELETE /v1/tasks/{id}',
      'DELETE /v1/users/{user_id}',
      'GET /api/chat/{id}/stream', 'GET /chat/{answer_id}', 'GET /conversations/{conversation_id}', 'GET /health', 'GET /metrics',
      'GET /ready', 'GET /stats', 'GET /v1/access', 'GET /v1/audit', 'GET /v1/audit/export', 'GET /v1/companies',
      'GET /v1/companies/{company_id}', 'GET /v1/companies/{company_id}/keys', 'GET /v1/curated', 'GET /v1/curated/{id}',
      'GET /v1/evaluations', 'GET /v1/evaluations/running', 'GET /v1/evaluations/{id}', 'GET /v1/feedback', 'GET /v1/feedback/export',
      'GET /v1/gaps', 'GET /v1/gaps/{id}', 'GET /v1/indexes', 'GET /v1/indexes/{kind}/documents', 'GET /v1/indexes/{kind}/documents/{id}',
      'GET /v1/keys', 'GET /v1/knowledge/stats', 'GET /v1/knowledge/summary', 'GET /v1/learning', 'GET /v1/models',
      'GET /v1/models/{model}',
      'GET /v1/sources', 'GET /v1/suggest', 'GET /v1/tasks', 'GET /v1/tasks/{id}', 'GET /v1/top-questions', 'GET /v1/usage',
      'GET /v1/users/{user_id}/export', 'PATCH /v1/companies/{company_id}', 'PATCH /v1/companies/{company_id}/keys/{key_id}',
      'PATCH /v1/curated/{id}', 'PATCH /v1/indexes/{kind}/documents/{id}', 'POST /api/chat', 'POST /chat',
      'POST /chat/{answer_id}/feedback', 'POST /mcp', 'POST /search', 'POST /v1/chat/completions', 'POST /v1/companies/{company_id}/keys',
      'POST /v1/curated', 'POST /v1/evaluations', 'POST /v1/evaluations/running', 'POST /v1/feedback/import', 'POST /v1/gaps/{id}/assign',
      'POST /v1/gaps/{id}/dismiss', 'POST /v1/gaps/{id}/merge', 'POST /v1/gaps/{id}/publish', 'POST /v1/gaps/{id}/reopen',
      'POST /v1/keys', 'POST /v1/learning', 'POST /v1/learning/rollback', 'POST /v1/responses', 'POST /v1/visitors', 'POST /warm',
      'PUT /v1/companies/{company_id}', 'PUT /v1/indexes/{kind}/documents', 'PUT /v1/sources/{id}',
    ])
  })

  t.test('describes the input and output of every operation', async t => {
    for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, any>>)) {
      for (const [method, operation] of Object.entries(methods)) {
        const name = `${method} ${path}`
        t.ok(operation.summary && operation.tags.length > 0, name)
        for (const [status, response] of Object.entries(operation.responses as Record<string, any>)) {
          t.match(status, /^[2-5]\d\d$/)
          t.type(response.description, 'string', `${name} ${status}`)
          t.not(response.description, '')
          for (const { schema } of Object.values((response.content ?? {}) as Record<string, any>)) {
            t.type(schema, 'object', `${name} ${status}`)
          }
        }
        for (const parameter of path.matchAll(/\{(\w+)\}/g)) {
          t.ok(
            operation.parameters.some((other: any) => other.in === 'path' && other.name === parameter[1] && other.required), name
          )
        }
      }
    }
    const { requestBody, responses } = document.paths['/chat'].post
    t.ok(requestBody.required)
    t.strictSame(requestBody.content['application/json'].schema.required, ['user_id', 'message'], 'the company may come from the key')
    t.strictSame(Object.keys(responses[200].content).sort(), ['application/json', 'text/event-stream'])
    t.match(responses[404].content['application/json'].schema, { type: 'object', required: ['statusCode', 'code', 'error', 'message'] })
  })

  t.test('has no broken reference', async t => {
    const resolve = (pointer: string) =>
      pointer
        .slice(2)
        .split('/')
        .reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document)
    const walk = (value: any): void => {
      if (typeof value !== 'object' || value === null) return
      if (typeof value.$ref === 'string') t.ok(resolve(value.$ref), value.$ref)
      for (const inner of Object.values(value)) walk(inner)
    }
    walk(document)
  })

  t.test('matches the responses', async t => {
    const Ajv = (await import('ajv')).default as unknown as new (options: object) => {
      compile(schema: object): ((data: unknown) => boolean) & { errors?: unknown }
    }
    const ajv = new Ajv({ strict: false })
    const { schema } = document.paths['/chat'].post.responses[200].content['application/json']
    const check = ajv.compile({ ...schema, additionalProperties: false })
    const answer = (await app.inject({ method: 'POST', url: '/chat', payload: { ...question, stream: false } })).json()
    t.ok(check(answer), JSON.stringify(check.errors))
    const error = ajv.compile({
      ...document.paths['/chat'].post.responses[404].content['application/json'].schema, additionalProperties: false,
    })
    t.ok(error((await app.inject({ method: 'POST', url: '/chat', payload: { ...question, company_id: 'nobody' } })).json()))
  })
})

t.test('/docs returns a page', async t => {
  const { url } = await startTestApp(t)
  const page = await ask(url, undefined, { method: 'GET', path: '/docs/' })
  t.equal(page.status, 200)
  t.match(page.headers, { 'content-type': /text\/html/, 'content-security-policy': /default-src 'self'/ })
  const html = await page.text()
  t.match(html, /<html/)
  for (const [, source] of html.matchAll(/(?:src|href)="\.?\/?([^"]+)"/g)) {
    const part = await ask(url, undefined, { method: 'GET', path: `/docs/${source!.replace(/^docs\//, '')}` })
    t.equal(part.status, 200, String(source))
    await part.text()
  }
  t.match((await ask(url, undefined, { method: 'GET', path: '/docs' })).status, /^(200|302)$/)
  t.notOk('content-security-policy' in (await ask(url, undefined, { method: 'GET', path: '/health' })).headers)
})
