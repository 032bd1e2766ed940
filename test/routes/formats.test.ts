// One answer in every wire format: a reader that joins it, or gets it from the cache, receives the same bytes as the first reader.
import t from 'tap'
import { fakeModel } from '../fixtures/app-parts.ts'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { wireFormats } from '../../src/wire/formats.ts'
import { startTestApp } from '../helper.ts'

const { company_id, user_id, message } = question

const formats = {
  native: { path: '/chat', body: question },
  OpenAI: {
    path: '/v1/chat/completions',
    body: {
      model: company_id, user: user_id, stream: true, stream_options: { include_usage: true },
      messages: [{ role: 'user', content: message }],
    },
  },
  'OpenAI\'s Responses': { path: '/v1/responses', body: { model: company_id, user: user_id, stream: true, input: message } },
  'AI SDK': {
    path: '/api/chat',
    body: {
      id: 'chat', company_id, user_id, trigger: 'submit-message',
      messages: [{ id: 'm1', role: 'user', parts: [{ type: 'text', text: message }] }],
    },
  },
}

t.test('tests every format of the table here', async t => {
  t.same(Object.values(formats).map(({ path }) => path).sort(), wireFormats.map(({ url }) => url).sort())
})

/** Removes what differs between readers: the id of the conversation, and how they got the answer. */
const masked = (text: string) => text.replace(/"conversation_id":"[^"]+"/, '').replace(/"cache":"\w+"/, '')
  .replace(/"conversation":\{[^}]+\}/g, '').replace(/(?<="resp_[\w-]+)\.[\w-]+/g, '')

for (const [name, { path, body }] of Object.entries(formats)) {
  t.test(name, async t => {
    const half = Promise.withResolvers<void>()
    const { app, url } = await startTestApp(t, {
      model: fakeModel(async function * () {
        yield { type: 'text', text: 'It takes “two days” ' }
        await half.promise
        yield { type: 'text', text: '[1]\n\ndata: [DONE]' }
        yield { type: 'finish', reason: 'stop', usage: { input_tokens: 7, output_tokens: 4 } }
      }),
    })
    const first = await ask(url, body, { path })
    const joined = await ask(url, body, { path })
    half.resolve()
    const texts = [await first.text(), await joined.text(), await (await ask(url, body, { path })).text()]
    t.match(app.answers.stats(), { misses: 1, joined: 1, hits: 1 })
    t.match(texts[0], /two days/)
    t.equal(masked(texts[1]!), masked(texts[0]!), 'joined')
    t.equal(masked(texts[2]!), masked(texts[0]!), 'cached')
  })
}

for (const [name, { path, body }] of Object.entries(formats)) {
  t.test(`${name}: the marker for "no answer" is never seen, and what was seen is kept`, async t => {
    const refusal = 'I could not find the answer to that in the documents I have.'
    const model = fakeModel(["I'm sorry", ': "NO', '\\_ANS', 'WER". ', 'The passages [1] do not say'])
    const { app, url } = await startTestApp(t, { model })
    const texts = [await (await ask(url, body, { path })).text(), await (await ask(url, body, { path })).text()]
    t.match(app.answers.stats(), { misses: 1, hits: 1 })
    t.equal(masked(texts[1]!), masked(texts[0]!))
    t.notMatch(texts[0], /sorry|NO\\|ANS|do not say/)
    t.equal(texts[0]!.split(refusal).length, path === '/v1/responses' ? 6 : 2)
    t.match(texts[0], /"finish_reason":"no_answer","answered_by":"llm","citations":\[\]/)
    const whole = { ...body, stream: false }
    if (path === '/chat') {
      t.match((await askJson(url, whole)).json, { answer: refusal, finish_reason: 'no_answer', sources: [], citations: [] })
    }
    if (path === '/v1/responses') {
      t.match((await askJson(url, whole, { path })).json, { output: [{ content: [{ text: refusal }] }], sources: [] })
    }
    if (path === '/v1/chat/completions') {
      t.match((await askJson(url, whole, { path })).json, { choices: [{ message: { content: refusal } }], sources: [] })
    }
  })
}

for (const [name, { path, body }] of Object.entries(formats)) {
  t.test(`${name}: what asks nothing is replied to in its language`, async t => {
    const model = fakeModel(['never'])
    const { app, url } = await startTestApp(t, { model })
    const thanks = JSON.parse(JSON.stringify(body).replace(message, 'Merci beaucoup pour votre aide !')) as object
    const text = await (await ask(url, thanks, { path })).text()
    t.match(text, /Avec plaisir !/)
    t.match(text, /"finish_reason":"stop","answered_by":"smalltalk","citations":\[\]/)
    t.notMatch(text, /"type":"source/)
    t.same(model.calls, [])
    const { payload } = await app.inject('/metrics')
    t.match(payload, /causerie_answers_total\{finish_reason="stop",answered_by="smalltalk",degraded="false"\} 1/)
  })
}

t.test('shares one answer between clients of all formats', async t => {
  const model = fakeModel(['Two days [1].'])
  const { app, url } = await startTestApp(t, { model })
  for (const { path, body } of Object.values(formats)) t.match(await (await ask(url, body, { path })).text(), 'Two days [1].')
  t.match(app.answers.stats(), { misses: 1, hits: 3 })
  t.equal(model.calls.length, 1)
})
