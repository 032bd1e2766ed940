// Computes and prints measured figures: quantiles, goals and tables.

export interface Figure {
  name: string
  value: number
  unit: string
  /** The same figure for the bare baseline in the same run. */
  bare?: number
  /** The goal for the value itself or for its ratio to `bare`. */
  goal?: { of: 'value' | 'ratio', atMost?: number, atLeast?: number }
  note?: string
}

/** Returns the smallest sample that at least `share` of all samples do not exceed; NaN without samples. */
export function quantile (samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

export function median (samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

export function ratio ({ value, bare }: Figure): number | undefined {
  return bare === undefined ? undefined : value / bare
}

/** Tells if a figure reaches its goal; undefined without a goal. */
export function reached (figure: Figure): boolean | undefined {
  if (!figure.goal) return undefined
  const { of, atMost = Infinity, atLeast = -Infinity } = figure.goal
  const measured = of === 'value' ? figure.value : ratio(figure) ?? NaN
  return measured <= atMost && measured >= atLeast
}

/** Formats the figures as a table for people. */
export function table (figures: readonly Figure[]): string {
  const rows = figures.map(figure => [
    figure.name, `${short(figure.value)} ${figure.unit}`, figure.bare === undefined ? '' : short(figure.bare),
    figure.bare === undefined ? '' : `× ${short(ratio(figure)!)}`, goalText(figure), figure.note ?? '',
  ])
  const head = ['figure', 'measured', 'bare', 'ratio', 'goal', 'note']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]!.length)))
  return [head, ...rows].map(row => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()).join('\n')
}

function goalText (figure: Figure): string {
  if (!figure.goal) return ''
  const { of, atMost, atLeast } = figure.goal
  const bound = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`
  return `${of === 'ratio' ? '× ' : ''}${bound} ${reached(figure) ? 'reached' : 'MISSED'}`
}

function short (value: number): string {
  const size = Math.abs(value)
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 0.2 ? value.toFixed(2) : value.toFixed(3)
}
