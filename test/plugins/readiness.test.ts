// /ready: the truth about every part, at once, whatever hangs.
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel } from '../fixtures/app-parts.ts'
import { withLlm } from '../fixtures/app-llm.ts'
import { hangingServer } from '../fixtures/hanging-server.ts'
import { pairedTimes } from '../fixtures/paired-times.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

const get = (url: string, path: string) => askJson(url, undefined, { method: 'GET', path })

t.test('answers at once, and says which parts do not answer, while all back ends hang', async t => {
  const [meili, supabase, redis, llm] = await Promise.all([hangingServer(t), hangingServer(t), hangingServer(t), hangingServer(t)])
  const { url } = await startTestApp(t, {
    config: {
      MEILI_URL: `http://${meili}`, MEILI_KEY: 'key', MEILI_KEY_UID: '74c9c733-3368-4738-bbe5-1d18a5fecb37', SEARCH_TIMEOUT_MS: 500,
      SUPABASE_URL: `http://${supabase}`, SUPABASE_KEY: 'key', SUPABASE_TIMEOUT_MS: 500, KEY_CACHE_SECONDS: 0,
      REDIS_URL: `redis://${redis}`, REDIS_TIMEOUT_MS: 200,
      LLM_URL: `http://${llm}/v1`, LLM_MODEL: 'm',
    },
  })
  const ready = async () => {
    const { status, json } = await get(url, '/ready')
    return { status, ...json } as Record<string, any>
  }
  t.match(await ready(), { status: 503, ready: false, waiting: { search: String, prompts: String }, degraded: { redis: String } })
  await until(async () => (await ready()).parts.search.last_failure && (await ready()).parts.prompts.last_failure)
  const known = await ready()
  t.match(known.degraded, { model: String, redis: String })
  for (const part of ['search', 'prompts']) t.match(known.parts[part], { state: 'waiting', since: /Z$/, last_failure: { at: /Z$/ } })
  // The parts hang for 200 ms and more; their last known state is told after 25.
  const [took, short] = await pairedTimes(30, ready, async () => {
    await sleep(25)
    t.equal((await get(url, '/health')).status, 200, 'the process is alive')
  })
  t.ok(took < 4 * short, `${took} ms; a wait of 25 ms and an answer that asks no part, ${short} ms`)
})

t.test('reports a language model after three failed answers, and that it is back', async t => {
  const { url, app, llm } = await withLlm(t, { engine: fakeEngine() })
  await until(() => app.model.stats().ready)
  t.same((await get(url, '/ready')).json.degraded, {})
  for (let n = 0; n < 3; n++) {
    llm.enqueue({ status: 500, body: '{}' })
    t.match((await askJson(url, { ...question, message: `How long does delivery ${n} take?` })).json, { code: 'LLM_UNREACHABLE' })
  }
  t.match((await get(url, '/ready')).json, {
    ready: true, degraded: { model: /LLM_UNREACHABLE \(HTTP 500\)/ }, parts: { model: { state: 'degraded' } },
  })
  t.match((await askJson(url, { ...question, message: 'How long does delivery take now?' })).json, { finish_reason: 'stop' })
  t.match((await get(url, '/ready')).json, { degraded: {}, parts: { model: { state: 'ok', last_failure: { reason: /HTTP 500/ } } } })
})

t.test('reports a locked file of a company, whose turns wait, and then that all is written', async t => {
  const { url, app, dir } = await startTestApp(t, { model: fakeModel(['Two days [1].']), engine: fakeEngine() })
  const other = new DatabaseSync(join(dir, 'var', 'companies', 'shop.sqlite'))
  t.teardown(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  const asked = { ...question, conversation_id: 'c' }
  t.match((await askJson(url, asked)).json, { finish_reason: 'stop' })
  await until(async () => (await get(url, '/ready')).json.degraded.store)
  await until(async () => (await get(url, '/ready')).json.degraded.conversations)
  const { json } = await get(url, '/ready')
  t.match(json, { ready: true, degraded: { store: /locked.*: shop \(for \d+ s\)/, conversations: /1 turns have waited/ } })
  other.exec('COMMIT')
  await until(() => app.conversations.stats().unwritten === 0)
  t.match(app.conversations.stats(), { written: 1, lost: 0 })
  await until(async () => !(await get(url, '/ready')).json.degraded.conversations)
})

t.test('names a company whose file is damaged, and no longer once it is deleted', async t => {
  const { url, app, dir } = await startTestApp(t)
  await writeFile(join(dir, 'damaged'), 'this is no database\n'.repeat(1000))
  await rename(join(dir, 'damaged'), join(dir, 'var', 'companies', 'shop.sqlite'))
  app.profiles.drop('shop')
  t.match((await askJson(url, question)).json, { code: 'STORE_CORRUPT' })
  await until(async () => (await get(url, '/ready')).json.degraded.store)
  t.equal((await get(url, '/ready')).json.degraded.store, 'files that are damaged or cannot be read, to be restored or deleted: shop')
  await app.store.run('removeCompany', 'shop', null)
  await until(async () => (await get(url, '/ready')).json.degraded.store === undefined)
})

t.test('names a file for all companies that cannot be read', async t => {
  const { url, app, dir } = await startTestApp(t)
  await mkdir(join(dir, 'var', 'records.sqlite'))
  await t.rejects(app.store.run('readUsage', '', { from: '', to: '', company: 'shop' }), {
    code: 'STORE_UNREADABLE', message: /It is records\.sqlite, which is of all companies\.$/,
  })
  await until(async () => (await get(url, '/ready')).json.degraded.store)
  t.equal(
    (await get(url, '/ready')).json.degraded.store, 'files that are damaged or cannot be read, to be restored or deleted: records.sqlite'
  )
})

t.test('reports a data directory that cannot be written', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, async t => {
  const { url, dir } = await startTestApp(t)
  await chmod(join(dir, 'var'), 0o555)
  t.teardown(() => chmod(join(dir, 'var'), 0o755))
  t.match((await get(url, '/ready')).json, { ready: true, degraded: { data_directory: /nothing can be written to it/ } })
})
