// Combines keyword scores and similarities into one order, the same for every engine.
import type { Query } from '../language/analyze.ts'
import { similarityScale } from '../similarity-scale.ts'
import type { QueryTerm } from '../types.ts'
import { isAcrossLanguages, weightAcrossLanguages } from './across-languages.ts'

/** A candidate's number and its score. */
export type Scored = [candidate: number, score: number]

/** Returns the weight of the similarity against the keyword score. */
export function vectorWeight ({ asked, language }: Query, terms: readonly QueryTerm[], titled: boolean, model: string): number {
  if (isAcrossLanguages(asked, language, terms)) return weightAcrossLanguages
  const isMisspelt = terms.some(({ corrections }) => corrections.length > 0)
  return similarityScale(model).weight(language, titled, isMisspelt)
}

/** Scales the scores of the list to 0…1; all are 1 when they are equal. */
export function minMax (list: Scored[]): Map<number, number> {
  let low = Infinity
  let high = -Infinity
  for (const [, score] of list) {
    if (score < low) low = score
    if (score > high) high = score
  }
  return new Map(list.map(([candidate, score]) => [candidate, high > low ? (score - low) / (high - low) : 1]))
}

/**
 * Computes `(1 - weight) × keyword + weight × similarity`, each min-max scaled over its own list; a candidate missing
 * from a list scores 0 there. Best first; equal scores keep the order of the keyword list.
 * @param exact candidates that hold a code of the question: they come before all others
 */
export function fuse (keyword: Scored[], similar: Scored[], weight: number, exact: ReadonlySet<number> = new Set()): Scored[] {
  const sum = new Map<number, number>()
  const share = similar.length === 0 ? 1 : 1 - weight
  for (const [candidate, score] of minMax(keyword)) sum.set(candidate, share * score)
  for (const [candidate, score] of minMax(similar)) sum.set(candidate, (sum.get(candidate) ?? 0) + weight * score)
  const isTiered = [...exact].some(candidate => sum.has(candidate))
  const tier = (candidate: number) => exact.has(candidate) ? 1 : 0
  const scored = isTiered ? [...sum].map(([candidate, score]): Scored => [candidate, (score + tier(candidate)) / 2]) : [...sum]
  return scored.sort((a, b) => b[1] - a[1])
}

/** `ln(1 + (N - n + 0.5) / (n + 0.5))`: inverse document frequency as in Robertson & Zaragoza, BM25 (2009), kept above 0. */
export function inverseDocumentFrequency (total: number, holding: number): number {
  const n = Math.min(holding, total)
  return Math.log(1 + (total - n + 0.5) / (n + 0.5))
}
