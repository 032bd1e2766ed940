// A company's own weights of ranking, floor and sentences: offsets from the shipped ones, which are all 0.

export interface Weights {
  /** Added to the weight of the similarity against the keyword score. */
  similarity: number
  /** The weight of titles is multiplied by e to this power; that of n-grams too. */
  title: number
  ngram: number
  /** Added to the scores and to the similarities of an index's passages, which are at most 1. */
  indexes: Record<string, number>
  /** Added to the evidence that a passage needs to count as an answer: above 0, more is refused. */
  floor: number
  /** Added to the weights of sentences and facts, by feature. */
  units: Record<string, number>
}

/** The weights that a company has learnt, and their version: a part of every cache key. */
export interface OwnWeights extends Weights { version: string }

export const shippedWeights: Weights = { similarity: 0, title: 0, ngram: 0, indexes: {}, floor: 0, units: {} }

/** The widest offsets: what feedback says can shift an order, not turn it over. */
export const widestOffsets = { similarity: 0.3, title: 0.7, ngram: 0.7, indexes: 0.25, floor: 1, units: 1 }

/** Brings weights within the widest offsets; anything that is no number becomes 0, which leaves it out of a list. */
export function boundedWeights (given: Weights): Weights {
  const bounded = (value: number, most: number) =>
    Number.isFinite(value) ? Math.round(Math.max(-most, Math.min(most, value)) * 1e4) / 1e4 + 0 : 0
  const list = (values: Record<string, number>, most: number) =>
    Object.fromEntries(Object.entries(values).map(([name, value]): [string, number] => [name, bounded(value, most)])
      .filter(([, value]) => value !== 0))
  return {
    similarity: bounded(given.similarity, widestOffsets.similarity),
    title: bounded(given.title, widestOffsets.title),
    ngram: bounded(given.ngram, widestOffsets.ngram),
    indexes: list(given.indexes, widestOffsets.indexes),
    floor: bounded(given.floor, widestOffsets.floor),
    units: list(given.units, widestOffsets.units),
  }
}

/** Returns weights that are nearer to the shipped ones, by a share from 0 to 1. */
export function scaledWeights (weights: Weights, share: number): Weights {
  const list = (values: Record<string, number>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, share * value]))
  return boundedWeights({
    similarity: share * weights.similarity,
    title: share * weights.title,
    ngram: share * weights.ngram,
    indexes: list(weights.indexes),
    floor: share * weights.floor,
    units: list(weights.units),
  })
}

/** Tells whether weights are as shipped. */
export function areShipped (weights: Weights): boolean {
  const { similarity, title, ngram, indexes, floor, units } = boundedWeights(weights)
  return [similarity, title, ngram, floor, ...Object.values(indexes), ...Object.values(units)].every(value => value === 0)
}

/** Returns what a company's own weights add to a candidate's score, by its index; null when they add nothing to any. */
export function indexPrior (
  weights: Pick<Weights, 'indexes'> | undefined, indexOf: (candidate: number) => string
): ((candidate: number) => number) | null {
  if (!weights || Object.keys(weights.indexes).length === 0) return null
  return candidate => {
    const index = indexOf(candidate)
    return Object.hasOwn(weights.indexes, index) ? weights.indexes[index]! : 0
  }
}
