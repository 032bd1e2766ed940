// Runs learning in the background, one company at a time, and keeps what it found.
import { Piscina } from 'piscina'
import type { CuratedStore } from '../curated/store.ts'
import { asCoded, coded } from '../errors.ts'
import type { FeedbackStore, StoredFeedback } from '../feedback/store.ts'
import { newRecordId } from '../ids.ts'
import { pagesOf } from '../slices.ts'
import type { CompanyProfile } from '../types.ts'
import { shippedWeights, type Weights } from '../weights.ts'
import type { Asker } from './ask.ts'
import { casesOfCurated, casesOfFeedback, mergeCases, type LearningCase } from './cases.ts'
import type { FitJob } from './fit-worker.ts'
import { learn, type Anchors } from './learn.ts'
import type { LearningStore, LearnedVersion } from './store.ts'

export interface LearningDeps {
  learning: LearningStore
  /** Null: no feedback is kept. */
  feedback: FeedbackStore | null
  curated: CuratedStore
  openAsker (company: CompanyProfile, signal: AbortSignal): Asker
  openAnchors (signal: AbortSignal): Promise<Anchors>
  /** Called when other weights are in use. */
  onUsed (company: string, version: string | null): void
  onError (company: string, error: unknown): void
}

export interface LearningRun {
  id: string
  company: string
  startedAt: number
  /** Cases that were asked, of about how many. */
  done: number
  total: number
}

export interface Learning {
  /**
   * Starts a run, and returns it. Throws LEARNING_RUNNING while another one is running.
   * @param isDry nothing is put into use, but it can be later
   */
  start (company: CompanyProfile, options: { cases?: readonly LearningCase[], isDry: boolean, seed: number }): LearningRun
  running (): LearningRun | null
  /** Returns why the last run of a company failed; null when it did not. */
  failure (company: string): string | null
  /** Puts an earlier version into use; null = the shipped weights. Throws VERSION_NOT_FOUND. */
  use (company: string, version: string | null): Promise<void>
  /** Ends the run of a company that is being deleted, and forgets how its last one ended. Returns how many runs it ended. */
  erase (company: string): Promise<number>
  /** Resolves when no run is left. */
  settled (): Promise<void>
  close (): Promise<void>
}

/** The newest ratings that are learnt from. */
const maxRatings = 5000
const maxCurated = 500
/** The most questions of a run. */
const maxCases = 1000
const entriesAtOnce = 500
const maxFailures = 100

export function createLearning (deps: LearningDeps): Learning {
  const { learning, feedback, curated, openAsker, openAnchors, onUsed, onError } = deps
  const thread = new Piscina<FitJob, Weights[]>({
    filename: new URL('./fit-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 1000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  const closing = new AbortController()
  const failures = new Map<string, string>()
  let current: { run: LearningRun, abort: AbortController, ended: Promise<void> } | null = null

  async function casesOf (company: CompanyProfile, given: readonly LearningCase[], signal: AbortSignal): Promise<LearningCase[]> {
    const ratings: StoredFeedback[] = []
    if (feedback) {
      for await (const page of pagesOf(entriesAtOnce, page => feedback.list(company.id, {}, page))) {
        ratings.push(...page)
        signal.throwIfAborted()
        if (ratings.length >= maxRatings) break
      }
    }
    const entries = await curated.list(company.id, { after: '', limit: maxCurated })
    const lists = [given, casesOfCurated(entries), casesOfFeedback(ratings, company.language)]
    return mergeCases(lists, company.language).slice(0, maxCases)
  }

  async function work (
    run: LearningRun, company: CompanyProfile, given: readonly LearningCase[], isDry: boolean, seed: number, signal: AbortSignal
  ) {
    const used = await learning.used(company.id)
    const { weights, report, isProven } = await learn({
      own: openAsker(company, signal),
      cases: await casesOf(company, given, signal),
      openAnchors: () => openAnchors(signal),
      current: used?.weights ?? shippedWeights,
      fit: job => thread.run(job, { signal }),
      seed,
      signal,
      onProgress (done, total) {
        Object.assign(run, { done, total: Math.max(done, total) })
      },
    })
    const version: LearnedVersion = { id: run.id, weights, report, isProven, createdAt: Date.now() }
    signal.throwIfAborted()
    await learning.add(company.id, version, isProven && !isDry)
    if (isProven && !isDry) onUsed(company.id, version.id)
  }

  return {
    start (company, { cases = [], isDry, seed }) {
      if (closing.signal.aborted) throw coded('SHUTTING_DOWN')
      if (current) throw coded('LEARNING_RUNNING')
      const id = newRecordId('lrn')
      const run: LearningRun = { id, company: company.id, startedAt: Date.now(), done: 0, total: 0 }
      failures.delete(company.id)
      const abort = new AbortController()
      const signal = AbortSignal.any([closing.signal, abort.signal])
      const ended = work(run, company, cases, isDry, seed, signal).catch(error => {
        if (signal.aborted) return
        if (failures.size >= maxFailures) failures.clear()
        failures.set(company.id, asCoded(error).message)
        onError(company.id, error)
      }).finally(() => { current = null })
      current = { run, abort, ended }
      return run
    },
    running: () => current?.run ?? null,
    failure: company => failures.get(company) ?? null,
    async use (company, version) {
      if (!await learning.use(company, version)) throw coded('VERSION_NOT_FOUND')
      onUsed(company, version)
    },
    async erase (company) {
      const own = current?.run.company === company ? current : null
      own?.abort.abort()
      // What is written after the company was deleted would be put into use in the next one of that name.
      await own?.ended
      failures.delete(company)
      return Number(own !== null)
    },
    settled: async () => { await current?.ended },
    async close () {
      closing.abort()
      await current?.ended
      await thread.destroy()
    },
  }
}
