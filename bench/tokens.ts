// The way of one token: what it costs to hand on tokens that come one by one, beside a bare server that does the same.
import { answerCheck } from './checks.ts'
import { median, type Figure } from './figures.ts'
import { load, type Outcome } from './load.ts'
import { startStack, uncached, type Options } from './stack.ts'

const tokens = 100
const clients = 64
/** A packet for each token, for the start and for the end. */
const script = { tokens, writes: tokens + 3, delayMs: 20 }

export async function tokensBench (options: Options): Promise<Figure[]> {
  const stack = await startStack(options, { llm: script, more: { LLM_POOL_SIZE: clients } })
  try {
    const { server, bare } = stack
    const seconds = options.quick ? 3 : 6
    const run = (isService: boolean) => {
      const child = isService ? server : bare
      const next = uncached(stack, child.port, isService ? '/chat' : '/pipe')
      return load({ child, clients, seconds, next, check: answerCheck({ whole: isService }) })
    }
    await run(true)
    const rounds: { own: Outcome, bare: Outcome }[] = []
    for (let i = 0; i < (options.quick ? 1 : 5); i++) rounds.push({ own: await run(true), bare: await run(false) })
    // Seconds per 1,000 answers are milliseconds per answer.
    const micros = (outcome: Outcome, part: 'cpu' | 'mainCpu') => outcome[part] * 1000 / tokens
    const figure = (name: string, part: 'cpu' | 'mainCpu'): Figure => {
      const value = median(rounds.map(({ own }) => micros(own, part)))
      // The median of the rounds' ratios: both sides of a round met the same noise.
      return { name, unit: 'µs', value, bare: value / median(rounds.map(({ own, bare }) => own[part] / bare[part])) }
    }
    return [
      { ...figure('64 streams, a token every 20 ms: CPU of the service per token', 'cpu'), note: "the question's own work is in it" },
      figure('the same, main thread', 'mainCpu'),
    ]
  } finally {
    await stack.stop()
  }
}
