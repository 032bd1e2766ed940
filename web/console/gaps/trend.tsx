// How often something was asked in each of the last days, as small bars.
import type { JSX } from 'preact'

const barWidth = 5
const gapWidth = 2
const height = 24

export function Trend ({ days }: { days: number[] }): JSX.Element {
  const most = Math.max(1, ...days)
  const width = days.length * (barWidth + gapWidth) - gapWidth
  return (
    <svg class='trend' width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden='true' focusable='false'>
      {days.map((n, i) => {
        const size = n === 0 ? 2 : Math.max(4, Math.round(n / most * height))
        const left = i * (barWidth + gapWidth)
        return <rect key={i} class={n === 0 ? 'none' : ''} x={left} y={height - size} width={barWidth} height={size} rx='1.5' />
      })}
    </svg>
  )
}
