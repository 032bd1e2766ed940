// Shows the times of an answer's parts beside each other, from the question to its last word.
import type { JSX } from 'preact'
import type { Timings } from '../../../src/types.ts'
import { milliseconds } from '../ui/parts.tsx'

interface Part { name: string, from: number, ms: number, tone: string }

/** What is done between the search and the first word. */
const steps: Record<string, string> = { llm: 'The model begins', faq: 'FAQ comparison', similar: 'Comparing' }

/** Returns the parts in order. The question is embedded while its words are searched. */
export function partsOf ({ prompt, embed, search, first_token, total }: Timings, by: string): Part[] {
  const found = prompt + search
  return [
    { name: 'Profile', from: 0, ms: prompt, tone: 'quiet' },
    { name: 'Embedding', from: prompt, ms: embed, tone: 'soft' },
    { name: 'Search', from: prompt, ms: search, tone: 'soft' },
    { name: steps[by] ?? 'Choosing sentences', from: found, ms: Math.max(0, first_token - found), tone: 'accent' },
    { name: 'Writing', from: first_token, ms: Math.max(0, total - first_token), tone: 'accent' },
  ]
}

export function Waterfall ({ timings, by, isKept }: { timings: Timings, by: string, isKept: boolean }): JSX.Element {
  const { total } = timings
  const percent = (ms: number) => `${Math.min(100, 100 * ms / Math.max(total, 0.1))}%`
  return (
    <>
      <ul class='waterfall'>
        {partsOf(timings, by).map(({ name, from, ms, tone }) => (
          <li key={name}>
            <span class='waterfall-name'>{name}</span>
            <span class='waterfall-track' aria-hidden='true'>
              <span class={tone} style={{ left: `min(${percent(from)}, calc(100% - 2px))`, width: `max(2px, ${percent(ms)})` }} />
            </span>
            <span class='waterfall-ms'>{milliseconds(ms)}</span>
          </li>
        ))}
        <li class='waterfall-total'>
          <span class='waterfall-name'>In all</span><span /><span class='waterfall-ms'>{milliseconds(total)}</span>
        </li>
      </ul>
      {isKept && <p class='hint'>This answer was kept. The times are those of when it was made.</p>}
    </>
  )
}
