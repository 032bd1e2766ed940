// Measures how long answers take: quantiles since the start.
import { createHistogram } from 'node:perf_hooks'
import type { Timings } from '../types.ts'

export interface Quantiles { count: number, p50: number, p95: number, p99: number, max: number }

export interface Latency {
  record (timings: Timings): void
  /** Milliseconds. */
  stats (): Record<keyof Timings, Quantiles>
}

/** The longest time that is told apart: two hours, in microseconds. A longer range takes more memory. */
const longestUs = 7_200_000_000

const parts = ['prompt', 'embed', 'search', 'first_token', 'total'] as const

export function createLatency (): Latency {
  const histograms = Object.fromEntries(parts.map(part => [part, createHistogram({ highest: longestUs })])) as Record<
    keyof Timings,
    ReturnType<typeof createHistogram>
  >
  return {
    record (timings) {
      // Histograms take integers from 1: microseconds preserve the digits of a cached answer.
      for (const part of parts) histograms[part].record(Math.min(longestUs, Math.max(1, Math.round(timings[part] * 1000))))
    },
    stats: () => Object.fromEntries(parts.map(part => {
      const histogram = histograms[part]
      const ms = (microseconds: number) => Math.round(microseconds / 100) / 10
      return [part, {
        count: histogram.count,
        p50: histogram.count ? ms(histogram.percentile(50)) : 0,
        p95: histogram.count ? ms(histogram.percentile(95)) : 0,
        p99: histogram.count ? ms(histogram.percentile(99)) : 0,
        max: histogram.count ? ms(histogram.max) : 0,
      }]
    })) as Record<keyof Timings, Quantiles>,
  }
}
