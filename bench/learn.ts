// Learns the weights of the extractive model and of the not-found threshold, and shows their results on unseen questions.
import { existsSync, readFileSync } from 'node:fs'
import { unitWeights, rankUnits, type UnitFeatures, type RankedUnit } from '../src/llm/extractive.ts'
import { evidence, evidenceWeights, type Evidence } from '../src/search/evidence.ts'
import type { SearchResult } from '../src/search/engine.ts'
import type { Language } from '../src/types.ts'
import { createCorpus } from './corpus.ts'
import { comparable, readGolden, type GoldenQuestion } from './golden.ts'
import type { EvalSet } from './measures.ts'

/** A question's units; `good` ones hold an accepted string and come from a document that answers. */
interface Choice { units: { features: UnitFeatures, good: boolean, holds: boolean, right: boolean }[], weight: number }
interface Verdict { features: Evidence, answerable: boolean }

const featureNames = Object.keys(unitWeights) as (keyof UnitFeatures)[]
const evidenceNames = Object.keys(evidenceWeights).filter(name => name !== 'bias') as (keyof Evidence)[]
const goldenFiles = ['test/golden/petit-nid.json', 'test/golden/fjord-outdoor.json']
const xquad = '../shared/eval/xquad-es.json'

const corpus = await createCorpus({ modelsDir: './var/models', log: line => process.stderr.write(`${line}\n`) })
const choices = new Map<string, Choice[]>()
const verdicts = new Map<string, Verdict[]>()
try {
  await corpus.loadSamples('data')
  for (const file of goldenFiles) {
    const set = readGolden(file)
    const { language } = await corpus.profile(set.company_id)
    const own: Verdict[] = []
    const chosen: Choice[] = []
    for (const golden of [...set.questions, ...set.paraphrases]) {
      const found = await corpus.search(set.company_id, golden.q, 6)
      chosen.push(choice(golden.q, language, found, golden, 1))
      const features = evidence(golden.q, language, language, found)
      if (features && set.questions.includes(golden)) own.push({ features, answerable: true })
    }
    for (const q of set.unanswerable) {
      const features = evidence(q, language, language, await corpus.search(set.company_id, q, 6))
      if (features) own.push({ features, answerable: false })
    }
    choices.set(set.company_id, chosen)
    verdicts.set(set.company_id, own)
  }
  if (existsSync(xquad)) choices.set('xquad-es', await xquadChoices())
  else process.stderr.write(`${xquad} is not there: learning without it\n`)
} finally {
  await corpus.close()
}
learnUnits()
learnEvidence()

function choice (
  question: string,
  language: Language,
  found: SearchResult,
  golden: GoldenQuestion | { answer: string[]; doc?: undefined },
  weight: number
): Choice {
  const units = rankUnits({ question, language, documentsLanguage: language, terms: found.terms, passages: found.passages })
  return {
    weight,
    units: units.map(({ text, passage, features }: RankedUnit) => {
      const holds = golden.answer.some(string => comparable(text).includes(comparable(string)))
      // A reading question names no document: one of the first three passages is assumed to be meant.
      const right = golden.doc ? golden.doc.includes(found.passages[passage]!.id) : passage < 3
      return { features, holds, right, good: holds && right }
    }),
  }
}

async function xquadChoices (): Promise<Choice[]> {
  const set = JSON.parse(readFileSync(xquad, 'utf8')) as EvalSet
  await corpus.load('xquad-es', set.lang, set.docs.map(({ title = '', text }, i) => ({ id: String(i), title, text, url: '', fields: [] })))
  const sample = set.queries.filter((_, i) => i % 4 === 0)
  return Promise.all(
    sample.map(async ({ q, answers }) => choice(q, set.lang, await corpus.search('xquad-es', q, 6), { answer: answers! }, 0.5))
  )
}

function learnUnits (): void {
  process.stdout.write('units: string in 1 / 2 / 3 units, document among 3\n')
  for (const [name, own] of choices) {
    const others = [...choices].filter(([other]) => other !== name).flatMap(([, items]) => items)
    process.stdout.write(`  ${name}, learnt on the others: ${hits(own, softmax(others))}\n`)
  }
  const weights = softmax([...choices.values()].flat())
  for (const [name, own] of choices) {
    process.stdout.write(
      `  ${name}, learnt on all: ${hits(own, weights)}; as in the code: ${hits(
        own,
        featureNames.map(key => unitWeights[key])
      )}\n`
    )
  }
  process.stdout.write(`  weights: ${featureNames.map((name, i) => `${name}: ${weights[i]!.toFixed(1)}`).join(', ')}\n`)
}

/** Learns weights by gradient ascent on the likelihood that a good unit is chosen, by softmax over a question's units. */
function softmax (items: Choice[], steps = 400, rate = 3, decay = 0.002): number[] {
  const weights = featureNames.map(() => 0)
  const useful = items.filter(({ units }) => units.some(({ good }) => good))
  const total = useful.reduce((sum, { weight }) => sum + weight, 0)
  const rows = useful.map(({ units, weight }) => ({
    weight,
    units: units.map(({ features, good }) => ({ good, values: featureNames.map(name => features[name]) })),
  }))
  for (let step = 0; step < steps; step++) {
    const gradient = featureNames.map(() => 0)
    for (const { units, weight } of rows) {
      const scores = units.map(({ values }) => dot(values, weights))
      const most = Math.max(...scores)
      const odds = scores.map(score => Math.exp(score - most))
      const all = odds.reduce((a, b) => a + b)
      const good = odds.reduce((sum, odd, i) => sum + (units[i]!.good ? odd : 0), 0)
      units.forEach(({ values, good: isGood }, i) => {
        const pull = weight * ((isGood ? odds[i]! / good : 0) - odds[i]! / all)
        values.forEach((value, k) => { gradient[k]! += pull * value })
      })
    }
    gradient.forEach((slope, k) => { weights[k]! += rate * (slope / total - decay * weights[k]!) })
  }
  return weights
}

function hits (items: Choice[], weights: number[]): string {
  const counts = [0, 0, 0, 0]
  for (const { units } of items) {
    const ranked = units
      .map(unit => ({
        unit,
        score: dot(
          featureNames.map(name => unit.features[name]),
          weights
        ),
      }))
      .sort((a, b) => b.score - a.score)
    for (const n of [1, 2, 3]) if (ranked.slice(0, n).some(({ unit }) => unit.holds)) counts[n - 1]!++
    if (ranked.slice(0, 3).some(({ unit }) => unit.right)) counts[3]!++
  }
  return counts.map(count => (100 * count / items.length).toFixed(1)).join(' / ')
}

function learnEvidence (): void {
  process.stdout.write('not found: caught when 5 % / 10 % of the answerable are refused\n')
  for (const [name, own] of verdicts) {
    const others = [...verdicts].filter(([other]) => other !== name).flatMap(([, items]) => items)
    process.stdout.write(`  ${name}, learnt on the other: ${caught(own, logistic(others))}\n`)
  }
  const all = [...verdicts.values()].flat()
  const weights = logistic(all)
  process.stdout.write(
    `  all, learnt on all: ${caught(all, weights)}; as in the code: ` +
    `${caught(all, [...evidenceNames.map(name => evidenceWeights[name]), evidenceWeights.bias])}\n`
  )
  process.stdout.write(
    `  weights: ${evidenceNames.map((name, i) => `${name}: ${weights[i]!.toFixed(1)}`).join(', ')}, bias for 4 %: ` +
    `${(-threshold(all, weights, 0.04) + weights.at(-1)!).toFixed(1)}\n`
  )
}

/** Fits a logistic regression with equal weight for both classes; the bias comes last. */
function logistic (items: Verdict[], steps = 6000, rate = 2, decay = 0.0005): number[] {
  const weights = [...evidenceNames.map(() => 0), 0]
  const yes = items.filter(({ answerable }) => answerable).length
  const rows = items.map(({ features, answerable }) => ({
    answerable,
    share: 0.5 / (answerable ? yes : items.length - yes),
    values: [...evidenceNames.map(name => features[name]), 1],
  }))
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map(() => 0)
    for (const { values, answerable, share } of rows) {
      const error = share * ((answerable ? 1 : 0) - 1 / (1 + Math.exp(-dot(values, weights))))
      values.forEach((value, k) => { gradient[k]! += error * value })
    }
    gradient.forEach((slope, k) => { weights[k]! += rate * (slope - (k < evidenceNames.length ? decay * weights[k]! : 0)) })
  }
  return weights
}

function scoreOf ({ features }: Verdict, weights: number[]): number {
  return dot([...evidenceNames.map(name => features[name]), 1], weights)
}

/** Returns the score below which a share of the answerable questions lies. */
function threshold (items: Verdict[], weights: number[], share: number): number {
  const answerable = items.filter(item => item.answerable).map(item => scoreOf(item, weights)).sort((a, b) => a - b)
  return answerable[Math.floor(answerable.length * share)]!
}

function caught (items: Verdict[], weights: number[]): string {
  const not = items.filter(({ answerable }) => !answerable)
  return [0.05, 0.1].map(share => {
    const floor = threshold(items, weights, share)
    return `${(100 * not.filter(item => scoreOf(item, weights) < floor).length / not.length).toFixed(0)} %`
  }).join(' / ')
}

function dot (a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
