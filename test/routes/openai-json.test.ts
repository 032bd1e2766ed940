// Answers as JSON: passed on to a language model that can write it, refused in words by any other.
import { BadRequestError } from 'openai'
import t from 'tap'
import { clientOf, request, text, withClient } from '../fixtures/openai-client.ts'
import { fakeEngine } from '../fixtures/app-parts.ts'
import { startTestApp } from '../helper.ts'

const schema = {
  type: 'object', properties: { days: { type: 'array', items: { type: 'integer' } } }, required: ['days'], additionalProperties: false,
}
const bySchema = { type: 'json_schema' as const, json_schema: { name: 'delivery', schema, strict: true } }
const written = '{"days": [1], "more": [7]}'

t.test('OpenAI\'s API', async t => {
  const { client, llm } = await withClient(t)

  t.test('gets the format as it is, and writes JSON that nothing changes', async t => {
    for (const format of [bySchema, { type: 'json_object' as const }]) {
      for (const stream of [true, false]) {
        llm.enqueue({ tokens: ['{"days": [1', '], "more": ', '[7]}'] })
        const asked = { ...request, response_format: format }
        const completion = stream
          ? await client.chat.completions.stream(asked).finalChatCompletion()
          : await client.chat.completions.create(asked)
        t.match(completion, {
          choices: [{ message: { content: written, annotations: [] }, finish_reason: 'stop' }], causerie: { citations: [] },
        })
        const { body } = llm.requests.at(-1)!
        t.same(body.response_format, format)
        t.match(body.messages[0].content, /JSON/)
        t.notMatch(body.messages[0].content, /NO_ANSWER|\[1\]/)
      }
    }
    t.equal(llm.requests.length, 5, 'each is asked anew')
  })

  t.test('by the Responses API', async t => {
    llm.enqueue({ tokens: [written] })
    const format = { type: 'json_schema' as const, name: 'delivery', schema, strict: true }
    const response = await client.responses.create({ model: 'shop', input: text, user: 'u1', text: { format } })
    t.match(response, { output_text: written, text: { format }, output: [{ content: [{ annotations: [] }] }] })
    t.same(llm.requests.at(-1)?.body.response_format, bySchema)
    llm.enqueue({ tokens: [written] })
    await client.responses.create({ model: 'shop', input: 'And to islands?', user: 'u1', previous_response_id: response.id })
    t.match(JSON.stringify(llm.requests.at(-1)?.body.messages), /\[1\]/, 'its answer is kept as it was')
  })

  t.test('a greeting is a question too', async t => {
    llm.enqueue({ tokens: ['{"days":[]}'] })
    const answer = await client.chat.completions.create({
      model: 'shop', messages: [{ role: 'user', content: 'Hello' }], response_format: { type: 'json_object' },
    })
    t.match(answer.choices[0]?.message.content ?? answer.choices[0]?.message.refusal, /./)
  })

  t.test('a server that cannot write it makes a 400, and is asked no other way', async t => {
    const before = llm.requests.length
    llm.enqueue({ status: 400, body: '{"error":{"message":"response_format json_schema is not supported by this model"}}' })
    const error = await client.chat.completions.create({ ...request, response_format: bySchema }).catch(error => error)
    t.ok(error instanceof BadRequestError)
    t.match(error, { code: 'NOT_SUPPORTED', message: /cannot write in this format/ })
    t.equal(llm.requests.length, before + 1)
  })

  t.test('a format of text is none', async t => {
    llm.enqueue({ tokens: ['Two days [1].'] })
    const answer = await client.chat.completions.create({ ...request, response_format: { type: 'text' } })
    t.equal(answer.choices[0]?.message.content, 'Two days [1].')
    t.notOk('response_format' in llm.requests.at(-1)!.body)
  })
})

t.test('a function that must be called is the form of the answer, and the answer is its arguments', async t => {
  const { client, llm } = await withClient(t)
  const tools = [{ type: 'function' as const, function: { name: 'delivery', parameters: schema, strict: true } }]
  const call = [{ type: 'function', function: { name: 'delivery', arguments: written } }]
  for (const tool_choice of ['required' as const, { type: 'function' as const, function: { name: 'delivery' } }]) {
    llm.enqueue({ tokens: ['{"days": [1', '], "more": ', '[7]}'] }, { tokens: ['{"days": [1', '], "more": ', '[7]}'] })
    const asked = { ...request, tools, tool_choice }
    const whole = await client.chat.completions.create(asked)
    t.match(whole.choices[0], { finish_reason: 'tool_calls', message: { content: null, tool_calls: call } })
    t.same(llm.requests.at(-1)?.body.response_format, bySchema)
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
    t.match(streamed.choices[0], { finish_reason: 'tool_calls', message: { tool_calls: call } })
  }
  const none = await withClient(t, { engine: fakeEngine(async () => ({ passages: [], terms: [] })) })
  const refused = await none.client.chat.completions.create({ ...request, tools, tool_choice: 'required' })
  t.match(refused.choices[0], { finish_reason: 'stop', message: { content: null, refusal: /could not find/ } })
  t.notOk('tool_calls' in refused.choices[0]!.message)
})

t.test('nothing found is a refusal, which is no JSON', async t => {
  const { client } = await withClient(t, { engine: fakeEngine(async () => ({ passages: [], terms: [] })) })
  const asked = { ...request, response_format: bySchema }
  t.match((await client.chat.completions.create(asked)).choices[0]?.message, { content: null, refusal: /could not find/ })
  const streamed = await client.chat.completions.stream(asked).finalChatCompletion()
  t.match(streamed.choices[0]?.message, { content: '', refusal: /could not find/ })
  const text = { format: { type: 'json_object' as const } }
  const response = await client.responses.stream({ model: 'shop', input: 'Delivery?', text }).finalResponse()
  t.match(response.output, [{ content: [{ type: 'refusal', refusal: /could not find/ }] }])
})

t.test('Ollama\'s API gets its own form', async t => {
  const { client, llm } = await withClient(t, { config: { LLM_API: 'ollama' } })
  llm.enqueue({ tokens: [written] }, { tokens: ['{}'] })
  await client.chat.completions.create({ ...request, response_format: bySchema })
  t.same(llm.requests.at(-1)?.body.format, schema)
  await client.chat.completions.create({ ...request, response_format: { type: 'json_object' } })
  t.equal(llm.requests.at(-1)?.body.format, 'json')
})

t.test('without a language model that can, it is refused before the answer', async t => {
  const { url } = await startTestApp(t)
  for (const stream of [true, false]) {
    const error = await clientOf(url).chat.completions.create({ ...request, response_format: bySchema, stream }).catch(error => error)
    t.ok(error instanceof BadRequestError)
    t.match(error, { code: 'NOT_SUPPORTED', param: 'response_format' })
  }
  const text = { format: { type: 'json_object' as const } }
  t.match(await clientOf(url).responses.create({ model: 'shop', input: 'Delivery?', text }).catch(error => error), {
    status: 400, param: 'text.format',
  })
})
