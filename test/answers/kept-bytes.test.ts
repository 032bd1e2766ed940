// The limit of kept answers counts what they really take of the heap.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Producer } from '../../src/answers/answers.ts'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import type { Encoder } from '../../src/answers/log.ts'
import type { AnswerEvent, Source } from '../../src/types.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const kept = 300
/** An envelope like OpenAI's: it is longer than most tokens. */
const wideEncoder: Encoder = { name: 'wide', encode: event => `data: ${JSON.stringify({ event, envelope: 'x'.repeat(180) })}\n\n` }

async function heapUsed (): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Makes a string of its own, as a parser does. */
const own = (text: string): string => JSON.parse(JSON.stringify(text)) as string

function * eventsOf (answerId: string, deltas: number): Generator<AnswerEvent> {
  yield { type: 'start', answer_id: answerId, conversation_id: 'c', company_id: 'shop', model: 'm', cache: 'miss' }
  const source = (n: number): Source => ({
    n, id: own(`faq/${answerId}-${n}`), title: own(`Delivery ${n}`), url: own(`https://shop.example/${n}`), index: 'faq', score: 1,
    snippet: own(`${answerId} `.repeat(10)),
  } as Source)
  yield { type: 'sources', sources: Array.from({ length: 6 }, (_, n) => source(n + 1)) }
  for (let n = 0; n < deltas; n++) yield { type: 'delta', text: own(` word ${n}`) }
  yield {
    type: 'finish', finish_reason: 'stop', answered_by: 'llm', citations: [1], degraded: false,
    usage: { input_tokens: 1, output_tokens: 2 }, timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 },
  }
}

const produce = (deltas: number): Producer => async (answerId, _, emit) => {
  for (const event of eventsOf(answerId, deltas)) emit(event)
}

for (const deltas of [4, 100, 400]) {
  for (const encoder of [sseEncoder, wideEncoder]) {
    t.test(`${deltas} deltas, given again as ${encoder.name}`, async t => {
      const answers = createMemoryAnswers({
        cacheTtlMs: 60_000, cacheMaxBytes: 1e9, graceMs: 60_000, logMaxBytes: 1e9, maxLive: 10, onError: error => t.error(error),
      })
      const fill = async (from: number, count: number) => {
        for (let i = from; i < from + count; i++) {
          const asked = { company: 'shop', key: `question ${i}`, resumable: false, conversationId: 'c' }
          const reader = await answers.open({ ...asked, produce: produce(deltas) })
          await reader.all()
          reader.take(encoder)
          reader.close()
          const again = await answers.open({ ...asked, produce: produce(deltas) })
          // Not by an assertion: each of them stays in memory.
          if (!again.whole(encoder)) throw new Error('not kept')
          again.close()
        }
      }
      await fill(0, 50)
      const [before, countedBefore] = [await heapUsed(), answers.stats().kept_bytes]
      await fill(50, kept)
      const share = (await heapUsed() - before) / (answers.stats().kept_bytes - countedBefore)
      t.ok(share < 1.3 && share > 0.2, `${share.toFixed(2)} of what is counted`)
      await answers.close()
    })
  }
}
