// Asking: shared answers, counters, and the log.
import { once } from 'node:events'
import { Writable } from 'node:stream'
import t from 'tap'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { until } from '../fixtures/until.ts'
import { startTestApp, writeCompany } from '../helper.ts'

t.test('makes another answer for another question, page, language or limit, and not for another spelling', async t => {
  const model = fakeModel(['ok'])
  const { url } = await startTestApp(t, { model })
  const cacheOf = async (changes: object) => (await askJson(url, { ...question, ...changes })).json.cache
  t.equal(await cacheOf({}), 'miss')
  for (const same of [
    { user_id: 'u2' }, { conversation_id: 'c2' }, { resumable: true }, { stream: false }, { message: `${question.message}  ` },
    { language: 'en' },
  ]) {
    t.equal(await cacheOf(same), 'hit', JSON.stringify(same))
  }
  for (const other of [
    { message: `${question.message} really` }, { language: 'fr' }, { indexes: ['faq'] }, { page: { title: 'Tents' } }, { max_tokens: 5 },
    { temperature: 1 },
  ]) {
    t.equal(await cacheOf(other), 'miss', JSON.stringify(other))
    t.equal(await cacheOf(other), 'hit')
  }
})

t.test('never shares an answer between two companies', async t => {
  const model = fakeModel(['ok'])
  const { app, url, dir } = await startTestApp(t, { model })
  await writeCompany(`${dir}/companies`, 'other')
  const { loadSamples } = await import('../../src/backends/sqlite/samples.ts')
  await loadSamples({ dir: `${dir}/companies`, store: app.store, onChanged: company => app.profiles.drop(company) })
  const one = (await askJson(url, question)).json
  const two = (await askJson(url, { ...question, company_id: 'other' })).json
  t.match([one, two], [{ company_id: 'shop', cache: 'miss' }, { company_id: 'other', cache: 'miss' }])
  t.not(one.answer_id, two.answer_id)
  t.equal((await askJson(url, undefined, { method: 'GET', path: `/chat/${two.answer_id}?company_id=shop` })).status, 404)
})

t.test('makes new answers when documents change', async t => {
  const { app, url } = await startTestApp(t, { model: fakeModel(['ok']) })
  t.equal((await askJson(url, question)).json.cache, 'miss')
  t.equal((await askJson(url, question)).json.cache, 'hit')
  app.documentsChanged('shop', 'newer')
  t.equal((await askJson(url, question)).json.cache, 'miss')
})

t.test('measures the latency of answers that were made to their end', async t => {
  const model = fakeModel(async function * ({ signal, question: asked }) {
    yield { type: 'text', text: 'Two ' }
    if (asked.includes('long')) {
      await once(signal, 'abort')
      throw signal.reason
    }
    yield { type: 'finish', reason: 'stop' }
  })
  const { app, url } = await startTestApp(t, { model, engine: fakeEngine(async () => found([passage()])) })
  await askJson(url, { ...question, message: 'Can I return a tent?' })
  await askJson(url, { ...question, message: 'Can I return a tent?' })
  const left = await ask(url, question)
  await left.next()
  left.leave()
  await until(() => app.answers.stats().live === 0)
  for (const { count, p50 } of Object.values(app.latency.stats())) {
    t.equal(count, 1)
    t.ok(p50 >= 0)
  }
  t.ok(app.latency.stats().first_token.p50 <= app.latency.stats().total.max)
})

t.test('logs one line per answer, without its words', async t => {
  for (const LOG_QUESTIONS of ['false', 'true']) {
    let written = ''
    const stream = new Writable({ write (chunk, _, done) { written += chunk; done() } })
    const { url } = await startTestApp(t, {
      logger: { level: 'info', stream }, model: fakeModel(['secret answer [1]']), config: { LOG_QUESTIONS },
    })
    const { json } = await askJson(url, question)
    await askJson(url, question)
    const lines = written.trim().split('\n').map(line => JSON.parse(line)).filter(({ msg }) => msg === 'answered')
    t.equal(lines.length, 1)
    t.match(lines[0], {
      answer_id: json.answer_id, company_id: 'shop', finish_reason: 'stop', answered_by: 'llm', citations: 1, degraded: false,
      usage: Object, timings_ms: Object,
    })
    t.notMatch(written, 'secret answer')
    t.equal(written.includes(question.message), LOG_QUESTIONS === 'true')
  }
})
