// Reads requests of useChat as a question with its conversation.
import t from 'tap'
import { conversationIdOf, messageIdOf, readUiMessages, type UiMessage, type UiPart } from '../../../src/wire/ai-sdk/request.ts'

const text = (text: string): UiPart => ({ type: 'text', text })
const user = (id: string, ...parts: (string | UiPart)[]): UiMessage => ({
  id, role: 'user', parts: parts.map(part => (typeof part === 'string' ? text(part) : part)),
})
const assistant = (id: string, ...parts: (string | UiPart)[]): UiMessage => ({ ...user(id, ...parts), role: 'assistant' })
const noHistory = { digest: '', turns: [] }

t.test('reads one message as the question', async t => {
  t.same(readUiMessages({ messages: [user('u1', 'How long?')], trigger: 'submit-message' }), { message: 'How long?', history: noHistory })
  t.same(readUiMessages({ messages: [user('u1', 'How long', 'does it take?')] }).message, 'How long\ndoes it take?')
})

t.test('reads the messages before it as the conversation', async t => {
  const { message, history } = readUiMessages({
    messages: [
      user('u1', 'How long does delivery take?'),
      assistant(
        'a1', { type: 'step-start' }, 'Two days [1], four on islands [2][3].',
        { type: 'source-url', sourceId: '1', url: 'https://shop.example/d', title: 'Delivery' },
        { type: 'source-document', sourceId: '2', mediaType: 'text/plain', title: 'Islands' },
        { type: 'source-url', sourceId: '3', url: 'https://shop.example/x' }
      ),
      user('u2', 'And a tent?'),
      assistant('a2', 'As well.'),
      user('u3', 'For two people?'),
    ],
  })
  t.equal(message, 'For two people?')
  t.same(history, {
    digest: '',
    turns: [
      {
        question: 'How long does delivery take?', answer: 'Two days, four on islands.',
        cited: ['Delivery', 'Islands', 'https://shop.example/x'],
      },
      { question: 'And a tent?', answer: 'As well.', cited: [] },
    ],
  })
})

t.test('reads a conversation that does not alternate between question and answer', async t => {
  const { message, history } = readUiMessages({
    messages: [
      assistant('a0', 'Hello, how can I help?'),
      user('u1', 'This one failed.'),
      user('u2', 'Again'),
      assistant('a2', 'First.'),
      assistant('a3', 'Second.'),
      user('u3', { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' }),
      user('u4', 'Now?'),
      assistant('a4', 'An answer that was cut short'),
    ],
  })
  t.equal(message, 'Now?', 'later messages are not part of it')
  t.same(history.turns, [
    { question: 'This one failed.', answer: '', cited: [] },
    { question: 'Again', answer: 'First.\nSecond.', cited: [] },
  ])
})

t.test('drops the message to generate again', async t => {
  const messages = [user('u1', 'One?'), assistant('a1', 'One.'), user('u2', 'Two?'), assistant('a2', 'Two.')]
  const regenerate = (messageId: string | null | undefined, count = messages.length) => {
    const { message, history } = readUiMessages({
      messages: messages.slice(0, count), trigger: 'regenerate-message', ...(messageId === undefined ? {} : { messageId }),
    })
    return [message, history.turns.length]
  }
  t.same(regenerate('a2', 3), ['Two?', 1], 'as useChat sends it')
  t.same(regenerate(undefined, 3), ['Two?', 1], 'and without its id')
  t.same(regenerate('a1', 1), ['One?', 0])
  t.same(regenerate('a2'), ['Two?', 1], 'a client that sends everything')
  t.same(regenerate('a1'), ['One?', 0])
  t.same(regenerate('u1'), ['One?', 0])
  t.same(regenerate(null), ['Two?', 1])
  t.same(regenerate('unknown'), ['Two?', 1])
  t.same(readUiMessages({ messages, trigger: 'submit-message', messageId: 'u1' }).message, 'Two?', 'is looked for only then')
})

t.test('reads system messages as instructions', async t => {
  const system = (said: string): UiMessage => ({ role: 'system', parts: [text(said)] })
  t.same(readUiMessages({ messages: [system('Be brief.'), user('u1', 'How long?'), system('Be kind.')] }), {
    message: 'How long?', history: noHistory, instructions: 'Be brief.\n\nBe kind.',
  })
  t.notOk('instructions' in readUiMessages({ messages: [system(''), user('u1', 'How long?')] }))
})

t.test('ignores parts that are not text', async t => {
  const parts: UiPart[] = [
    { type: 'reasoning', text: 'hm' }, { type: 'tool-weather', toolCallId: 'x', state: 'output-available', output: 1 },
    { type: 'dynamic-tool' }, { type: 'data-note', data: { text: 'x' } }, { type: 'text', text: 7 }, { type: 'source-url', title: 7 },
    { type: 'anything' },
  ]
  t.same(
    readUiMessages({
      messages: [
        user('u1', ...parts, 'One?'), assistant('a1', ...parts, 'One.'), { role: 'tool', parts: [text('x')] },
        user('u2', ...parts, 'Two?'),
      ],
    }),
    { message: 'Two?', history: { digest: '', turns: [{ question: 'One?', answer: 'One.', cited: [] }] } }
  )
})

t.test('refuses a file in the question', async t => {
  t.throws(() => readUiMessages({ messages: [user('u1', { type: 'file', mediaType: 'image/png', url: 'data:,' }, 'What is this?')] }), {
    code: 'NOT_SUPPORTED', message: /files and images/,
  })
})

t.test('has no question without a message of the user', async t => {
  t.throws(() => readUiMessages({ messages: [] }), { code: 'MESSAGE_EMPTY' })
  t.throws(() => readUiMessages({ messages: [assistant('a1', 'Hello')] }), { code: 'MESSAGE_EMPTY' })
  t.throws(
    () => readUiMessages({ messages: [assistant('a1', 'Hello'), user('u1', 'Hi')], trigger: 'regenerate-message', messageId: 'a1' }),
    { code: 'MESSAGE_EMPTY' }
  )
})

t.test('uses a chat\'s id as the conversation\'s', async t => {
  for (const id of ['a', 'SLUQ7RoEO9SAmkM6', 'x_-'.repeat(21)]) t.equal(conversationIdOf(id), id)
  const others = ['', 'a b', 'é', 'x'.repeat(65), '../x', '\u0000', 'a/b', '😀'.repeat(500)].map(conversationIdOf)
  for (const id of others) t.match(id, /^[A-Za-z0-9_-]{43}$/)
  t.equal(new Set(others).size, others.length)
})

t.test('gives an answer that is in the chat already another message', async t => {
  const messages = [user('u1', 'One?'), assistant('x', 'One.'), user('u2', 'One?')]
  t.equal(messageIdOf('y', { messages }), 'y')
  t.equal(messageIdOf('x', { messages }), 'x-3')
  t.equal(messageIdOf('x', { messages: [...messages, assistant('x-3', 'One.'), user('u3', 'One?')] }), 'x-5')
})
