// Compares a run with an earlier one, case by case, and decides whether it must fail.
import { figureNames, isLowerBetter, measures, percent, type FigureName } from './figures.ts'
import { bootstrap } from './intervals.ts'
import type { Report, ReportCase } from './report.ts'

/** A figure beside that of the baseline, over the cases that both have. */
export interface Difference {
  name: FigureName
  title: string
  before: number
  now: number
  n: number
  /** The interval of `now - before`. */
  low: number
  high: number
  isLowerBetter: boolean
}

/** `points`: the largest loss that passes, in percentage points; absent: a loss whose interval is beyond 0 fails. */
export type Rule = { kind: 'required' } | { kind: 'figure', name: FigureName, points?: number }

/** Parses `recall:-2,f1,required`. Throws an Error that names what is wrong. */
export function parseRules (text: string): Rule[] {
  const parts = text.split(',').map(part => part.trim()).filter(Boolean)
  // A variable that is not set must not make a check that nothing can fail.
  if (parts.length === 0) throw new Error('There is no rule.')
  return parts.map((part): Rule => {
    if (part === 'required') return { kind: 'required' }
    const { groups } = /^(?<name>[a-z0-9_]+)(?::-?(?<points>\d+(?:\.\d+)?))?$/.exec(part) ?? {}
    const name = figureNames.find(one => one === groups?.name)
    if (!name) {
      throw new Error(
        `${part} is no rule. Rules: required, a figure (${figureNames.join(', ')}), or a figure with its largest loss in points, ` +
        'as recall:-2.'
      )
    }
    return { kind: 'figure', name, ...(groups?.points === undefined ? {} : { points: Number(groups.points) }) }
  })
}

/** Returns the figures of the cases that both runs have. */
export function compareRuns (before: Report, now: Report): Difference[] {
  const pairs = pairsOf(before, now)
  return figureNames.flatMap((name): Difference[] => {
    const both = pairs.flatMap(pair => {
      const [a, b] = [pair.before.values[name], pair.now.values[name]]
      return typeof a === 'number' && typeof b === 'number' ? [[a, b] as const] : []
    })
    if (both.length === 0) return []
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const [low, high] = bootstrap(both.map(([a, b]) => b - a))
    const { title } = measures[name]
    return [{
      name, title, before: mean(both.map(([a]) => a)), now: mean(both.map(([, b]) => b)), n: both.length, low, high,
      isLowerBetter: isLowerBetter(name),
    }]
  })
}

/** A case that went otherwise than before. */
export interface Change { before: ReportCase, now: ReportCase }

/** Returns the cases of both runs that passed before and fail now, and those that failed and pass. */
export function changesBetween (before: Report, now: Report): { broken: Change[], mended: Change[] } {
  const changed = pairsOf(before, now).filter(pair => pair.before.passed !== pair.now.passed)
  return { broken: changed.filter(({ now }) => !now.passed), mended: changed.filter(({ now }) => now.passed) }
}

/**
 * Returns the cases that both runs have. Cases without an id of their own are named by their place, which changes when one is
 * added before them: those are found by their question, where it is asked once.
 */
function pairsOf (before: Report, now: Report): Change[] {
  const earlier = new Map(before.cases.map(one => [keyOf(one), one]))
  const same = new Set(now.cases.map(keyOf))
  const onceAsked = (cases: readonly ReportCase[]) => {
    const groups = Map.groupBy(cases, ({ question }) => question)
    return new Map([...groups].flatMap(([question, [one, another]]) => another ? [] : [[question, one!]]))
  }
  const [moved, here] = [onceAsked(before.cases), onceAsked(now.cases)]
  return now.cases.flatMap(one => {
    const other = earlier.get(keyOf(one)) ?? (here.has(one.question) ? moved.get(one.question) : undefined)
    return other && (!same.has(keyOf(other)) || keyOf(other) === keyOf(one)) ? [{ now: one, before: other }] : []
  })
}

const keyOf = ({ id, question }: { id: string, question: string }) => JSON.stringify([id, question])

/** Returns why a run must fail, one sentence for each reason. */
export function failuresOf (rules: readonly Rule[], report: Report, differences: readonly Difference[]): string[] {
  return rules.flatMap(rule => {
    if (rule.kind === 'required') {
      if (!report.cases.some(({ required }) => required)) return ['No case of the set is required: nothing could fail.']
      const failed = report.cases.filter(one => one.required && !one.passed)
      return failed.map(({ id, question }) => `The required case ${id} failed: ${question}`)
    }
    const found = differences.find(({ name }) => name === rule.name)
    if (!found) return [`The figure ${rule.name} cannot be compared: no case of both runs has it.`]
    const loss = found.isLowerBetter ? found.now - found.before : found.before - found.now
    const surely = found.isLowerBetter ? found.low > 0 : found.high < 0
    const fails = rule.points === undefined ? surely : loss * 100 > rule.points + 1e-9
    return fails ? [`${found.title} went from ${percent(found.before)} to ${percent(found.now)} (${found.n} cases).`] : []
  })
}
