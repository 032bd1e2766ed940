// What a company has used in the last 30 days, and what it may use in one.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { Curve } from '../ui/curve.tsx'
import { Loading, Notice, count } from '../ui/parts.tsx'

interface Counts { questions: number, input_tokens: number, output_tokens: number, searches: number }
interface Usage {
  from: string
  to: string
  data: (Counts & { day: string | null })[]
  total: Counts
  budget?: { spent: boolean, questions_per_day?: number, tokens_per_day?: number }
}

const dayMs = 86_400_000

export function UsageCard ({ company }: { company: string }): JSX.Element {
  const [usage, setUsage] = useState<Usage | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    setUsage(null)
    setProblem(null)
    call<Usage>('v1/usage', { query: { company_id: company, by: 'day' } }).then(setUsage, error => setProblem(problemOf(error)))
  }, [company])
  return (
    <section class='card' aria-label='Usage'>
      <h2>Usage</h2>
      {problem && <Notice problem={problem} />}
      {!usage && !problem && <Loading what='Counting…' />}
      {usage && <Counted usage={usage} />}
    </section>
  )
}

function Counted ({ usage: { from, to, data, total, budget } }: { usage: Usage }): JSX.Element {
  const first = Date.parse(from)
  const days = Array.from({ length: Math.round((Date.parse(to) - first) / dayMs) + 1 }, (_, i) => first + i * dayMs)
  const byDay = new Map(data.map(({ day, questions }) => [Date.parse(day ?? ''), questions]))
  const tokens = total.input_tokens + total.output_tokens
  return (
    <>
      <div class='figures'>
        <p><strong>{count(total.questions)}</strong> {total.questions === 1 ? 'question' : 'questions'}</p>
        <p><strong>{count(tokens)}</strong> tokens of the language model</p>
        <p><strong>{count(total.searches)}</strong> searches</p>
      </div>
      {total.questions > 0 && (
        <Curve
          label='Questions a day' unit='' isDays times={days} lines={[{ name: 'today', values: days.map(day => byDay.get(day) ?? 0) }]}
        />
      )}
      <p class='hint'>
        {budget
          ? [
              'A day’s budget:', budget.questions_per_day === undefined ? '' : `${count(budget.questions_per_day)} questions`,
              budget.tokens_per_day === undefined ? '' : `${count(budget.tokens_per_day)} tokens`,
              budget.spent ? '– spent today: answers are quoted from the documents.' : '',
            ].filter(Boolean).join(' ')
          : 'In the last 30 days. No budget is set.'}
      </p>
    </>
  )
}
