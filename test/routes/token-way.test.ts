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
type Part = { text: string } | { noise: string }

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('word', ' ', '\n', 'é', '日本', '€', ' 59,90', '"', '\\', '\r\n', '\u2028', 'data: x\n\n') },
  { weight: 3, arbitrary: fc.constantFrom('[', '1', ']', '[1]', '[9', ', 2]', '](', 'http://x.example', '<', '<b', '>', '![', ':', '**') },
  { weight: 2, arbitrary: fc.constantFrom('NO', '_', 'NO_', 'ANS', '\\', 'no answ', '\ud83d', '\ude00', '😀', '\0', '\ufeff') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.nat(3_000).map(length => 'ab '.repeat(length)) },
)
const noise = fc.constantFrom(
  ': ping', 'event: ping\ndata: {"type":"ping"}', 'id: 7\nretry: 10\ndata: {"choices":[]}', 'nonsense',
  'data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}',
  'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":""}]}',
  'data: {"choices":[{"index":1,"delta":{"content":"another"},"finish_reason":"stop"}]}',
  'data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}',
  'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}',
  'data: {"choices":[],\ndata: "prompt_filter_results":[{"prompt_index":0}]}',
)
const streams: fc.Arbitrary<Stream> = fc.record({
  parts: fc.array(
    fc.oneof({ weight: 3, arbitrary: text.map(text => ({ text })) }, { weight: 1, arbitrary: noise.map(noise => ({ noise })) }),
    { maxLength: 25 },
  ),
  ending: fc.record({
    reason: fc.constantFrom('stop', 'STOP', 'length', 'content_filter', 'end_turn'), isMarked: fc.boolean(), isTwice: fc.boolean(),
    usage: fc.boolean(),
  }),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'), blank: fc.constantFrom(' ', ''), prefix: fc.constantFrom('', '\ufeff', ': hello\n\n'),
})
const cuts = fc.array(fc.nat(), { maxLength: 12 })

function written ({ parts, ending: { reason, isMarked, isTwice, usage }, lineEnd, blank, prefix }: Stream): Buffer {
  const chunk = (delta: object, reason: string | null = null) =>
    `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}`
  const events = [
    ...parts.map(part => 'noise' in part ? part.noise : chunk({ content: part.text })), chunk({}, reason),
    ...(usage ? ['data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}'] : []),
    ...(isMarked ? ['data: [DONE]'] : []), ...(isMarked && isTwice ? ['data: [DONE]'] : []),
  ]
  // Within JSON a line end is escaped, so the others are all the stream's own.
  const body = `${prefix}\n${events.join('\n\n')}\n\n`.replaceAll('\ndata: ', `\ndata:${blank}`).replaceAll('\n', lineEnd)
  return Buffer.from(body)
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

t.test('every wire format gives the text of the model\'s stream', async t => {
  const scripts = new Map<string, LlmScript>()
  const llm = await startLlmServer(({ body }) =>
    [...scripts].find(([message]) => body.messages.at(-1)?.content.endsWith(message))?.[1] ?? {})
  t.teardown(() => llm.close())
  const { url } = await startTestApp(t, {
    config: { LLM_URL: llm.url('openai'), LLM_MODEL: 'scripted', LLM_RETRIES: 0 },
  })
  let asked = 0
  await fc.assert(fc.asyncProperty(streams, cuts, async (stream, at) => {
    const wanted = expected(stream)
    // The marker for "no answer" and answers without text have tests of their own.
    fc.pre(wanted.text !== '')
    const message = `How long does delivery take, and how long case ${asked++}?`
    scripts.clear()
    scripts.set(message, { body: cutAt(written(stream), at), isSeparate: true })
    // Two readers of each kind at once, one after them: of the first answer, of one that is joined, and of one that is kept or new.
    for (const round of [[...formats, ...formats], formats]) {
      const answers = await Promise.all(round.map(async ({ path, body, read }) =>
        read(dataOf(await (await ask(url, body(message), { path })).text()))))
      for (const [n, got] of answers.entries()) t.strictSame(got, wanted, round[n]!.path)
    }
  }), propertyRuns(100))
})
