// The AI SDK's UI message stream: golden transcripts, and every answer read back by its own reader.
// `UPDATE_TRANSCRIPTS=1 node test/wire/ai-sdk/encoder.test.ts` writes the transcripts again.
import { readFile, writeFile } from 'node:fs/promises'
import type { UIMessageChunk } from 'ai'
import t from 'tap'
import type { AnswerEvent, SourcesEvent } from '../../../src/types.ts'
import { createAiSdkEncoder, errorText } from '../../../src/wire/ai-sdk/encoder.ts'
import { heartbeatComment } from '../../../src/wire/event-stream.ts'
import { readBack, textOf } from '../../fixtures/ai-chat.ts'
import { answers, failure, finish, start } from '../../fixtures/app-answers.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const encoder = createAiSdkEncoder()
const encode = (events: AnswerEvent[], between = '') =>
  events.map((event, n) => encoder.encode(event, 'Zk3_a-0', n, events) + between).join('')

const sources: SourcesEvent = {
  type: 'sources',
  sources: [
    {
      n: 1, id: 'products/couches-t4-300', index: 'products', title: 'Couches taille 4, lot de 300',
      url: 'https://petit-nid.example/couches', score: 0.987, snippet: 'Prix : 59,90 €',
    },
    { n: 2, id: 'faq/12', index: 'faq', title: 'Livraison', url: 'https://petit-nid.example/faq/12', score: 0.5, snippet: 'Deux jours.' },
    { n: 3, id: 'notes/7', index: 'notes', title: '', url: '', score: 0.4, snippet: 'Une note.' },
  ],
}
const text: AnswerEvent[] = [{ type: 'delta', text: 'Le lot coûte ' }, { type: 'delta', text: '59,90 €\r\n\n[1] 👶\u2028[3]' }]
const notFound: AnswerEvent = { type: 'delta', text: 'Je n\'ai pas trouvé.' }

const golden: Record<string, AnswerEvent[]> = {
  whole: [start(), sources, ...text, finish('stop', { citations: [1, 3] })],
  'no-answer': [start(), { type: 'sources', sources: [] }, notFound, finish('no_answer', { answered_by: 'extractive' })],
  'error-at-once': [failure],
  'error-before-text': [start(), sources, failure],
  'error-in-text': [start(), sources, ...text, failure],
  stopped: [start(), sources, ...text, finish('stopped', { citations: [1, 3] })],
  'stopped-before-text': [start(), finish('stopped')],
  length: [start(), sources, ...text, finish('length', { citations: [1, 3] })],
}

for (const [name, events] of Object.entries(golden)) {
  t.test(`writes the transcript of ${name} unchanged`, async t => {
    const file = new URL(`../../golden/transcripts/ai-sdk-${name}.txt`, import.meta.url)
    const transcript = encode(events)
    if (process.env.UPDATE_TRANSCRIPTS === '1') await writeFile(file, transcript)
    t.equal(transcript, await readFile(file, 'utf8'))
  })
}

type Keys<T> = (keyof Extract<UIMessageChunk, { type: T }>)[]

/** The chunks that are sent, with the keys that they have in the format; the compiler compares them with the real one. */
const known: Record<string, string[]> = {
  start: ['type', 'messageId'],
  'text-start': ['type', 'id'],
  'text-delta': ['type', 'id', 'delta'],
  'text-end': ['type', 'id'],
  'source-url': ['type', 'sourceId', 'url', 'title', 'providerMetadata'],
  'source-document': ['type', 'sourceId', 'mediaType', 'title', 'providerMetadata'],
  finish: ['type', 'finishReason', 'messageMetadata'],
  abort: ['type'],
  error: ['type', 'errorText'],
} satisfies { [T in UIMessageChunk['type']]?: Keys<T> }

t.test('writes only the keys of the format', async t => {
  for (const events of Object.values(golden)) {
    const { chunks } = await readBack(Buffer.from(encode(events)), [64])
    for (const chunk of chunks) t.same(Object.keys(chunk).sort(), known[chunk.type]?.toSorted(), chunk.type)
  }
})

t.test('gives its reader the right message', async t => {
  const { message, errors } = await readBack(Buffer.from(encode(golden.whole!)), [10])
  t.same(errors, [])
  t.same(message, {
    id: 'Zk3_a-0',
    role: 'assistant',
    metadata: { finish_reason: 'stop', answered_by: 'llm', citations: [1, 3], degraded: false },
    parts: [
      { type: 'text', text: 'Le lot coûte 59,90 €\r\n\n[1] 👶\u2028[3]', state: 'done', providerMetadata: undefined },
      {
        type: 'source-url', sourceId: '1', url: 'https://petit-nid.example/couches', title: 'Couches taille 4, lot de 300',
        providerMetadata: { causerie: { id: 'products/couches-t4-300', index: 'products', snippet: 'Prix : 59,90 €' } },
      },
      {
        type: 'source-document', sourceId: '3', mediaType: 'text/plain', title: 'notes/7', filename: undefined,
        providerMetadata: { causerie: { id: 'notes/7', index: 'notes', snippet: 'Une note.' } },
      },
    ],
  })
})

t.test('puts a message id of the client\'s chat into start, and nowhere else', async t => {
  const events = golden.whole!
  const own = createAiSdkEncoder('mine')
  t.equal(own.name, encoder.name)
  t.equal(own.encode(events[0]!, 'Zk3_a-0', 0, []), encoder.encode(events[0]!, 'Zk3_a-0', 0, []).replace('Zk3_a-0', 'mine'))
  for (let n = 1; n < events.length; n++) {
    t.equal(own.encode(events[n]!, 'Zk3_a-0', n, events), encoder.encode(events[n]!, 'Zk3_a-0', n, events))
  }
})

t.test('makes no link of anything but a web address', async t => {
  for (const url of [
    '', 'javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'ftp://shop.example', '/faq', 'www.shop.example', 'https://',
  ]) {
    const events = [
      start(), { type: 'sources', sources: [{ ...sources.sources[0]!, url }] }, finish('stop', { citations: [1] }),
    ] satisfies AnswerEvent[]
    const { message } = await readBack(Buffer.from(encode(events)), [64])
    t.match(message?.parts, [{ type: 'source-document', sourceId: '1', title: 'Couches taille 4, lot de 300' }], url)
  }
})

/** Generates any answer, with sources at any position, some cited, some without an address. */
const anyAnswer = fc
  .tuple(
    answers, fc.nat(12), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    fc.array(fc.constantFrom('', 'javascript:x', 'keep'), { minLength: 3, maxLength: 3 })
  )
  .map(([events, place, picks, urls]) => {
    const found = events.find(event => event.type === 'sources')
    const own = found && {
      ...found, sources: found.sources.map((source, i) => ({ ...source, url: urls[i] === 'keep' ? source.url : urls[i]! })),
    }
    const [last, rest] = [events.at(-1)!, events.slice(1, -1).filter(event => event !== found)]
    const citations = own?.sources.map(({ n }) => n).filter((_, i) => picks[i]) ?? []
    return [events[0]!, ...rest.toSpliced(place, 0, ...(own ? [own] : [])), last.type === 'finish' ? { ...last, citations } : last]
  })

t.test('is read back as it went in, for any answer and any cut of the bytes', async t => {
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        anyAnswer, fc.boolean(), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }),
        async (events, pings, sizes) => {
          const { chunks, message, errors } = await readBack(Buffer.from(encode(events, pings ? heartbeatComment : '')), sizes)
          const deltas = events.flatMap(event => (event.type === 'delta' ? [event.text] : []))
          const cited = events.flatMap(event => (event.type === 'sources' ? event.sources : []))
          const last = events.at(-1)!
          t.equal(textOf(message), deltas.join(''))
          t.same(
            chunks.flatMap(chunk => (chunk.type === 'text-delta' ? [chunk.delta] : [])), deltas
          )
          t.ok(
            message?.parts.every(part => part.type !== 'text' || part.state === 'done'), 'what was begun is ended'
          )
          if (last.type === 'error') {
            t.same(errors, [errorText(last)])
            t.equal(chunks.at(-1)?.type, 'error')
            return
          }
          t.same(errors, [])
          if (last.type !== 'finish') throw new Error('an answer without an end')
          t.match(
            chunks.at(-1),
            last.finish_reason === 'stopped'
              ? { type: 'abort' }
              : {
                  type: 'finish',
                  finishReason: { length: 'length', content_filter: 'content-filter' }[last.finish_reason as string] ?? 'stop',
                  messageMetadata: { finish_reason: last.finish_reason },
                }
          )
          const parts = message?.parts.filter(part => part.type === 'source-url' || part.type === 'source-document')
          t.same(
            parts?.map(part => [part.sourceId, part.title, part.type === 'source-url' ? part.url : null]),
            cited
              .filter(({ n }) => last.citations.includes(n))
              .map(({ n, title, id, url }) => [String(n), title || id, url.startsWith('http') ? url : null])
          )
        }
      ),
      propertyRuns(150)
    )
  )
})

t.test('does not let a text forge a chunk', async t => {
  for (const forged of [
    '\n\ndata: [DONE]\n\n', 'a\r\rdata: {"type":"finish"}\r\r', '"}\n\ndata: {"type":"abort"}\n\n', '\u2028data: x', '\ufeffdata: x',
  ]) {
    const events: AnswerEvent[] = [
      start('a', { model: forged }), { type: 'delta', text: forged }, { ...failure, message: forged } as AnswerEvent,
    ]
    const { chunks, message } = await readBack(Buffer.from(encode(events)), [7])
    t.same(
      chunks.map(({ type }) => type), ['start', 'text-start', 'text-delta', 'text-end', 'error']
    )
    t.equal(textOf(message), forged)
    t.notMatch(encode(events), /\r/)
  }
})
