// The whole way of an answer, from the model's socket to the client's: however the model's server frames its stream and however
// the network cuts it, each wire format gives the text that a plain reading of the stream gives.
import t from 'tap'
import { createShownText } from '../../src/chat/shown-text.ts'
import { ask, question } from '../fixtures/app-client.ts'
import { startLlmServer, type LlmScript } from '../fixtures/llm-server.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'
import { startTestApp } from '../helper.ts'

/** A stream as a server writes it. */
interface Stream {
  parts: Part[]
  ending: { reason: string, isMarked: boolean, isTwice: boolean, usage: boolean }
  lineEnd: string
  blank: string
  prefix: string
}
type Part = { text: string } | { noise: number }

/** How the servers of an API write. Line ends within JSON are escaped, so that all others are the stream's own. */
interface Api {
  url (origin: string): string
  text (text: string): string
  /** What means nothing for the answer. */
  noise: string[]
  end (ending: Stream['ending']): string[]
  separator: string
}

const delta = (delta: object, reason: string | null = null) =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}`
const data = (event: { type: string, [field: string]: unknown }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}`
const apis: Record<string, Api> = {
  openai: {
    url: origin => `${origin}/v1`,
    text: content => delta({ content }),
    noise: [
      ': ping', 'event: ping\ndata: {"type":"ping"}', 'id: 7\nretry: 10\ndata: {"choices":[]}', 'nonsense',
      delta({ content: '' }), delta({ role: 'assistant', content: null }, ''), delta({ reasoning_content: 'hm' }),
      'data: {"choices":[{"index":1,"delta":{"content":"another"},"finish_reason":"stop"}]}',
      delta({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
      'data: {"choices":[],\ndata: "prompt_filter_results":[{"prompt_index":0}]}',
    ],
    end: ({ reason, isMarked, isTwice, usage }) => [
      delta({}, reason), ...(usage ? ['data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}'] : []),
      ...(isMarked ? ['data: [DONE]'] : []), ...(isMarked && isTwice ? ['data: [DONE]'] : []),
    ],
    separator: '\n\n',
  },
  anthropic: {
    url: origin => origin,
    text: text => data({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    noise: [
      ': ping', data({ type: 'ping' }), data({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      data({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }), 'nonsense',
      data({ type: 'content_block_stop', index: 0 }), data({ type: 'message_start', message: { content: [], usage: { input_tokens: 3 } } }),
    ],
    end: ({ reason, isMarked, isTwice }) => [
      data({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 4 } }),
      ...(isMarked ? [data({ type: 'message_stop' })] : []), ...(isMarked && isTwice ? [data({ type: 'message_stop' })] : []),
    ],
    separator: '\n\n',
  },
  ollama: {
    url: origin => origin,
    text: content => JSON.stringify({ message: { role: 'assistant', content }, done: false }),
    noise: [
      '', ' ', '{"done":false}', '{"message":{"content":""},"done":false}', '{"message":{"content":"","thinking":"hm"},"done":false}',
    ],
    end: ({ reason, isTwice }) => {
      const last = JSON.stringify({ message: { content: '' }, done: true, done_reason: reason, eval_count: 4 })
      return isTwice ? [last, last] : [last]
    },
    separator: '\n',
  },
}

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('word', ' ', '\n', 'é', '日本', '€', ' 59,90', '"', '\\', '\r\n', '\u2028', 'data: x\n\n') },
  { weight: 3, arbitrary: fc.constantFrom('[', '1', ']', '[1]', '[9', ', 2]', '](', 'http://x.example', '<', '<b', '>', '![', ':', '**') },
  { weight: 2, arbitrary: fc.constantFrom('NO', '_', 'NO_', 'ANS', '\\', 'no answ', '\ud83d', '\ude00', '😀', '\0', '\ufeff') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.nat(3_000).map(length => 'ab '.repeat(length)) },
)
const streams: fc.Arbitrary<Stream> = fc.record({
  parts: fc.array(
    fc.oneof({ weight: 3, arbitrary: text.map(text => ({ text })) }, { weight: 1, arbitrary: fc.nat().map(noise => ({ noise })) }),
    { maxLength: 25 },
  ),
  ending: fc.record({
    reason: fc.constantFrom('stop', 'STOP', 'length', 'content_filter', 'end_turn'), isMarked: fc.boolean(), isTwice: fc.boolean(),
    usage: fc.boolean(),
  }),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'), blank: fc.constantFrom(' ', ''), prefix: fc.constantFrom('', '\ufeff', ': hello\n\n'),
})
const cuts = fc.array(fc.nat(), { maxLength: 12 })

function written ({ text, noise, end, separator }: Api, { parts, ending, lineEnd, blank, prefix }: Stream): Buffer {
  const events = [...parts.map(part => 'noise' in part ? noise[part.noise % noise.length] : text(part.text)), ...end(ending)]
  const body = `\n${events.join(separator)}${separator}`
  // One object to a line has no comments, and no other line ends than those with a line feed.
  if (separator === '\n') return Buffer.from(body.replaceAll('\n', lineEnd === '\r' ? '\n' : lineEnd))
  return Buffer.from(`${prefix}${body}`.replaceAll('\ndata: ', `\ndata:${blank}`).replaceAll('\n', lineEnd))
}

function cutAt (bytes: Buffer, at: number[]): Buffer[] {
  const ends = [...at.map(n => n % bytes.length), 0, bytes.length].sort((a, b) => a - b)
  return ends.slice(1).map((end, n) => bytes.subarray(ends[n], end)).filter(({ length }) => length > 0)
}

/** Reads the stream in one go, with nothing held back and nothing cut. */
function expected ({ parts, ending: { reason } }: Stream): { text: string, reason: string } {
  const all = parts.map(part => 'text' in part ? part.text : '').join('')
    .replace(/^[\s\p{Cc}\p{Cf}]+/u, '').toWellFormed().replaceAll('\0', '')
  const shown = createShownText({ sources: 2, mayRefuse: true, refusal: 'refused', lead: '' })
  const finish = reason === 'length' || reason === 'content_filter' ? reason : 'stop'
  const text = shown.push(all) + shown.end(reason === 'content_filter' ? 'filtered' : finish === 'length' ? 'length' : 'stop')
  return { text: shown.isRefused || text.trim() === '' ? '' : text, reason: finish }
}

/** Reads the data of server-sent events as simply as can be. */
function dataOf (answer: string): any[] {
  const lines = answer.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice('data: '.length))
  return lines.filter(line => line !== '[DONE]').map(line => JSON.parse(line))
}

const { company_id, user_id } = question
const formats = [
  {
    path: '/chat', body: (message: string) => ({ ...question, message }),
    read: (events: any[]) => ({
      text: events.map(({ text }) => text ?? '').join(''), reason: events.at(-1).finish_reason,
    }),
  },
  {
    path: '/v1/chat/completions',
    body: (message: string) => ({ model: company_id, user: user_id, stream: true, messages: [{ role: 'user', content: message }] }),
    read: (events: any[]) => ({
      text: events.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), reason: events.at(-1).choices[0].finish_reason,
    }),
  },
  {
    path: '/api/chat',
    body: (message: string) => ({
      id: 'chat', company_id, user_id, trigger: 'submit-message',
      messages: [{ id: 'm1', role: 'user', parts: [{ type: 'text', text: message }] }],
    }),
    read: (events: any[]) => ({
      text: events.map(({ type, delta }) => type === 'text-delta' ? delta : '').join(''),
      reason: events.at(-1).finishReason?.replace('-', '_'),
    }),
  },
]

for (const [name, api] of Object.entries(apis)) {
  t.test(`every wire format gives the text of the model's stream: ${name}`, async t => {
    const scripts = new Map<string, LlmScript>()
    const llm = await startLlmServer(({ body }) =>
      [...scripts].find(([message]) => body.messages.at(-1)?.content.endsWith(message))?.[1] ?? {})
    t.teardown(() => llm.close())
    const { url } = await startTestApp(t, {
      config: { LLM_API: name, LLM_URL: api.url(llm.origin), LLM_MODEL: 'scripted', LLM_RETRIES: 0 },
    })
    let asked = 0
    await fc.assert(fc.asyncProperty(streams, cuts, async (stream, at) => {
      const wanted = expected(stream)
      // The marker for "no answer" and answers without text have tests of their own.
      fc.pre(wanted.text !== '')
      const message = `How long does delivery take, and how long case ${asked++}?`
      scripts.clear()
      scripts.set(message, { body: cutAt(written(api, stream), at), isSeparate: true })
      // Two readers of each kind at once, one after them: of the first answer, of one that is joined, and of one that is kept or new.
      for (const round of [[...formats, ...formats], formats]) {
        const answers = await Promise.all(round.map(async ({ path, body, read }) =>
          read(dataOf(await (await ask(url, body(message), { path })).text()))))
        for (const [n, got] of answers.entries()) t.strictSame(got, wanted, round[n]!.path)
      }
    }), propertyRuns(100))
  })
}
