// Metrics of HTTP requests.
import { Counter, Histogram, type Registry } from 'prom-client'
import { createTally } from './tally.ts'

export interface HttpMetrics {
  /** Counts a request that has been answered. `route`: its pattern; undefined when there is no such route. */
  answered (method: string, route: string | undefined, status: number, ms: number): void
}

/** A stream lasts as long as its answer. */
const seconds = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30]
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function createHttpMetrics (register: Registry): HttpMetrics {
  const registers = [register]
  const names = ['method', 'route', 'status'] as const
  const tally = createTally(names)
  const requests: Counter<typeof names[number]> = new Counter({
    name: 'causerie_http_requests_total', help: 'HTTP requests answered', labelNames: [...names], registers,
    collect () { tally.flush((labels, n) => requests.inc(labels, n)) },
  })
  const durations = new Histogram({
    name: 'causerie_http_request_duration_seconds', help: 'From the request to the end of its response', buckets: seconds,
    labelNames: ['route'], registers,
  })
  return {
    answered (method, route = 'none', status, ms) {
      tally.count(methods.has(method) ? method : 'other', route, String(status))
      durations.observe({ route }, ms / 1000)
    },
  }
}
