// Asks the questions of a set, several at once, and judges the answers.
import pLimit from 'p-limit'
import { judgeCase } from './judge-case.ts'
import type { EvalCase, Observed, Outcome, Verdict } from './case.ts'

export interface RunOptions {
  /** Asks the service. Rejects when nothing more can be asked; a failure of one question is an `error`. */
  ask (one: EvalCase): Promise<Observed>
  /** Has a language model judge an answer; null when it does not say. Absent: rules alone. */
  judge?: (one: EvalCase, observed: Observed) => Promise<Verdict | null>
  concurrency: number
  signal: AbortSignal
  onProgress? (done: number): void
}

/** Returns the outcomes in the order of the cases. Throws what `ask` throws, or the signal's reason. */
export async function runCases (
  cases: readonly EvalCase[], { ask, judge, concurrency, signal, onProgress = () => {} }: RunOptions
): Promise<Outcome[]> {
  const limit = pLimit(concurrency)
  let done = 0
  const all = cases.map(one => limit(async () => {
    signal.throwIfAborted()
    const observed = await ask(one)
    const outcome = judgeCase(one, observed)
    // A refusal has no claims to judge.
    const isJudged = judge && observed.error === undefined && !observed.refused
    const verdict = isJudged ? await judge(one, observed) : null
    onProgress(++done)
    return verdict ? { ...outcome, verdict } : outcome
  }))
  try {
    return await Promise.all(all)
  } catch (error) {
    limit.clearQueue()
    throw error
  }
}
