// POST /v1/responses on real sockets, with the official client: answers, streams, conversations and refusals.
import { APIError, BadRequestError, NotFoundError } from 'openai'
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses'
import t from 'tap'
import { endless } from '../fixtures/app-llm.ts'
import { clientOf, withClient, withQuestions } from '../fixtures/openai-client.ts'
import { startTestApp } from '../helper.ts'

const input = 'How long does delivery take?'
const request = { model: 'shop', input, user: 'u1' }
const url = 'https://shop.example/faq/delivery'

t.test('a response', async t => {
  const { client, llm } = await withClient(t)

  t.test('comes as one object, with its citations', async t => {
    llm.enqueue({ tokens: ['Two ', '👶 days ', '[1].'], usage: { input: 30, output: 3 } })
    const response = await client.responses.create({ ...request, instructions: 'Be brief.', metadata: { a: 'b' }, max_output_tokens: 50 })
    t.match(response, {
      object: 'response', status: 'completed', model: 'shop', error: null, incomplete_details: null, output_text: 'Two 👶 days [1].',
      instructions: 'Be brief.', metadata: { a: 'b' }, max_output_tokens: 50, previous_response_id: null, store: true,
      output: [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Two 👶 days [1].' }] }],
      usage: { input_tokens: 30, output_tokens: 3, total_tokens: 33, input_tokens_details: { cached_tokens: 0 } },
      sources: [{ n: 1, id: 'faq/delivery' }], causerie: { finish_reason: 'stop', citations: [1] },
    })
    const [message] = response.output
    t.same(message?.type === 'message' && message.content[0]?.type === 'output_text' && message.content[0].annotations, [
      { type: 'url_citation', start_index: 11, end_index: 14, title: 'How long does delivery take?', url },
    ])
    t.match(response.id, /^resp_[\w-]+\.[\w-]+$/)
    t.ok(Math.abs(response.created_at - Date.now() / 1000) < 60)
    t.match(llm.requests.at(-1)?.body.messages[0].content, /Be brief\./)
  })

  t.test('is streamed with every event that the client\'s helper needs', async t => {
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], usage: { input: 30, output: 3 } })
    const stream = client.responses.stream({ ...request, temperature: 1 })
    const events: ResponseStreamEvent[] = []
    const texts: string[] = []
    stream.on('event', event => events.push(event as ResponseStreamEvent))
    stream.on('response.output_text.delta', ({ snapshot }) => texts.push(snapshot))
    const final = await stream.finalResponse()
    t.same(events.map(({ type }) => type), [
      'response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added',
      'response.output_text.delta', 'response.output_text.delta', 'response.output_text.delta',
      'response.output_text.annotation.added', 'response.output_text.done', 'response.content_part.done', 'response.output_item.done',
      'response.completed',
    ])
    t.same(events.map(({ sequence_number: n }) => n), events.map((_, n) => n))
    t.same(texts, ['Two ', 'Two days ', 'Two days [1].'])
    t.match(final, { status: 'completed', output_text: 'Two days [1].', usage: { total_tokens: 33 }, sources: [{ id: 'faq/delivery' }] })
    const whole = await client.responses.create({ ...request, temperature: 1 })
    t.match(final.output, whole.output, 'the same as in one object, which is the same answer')
    t.not(final.id, whole.id, 'in another conversation')
  })

  t.test('of a cached answer has ids of its own in the stream too', async t => {
    const one = await client.responses.stream({ ...request, temperature: 1 }).finalResponse()
    const two = await client.responses.stream({ ...request, temperature: 1 }).finalResponse()
    t.not(one.id, two.id)
    t.same(one.output, two.output)
  })

  t.test('that is cut short is incomplete', async t => {
    llm.enqueue({ tokens: ['Two ', 'days'], finish: 'length' })
    const asked = { ...request, max_output_tokens: 2 }
    const stream = client.responses.stream(asked)
    t.match(await stream.finalResponse(), { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    t.match(await client.responses.create(asked), { status: 'incomplete', output_text: 'Two days' })
  })

  t.test('that was not found cites nothing', async t => {
    llm.enqueue({ tokens: ['NO_ANSWER'] })
    const response = await client.responses.create({ ...request, input: 'Who won the chess tournament in Reykjavik?' })
    t.match(response, { status: 'completed', output_text: /could not find/, sources: [], causerie: { finish_reason: 'no_answer' } })
  })

  t.test('that fails in mid-stream fails in the client, after the text so far', async t => {
    llm.enqueue({ tokens: ['Two ', 'days '], then: 'cut', finish: null, done: false })
    const types: string[] = []
    let failed: Response | undefined
    const read = async () => {
      for await (const event of await client.responses.create({ ...request, temperature: 0.5, stream: true })) {
        types.push(event.type)
        if (event.type === 'response.failed') failed = event.response
      }
    }
    const error = await read().catch(error => error)
    t.ok(error instanceof APIError)
    t.match(error, { code: 'LLM_BROKEN', message: /broke off/ })
    t.ok(types.includes('response.output_text.delta'))
    t.match(failed, { status: 'failed', error: { code: 'LLM_BROKEN' } })
    llm.enqueue({ tokens: ['Two ', 'days '], then: 'cut', finish: null, done: false })
    await t.rejects(client.responses.stream({ ...request, temperature: 0.6 }).finalResponse(), { code: 'LLM_BROKEN' })
  })

  t.test('ends with its client, down to the language model', async t => {
    llm.enqueue(endless)
    const stream = await client.responses.create({ ...request, temperature: 0.7, stream: true })
    for await (const event of stream) if (event.type === 'response.output_text.delta') stream.controller.abort()
    t.equal(await llm.requests.at(-1)!.closed, true)
  })
})

t.test('previous_response_id', async t => {
  const { client, llm, app } = await withClient(t)
  const said = () => (llm.requests.at(-1)!.body.messages as { role: string, content: string }[]).slice(1).map(({ content }) => content)
  const respond = (text: string, body: object) => {
    llm.enqueue({ tokens: [text] })
    return client.responses.create({ ...request, ...body })
  }
  const first = await respond('Two days [1].', {})

  t.test('continues the conversation', async t => {
    const second = await respond('Four days.', { input: 'How long does delivery to islands take?', previous_response_id: first.id })
    t.match(said(), [input, 'Two days.', /islands/])
    t.match(second, { output_text: 'Four days.', previous_response_id: first.id, conversation: first.conversation! })
    t.match(await respond('Yes.', { input: 'Can I return a tent on islands?', previous_response_id: second.id }), { output_text: 'Yes.' })
    t.match(said(), [input, 'Two days.', /islands/, 'Four days.', /tent/])
  })

  t.test('of an earlier response goes on from there, in a conversation of its own', async t => {
    const other = await respond('Thirty days.', { input: 'Can I return a tent unused?', previous_response_id: first.id })
    t.match(said(), [input, 'Two days.', /tent unused/])
    t.not(other.conversation!.id, first.conversation!.id)
    await respond('Yes.', { input: 'Can I return a stove unused?', previous_response_id: other.id })
    t.match(said(), [input, 'Two days.', /tent unused/, 'Thirty days.', /stove/])
  })

  t.test('with the same question again makes one turn', async t => {
    const asked = { input: 'How heavy is the tent, delivered?', previous_response_id: first.id }
    const [one, two] = await Promise.all([respond('Light.', asked), client.responses.create({ ...request, ...asked })])
    const kept = await Promise.all(
      [one, two].map(({ conversation }) => app.conversations.get({ company: 'shop', user: 'u1' }, conversation!.id)))
    t.same(kept.map(one => one!.turns.at(-1)!.question), [asked.input, asked.input])
    t.same(kept.map(one => one!.turns.length), [2, 2])
  })

  t.test('of a greeting goes on too', async t => {
    const hello = await client.responses.create({ ...request, input: 'Hello!' })
    t.match(hello, { causerie: { answered_by: 'smalltalk' } })
    t.match(await client.responses.create({ ...request, previous_response_id: hello.id }), { output_text: /Two days/ }, 'from the cache')
  })

  t.test('of another user, an unknown one, and one that was not stored are not found', async t => {
    const unstored = await client.responses.create({ ...request, store: false })
    t.match(unstored, { store: false, conversation: null })
    for (const body of [
      { previous_response_id: first.id, user: 'u2' }, { previous_response_id: 'resp_nothing' },
      { previous_response_id: first.id.replace(/.$/, '_') }, { previous_response_id: unstored.id },
    ]) {
      const error = await client.responses.create({ ...request, ...body }).catch(error => error)
      t.ok(error instanceof NotFoundError, JSON.stringify(body))
      t.match(error, { code: 'previous_response_not_found', param: 'previous_response_id' })
    }
  })

  t.test('can be left out by a client that names its conversation, or keeps it itself', async t => {
    await respond('One.', { input: 'How heavy is the stove?', conversation: 'mine' })
    await respond('Two.', { input: 'Can I return a tent here?', conversation: { id: 'mine' } })
    t.match(said(), ['How heavy is the stove?', 'One.', /return a tent here/])
    await respond('Three.', {
      input: [
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Which tents are there?' }] },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        ...first.output,
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'How long is delivery of a tent?' }] },
      ],
    })
    t.match(said(), ['Which tents are there?', 'Two days.', /delivery of a tent/])
    t.match(llm.requests.at(-1)?.body.messages[0].content, /Be kind\./)
  })
})

t.test('a request', async t => {
  const { client, questions } = await withQuestions(t)

  t.test('is read as a question', async t => {
    await client.responses.create({ ...request, user: '', safety_identifier: 's1', temperature: 0.5, instructions: 'Be brief.' })
    const { requestKey, ...question } = questions.pop()!
    t.match(question, { company: 'shop', user: 's1', message: input, instructions: 'Be brief.', temperature: 0.5, continuable: true })
    t.notOk('history' in question)
    await client.responses.create({ ...request, instructions: null, store: null, stream: null, temperature: null, metadata: null })
  })

  for (const [name, body, code, param] of [
    ['no model', { model: undefined }, 'COMPANY_MISSING', 'model'],
    ['no input', { input: undefined }, 'INVALID_BODY', 'input'],
    ['an empty list', { input: [] }, 'INVALID_BODY', 'input'],
    ['an item without a role', { input: [{ content: 'x' }] }, 'INVALID_BODY', 'input[0].role'],
    ['nothing asked', { input: ' ' }, 'MESSAGE_EMPTY', 'input'],
    ['the answer begun by the client', { input: [{ role: 'assistant', content: 'Two' }] }, 'NOT_SUPPORTED', 'input'],
    [
      'an image', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'What?' }, { type: 'input_image', image_url: 'x' }] }] },
      'NOT_SUPPORTED', 'input[0].content[1]',
    ],
    ['two conversations', { previous_response_id: 'resp_a.b', conversation: 'c' }, 'NOT_SUPPORTED', 'conversation'],
    ['a conversation that cannot be one', { conversation: '../x' }, 'INVALID_BODY', 'conversation'],
    ['a background', { background: true }, 'NOT_SUPPORTED', 'background'],
    ['a tool by force', { tool_choice: 'required' }, 'NOT_SUPPORTED', 'tool_choice'],
  ] as const) {
    t.test(`is refused: ${name}`, async t => {
      const error = await client.responses.create({ ...request, ...body } as never).catch((error: unknown) => error)
      t.ok(error instanceof BadRequestError, String(error))
      t.match(error, { status: 400, code, param, type: 'invalid_request_error' })
    })
  }

  t.test('for an unknown model names those that there are', async t => {
    t.match(await client.responses.create({ ...request, model: 'nobody' }).catch(error => error), { status: 404, message: /shop/ })
  })
})

t.test('a response without a language model', async t => {
  const { url } = await startTestApp(t)
  const response = await clientOf(url).responses.stream(request).finalResponse()
  t.match(response, { output_text: /two working days.*\[1\]/, causerie: { answered_by: 'extractive' } })
  t.match(
    await clientOf(url).responses.create({ ...request, input: 'Which gas stove is there?' }),
    { output: [{ content: [{ annotations: [{ type: 'file_citation', file_id: /products/ }] }] }] }, 'a source without an address'
  )
})
