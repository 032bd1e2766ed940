// The bytes of a body may be cut anywhere, and its lines end in any way: the answer is the same.
import t from 'tap'
import { createStreamDecoder } from '../../src/llm/stream-decoder.ts'
import { createBodyParser as createLineReader } from '../../src/llm/ollama.ts'
import { createBodyParser as createOpenAiReader } from '../../src/llm/openai.ts'
import type { ModelEnd } from '../../src/llm/model.ts'
import { createReasoningFilter } from '../../src/llm/reasoning-filter.ts'
import { apis, bench, collect } from '../fixtures/llm-adapters.ts'
import { answerChunks } from '../fixtures/llm-chunks.ts'
import type { LlmApi } from '../fixtures/llm-chunks.ts'
import { fc } from '../fixtures/property.ts'

const TOKENS = ['Où', ' est', ' 😀', '?', '\n', '<think>é</think>', ' 日本', ' "quoted\\', ' a < b', ' data: x\r\n', '\u2028', ' fin']
const TEXT = 'Où est 😀?\n 日本 "quoted\\ a < b data: x\r\n\u2028 fin'

function read (api: LlmApi, pieces: Buffer[]): { text: string, ending: ModelEnd | undefined } {
  const decoder = createStreamDecoder(api === 'openai' ? createOpenAiReader : createLineReader, createReasoningFilter(false), () => [])
  for (const piece of pieces) decoder.feed(piece)
  decoder.end(true)
  return { text: decoder.takeText(), ending: decoder.ending }
}

function cut (bytes: Buffer, at: number[]): Buffer[] {
  const ends = [...at.map((n) => n % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b)
  return ends.slice(1).map((end, n) => bytes.subarray(ends[n], end))
}

function everySlice (bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
}

t.test('tokens of one read are one text, and none is lost between reads', async t => {
  const first = answerChunks('openai', { tokens: ['Où', ' est'], finish: null, done: false })
  const second = answerChunks('openai', { tokens: [' fin'] })
  const decoder = createStreamDecoder(createOpenAiReader, createReasoningFilter(false), () => [])
  decoder.feed(Buffer.from(first.join('')))
  t.equal(decoder.takeText(), 'Où est')
  t.equal(decoder.takeText(), '')
  t.equal(decoder.ending, undefined)
  decoder.feed(Buffer.from(second.join('')))
  t.equal(decoder.takeText(), ' fin')
  t.match(decoder.ending, { reason: 'stop' })
})

for (const api of apis) {
  const plain = answerChunks(api, { tokens: TOKENS, thinking: ['hmé'] }).join('')
  const bodies: Record<string, string> = {
    plain,
    CRLF: plain.replaceAll('\n', '\r\n'),
    'with a byte order mark': `\ufeff${plain}`,
    'without its last line end': plain.trimEnd(),
    ...(api === 'openai' && {
      CR: plain.replaceAll('\n', '\r'),
      'with comments': plain.replaceAll(/^data:/gm, ': OPENROUTER PROCESSING\n\ndata:'),
      'with other fields': plain.replaceAll(/^data:/gm, 'event: message\nid: 7\nretry: 1\nnonsense\ndata:'),
      'with data on two lines': plain.replaceAll('"object":', '\ndata: "object":'),
      'without the blank after the colon': plain.replaceAll(/^data: /gm, 'data:'),
    }),
    ...(api === 'ollama' && { 'with blank lines': plain.replaceAll('\n', '\n\n \n') }),
  }

  for (const [what, body] of Object.entries(bodies)) {
    t.test(`${api}, ${what}`, async (t) => {
      const bytes = Buffer.from(body)
      const whole = read(api, [bytes])
      t.match(whole, { text: TEXT, ending: { reason: 'stop' } })
      for (const size of [1, 2, 3, 8, 64, 256]) t.same(read(api, everySlice(bytes, size)), whole, `slices of ${size} bytes`)
      for (let at = 1; at < bytes.length; at++) {
        if (JSON.stringify(read(api, [bytes.subarray(0, at), bytes.subarray(at)])) !== JSON.stringify(whole)) t.fail(`cut at ${at}`)
      }
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 30 }), at => JSON.stringify(read(api, cut(bytes, at))) === JSON.stringify(whole))
      )
    })
  }

  t.test(`${api}, any text comes through`, async () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 10 }), (tokens, at) => {
        const text = tokens.join('').replace(/^[\s\p{Cc}\p{Cf}]+/u, '').replaceAll('\0', '')
        fc.pre(text !== '' && !text.includes('<'))
        return read(api, cut(Buffer.from(answerChunks(api, { tokens }).join('')), at)).text === text
      })
    )
  })

  t.test(`${api}, through a socket`, async (t) => {
    const { server, model } = await bench(t, api)
    for (const sliceBytes of [1, 7, 64]) {
      server.enqueue({ tokens: TOKENS, sliceBytes })
      t.equal((await collect(model)).text, TEXT)
    }
  })
}
