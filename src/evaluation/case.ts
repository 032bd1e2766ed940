// The nouns of an evaluation: a question with what is right, what the service did with it, and how that is judged.

/** A question of a set. */
export interface EvalCase {
  /** Unique in its set; the same from run to run, so that two runs can be compared. */
  id: string
  question: string
  /** A right answer contains one of these; none: the words of the answer are not judged. */
  answers: string[]
  /** The documents that answer: `<index>/<id>`, an id, a title or an address; none: judged by `answers` and `context`. */
  sources: string[]
  /** The text that the question was made from, where the set names no documents. */
  context?: string
  /** False: the right answer is that there is none. */
  answerable: boolean
  /** The run fails when this one does (`--fail-on required`). */
  required: boolean
  /** Figures are shown for each group, too. */
  group?: string
}

/** A passage as POST /search returns it. */
export interface RankedPassage {
  id: string
  title: string
  url: string
  /** Its text and facts. */
  text: string
  /** It speaks of another size, number or model than the question. */
  contradicts: boolean
}

/** What the service did with a question. */
export interface Observed {
  answer: string
  /** It said that it does not know. */
  refused: boolean
  answeredBy: string
  /** Positions in `given` of the passages that it cited, ascending. */
  cited: number[]
  /** The passages that it answered from. */
  given: Pick<RankedPassage, 'id' | 'title' | 'url'>[]
  /** The passages in the order of the search, also those that it did not answer from. */
  found: RankedPassage[]
  ms: number
  tokens: number
  /** The error's code and message, when there is no answer. */
  error?: string
}

export const causes = ['failed', 'not_retrieved', 'not_chosen', 'refused', 'contradicted', 'wrong_figure', 'should_refuse'] as const
/** Why a case went wrong. */
export type Cause = typeof causes[number]

/** The verdict of a language model. */
export interface Verdict { faithful: boolean, relevant: boolean }

/** How a case went. A measure that does not apply is null. */
export interface Outcome {
  case: EvalCase
  observed: Observed
  /** It holds an accepted answer, or, where the set has none, cites a right document; for an unanswerable one: it was refused. */
  passed: boolean
  /** The place of the first right passage in the search, from 1; 0 = it is not among them. */
  rank: number | null
  contains: number | null
  exact: number | null
  precision: number | null
  recall: number | null
  f1: number | null
  citationPrecision: number | null
  citationRecall: number | null
  cause: Cause | null
  verdict?: Verdict
}
