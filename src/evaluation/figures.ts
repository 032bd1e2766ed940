// Sums up the outcomes of an evaluation: each figure with its interval.
import { atOnce, type Steps } from '../async/in-slices.ts'
import { causes, type Cause, type Outcome } from './case.ts'
import { intervalOf } from './intervals.ts'

interface Measure {
  title: string
  /** How much of the figure a case has, 0 to 1; null: the figure is not about it. */
  of (outcome: Outcome): number | null
  isLowerBetter?: true
}

const atMost = (rank: number | null, k: number) => rank === null ? null : Number(rank > 0 && rank <= k)
const refused = ({ observed }: Outcome) => observed.error === undefined ? Number(observed.refused) : null

/** Every figure, by the name that `--fail-on` knows. */
export const measures = {
  passed: { title: 'cases passed', of: ({ passed }) => Number(passed) },
  recall_1: { title: 'right source first', of: ({ rank }) => atMost(rank, 1) },
  recall: { title: 'right source among five', of: ({ rank }) => atMost(rank, 5) },
  recall_10: { title: 'right source among ten', of: ({ rank }) => atMost(rank, 10) },
  mrr: { title: 'mean reciprocal rank of sources', of: ({ rank }) => rank === null ? null : rank === 0 ? 0 : 1 / rank },
  right: { title: 'answer holds an accepted one', of: ({ contains }) => contains },
  exact: { title: 'answer is an accepted one, exactly', of: ({ exact }) => exact },
  precision: { title: 'precision of words', of: ({ precision }) => precision },
  word_recall: { title: 'recall of words', of: ({ recall }) => recall },
  f1: { title: 'F1 of words', of: ({ f1 }) => f1 },
  citation_precision: { title: 'citations of a right source', of: ({ citationPrecision }) => citationPrecision },
  citation_recall: { title: 'answers that cite a right source', of: ({ citationRecall }) => citationRecall },
  wrongly_refused: { title: 'answerable, refused', of: one => one.case.answerable ? refused(one) : null, isLowerBetter: true },
  rightly_refused: { title: 'unanswerable, refused', of: one => one.case.answerable ? null : refused(one) },
  faithful: { title: 'judge: faithful to its sources', of: ({ verdict }) => verdict ? Number(verdict.faithful) : null },
  relevant: { title: 'judge: answers the question', of: ({ verdict }) => verdict ? Number(verdict.relevant) : null },
} satisfies Record<string, Measure>

export type FigureName = keyof typeof measures
export const figureNames = Object.keys(measures) as FigureName[]

export interface Figure {
  name: FigureName
  title: string
  value: number
  low: number
  high: number
  n: number
  isLowerBetter: boolean
}

export function isLowerBetter (name: FigureName): boolean {
  return 'isLowerBetter' in measures[name]
}

/** Writes a share for people. */
export function percent (share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** Returns the figures that any case has. */
export function figuresOf (outcomes: readonly Outcome[]): Figure[] {
  return atOnce(figureSteps(outcomes))
}

/** Works them out one in each step: an interval takes a thousand draws of each case. */
export function * figureSteps (outcomes: readonly Outcome[]): Steps<Figure[]> {
  const figures: Figure[] = []
  for (const name of figureNames) {
    const values = outcomes.flatMap(outcome => measures[name].of(outcome) ?? [])
    if (values.length === 0) continue
    const [low, high] = intervalOf(values)
    const value = values.reduce((sum, one) => sum + one, 0) / values.length
    const { title } = measures[name]
    figures.push({ name, title, value, low, high, n: values.length, isLowerBetter: isLowerBetter(name) })
    yield
  }
  return figures
}

/** Returns how many cases failed by each cause, the most frequent first. */
export function causesOf (outcomes: readonly Outcome[]): { cause: Cause, n: number }[] {
  return causes.map(cause => ({ cause, n: outcomes.filter(one => one.cause === cause).length })).filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
}

/** Names of the causes for people, and what would mend each. */
export const aboutCauses: Record<Cause, { title: string, advice: string }> = {
  failed: { title: 'no answer came', advice: 'Look at the error; the questions can be asked again with the same set.' },
  not_retrieved: {
    title: 'the right passage was not found',
    advice:
      'Write the words that customers use into the document or an FAQ entry; check that the document is in an index that is searched.',
  },
  not_chosen: {
    title: 'the right passage was there, and the answer says something else',
    advice: 'Say it in one sentence with its subject, or as an FAQ entry; a language model reads what the extractive model cannot quote.',
  },
  refused: {
    title: 'the right passage was there, and the answer was refused',
    advice: 'Add an FAQ entry in the words of the question; with a language model the floor is lower.',
  },
  contradicted: {
    title: 'the right passage was taken for one about another size or number',
    advice: 'Write the numbers with their units, and which of several sizes a passage is about.',
  },
  wrong_figure: {
    title: 'the answer has another figure',
    advice: 'Put each figure beside its label, or into a table with a header; old prices in other documents compete: remove them.',
  },
  should_refuse: {
    title: 'there is no answer, and one was given',
    advice: 'Say in the documents what is not offered; a language model that reads the passages refuses more of these.',
  },
}
