// Answers without a call of the language model: a reworded FAQ entry, and the answer to a question that asks the same.
import t, { type Test } from 'tap'
import { question } from '../fixtures/app-client.ts'
import { embedModels } from '../fixtures/embed-models.ts'
import { fakeEmbedder, fakeModel } from '../fixtures/app-parts.ts'
import { createEmbedder } from '../../src/embed/create.ts'
import { samples, startTestApp, type TestOptions } from '../helper.ts'

const embedder = createEmbedder({ models: ['all-MiniLM-L6-v2'], dtype: 'q4', threads: 1, modelsDir: await embedModels(), cacheMax: 1000 })
await embedder.ready()
t.teardown(() => embedder.close())

/** Starts a service with the sample companies and a language model that counts its calls. */
async function shop (t: Test, options: TestOptions = {}) {
  const model = fakeModel(['So it is [1].'])
  const { config, ...rest } = options
  // The passages' own vectors take time, and give the documents new versions; words find the passages as well.
  const questionsOnly = { ...embedder, embedPassages: async () => null, close: async () => {} }
  const { app } = await startTestApp(t, {
    model, embedder: questionsOnly, ...rest, config: { SAMPLES_DIR: samples, FAQ_ANSWERS: true, ...config },
  })
  const ask = async (message: string, body: object = {}) =>
    (
      await app.inject({
        method: 'POST', url: '/chat', payload: { ...question, company_id: 'fjord-outdoor', message, stream: false, ...body },
      })
    ).json()
  return { app, ask, model }
}

t.test('answers a reworded FAQ entry with the entry, cited, without the language model', async t => {
  const { ask, model } = await shop(t)
  const answer = await ask('Hello, how can I track a package?')
  t.match(answer, {
    answered_by: 'faq', finish_reason: 'stop', citations: [1],
    sources: [{ n: 1, id: 'faq/track-order', title: 'How can I track my parcel?' }], answer: /tracking link.*\[1\]$/s,
  })
  t.equal(answer.sources.length, 1)
  t.match(await ask('Peut-on payer en plusieurs fois', { company_id: 'petit-nid' }), {
    answered_by: 'faq', sources: [{ id: 'faq/paiement-3-fois' }],
  })
  t.equal(model.calls.length, 0)
  for (const other of ['Is there a discount for teachers?', 'How much is a climbing rope?', 'How much is the Skarv 2 tent?']) {
    t.not((await ask(other)).answered_by, 'faq', other)
  }
  t.match(await ask('How can I track my parcel?', { page: { title: 'Orders' } }), { answered_by: 'llm' }, 'the page may matter')
})

t.test('FAQ_ANSWERS=false lets the language model answer', async t => {
  const { ask } = await shop(t, { config: { FAQ_ANSWERS: false } })
  t.match(await ask('How can I track my parcel?'), { answered_by: 'llm' })
})

t.test('does not recognise a reworded entry without vectors', async t => {
  const { ask } = await shop(t, { embedder: fakeEmbedder({ state: 'unavailable', reason: 'none' }) })
  t.match(await ask('How can I track my parcel?'), { answered_by: 'llm' })
})

t.test('SIMILAR_ANSWERS reuses the answer to a question that asks the same, and no other', async t => {
  const { ask, model, app } = await shop(t, { config: { SIMILAR_ANSWERS: true, FAQ_ANSWERS: false } })
  const first = await ask('What does the Skarv 2 tent cost?')
  t.match(first, { answered_by: 'llm', cache: 'miss' })
  const second = await ask('Hi, how much is the Skarv 2 tent please?')
  t.match(second, {
    answered_by: 'similar', cache: 'miss', answer: first.answer, sources: first.sources, citations: [1],
    usage: { input_tokens: 0, output_tokens: 0 },
  })
  t.not(second.answer_id, first.answer_id)
  t.equal(model.calls.length, 1)
  t.match(await ask('What does the Skarv 3 tent cost?'), { answered_by: 'llm' }, 'another tent')
  t.match(await ask('What does the Skarv 2 tent weigh?'), { answered_by: 'llm' }, 'another fact')
  t.match(await ask('How much is the Skarv 2 tent?', { max_tokens: 7 }), { answered_by: 'llm' }, 'asked with other limits')
  t.match(await ask('How much is the Skarv 2 tent?', { page: { title: 'x' } }), { answered_by: 'llm' }, 'asked on a page')
  t.match((await app.inject('/stats')).json(), { similar: { questions: 4, hits: 1 } })
  await app.store.run('putDocuments', 'fjord-outdoor', {
    index: 'faq', language: 'en', documents: [{ id: 'new', title: 'New', text: 'New.', url: '', fields: [] }],
  })
  app.documentsChanged('fjord-outdoor', (await app.store.run('getMeta', 'fjord-outdoor', 'version'))!)
  t.match(await ask('How much does the Skarv 2 tent cost?'), { answered_by: 'llm' }, 'the documents have changed')
})

t.test('is off by default', async t => {
  const { ask, model, app } = await shop(t, { config: { FAQ_ANSWERS: false } })
  await ask('What does the Skarv 2 tent cost?')
  t.match(await ask('How much is the Skarv 2 tent?'), { answered_by: 'llm' })
  t.equal(model.calls.length, 2)
  t.notOk('similar' in (await app.inject('/stats')).json())
})
