// Tells of rated answers, and tells again later of those whose ratings cannot be read now.
import { createInTurn } from '../async/in-turn.ts'
import type { Outcome } from './sender.ts'

/** The ratings that are told of: those of an answer, or the one of a single rater. */
export interface Rated { company: string, answerId: string, rater?: string | undefined }

export interface Teller {
  /** @param rated their answer is noted in the outbox already */
  tell (rated: Rated): void
  close (): void
}

export interface TellerOptions {
  /** Reads the ratings as they are by now, and begins to send each of them. Rejects when they cannot be read. */
  send (rated: Rated): Promise<Promise<Outcome>[]>
  /** Called when an answer has been told of, or given up, as often as it was to be told. */
  onTold (company: string, answerId: string): void
  onError (error: unknown, company: string): void
  /** The pause between two tries, ms. */
  againMs?: number
}

/** The most that are tried again; any further one waits for the next start. */
const maxLeft = 10_000

export function createTeller ({ send, onTold, onError, againMs = 30_000 }: TellerOptions): Teller {
  const inTurn = createInTurn()
  /** What could not be told, and how often. */
  const left = new Map<string, Rated & { times: number }>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  /** Returns false when it is left for later. */
  async function tellNow (rated: Rated, times: number): Promise<boolean> {
    const { company, answerId, rater } = rated
    try {
      // The ratings of a company are read, and sent, in their order.
      const { sent } = await inTurn(company, async () => ({ sent: await send(rated) }))
      if (!(await Promise.all(sent)).includes('left')) {
        for (let n = 0; n < times; n++) onTold(company, answerId)
        return true
      }
    } catch (error) {
      onError(error, company)
    }
    const key = JSON.stringify([company, answerId, rater])
    const before = left.get(key)?.times ?? 0
    if (before > 0 || left.size < maxLeft) left.set(key, { ...rated, times: before + times })
    tellLater()
    return false
  }

  function tellLater (): void {
    if (timer === undefined && left.size > 0 && !isClosed) timer = setTimeout(tellAgain, againMs).unref()
  }

  /** One that fails again stands for its whole company until the next time. */
  async function tellAgain (): Promise<void> {
    const companies = Map.groupBy([...left], ([, { company }]) => company)
    for (const entries of companies.values()) {
      for (const [key, { times, ...rated }] of entries) {
        left.delete(key)
        if (isClosed || !await tellNow(rated, times)) break
      }
    }
    timer = undefined
    tellLater()
  }

  return {
    tell (rated) {
      tellNow(rated, 1)
    },
    close () {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
