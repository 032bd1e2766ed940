// A client that lost its connection and posts its question again, with the last event that it has seen.
import t from 'tap'
import { ask, askJson, parse, question } from '../fixtures/app-client.ts'
import { withLlm } from '../fixtures/app-llm.ts'
import { gate } from '../fixtures/llm-adapters.ts'

t.test('POST /chat with Last-Event-ID', async t => {
  const { url, llm, app } = await withLlm(t)
  llm.enqueue({ tokens: ['Two ', 'days ', '[1].'] })
  const asked = { ...question, conversation_id: 'c1' }
  const whole = await (await ask(url, asked)).text()
  const events = parse(whole)
  const id = events[0]!.data.answer_id
  const encoded = whole.split('\n\n').filter(Boolean).map(text => `${text}\n\n`)
  const repost = (lastId: string, body: object = asked) => ask(url, body, { headers: { 'last-event-id': lastId } })

  t.test('sends the rest of an ended answer, byte for byte', async t => {
    for (let n = 0; n < events.length - 1; n++) t.equal(await (await repost(`${id}.${n}`)).text(), encoded.slice(n + 1).join(''))
    const after = await repost(`${id}.${events.length - 1}`)
    t.equal(after.status, 204)
    t.equal(await after.text(), '')
    t.equal(llm.requests.length, 2, 'the warm-up and one question')
    const { json } = await askJson(url, undefined, { method: 'GET', path: '/conversations/c1?user_id=u1&company_id=shop' })
    t.equal(json.turns.length, 1, 'one turn of the conversation')
  })

  t.test('takes the id from the address too', async t => {
    t.equal(await (await ask(url, asked, { path: `/chat?lastEventId=${id}.1` })).text(), encoded.slice(2).join(''))
    t.equal(llm.requests.length, 2)
  })

  t.test('sends the rest of a running one', async t => {
    const { until, open } = gate()
    llm.enqueue({ tokens: ['Yes ', 'you ', 'can ', 'so '], gate: { after: 3, until } })
    const slow = { ...question, message: 'Can I return a tent within thirty days?', resumable: true }
    const first = await ask(url, slow)
    const own = first.headers['x-answer-id']
    const seen = [await first.next(), await first.next(), await first.next()]
    first.leave()
    const second = await repost(`${own}.2`, slow)
    open()
    const rest = await second.events()
    t.equal(seen.at(-1)?.id, `${own}.2`)
    t.same(rest.map(({ id }) => id), rest.map((_, i) => `${own}.${i + 3}`), 'no event twice, none missing')
    t.equal([...seen, ...rest].map(event => event?.data.text ?? '').join(''), 'Yes you can so ')
    t.match(rest.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  })

  t.test('asks when there is nothing to resume', async t => {
    const other = { ...question, message: 'What does the gas stove Flamme cost?' }
    for (const lastId of [`${id}.1`, `${id}.${events.length - 1}`, 'unknown.4', '7', '']) {
      llm.enqueue({ tokens: ['49 ', '€ ', '[1].'] })
      const answer = await repost(lastId, other)
      t.equal(answer.status, 200)
      const all = await answer.events()
      t.equal(all[0]?.type, 'start', `another question than that of ${lastId}`)
      t.not(all[0]?.data.answer_id, id)
      t.equal(all.at(-1)?.type, 'finish')
    }
    const { json } = await askJson(url, { ...asked, stream: false }, { headers: { 'last-event-id': `${id}.1` } })
    t.match(json, { finish_reason: /stop/ }, 'a client that wants one object')
  })

  t.test('asks again when the answer ended because its client left', async t => {
    const { until, open } = gate()
    llm.enqueue({ tokens: ['A ', 'light ', 'tent '], gate: { after: 2, until } }, { tokens: ['A light tent [1].'] })
    const left = { ...question, message: 'How heavy is the tent Fjell?' }
    const first = await ask(url, left)
    const own = first.headers['x-answer-id']
    for (let i = 0; i < 3; i++) await first.next()
    first.leave()
    await llm.requests.at(-1)!.closed
    while (app.answers.stats().live > 0) await new Promise(setImmediate)
    const all = await (await repost(`${own}.2`, left)).events()
    open()
    t.not(all[0]?.data.answer_id, own)
    t.match(all.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
  })
})

t.test('a resumed answer is not counted as a question', async t => {
  const { url, llm } = await withLlm(t, { config: { RATE_LIMIT_CALLS: 1 } })
  llm.enqueue({ tokens: ['Two ', 'days.'] })
  const first = await ask(url, question)
  await first.text()
  for (let i = 0; i < 3; i++) {
    const again = await ask(url, question, { headers: { 'last-event-id': `${first.headers['x-answer-id']}.1` } })
    t.equal(again.status, 200)
    await again.text()
  }
  t.equal((await askJson(url, question)).status, 429)
})
