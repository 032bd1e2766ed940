// Makes cases of what people say about answers, of curated answers, and of the company's own sets.
import type { CuratedAnswer } from '../curated/store.ts'
import type { EvalCase } from '../evaluation/case.ts'
import type { Feedback } from '../feedback/store.ts'
import { mark, withoutMarks } from '../language/citation-marks.ts'
import { questionLanguage } from '../language/language.ts'
import { normalizeQuestion } from '../language/normalize.ts'
import type { Language } from '../types.ts'

/** A question, and what is known of its right answer. */
export interface LearningCase {
  question: string
  /** Ids of documents or passages that answer, and of those that do not. */
  right: string[]
  wrong: string[]
  /** Texts that a right answer contains. */
  answers: string[]
  /** Whole answers that were liked, and that were not. */
  liked: string[]
  disliked: string[]
  /** False: the right answer is that there is none. Null: unknown. */
  answerable: boolean | null
  from: 'feedback' | 'curated' | 'set' | 'anchor'
}

interface Votes {
  question: string
  passages: Map<string, number>
  answerable: number
  corrections: Set<string>
  answers: Map<string, number>
}

/** The most texts of one kind that a case keeps. */
const maxTexts = 5

/**
 * Returns one case for each question that was rated, whoever asked it: ratings of the same passage are added up, so that one
 * wrong rating among several right ones has no effect.
 */
export function casesOfFeedback (feedback: readonly Feedback[], documents: Language): LearningCase[] {
  const byQuestion = new Map<string, Votes>()
  for (const entry of feedback) {
    const { question, score, correction } = entry
    if (question.trim() === '' || score === 0 || entry.answeredBy === 'smalltalk') continue
    const key = normalizeQuestion(question, questionLanguage(question, documents))
    const votes = byQuestion.get(key) ?? { question, passages: new Map(), answerable: 0, corrections: new Set(), answers: new Map() }
    byQuestion.set(key, votes)
    const right = correction.trim() === '' ? likedWithoutSources(entry) : correction
    if (right !== '') {
      votes.corrections.add(right)
      votes.answerable++
    }
    if (entry.finishReason === 'no_answer') {
      // A refusal that was disliked says nothing by itself: there may be no answer all the same.
      if (score > 0) votes.answerable -= score
      continue
    }
    add(votes.answers, entry.answer, score)
    const id = firstCited(entry)
    if (id !== undefined) add(votes.passages, id, score)
    if (score > 0) votes.answerable += score
  }
  return [...byQuestion.values()].flatMap(({ question, passages, answerable, corrections, answers }): LearningCase[] => {
    const having = (votes: Map<string, number>, isWanted: (sum: number) => boolean) =>
      [...votes].filter(([, sum]) => isWanted(sum)).map(([one]) => one)
    const isUnanswerable = answerable < 0
    const one: LearningCase = {
      question,
      right: isUnanswerable ? [] : having(passages, sum => sum > 0),
      wrong: having(passages, sum => sum < 0),
      answers: isUnanswerable ? [] : [...corrections].slice(0, maxTexts),
      liked: having(answers, sum => sum > 0).slice(0, maxTexts),
      disliked: having(answers, sum => sum < 0).slice(0, maxTexts),
      answerable: answerable === 0 ? null : answerable > 0,
      from: 'feedback',
    }
    const says = one.right.length + one.wrong.length + one.answers.length > 0 || one.answerable !== null
    return says ? [one] : []
  })
}

function add (votes: Map<string, number>, what: string, score: number): void {
  votes.set(what, (votes.get(what) ?? 0) + score)
}

/** Returns the text of a liked answer whose sources are not known, as in imported pairs: it says what is right. */
function likedWithoutSources ({ score, sources, finishReason, answer }: Feedback): string {
  return score > 0 && sources.length === 0 && finishReason !== 'no_answer' ? withoutMarks(answer).trim() : ''
}

/** Returns the id of the source that an answer cites first: a rating is above all about what it begins with. */
function firstCited ({ answer, sources }: Feedback): string | undefined {
  const numbers = [...answer.matchAll(mark)].flatMap(([, list]) => list!.split(/[,;]/).map(Number))
  const n = numbers.find(n => sources[n - 1] !== undefined) ?? 1
  return sources[n - 1]
}

/** Returns a case for each question of a curated answer: its own documents answer it. */
export function casesOfCurated (curated: readonly CuratedAnswer[]): LearningCase[] {
  return curated.filter(({ access }) => access === null).flatMap(({ index, question, variants, documents }) =>
    [question, ...variants].map((text): LearningCase => ({
      question: text, right: documents.map(id => `${index}/${id}`), wrong: [], answers: [], liked: [], disliked: [], answerable: true,
      from: 'curated',
    })))
}

/** Returns the cases of a set. */
export function casesOfSet (cases: readonly Pick<EvalCase, 'question' | 'sources' | 'answers' | 'answerable'>[]): LearningCase[] {
  return cases.map(({ question, sources, answers, answerable }) => ({
    question, right: answerable ? sources : [], wrong: [], answers: answerable ? answers : [], liked: [], disliked: [], answerable,
    from: 'set',
  }))
}

/** Returns the cases without those whose question is among earlier ones: a set says more than curated answers, and these than ratings. */
export function mergeCases (lists: readonly (readonly LearningCase[])[], documents: Language): LearningCase[] {
  const seen = new Map<string, LearningCase>()
  for (const one of lists.flat()) {
    const key = normalizeQuestion(one.question, questionLanguage(one.question, documents))
    if (!seen.has(key)) seen.set(key, one)
  }
  return [...seen.values()]
}
