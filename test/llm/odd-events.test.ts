// Server-sent events as some servers and proxies really send them, cut anywhere: what is read does not depend on the cuts.
import t from 'tap'
import { CodedError } from '../../src/errors.ts'
import { createBodyParser as createAnthropicReader } from '../../src/llm/anthropic.ts'
import { createBodyParser as createOllamaReader } from '../../src/llm/ollama.ts'
import { createBodyParser as createOpenAiReader } from '../../src/llm/openai.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { answerChunks, rawChunk, textChunk } from '../fixtures/llm-chunks.ts'

const words = ['The tent ', 'weighs\n', '1,9 kg 😀 [1].']
const whole = words.join('')
const texts = words.map(word => textChunk('openai', word)).join('')
const stop = answerChunks('openai', { tokens: [], usage: null }).slice(1).join('')
const done = rawChunk('openai', '[DONE]')
const choice = (fields: object) => rawChunk('openai', { choices: [{ index: 0, finish_reason: null, ...fields }] })

function read (createReader: typeof createOpenAiReader, body: string, size: number): string {
  const decoder = createStreamDecoder(createReader, createReasoningFilter(false), () => [])
  const bytes = Buffer.from(body)
  let end = ''
  try {
    for (let at = 0; at < bytes.length; at += size) decoder.feed(bytes.subarray(at, at + size))
    decoder.end(true)
    end = decoder.ending!.isUnexplained ? 'unexplained' : decoder.ending!.reason
  } catch (error) {
    end = error instanceof CodedError ? error.code : String(error)
  }
  return `${decoder.takeText()} → ${end}`
}

const cases: Record<string, [body: string, outcome: string]> = {
  'one line end between the events': [`${texts}${stop}`.replaceAll('\n\n', '\n'), `${whole} → stop`],
  'one line end, and an error': [`${textChunk('openai', 'Hi')}data: {"error":{"code":503}}\n${done}`, 'Hi → LLM_UNREACHABLE'],
  'blanks around the end marker': [`${texts}${choice({ delta: {}, finish_reason: 'stop' })}data:   [DONE] \n\n`, `${whole} → stop`],
  'the end marker in small letters, or quoted': [
    `${texts}${choice({ delta: {}, finish_reason: 'stop' })}data: [done]\n\ndata: "[DONE]"\n\n`, `${whole} → stop`,
  ],
  'words in brackets that are no end marker': [`${textChunk('openai', 'Hi')}data: [donee\n\n${done}`, 'Hi → LLM_BROKEN'],
  'the text of a completion, as of a prompt': [
    `${words.map(text => choice({ text })).join('')}${choice({ text: '', finish_reason: 'stop' })}${done}`, `${whole} → stop`,
  ],
  'the same as one object': [JSON.stringify({ choices: [{ text: whole, index: 0, finish_reason: 'stop' }] }), `${whole} → stop`],
  'the same without a reason': [JSON.stringify({ choices: [{ text: whole }] }), `${whole} → stop`],
  'the text beside deltas, and once more at the end': [
    `${words.map(text => choice({ text, delta: { content: text } })).join('')}${choice({ text: whole, finish_reason: 'stop' })}${done}`,
    `${whole} → stop`,
  ],
  'no text of a completion': [`${choice({ text: null })}${choice({ text: 7, finish_reason: 'stop' })}${done}`, ' → LLM_BROKEN'],
  'a refusal beside empty content': [
    `${words.map(refusal => choice({ delta: { content: '', refusal } })).join('')}${stop}`, `${whole} → stop`,
  ],
  'words under names of their own': [`event: ping\ndata: ping\n\n${texts}event: done\ndata: end\n\n${stop}`, `${whole} → stop`],
  'numbers and more under names of their own': [
    `event: heartbeat\ndata: 1764518400\n\n${texts}event: ping\ndata: null\n\nevent: done\ndata: "end"\n\n${stop}`, `${whole} → stop`,
  ],
  'a number without a name': [`${textChunk('openai', 'Hi')}data: 1764518400\n\n${done}`, 'Hi → LLM_BROKEN'],
  'an error in words': [`${textChunk('openai', 'Hi')}event: error\ndata: worker died\n\n${done}`, 'Hi → LLM_BROKEN'],
  'an error without words': [`${textChunk('openai', 'Hi')}event: error\ndata:\n\n${done}`, 'Hi → LLM_BROKEN'],
  'an error in a field of its own': [
    `${textChunk('openai', 'Hi')}error: {"code":503,"message":"slot failed"}\n\n${done}`, 'Hi → LLM_UNREACHABLE',
  ],
  'the same in words, with CRLF': [`${textChunk('openai', 'Hi')}error: worker died\r\n\r\n${done}`, 'Hi → LLM_BROKEN'],
  'an error beside a choice, in the server\'s own object': [
    `${textChunk('openai', 'Hi')}${rawChunk('openai', { choices: [{ index: 0, delta: {} }], x_groq: { error: 'over capacity' } })}${done}`,
    'Hi → LLM_BROKEN',
  ],
  'such an object without an error': [
    `${words.map(content => rawChunk('openai', { choices: [{ delta: { content } }], x_groq: { id: 'r' } })).join('')}${stop}`,
    `${whole} → stop`,
  ],
  'parts that are texts, numbers or one object': [
    `${[['The ', 'tent '], { type: 'text', text: 'weighs\n' }, 1, [{ text: ',9 kg 😀 ' }], [{ type: 'output_text', text: '[' }, 1, ']'], '.']
      .map(content => choice({ delta: { content } })).join('')}${stop}`,
    `${whole} → stop`,
  ],
  'a reason that is no text': [`${texts}${choice({ delta: {}, finish_reason: 1 })}${done}`, `${whole} → stop`],
  'an error in a list': [`${textChunk('openai', 'Hi')}data: [{"error":{"code":429}}]\n\n${done}`, 'Hi → LLM_RATE_LIMITED'],
  'a word without a name': [`${textChunk('openai', 'Hi')}data: worker died\n\n${done}`, 'Hi → LLM_BROKEN'],
  'half an object under a name': [`${textChunk('openai', 'Hi')}event: chunk\ndata: {"choices":[{"del\n\n${done}`, 'Hi → LLM_BROKEN'],
  'an error as a bare line': [`${textChunk('openai', 'Hi')}{"error":{"message":"gone","code":503}}\n\n${done}`, 'Hi → LLM_UNREACHABLE'],
  'the same with CRLF': [`${textChunk('openai', 'Hi')}{"error":{"message":"gone","code":503}}\r\n\r\n${done}`, 'Hi → LLM_UNREACHABLE'],
  'the same with CR': [
    `${textChunk('openai', 'Hi')}{"error":{"message":"gone","code":503}}\n\n${done}`.replaceAll('\n', '\r'), 'Hi → LLM_UNREACHABLE',
  ],
  'the same after blanks, and without a line end': [`${textChunk('openai', 'Hi')}  {"error":{"code":503}}`, 'Hi → LLM_UNREACHABLE'],
  'lines that are nothing, one of them long': [`nonsense\n${texts}${'x'.repeat(20_000)}: y\n\n\ud83d\ude00\n${stop}`, `${whole} → stop`],
  'the whole message once more, at the end': [
    `${texts}${choice({ message: { role: 'assistant', content: whole }, finish_reason: 'stop' })}${done}`, `${whole} → stop`,
  ],
  'the whole message, in an event of its own': [
    `${choice({ delta: null })}${choice({ message: { content: whole }, finish_reason: 'stop' })}${done}`, `${whole} → stop`,
  ],
  'a message for each word, as other servers call a delta': [
    `${words.map(content => choice({ message: { content } })).join('')}${choice({ message: {}, finish_reason: 'stop' })}${done}`,
    `${whole} → stop`,
  ],
  'a frame around the frame': [`${texts}${stop}`.replaceAll('data: ', 'data: data: '), `${whole} → stop`],
  'a success that is told in words': [
    `${rawChunk('openai', { status: 'success', message: 'connected' })}${texts}${stop}` +
      rawChunk('openai', { code: 200, message: 'ok', choices: [], usage: {} }), `${whole} → stop`,
  ],
  'an empty error beside each word': [
    `${words.map(content => rawChunk('openai', { error: {}, choices: [{ index: 0, delta: { content } }] })).join('')}${stop}`,
    `${whole} → stop`,
  ],
  'an empty error and nothing else': [`${textChunk('openai', 'Hi')}${rawChunk('openai', { error: {} })}${done}`, 'Hi → LLM_BROKEN'],
  'the choice\'s number as a text': [
    `${words.map(content => choice({ index: '0', delta: { content } })).join('')}${choice({ index: '1', delta: { content: 'X' } })}${stop}`,
    `${whole} → stop`,
  ],
  'the word null as the reason of each word': [
    words.map(content => choice({ delta: { content }, finish_reason: 'null' })).join('') + choice({ delta: {}, finish_reason: 'stop' }),
    `${whole} → stop`,
  ],
  'an object on each line': [
    [...words.map(content => ({ delta: { content } })), { delta: {}, finish_reason: 'stop' }]
      .map(fields => `${JSON.stringify({ choices: [{ index: 0, ...fields }] })}\n`).join('\n'),
    `${whole} → stop`,
  ],
  'one whole object, and a line end': [`${JSON.stringify({ choices: [{ message: { content: whole } }] })}\n`, `${whole} → stop`],
  'one whole object on many lines': [JSON.stringify({ choices: [{ message: { content: whole } }] }, null, 2), `${whole} → stop`],
  'an object on each line, the last one cut': [
    `${JSON.stringify({ choices: [{ delta: { content: 'Hi' } }] })}\n{"choices":[{"del`, 'Hi → LLM_BROKEN',
  ],
  'a page': ['  <!doctype html><p>data: {}</p>\n\n', ' → LLM_BROKEN'],
  'a blank after the reason, and no end marker': [
    `${texts}${choice({ delta: {}, finish_reason: 'stop' })}${textChunk('openai', '\n')}`, `${whole}\n → stop`,
  ],
}

for (const [what, [body, outcome]] of Object.entries(cases)) {
  t.test(what, async t => {
    for (const size of [body.length * 2, 1, 2, 3, 7, 64]) t.equal(read(createOpenAiReader, body, size), outcome, `cut every ${size} bytes`)
  })
}

t.test('reasoning in any field is a sign of life, and an empty field is none', async t => {
  const decoder = createStreamDecoder(createOpenAiReader, createReasoningFilter(false), () => [])
  const fields = [
    { reasoning: 'hm' }, { reasoning_content: '', reasoning: 'hm' }, { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] },
    { thinking: 'hm' }, { thinking_blocks: [{}], content: '' }, { thought: true, content: null }, { reasoning_text: 'hm' },
  ]
  for (const [n, delta] of fields.entries()) {
    decoder.feed(Buffer.from(choice({ delta })))
    t.equal(decoder.tokens, n + 1, JSON.stringify(delta))
  }
  for (const delta of [{ reasoning_details: [] }, { reasoning: null }, { reasoning_content: '', content: '' }, { role: 'assistant' }]) {
    decoder.feed(Buffer.from(choice({ delta })))
  }
  t.equal(decoder.tokens, fields.length)
  t.notOk(decoder.started)
})

t.test('Ollama\'s lines as parts, as events of a proxy, and with an end of another API', async t => {
  const lines = (contents: unknown[]) => contents.map(content => `${JSON.stringify({ message: { content } })}\n`).join('')
  const end = `${JSON.stringify({ done: true, done_reason: 'stop' })}\n`
  const parts = lines([[{ type: 'text', text: 'The ' }, 'tent '], null, [{ text: 'weighs\n' }, {}], '1,9 kg 😀 [1].']) + end
  const framed = (lines(words) + end).replaceAll(/^/gm, 'event: message\n: ping\ndata: ').replace(/event.*\n.*\n.*$/, 'data: [DONE]\n')
  for (const size of [10_000, 1, 2, 7, 64]) {
    t.equal(read(createOllamaReader, parts, size), `${whole} → stop`)
    t.equal(read(createOllamaReader, framed, size), `${whole} → stop`)
    t.equal(read(createOllamaReader, texts + stop, size), ' → LLM_BROKEN', 'another API')
    t.equal(read(createOllamaReader, `${lines(words)}data: [DONE]\n`, size), `${whole} → LLM_BROKEN`, 'without an end')
  }
})

t.test('Anthropic\'s events: an error as a bare line, and one line end between the events', async t => {
  const text = (text: string) => `data: ${JSON.stringify({ type: 'content_block_delta', delta: { type: 'text_delta', text } })}\n\n`
  const end = 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\ndata: {"type":"message_stop"}\n\n'
  const bare = `${text('Hi')}{"error":{"message":"gone","code":503}}\n\n${end}`
  const dense = `${words.map(text).join('')}${end}`.replaceAll('\n\n', '\n')
  for (const size of [10_000, 1, 2, 7, 64]) {
    t.equal(read(createAnthropicReader, bare, size), 'Hi → LLM_UNREACHABLE')
    t.equal(read(createAnthropicReader, dense, size), `${whole} → stop`)
  }
})
