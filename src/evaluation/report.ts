// The report of an evaluation, as it is written to a file and read as a baseline.
import { atOnce, type Steps } from '../async/in-slices.ts'
import type { Cause, Outcome, Verdict } from './case.ts'
import { causesOf, figureNames, figureSteps, measures, type Figure, type FigureName } from './figures.ts'

export const reportFormat = 'causerie-evaluation-1'

export interface ReportCase {
  id: string
  question: string
  group?: string
  answerable: boolean
  required: boolean
  passed: boolean
  cause: Cause | null
  /** Its share of each figure, 0 to 1. */
  values: Partial<Record<FigureName, number>>
  accepted: string[]
  sources: string[]
  answer: string
  refused: boolean
  answered_by: string
  /** The place of the right passage, from 1; 0 = not found; null = not known which is right. */
  rank: number | null
  cited: string[]
  /** The first passages that were found. */
  found: { id: string, title: string }[]
  ms: number
  error?: string
  verdict?: Verdict
}

/** How a language model's verdicts agree with the rules': the share, and Cohen's kappa (0 = by chance). */
export interface Agreement { n: number, share: number, kappa: number }

export interface Report {
  format: typeof reportFormat
  set: string
  company: string
  service: string
  /** The language model, or `extractive`. */
  model?: string
  made_at: string
  questions: number
  sample?: { of: number, seed: number }
  figures: Figure[]
  groups: { name: string, figures: Figure[] }[]
  causes: { cause: Cause, n: number }[]
  /** How long answers took, ms. */
  ms: { p50: number, p95: number, total: number }
  tokens: number
  agreement?: Agreement
  cases: ReportCase[]
}

export interface Run {
  set: string
  company: string
  service: string
  model?: string
  madeAt: Date
  totalMs: number
  sample?: { of: number, seed: number }
}

/** The most passages of a case that are written down. */
const maxFound = 5

export function makeReport (run: Run, outcomes: readonly Outcome[]): Report {
  return atOnce(reportSteps(run, outcomes))
}

/** Does the same in steps: the intervals of a thousand cases take a tenth of a second. */
export function * reportSteps (run: Run, outcomes: readonly Outcome[]): Steps<Report> {
  const named = [...Map.groupBy(outcomes, ({ case: { group } }) => group)].filter(([name]) => name !== undefined)
  const figures = yield * figureSteps(outcomes)
  const groups: Report['groups'] = []
  if (named.length > 1) for (const [name, own] of named) groups.push({ name: name!, figures: yield * figureSteps(own) })
  const times = outcomes.map(({ observed }) => observed.ms).sort((a, b) => a - b)
  const quantile = (share: number) => Math.round(times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? 0)
  const agreement = agreementOf(outcomes)
  return {
    format: reportFormat,
    set: run.set,
    company: run.company,
    service: run.service,
    ...(run.model === undefined ? {} : { model: run.model }),
    made_at: run.madeAt.toISOString(),
    questions: outcomes.length,
    ...(run.sample ? { sample: run.sample } : {}),
    figures,
    groups,
    causes: causesOf(outcomes),
    ms: { p50: quantile(0.5), p95: quantile(0.95), total: Math.round(run.totalMs) },
    tokens: outcomes.reduce((sum, { observed }) => sum + observed.tokens, 0),
    ...(agreement ? { agreement } : {}),
    cases: outcomes.map(toCase),
  }
}

function toCase (outcome: Outcome): ReportCase {
  const { case: one, observed, passed, cause, rank, verdict } = outcome
  const values = figureNames.flatMap(name => {
    const value = measures[name].of(outcome)
    return value === null ? [] : [[name, value]]
  })
  return {
    id: one.id,
    question: one.question,
    ...(one.group === undefined ? {} : { group: one.group }),
    answerable: one.answerable,
    required: one.required,
    passed,
    cause,
    values: Object.fromEntries(values),
    accepted: one.answers,
    sources: one.sources,
    answer: observed.answer,
    refused: observed.refused,
    answered_by: observed.answeredBy,
    rank,
    cited: observed.cited.map(i => observed.given[i]!.id),
    found: observed.found.slice(0, maxFound).map(({ id, title }) => ({ id, title })),
    ms: Math.round(observed.ms),
    ...(observed.error === undefined ? {} : { error: observed.error }),
    ...(verdict ? { verdict } : {}),
  }
}

/** Reads a report that was written before. Throws an Error when it is none. */
export function readReport (text: string): Report {
  const report = JSON.parse(text) as Partial<Report> | null
  const isWhole = report?.format === reportFormat && Array.isArray(report.cases) &&
    report.cases.every(one => typeof one?.id === 'string' && typeof one.question === 'string' && typeof one.values === 'object')
  if (!isWhole) throw new Error('It is no report of `causerie eval --json`.')
  return report as Report
}

/** Compares a judge's "faithful and relevant" with the rules' "passed", over the answerable cases that were judged. */
function agreementOf (outcomes: readonly Outcome[]): Agreement | null {
  const judged = outcomes.filter(({ verdict, case: { answerable } }) => verdict && answerable)
  const n = judged.length
  if (n === 0) return null
  const good = judged.map(({ verdict, passed }) => [verdict!.faithful && verdict!.relevant, passed] as const)
  const share = good.filter(([a, b]) => a === b).length / n
  const [a, b] = [0, 1].map(side => good.filter(pair => pair[side]).length / n) as [number, number]
  const chance = a * b + (1 - a) * (1 - b)
  return { n, share, kappa: chance === 1 ? 1 : (share - chance) / (1 - chance) }
}
