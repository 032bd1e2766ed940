// Metrics whose values are read when Prometheus asks: nothing is counted twice, and they cost nothing in between.
import { Counter, Gauge, type Registry } from 'prom-client'

/** The values of the labels, in the order of their names, and the value of the metric. */
export type Sample = [...labels: string[], value: number]
type Read = () => Sample[] | Promise<Sample[]>

export interface Sampled {
  /** Adds a counter. Its name ends in `_total`; `read` returns sums since the start. */
  counter (name: string, help: string, labelNames: string[], read: Read): void
  gauge (name: string, help: string, labelNames: string[], read: Read): void
}

export function createSampled (register: Registry): Sampled {
  const registers = [register]
  const labelsOf = (names: string[], sample: Sample) =>
    Object.fromEntries(names.map((name, i) => [name, String(sample[i])]))
  return {
    counter (name, help, labelNames, read) {
      const counter: Counter = new Counter({
        name,
        help,
        labelNames,
        registers,
        async collect () {
          const samples = await read()
          counter.reset()
          // A metric without labels would be 0 where its part is switched off.
          if (labelNames.length === 0) counter.remove()
          for (const sample of samples) counter.inc(labelsOf(labelNames, sample), Math.max(0, sample.at(-1) as number))
        },
      })
    },
    gauge (name, help, labelNames, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames,
        registers,
        async collect () {
          const samples = await read()
          gauge.reset()
          if (labelNames.length === 0) gauge.remove()
          for (const sample of samples) gauge.set(labelsOf(labelNames, sample), sample.at(-1) as number)
        },
      })
    },
  }
}

/** Returns the number at a path in figures of any shape; 0 when there is none. */
export function numberAt (stats: unknown, ...path: string[]): number {
  let at = stats
  for (const key of path) at = (at as Record<string, unknown> | null | undefined)?.[key]
  return typeof at === 'number' && Number.isFinite(at) ? at : 0
}
