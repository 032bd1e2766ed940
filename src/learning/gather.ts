// Reads from the shipped weights' results what each weight would change for a case: what the fit needs.
import { comparable, holdsAnswer, withoutMarks, wordsOf } from '../evaluation/compare-texts.ts'
import { isWithin } from '../evaluation/judge-case.ts'
import { factLines } from '../language/passage-lines.ts'
import { rankUnits, type UnitFeatures } from '../llm/extractive.ts'
import { evidenceScore, passageEvidence } from '../search/evidence.ts'
import type { FoundPassage } from '../types.ts'
import { shippedWeights } from '../weights.ts'
import type { Asker, Found } from './ask.ts'
import type { LearningCase } from './cases.ts'

/** Weights of the ranking that are the same for every index. */
export const rankingNames = ['similarity', 'title', 'ngram'] as const
type RankingName = typeof rankingNames[number]

/** The features of sentences and facts whose weights are learnt: how a company writes. Which passage they are from is the ranking's. */
export const unitNames = ['title', 'beyondTitle', 'family', 'before', 'type', 'isFact'] as const satisfies (keyof UnitFeatures)[]

/** How far each weight is moved, to see what it changes. */
const shifts: Record<RankingName, number> = { similarity: 0.1, title: 0.3, ngram: 0.3 }

export interface Candidate {
  index: string
  /** By the shipped weights. */
  score: number
  /** By how much the score rises for each 1 of a weight. */
  slopes: Record<RankingName, number>
  mark: 'right' | 'wrong' | null
}

/** What the fit reads of a case. */
export interface Gathered {
  candidates: Candidate[]
  /** The strongest evidence that it can be answered; null where the floor does not decide by it. */
  evidence: number | null
  /** Null: unknown, or nothing right is among the candidates. */
  answerable: boolean | null
  units: { score: number, features: number[], isGood: boolean }[]
}

/** A case that was resolved: where only a text is known, the passage that holds it is the right one. */
export interface GatheredCase { case: LearningCase, gathered: Gathered }

const depth = 50
const maxCandidates = 30
const maxUnits = 30
/** The least share of a correction's words that the passage it was taken from holds. */
const leastHeld = 0.6

/** Searches a case's question by the shipped weights, and by each of them moved a little. */
export async function gatherCase (asker: Asker, one: LearningCase): Promise<GatheredCase> {
  const found = await asker.find(one.question, shippedWeights, depth)
  const { passages } = found.result
  const resolved = resolve(one, passages)
  const shifted = new Map<RankingName, Map<string, number>>()
  for (const name of rankingNames) {
    const { result } = await asker.find(one.question, { ...shippedWeights, [name]: shifts[name] }, depth)
    shifted.set(name, new Map(result.passages.map(({ id, score }) => [id, score])))
  }
  const candidates = passages.map((passage, i): Candidate & { isKept: boolean } => {
    const { id, index, score } = passage
    const slope = (name: RankingName) => ((shifted.get(name)!.get(id) ?? score) - score) / shifts[name]
    const mark = isAmong(id, resolved.right) ? 'right' : isAmong(id, resolved.wrong) ? 'wrong' : null
    return {
      index, score, slopes: { similarity: slope('similarity'), title: slope('title'), ngram: slope('ngram') }, mark,
      isKept: i < maxCandidates || mark !== null,
    }
  })
  return {
    case: resolved,
    gathered: {
      candidates: candidates.filter(({ isKept }) => isKept).map(({ isKept, ...candidate }) => candidate),
      evidence: evidenceOf(asker, found),
      // Where the passage that answered is gone, the evidence is that of others.
      answerable: resolved.answerable && resolved.right.length > 0 && !candidates.some(({ mark }) => mark === 'right')
        ? null
        : resolved.answerable,
      units: unitsOf(asker, found, resolved),
    },
  }
}

/** Tells whether a passage is one of some documents or passages. */
export function isAmong (id: string, documents: readonly string[]): boolean {
  return documents.some(one => isWithin(id, one) || isWithin(id.slice(id.indexOf('/') + 1), one))
}

/** Finds the passages that hold the texts of a right answer, where no document is named. */
function resolve (one: LearningCase, passages: readonly FoundPassage[]): LearningCase {
  if (one.answers.length === 0 || (one.from !== 'feedback' && one.right.length > 0)) return one
  const held = passages.filter(passage => holdsAnswer(textOf(passage), one.answers)).map(({ id }) => id)
  const right = held.length > 0 ? held : nearest(one.answers, passages)
  // What a person wrote says more than what was liked, or not.
  return { ...one, right: right.length > 0 ? right : one.right, wrong: one.wrong.filter(id => !right.includes(id)) }
}

function nearest (answers: readonly string[], passages: readonly FoundPassage[]): string[] {
  const wanted = answers.map(answer => [...new Set(wordsOf(answer))]).filter(words => words.length > 0)
  let best = { share: leastHeld, id: '' }
  for (const passage of passages) {
    const own = new Set(wordsOf(textOf(passage)))
    for (const words of wanted) {
      const share = words.filter(word => own.has(word)).length / words.length
      if (share > best.share) best = { share, id: passage.id }
    }
  }
  return best.id === '' ? [] : [best.id]
}

function textOf ({ title, text, fields }: FoundPassage): string {
  return `${title}\n${text}\n${factLines(fields)}`
}

function evidenceOf (asker: Asker, found: Found): number | null {
  const { language, core } = found
  // In another language, or about a code, something else decides.
  if (language !== asker.company.language || found.result.passages.length === 0) return null
  const result = { ...found.result, passages: asker.grounding(found).passages }
  return Math.max(...passageEvidence(core, language, asker.company.language, result).map(evidenceScore))
}

function unitsOf (asker: Asker, found: Found, { right, answers, liked, disliked }: LearningCase): Gathered['units'] {
  const grounding = asker.grounding(found)
  const holds = (texts: readonly string[], text: string) => texts.some(one => comparable(withoutMarks(one)).includes(comparable(text)))
  return rankUnits(grounding).filter(({ kind }) => kind !== 'title').slice(0, maxUnits).map(({ text, passage, score, features }) => {
    const { id } = grounding.passages[passage]!
    const isRight = right.length === 0 || isAmong(id, right)
    const isGood = answers.length > 0
      ? isRight && (holdsAnswer(text, answers) || holds(answers, text))
      : liked.length > 0 ? isRight && holds(liked, text) : disliked.length > 0 && !holds(disliked, text)
    return { score, features: unitNames.map(name => features[name]), isGood }
  })
}
