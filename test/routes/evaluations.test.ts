// The history of evaluations over HTTP: kept, listed, shown, compared and removed.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { storedRun } from '../contracts/evaluations.ts'
import { buildTestApp } from '../helper.ts'

const keep = (app: FastifyInstance, report: object, headers = {}) =>
  app.inject({ method: 'POST', url: '/v1/evaluations', headers, payload: { company_id: 'shop', report } })
const get = (app: FastifyInstance, path = '', headers = {}) => app.inject({ url: `/v1/evaluations${path}`, headers })
const reportOf = (right: number, changes: Partial<Report> = {}) => ({ ...storedRun('', { right }).report, ...changes })

t.test('keeps runs, and lists the newest first', async t => {
  const { app } = await buildTestApp(t)
  t.same((await get(app, '?company_id=shop')).json(), { data: [], next: null })
  const first = await keep(app, reportOf(1))
  t.equal(first.statusCode, 201, first.body)
  t.match(first.json(), { id: /^eval_/, set: 'set.json', questions: 3, figures: [{ name: 'passed', n: 3 }] })
  const second = (await keep(app, reportOf(2, { set: 'other.csv' }))).json()
  const page = (await get(app, '?company_id=shop&limit=1')).json()
  t.match(page, { data: [{ id: second.id, set: 'other.csv' }], next: String })
  t.notOk('cases' in page.data[0])
  t.match((await get(app, `?company_id=shop&limit=1&after=${page.next}`)).json(), { data: [{ id: first.json().id }], next: null })
  t.match((await get(app, '?company_id=shop&set=set.json')).json(), { data: [{ id: first.json().id }], next: null })
})

t.test('shows a run, and what broke and was mended since another', async t => {
  const { app } = await buildTestApp(t)
  const ids = []
  for (const right of [2, 1, 3]) ids.push((await keep(app, reportOf(right))).json().id)
  const [first, second, third] = ids
  const cases = [{ passed: true }, { passed: false }, { passed: false }]
  t.match((await get(app, `/${second}?company_id=shop`)).json(), { id: second, cases })
  t.match((await get(app, `/${second}?company_id=shop&against=${first}`)).json().comparison, {
    against: { id: first, set: 'set.json' }, broken: [{ before: { id: 'q1', passed: true }, now: { id: 'q1', answer: 'no' } }], mended: [],
    differences: [{ name: 'passed', before: 2 / 3, now: 1 / 3, n: 3 }],
  })
  t.match((await get(app, `/${third}?company_id=shop&against=${first}`)).json().comparison, { broken: [], mended: [{ now: { id: 'q2' } }] })
  t.match((await get(app, `/${third}?company_id=shop&against=eval_none`)).json(), { code: 'EVALUATION_NOT_FOUND' })
})

t.test('masks personal data before it is kept', async t => {
  const { app } = await buildTestApp(t)
  const report = reportOf(2)
  report.cases[0]!.question = 'I am Jane Doe, 0612345678, jane@example.org'
  const { id } = (await keep(app, report)).json()
  const body = (await get(app, `/${id}?company_id=shop`)).body
  t.notMatch(body, /0612345678|jane@/)
  t.match(body, /\[number\], \[mail\]/)
})

t.test('removes a run', async t => {
  const { app } = await buildTestApp(t)
  const { id } = (await keep(app, reportOf(2))).json()
  const remove = () => app.inject({ method: 'DELETE', url: `/v1/evaluations/${id}?company_id=shop` })
  t.equal((await remove()).statusCode, 204)
  t.match((await remove()).json(), { code: 'EVALUATION_NOT_FOUND' })
  t.match((await get(app, `/${id}?company_id=shop`)).json(), { code: 'EVALUATION_NOT_FOUND' })
})

t.test('refuses what is no report, an unknown company, and keys that may not write', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const wrong: object[] = [
    {}, { ...reportOf(2), format: 'other' }, { ...reportOf(2), made_at: 'yesterday' }, { ...reportOf(2), cases: [{ id: 'q' }] },
    { ...reportOf(2), figures: [{ name: 'unknown' }] },
  ]
  for (const report of wrong) t.match((await keep(app, report)).json(), { code: 'INVALID_BODY' }, JSON.stringify(report).slice(0, 80))
  t.match((await get(app, '?company_id=nobody')).json(), { code: 'UNKNOWN_COMPANY' })
  const made = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(made.key)
  const headers = { authorization: `Bearer ${made.text}` }
  t.match((await get(app, '', headers)).json(), { code: 'SCOPE_MISSING' })
  t.match((await keep(app, reportOf(2), headers)).json(), { code: 'SCOPE_MISSING' })
})
