// The port to what companies have learnt: versions of their own weights, and the one that is in use.
import type { Weights } from '../weights.ts'
import type { LearningReport } from './report.ts'

export interface LearnedVersion {
  /** `lrn_…`. */
  id: string
  weights: Weights
  report: LearningReport
  /** It was better on the company's held-out cases and no worse on the anchors: it may be used. */
  isProven: boolean
  /** Ms since 1970. */
  createdAt: number
}

export interface StoredVersion extends LearnedVersion {
  isUsed: boolean
  /** The version that was in use before this one; null = the shipped weights. */
  replaced: string | null
}

/** The most versions of a company that are kept, beside the one in use. */
export const maxVersions = 50

/** Throws LEARNING_UNAVAILABLE from every method. */
export interface LearningStore {
  /** Adds a version, and puts it into use when `use` is set: both or neither. Versions beyond `maxVersions` are deleted. */
  add (company: string, version: LearnedVersion, use: boolean): Promise<void>
  /** Returns the newest first. */
  list (company: string): Promise<StoredVersion[]>
  /** Returns the version in use; null = the shipped weights. */
  used (company: string): Promise<Pick<LearnedVersion, 'id' | 'weights'> | null>
  /** Puts a version into use, or the shipped weights (null). Returns false when there is no such version that is proven. */
  use (company: string, id: string | null): Promise<boolean>
  /** Returns the ids of the versions in use, of those companies that use one; absent where no other process can change it. */
  usedBy? (companies: readonly string[], signal?: AbortSignal): Promise<Map<string, string>>
}
