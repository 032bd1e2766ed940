// The cases that every language model behind a server must pass: requests, streams, ends of answers.
import t from 'tap'
import { createOllamaModel } from '../../src/llm/ollama.ts'
import { testApiKey, apis, bench, collect, createModel, gate, modelRequest } from '../fixtures/llm-adapters.ts'
import { rawChunk, textChunk } from '../fixtures/llm-chunks.ts'
import { eventsOf } from '../fixtures/model-events.ts'

for (const api of apis) {
  t.test(api, async (t) => {
    t.test('streams the tokens in order, then one finish with the usage', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['Le lot', ' coûte', ' 49,90 €', ' [1].'] })
      const { text, finish, error } = await collect(model)
      t.equal(error, undefined)
      t.equal(text, 'Le lot coûte 49,90 € [1].')
      t.same(finish, { reason: 'stop', usage: { input_tokens: 7, output_tokens: 4 } })
      t.match(model.stats(), { name: 'scripted', kind: 'llm', ready: true, requests: 1, failures: 0 })
    })

    t.test('sends what the API asks for', async (t) => {
      const { server, model } = await bench(t, api)
      await collect(model, modelRequest({ model: 'the-company-s-own' }))
      const { path, headers, body } = server.requests[0]!
      t.equal(headers.authorization, `Bearer ${testApiKey}`)
      t.equal(headers['content-type'], 'application/json')
      t.equal(body.model, 'the-company-s-own')
      t.equal(body.stream, true)
      t.same(body.messages, modelRequest().messages)
      if (api === 'openai') {
        t.equal(path, '/v1/chat/completions')
        t.match(body, { max_tokens: 64, temperature: 0.2, stream_options: { include_usage: true } })
      } else {
        t.equal(path, '/api/chat')
        t.match(body, { options: { num_predict: 64, temperature: 0.2 }, think: false })
      }
      t.notMatch(Object.keys(body), /passages|question/)
    })

    t.test('tolerates a trailing slash, and sends no key when there is none', async (t) => {
      const { server } = await bench(t, api)
      const model = createModel(api, { url: `${server.url(api)}/`, apiKey: '' })
      t.teardown(() => model.close())
      t.equal((await collect(model)).text, 'Hello world.')
      t.notOk('authorization' in server.requests[0]!.headers)
      t.notMatch(server.requests[0]!.path, '//')
    })

    t.test('passes a token on before the next one arrives', async (t) => {
      const { server, model } = await bench(t, api)
      const second = gate()
      server.enqueue({ body: [textChunk(api, 'first'), textChunk(api, ' second')], gate: { after: 1, until: second.until }, then: 'hold' })
      const events = eventsOf(model, modelRequest())
      t.same((await events.next()).value, { type: 'text', text: 'first' })
      second.open()
      t.same((await events.next()).value, { type: 'text', text: ' second' })
      await events.return(undefined)
    })

    t.test('reuses its connections', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      for (let n = 0; n < 5; n++) await collect(model)
      t.equal(server.requests.length, 5)
      t.equal(server.connections, 1)
    })

    t.test('reuses a connection when the end of the body lags behind the end of the answer', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 1 })
      const end = gate()
      server.enqueue({ gate: { after: 99, until: end.until } })
      const { finish } = await collect(model)
      t.ok(finish, 'the finish does not wait for the end of the body')
      end.open()
      await collect(model)
      t.equal(server.connections, 1)
    })

    t.test('closes a connection whose body does not end', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ then: 'hold' })
      t.ok((await collect(model)).finish)
      t.equal(await server.requests[0]!.closed, true)
      await server.idle()
    })

    t.test('opens no more connections than allowed', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 2 })
      const hold = gate()
      server.enqueue(...Array.from({ length: 6 }, () => ({ gate: { after: 1, until: hold.until } })))
      const answers = Array.from({ length: 6 }, () => collect(model))
      await server.request(1)
      t.equal(server.openSockets, 2)
      hold.open()
      t.same((await Promise.all(answers)).map(({ text }) => text), Array.from({ length: 6 }, () => 'Hello world.'))
      t.equal(server.openSockets, 2)
    })

    t.test('finishes with length when the tokens are used up', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ finish: 'length' })
      t.match((await collect(model)).finish, { reason: 'length' })
    })

    t.test('works without usage', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ usage: null })
      const { finish } = await collect(model)
      if (api === 'openai') t.same(finish, { reason: 'stop' })
      else t.match(finish, { reason: 'stop' })
    })

    t.test('ignores nonsensical usage', async (t) => {
      const { server, model } = await bench(t, api)
      const nonsense =
        api === 'openai'
          ? [
              rawChunk(api, { choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 'many', completion_tokens: -1 } }),
              rawChunk(api, '[DONE]'),
            ]
          : [rawChunk(api, { done: true, prompt_eval_count: 'many', eval_count: -1 })]
      server.enqueue({ body: [textChunk(api, 'Hi'), ...nonsense] })
      t.same((await collect(model)).finish, { reason: 'stop' })
    })

    t.test('ignores empty chunks', async (t) => {
      const { server, model } = await bench(t, api)
      const empty =
        api === 'openai'
          ? [
              { choices: [] }, { choices: [{ delta: { role: 'assistant' } }] }, { choices: [{ delta: { content: null } }] },
              { choices: [{ delta: null }] }, { id: 'x', choices: null, usage: null, error: null },
            ]
          : [{ message: {} }, { message: { content: null } }, { message: null }, { model: 'x', done: false, error: null }]
      const end =
        api === 'openai'
          ? [rawChunk(api, { choices: [{ delta: {}, finish_reason: 'stop' }] }), rawChunk(api, '[DONE]')]
          : [rawChunk(api, { done: true })]
      server.enqueue({
        body: [
          ...empty.map(payload => rawChunk(api, payload)), textChunk(api, 'Hi'), ...empty.map(payload => rawChunk(api, payload)), ...end,
        ],
      })
      const { texts, finish } = await collect(model)
      t.same(texts, ['Hi'])
      t.match(finish, { reason: 'stop' })
    })

    t.test('ignores anything after the end of the answer', async (t) => {
      const { server, model } = await bench(t, api)
      const end = api === 'openai' ? 'data: [DONE]\n\n' : rawChunk(api, { done: true })
      server.enqueue({ body: textChunk(api, 'Hi') + end + textChunk(api, ' there') + rawChunk(api, { error: 'late' }) + end })
      const { text, finish, error } = await collect(model)
      t.equal(error, undefined)
      t.equal(text, 'Hi')
      t.ok(finish)
    })

    t.test('drops white space before the first word', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['\n', ' \n', '  Hi', ' ', ' there'] })
      t.equal((await collect(model)).text, 'Hi  there')
    })

    t.test('joins an emoji that arrives in two chunks', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['ok \ud83d', '\ude00', '!'] })
      const { texts } = await collect(model)
      t.equal(texts.join(''), 'ok 😀!')
      t.ok(texts.every((text) => text.isWellFormed()))
    })

    t.test('makes a lone surrogate harmless', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['a\udc00b', 'c\ud800'] })
      t.equal((await collect(model)).text, 'a\ufffdbc\ufffd')
    })

    t.test('drops NUL, which a database would refuse', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: ['a\0b', '\0', '\0c'] })
      t.equal((await collect(model)).text, 'abc')
    })

    t.test('passes 3 MB through', async (t) => {
      const { server, model } = await bench(t, api)
      server.enqueue({ tokens: Array.from({ length: 3_000 }, () => 'x'.repeat(1_000)) })
      const { text, finish } = await collect(model)
      t.equal(text.length, 3_000_000)
      t.match(finish, { reason: 'stop' })
    })

    t.test('does not take a busy event loop for a silent server', async (t) => {
      const { server, model } = await bench(t, api, { firstTokenTimeoutMs: 10_000, silenceTimeoutMs: 600 })
      server.enqueue({ tokens: Array.from({ length: 3_000 }, () => 'x'.repeat(1_000)) })
      let length = 0
      await model.stream(modelRequest(), text => {
        if (length === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900)
        length += text.length
        return false
      })
      t.equal(length, 3_000_000)
    })

    t.test('does not mix simultaneous answers', async (t) => {
      const { server, model } = await bench(t, api, { poolSize: 8 })
      const words = Array.from({ length: 8 }, (_, n) => `w${n}`)
      server.enqueue(...words.map((word) => ({ tokens: Array.from({ length: 50 }, () => word), sliceBytes: 97 })))
      const texts = (await Promise.all(words.map(() => collect(model)))).map(({ text }) => text)
      t.same(texts.sort(), words.map((word) => word.repeat(50)))
    })
  })
}

t.test('openai: reads an answer that was not streamed', async (t) => {
  const { server, model } = await bench(t, 'openai')
  server.enqueue({
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      choices: [{ message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    }),
  })
  const { text, finish } = await collect(model)
  t.equal(text, 'Whole.')
  t.same(finish, { reason: 'stop', usage: { input_tokens: 1, output_tokens: 2 } })
})

t.test('openai: reads content in parts and a refusal', async (t) => {
  const { server, model } = await bench(t, 'openai')
  const parts = [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'Part.' }]
  server.enqueue({
    body: [
      rawChunk('openai', { choices: [{ delta: { content: parts } }] }),
      rawChunk('openai', { choices: [{ delta: { refusal: ' No.' }, finish_reason: 'stop' }] }),
    ],
  })
  t.equal((await collect(model)).text, 'Part. No.')
})

t.test('openai: keeps the query of its address', async (t) => {
  const { server } = await bench(t, 'openai')
  const model = createModel('openai', { url: `${server.origin}/openai/v1/?api-version=1` })
  t.teardown(() => model.close())
  await collect(model)
  t.equal(server.requests[0]!.path, '/openai/v1/chat/completions?api-version=1')
})

t.test('ollama: sends keep_alive as a duration or as a number, and finds its API', async (t) => {
  const { server } = await bench(t, 'ollama')
  const base = { model: 'scripted', connectTimeoutMs: 1_000, silenceTimeoutMs: 1_000, poolSize: 1 }
  for (const [keepAlive, path, sent] of [
    ['60m', '', '60m'], ['-1', '/v1', -1], ['300', '/api/', 300], [undefined, '/', undefined],
  ] as const) {
    const model = createOllamaModel({ ...base, url: `${server.origin}${path}`, ...(keepAlive && { keepAlive }) })
    await collect(model)
    await model.close()
    t.equal(server.requests.at(-1)!.path, '/api/chat')
    t.equal(server.requests.at(-1)!.body.keep_alive, sent)
  }
})

t.test('stops the start for an invalid address', async (t) => {
  for (const api of apis) t.throws(() => createModel(api, { url: 'no address' }), TypeError)
})

t.test('accepts any line end in server-sent events', async (t) => {
  const { server, model } = await bench(t, 'openai')
  const chunk = JSON.stringify({ choices: [{ delta: { content: 'Hi' } }] })
  for (const end of ['\n', '\r\n', '\r']) {
    server.enqueue({
      body: [': OPENROUTER PROCESSING', '', `event: message${end}id: 1${end}retry: 10${end}data:${chunk}`, '', 'data: [DONE]'].join(end),
    })
    t.equal((await collect(model)).text, 'Hi', JSON.stringify(end))
  }
})
