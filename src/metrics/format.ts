// The two text formats of metrics: OpenMetrics, which has exemplars, and the older one of Prometheus.

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
export const plainType = 'text/plain; version=0.0.4; charset=utf-8'

/** Returns the same metrics in the older format: counters are declared by their whole name, and there are no exemplars. */
export function toPlainMetrics (openMetrics: string): string {
  const lines = openMetrics.split('\n')
  const counters = new Set(lines.flatMap(line => /^# TYPE (\S+) counter$/.exec(line)?.[1] ?? []))
  const plain: string[] = []
  for (const line of lines) {
    if (line === '# EOF' || line === '') continue
    const declared = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line)
    if (declared) {
      const [, kind, name, rest] = declared
      plain.push(`# ${kind} ${name}${counters.has(name!) ? '_total' : ''} ${rest}`)
    } else plain.push(line.replace(/^(\w+_bucket\{.*\} \S+) # \{.*\} \S+ \S+$/, '$1'))
  }
  return `${plain.join('\n')}\n`
}
