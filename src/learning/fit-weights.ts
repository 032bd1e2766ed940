// Fits a company's weights on what was gathered, strongly drawn to the shipped ones.
import { boundedWeights, widestOffsets, type Weights } from '../weights.ts'
import { fitChoices, type Choice } from './fit.ts'
import { rankingNames, unitNames, type Gathered } from './gather.ts'

/** Scores lie between 0 and 1: this far apart, the better one is chosen three times as often. */
const temperature = 0.08
/** How strongly weights are drawn to the shipped ones: as much as this many cases at the widest offset. */
const pull = { ranking: 3, floor: 4, units: 6 }
const steps = 250
/** The floor is left where fewer cases of one kind are known. */
const leastOfKind = 5

/** @param indexes those whose passages may get a prior; with one alone it would change nothing */
export function fitWeights (cases: readonly Gathered[], indexes: readonly string[]): Weights {
  const priors = indexes.length > 1 ? indexes : []
  const ranking = fitOffsets(cases.map(one => rankingOf(one, priors)), pull.ranking, 0.3)
  const units = fitOffsets(cases.map(unitChoice), pull.units, 0.5)
  const of = (offsets: readonly number[], i: number, widest: number) => (offsets[i] ?? 0) * widest
  return boundedWeights({
    similarity: of(ranking, 0, widestOffsets.similarity),
    title: of(ranking, 1, widestOffsets.title),
    ngram: of(ranking, 2, widestOffsets.ngram),
    indexes: Object.fromEntries(priors.map((index, i) => [index, of(ranking, rankingNames.length + i, widestOffsets.indexes)])),
    floor: fitFloor(cases),
    units: Object.fromEntries(unitNames.map((name, i) => [name, of(units, i, widestOffsets.units)])),
  })
}

/** Fits offsets between −1 and 1, of the widest ones. Cases that only say what is wrong count no more than the others together. */
function fitOffsets (choices: readonly (Choice & { isOnlyWrong: boolean })[], pull: number, rate: number): number[] {
  const useful = choices.filter(({ choices }) => choices.some(({ good }) => good) && choices.some(({ good }) => !good))
  const wrongs = useful.filter(({ isOnlyWrong }) => isOnlyWrong).length
  if (useful.length === 0) return []
  const share = wrongs === 0 ? 1 : Math.min(1, (useful.length - wrongs) / wrongs)
  const weighted = useful.map(one => ({ ...one, weight: one.isOnlyWrong ? share : 1 }))
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  return total === 0 ? [] : fitChoices(weighted, { steps, rate, decay: 2 * pull / total, bound: 1 })
}

function rankingOf ({ candidates }: Gathered, indexes: readonly string[]): Choice & { isOnlyWrong: boolean } {
  const isOnlyWrong = !candidates.some(({ mark }) => mark === 'right')
  return {
    weight: 1,
    isOnlyWrong,
    choices: candidates.map(({ index, score, slopes, mark }) => ({
      base: score / temperature,
      values: [
        ...rankingNames.map(name => slopes[name] * widestOffsets[name] / temperature),
        ...indexes.map(other => other === index ? widestOffsets.indexes / temperature : 0),
      ],
      good: isOnlyWrong ? mark !== 'wrong' : mark === 'right',
    })),
  }
}

function unitChoice ({ units, candidates }: Gathered): Choice & { isOnlyWrong: boolean } {
  return {
    weight: 1,
    isOnlyWrong: !candidates.some(({ mark }) => mark === 'right'),
    choices: units.map(({ score, features, isGood }) =>
      ({ base: score, values: features.map(value => value * widestOffsets.units), good: isGood })),
  }
}

/** Fits the floor by logistic regression: cases with an answer weigh as much as those without. */
function fitFloor (cases: readonly Gathered[]): number {
  const known = cases.flatMap(({ evidence, answerable }) => evidence === null || answerable === null ? [] : [{ evidence, answerable }])
  const answerable = known.filter(one => one.answerable).length
  if (Math.min(answerable, known.length - answerable) < leastOfKind) return 0
  const most = Math.min(answerable, known.length - answerable)
  const widest = widestOffsets.floor
  // In parts of the widest offset. Of each kind, as many count as there are of the rarer one.
  let floor = 0
  for (let step = 0; step < steps; step++) {
    let slope = -2 * pull.floor * floor
    for (const one of known) {
      const share = most / (one.answerable ? answerable : known.length - answerable)
      slope += share * widest * (1 / (1 + Math.exp(floor * widest - one.evidence)) - Number(one.answerable))
    }
    floor = Math.max(-1, Math.min(1, floor + slope / (2 * pull.floor + most)))
  }
  return floor * widest
}
