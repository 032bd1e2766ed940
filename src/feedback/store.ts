// The port to stored feedback.

/** How a rating is meant: −1 to 1, 0 to 5, or 0 to 1. */
export const scales = ['thumbs', 'stars', 'unit'] as const
export type Scale = typeof scales[number]

/** A rated answer. Every text in it has been masked. */
export interface Feedback {
  /** The answer's id; a hash of its content for an imported pair. */
  answerId: string
  /** A keyed hash of who rated (src/people.ts): each has one rating of an answer. */
  rater: string
  rating: number
  scale: Scale
  /** The rating from −1 to 1, whatever its scale. */
  score: number
  reasons: string[]
  comment: string
  /** What the answer should have been. */
  correction: string
  question: string
  answer: string
  /** The ids of the answer's sources: `<index>/<document id>`. */
  sources: string[]
  /** Empty for an imported pair, as far as it does not say. */
  finishReason: string
  answeredBy: string
  model: string
  profileVersion: string
  indexVersion: string
}

export interface StoredFeedback extends Feedback {
  /** Ascending in the order of the first rating; the position in lists. */
  n: number
  /** Ms since 1970. */
  createdAt: number
  updatedAt: number
}

export interface FeedbackFilter {
  /** The sign of the score. */
  rating?: 'up' | 'down' | 'neutral' | undefined
  reason?: string | undefined
  answerId?: string | undefined
  rater?: string | undefined
  /** Last changed at this time or later, in ms since 1970. */
  since?: number | undefined
  /** Last changed before this time. */
  until?: number | undefined
}

export interface FeedbackStore {
  /** Stores feedback, each in the place of what the same rater said about the same answer. Returns how many were new. */
  put (company: string, feedback: readonly Feedback[]): Promise<number>
  /** Returns the newest first, of those before number `before`. */
  list (company: string, filter: FeedbackFilter, page: { before?: number | undefined, limit: number }): Promise<StoredFeedback[]>
  /** Deletes all feedback of a company, or that of one rater. Returns how many entries. */
  erase (company: string, rater: string | null): Promise<number>
  close (): Promise<void>
}

export interface FeedbackLimits {
  /** How long feedback is stored after its last change. */
  ttlMs: number
  /** The most of one company; beyond it the oldest is deleted. */
  maxEntries?: number
  onError (error: unknown): void
  now? (): number
}
