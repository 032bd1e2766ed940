// Common questions are answered in advance: after the start, after a change, and on request.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { until } from '../fixtures/until.ts'
import { makeKey } from '../../src/keys/key.ts'
import { startTestApp, writeCompany, type TestOptions } from '../helper.ts'

const delivery = 'How long does delivery take?'
const tent = 'What does the tent Fjell cost?'

/** Starts a service whose shop has two common questions. */
async function shop (t: Test, options: TestOptions = {}, common: string[] = [delivery, tent]) {
  const dir = t.testdir()
  await writeCompany(dir, 'shop', { common_questions: common })
  const model = fakeModel(['Yes. ', '[1]'])
  const { config, ...rest } = options
  const parts = await startTestApp(t, { model, ...rest, config: { SAMPLES_DIR: dir, WARM_QUESTIONS: 20, ...config } })
  const ask = async (message: string, body: object = {}) =>
    (await parts.app.inject({ method: 'POST', url: '/chat', payload: { ...question, message, stream: false, ...body } })).json()
  return { ...parts, model, ask }
}

t.test('answers the common questions after the start, before any client asks', async t => {
  const { app, ask, model } = await shop(t)
  await until(() => model.calls.length === 2)
  await until(() => app.answers.stats().live === 0)
  t.match(await ask(delivery), { cache: 'hit', answer: /^Yes/ })
  t.match(await ask(` ${tent}`), { cache: 'hit' })
  t.match(await ask('Can I return a tent?'), { cache: 'miss' })
  t.equal(model.calls.length, 3)
  t.match(app.warmUp.stats(), { companies: 1, answered: 2, already: 0, failed: 0 })
  t.match(app.answers.stats(), { hits: 2, misses: 1 }, 'only what clients ask counts for the hit rate')
  t.match(app.latency.stats().total, { count: 1 }, 'a warm-up does not count as latency')
})

t.test('answers them again when the documents have changed, with the most asked ones', async t => {
  const { app, ask, model } = await shop(t, {}, [delivery])
  await until(() => model.calls.length === 1 && app.answers.stats().live === 0)
  for (const [n, message] of ['Can I return a tent?', 'Can I return  a tent?', 'Is the stove a gas stove?'].entries()) {
    await ask(message, { user_id: `user ${n}` })
  }
  t.equal(model.calls.length, 3, 'the second one was the first')
  await app.store.run('putDocuments', 'shop', {
    index: 'faq', language: 'en', documents: [{ id: 'new', title: 'New?', text: 'Something new.', url: '', fields: [] }],
  })
  app.documentsChanged('shop', (await app.store.run('getMeta', 'shop', 'version'))!)
  t.match(await app.warmUp.warm('shop'), { company_id: 'shop', questions: 2, answered: 2, already: 0, failed: 0 })
  t.match(await app.warmUp.warm('shop'), { answered: 0, already: 2 })
  t.match(await ask('Can I return a tent?'), { cache: 'hit' })
})

t.test('reports a failed answer, and does not cache it', async t => {
  const { app, model } = await shop(t, { model: fakeModel(async function * () { throw new Error('no') }), config: { WARM_QUESTIONS: 1 } })
  t.match(await app.warmUp.warm('shop'), { questions: 1, answered: 0, failed: 1 })
  t.equal(model.calls.length, 0)
})

t.test('WARM_QUESTIONS=0 answers nothing in advance', async t => {
  const { app } = await shop(t, { config: { WARM_QUESTIONS: 0 } })
  t.match(await app.warmUp.warm('shop'), { questions: 0 })
})

t.test('ends on close', async t => {
  const held = Promise.withResolvers<void>()
  const { app } = await startTestApp(t, {
    model: fakeModel(async function * ({ signal }) {
      held.resolve()
      await once(signal, 'abort')
      throw signal.reason
    }),
    config: { WARM_QUESTIONS: 5 },
  })
  for (const user of ['ann', 'bob']) app.commonQuestions.count('shop', { text: delivery, language: null }, user)
  const warming = app.warmUp.warm('shop')
  await held.promise
  await Promise.all([t.rejects(warming), app.close()])
})

t.test('POST /warm requires an admin key, of the company or of all', async t => {
  const { app } = await shop(t, { config: { WARM_QUESTIONS: 1 } })
  const warm = (body: object, key?: string) =>
    app.inject({ method: 'POST', url: '/warm', payload: body, headers: key ? { authorization: `Bearer ${key}` } : {} })
  t.match((await warm({ company_id: 'shop' })).json(), { company_id: 'shop', questions: 1 }, 'without any key, on this machine')
  t.match((await warm({})).json(), { code: 'COMPANY_MISSING' })
  t.match((await warm({ company_id: 'nobody' })).json(), { code: 'UNKNOWN_COMPANY' })
  const keyOf = async (company: string | null, scopes: ('chat' | 'admin')[]) => {
    const { text, key } = makeKey({ company, scopes, name: '', expiresAt: null })
    await app.keys.create(key)
    app.keyVerifier.drop()
    return text
  }
  const [chat, own, other, all] = [
    await keyOf('shop', ['chat']), await keyOf('shop', ['admin']), await keyOf('elsewhere', ['admin']), await keyOf(null, ['admin']),
  ]
  t.match((await warm({ company_id: 'shop' })).json(), { code: 'KEY_MISSING' })
  t.match((await warm({}, chat)).json(), { code: 'SCOPE_MISSING' })
  t.match((await warm({}, own)).json(), { company_id: 'shop' })
  t.match((await warm({ company_id: 'shop' }, other)).json(), { code: 'WRONG_COMPANY' })
  t.match((await warm({ company_id: 'shop' }, all)).json(), { company_id: 'shop' })
})

t.test('warms up every company of a running service by the command', async t => {
  const { url } = await shop(t)
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
  const run = (...args: string[]) => new Promise<{ code: number, out: string, err: string }>(resolve => {
    execFile(process.execPath, [main, 'warm', ...args], { cwd: t.testdirName, env: childEnvironment }, (error, out, err) =>
      resolve({ code: error ? (error.code as number) : 0, out, err })
    )
  })
  t.match(await run('--url', url), { code: 0, out: /^shop: \d of 2 answered in advance, \d already cached\n$/ })
  t.match(await run('--url', url, '--company', 'shop'), { code: 0, out: 'shop: 0 of 2 answered in advance, 2 already cached\n' })
  t.match(await run('--url', url, '--company', 'nobody'), { code: 1, err: /Unknown company/ })
  t.match(await run('--url', 'http://127.0.0.1:1'), { code: 1, err: /cannot be reached .* Is the service running\?/ })
  t.match(await run('--help'), { code: 0, out: /CAUSERIE_KEY/ })
  t.match(await run('--nonsense'), { code: 2 })
})
