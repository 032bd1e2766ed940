// The service while Supabase is paused, broken, silent, or answers with half of a page: known companies go on, others get a coded error.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { createSupabaseProfiles } from '../../../src/backends/supabase/profiles.ts'
import { askJson, question } from '../../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../../fixtures/app-parts.ts'
import { connect, serve } from '../../fixtures/supabase.ts'
import { until } from '../../fixtures/until.ts'
import { startTestApp } from '../../helper.ts'

type Play = (request: IncomingMessage, response: ServerResponse) => void

const rowOf = (id: string) => ({
  id, name: 'Shop', language: 'en', system_prompt: '', model: null, refuse_without_passages: true, common_questions: [], texts: {},
  updated_at: '2026-01-01T00:00:00Z', company_indexes: [{ kind: 'faq', mapping: '{"text":["answer"]}', uid: null, position: 0 }],
})

/** Answers as Supabase does: every company that is asked for by its id exists, and there is no key. */
const well: Play = ({ url }, response) => {
  const id = /\bid=eq\.([\w-]+)/.exec(url!)?.[1]
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(url!.includes('/api_keys') || id === undefined ? [] : [rowOf(id)]))
}

const json = (status: number, body: object): Play => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const outages: Record<string, Play> = {
  'a paused project': (_, response) => { response.writeHead(540, { 'content-type': 'text/html' }).end('<h1>Project paused</h1>') },
  'a page in its place': (_, response) => { response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Paused</h1>') },
  'a gateway without a database': json(503, { code: 'PGRST002', message: 'Could not query the database for the schema cache. Retrying.' }),
  'an internal error': json(500, { message: 'canceling statement due to statement timeout', code: '57014' }),
  'an expired JWT': json(401, { code: 'PGRST301', message: 'JWT expired', details: null, hint: null }),
  'half of an answer': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' })
    response.write('[{"id":"shop","name":"Sh', () => response.socket?.destroy())
  },
  'JSON that ends too soon': (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":"shop"') },
  silence: () => {},
  'half of an answer, then silence': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('[{"id":"shop",')
  },
}

async function start (t: Test, first = well) {
  let play = first
  const { url: supabase } = await serve(t, createServer((request, response) => play(request, response)))
  const parts = await startTestApp(t, {
    config: { SUPABASE_URL: supabase, SUPABASE_KEY: 'key', SUPABASE_TIMEOUT_MS: 1000, KEY_CACHE_SECONDS: 0, PROMPT_CHECK_SECONDS: 0 },
    model: fakeModel(['Two days [1].']), engine: fakeEngine(),
  })
  return { ...parts, play: (next: Play) => { play = next } }
}

t.test('the service', async t => {
  const { url, play } = await start(t)
  const ask = async (company: string) => {
    const began = performance.now()
    const { status, json } = await askJson(url, { ...question, company_id: company })
    return { status, json, ms: performance.now() - began }
  }
  for (const [name, outage] of Object.entries(outages)) {
    t.test(name, async t => {
      play(well)
      t.match(await ask('shop'), { status: 200, json: { finish_reason: 'stop' } })
      play(outage)
      t.match(await ask('shop'), { status: 200, json: { finish_reason: 'stop' } }, 'a known company goes on')
      const unknown = await ask(`new-${name.replace(/\W+/g, '-').toLowerCase()}`)
      t.match(unknown, { status: 503, json: { code: 'PROMPTS_UNAVAILABLE' } })
      t.ok(unknown.ms < 30_000, `within the time-out: ${Math.round(unknown.ms)} ms`)
      t.notMatch(unknown.json.message, /JWT expired|Project paused|statement/, 'the server\'s words are for the log')
      await until(async () => (await askJson(url, undefined, { method: 'GET', path: '/ready' })).json.degraded.prompts)
    })
  }
  t.test('and when it is back', async t => {
    play(well)
    t.match(await ask('new-one'), { status: 200 })
    await until(async () => !(await askJson(url, undefined, { method: 'GET', path: '/ready' })).json.degraded.prompts)
  })
})

t.test('a project that returns fewer rows at once than are asked for hides no company', async t => {
  const companies = Array.from({ length: 25 }, (_, n) => ({ id: `c${String(n).padStart(2, '0')}`, updated_at: '2026-01-01T00:00:00Z' }))
  const { url } = await serve(t, createServer((request, response) => {
    const offset = Number(new URL(request.url!, 'http://x').searchParams.get('offset') ?? 0)
    const page = companies.slice(offset, offset + 10)
    response.writeHead(page.length < companies.length ? 206 : 200, {
      'content-type': 'application/json', 'content-range': `${offset}-${offset + page.length - 1}/${companies.length}`,
    }).end(JSON.stringify(page))
  }))
  const store = createSupabaseProfiles({ supabase: connect(t, url) })
  t.same(await store.companies(), companies.map(({ id }) => id))
})

t.test('a service that starts meanwhile refuses with a code, and answers when Supabase is back', async t => {
  const { url, play } = await start(t, (_, response) => { response.writeHead(503).end() })
  for (let n = 0; n < 3; n++) t.match(await askJson(url, question), { status: 503, json: { code: 'KEYS_UNAVAILABLE', statusCode: 503 } })
  play(well)
  await until(async () => (await askJson(url, question)).status === 200)
})
