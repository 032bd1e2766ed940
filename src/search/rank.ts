// Combines keyword scores and similarities into one order, the same for every engine.
import type { Query } from '../language/analyze.ts'
import { similarityScale } from '../similarity-scale.ts'
import type { QueryTerm } from '../types.ts'
import { isAcrossLanguages, weightAcrossLanguages } from './across-languages.ts'

/** A candidate's number and its score. */
export type Scored = [candidate: number, score: number]

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

/** Divides the scores by the highest one: the weakest hit keeps its share. Without a score above 0, all are 0. */
export function ofHighest (list: Scored[]): Map<number, number> {
  const high = Math.max(0, ...list.map(([, score]) => score))
  return new Map(list.map(([candidate, score]) => [candidate, high > 0 ? Math.max(0, score) / high : 0]))
}

/** Scales similarities to 0…1: the highest is 1, and 0 is as far below it as the lowest, or a little further when all are alike. */
export function spread (list: Scored[]): Map<number, number> {
  const scores = list.map(([, score]) => score)
  const high = Math.max(...scores)
  const width = Math.max(high - Math.min(...scores), leastSpread)
  return new Map(list.map(([candidate, score]) => [candidate, 1 - (high - score) / width]))
}

/**
 * Computes `(1 - weight) × keyword + weight × similarity`, each scaled over its own list; a candidate missing from a list
 * scores 0 there. Best first; equal scores keep the order of the keyword list.
 * @param exact candidates that hold a code of the question: they come before all others
 * @param unembedded candidates whose vectors are still to be made: their words count for their similarity
 * @param prior is added to a candidate's score
 */
export function fuse (
  keyword: Scored[], similar: Scored[], weight: number, exact: ReadonlySet<number> = none, unembedded: ReadonlySet<number> = none,
  prior: ((candidate: number) => number) | null = null
): Scored[] {
  const sum = new Map<number, number>()
  const share = similar.length === 0 ? 1 : 1 - weight
  for (const [candidate, score] of ofHighest(keyword)) sum.set(candidate, unembedded.has(candidate) ? score : share * score)
  for (const [candidate, score] of spread(similar)) sum.set(candidate, (sum.get(candidate) ?? 0) + weight * score)
  if (prior) for (const [candidate, score] of sum) sum.set(candidate, score + prior(candidate))
  const isTiered = exact.size > 0 && [...sum.keys()].some(candidate => exact.has(candidate))
  const tier = (candidate: number) => exact.has(candidate) ? 1 : 0
  const scored = isTiered ? [...sum].map(([candidate, score]): Scored => [candidate, (score + tier(candidate)) / 2]) : [...sum]
  scored.sort((a, b) => b[1] - a[1])
  return prior ? scored.map(([candidate, score]): Scored => [candidate, Math.max(0, Math.min(1, score))]) : scored
}

/** Computes `ln(1 + (N - n + 0.5) / (n + 0.5))`, the inverse document frequency as in Robertson & Zaragoza, BM25 (2009), kept above 0. */
export function inverseDocumentFrequency (total: number, holding: number): number {
  const n = Math.min(holding, total)
  return Math.log(1 + (total - n + 0.5) / (n + 0.5))
}
