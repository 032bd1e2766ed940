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

/** What the anchors weigh together, as a share of the company's own cases: of two ways to a gain, the one that suits both. */
const anchorShare = 1

/**
 * @param anchors cases of other companies, whose answers should stay as they are
 * @param indexes those whose passages may get a prior; with one alone it would change nothing
 */
export function fitWeights (cases: readonly Gathered[], anchors: readonly Gathered[], indexes: readonly string[]): Weights {
  const priors = indexes.length > 1 ? indexes : []
  // An index of another company may have the same name.
  const others = anchors.map(one => ({ ...one, candidates: one.candidates.map(candidate => ({ ...candidate, index: '' })) }))
  const ranking = fitOffsets(cases.map(one => rankingOf(one, priors)), others.map(one => rankingOf(one, priors)), pull.ranking, 0.3)
  const units = fitOffsets(cases.map(unitChoice), others.map(unitChoice), pull.units, 0.5)
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

type Labelled = Choice & { isOnlyWrong: boolean }

/** Fits offsets between −1 and 1, of the widest ones. Cases that only say what is wrong count no more than the others together. */
function fitOffsets (own: readonly Labelled[], anchors: readonly Labelled[], pull: number, rate: number): number[] {
  const isUseful = ({ choices }: Choice) => choices.some(({ good }) => good) && choices.some(({ good }) => !good)
  const [useful, others] = [own.filter(isUseful), anchors.filter(isUseful)]
  const wrongs = useful.filter(({ isOnlyWrong }) => isOnlyWrong).length
  const share = wrongs === 0 ? 1 : Math.min(1, (useful.length - wrongs) / wrongs)
  const weighted = useful.map(one => ({ ...one, weight: one.isOnlyWrong ? share : 1 }))
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return []
  const all = [...weighted, ...others.map(one => ({ ...one, weight: anchorShare * total / others.length }))]
  const whole = total * (others.length === 0 ? 1 : 1 + anchorShare)
  return fitChoices(all, { steps, rate, decay: 2 * pull / whole, bound: 1 })
}

function rankingOf ({ candidates }: Gathered, indexes: readonly string[]): Labelled {
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

function unitChoice ({ units, candidates }: Gathered): Labelled {
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
