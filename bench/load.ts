// Generates load: a number of clients that ask one question after another, with every answer checked.
import type { Child } from './processes.ts'
import { openClient, type Reply } from './client.ts'
import { median, quantile } from './figures.ts'

export interface Load {
  child: Child
  clients: number
  seconds: number
  /** Returns the bytes of the next request. */
  next: () => Buffer
  /** Throws when an answer is wrong. */
  check: (reply: Reply) => void
  /** The bytes that show the first token. */
  mark?: string
  /** Keeps this process awake: waking it would cost the slower server a system call for every answer. */
  awake?: boolean
}

export interface Outcome {
  answers: number
  perSecond: number
  /** Milliseconds to the first token. */
  first: { p50: number, p95: number }
  /** CPU seconds per 1,000 answers: of the server, of its main thread, and of this process, which generates the load. */
  cpu: number
  mainCpu: number
  ownCpu: number
  /** The share of one core that the server used. Well below 1, something else limited the rate. */
  share: number
}

export async function load ({ child, clients, seconds, next, check, mark = 'event: delta', awake = false }: Load): Promise<Outcome> {
  const open = await Promise.all(Array.from({ length: clients }, () => openClient(child.port, mark)))
  const first: number[] = []
  const before = await child.usage()
  const ownBefore = process.cpuUsage()
  const began = performance.now()
  const until = began + seconds * 1000
  let spinning = awake
  const spin = () => { if (spinning) setImmediate(spin) }
  spin()
  try {
    await Promise.all(open.map(async client => {
      while (performance.now() < until) {
        const reply = await client.ask(next())
        check(reply)
        first.push(reply.firstMs)
      }
    }))
  } finally {
    spinning = false
    for (const client of open) client.close()
  }
  const elapsed = (performance.now() - began) / 1000
  const own = process.cpuUsage(ownBefore)
  const after = await child.usage()
  const answers = first.length
  return {
    answers,
    perSecond: answers / elapsed,
    first: { p50: median(first), p95: quantile(first, 0.95) },
    cpu: (after.cpu - before.cpu) / answers * 1000,
    mainCpu: (after.mainCpu - before.mainCpu) / answers * 1000,
    ownCpu: (own.user + own.system) / 1e6 / answers * 1000,
    share: (after.cpu - before.cpu) / elapsed,
  }
}
