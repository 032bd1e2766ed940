// The table of language model APIs, and the model that the settings describe.
import t from 'tap'
import { makeConfig } from '../../src/config.ts'
import { modelApis, type ModelApi } from '../../src/llm/apis.ts'
import { createModel } from '../../src/llm/create.ts'
import { collect, modelRequest } from '../fixtures/llm-adapters.ts'
import { startLlmServer } from '../fixtures/llm-server.ts'

const none = { url: '', model: '', apiKey: '' }
const options = { connectTimeoutMs: 1000, silenceTimeoutMs: 1000, poolSize: 1, keepAlive: '5m', retries: 0, log: { warn () {} } }

t.test('accepts each name of the table as LLM_API, the first by default', async t => {
  t.equal(makeConfig({}).LLM_API, Object.keys(modelApis)[0])
  for (const api of Object.keys(modelApis)) t.equal(makeConfig({ LLM_API: api }).LLM_API, api)
})

t.test('makes a model for each API', async t => {
  for (const api of Object.keys(modelApis) as ModelApi[]) {
    const model = await createModel({ ...options, api, primary: { ...none, url: 'http://127.0.0.1:1', model: 'm' }, fallback: none })
    t.match(model, api === 'extractive' ? { kind: 'extractive', name: 'extractive' } : { kind: 'llm', name: 'm' }, api)
    await model.close()
  }
})

t.test('answers extractively without a URL', async t => {
  t.match(await createModel({ ...options, api: 'openai', primary: none, fallback: none }), { kind: 'extractive' })
})

t.test('uses the same server and key for a fallback without a URL', async t => {
  const server = await startLlmServer()
  server.enqueue({ status: 400, body: '{}' })
  const model = await createModel({
    ...options, api: 'openai', primary: { url: server.url('openai'), model: 'a', apiKey: 'key-a' }, fallback: { ...none, model: 'b' },
  })
  t.teardown(async () => {
    await model.close()
    await server.close()
  })
  await collect(model, modelRequest())
  t.match(server.requests.map(({ body, headers }) => [body.model, headers.authorization]), [['a', 'Bearer key-a'], ['b', 'Bearer key-a']])
})

t.test('does not send the first server\'s key to a fallback on another', async t => {
  const server = await startLlmServer()
  const other = await startLlmServer()
  server.enqueue({ status: 400, body: '{}' })
  const model = await createModel({
    ...options, api: 'openai', primary: { url: server.url('openai'), model: 'a', apiKey: 'key-a' },
    fallback: { ...none, url: other.url('openai') },
  })
  t.teardown(async () => {
    await model.close()
    await server.close()
    await other.close()
  })
  await collect(model, modelRequest())
  t.equal(other.requests[0]!.body.model, 'a')
  t.notOk(other.requests[0]!.headers.authorization)
})
