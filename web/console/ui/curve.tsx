// Curves over time. uPlot is loaded with the first one: the pages without curves do without it.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { default as Plot, Options } from 'uplot'
import { count } from './parts.tsx'

export interface Line { name: string, values: (number | null)[], dashed?: boolean, tone?: 'accent' | 'soft' | 'bad' }

const height = 160
/** A day has one mark at most, s. */
const dayIncrements = [1, 2, 7, 14, 30, 90, 365].map(days => days * 86_400)
/** Counts have no halves. */
const wholeIncrements = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map(n => n * 10 ** power)).flat()
const short = new Intl.NumberFormat('en', { notation: 'compact' })
const tones = { accent: '--accent', soft: '--edge', bad: '--bad' }

interface Values { unit: string, isDays?: boolean, isShare?: boolean, band?: Band }
/** Where the first line may really be. */
interface Band { low: (number | null)[], high: (number | null)[] }

/**
 * @param unit after the values in the legend and on the axis
 * @param isShare the values are percentages, of a few times: each is marked, and the axis begins near the least one
 */
export function Curve ({ label, times, lines, unit, isDays = false, isShare = false, band }: Values & {
  label: string, times: number[], lines: Line[]
}): JSX.Element {
  const ref = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | null>(null)
  // Drawn in this order: the lines are above the band.
  const edges = band ? [band.high, band.low] : []
  const data: [number[], ...(number | null)[][]] = [times.map(ms => ms / 1000), ...edges, ...lines.map(({ values }) => values)]
  useEffect(() => {
    let isGone = false
    let watcher: ResizeObserver | undefined
    const dark = matchMedia('(prefers-color-scheme: dark)')
    async function draw (): Promise<void> {
      const { default: UPlot } = await import('uplot')
      if (isGone || !ref.current) return
      plot.current?.destroy()
      const values = { unit, isDays, isShare, ...(band ? { band } : {}) }
      plot.current = new UPlot(optionsOf(ref.current, lines, values), data as never, ref.current)
      watcher ??= new ResizeObserver(([entry]) => plot.current?.setSize({ width: entry!.contentRect.width, height }))
      watcher.observe(ref.current)
    }
    draw()
    dark.addEventListener('change', draw)
    return () => {
      isGone = true
      dark.removeEventListener('change', draw)
      watcher?.disconnect()
      plot.current?.destroy()
    }
  }, [])
  useEffect(() => plot.current?.setData(data as never), [data])
  const now = lines.map(({ name, values }) => `${name} ${lastOf(values, unit)}`).join(', ')
  return (
    <figure class='curve'>
      <figcaption>
        <span>{label}</span>
        {lines.map(({ name, tone = 'accent', values }) => (
          <span class='curve-line' key={name}>
            <i class={`swatch ${tone}`} aria-hidden='true' />{name}{' '}
            <strong>{lastOf(values, unit)}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={ref} class='curve-plot' role='img' aria-label={`${label}: ${now}`} />
    </figure>
  )
}

function lastOf (values: (number | null)[], unit: string): string {
  const last = values.findLast(value => value !== null)
  return last === undefined || last === null ? '–' : valueText(Math.round(last), unit)
}

/** Writes a value with its unit; a second and more in seconds. */
function valueText (value: number, unit: string, format = count): string {
  return unit === 'ms' && value >= 1000 ? `${Math.round(value / 100) / 10} s` : `${format(value)} ${unit}`.trimEnd()
}

function timeText (ms: number, isDays: boolean): string {
  const date = new Date(ms)
  return isDays ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }) : date.toTimeString().slice(0, 5)
}

/** True where a line has one value, which makes no line. */
function isAlone (values: Plot['data'][number]): boolean {
  return Array.from(values).filter(value => value != null).length === 1
}

/** Begins at a ten below the least share. */
function shareRange (least: number): [number, number] {
  return [Math.max(0, Math.floor((least - 5) / 10) * 10), 100]
}

function optionsOf (element: HTMLElement, lines: Line[], { unit, isDays = false, isShare = false, band }: Values): Options {
  const style = getComputedStyle(element)
  // Colours that the canvas understands: light-dark() is resolved by the element that uses it.
  const colour = (name: string): string => {
    element.style.color = `var(${name})`
    const { color } = getComputedStyle(element)
    element.style.color = ''
    return color
  }
  const font = `12px ${style.fontFamily}`
  const axis = { stroke: colour('--ink-soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height,
    cursor: { y: false, points: { size: 6 } },
    legend: { show: false },
    scales: { y: { range: (_, least, most) => isShare ? shareRange(least) : [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis, size: 34, gap: 10, grid: { show: false }, ...(isDays ? { incrs: dayIncrements } : {}),
        values: (_, times) => times.map(time => timeText(time * 1000, isDays)),
      },
      {
        ...axis, size: 56, ...(unit === 'ms' ? {} : { incrs: wholeIncrements }),
        values: (_, values) => values.map(value => valueText(value, unit, short.format)),
      },
    ],
    series: [
      {},
      ...(band ? [{ width: 0, points: { show: false } }, { width: 0, points: { show: false } }] : []),
      ...lines.map(({ name, tone = 'accent', dashed = false }) => ({
        label: name, stroke: colour(tones[tone]), width: 2, spanGaps: true, ...(dashed ? { dash: [4, 4] } : {}),
        points: { show: (plot: Plot, i: number) => isShare || isAlone(plot.data[i]!), size: 6, fill: colour(tones[tone]) },
      })),
    ],
    ...(band ? { bands: [{ series: [1, 2] as [number, number], fill: colour('--accent-soft') }] } : {}),
  }
}
