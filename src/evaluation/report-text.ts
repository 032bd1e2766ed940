// Writes a report for a terminal.
import type { Difference } from './compare-runs.ts'
import { aboutCauses, percent, type Figure } from './figures.ts'
import type { Report } from './report.ts'

/** How many examples of each cause are shown. */
const maxExamples = 3
const maxChars = 90

const questionsOf = (n: number) => `${n} ${n === 1 ? 'question' : 'questions'}`

export function reportText (report: Report, differences: readonly Difference[] = []): string {
  const { set, company, questions, sample, figures, groups, causes, ms, agreement, cases } = report
  const failed = cases.filter(one => !one.passed)
  return [
    `${set}: ${questionsOf(questions)} to ${company}${sample ? `, drawn from ${sample.of} with seed ${sample.seed}` : ''}`,
    ...figures.map(figureLine),
    ...groups.flatMap(({ name, figures }) => [`${name}:`, ...figures.map(figureLine)]),
    `an answer took ${ms.p50} ms (median), ${ms.p95} ms (95 of 100); all of them ${(ms.total / 1000).toFixed(1)} s`,
    ...(agreement
      ? [`the judge agrees with the rules in ${percent(agreement.share)} of ${agreement.n} cases (kappa ${agreement.kappa.toFixed(2)})`]
      : []),
    ...(differences.length > 0 ? ['beside the baseline (95 % interval of the difference, in points):'] : []),
    ...differences.map(differenceLine),
    ...(causes.length > 0 ? ['what went wrong:'] : []),
    ...causes.flatMap(({ cause, n }) => [
      `  ${n} × ${aboutCauses[cause].title}`,
      ...failed.filter(one => one.cause === cause).slice(0, maxExamples)
        .map(one => `      ${short(one.question)} → ${one.error ?? (one.refused ? '(refused)' : short(one.answer))}`),
      `    ${aboutCauses[cause].advice}`,
    ]),
    '',
  ].join('\n')
}

function figureLine ({ title, value, low, high, n }: Figure): string {
  return `  ${title.padEnd(36)} ${percent(value).padStart(7)}  (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}), ${questionsOf(n)}`
}

function differenceLine ({ title, before, now, low, high, n }: Difference): string {
  const points = (value: number) => `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`
  const values = `${percent(before).padStart(7)} → ${percent(now).padStart(7)}`
  return `  ${title.padEnd(36)} ${values}  (${points(low)} to ${points(high)}), ${questionsOf(n)}`
}

/** Shortens a text to one line; control characters could send commands to the terminal. */
function short (text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{FFFD}').trim()
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line
}
