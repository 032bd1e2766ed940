// A floor that was learnt, through the whole service: what it refuses, and what a rollback answers again.
import t from 'tap'
import { buildTestApp } from '../helper.ts'

const things = (
  'abacus anvil apron banjo barrel basket bellows bobbin bucket candle cannon canoe carpet chisel cradle dagger easel fiddle flute lantern'
).split(' ')
const learnt = things.slice(0, 16)
const company = { company_id: 'museum' }

t.test('a learnt floor refuses what nothing says, answers what something does, and goes with a rollback', async t => {
  const { app } = await buildTestApp(t)
  const indexes = { pages: { title: 'title', text: ['text'] } }
  await app.inject({ method: 'PUT', url: '/v1/companies/museum', payload: { name: 'Museum', language: 'en', indexes } })
  await app.documents!.put((await app.profiles.get('museum'))!, 'pages', things.map((thing, i) =>
    ({ id: thing, title: 'Shop', text: `Our ${thing} is sold for ${10 + i} euros.`, url: '', fields: [] })))
  await app.vectors.fill(['museum'])
  const price = (thing: string) => `What is the price of the ${thing}?`
  const unsaid = (thing: string) => `Was the ${thing} sold abroad?`
  const outcomeOf = async (message: string) => {
    const payload = { ...company, user_id: 'anna', message, stream: false }
    return (await app.inject({ method: 'POST', url: '/chat', payload })).json().finish_reason
  }
  const outcomes = () => Promise.all([outcomeOf(unsaid('lantern')), outcomeOf(price('lantern'))])
  t.same(await outcomes(), ['stop', 'stop'], 'the shipped floor answers both')

  const cases = [
    ...learnt.map(thing => ({ question: price(thing), sources: [`pages/${thing}`] })),
    ...learnt.map(thing => ({ question: unsaid(thing), answerable: false })),
  ]
  t.equal((await app.inject({ method: 'POST', url: '/v1/learning', payload: { ...company, cases } })).statusCode, 202)
  await app.learning.settled()
  const { failure, data: [version] } = (await app.inject('/v1/learning?company_id=museum')).json()
  t.equal(failure, null)
  t.match(version, { in_use: true, report: { verdict: 'better' } })
  t.ok(version.weights.floor > 0)
  t.same(await outcomes(), ['no_answer', 'stop'], 'about a thing that nothing was learnt from')

  await app.inject({ method: 'POST', url: '/v1/learning/rollback', payload: company })
  t.same(await outcomes(), ['stop', 'stop'])
})
