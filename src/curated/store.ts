// The port to curated answers: FAQ entries that a person wrote or corrected, and how they do.

/** A document that a corrected answer rested on, and when it had last been written. */
export interface CuratedSource { id: string, updatedAt: number }

export interface CuratedAnswer {
  id: string
  index: string
  question: string
  /** Other words for the question. */
  variants: string[]
  answer: string
  url: string
  /** The groups and users that it is for; null = everyone. */
  access: string[] | null
  /** What the answer that was corrected rested on. */
  sources: CuratedSource[]
  /** The documents of the entry, in its index. */
  documents: string[]
  /** The gap that it closes; empty = none. */
  gap: string
  createdAt: number
  changedAt: number
}

export interface StoredCurated extends CuratedAnswer {
  /** Answers that cited it. */
  hits: number
  /** 0 = never. */
  lastHitAt: number
}

export interface CuratedStore {
  /** Adds or replaces an answer; its hits stay. */
  put (company: string, curated: CuratedAnswer): Promise<void>
  get (company: string, id: string): Promise<StoredCurated | null>
  /** Returns answers in the order of their ids, those after `after`. */
  list (company: string, page: { after: string, limit: number }): Promise<StoredCurated[]>
  /** Returns false when there is no such answer. */
  remove (company: string, id: string): Promise<boolean>
  /** Adds to the hits of answers. Others are passed over. */
  addHits (company: string, hits: [id: string, times: number][], at: number): Promise<void>
}
