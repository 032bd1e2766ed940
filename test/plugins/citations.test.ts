// What answers cite is noted with the documents: fresh answers and kept ones, not those that nobody asked for.
import t from 'tap'
import { askJson, question } from '../fixtures/app-client.ts'
import { fakeEngine, fakeModel, found, passage } from '../fixtures/app-parts.ts'
import { startTestApp } from '../helper.ts'

const passages = [passage({ id: 'faq/delivery' }), passage({ id: 'faq/islands', text: 'On islands it takes four.' })]

t.test('each finished answer, fresh or kept, and all of it at the latest when the service closes', async t => {
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

t.test('an answer that nobody asked for is none', async t => {
  const { app } = await startTestApp(t, { model: fakeModel(['On islands four [2].']), engine: fakeEngine(async () => found(passages)) })
  const cited: unknown[] = []
  app.documents!.cite = async (...noted) => { cited.push(noted) }
  const reader = await app.ask({ company: 'shop', user: '', message: question.message, isWarmUp: true })
  await reader.all()
  reader.close()
  await app.close()
  t.strictSame(cited, [])
})

t.test('a document knows when it was cited last', async t => {
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

t.test('what cannot be written harms nobody', async t => {
  const { app, url } = await startTestApp(t)
  app.documents!.cite = async () => { throw new Error('no') }
  t.equal((await askJson(url, question)).status, 200)
  await app.close()
})

t.test('nor does a write that never ends hold up the end', { timeout: 20_000 }, async t => {
  const { app, url } = await startTestApp(t)
  app.documents!.cite = () => new Promise(() => {})
  t.equal((await askJson(url, question)).status, 200)
  const began = performance.now()
  await app.close()
  t.ok(performance.now() - began < 5000, 'it is let go after SHUTDOWN_SECONDS')
})
