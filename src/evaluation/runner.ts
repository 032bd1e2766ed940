// Runs evaluations in the service, beside customers' questions: one of a company at a time, and companies take turns.
import { inSlices } from '../async/in-slices.ts'
import { createSlots } from '../async/slots.ts'
import { asCoded, coded } from '../errors.ts'
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

/** Questions asked at once, of all companies: customers come first. */
const concurrency = 2
/** The most companies that run one at the same time, each of which gets its share of the questions. */
const maxRuns = 20
/** The longest a run may take. */
const maxRunMs = 2 * 3600_000
/** Companies whose last run is remembered. */
const maxRemembered = 1000

interface Running { abort: AbortController, ended: Promise<void> }

export function createEvaluationRunner ({ store, onError, maxMs = maxRunMs }: {
  store: Pick<EvaluationStore, 'add'>, onError (error: unknown, company: string): void, maxMs?: number
}): EvaluationRunner {
  const last = new Map<string, RunProgress>()
  const running = new Map<string, Running>()
  const slots = createSlots(concurrency)

  function remember (company: string, progress: RunProgress): void {
    last.delete(company)
    last.set(company, progress)
    if (last.size > maxRemembered) last.delete(last.keys().next().value!)
  }

  function cancel (company: string): boolean {
    const own = running.get(company)
    own?.abort.abort(new Error('Cancelled.'))
    return own !== undefined
  }

  return {
    start (company, about, cases, ask) {
      if (running.has(company)) throw coded('EVALUATION_RUNNING')
      if (running.size >= maxRuns) throw coded('EVALUATION_RUNNING', `This instance runs those of ${maxRuns} companies.`)
      const abort = new AbortController()
      const deadline = AbortSignal.timeout(maxMs)
      const signal = AbortSignal.any([abort.signal, deadline])
      const progress: RunProgress = { set: about.set, state: 'running', done: 0, total: cases.length, startedAt: new Date() }
      remember(company, progress)
      const since = performance.now()
      const work = async () => {
        const outcomes = await runCases(cases, {
          async ask (one) {
            const free = await slots.take(Infinity, signal, company)
            try {
              return await ask(one, signal)
            } finally {
              free?.()
            }
          },
          concurrency, signal, onProgress: done => { progress.done = done },
        })
        const run = { ...about, company, madeAt: progress.startedAt, totalMs: performance.now() - since }
        const id = newRecordId('eval')
        const report = await inSlices(keptSteps(await inSlices(reportSteps(run, outcomes), signal)), signal)
        signal.throwIfAborted()
        await store.add(company, { id, report })
        Object.assign(progress, { state: 'done', id })
      }
      const ended = work().catch(error => {
        if (abort.signal.aborted) {
          if (last.get(company) === progress) last.delete(company)
          return
        }
        const { message } = deadline.aborted ? coded('EVALUATION_TIMEOUT') : asCoded(error)
        Object.assign(progress, { state: 'failed', message })
        onError(error, company)
      }).finally(() => { running.delete(company) })
      running.set(company, { abort, ended })
      return progress
    },
    progressOf: company => last.get(company) ?? null,
    cancel,
    async erase (company) {
      const own = running.get(company)
      cancel(company)
      // What is written after the company was deleted would be found in the next one of that name.
      await own?.ended
      last.delete(company)
      return Number(own !== undefined)
    },
    async close () {
      const all = [...running.values()]
      for (const { abort } of all) abort.abort(new Error('The service is shutting down.'))
      await Promise.all(all.map(({ ended }) => ended))
    },
  }
}
