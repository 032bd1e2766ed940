// /v1 on real sockets, with the official client: answers, streams and requests.
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import t from 'tap'
import { ask, askJson } from '../fixtures/app-client.ts'
import { endless } from '../fixtures/app-llm.ts'
import { fakeEngine, fakeModel, found } from '../fixtures/app-parts.ts'
import { gate } from '../fixtures/llm-adapters.ts'
import { libreChatChat, libreChatTitles, openWebUiChat, openWebUiEverything, openWebUiTasks } from '../fixtures/openai-bodies.ts'
import { clientOf, path, readAll, request, text, withClient, withQuestions } from '../fixtures/openai-client.ts'
import { whenIdle } from '../fixtures/until.ts'
import { startTestApp } from '../helper.ts'

t.test('an answer', async t => {
  const { client, llm, url, app } = await withClient(t)

  t.test('is streamed', async t => {
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], usage: { input: 30, output: 3 } })
    const {
      data: stream, response, request_id: requestId,
    } = await client.chat.completions.create({ ...request, stream: true }).withResponse()
    const chunks: ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const answerId = response.headers.get('x-answer-id')
    t.equal(requestId, answerId)
    t.match(response.headers.get('content-type'), 'text/event-stream')
    for (const chunk of chunks) {
      t.match(chunk, { id: `chatcmpl-${answerId}`, object: 'chat.completion.chunk', model: 'shop', created: Number })
    }
    t.ok(Math.abs(chunks[0]!.created - Date.now() / 1000) < 60)
    t.equal(chunks[0]?.choices[0]?.delta.role, 'assistant')
    t.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'Two days [1].')
    t.match(chunks.at(-1), {
      choices: [{ finish_reason: 'stop' }], sources: [{ n: 1, id: 'faq/delivery', url: 'https://shop.example/faq/delivery' }],
      causerie: { citations: [1], answered_by: 'llm' },
    })
    t.notOk(chunks.some(({ usage }) => usage))
  })

  t.test('is streamed with its usage', async t => {
    const { chunks } = await readAll(client, { stream_options: { include_usage: true } })
    t.match(chunks.pop(), { choices: [], usage: { prompt_tokens: 30, completion_tokens: 3, total_tokens: 33 } })
    t.ok(chunks.every(({ usage }) => usage === null))
    t.equal(llm.requests.length, 2, 'the warm-up and one question: it is the same answer')
  })

  t.test('is collected by the client, which keeps the fields that OpenAI lacks', async t => {
    const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } })
    t.match(await stream.finalChatCompletion(), {
      choices: [{ message: { content: 'Two days [1].' }, finish_reason: 'stop' }], usage: { total_tokens: 33 },
      sources: [{ n: 1, id: 'faq/delivery' }],
    })
  })

  t.test('comes as one object', async t => {
    const answer = await client.chat.completions.create(request)
    t.match(answer, {
      object: 'chat.completion', model: 'shop',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Two days [1].' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 30, completion_tokens: 3, total_tokens: 33 }, sources: [{ n: 1, id: 'faq/delivery' }],
    })
    t.equal(answer.id, `chatcmpl-${answer._request_id}`)
    t.match(
      await (await ask(url, { company_id: 'shop', user_id: 'u1', message: text })).text(), '"cache":"hit"',
      'it is the answer of every format'
    )
    const { status, json } = await askJson(url, undefined, { method: 'GET', path: `/chat/${answer._request_id}?company_id=shop` })
    t.match([status, json.answer], [200, 'Two days [1].'])
  })

  t.test('that is cut short', async t => {
    llm.enqueue({ tokens: ['Two ', 'days'], finish: 'length' })
    const answer = await client.chat.completions.create({ ...request, max_completion_tokens: 2 })
    t.equal(answer.choices[0]?.finish_reason, 'length')
    t.match(llm.requests.at(-1)?.body, { max_tokens: 2 })
  })

  t.test('that a content filter cut says so, and is not kept', async t => {
    const asked = { ...request, temperature: 0.3 }
    for (const text of ['Two', 'Two days']) {
      llm.enqueue({ tokens: [text], finish: 'content_filter' })
      t.match(await client.chat.completions.create(asked), {
        choices: [{ message: { content: text }, finish_reason: 'content_filter' }], causerie: { finish_reason: 'content_filter' },
      })
    }
  })

  t.test('that its server ends without a reason is degraded, and not kept', async t => {
    const asked = { ...request, temperature: 0.35 }
    for (const text of ['Two days [1].', 'In two days [1].']) {
      llm.enqueue({ tokens: [text], finish: null })
      t.match(await client.chat.completions.create(asked), { choices: [{ message: { content: text } }], causerie: { degraded: true } })
    }
  })

  t.test('that was not found', async t => {
    const messages = [{ role: 'user' as const, content: 'Who won the chess tournament in Reykjavik?' }]
    const content = 'I could not find the answer to that in the documents I have.'
    llm.enqueue({ tokens: ['"no', '_ans', 'wer"'] })
    t.match(await client.chat.completions.create({ model: 'shop', messages }), {
      choices: [{ message: { content }, finish_reason: 'stop' }], causerie: { finish_reason: 'no_answer', citations: [] }, sources: [],
    })
  })

  t.test('that another client stops', async t => {
    llm.enqueue(endless)
    const { data: stream, response } = await client.chat.completions.create({ ...request, temperature: 1, stream: true }).withResponse()
    const reasons: unknown[] = []
    for await (const { choices: [choice] } of stream) {
      if (choice?.delta.content?.includes('days [1]')) t.ok(await app.answers.stop('shop', response.headers.get('x-answer-id')!))
      reasons.push(choice?.finish_reason)
    }
    t.equal(reasons.at(-1), 'stop')
  })
})

t.test('an answer without a language model', async t => {
  const { url } = await startTestApp(t)
  const { chunks, text: read } = await readAll(clientOf(url), { stream_options: { include_usage: true } })
  t.match(read, /two working days.*\[1\]/)
  t.match(chunks.at(-2), { choices: [{ finish_reason: 'stop' }], sources: [{ n: 1, id: 'faq/delivery' }], causerie: { citations: [1] } })
  t.match(chunks.at(-1), { choices: [], usage: { total_tokens: 0 } })
})

t.test('a client that leaves', async t => {
  const { client, llm, app } = await withClient(t)

  t.test('stream.controller.abort() closes the language model\'s socket', async t => {
    llm.enqueue(endless)
    const stream = await client.chat.completions.create({ ...request, stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content?.includes('days [1]')) stream.controller.abort()
    t.equal(await llm.requests[1]!.closed, true)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
  })

  t.test('the end of a request that is not streamed does too', async t => {
    llm.enqueue(endless)
    const leaving = new AbortController()
    const asked = client.chat.completions.create({ ...request, temperature: 1 }, { signal: leaving.signal })
    const sent = await llm.request(2)
    leaving.abort()
    await t.rejects(asked, { name: 'Error', message: 'Request was aborted.' })
    t.equal(await sent.closed, true)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 2 })
  })
})

t.test('calls the model once for two equal questions, one streamed and one not', async t => {
  const { client, llm } = await withClient(t)
  const { until, open } = gate()
  llm.enqueue({ tokens: ['Two ', 'days.'], gate: { after: 2, until } })
  const streamed = await client.chat.completions.create({ ...request, stream: true })
  const whole = client.chat.completions.create(request)
  let read = ''
  for await (const { choices } of streamed) {
    read += choices[0]?.delta.content ?? ''
    if (read === 'Two ') open()
  }
  t.equal(read, 'Two days.')
  t.equal((await whole).choices[0]?.message.content, 'Two days.')
  t.equal(llm.requests.length, 2)
})

t.test('the request', async t => {
  const { client, questions, url } = await withQuestions(t)

  t.test('reads a conversation in messages, with content parts', async t => {
    await readAll(client, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Which tents are there?' },
        { role: 'assistant', content: 'One [1].', sources: [{ n: 1, title: 'Tent Fjell' }] },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'text', text: 'And how long' }, { type: 'text', text: 'is delivery?' }] },
      ],
      max_tokens: 20, temperature: 0.7, stop: '###', user: 'u9',
    })
    t.same(questions.pop(), {
      company: 'shop', keyId: null, user: 'u9', names: ['user:u9'], message: 'And how long\nis delivery?',
      instructions: 'Be brief.\n\nBe kind.', maxTokens: 20, temperature: 0.7, stop: ['###'],
      history: { digest: '', turns: [{ question: 'Which tents are there?', answer: 'One [1].', cited: ['Tent Fjell'] }] },
    })
  })

  t.test('reads requests of Open WebUI and LibreChat as they are', async t => {
    for (const [body, asked] of [
      [openWebUiChat, { stop: ['\n\nUser:'] }], [openWebUiEverything, { stop: ['\n\nUser:'] }],
      [libreChatChat, { user: '66f1c0ffee0123456789abcd' }],
    ] as const) {
      const answer = await ask(url, body, { path })
      const read = await answer.text()
      t.equal(answer.status, 200)
      t.match(read, '"usage":{"prompt_tokens":')
      t.ok(read.endsWith('data: [DONE]\n\n'))
      t.match(questions.pop(), { message: text, instructions: 'You are a shop assistant. Be brief.', maxTokens: 128, ...asked })
    }
  })

  t.test('sends Open WebUI the sources as its own events when it names the user', async t => {
    const { chunks } = await readAll(client, {}, { 'x-openwebui-user-id': 'w1' })
    t.match(
      chunks.filter(chunk => 'event' in chunk), [{ choices: [], event: { type: 'source', data: { metadata: [{ source: 'faq/1' }] } } }]
    )
    t.notOk((await readAll(client)).chunks.some(chunk => 'event' in chunk))
  })

  t.test('for a title, tags or follow-up questions is answered by rules, streamed or not', async t => {
    const before = questions.length
    for (const body of [...Object.values(openWebUiTasks), libreChatTitles.completion]) {
      const { status, json } = await askJson(url, body, { path })
      t.match([status, json], [200, { object: 'chat.completion', model: 'shop', choices: [{ finish_reason: 'stop' }] }])
      t.ok(json.choices[0].message.content)
    }
    const { json } = await askJson(url, openWebUiTasks.title, { path })
    t.equal(json.choices[0].message.content, '{"title":"How long does delivery take"}')
    const called = await client.chat.completions.create({ ...libreChatTitles.structured, stream: false } as never) as ChatCompletion
    t.match(called.choices[0], {
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          { type: 'function', function: { name: 'extract', arguments: '{"language":"en","title":"How long does delivery take"}' } },
        ],
      },
    })
    const collected = await client.chat.completions.stream({ ...libreChatTitles.structured, stream: true } as never).finalChatCompletion()
    t.match(collected.choices[0]?.message.tool_calls, [{ function: { name: 'extract', arguments: /"title":"How long/ } }])
    const { text: read } = await readAll(client, libreChatTitles.completion)
    t.equal(read, 'How long does delivery take')
    t.equal(questions.length, before)
    t.match(await askJson(url, { ...openWebUiTasks.title, model: 'nobody' }, { path }), {
      status: 404, json: { error: { message: /shop/ } },
    })
  })

  t.test('treats null as absent', async t => {
    t.equal(
      (
        await askJson(
          url,
          {
            ...request, stream: null, stream_options: null, max_tokens: null, temperature: null, stop: null, user: null, n: null,
            tools: null, response_format: null,
          },
          { path }
        )
      ).status,
      200
    )
  })
})

t.test('sends comment lines in a silent stream, which the client ignores', async t => {
  const { until, open } = gate()
  const engine = fakeEngine(async () => {
    await until
    return found()
  })
  const { url } = await startTestApp(t, { model: fakeModel(['Two days.']), engine, config: { HEARTBEAT_SECONDS: 1 } })
  const answer = await ask(url, { ...request, stream: true }, { path })
  let read = ''
  for await (const part of answer.message) {
    read += part
    if (read.includes(': ping')) open()
  }
  t.match(read, /^data: [^\n]+\n\n: ping\n\n/)
  t.ok(read.endsWith('data: [DONE]\n\n'))
})

t.test('describes both routes in the OpenAPI document', async t => {
  const { app } = await withQuestions(t)
  const { paths } = (await app.inject('/openapi.json')).json()
  t.same([paths[path].post.tags, paths['/v1/models'].get.tags, paths['/v1/models/{model}'].get.tags], [['openai'], ['openai'], ['openai']])
  t.ok(paths[path].post.requestBody.content['application/json'].schema.properties.stream_options)
})

t.test('Cache-Control: no-cache asks past the cache, and nothing else does', async t => {
  const { client, llm } = await withClient(t)
  for (const answer of ['Two days [1].', 'In two days [1].', 'Two [1].']) llm.enqueue({ tokens: [answer] })
  const answered = async (cacheControl?: string) => {
    const headers = cacheControl === undefined ? {} : { 'cache-control': cacheControl }
    const { id, choices } = await client.chat.completions.create(request, { headers })
    return { id, text: choices[0]?.message.content }
  }
  const first = await answered()
  t.equal(first.text, 'Two days [1].')
  t.same(await answered(), first)
  t.same(await answered('no-store'), first, 'sent by some clients with every stream')
  const again = await answered('no-cache')
  t.equal(again.text, 'In two days [1].')
  t.not(again.id, first.id)
  t.equal((await answered('max-age=0, No-Cache')).text, 'Two [1].')
  t.same(await answered(), first)
})
