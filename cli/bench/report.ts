// What a bench of a running service found.
import type { Asked } from './ask.ts'

export interface Report {
  asked: number
  seconds: number
  per_minute: number
  ok: number
  errors: Record<string, number>
  finish_reasons: Record<string, number>
  answered_by: Record<string, number>
  cache: Record<string, number>
  degraded: number
  /** Questions that were asked late, since this program or its connections could not keep the pace. */
  late: number
  first_token_ms: Quantiles
  total_ms: Quantiles
}

export interface Quantiles { p50: number, p95: number, p99: number, max: number }

export function makeReport (results: readonly Asked[], ms: number, late: number): Report {
  const good = results.filter(({ code }) => code === 'ok')
  return {
    asked: results.length,
    seconds: Math.round(ms / 100) / 10,
    per_minute: ms === 0 ? 0 : Math.round(60_000 * results.length / ms),
    ok: good.length,
    errors: countBy(results.filter(({ code }) => code !== 'ok'), ({ code }) => code),
    finish_reasons: countBy(good, ({ finishReason }) => finishReason),
    answered_by: countBy(good, ({ answeredBy }) => answeredBy),
    cache: countBy(good, ({ cache }) => cache),
    degraded: good.filter(({ degraded }) => degraded).length,
    late,
    first_token_ms: quantiles(good.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
    total_ms: quantiles(good.map(({ totalMs }) => totalMs)),
  }
}

export function textOf (report: Report): string {
  const { asked, seconds, per_minute, ok, errors, finish_reasons, answered_by, cache, degraded, late, ...times } = report
  const counts = (of: Record<string, number>) => Object.entries(of).map(([name, n]) => `${name} ${n}`).join(', ') || 'none'
  const quantilesText = ({ p50, p95, p99, max }: Quantiles) => `p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${max} ms`
  return [
    `${asked} questions in ${seconds} s (${per_minute} a minute), ${ok} answered${late > 0 ? `; ${late} were asked late` : ''}`,
    `  errors       ${counts(errors)}`,
    `  ended        ${counts(finish_reasons)}${degraded > 0 ? `; ${degraded} degraded` : ''}`,
    `  answered by  ${counts(answered_by)}`,
    `  cache        ${counts(cache)}`,
    `  first token  ${quantilesText(times.first_token_ms)}`,
    `  whole        ${quantilesText(times.total_ms)}`,
  ].join('\n') + '\n'
}

/** Nearest rank: a value that was measured, never one in between. */
export function quantiles (values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

function countBy<T> (items: readonly T[], nameOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1
  return counts
}
