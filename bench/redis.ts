// Redis: the cost of sharing answers, compared with the same service that keeps them in memory.
import { startRedis } from '../test/fixtures/redis-server.ts'
import { answerCheck } from './checks.ts'
import { median, type Figure } from './figures.ts'
import { load, type Outcome } from './load.ts'
import type { Child } from './processes.ts'
import { startAnother, startStack, uncached, type Options } from './stack.ts'

const clients = 32

export async function redis (options: Options): Promise<Figure[]> {
  const endings: (() => unknown)[] = []
  try {
    const store = await startRedis({ teardown: end => endings.unshift(end) })
    const stack = await startStack({ quick: options.quick })
    endings.unshift(stack.stop)
    const shared = await startAnother(stack, { REDIS_URL: store.url }, options, endings)
    const seconds = options.quick ? 1 : 4
    const run = (child: Child) => load({ child, clients, seconds, next: uncached(stack, child.port), check: answerCheck({ whole: true }) })
    await run(stack.server)
    await run(shared)
    const rounds: { memory: Outcome, redis: Outcome }[] = []
    for (let i = 0; i < (options.quick ? 1 : 5); i++) rounds.push({ memory: await run(stack.server), redis: await run(shared) })
    const {
      answers: { redis: seen },
    } = await shared.ask<{ answers: { redis: { fallbacks: number; refused: number; timeouts: number } } }>('stats')
    if (seen.fallbacks + seen.refused + seen.timeouts > 0) throw new Error(`not all went through Redis: ${JSON.stringify(seen)}`)
    const figure = (name: string, unit: string, of: (outcome: Outcome) => number): Figure => ({
      name: `${clients} clients: ${name}`, unit, value: median(rounds.map(({ redis }) => of(redis))),
      bare: median(rounds.map(({ memory }) => of(memory))),
    })
    return [
      figure('CPU of the server', 's per 1,000', ({ cpu }) => cpu),
      // The ratio of each pair: other work on the machine affects both sides.
      {
        name: `${clients} clients: CPU added by Redis`, unit: 's per 1,000',
        value: median(rounds.map(({ memory, redis }) => redis.cpu - memory.cpu)), goal: { of: 'value', atMost: 0.3 },
        note: rounds.map(({ memory, redis }) => (redis.cpu - memory.cpu).toFixed(2)).join(', '),
      },
      figure('answers', 'per s', ({ perSecond }) => perSecond),
      figure('first token p50', 'ms', ({ first }) => first.p50),
    ]
  } finally {
    for (const end of endings) await end()
  }
}
