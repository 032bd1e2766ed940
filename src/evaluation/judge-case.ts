// Judges what the service did with a question, by rules.
import { comparable, holdsAnswer, numbersIn, overlapWith, withoutMarks, wordsOf } from './compare-texts.ts'
import type { Cause, EvalCase, Observed, Outcome, RankedPassage } from './case.ts'

/** A passage is of the text that a question was made from when this share of its words is in it. */
const leastShared = 0.6

export function judgeCase (one: EvalCase, observed: Observed): Outcome {
  const isRight = rightPassage(one)
  const isJudgedByPassage = one.answerable && isRight !== null && observed.error === undefined
  const rank = isJudgedByPassage ? observed.found.findIndex(isRight) + 1 : null
  const answered = !observed.refused && observed.error === undefined
  const isRead = one.answerable && one.answers.length > 0
  const overlap = isRead ? answered ? overlapWith(observed.answer, one.answers) : { exact: 0, precision: 0, recall: 0, f1: 0 } : null
  const contains = isRead ? Number(answered && holdsAnswer(withoutMarks(observed.answer), one.answers)) : null
  const cited = observed.cited.map(i => observed.given[i]!)
  // A passage that is cited was found: it has its text there.
  const whole = (passage: typeof cited[number]) => observed.found.find(({ id }) => id === passage.id) ?? { ...passage, text: '' }
  const rightCited = isRight && cited.filter(passage => isRight(whole(passage)))
  const outcome: Omit<Outcome, 'passed' | 'cause'> = {
    case: one,
    observed,
    rank,
    contains,
    exact: overlap && overlap.exact,
    precision: overlap && overlap.precision,
    recall: overlap && overlap.recall,
    f1: overlap && overlap.f1,
    citationPrecision: isJudgedByPassage && cited.length > 0 ? rightCited!.length / cited.length : null,
    citationRecall: isJudgedByPassage ? Number(rightCited!.length > 0) : null,
  }
  const passed = observed.error === undefined && hasPassed(one, outcome, answered)
  return { ...outcome, passed, cause: passed ? null : causeOf(outcome, isRight) }
}

function hasPassed (one: EvalCase, { contains, citationRecall }: Pick<Outcome, 'contains' | 'citationRecall'>, answered: boolean): boolean {
  if (!one.answerable) return !answered
  return answered && (contains ?? citationRecall ?? 1) === 1
}

type Seen = Pick<RankedPassage, 'id' | 'title' | 'url' | 'text'>

/** Returns what tells the passages that answer; null where a set does not say enough. */
function rightPassage ({ sources, answers, context }: EvalCase): ((passage: Seen) => boolean) | null {
  if (sources.length > 0) return passage => sources.some(source => isSource(passage, source))
  if (answers.length === 0) return null
  const words = context === undefined ? null : new Set(wordsOf(context))
  return ({ title, text }) => {
    if (!holdsAnswer(`${title}\n${text}`, answers)) return false
    if (!words) return true
    const own = wordsOf(text)
    return own.filter(word => words.has(word)).length >= leastShared * own.length
  }
}

/** Tells if an id is a document's, or that of one of its chunks or rows. */
export function isWithin (id: string, document: string): boolean {
  return id === document || id.startsWith(`${document}/`) || id.startsWith(`${document}#`)
}

/** Tells if a passage is of a document: by its id, with or without the index, whose chunks and rows count as it; by title; by address. */
function isSource ({ id, title, url }: Pick<Seen, 'id' | 'title' | 'url'>, source: string): boolean {
  if (isWithin(id, source) || isWithin(id.slice(id.indexOf('/') + 1), source)) return true
  return comparable(title) === comparable(source) || (url !== '' && url === source)
}

function causeOf (
  { case: one, observed, rank }: Pick<Outcome, 'case' | 'observed' | 'rank'>, isRight: ((passage: Seen) => boolean) | null
): Cause {
  if (observed.error !== undefined) return 'failed'
  if (!one.answerable) return 'should_refuse'
  if (rank === 0) return 'not_retrieved'
  const right = isRight ? observed.found.find(isRight) : undefined
  if (observed.refused) return right?.contradicts ? 'contradicted' : 'refused'
  const isGiven = right === undefined || observed.given.some(({ id }) => id === right.id)
  if (!isGiven) return 'not_retrieved'
  return hasOtherFigure(observed.answer, one.answers) ? 'wrong_figure' : 'not_chosen'
}

/** Tells if figures are asked for and the answer has other ones. */
function hasOtherFigure (answer: string, accepted: readonly string[]): boolean {
  const said = numbersIn(answer)
  const right = accepted.map(numbersIn).filter(({ size }) => size > 0)
  return said.size > 0 && right.length > 0 && right.every(numbers => [...numbers].some(number => !said.has(number)))
}
