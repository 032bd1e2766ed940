// The limit of kept answers counts the memory that they really take.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Answers, Producer } from '../../src/answers/answers.ts'
import { createMemoryAnswers } from '../../src/answers/memory.ts'
import type { Encoder } from '../../src/answers/log.ts'
import type { AnswerEvent, Source } from '../../src/types.ts'
import { sseEncoder } from '../../src/wire/native/encoder.ts'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** An envelope like OpenAI's: it is longer than most tokens. */
const wideEncoder: Encoder = { name: 'wide', encode: event => `data: ${JSON.stringify({ event, envelope: 'x'.repeat(180) })}\n\n` }

/** Returns the bytes of the heap, and of what lies beside it: buffers. */
async function memoryUsed (): Promise<number> {
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

const maxBytes = 8e6

/** Keeps answers until the limit is reached, each asked for again in some formats, and longer. */
async function fill (answers: Answers, deltas: number, encoders: readonly Encoder[], from: number, isFull: () => boolean): Promise<number> {
  let n = from
  for (; !isFull(); n++) {
    const asked = { company: 'shop', key: own(`question ${n}`), resumable: false, conversationId: 'c', user: own(`user ${n}`) }
    const reader = await answers.open({ ...asked, produce: produce(deltas) })
    await reader.all()
    reader.take(sseEncoder)
    reader.close()
    for (const encoder of encoders) {
      const again = answers.findKept(asked)
      // Not by an assertion: each of them stays in memory.
      if (!again?.whole(encoder)) throw new Error('not kept')
    }
  }
  return n
}

for (const deltas of [4, 100, 400]) {
  for (const encoders of [[], [sseEncoder], [sseEncoder, wideEncoder]]) {
    t.test(`${deltas} deltas, asked for as ${encoders.map(({ name }) => name).join(' and ') || 'nothing'}`, async t => {
      const answers = createMemoryAnswers({
        cacheTtlMs: 600_000, cacheMaxBytes: maxBytes, keptFormat: sseEncoder, graceMs: 60_000, logMaxBytes: 1e9, maxLive: 10,
        onError: error => t.error(error),
      })
      const filled = await fill(answers, deltas, encoders, 0, () => answers.stats().kept >= 10)
      const [before, counted] = [await memoryUsed(), answers.stats().kept_bytes]
      let kept = 0
      await fill(answers, deltas, encoders, filled, () => {
        const isFull = answers.stats().kept === kept
        kept = answers.stats().kept
        return isFull
      })
      t.ok(answers.stats().kept_bytes > 0.9 * maxBytes && answers.stats().kept_bytes <= maxBytes)
      const share = (await memoryUsed() - before) / (answers.stats().kept_bytes - counted)
      t.ok(share < 1.2 && share > 0.5, `${share.toFixed(2)} of what is counted, ${(counted / filled).toFixed(0)} bytes an answer`)
      await answers.close()
    })
  }
}
