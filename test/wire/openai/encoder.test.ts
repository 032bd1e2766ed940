// OpenAI's chunks: golden transcripts, and every answer read back by the reader of its own package.
// `UPDATE_TRANSCRIPTS=1 node test/wire/openai/encoder.test.ts` writes the transcripts again.
import { readFile, writeFile } from 'node:fs/promises'
import { APIError } from 'openai'
import { Stream } from 'openai/core/streaming'
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions'
import t from 'tap'
import type { AnswerEvent, ErrorEvent, SourcesEvent } from '../../../src/types.ts'
import { createOpenAiEncoder, encodeCompletion, type CompletionOptions } from '../../../src/wire/openai/encoder.ts'
import { openAiError } from '../../../src/wire/openai/errors.ts'
import { heartbeatComment } from '../../../src/wire/event-stream.ts'
import { answers, failure, finish, start } from '../../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

/** A chunk with the fields that the service adds. */
type Chunk = ChatCompletionChunk & { sources?: unknown[], causerie?: object, event?: any }

const answerId = 't5xk2c-AbCdEfGhIjKlMnOp'
const plain: CompletionOptions = { usage: false, openWebUi: false }
const formats: CompletionOptions[] = [
  plain, { usage: true, openWebUi: false }, { usage: false, openWebUi: true }, { usage: true, openWebUi: true },
]

function encode (events: AnswerEvent[], format = plain, between = ''): string {
  const encoder = createOpenAiEncoder(format)
  return events.map((event, n) => encoder.encode(event, answerId, n, events) + between).join('')
}

interface ReadBack { chunks: Chunk[], text: string, error?: APIError }

/** Reads bytes, cut into blocks of these sizes over and over, as `client.chat.completions.create` does. */
async function readBack (bytes: Uint8Array, sizes: number[]): Promise<ReadBack> {
  const read: ReadBack = { chunks: [], text: '' }
  let at = 0
  let turn = 0
  const body = new ReadableStream<Uint8Array>({
    pull (controller) {
      if (at >= bytes.length) return controller.close()
      const size = sizes[turn++ % sizes.length]!
      controller.enqueue(bytes.slice(at, at += size))
    },
  })
  try {
    for await (const chunk of Stream.fromSSEResponse<Chunk>(new Response(body), new AbortController())) {
      read.chunks.push(chunk)
      read.text += chunk.choices[0]?.delta.content ?? ''
    }
  } catch (error) {
    if (!(error instanceof APIError)) throw error
    read.error = error
  }
  return read
}

const sources: SourcesEvent = {
  type: 'sources',
  sources: [
    {
      n: 1, id: 'products/couches-t4-300', index: 'products', title: 'Couches taille 4, lot de 300',
      url: 'https://petit-nid.example/couches', score: 0.987, snippet: 'Prix : 59,90 €',
    },
    { n: 2, id: 'notes/7', index: 'notes', title: '', url: '', score: 0.4, snippet: 'Une note.' },
  ],
}
const text: AnswerEvent[] = [{ type: 'delta', text: 'Le lot coûte ' }, { type: 'delta', text: '59,90 €\r\n\n[1] 👶\u2028' }]
const citation = {
  type: 'url_citation' as const,
  url_citation: { start_index: 23, end_index: 26, title: 'Couches taille 4, lot de 300', url: 'https://petit-nid.example/couches' },
}
const notFound: AnswerEvent = { type: 'delta', text: 'Je n\'ai pas trouvé.' }
const whole: AnswerEvent[] = [start(), sources, ...text, finish('stop', { citations: [1], usage: { input_tokens: 120, output_tokens: 9 } })]

const golden: Record<string, [AnswerEvent[], CompletionOptions?]> = {
  whole: [whole],
  'with-usage': [whole, { usage: true, openWebUi: false }],
  'open-webui': [whole, { usage: true, openWebUi: true }],
  'no-answer': [[start(), { type: 'sources', sources: [] }, notFound, finish('no_answer', { answered_by: 'extractive' })]],
  'error-at-once': [[failure]],
  'error-mid-stream': [[start(), sources, ...text, failure]],
  stopped: [[start(), sources, text[0]!, finish('stopped', { citations: [] })]],
  length: [[start(), sources, ...text, finish('length', { citations: [1] })]],
}

for (const [name, [events, format]] of Object.entries(golden)) {
  t.test(`writes the transcript of ${name} unchanged`, async t => {
    const file = new URL(`../../golden/transcripts/openai-${name}.txt`, import.meta.url)
    const transcript = encode(events, format)
    if (process.env.UPDATE_TRANSCRIPTS === '1') await writeFile(file, transcript)
    t.equal(transcript, await readFile(file, 'utf8'))
  })

  t.test(`${name} is read the same wherever its bytes are cut`, async t => {
    const bytes = Buffer.from(encode(events, format))
    const expected = await readBack(bytes, [bytes.length])
    for (let at = 1; at < bytes.length; at++) {
      const { chunks, error } = await readBack(bytes, [at, bytes.length])
      if (error?.message !== expected.error?.message) t.fail(`cut at ${at}`)
      if (JSON.stringify(chunks) !== JSON.stringify(expected.chunks)) t.fail(`cut at ${at}`)
    }
    t.same(await readBack(bytes, [1]), expected)
  })
}

t.test('writes the chunks of an answer', async t => {
  const { chunks } = await readBack(Buffer.from(encode(whole)), [10])
  for (const chunk of chunks) {
    t.match(chunk, { id: `chatcmpl-${answerId}`, object: 'chat.completion.chunk', created: parseInt('t5xk2c', 36), model: 'shop' })
  }
  t.same(chunks.map(({ choices }) => choices[0]), [
    { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null },
    { index: 0, delta: { content: 'Le lot coûte ' }, finish_reason: null },
    { index: 0, delta: { content: '59,90 €\r\n\n[1] 👶\u2028' }, finish_reason: null },
    { index: 0, delta: { content: '', annotations: [citation] }, finish_reason: null },
    { index: 0, delta: {}, finish_reason: 'stop' },
  ])
  t.same(chunks.at(-1)?.sources, sources.sources)
  t.same(chunks.at(-2)?.sources, sources.sources, 'beside the citations too')
  t.same(chunks.at(-1)?.causerie, { finish_reason: 'stop', answered_by: 'llm', citations: [1], degraded: false })
  t.notOk(chunks.some(chunk => 'usage' in chunk))
})

t.test('sends usage last when asked to, and null before', async t => {
  const { chunks } = await readBack(Buffer.from(encode(whole, { usage: true, openWebUi: false })), [10])
  t.same(chunks.pop(), {
    id: `chatcmpl-${answerId}`, object: 'chat.completion.chunk', created: parseInt('t5xk2c', 36), model: 'shop', choices: [],
    usage: { prompt_tokens: 120, completion_tokens: 9, total_tokens: 129 },
  })
  t.ok(chunks.every(({ usage }) => usage === null))
})

t.test('sends Open WebUI each source as its own event, in order, before the first citation', async t => {
  const { chunks, text: read } = await readBack(Buffer.from(encode(whole, { usage: false, openWebUi: true })), [10])
  t.same(
    chunks.slice(2, 4).map(({ choices, event }) => ({ choices, event })),
    [
      {
        choices: [],
        event: {
          type: 'source',
          data: {
            source: { id: 'products/couches-t4-300', name: 'Couches taille 4, lot de 300', url: 'https://petit-nid.example/couches' },
            document: ['Prix : 59,90 €'],
            metadata: [
              { source: 'products/couches-t4-300', name: 'Couches taille 4, lot de 300', source_url: 'https://petit-nid.example/couches' },
            ],
            distances: [0.987],
          },
        },
      },
      {
        choices: [],
        event: {
          type: 'source',
          data: {
            source: { id: 'notes/7', name: 'notes/7', url: '' }, document: ['Une note.'],
            metadata: [{ source: 'notes/7', name: 'notes/7', source_url: '' }], distances: [0.4],
          },
        },
      },
    ]
  )
  t.equal(read, 'Le lot coûte 59,90 €\r\n\n[1] 👶\u2028')
  t.notOk(chunks.some(({ choices }) => choices[0] && 'annotations' in choices[0].delta), 'which it would list once more')
})

t.test('sends Open WebUI the sources of an answer that cites them at its end, and none for a refusal or an error', async t => {
  const listed = async (...events: AnswerEvent[]) => {
    const { chunks } = await readBack(Buffer.from(encode([start(), sources, ...events], { usage: false, openWebUi: true })), [10])
    return chunks.flatMap(({ event }, n) => event ? [n] : [])
  }
  t.same(await listed(text[0]!, finish('stop', { citations: [1] })), [2, 3])
  t.same(await listed(text[1]!, text[1]!, finish('stop', { citations: [1] })), [1, 2], 'once')
  t.same(await listed(notFound, finish('no_answer', { citations: [] })), [])
  t.same(await listed(text[0]!, finish('stop', { citations: [] })), [])
  t.same(await listed(text[0]!, failure), [])
})

t.test('writes an answer as one object', async t => {
  const expected: ChatCompletion & { sources: unknown; causerie: unknown } = {
    id: `chatcmpl-${answerId}`,
    object: 'chat.completion',
    created: parseInt('t5xk2c', 36),
    model: 'shop',
    choices: [
      {
        index: 0, logprobs: null, finish_reason: 'stop',
        message: { role: 'assistant', content: 'Le lot coûte 59,90 €\r\n\n[1] 👶', refusal: null, annotations: [citation] },
      },
    ],
    usage: { prompt_tokens: 120, completion_tokens: 9, total_tokens: 129 },
    sources: sources.sources,
    causerie: { finish_reason: 'stop', answered_by: 'llm', citations: [1], degraded: false },
  }
  t.same(encodeCompletion(answerId, whole), expected)
  t.match(encodeCompletion(answerId, [start(), finish('no_answer')]), {
    choices: [{ message: { content: '' }, finish_reason: 'stop' }], sources: [], causerie: { finish_reason: 'no_answer' },
  })
  t.throws(() => encodeCompletion(answerId, [start(), failure]))
})

t.test('gives errors OpenAI\'s codes where it has them', async t => {
  for (const [code, status, type, wireCode] of [
    ['KEY_MISSING', 401, 'invalid_request_error', 'invalid_api_key'],
    ['UNKNOWN_COMPANY', 404, 'invalid_request_error', 'model_not_found'],
    ['RATE_LIMITED', 429, 'requests', 'rate_limit_exceeded'],
    ['OVERLOADED', 503, 'server_error', 'OVERLOADED'],
    ['NOT_SUPPORTED', 400, 'invalid_request_error', 'NOT_SUPPORTED'],
  ] as const) t.same(openAiError({ code, message: 'So.', status }, 'n'), { error: { message: 'So.', type, param: 'n', code: wireCode } })
})

/** Generates any answer, with its sources at any position. */
const anyAnswer = fc.tuple(answers, fc.nat(12), fc.nat(1000), fc.nat(1000)).map(([events, place, input, output]) => {
  const found = events.filter(event => event.type === 'sources')
  const [last, rest] = [events.at(-1)!, events.slice(1, -1).filter(event => !found.includes(event as SourcesEvent))]
  return [
    events[0]!, ...rest.toSpliced(place, 0, ...found),
    last.type === 'finish' ? { ...last, usage: { input_tokens: input, output_tokens: output } } : last,
  ]
})

t.test('is read back as it went in, for any answer and any cut of the bytes', async t => {
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        anyAnswer, fc.constantFrom(...formats), fc.boolean(), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }),
        async (events, format, pings, sizes) => {
          const { chunks, text: read, error } = await readBack(Buffer.from(encode(events, format, pings ? heartbeatComment : '')), sizes)
          const found = events.flatMap(event => (event.type === 'sources' ? event.sources : []))
          const last = events.at(-1)!
          t.equal(read, events.map(event => (event.type === 'delta' ? event.text : '')).join(''))
          const isCited = /\[\d+\]/.test(events.map(event => event.type === 'delta' ? event.text : '').join('\n')) ||
            (last.type === 'finish' && last.finish_reason !== 'no_answer' && last.citations.length > 0)
          t.equal(chunks.filter(({ event }) => event).length, format.openWebUi && isCited ? found.length : 0)
          if (last.type === 'error') {
            t.match(error, { status: undefined, code: last.code, type: 'server_error', param: null, error: { message: last.message } })
            return
          }
          t.equal(error, undefined)
          if (last.type !== 'finish') throw new Error('an answer without an end')
          const [ending] = chunks.slice(format.usage ? -2 : -1)
          const reason = ['length', 'content_filter'].includes(last.finish_reason) ? last.finish_reason : 'stop'
          t.equal(ending?.choices[0]?.finish_reason, reason)
          // As in JSON, which writes -0 as 0.
          t.same(ending?.sources, last.finish_reason === 'no_answer' ? [] : JSON.parse(JSON.stringify(found)))
          if (format.usage) {
            t.match(chunks.at(-1)?.usage, { prompt_tokens: last.usage.input_tokens, completion_tokens: last.usage.output_tokens })
          }
          t.equal((encodeCompletion(answerId, events) as ChatCompletion).choices[0]?.message.content, read.trim())
        }
      ),
      propertyRuns(150)
    )
  )
})

t.test('does not let a text forge a chunk', async t => {
  for (const forged of [
    '\n\ndata: [DONE]\n\n', 'a\r\rdata: {"error":{}}\r\r', '"}\n\ndata: {"error":{}}\n\n', '\u2028data: x', '\ufeffdata: x',
  ]) {
    for (const format of formats) {
      const bytes = Buffer.from(
        encode(
          [start('a', { company_id: forged }), { type: 'delta', text: forged }, { ...failure, message: forged } as ErrorEvent], format
        )
      )
      const { chunks, text: read, error } = await readBack(bytes, [7])
      t.equal(chunks.length, 2)
      t.equal(read, forged)
      t.match(error, { error: { message: forged } })
      t.notMatch(bytes.toString(), /\r/)
    }
  }
})
