// What each kind of text is compressed by.
import type { Language } from '../types.ts'
import type { Asked } from './question.ts'

export interface Task {
  mode: 'adaptive' | 'aggressive' | 'conservative'
  /** The question that the text is to answer; null for stored material. */
  asked: Asked | null
  /** Characters at most; Infinity without a bound. */
  budget: number
  language: Language
}

/** Never throws. The result may be longer than the text or the budget: compress.ts sees to that. */
export type Compressor = (text: string, task: Task) => string
