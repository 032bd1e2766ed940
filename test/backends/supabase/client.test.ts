// The connection to Supabase: its address, the headers that it sends, and closing it.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { createSupabase, dataOf } from '../../../src/backends/supabase/client.ts'
import { connect, serve } from '../../fixtures/supabase.ts'

const key = 'sb_secret_of_the_tests'

/** Starts a server that answers every read with no rows. */
async function empty (t: Test) {
  const seen: IncomingMessage[] = []
  const served = await serve(t, createServer((request, response) => {
    seen.push(request)
    response.setHeader('content-type', 'application/json')
    response.end('[]')
  }))
  return { ...served, seen }
}

t.test('sends requests to the project\'s address', async t => {
  const { url, seen } = await empty(t)
  const cases = {
    [url]: '/rest/v1/companies', [`${url}/`]: '/rest/v1/companies', [`${url}/base/`]: '/base/rest/v1/companies',
    [`postgrest+${url}`]: '/companies', [`postgrest+${url}/base/`]: '/base/companies',
  }
  for (const [given, path] of Object.entries(cases)) {
    t.same(dataOf(await connect(t, given, key).from('companies').select('id'), 'PROMPTS_UNAVAILABLE'), [])
    t.equal(seen.at(-1)!.url, `${path}?select=id`, given.replace(url, 'url'))
  }
})

t.test('sends a key of the new kind where the gateway expects it', async t => {
  const { url, seen } = await empty(t)
  await connect(t, url, key).from('companies').select('id')
  // It is accepted as a token only because it equals the key.
  t.match(seen[0]!.headers, { apikey: key, authorization: `Bearer ${key}` })
})

t.test('stops the start for impossible settings, without repeating them in the message', async t => {
  const options = { key, timeoutMs: 1000 }
  for (const url of ['xyz.supabase.co', 'postgres://postgres:hunter2@db.supabase.co/postgres', 'postgrest+nothing', 'http//x']) {
    t.throws(() => createSupabase({ ...options, url }), { message: /^SUPABASE_URL/ }, url)
    t.throws(() => createSupabase({ ...options, url }), { message: /^(?!.*hunter2)/ }, url)
  }
  t.throws(() => createSupabase({ ...options, url: 'https://xyz.supabase.co', key: '' }), { message: /^SUPABASE_KEY/ })
})

t.test('does not follow a redirect, which would receive the key', async t => {
  const { url: elsewhere, seen } = await empty(t)
  const { url } = await serve(
    t,
    createServer((request, response) => {
      response.writeHead(307, { location: elsewhere + request.url }).end()
    })
  )
  const outcome = await connect(t, url, key).from('companies').select('id')
  t.throws(() => dataOf(outcome, 'PROMPTS_UNAVAILABLE'), { code: 'PROMPTS_UNAVAILABLE' })
  t.same(seen, [])
})

t.test('ends running requests on close', async t => {
  const asked = Promise.withResolvers<void>()
  const { url } = await serve(t, createServer(() => asked.resolve()))
  const supabase = createSupabase({ url, key, timeoutMs: 60_000 })
  const read = supabase.from('companies').select('id').then(outcome => outcome)
  await asked.promise
  await supabase.close()
  const { status, error } = await read
  t.equal(status, 0)
  t.throws(() => dataOf({ status, data: null, error }, 'KEYS_UNAVAILABLE'), { code: 'KEYS_UNAVAILABLE', retryable: true })
})

t.test('ends a request when its caller leaves', async t => {
  const left = Promise.withResolvers<void>()
  const caller = new AbortController()
  const { url } = await serve(t, createServer((_, response) => {
    response.once('close', () => left.resolve())
    caller.abort()
  }))
  const { status } = await connect(t, url, key).from('companies').select('id').abortSignal(caller.signal)
  t.equal(status, 0)
  await left.promise
})

t.test('reuses connections, within a limit', async t => {
  let opened = 0
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('[]')
  }).on('connection', () => {
    opened++
  })
  const { url } = await serve(t, server)
  const supabase = connect(t, url, key)
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 50 }, () => supabase.from('companies').select('id').throwOnError()))
  }
  t.ok(opened <= 10, `${opened} connections for 150 requests`)
})

t.test('reports that no server listens', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  const outcome = await connect(t, `http://127.0.0.1:${port}`, key).from('companies').select('id')
  t.throws(() => dataOf(outcome, 'KEYS_UNAVAILABLE'), {
    code: 'KEYS_UNAVAILABLE', message: /cannot be reached: check SUPABASE_URL/, cause: { message: /ECONNREFUSED/ },
  })
})
