// Curves over time. uPlot is loaded with the first one: the pages without curves do without it.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { default as Plot, Options } from 'uplot'

export interface Line { name: string, values: (number | null)[], dashed?: boolean, tone?: 'accent' | 'soft' | 'bad' }

const height = 160
const tones = { accent: '--accent', soft: '--edge', bad: '--bad' }

/** @param unit after the values in the legend and on the axis */
export function Curve ({ label, times, lines, unit, isDays = false }: {
  label: string, times: number[], lines: Line[], unit: string, isDays?: boolean
}): JSX.Element {
  const ref = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | null>(null)
  const data: [number[], ...(number | null)[][]] = [times.map(ms => ms / 1000), ...lines.map(({ values }) => values)]
  useEffect(() => {
    let isGone = false
    let watcher: ResizeObserver | undefined
    const dark = matchMedia('(prefers-color-scheme: dark)')
    async function draw (): Promise<void> {
      const { default: UPlot } = await import('uplot')
      if (isGone || !ref.current) return
      plot.current?.destroy()
      plot.current = new UPlot(optionsOf(ref.current, lines, unit, isDays), data as never, ref.current)
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
  const now = lines.map(({ name, values }) => `${name} ${lastOf(values)} ${unit}`).join(', ')
  return (
    <figure class='curve'>
      <figcaption>
        <span>{label}</span>
        {lines.map(({ name, tone = 'accent', values }) => (
          <span class='curve-line' key={name}>
            <i class={`swatch ${tone}`} aria-hidden='true' />{name}{' '}
            <strong>{lastOf(values)} {unit}</strong>
          </span>
        ))}
      </figcaption>
      <div ref={ref} class='curve-plot' role='img' aria-label={`${label}: ${now}`} />
    </figure>
  )
}

function lastOf (values: (number | null)[]): string {
  const last = values.findLast(value => value !== null)
  return last === undefined || last === null ? '–' : String(Math.round(last))
}

function timeText (ms: number, isDays: boolean): string {
  const date = new Date(ms)
  return isDays ? date.toISOString().slice(5, 10) : date.toTimeString().slice(0, 5)
}

function optionsOf (element: HTMLElement, lines: Line[], unit: string, isDays: boolean): Options {
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
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, size: 28, grid: { show: false }, values: (_, times) => times.map(time => timeText(time * 1000, isDays)) },
      { ...axis, size: 56, values: (_, values) => values.map(value => `${value} ${unit}`) },
    ],
    series: [
      {},
      ...lines.map(({ name, tone = 'accent', dashed = false }) => ({
        label: name, stroke: colour(tones[tone]), width: 2, spanGaps: true, points: { show: false }, ...(dashed ? { dash: [4, 4] } : {}),
      })),
    ],
  }
}
