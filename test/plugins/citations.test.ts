// Citations are recorded with the documents: those of new and cached answers, not of answers without a client.
import t from 'tap'
import { askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { startTestApp } from '../helper.ts'

const passages = [passage({ id: 'faq/delivery' }), passage({ id: 'faq/islands', text: 'On islands it takes four.' })]

t.test('records each finished answer, new or cached, at the latest when the service closes', async t => {
  const { app, url } = await startTestApp(t, {
    model: fakeModel(['On islands four [2].']), engine: fakeEngine(async () => found(passages)),
  })
  const cited: unknown[] = []
  app.documents!.cite = async (company, passages, at) => { cited.push([company, passages, at > 0]) }
  const reader = await app.ask({ company: 'shop', user: '', message: question.message, isWarmUp: true })
  await reader.all()
  reader.close()
  t.equal((await askJson(url, question)).json.cache, 'hit')
  await app.close()
  t.strictSame(cited, [['shop', ['faq/islands'], true]])
})

t.test('does not record an answer without a client', async t => {
  const { app } = await startTestApp(t, { model: fakeModel(['On islands four [2].']), engine: fakeEngine(async () => found(passages)) })
  const cited: unknown[] = []
  app.documents!.cite = async (...noted) => { cited.push(noted) }
  const reader = await app.ask({ company: 'shop', user: '', message: question.message, isWarmUp: true })
  await reader.all()
  reader.close()
  await app.close()
  t.strictSame(cited, [])
})

t.test('records when a document was last cited', async t => {
  const { app, url } = await startTestApp(t)
  const { json } = await askJson(url, { ...question, message: 'How long does delivery take?' })
  t.ok(json.citations.length > 0)
  const cite = Promise.withResolvers<string[]>()
  const own = app.documents!.cite
  app.documents!.cite = async (company, passages, at) => {
    await own(company, passages, at)
    t.match(await app.documents!.get('shop', 'faq', 'delivery'), { citedAt: at })
    cite.resolve(passages)
  }
  await app.close()
  t.match(await cite.promise, ['faq/delivery'])
})

t.test('harms no answer when a record cannot be written', async t => {
  const { app, url } = await startTestApp(t)
  app.documents!.cite = async () => { throw new Error('no') }
  t.equal((await askJson(url, question)).status, 200)
  await app.close()
})

t.test('is not held up on close by a write that never ends', async t => {
  const { app, url } = await startTestApp(t)
  app.documents!.cite = () => new Promise(() => {})
  t.equal((await askJson(url, question)).status, 200)
  const began = performance.now()
  await app.close()
  t.ok(performance.now() - began < 30_000, 'it is let go after SHUTDOWN_SECONDS')
})
