// Combines keyword scores and similarities into one order, the same for every engine.
import type { Query } from '../language/analyze.ts'
import { similarityScale } from '../similarity-scale.ts'
import type { QueryTerm } from '../types.ts'
import { isAcrossLanguages, weightAcrossLanguages } from './across-languages.ts'

/** A candidate's number and its score. */
export type Scored = [candidate: number, score: number]

/** The weight of a title's BM25 relative to the text's. */
export const titleWeight = 1.5
/** The most that matching n-grams add to a candidate, as a share of its BM25: higher values lost on most sets. */
export const ngramBonus = 0.1
/** How many words may be between those of an n-gram: "lot de 300 couches" contains "lot 300 couches". */
export const ngramGap = 3

const none: ReadonlySet<number> = new Set()

/**
 * Returns the weight of the similarity against the keyword score.
 * @param isRespelled the question was embedded as the documents spell it
 * @param own the company's own offset
 */
export function vectorWeight (
  { asked, language }: Query, terms: readonly QueryTerm[], titled: boolean, model: string, isRespelled = false, own = 0
): number {
  if (isAcrossLanguages(asked, language, terms)) return weightAcrossLanguages
  const isMisspelt = terms.some(({ corrections, respelled }) => corrections.length > 0 && !(isRespelled && respelled !== undefined))
  const shipped = similarityScale(model).weight(language, titled, isMisspelt)
  return own === 0 ? shipped : Math.max(0, Math.min(1, shipped + own))
}

/**
 * Similarities closer together than this (on the common scale) hardly differ: the weakest of a small index must not count as
 * unlike.
 */
const leastSpread = 0.2

/** Orders numbers, the highest first. Their difference would be a new number in memory for each comparison. */
export function descending (a: number, b: number): number {
  return a > b ? -1 : a < b ? 1 : 0
}

/** Returns the score of a candidate; undefined where it is not in the list. */
export function scoreOf (list: readonly Scored[], candidate: number): number | undefined {
  return list.find(([other]) => other === candidate)?.[1]
}

/** Divides the scores of a list by the highest one: the weakest hit keeps its share. Without a score above 0, all are 0. */
export function ofHighest (list: readonly Scored[]): (score: number) => number {
  let high = 0
  for (let i = 0; i < list.length; i++) if (list[i]![1] > high) high = list[i]![1]
  return score => high > 0 ? Math.max(0, score) / high : 0
}

/**
 * Scales the similarities of a list to 0…1: the highest is 1, and 0 is as far below it as the lowest, or a little further when all
 * are alike.
 */
export function spread (list: readonly Scored[]): (score: number) => number {
  let high = -Infinity
  let low = Infinity
  for (let i = 0; i < list.length; i++) {
    const score = list[i]![1]
    if (score > high) high = score
    if (score < low) low = score
  }
  const width = Math.max(high - low, leastSpread)
  return score => 1 - (high - score) / width
}

/**
 * Computes `(1 - weight) × keyword + weight × similarity`, each scaled over its own list; a candidate missing from a list
 * scores 0 there. Best first; equal scores keep the order of the keyword list.
 * @param exact candidates that hold a code of the question: they come before all others
 * @param unembedded candidates whose vectors are still to be made: their words count for their similarity
 * @param prior is added to a candidate's score
 */
export function fuse (
  keyword: readonly Scored[], similar: readonly Scored[], weight: number, exact: ReadonlySet<number> = none,
  unembedded: ReadonlySet<number> = none, prior: ((candidate: number) => number) | null = null
): Scored[] {
  const sums = new Map<number, Scored>()
  const share = similar.length === 0 ? 1 : 1 - weight
  const scored: Scored[] = []
  const add = (candidate: number, score: number) => {
    const one: Scored = [candidate, score]
    sums.set(candidate, one)
    scored.push(one)
  }
  const byWords = ofHighest(keyword)
  // By their positions: taking pairs apart in a loop makes several objects of each until the loop has become machine code.
  for (let i = 0; i < keyword.length; i++) {
    const candidate = keyword[i]![0]
    const own = byWords(keyword[i]![1])
    add(candidate, unembedded.has(candidate) ? own : share * own)
  }
  const bySimilarity = spread(similar)
  for (let i = 0; i < similar.length; i++) {
    const candidate = similar[i]![0]
    const gained = weight * bySimilarity(similar[i]![1])
    const sum = sums.get(candidate)
    if (sum) sum[1] += gained
    else add(candidate, gained)
  }
  if (prior) for (const one of scored) one[1] += prior(one[0])
  if (exact.size > 0 && scored.some(([candidate]) => exact.has(candidate))) {
    for (const one of scored) one[1] = (one[1] + (exact.has(one[0]) ? 1 : 0)) / 2
  }
  scored.sort((a, b) => descending(a[1], b[1]))
  if (prior) for (const one of scored) one[1] = Math.max(0, Math.min(1, one[1]))
  return scored
}

/** Computes `ln(1 + (N - n + 0.5) / (n + 0.5))`, the inverse document frequency as in Robertson & Zaragoza, BM25 (2009), kept above 0. */
export function inverseDocumentFrequency (total: number, holding: number): number {
  const n = Math.min(holding, total)
  return Math.log(1 + (total - n + 0.5) / (n + 0.5))
}
