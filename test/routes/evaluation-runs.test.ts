// Evaluations that the service runs itself: started, watched, cancelled, one of a company at a time.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { fakeModel } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp, writeCompany, temporaryFolder } from '../helper.ts'

const set = 'question,answer,source,answerable\nHow long does delivery take?,two working days,faq/delivery,\nDo you wrap gifts?,,,no\n'
const start = (app: FastifyInstance, text = set, company_id = 'shop') =>
  app.inject({ method: 'POST', url: '/v1/evaluations/running', payload: { company_id, name: 'mine.csv', set: text } })
const progress = async (app: FastifyInstance, company = 'shop') =>
  (await app.inject(`/v1/evaluations/running?company_id=${company}`)).json().data

t.test('asks the questions of a set, and keeps the run', async t => {
  const { app } = await buildTestApp(t)
  t.equal(await progress(app), null)
  const started = await start(app)
  t.equal(started.statusCode, 202, started.body)
  t.match(started.json(), { set: 'mine.csv', state: 'running', done: 0, total: 2 })
  await until(async () => (await progress(app)).state === 'done')
  const { id, done } = await progress(app)
  t.equal(done, 2)
  t.match((await app.inject(`/v1/evaluations/${id}?company_id=shop`)).json(), {
    set: 'mine.csv', questions: 2, model: 'extractive', cases: [{ passed: true, rank: 1 }, { passed: true, refused: true }],
  })
  t.same((await app.inject('/v1/gaps?company_id=shop')).json().data, [], 'no trace of the questions')
})

t.test('runs one of a company at a time, until it is cancelled', async t => {
  const dir = await temporaryFolder(t)
  for (const id of ['shop', 'other']) await writeCompany(dir, id)
  const { until: opened, open } = gate()
  const model = fakeModel(async function * () {
    await opened
    yield { type: 'text', text: 'Two working days [1].' }
    yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
  })
  const { app } = await buildTestApp(t, { model, config: { SAMPLES_DIR: dir } })
  t.teardown(open)
  t.equal((await start(app)).statusCode, 202)
  t.match((await start(app)).json(), { code: 'EVALUATION_RUNNING' })
  const cancel = (company: string) => app.inject({ method: 'DELETE', url: `/v1/evaluations/running?company_id=${company}` })
  await cancel('other')
  t.match(await progress(app), { state: 'running' }, 'another company cannot cancel it')
  t.equal(await progress(app, 'other'), null)
  t.equal((await cancel('shop')).statusCode, 204)
  await until(async () => await progress(app) === null)
  t.same((await app.inject('/v1/evaluations?company_id=shop')).json().data, [])
  t.equal((await start(app, set, 'other')).statusCode, 202)
  t.equal((await start(app)).statusCode, 202, 'another company waits for no one')
})

t.test('ends with its company, and is not seen in the next one of that name', async t => {
  const { until: opened, open } = gate()
  const model = fakeModel(async function * () {
    await opened
    yield { type: 'text', text: 'Two working days [1].' }
    yield { type: 'finish', reason: 'stop', usage: { input_tokens: 1, output_tokens: 1 } }
  })
  const { app } = await buildTestApp(t, { model })
  t.teardown(open)
  const profile = (await app.inject('/v1/companies/shop')).json()
  t.equal((await start(app)).statusCode, 202)
  t.equal((await app.inject({ method: 'DELETE', url: '/v1/companies/shop' })).statusCode, 200)
  const { id: _, ...again } = profile.definition ?? profile
  t.equal((await app.inject({ method: 'PUT', url: '/v1/companies/shop', payload: again })).statusCode, 201)
  open()
  t.equal(await progress(app), null)
  t.same((await app.inject('/v1/evaluations?company_id=shop')).json().data, [])
})

t.test('refuses what it cannot read, and too many questions', async t => {
  const { app } = await buildTestApp(t)
  t.match((await start(app, 'question\n')).json(), { code: 'INVALID_BODY', message: /no questions/ })
  t.match((await start(app, `question\n${'Why?\n'.repeat(1001)}`)).json(), { code: 'INVALID_BODY', message: /more than 1000/ })
})
