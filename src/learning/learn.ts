// One run of learning: fits a company's weights, and measures them on cases that they were not fitted on.
import { random } from '../evaluation/random.ts'
import { holdsAnswer } from '../evaluation/compare-texts.ts'
import { areShipped, scaledWeights, shippedWeights, type Weights } from '../weights.ts'
import type { Asker } from './ask.ts'
import type { LearningCase } from './cases.ts'
import type { FitJob } from './fit-worker.ts'
import { gatherCase, isAmong, type GatheredCase } from './gather.ts'
import { compare, isBetter, isNoWorse, pointsOf, type LearningReport, type Measured, type Pair } from './report.ts'

export interface Anchors { askers: { asker: Asker, cases: readonly LearningCase[] }[], close (): Promise<void> }

export interface LearnOptions {
  own: Asker
  cases: readonly LearningCase[]
  /** Opens the anchors: questions of other companies, whose answers must not get worse. */
  openAnchors (): Promise<Anchors>
  /** The weights in use, which new ones must be better than. */
  current: Weights
  /** Fits the weights of some lists of cases, away from the event loop. */
  fit (job: FitJob): Promise<Weights[]>
  seed: number
  signal: AbortSignal
  onProgress? (done: number, total: number): void
}

export interface Learnt { weights: Weights, report: LearningReport, isProven: boolean }

/** Fewer questions say nothing certain. */
const leastCases = 20
const folds = 5
const rounds = 2
/** The shares of the fitted step, of which the largest is taken that leaves the anchors as good as before. */
const shares = [1, 0.75, 0.5, 0.25]
/** Only a passage among the first ten counts. */
const depth = 10

export async function learn (options: LearnOptions): Promise<Learnt> {
  const { own, cases, current, seed, signal, onProgress = () => {} } = options
  const startedAt = performance.now()
  const count = (from: LearningCase['from']) => cases.filter(one => one.from === from).length
  const report: LearningReport = {
    verdict: 'too_few', cases: { feedback: count('feedback'), curated: count('curated'), set: count('set') },
    heldOut: null, anchors: null, step: 0, seed, ms: 0,
  }
  const end = (weights: Weights, verdict: LearningReport['verdict']): Learnt =>
    ({ weights, isProven: verdict === 'better', report: { ...report, verdict, ms: Math.round(performance.now() - startedAt) } })
  const total = cases.length * (rounds + 1)
  let done = 0
  const tick = () => {
    signal.throwIfAborted()
    onProgress(++done, total)
  }
  if (cases.length < leastCases) return end(shippedWeights, 'too_few')

  const { gathered, before } = await gatherAll(own, cases, current, tick)
  if (gathered.length < leastCases) return end(shippedWeights, 'too_few')
  const anchors = await options.openAnchors()
  try {
    return await learnFrom({ ...options, gathered, before, anchors, report, end, tick })
  } finally {
    await anchors.close()
  }
}

/** Gathers the cases that can be measured, with how they go by the weights in use. */
async function gatherAll (own: Asker, cases: readonly LearningCase[], current: Weights, tick: () => void) {
  const gathered: GatheredCase[] = []
  const before: Measured[] = []
  for (const one of cases) {
    const found = await gatherCase(own, one)
    const measured = await measureCase(own, found.case, current)
    tick()
    if (pointsOf(measured) === null) continue
    gathered.push(found)
    before.push(measured)
  }
  return { gathered, before }
}

interface Prepared extends LearnOptions {
  gathered: readonly GatheredCase[]
  before: readonly Measured[]
  anchors: Anchors
  report: LearningReport
  end (weights: Weights, verdict: LearningReport['verdict']): Learnt
  tick (): void
}

/** Fits weights, takes the largest step that the anchors allow, and measures it on held-out cases. */
async function learnFrom ({ own, gathered, before, current, anchors, fit, seed, report, end, tick }: Prepared): Promise<Learnt> {
  const splits = Array.from({ length: rounds }, (_, round) => splitCases(gathered.length, seed + round)).flat()
  const fitted = await fit({
    cases: gathered.map(one => one.gathered),
    anchors: await gatherAnchors(anchors, tick),
    folds: [...splits.map(({ train }) => train), gathered.map((_, i) => i)],
    indexes: Object.keys(own.company.indexes).sort(),
  })
  const weights = fitted.pop()!
  if (areShipped(weights) && areShipped(current)) return end(shippedWeights, 'no_gain')

  // The anchors choose the step, so that the held-out cases are asked about one alone.
  const shippedAnchors = await measureAnchors(anchors, shippedWeights, tick)
  let isHarmless = false
  for (const share of shares) {
    report.step = share
    report.anchors = compare(pairsOf(shippedAnchors, await measureAnchors(anchors, scaledWeights(weights, share), tick)))
    isHarmless = isNoWorse(report.anchors)
    if (isHarmless) break
  }

  const after = gathered.map((): Measured[] => [])
  for (const [at, { test }] of splits.entries()) {
    const tried = scaledWeights(fitted[at]!, report.step)
    for (const i of test) {
      after[i]!.push(await measureCase(own, gathered[i]!.case, tried))
      tick()
    }
  }
  const pairs = pairsOf(before, after.map(meanOf), gathered.map(balanceOf(gathered)))
  report.heldOut = compare(pairs)
  return end(scaledWeights(weights, report.step), !isBetter(pairs) ? 'no_gain' : isHarmless ? 'better' : 'anchors_worse')
}

function pairsOf (before: readonly Measured[], after: readonly Measured[], weights?: readonly number[]): Pair[] {
  return before.map((one, i) => ({ before: one, after: after[i]!, weight: weights?.[i] ?? 1 }))
}

async function gatherAnchors ({ askers }: Anchors, tick: () => void): Promise<GatheredCase['gathered'][]> {
  const all: GatheredCase['gathered'][] = []
  for (const { asker, cases } of askers) {
    for (const one of cases) {
      all.push((await gatherCase(asker, one)).gathered)
      tick()
    }
  }
  return all
}

/** Splits cases at random into folds, each of which is tested once. */
function splitCases (length: number, seed: number): { train: number[], test: number[] }[] {
  const next = random(seed)
  const order = Array.from({ length }, (_, i) => ({ i, lot: next() })).sort((a, b) => a.lot - b.lot).map(({ i }) => i)
  return Array.from({ length: folds }, (_, fold) => ({
    test: order.filter((_, at) => at % folds === fold),
    train: order.filter((_, at) => at % folds !== fold),
  }))
}

/**
 * Returns the weight of a case among the held-out ones. Where only a wrong passage is known, any change looks like a gain: such
 * cases count no more than those with a right one together, so that ratings by chance gain nothing.
 */
function balanceOf (gathered: readonly GatheredCase[]): (one: GatheredCase) => number {
  const wrongs = gathered.filter(isOnlyWrong).length
  const share = wrongs === 0 ? 1 : Math.min(1, gathered.filter(one => one.case.right.length > 0).length / wrongs)
  return one => isOnlyWrong(one) ? share : 1
}

function isOnlyWrong ({ case: { right, wrong, answerable } }: GatheredCase): boolean {
  return right.length === 0 && wrong.length > 0 && answerable !== false
}

function meanOf (measured: readonly Measured[]): Measured {
  const mean = (name: keyof Measured) => {
    const values = measured.flatMap(one => one[name] ?? [])
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return { rank: mean('rank'), answer: mean('answer') }
}

/** Asks a case's question by some weights, and says how well it went. */
export async function measureCase (asker: Asker, one: LearningCase, weights: Weights): Promise<Measured> {
  const { right, wrong, answers, answerable } = one
  const found = await asker.find(one.question, weights, depth)
  const place = (documents: readonly string[]) => {
    const at = found.result.passages.slice(0, depth).findIndex(({ id }) => isAmong(id, documents))
    return at === -1 ? 0 : 1 / (at + 1)
  }
  const rank = answerable === false ? null : right.length > 0 ? place(right) : wrong.length > 0 ? 1 - place(wrong) : null
  // Where only a wrong passage is known, a refusal may be right or wrong.
  if (answerable === null || (answerable && right.length === 0 && answers.length === 0)) return { rank, answer: null }
  const { refused, cited, text } = await asker.answer(found, weights)
  if (!answerable) return { rank, answer: Number(refused) }
  if (refused) return { rank, answer: 0 }
  // What an answer begins with counts most.
  const at = cited.findIndex(id => isAmong(id, right))
  return { rank, answer: at >= 0 ? 1 / (at + 1) : Number(right.length === 0 && holdsAnswer(text, answers)) }
}

/** Asks the anchors without priors of indexes: these say something about one company alone. */
async function measureAnchors ({ askers }: Anchors, weights: Weights, tick: () => void): Promise<Measured[]> {
  const all: Measured[] = []
  for (const { asker, cases } of askers) {
    for (const one of cases) {
      all.push(await measureCase(asker, one, { ...weights, indexes: {} }))
      tick()
    }
  }
  return all
}
