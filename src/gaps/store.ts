// The port to questions that were not answered well, and to the gaps that they show in a company's documents.

/** Why a question counts: nothing was found, its answer got a thumb down, or the same user asked again in other words. */
export const gapCauses = ['no_answer', 'disliked', 'asked_again'] as const
export type GapCause = typeof gapCauses[number]

/** A question without a good answer. Its text has been masked. */
export interface MissedQuestion {
  answerId: string
  /** A keyed hash of who asked: see src/people.ts. */
  asker: string
  cause: GapCause
  question: string
  language: string
  /** Ms since 1970. */
  at: number
}

/** A question with what it is compared by: its vector (src/gaps/vector.ts), and the model that made it. */
export interface ComparedQuestion extends MissedQuestion { vector: Int8Array, model: string }

/** A question that stands for its gap when others are compared with it; `gap` is empty until it has been sorted. */
export interface Exemplar { n: number, gap: string, vector: Int8Array, model: string }

export const gapStatuses = ['open', 'dismissed', 'published'] as const
export type GapStatus = typeof gapStatuses[number]

/** The FAQ entry that closed a gap, and how many of its questions were answered then. */
export interface Publication {
  index: string
  documents: string[]
  question: string
  answer: string
  at: number
  asked: number
  answered: number
}

export interface Gap {
  id: string
  status: GapStatus
  /** Who looks after it; empty = no one. */
  assignee: string
  publication: Publication | null
  /** Why it was dismissed, masked; empty = it is not, or without a reason. */
  dismissReason: string
  createdAt: number
  changedAt: number
}

/** A question of a gap, with how often it was asked in these words. */
export interface GapExample { question: string, language: string, cause: GapCause, times: number, lastAt: number }

export interface GapSummary extends Gap {
  /** People who asked, each counted once. */
  people: number
  questions: number
  causes: Record<GapCause, number>
  firstAt: number
  lastAt: number
  /** Questions of each of the last days, the oldest first. */
  days: number[]
  /** The most asked questions first. */
  examples: GapExample[]
}

/** What an operator changes; absent = stays. A gap that is no longer dismissed has no reason. */
export interface GapChange { status?: GapStatus, assignee?: string, publication?: Publication | null, dismissReason?: string | undefined }

/** Where sorted questions belong. */
export interface Sorting {
  /** Question numbers and their gaps; a gap that does not exist yet is created. */
  moved: [n: number, gap: string][]
  /** Gaps that became a part of another one: their id leads there from now on. */
  merged: [from: string, into: string][]
}

export interface GapFilter { status?: GapStatus | undefined, assignee?: string | undefined }

export interface GapStore {
  /** Stores questions, each once for an answer and asker. Returns how many were new. */
  add (company: string, questions: readonly ComparedQuestion[]): Promise<number>
  /** Returns the questions that are not sorted yet, and some of each gap, the newest. */
  exemplars (company: string): Promise<{ questions: Exemplar[], fixed: string[] }>
  sort (company: string, sorting: Sorting): Promise<void>
  /** Returns gaps, those that most people asked about first. */
  list (company: string, filter: GapFilter, page: { offset: number, limit: number }): Promise<GapSummary[]>
  /** Follows a merged gap's id to the gap that it became a part of. @param examples the most examples */
  get (company: string, id: string, examples: number): Promise<GapSummary | null>
  /** Returns the ids of the answers of a gap, the newest first. */
  answers (company: string, id: string, limit: number): Promise<string[]>
  /** Returns false when there is no such gap. */
  change (company: string, id: string, change: GapChange): Promise<boolean>
  /** Makes one gap a part of another one. Returns false when one of them does not exist, or is a part of another one already. */
  merge (company: string, from: string, into: string): Promise<boolean>
  /** Removes a question whose thumb down was taken back. */
  withdraw (company: string, answerId: string, asker: string): Promise<void>
  /** Returns all questions of a person, the newest first. */
  questionsOf (company: string, asker: string): Promise<{ question: string, cause: GapCause, askedAt: number }[]>
  /** Removes all questions of a person. Returns how many there were. */
  forgetUser (company: string, asker: string): Promise<number>
  close (): Promise<void>
}

export interface GapLimits {
  /** How long a question is stored. */
  ttlMs: number
  /** The most questions of a company; beyond it the oldest are deleted. */
  maxQuestions?: number
  /** The most of one asker, who cannot push out those of others. */
  maxOfOne?: number
  onError (error: unknown): void
  now? (): number
}

/** Days that a trend covers. */
export const trendDays = 14
/** Questions that stand for a gap in comparisons, and those of all gaps together. */
export const exemplarsOfGap = 8
export const maxExemplars = 1000
/** Examples of each gap in a list. */
export const listedExamples = 3
