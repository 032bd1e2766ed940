// The webhook: signed messages of new feedback and of gaps, tried again, in order, bounded.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { createOutbox } from '../../src/webhooks/outbox.ts'
import { createWebhookSender } from '../../src/webhooks/sender.ts'
import { until } from '../fixtures/until.ts'
import { buildTestApp, temporaryFolder } from '../helper.ts'

const secret = 'a secret of enough characters'

/** Starts a server that checks signatures; `answers` are the statuses of its answers in turn, then 204. */
async function receiver (t: Test, answers: number[] = []) {
  const got: { id: string, type: string, data: Record<string, unknown> }[] = []
  let tries = 0
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.on('data', chunk => { body += chunk })
    request.on('end', () => {
      tries++
      const verified = new Webhook(Buffer.from(secret), { format: 'raw' }).verify(body, request.headers as Record<string, string>)
      const status = answers.shift() ?? 204
      const id = String(request.headers['webhook-id'])
      if (status < 300) got.push({ id, ...verified as { type: string, data: Record<string, unknown> } })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  return { got, tries: () => tries, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

t.test('sends events in order, and again when the server fails', async t => {
  const { got, tries, url } = await receiver(t, [503, 500, 204, 400])
  const errors: string[] = []
  const sender = createWebhookSender({ url, secret, firstRetryMs: 1, onError: (_, type) => { errors.push(type) } })
  t.teardown(() => sender.close())
  const first = sender.send({ type: 'one', data: { n: 1 } })
  t.equal(await sender.send({ type: 'two', data: {} }), 'given up', 'a refusal is final')
  t.equal(await first, 'delivered')
  t.equal(await sender.send({ type: 'three', data: {}, id: 'own' }), 'delivered')
  t.same(got.map(({ type }) => type), ['one', 'three'])
  t.equal(got[1]!.id, 'own')
  t.equal(tries(), 5)
  t.same(errors, ['two'])
})

t.test('gives up when it closes, and takes no more than can wait', async t => {
  const { url } = await receiver(t, Array.from({ length: 5000 }, () => 503))
  const sender = createWebhookSender({ url, secret, firstRetryMs: 100_000, onError: error => { throw error } })
  let left = 0
  const all = Array.from({ length: 1100 }, () => sender.send({ type: 'e', data: {} }).then(outcome => { if (outcome === 'left') left++ }))
  await until(() => left === 100)
  await sender.close()
  await Promise.all(all)
  t.equal(left, 1100)
  t.equal(await sender.send({ type: 'e', data: {} }), 'left')
})

t.test('takes secrets of the standard\'s form, and refuses short ones', async t => {
  t.throws(() => createWebhookSender({ url: 'http://127.0.0.1/', secret: 'short', onError: () => {} }), /WEBHOOK_SECRET/)
  t.throws(() => createWebhookSender({ url: 'http://127.0.0.1/', secret: 'whsec_%%%%%%%%%%%%', onError: () => {} }), /WEBHOOK_SECRET/)
  const standard = `whsec_${Buffer.from(secret).toString('base64')}`
  const sender = createWebhookSender({ url: 'http://127.0.0.1/', secret: standard, onError: () => {} })
  await sender.close()
  await t.rejects(buildTestApp(t, { config: { WEBHOOK_URL: 'http://127.0.0.1:1/' } }), /WEBHOOK_SECRET/)
  await t.rejects(buildTestApp(t, { config: { WEBHOOK_URL: 'ftp://x', WEBHOOK_SECRET: secret } }), /WEBHOOK_URL/)
})

t.test('tells of new feedback, and once a week of gaps, without personal data', async t => {
  const { got, url } = await receiver(t)
  const { app } = await buildTestApp(t, { config: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } })
  const ask = async (message: string, user_id: string) =>
    (await app.inject({ method: 'POST', url: '/chat', payload: { company_id: 'shop', user_id, message, stream: false } })).json()
  const { answer_id: id } = await ask('How long does delivery take?', 'anna@example.org')
  const rating = { company_id: 'shop', user_id: 'anna@example.org', rating: -1, comment: 'Call 0612345678' }
  await app.inject({ method: 'POST', url: `/chat/${id}/feedback`, payload: rating })
  await until(() => got.length === 1)
  t.match(got[0], { type: 'feedback.created', data: { company_id: 'shop', answer_id: id, score: -1, comment: 'Call [number]' } })
  t.notMatch(JSON.stringify(got), /anna|0612/)

  await app.gapRecorder!.flush()
  await app.sendDigests()
  t.equal(got.length, 1, 'the first week is only begun')
  const week = Number(await app.store.run('getMeta', 'shop', 'gaps_digest_week'))
  await app.store.run('setMeta', 'shop', { key: 'gaps_digest_week', value: String(week - 1) })
  await app.sendDigests()
  t.match(got[1], {
    id: `digest_shop_${week}`, type: 'gaps.digest',
    data: { company_id: 'shop', gaps: [{ question: 'How long does delivery take?', people: 1, questions_of_week: 1 }], top_questions: [] },
  })
  await app.sendDigests()
  t.equal(got.length, 2, 'once a week')
})

t.test('a rating that waits when the service ends is told of after the next start, unless it was erased', async t => {
  const answers = Array.from({ length: 100 }, () => 503)
  const { got, url, tries } = await receiver(t, answers)
  const config = { WEBHOOK_URL: url, WEBHOOK_SECRET: secret, DATA_DIR: await temporaryFolder(t) }
  const { app: first } = await buildTestApp(t, { config })
  const ask = { company_id: 'shop', user_id: 'anna', message: 'How long does delivery take?', stream: false }
  const { answer_id: id } = (await first.inject({ method: 'POST', url: '/chat', payload: ask })).json()
  const rate = (user_id: string, rating: number) =>
    first.inject({ method: 'POST', url: `/chat/${id}/feedback`, payload: { company_id: 'shop', user_id, rating } })
  await rate('anna', -1)
  await until(() => tries() === 1)
  await rate('bert', 1)
  await rate('anna', 0)
  await first.eraseUser({ company: 'shop', user: 'bert' })
  await first.close()
  t.same(got, [])
  answers.length = 0

  const { app: second } = await buildTestApp(t, { config })
  await until(() => got.length === 1)
  t.match(got, [{ type: 'feedback.created', data: { company_id: 'shop', answer_id: id, rating: 0 } }], 'as it is by now')
  await until(async () => await second.store.run('getMeta', 'shop', 'webhook_outbox') === '[]')
  await second.close()
  const { app: third } = await buildTestApp(t, { config })
  await third.close()
  t.equal(got.length, 1)
})

t.test('ratings that wait are not told of when their users are erased meanwhile, and the receipt counts them', async t => {
  const answers = Array.from({ length: 100 }, () => 503)
  const { got, url, tries } = await receiver(t, answers)
  const { app } = await buildTestApp(t, { config: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } })
  const ask = { company_id: 'shop', user_id: 'anna', message: 'How long does delivery take?', stream: false }
  const { answer_id: id } = (await app.inject({ method: 'POST', url: '/chat', payload: ask })).json()
  const rate = (user_id: string, rating = -1) =>
    app.inject({ method: 'POST', url: `/chat/${id}/feedback`, payload: { company_id: 'shop', user_id, rating } })
  const eraseEvents = async (user: string) =>
    (await app.eraseUser({ company: 'shop', user })).erased.find(({ what }) => what === 'events for the webhook')
  const { send } = app.webhook!
  let sent = 0
  app.webhook!.send = event => {
    sent++
    return send(event)
  }
  await rate('anna')
  await until(() => tries() === 1)
  await rate('bert')
  await rate('carl')
  await until(() => sent === 3, 'a rating is answered before it is read again and waits to be sent')
  const isNoted = async () => (await app.store.run('getMeta', 'shop', 'webhook_outbox'))!.includes(id)
  await until(isNoted)
  t.match(await eraseEvents('anna'), { where: 'memory', count: 1 }, 'the one that is being tried')
  t.match(await eraseEvents('bert'), { count: 1 }, 'one that waits')
  t.match(await eraseEvents('bert'), { count: 0 }, 'once')
  await rate('bert', 1)
  answers.length = 0
  await until(() => got.length === 2)
  t.same(got.map(({ data }) => data.rating), [-1, 1], 'what others said, and what was said after the erasure')
  await until(async () => !await isNoted())
})

t.test('an erasure asks only about what waits of its own company', async t => {
  const { url, tries } = await receiver(t, Array.from({ length: 100 }, () => 503))
  const sender = createWebhookSender({ url, secret, firstRetryMs: 100_000, onError: error => { throw error } })
  t.teardown(() => sender.close())
  let isErased = false
  sender.send({ type: 'own', company: 'shop', data: {}, isErased: async () => isErased })
  sender.send({ type: 'other', company: 'other', data: {}, isErased: () => Promise.reject(new Error('its file cannot be read')) })
  await until(() => tries() === 1)
  isErased = true
  t.equal(await sender.dropErased('shop'), 1)
})

t.test('an event whose subject was erased on another instance is not sent', async t => {
  const { got, url } = await receiver(t)
  const sender = createWebhookSender({ url, secret, onError: error => { throw error } })
  t.teardown(() => sender.close())
  t.equal(await sender.send({ type: 'gone', data: {}, isErased: async () => true }), 'given up')
  t.equal(await sender.send({ type: 'kept', data: {}, isErased: async () => false }), 'delivered')
  t.same(got.map(({ type }) => type), ['kept'])
})

t.test('an event whose store cannot be read is left for later, and holds up none', async t => {
  const { got, url } = await receiver(t)
  const errors: string[] = []
  const sender = createWebhookSender({ url, secret, firstRetryMs: 1e9, onError: (_, type) => { errors.push(type) } })
  t.teardown(() => sender.close())
  const isErased = () => Promise.reject(new Error('the store is away'))
  const left = sender.send({ type: 'left', data: {}, isErased })
  t.equal(await sender.send({ type: 'next', data: {} }), 'delivered')
  t.equal(await left, 'left')
  t.same([got.map(({ type }) => type), errors], [['next'], ['left']])
})

t.test('what is noted is known after a start, and counted as often as it was added', async t => {
  const files = new Map([['shop', '["old"]'], ['damaged', '{']])
  const errors: string[] = []
  const open = () => createOutbox({
    read: async company => files.get(company),
    async write (company, text) {
      if (company === 'locked') throw new Error('locked')
      files.set(company, text)
    },
    onError: (_, company) => { errors.push(company) },
  })
  const outbox = open()
  outbox.add('shop', 'new')
  t.equal(files.get('shop'), '["old"]', 'nothing is written over what was not read')
  t.same(await outbox.begin(['shop', 'damaged', 'unknown']), [{ company: 'shop', id: 'old' }])
  outbox.add('shop', 'new')
  outbox.told('shop', 'new')
  outbox.told('shop', 'unknown')
  outbox.add('locked', 'x')
  await outbox.settled()
  t.same(JSON.parse(files.get('shop')!), ['new', 'old'])
  outbox.told('shop', 'new')
  outbox.told('shop', 'old')
  await outbox.settled()
  t.equal(files.get('shop'), '[]')
  for (let n = 0; n < 1100; n++) outbox.add('flood', `${n}`)
  await outbox.settled()
  t.equal(JSON.parse(files.get('flood')!).length, 1000)
  t.same(errors, ['damaged', 'locked'])
})

t.test('what could not be read at the start is not written over', async t => {
  const files = new Map([['shop', '["old"]']])
  const errors: string[] = []
  let isLocked = true
  const outbox = createOutbox({
    async read (company) {
      if (isLocked) throw new Error('locked')
      return files.get(company)
    },
    async write (company, text) { files.set(company, text) },
    onError: (_, company) => { errors.push(company) },
  })
  t.same(await outbox.begin(['shop']), [])
  outbox.add('shop', 'new')
  await outbox.settled()
  t.same([files.get('shop'), errors], ['["old"]', ['shop', 'shop']])
  isLocked = false
  outbox.add('shop', 'other')
  await outbox.settled()
  outbox.told('shop', 'new')
  await outbox.settled()
  t.same(JSON.parse(files.get('shop')!).sort(), ['old', 'other'])
  t.notOk(outbox.isWhole())
  t.same(await outbox.begin(['shop']), [{ company: 'shop', id: 'old' }], 'what was read late is told all the same, once')
  t.ok(outbox.isWhole())
  t.same(await outbox.begin(['shop']), [])
})

t.test('what could not be read at the start is told when it can be, as often as it was noted', async t => {
  const files = new Map([['shop', '["old"]'], ['other', '["x"]']])
  let isLocked = true
  const outbox = createOutbox({
    async read (company) {
      if (isLocked && company === 'shop') throw new Error('locked')
      return files.get(company)
    },
    async write (company, text) { files.set(company, text) },
    onError () {},
  })
  t.notOk(outbox.isWhole(), 'before the start')
  t.same(await outbox.begin(['shop', 'other']), [{ company: 'other', id: 'x' }])
  t.notOk(outbox.isWhole())
  t.same(await outbox.begin(['shop', 'other']), [])
  isLocked = false
  outbox.add('shop', 'old')
  t.same(await outbox.begin(['shop', 'other']), [{ company: 'shop', id: 'old' }])
  t.ok(outbox.isWhole())
  outbox.told('shop', 'old')
  await outbox.settled()
  t.equal(files.get('shop'), '["old"]', 'the one that was added is still to be told of')
  outbox.told('shop', 'old')
  await outbox.settled()
  t.equal(files.get('shop'), '[]')
})

t.test('nor is that of a company which was not in the list', async t => {
  for (const begin of [true, false]) {
    const files = new Map([['shop', '["old"]']])
    const outbox = createOutbox({
      read: async company => files.get(company),
      async write (company, text) { files.set(company, text) },
      onError: error => { throw error },
    })
    if (begin) t.same(await outbox.begin([]), [])
    outbox.add('shop', 'new')
    outbox.add('other', 'x')
    await outbox.settled()
    t.same(JSON.parse(files.get('shop')!).sort(), ['new', 'old'])
    outbox.told('shop', 'new')
    await outbox.settled()
    t.equal(files.get('shop'), '["old"]')
    t.equal(files.get('other'), '["x"]')
  }
})
