// The last hour, minute by minute.
import type { JSX } from 'preact'
import { Curve } from '../ui/curve.tsx'

export interface Minute {
  at: number, asked: number, made: number, failed: number
  first_token: { p50: number, p95: number } | null
  total: { p50: number, p95: number } | null
}

export function Curves ({ minutes }: { minutes: Minute[] }): JSX.Element {
  const times = minutes.map(({ at }) => at)
  const failures = minutes.map(({ failed }) => failed)
  const hasFailed = failures.some(n => n > 0)
  const isQuiet = minutes.every(({ asked }) => asked === 0)
  return (
    <section class='card'>
      <h2>The last hour</h2>
      {isQuiet && <p class='hint'>Nobody has asked in this hour.</p>}
      {!isQuiet && (
        <>
          <Curve
            label='Questions' unit='/min' times={times}
            key={String(hasFailed)}
            lines={[
              { name: 'asked', values: minutes.map(({ asked }) => asked) },
              ...(hasFailed ? [{ name: 'failed', tone: 'bad' as const, values: failures }] : []),
            ]}
          />
          <Curve
            label='First word' unit='ms' times={times}
            lines={[
              { name: 'half in', values: minutes.map(({ first_token: first }) => first?.p50 ?? null) },
              { name: '95 % in', tone: 'soft', dashed: true, values: minutes.map(({ first_token: first }) => first?.p95 ?? null) },
            ]}
          />
        </>
      )}
    </section>
  )
}
