// What a company has used: today beside its budget, day by day, and key by key.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { problemOf } from '../api.ts'
import { maySee } from '../session.ts'
import { Curve } from '../ui/curve.tsx'
import { download } from '../ui/download.ts'
import { Button, Loading, Meter, Notice, count, plural } from '../ui/parts.tsx'
import { BudgetSheet } from './budget-sheet.tsx'
import { loadUsage, problem, tokensOf, usage, type Counts, type KeyCounts, type Limits, type Usage } from './usage.ts'

const dayMs = 86_400_000
const isOpen = signal(false)

export function UsageCards ({ company }: { company: string }): JSX.Element {
  useEffect(() => {
    usage.value = null
    isOpen.value = false
    loadUsage(company)
  }, [company])
  const now = usage.value
  return (
    <>
      {problem.value && <Notice problem={problem.value} onRetry={() => loadUsage(company)} />}
      {!now && !problem.value && <Loading what='Counting…' />}
      {now && <Today {...now} />}
      {now && <Days company={company} {...now} />}
      {now && now.keys.length > 0 && <Keys keys={now.keys} />}
      {now && isOpen.value && <BudgetSheet company={company} budget={now.today.budget} onClose={() => { isOpen.value = false }} />}
    </>
  )
}

function Today ({ today: { total, data, budget } }: Usage): JSX.Element {
  const named = Object.entries(budget?.keys ?? {})
  const ofKey = (id: string) => data.find(({ key }) => key === id)
  return (
    <section class='card' aria-label='Budget'>
      <div class='section-head'>
        <h2>Daily budget</h2>
        <p />
        {budget && <span class={`state ${budget.spent ? 'warn' : 'good'}`}>{budget.spent ? 'Used up today' : 'Within it'}</span>}
        {maySee.figures.value && (
          <Button icon='pencil' onClick={() => { isOpen.value = true }}>{budget ? 'Change' : 'Set a budget'}</Button>
        )}
      </div>
      {!budget && <p class='hint'>No budget is set: {plural(total.questions, 'question')} and {plural(tokensOf(total), 'token')} today.</p>}
      {budget && (
        <ul class='limits'>
          <LimitRows limits={budget} counts={total} />
          {named.map(([id, limits]) => <LimitRows key={id} name={ofKey(id)?.name || id} limits={limits} counts={ofKey(id)} />)}
        </ul>
      )}
      <p class='hint'>
        Past a budget, answers are quoted from the documents instead of written; nobody is refused. A day begins at midnight, UTC.
      </p>
    </section>
  )
}

function LimitRows ({ name, limits, counts }: { name?: string, limits: Limits, counts: Counts | undefined }): JSX.Element {
  const rows = [
    ['questions', counts?.questions ?? 0, limits.questions_per_day], ['tokens', counts ? tokensOf(counts) : 0, limits.tokens_per_day],
  ] as const
  return (
    <>
      {rows.map(([what, used, most]) => most !== undefined && (
        <li key={what}>
          <span class='limit-name'>{name ?? (what === 'questions' ? 'Questions' : 'Tokens')}</span>
          <Meter
            value={most === 0 ? 1 : used / most} tone={used >= 0.9 * most ? 'warn' : 'accent'}
            label={`${name ?? 'The company'}: ${what} used today`}
          />
          <span class='limit-figures'>{count(used)} of {count(most)} {what}</span>
        </li>
      ))}
    </>
  )
}

function Days ({ company, days: { from, to, data, total } }: Usage & { company: string }): JSX.Element {
  const first = Date.parse(from)
  const days = Array.from({ length: Math.round((Date.parse(to) - first) / dayMs) + 1 }, (_, i) => first + i * dayMs)
  const byDay = new Map(data.map(row => [Date.parse(row.day), row]))
  const values = (of: (counts: Counts) => number) => days.map(day => { const row = byDay.get(day); return row ? of(row) : 0 })
  const save = () => download('v1/usage', { company_id: company, by: 'day,key', format: 'csv' }, `usage-${company}.csv`)
    .catch(error => { problem.value = problemOf(error) })
  return (
    <section class='card' aria-label='Usage'>
      <div class='section-head'>
        <h2>The last 30 days</h2>
        <p />
        <Button look='quiet' icon='download' onClick={save}>CSV</Button>
      </div>
      <div class='figures'>
        <p><strong>{count(total.questions)}</strong> {total.questions === 1 ? 'question' : 'questions'}</p>
        <p><strong>{count(tokensOf(total))}</strong> tokens of the language model</p>
        <p><strong>{count(total.searches)}</strong> {total.searches === 1 ? 'search' : 'searches'} without an answer</p>
      </div>
      {total.questions > 0 && (
        <Curve label='Questions a day' unit='' isDays times={days} lines={[{ name: 'today', values: values(row => row.questions) }]} />
      )}
      {tokensOf(total) > 0 && (
        <Curve label='Tokens a day' unit='' isDays times={days} lines={[{ name: 'today', values: values(tokensOf) }]} />
      )}
    </section>
  )
}

function Keys ({ keys }: { keys: KeyCounts[] }): JSX.Element {
  const rows = [...keys].sort((a, b) => b.questions - a.questions)
  const kinds: Record<string, string> = { site: 'website', signing: 'users', api: 'server' }
  return (
    <section class='card'>
      <h2>Key by key</h2>
      <div class='table-scroll' tabIndex={0} role='region' aria-label='Usage by key'>
        <table class='table'>
          <thead>
            <tr><th scope='col'>Key</th><th scope='col'>Questions</th><th scope='col'>Tokens</th><th scope='col'>Searches</th></tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr key={row.key ?? ''}>
                <th scope='row'>
                  {row.name || row.key || 'Without a key'}
                  {row.kind && <span class='hint'> · {kinds[row.kind] ?? row.kind}</span>}
                </th>
                <td>{count(row.questions)}</td><td>{count(tokensOf(row))}</td><td>{count(row.searches)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
