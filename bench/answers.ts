// Uncached answers: the cost of the whole pipeline, compared with a server that only pipes the language model through.
import { answerCheck } from './checks.ts'
import { median, type Figure } from './figures.ts'
import { load, type Outcome } from './load.ts'
import { fresh, startStack, uncached, type Options, type Stack } from './stack.ts'

export async function answers (options: Options): Promise<Figure[]> {
  const stack = await startStack(options)
  try {
    const seconds = options.quick ? 1 : 4
    await both(stack, 32, seconds)
    const figures: Figure[] = []
    for (const clients of [1, 32, 256]) {
      const rounds: Awaited<ReturnType<typeof both>>[] = []
      for (let i = 0; i < (options.quick ? 1 : 3); i++) rounds.push(await both(stack, clients, seconds))
      figures.push(...figuresOf(clients, rounds.map(({ ours }) => ours), rounds.map(({ bare }) => bare)))
    }
    const unseen = await load({
      child: stack.server, clients: 32, seconds, next: fresh(stack, stack.server.port), check: answerCheck({ whole: true }),
    })
    figures.push({
      name: '32 clients, questions never seen: CPU, embedding included', value: unseen.cpu, unit: 's per 1,000',
      note: `${unseen.perSecond.toFixed(0)} answers/s`,
    })
    return figures
  } finally {
    await stack.stop()
  }
}

/** Alternates between the two servers, so that both meet the same noise. */
async function both (stack: Stack, clients: number, seconds: number): Promise<{ ours: Outcome, bare: Outcome }> {
  const { server, bare } = stack
  return {
    bare: await load({ child: bare, clients, seconds, next: uncached(stack, bare.port, '/pipe'), check: answerCheck({ whole: false }) }),
    ours: await load({ child: server, clients, seconds, next: uncached(stack, server.port), check: answerCheck({ whole: true }) }),
  }
}

function figuresOf (clients: number, ours: Outcome[], bare: Outcome[]): Figure[] {
  const figure = (name: string, unit: string, of: (outcome: Outcome) => number, more: Partial<Figure> = {}): Figure => ({
    name: `${clients} ${clients === 1 ? 'client' : 'clients'}: ${name}`, unit, value: median(ours.map(of)), bare: median(bare.map(of)),
    ...more,
  })
  return [
    figure('CPU of the server', 's per 1,000', ({ cpu }) => cpu, {
      // With one client there is idle time between answers, and work that runs in it is counted too.
      ...(clients === 1 ? {} : { goal: { of: 'value', atMost: 2.5 } }),
      note:
        `main thread ${median(ours.map(({ mainCpu }) => mainCpu)).toFixed(2)}; load ` +
        `${median(ours.map(({ ownCpu }) => ownCpu)).toFixed(2)}`,
    }),
    figure('answers', 'per s', ({ perSecond }) => perSecond),
    figure('first token p50', 'ms', ({ first }) => first.p50),
    figure('first token p95', 'ms', ({ first }) => first.p95),
  ]
}
