// Reads requests of OpenAI's clients as a question with its conversation; refuses unsupported fields by name.
import t from 'tap'
import {
  choreOf, readCompletionRequest, refuseUnsupported, type CompletionMessage, type CompletionRequest,
} from '../../../src/wire/openai/request.ts'
import {
  libreChatChat, libreChatTitles, openWebUiChat, openWebUiEverything, openWebUiImage, openWebUiTasks, openWebUiTools,
} from '../../fixtures/openai-bodies.ts'

const user = (content: unknown): CompletionMessage => ({ role: 'user', content })
const assistant = (content: unknown, more = {}): CompletionMessage => ({ role: 'assistant', content, ...more })
const system = (content: unknown): CompletionMessage => ({ role: 'system', content })
const read = (messages: CompletionMessage[], more: Partial<CompletionRequest> = {}) => readCompletionRequest({ messages, ...more })
const noHistory = { digest: '', turns: [] }

t.test('reads one message as the question', async t => {
  t.same(read([user('How long?')]), { message: 'How long?', history: noHistory })
  t.same(read([user([{ type: 'text', text: 'How long' }, { type: 'text', text: 'does it take?' }])]).message, 'How long\ndoes it take?')
})

t.test('reads the question before an empty answer that a client waits for, and text of any kind', async t => {
  const noText = assistant([{ type: 'text', text: '' }])
  for (const empty of [assistant(''), assistant(null), assistant([]), noText, { ...assistant(''), tool_calls: [] }]) {
    t.same(read([user('How long?'), empty]), { message: 'How long?', history: noHistory })
  }
  for (const more of [{ tool_calls: [{ id: 'a' }] }, { function_call: { name: 'a' } }, { content: [{ type: 'image_url' }] }]) {
    t.throws(() => read([user('How long?'), { ...assistant(null), ...more }]), { code: 'NOT_SUPPORTED' })
  }
  t.equal(read([user([{ type: 'input_text', text: 'How' }, { type: 'text', text: 'long?' }])]).message, 'How\nlong?')
  t.match(read([user('Hi'), assistant([{ type: 'output_text', text: 'Hello.' }]), user('How long?')]), {
    history: { turns: [{ question: 'Hi', answer: 'Hello.' }] },
  })
})

t.test('reads the messages before it as the conversation', async t => {
  const sources = [{ n: 1, title: 'Delivery' }, { n: 2, title: 'Islands' }, { n: 3 }, null, 'x']
  t.same(read([
    user('How long does delivery take?'),
    assistant('Two days [1], four on islands [3][2].', { sources }),
    user('And a tent?'),
    assistant([{ type: 'text', text: 'As well.' }, { type: 'refusal', refusal: 'No.' }]),
    user('For two?'),
  ]), {
    message: 'For two?',
    history: {
      digest: '',
      turns: [
        { question: 'How long does delivery take?', answer: 'Two days [1], four on islands [3][2].', cited: ['Delivery', 'Islands'] },
        { question: 'And a tent?', answer: 'As well.', cited: [] },
      ],
    },
  })
})

t.test('reads a conversation that does not alternate between question and answer', async t => {
  const { message, history } = read([
    assistant('Hello, how can I help?'),
    user('This one failed.'),
    user('Again'),
    assistant(null, { tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
    { role: 'tool', tool_call_id: 'c', content: '{"secret": 1}' },
    assistant('First.'),
    assistant('Second.'),
    user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }]),
    assistant('I cannot see it.'),
    user('Unanswered'),
    user('Now?'),
  ])
  t.equal(message, 'Now?')
  t.same(history.turns, [
    { question: 'This one failed.\nAgain', answer: 'First.\nSecond.', cited: [] },
    { question: 'Unanswered', answer: '', cited: [] },
  ], 'joined; an image in an earlier message was refused then')
})

t.test('reads system and developer messages as instructions, wherever they are', async t => {
  t.same(
    read([
      system('Be brief.'), user('One?'), assistant('One.'), { role: 'developer', content: [{ type: 'text', text: 'Say "vous".' }] },
      user('Two?'), system(''),
    ]),
    {
      message: 'Two?', instructions: 'Be brief.\n\nSay "vous".',
      history: { digest: '', turns: [{ question: 'One?', answer: 'One.', cited: [] }] },
    }
  )
})

t.test('reads the options of the answer', async t => {
  const ask = (more: Partial<CompletionRequest>) => {
    const { message, history, ...rest } = read([user('?')], more)
    return rest
  }
  t.same(ask({ max_tokens: 10 }), { maxTokens: 10 })
  t.same(ask({ max_tokens: 10, max_completion_tokens: 20 }), { maxTokens: 20 })
  t.same(ask({ temperature: 0 }), { temperature: 0 })
  t.same(ask({ stop: 'END' }), { stop: ['END'] })
  t.same(ask({ stop: ['a', '', 'b'] }), { stop: ['a', 'b'] })
  t.same(ask({ max_tokens: null, max_completion_tokens: null, temperature: null, stop: null }), {})
  t.same(ask({ stop: [] }), {})
})

t.test('refuses what is not supported, with the field', async t => {
  for (const [param, value] of [
    ['n', 2], ['n', 0], ['tool_choice', 'required'], ['tool_choice', { type: 'function', function: { name: 'f' } }],
    ['function_call', { name: 'f' }], ['logprobs', true], ['top_logprobs', 5], ['response_format', { type: 'grammar' }],
    ['modalities', ['text', 'audio']],
    ['modalities', 'text'], ['audio', { voice: 'alloy', format: 'wav' }],
  ] as const) {
    t.throws(
      () => refuseUnsupported({ messages: [user('?')], [param]: value }), { code: 'NOT_SUPPORTED', statusCode: 400, param },
      JSON.stringify(value)
    )
  }
})

t.test('reads the form of the answer', async t => {
  const formatOf = (response_format: object) => readCompletionRequest({ messages: [user('?')], response_format }).format
  t.equal(formatOf({ type: 'text' }), undefined)
  t.same(formatOf({ type: 'json_object' }), { type: 'json_object', field: 'response_format' })
  t.same(formatOf({ type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' }, strict: true, description: 'b' } }), {
    type: 'json_schema', field: 'response_format', name: 'a', schema: { type: 'object' }, strict: true,
  })
  for (const json_schema of [undefined, null, {}, { schema: 'x' }, { name: 1, schema: {} }]) {
    t.throws(() => formatOf({ type: 'json_schema', json_schema }), { code: 'INVALID_BODY', param: 'response_format' })
  }
})

t.test('ignores fields that make no difference', async t => {
  for (const harmless of [
    { n: 1 }, { n: null }, { tools: [] }, { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'auto' },
    { tool_choice: 'none' }, { functions: [], function_call: 'auto' }, { logprobs: false }, { logprobs: null }, { top_logprobs: 0 },
    { response_format: { type: 'text' } }, { response_format: null }, { modalities: ['text'] }, { audio: null },
    {
      top_p: 0.9, frequency_penalty: 1, presence_penalty: 1, seed: 1, logit_bias: { 50256: -100 }, store: true, metadata: { a: 'b' },
      service_tier: 'auto', reasoning_effort: 'low', parallel_tool_calls: true, chat_id: 'x', prediction: null,
    },
  ]) { t.doesNotThrow(() => refuseUnsupported({ messages: [user('?')], ...harmless }), JSON.stringify(harmless)) }
})

t.test('refuses unreadable messages, with the position', async t => {
  for (const [messages, code, param] of [
    [[user('One?'), assistant('It')], 'NOT_SUPPORTED', 'messages'],
    [[system('Be brief.')], 'NOT_SUPPORTED', 'messages'],
    [[user('?'), { role: 'tool', content: 'x' }], 'NOT_SUPPORTED', 'messages'],
    [
      [
        system('x'),
        user([
          { type: 'text', text: 'a' }, { type: 'image_url', image_url: { url: 'x' } },
        ]),
      ],
      'NOT_SUPPORTED', 'messages[1].content[1]',
    ],
    [[user([{ type: 'input_audio' }])], 'NOT_SUPPORTED', 'messages[0].content[0]'],
    [[user(7)], 'INVALID_BODY', 'messages[0].content'],
    [[user('a'), assistant({ type: 'text' }), user('b')], 'INVALID_BODY', 'messages[1].content'],
    [[user([null])], 'INVALID_BODY', 'messages[0].content[0]'],
    [[user(['text'])], 'INVALID_BODY', 'messages[0].content[0]'],
    [[user([{ text: 'x' }])], 'INVALID_BODY', 'messages[0].content[0]'],
    [[user([{ type: 'text', text: 7 }])], 'INVALID_BODY', 'messages[0].content[0].text'],
  ] as const) { t.throws(() => read([...messages]), { code, statusCode: 400, param }, JSON.stringify(messages)) }
})

t.test('accepts requests of Open WebUI', async t => {
  const asked = {
    message: 'How long does delivery take?',
    history: { digest: '', turns: [{ question: 'Can I return a tent?', answer: 'Within thirty days, unused [1].', cited: [] }] },
    instructions: 'You are a shop assistant. Be brief.',
    maxTokens: 128,
    temperature: 0.4,
  }
  for (const body of [openWebUiChat, openWebUiTools, openWebUiEverything]) {
    t.doesNotThrow(() => refuseUnsupported(body))
    t.same(readCompletionRequest(body), { ...asked, stop: ['\n\nUser:'] })
  }
  t.throws(() => readCompletionRequest(openWebUiImage), { code: 'NOT_SUPPORTED', param: 'messages[0].content[1]' })
  for (const [name, body] of Object.entries(openWebUiTasks)) t.ok(choreOf(body), name)
  for (const body of [openWebUiChat, openWebUiTools, openWebUiImage, libreChatChat]) t.equal(choreOf(body), null)

  t.doesNotThrow(() => refuseUnsupported(libreChatChat))
  t.same(readCompletionRequest(libreChatChat), asked, 'LibreChat asks the same')
})

t.test('recognises LibreChat\'s requests for titles, and forced calls for them alone', async t => {
  t.ok(choreOf(libreChatTitles.completion))
  t.match(choreOf(libreChatTitles.structured), { kind: 'title', key: 'title', keys: ['language', 'title'], tool: 'extract' })
  t.doesNotThrow(() => refuseUnsupported(libreChatTitles.structured))
  const schema = { type: 'object', properties: { title: { type: 'string' } } }
  const bySchema = { messages: libreChatTitles.completion.messages, response_format: { type: 'json_schema', json_schema: { schema } } }
  t.match(choreOf(bySchema), { kind: 'title', key: 'title', keys: ['title'] })
  const tools = ['f', 'g'].map(name => ({ type: 'function', function: { name } }))
  const other = { messages: libreChatTitles.structured.messages, tools, tool_choice: 'required' }
  t.throws(() => refuseUnsupported(other), { code: 'NOT_SUPPORTED', param: 'tool_choice' })
})

t.test('answers a question that looks like a request for a title', async t => {
  for (const content of [
    '### Task:\nRespond to the user query using the provided context.', 'What is a <chat_history>?',
    'Please provide a concise, 5-word-or-less title for the conversation',
  ]) {
    t.equal(choreOf({ messages: [user(content)] }), null, content)
  }
  t.equal(choreOf({ messages: [user('One?'), assistant('One.'), ...openWebUiTasks.tags.messages] }), null, 'in a conversation')
})
