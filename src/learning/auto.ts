// Starts learning by itself when a company has enough new ratings.
import type { FeedbackStore } from '../feedback/store.ts'
import type { CompanyProfile } from '../types.ts'
import type { Learning } from './run.ts'
import type { LearningStore } from './store.ts'

export interface AutoLearning {
  /** A company was rated. Looks now and then whether that is enough. Never throws. */
  rated (company: string): void
  /** It got many ratings at once: looks now. */
  imported (company: string): void
}

export interface AutoLearningOptions {
  learning: Pick<Learning, 'start' | 'running'>
  store: Pick<LearningStore, 'list'>
  feedback: Pick<FeedbackStore, 'list'>
  profile (company: string): Promise<CompanyProfile | null>
  /** New ratings since the last run that start one. */
  minFeedback: number
  onStarted (company: string, id: string): void
  onError (company: string, error: unknown): void
}

/** The parts of `minFeedback` after each of which it is counted how many there are. */
const parts = 5
const maxCompanies = 10_000

export function createAutoLearning (options: AutoLearningOptions): AutoLearning {
  const { learning, store, feedback, profile, minFeedback, onStarted, onError } = options
  const every = Math.max(1, Math.floor(minFeedback / parts))
  /** Ratings since it was counted. A company that is not in here is counted at once: this process has just begun. */
  const waiting = new Map<string, number>()

  async function check (company: string): Promise<void> {
    const [last] = await store.list(company)
    const filter = last ? { since: last.createdAt + 1 } : {}
    const rated = await feedback.list(company, filter, { limit: minFeedback })
    if (rated.length < minFeedback) return
    // Another company is learning: the next rating looks again.
    if (learning.running()) {
      waiting.delete(company)
      return
    }
    const known = await profile(company)
    if (known && !learning.running()) onStarted(company, learning.start(known, { isDry: false, seed: 1 }).id)
  }

  const look = (company: string) => { check(company).catch(error => onError(company, error)) }

  return {
    imported: look,
    rated (company) {
      const count = (waiting.get(company) ?? every - 1) + 1
      if (waiting.size >= maxCompanies) waiting.clear()
      waiting.set(company, count % every)
      if (count >= every) look(company)
    },
  }
}
