// Learning on made-up companies with noisy ratings: what it gains on questions that nobody has rated, and that noise is not put into use.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAnchorEngine } from '../src/backends/sqlite/anchors.ts'
import { bootstrap } from '../src/evaluation/intervals.ts'
import { anchorCases } from '../src/learning/anchors.ts'
import { createAsker, type Asker, type Found } from '../src/learning/ask.ts'
import { casesOfFeedback, mergeCases, type LearningCase } from '../src/learning/cases.ts'
import fit from '../src/learning/fit-worker.ts'
import { learn, measureCase, type Anchors, type Learnt } from '../src/learning/learn.ts'
import { areShipped, shippedWeights, type Weights } from '../src/weights.ts'
import type { CompanyProfile } from '../src/types.ts'
import { createCorpus } from './corpus.ts'
import type { Figure } from './figures.ts'
import { catchyCompany, staleCompany, tidyCompany, type AskedAbout, type SimulatedCompany } from './learning-companies.ts'
import { rate, type Given } from './learning-ratings.ts'
import type { Options } from './stack.ts'

const { signal } = new AbortController()
const samplesDir = fileURLToPath(new URL('../data/', import.meta.url))
const modelsDir = fileURLToPath(new URL('../var/models/', import.meta.url))
const settings = { passages: 6, ngramMax: 20, faqAnswers: true }
const wrong = 0.2
/** The passages of a search that is gathered from, as in src/learning/gather.ts. */
const gatheredDepth = 50

export async function learning ({ quick }: Options): Promise<Figure[]> {
  const corpus = await createCorpus({ modelsDir })
  const dataDir = await mkdtemp(join(tmpdir(), 'causerie-bench-'))
  const { engine, companies, close } = await openAnchorEngine({ dataDir, samplesDir, embedder: corpus.embedder, signal })
  const open = (company: CompanyProfile, own = corpus.engine): Asker =>
    remembering(createAsker({ engine: own, embedder: corpus.embedder, company, ...settings, signal }))
  try {
    const askers = await Promise.all(companies.map(async company =>
      ({ asker: open(company, engine), cases: await anchorCases(samplesDir, company.id) })))
    const anchors: Anchors = { askers, close: async () => {} }
    const figures: Figure[] = []
    for (const [name, company] of [['stale', staleCompany(1)], ['catchy', catchyCompany(2)], ['tidy', tidyCompany(3)]] as const) {
      await corpus.loadCompany(company.profile, company.documents)
      const asker = open(await corpus.profile(company.profile.id))
      const given = await answersOf(asker, company.asked)
      for (const count of quick || name === 'tidy' ? [200] : [50, 100, 200, 500]) {
        const { weights, isProven, report } = await learnFrom(asker, rate(given, count, wrong, count), anchors)
        const used = isProven ? weights : shippedWeights
        const outcome = { used, verdict: report.verdict, goal: goalOf(name, count) }
        figures.push(...await gains(`${name}, ${count} ratings`, asker, company, outcome))
      }
      if (name === 'stale') figures.push(await noise(asker, given, anchors, 20))
    }
    return figures
  } finally {
    await close()
    await corpus.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The aims are about companies that have something to learn. */
function goalOf (name: string, count: number): number | undefined {
  return name !== 'tidy' && count === 200 ? 5 : undefined
}

function learnFrom (own: Asker, feedback: ReturnType<typeof rate>, anchors: Anchors): Promise<Learnt> {
  return learn({
    own, cases: mergeCases([casesOfFeedback(feedback, 'en')], 'en'), openAnchors: async () => anchors, current: shippedWeights,
    fit: async job => fit(job), seed: 1, signal,
  })
}

/** Answers what users ask, by the shipped weights. */
async function answersOf (asker: Asker, asked: readonly AskedAbout[]): Promise<Given[]> {
  const given: Given[] = []
  for (const one of asked) {
    const found = await asker.find(one.question, shippedWeights, 50)
    const { text, cited } = await asker.answer(found, shippedWeights)
    const sources = asker.grounding(found).passages.map(({ id, text }) => ({ id, text }))
    if (sources.length > 1) given.push({ asked: one, text, cited, sources })
  }
  return given
}

/** Measures the questions that nobody has asked, before and after. */
async function gains (
  name: string, asker: Asker, { unseen }: SimulatedCompany,
  { used, verdict, goal }: { used: Weights, verdict: string, goal: number | undefined },
): Promise<Figure[]> {
  const values: { mrr: [number, number], answers: [number, number] }[] = []
  for (const { question, document, value } of unseen) {
    const one: LearningCase = {
      question, right: [document], wrong: [], answers: [value], liked: [], disliked: [], answerable: true, from: 'set',
    }
    const [before, after] = [await measureCase(asker, one, shippedWeights), await measureCase(asker, one, used)]
    const answers = await Promise.all([shippedWeights, used].map(async own => Number(await isAnswered(asker, question, value, own))))
    values.push({ mrr: [before.rank!, after.rank!], answers: [answers[0]!, answers[1]!] })
  }
  return (['mrr', 'answers'] as const).map(figure => {
    const before = mean(values.map(value => value[figure][0]))
    const [low, high] = bootstrap(values.map(value => (value[figure][1] - value[figure][0]) / before))
    const gain = mean(values.map(value => value[figure][1])) / before - 1
    return {
      name: `${name}: ${figure === 'mrr' ? 'MRR' : 'answers'}`, value: 100 * gain, unit: '%',
      ...(figure === 'mrr' && goal !== undefined ? { goal: { of: 'value' as const, atLeast: goal } } : {}),
      note: `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}, before ${(100 * before).toFixed(1)}` +
        `${used === shippedWeights ? `, nothing put into use: ${verdict}` : ''}`,
    }
  })
}

/** Tells whether an answer begins with the right figure. */
async function isAnswered (asker: Asker, question: string, value: string, weights: Weights): Promise<boolean> {
  const { text } = await asker.answer(await asker.find(question, weights, 10), weights)
  return text.split('\n')[0]!.includes(value)
}

/** Learns from ratings by a coin, and counts what is put into use. */
async function noise (asker: Asker, given: readonly Given[], anchors: Anchors, runs: number): Promise<Figure> {
  let used = 0
  for (let seed = 0; seed < runs; seed++) {
    const { isProven } = await learnFrom(asker, rate(given, 100, 'all', 1000 + seed), anchors)
    if (isProven) used++
  }
  return {
    name: `pure noise, 100 ratings, ${runs} runs: put into use`, value: used, unit: 'runs',
    goal: { of: 'value', atMost: runs / 20 },
  }
}

function mean (values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Searches each question once by the shipped weights, and by each of them moved: runs share most of their questions. */
function remembering (asker: Asker): Asker {
  const known = new Map<string, Promise<Found>>()
  return {
    ...asker,
    find (question, weights, limit) {
      if (limit < gatheredDepth && !areShipped(weights)) return asker.find(question, weights, limit)
      const key = JSON.stringify([question, weights, limit])
      const found = known.get(key) ?? asker.find(question, weights, limit)
      known.set(key, found)
      return found
    },
  }
}
