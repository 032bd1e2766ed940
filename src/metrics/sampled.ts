// Metrics whose values are read when Prometheus asks: nothing is counted twice, and they cost nothing in between.
import { Counter, Gauge, type GaugeConfiguration, type Registry } from 'prom-client'

/** The values of the labels, in the order of their names, and the value of the metric. */
export type Sample = [...labels: string[], value: number]
type Read = () => Sample[] | Promise<Sample[]>

export interface Sampled {
  /** Adds a counter. Its name ends in `_total`; `read` returns sums since the start. */
  counter (name: string, help: string, labelNames: string[], read: Read): void
  gauge (name: string, help: string, labelNames: string[], read: Read): void
}

type Labels = Record<string, string>
type Options = Omit<GaugeConfiguration<string>, 'collect'> & { collect (): Promise<void> }
type Definition = Parameters<Sampled['gauge']>

export function createSampled (register: Registry): Sampled {
  function add<M extends Counter | Gauge> (
    [name, help, labelNames, read]: Definition, make: (options: Options) => M,
    put: (metric: M, labels: Labels, value: number) => void
  ): void {
    const metric = make({
      name,
      help,
      labelNames,
      registers: [register],
      async collect () {
        const samples = await read()
        metric.reset()
        // A metric without labels would be 0 where its part is switched off.
        if (labelNames.length === 0) metric.remove()
        for (const sample of samples) {
          put(metric, Object.fromEntries(labelNames.map((name, i) => [name, String(sample[i])])), sample.at(-1) as number)
        }
      },
    })
  }
  return {
    counter: (...definition) => add(
      definition, options => new Counter(options), (counter, labels, value) => counter.inc(labels, Math.max(0, value))
    ),
    gauge: (...definition) => add(definition, options => new Gauge(options), (gauge, labels, value) => gauge.set(labels, value)),
  }
}

/** Returns the number at a path in figures of any shape; 0 when there is none. */
export function numberAt (stats: unknown, ...path: string[]): number {
  let at = stats
  for (const key of path) at = (at as Record<string, unknown> | null | undefined)?.[key]
  return typeof at === 'number' && Number.isFinite(at) ? at : 0
}
