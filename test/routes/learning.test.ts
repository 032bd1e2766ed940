// Learning over HTTP: ratings change which passage answers, and taking it back brings the answers of before.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { buildTestApp } from '../helper.ts'

const things = (
  'abacus anvil apron banjo barrel basket bellows bobbin bucket candle cannon canoe carpet chisel cradle dagger easel fiddle flute ' +
  'funnel gavel goblet hammock helmet inkwell jigsaw kettle ladle lantern mallet needle paddle pillow rudder saddle sextant spindle sundial'
).split(' ')
const question = (thing: string) => `What is the price of the ${thing}?`
const rightAnswer = (thing: string) => `Our ${thing} is sold for ${10 + things.indexOf(thing)} euros, price of this year.`
const company = { company_id: 'museum' }
const pause = () => new Promise(resolve => { setImmediate(resolve) })

/** Puts in a company whose old price list, with its telling titles, is found before the pages that are right. */
async function createMuseum (app: FastifyInstance): Promise<void> {
  const indexes = { pages: { title: 'title', text: ['text'] }, archive: { title: 'title', text: ['text'] } }
  await app.inject({ method: 'PUT', url: '/v1/companies/museum', payload: { name: 'Museum', language: 'en', indexes } })
  const profile = (await app.profiles.get('museum'))!
  const document = (id: string, title: string, text: string) => ({ id, title, text, url: '', fields: [] })
  await app.documents!.put(profile, 'pages', things.map(thing => document(thing, 'Shop', rightAnswer(thing))))
  await app.documents!.put(profile, 'archive', things.map((thing, i) =>
    document(thing, `Price of the ${thing}`, `The price of the ${thing} was ${200 + i} euros.`)))
  await app.vectors.fill(['museum'])
}

async function ask (app: FastifyInstance, thing: string) {
  const payload = { ...company, user_id: 'anna', message: question(thing), stream: false }
  return (await app.inject({ method: 'POST', url: '/chat', payload })).json()
}

/** Asks about some things, and rates each answer as a person who knows this year's prices. */
async function rate (app: FastifyInstance, some: readonly string[], wrong: (i: number) => boolean = () => false): Promise<void> {
  for (const [i, thing] of some.entries()) {
    const { answer_id, answer } = await ask(app, thing)
    const isRight = answer.includes(rightAnswer(thing)) && !answer.startsWith('The price of the')
    const payload = isRight !== wrong(i)
      ? { ...company, user_id: 'anna', rating: 1 }
      : { ...company, user_id: 'anna', rating: -1, ...(isRight ? {} : { correction: rightAnswer(thing) }) }
    const { statusCode, body } = await app.inject({ method: 'POST', url: `/chat/${answer_id}/feedback`, payload })
    if (statusCode !== 200) throw new Error(body)
  }
}

async function listed (app: FastifyInstance) {
  return (await app.inject({ method: 'GET', url: '/v1/learning?company_id=museum' })).json()
}

async function learn (app: FastifyInstance, more: object = {}) {
  const response = await app.inject({ method: 'POST', url: '/v1/learning', payload: { ...company, ...more } })
  if (response.statusCode !== 202) throw new Error(response.body)
  await app.learning.settled()
  const { data, failure } = await listed(app)
  if (failure !== null) throw new Error(failure)
  return data[0]
}

const rollback = (app: FastifyInstance, more: object = {}) =>
  app.inject({ method: 'POST', url: '/v1/learning/rollback', payload: { ...company, ...more } })

t.test('ratings of some questions change the answers to others, and a rollback brings those of before', async t => {
  const { app } = await buildTestApp(t)
  await createMuseum(app)
  const unrated = things[0]!
  const before = await ask(app, unrated)
  t.match(before.answer, /^The price of the abacus was 200 euros/)
  await rate(app, things.slice(1))

  const dry = await learn(app, { dry_run: true })
  t.match(dry, { proven: true, in_use: false, replaced: null, report: { verdict: 'better', cases: { feedback: things.length - 1 } } })
  t.equal((await ask(app, unrated)).answer, before.answer, 'a dry run changes nothing')

  const version = await learn(app)
  t.match(version, { proven: true, in_use: true, report: { verdict: 'better', seed: 1 } })
  t.same(version.weights, dry.weights, 'the same ratings and seed give the same weights')
  t.ok(version.weights.indexes.pages > version.weights.indexes.archive, 'it trusts the pages more')
  t.ok(version.report.held_out.points.low > 0)
  t.ok(version.report.anchors.points.n >= 100)
  const after = await ask(app, unrated)
  t.match(after.answer, /^Our abacus is sold for 10 euros/)

  t.match((await rollback(app)).json(), { in_use: null })
  const again = await ask(app, unrated)
  t.equal(again.answer, before.answer)
  t.match((await listed(app)), { in_use: null, running: null, data: [{ in_use: false }, { in_use: false }] })
  t.match((await rollback(app)).json(), { code: 'VERSION_NOT_FOUND' })

  t.match((await rollback(app, { version: dry.id })).json(), { in_use: dry.id }, 'a proven version can be used later')
  t.equal((await ask(app, unrated)).answer, after.answer)
  t.match((await rollback(app, { version: null })).json(), { in_use: null })
  t.match((await rollback(app, { version: 'lrn_none' })).json(), { code: 'VERSION_NOT_FOUND' })

  const audit = (await app.inject({ method: 'GET', url: '/v1/audit?company_id=museum' })).json()
  const actions = audit.data.map(({ action, target }: { action: string, target: string }) => `${action} ${target}`)
  t.ok(actions.includes(`learning.start ${version.id}`) && actions.includes('learning.rollback shipped'), actions.join())
})

t.test('a set of the company\'s own is learnt from as well; too few questions teach nothing', async t => {
  const { app } = await buildTestApp(t)
  await createMuseum(app)
  const cases = things.map(thing => ({ question: question(thing), sources: [`pages/${thing}`] }))
  t.match(await learn(app, { cases: cases.slice(0, 5) }), { proven: false, report: { verdict: 'too_few', held_out: null } })
  const version = await learn(app, { cases })
  t.match(version, { in_use: true, report: { cases: { feedback: 0, curated: 0, set: things.length } } })
  const refused = await app.inject({ method: 'POST', url: '/v1/learning', payload: { ...company, cases: [{ question: '' }] } })
  t.equal(refused.statusCode, 400)
})

t.test('runs one at a time, and goes with its company', async t => {
  const { app } = await buildTestApp(t)
  await createMuseum(app)
  const start = () => app.inject({ method: 'POST', url: '/v1/learning', payload: company })
  await rate(app, things.slice(0, 5))
  const [first, second] = await Promise.all([start(), start()])
  t.same([first.statusCode, second.statusCode].sort(), [202, 409])
  await app.learning.settled()
  const unknown = await app.inject({ method: 'POST', url: '/v1/learning', payload: { company_id: 'nobody' } })
  t.match(unknown.json(), { code: 'UNKNOWN_COMPANY' })
  await app.removeCompany('museum')
  t.same(await app.learningStore.list('museum'), [])
})

t.test('is for admins', async t => {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const { key, text } = makeKey({ company: 'shop', scopes: ['write'] })
  await app.keys.create(key)
  const headers = { authorization: `Bearer ${text}` }
  t.match((await app.inject({ method: 'GET', url: '/v1/learning', headers })).json(), { code: 'SCOPE_MISSING' })
})

t.test('AUTO_LEARN learns by itself when there are enough new ratings, and again after as many', async t => {
  const { app } = await buildTestApp(t, { config: { AUTO_LEARN: true, LEARN_MIN_FEEDBACK: 25 } })
  await createMuseum(app)
  const runs = async () => {
    await pause()
    await app.learning.settled()
    return (await app.learningStore.list('museum')).length
  }
  await rate(app, things.slice(0, 24))
  t.equal(await runs(), 0)
  await rate(app, things.slice(24, 30))
  while (app.learning.running() === null && await runs() === 0) await pause()
  t.equal(await runs(), 1)
  t.match((await listed(app)).data, [{ in_use: true }])
  t.match((await ask(app, things.at(-1)!)).answer, /^Our sundial/)
  const audit = (await app.inject({ method: 'GET', url: '/v1/audit?company_id=museum' })).json()
  t.match(audit.data.find(({ action }: { action: string }) => action === 'learning.start'), { by: 'AUTO_LEARN' })
  await rate(app, things.slice(30))
  t.equal(await runs(), 1, 'eight are not enough for another run')
})

t.test('a run that is cut short leaves what was in use, and the next one begins anew', async t => {
  const { app } = await buildTestApp(t)
  await createMuseum(app)
  await rate(app, things.slice(1))
  const { id } = await learn(app)
  t.equal((await app.inject({ method: 'POST', url: '/v1/learning', payload: company })).statusCode, 202)
  await app.learning.close()
  t.same((await app.learningStore.list('museum')).map(version => version.id), [id])
  t.equal((await app.learningStore.used('museum'))?.id, id)
  t.match((await app.inject({ method: 'POST', url: '/v1/learning', payload: company })).json(), { code: 'SHUTTING_DOWN' })
})

t.test('ends with its company, and puts nothing into use in the next one of that name', async t => {
  const { app } = await buildTestApp(t)
  await createMuseum(app)
  const cases = things.map(thing => ({ question: question(thing), sources: [`pages/${thing}`] }))
  t.equal((await app.inject({ method: 'POST', url: '/v1/learning', payload: { ...company, cases } })).statusCode, 202)
  t.equal((await app.inject({ method: 'DELETE', url: '/v1/companies/museum' })).statusCode, 200)
  t.equal(app.learning.running(), null)
  await createMuseum(app)
  await app.learning.settled()
  t.match(await listed(app), { in_use: null, running: null, failure: null, data: [] })
})
