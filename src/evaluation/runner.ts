// Runs an evaluation in the service, one at a time: beside customers' questions, until it ends or is cancelled.
import { inSlices } from '../async/in-slices.ts'
import { coded } from '../errors.ts'
import { newRecordId } from '../ids.ts'
import type { EvalCase, Observed } from './case.ts'
import { keptSteps } from './kept-report.ts'
import { reportSteps, type Run } from './report.ts'
import { runCases } from './run.ts'
import type { EvaluationStore } from './store.ts'

export interface RunProgress {
  set: string
  state: 'running' | 'done' | 'failed'
  done: number
  total: number
  startedAt: Date
  /** The run in the history, once it is done. */
  id?: string
  /** Why it failed. */
  message?: string
}

export interface EvaluationRunner {
  /** Starts a run; `ask` gets a signal that ends with it. Throws EVALUATION_RUNNING. */
  start (
    company: string, about: Pick<Run, 'set' | 'service' | 'model'>, cases: readonly EvalCase[],
    ask: (one: EvalCase, signal: AbortSignal) => Promise<Observed>,
  ): RunProgress
  /** Returns the last run of a company that was begun here. */
  progressOf (company: string): RunProgress | null
  /** Stops the run of a company. Returns false when there is none. */
  cancel (company: string): boolean
  /** Ends the run of a company that is being deleted, and forgets its last one. Returns how many runs it ended. */
  erase (company: string): Promise<number>
  /** Stops what is running; resolves when it has ended. */
  close (): Promise<void>
}

/** Questions asked at once: customers come first. */
const concurrency = 2
/** Companies whose last run is remembered. */
const maxRemembered = 1000

export function createEvaluationRunner ({ store, onError }: {
  store: Pick<EvaluationStore, 'add'>, onError (error: unknown, company: string): void
}): EvaluationRunner {
  const last = new Map<string, RunProgress>()
  let running: { company: string, abort: AbortController, ended: Promise<void> } | null = null

  function remember (company: string, progress: RunProgress): void {
    last.delete(company)
    last.set(company, progress)
    if (last.size > maxRemembered) last.delete(last.keys().next().value!)
  }

  function cancel (company: string): boolean {
    if (running?.company !== company) return false
    running.abort.abort(new Error('Cancelled.'))
    return true
  }

  return {
    start (company, about, cases, ask) {
      if (running) throw coded('EVALUATION_RUNNING')
      const abort = new AbortController()
      const progress: RunProgress = { set: about.set, state: 'running', done: 0, total: cases.length, startedAt: new Date() }
      remember(company, progress)
      const since = performance.now()
      const work = async () => {
        const outcomes = await runCases(cases, {
          ask: one => ask(one, abort.signal), concurrency, signal: abort.signal, onProgress: done => { progress.done = done },
        })
        const run = { ...about, company, madeAt: progress.startedAt, totalMs: performance.now() - since }
        const id = newRecordId('eval')
        const report = await inSlices(keptSteps(await inSlices(reportSteps(run, outcomes), abort.signal)), abort.signal)
        abort.signal.throwIfAborted()
        await store.add(company, { id, report })
        Object.assign(progress, { state: 'done', id })
      }
      const ended = work().catch(error => {
        if (abort.signal.aborted) {
          if (last.get(company) === progress) last.delete(company)
          return
        }
        Object.assign(progress, { state: 'failed', message: (error as Error).message })
        onError(error, company)
      }).finally(() => { running = null })
      running = { company, abort, ended }
      return progress
    },
    progressOf: company => last.get(company) ?? null,
    cancel,
    async erase (company) {
      const wasRunning = cancel(company)
      // What is written after the company was deleted would be found in the next one of that name.
      if (wasRunning) await running?.ended
      last.delete(company)
      return Number(wasRunning)
    },
    async close () {
      running?.abort.abort(new Error('The service is shutting down.'))
      await running?.ended
    },
  }
}
