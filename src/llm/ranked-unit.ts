// What is known of a sentence or fact that may answer a question.
import type { AnswerUnit } from '../language/sentences.ts'
import type { ModelRequest } from './model.ts'

/** The features of an answer unit. Every share is of the question's weight (the sum of its words' IDF). */
export interface UnitFeatures {
  /** Score of the passage; 1 if it is the first. */
  score: number
  first: number
  /** Shares in the passage, its title, and the unit. */
  passage: number
  title: number
  unit: number
  /** Share in the unit but not in the title; the same for words of one family. */
  beyondTitle: number
  family: number
  /** Share in the sentence before it: an answer often follows the sentence that names its subject. */
  before: number
  /** It holds a fact of the type asked for; it is a fact whose label is asked for; it is the price, or called after the type. */
  type: number
  label: number
  price: number
  /** Shares of the question's numbers that the passage fits, and that the unit fits or has a limit for. */
  fits: number
  meets: number
  /** First sentence of a passage whose title is a question. */
  reply: number
  /** Of a passage whose title is a question: the share of that question's topic words that the one asked lacks. */
  astray: number
  /** By how much the passage's similarity is below the best one's: 0 or less; 0 without vectors. */
  near: number
  isTitle: number
  isFact: number
}

/** `passage` is its passage's position. */
export type RankedUnit = AnswerUnit & { passage: number, features: UnitFeatures, score: number }

/** What an answer is quoted from. `weights` are offsets from `unitWeights`, and what is added to the similarities of an index. */
export type Grounding = Pick<ModelRequest, 'question' | 'language' | 'documentsLanguage' | 'terms' | 'passages' | 'weights'>
