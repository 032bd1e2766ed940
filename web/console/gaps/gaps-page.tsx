// What customers asked in vain: the most asked first, each closed by one answer that is written here.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { company, companyId, companyProblem } from '../session.ts'
import { Button, Empty, Loading, Notice, PageHead, ago, count, plural } from '../ui/parts.tsx'
import { GapSheet } from './gap-sheet.tsx'
import { gaps, load, next, problem, top, type Gap, type GapStatus } from './gaps.ts'
import { Trend } from './trend.tsx'

const statuses: [status: GapStatus, name: string][] = [['open', 'Open'], ['published', 'Answered'], ['dismissed', 'Dismissed']]
const status = signal<GapStatus>('open')
const opened = signal<string | null>(null)

export function GapsPage (): JSX.Element {
  const id = companyId.value
  useEffect(() => {
    opened.value = null
    if (id !== '') load(id, status.value)
  }, [id, status.value])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  return (
    <div class='page'>
      <PageHead
        title='Gaps'
        about={`What customers of ${company.value?.name ?? 'this company'} asked in vain. Write an answer once; it is given from then on.`}
      />
      {problem.value?.code !== 'NOT_SUPPORTED' && (
        <div class='kinds' role='group' aria-label='Which gaps'>
          {statuses.map(([name, title]) => (
            <button key={name} type='button' aria-pressed={status.value === name} onClick={() => { status.value = name }}>{title}</button>
          ))}
        </div>
      )}
      {problem.value && <Notice problem={problem.value} onRetry={() => load(id, status.value)} />}
      {!gaps.value && !problem.value && <Loading what='Reading the gaps…' />}
      {gaps.value?.length === 0 && <NoGaps />}
      {gaps.value && gaps.value.length > 0 && (
        <ul class='rows'>{gaps.value.map(gap => <GapRow key={gap.id} gap={gap} />)}</ul>
      )}
      {gaps.value && next.value !== null && (
        <Button class='button plain more' onClick={() => load(id, status.value, next.value!)}>Show more</Button>
      )}
      {status.value === 'open' && top.value.length > 0 && <Top />}
      {opened.value !== null && (
        <GapSheet
          company={id} id={opened.value} onClose={() => { opened.value = null }} onChange={() => load(id, status.value)}
        />
      )}
    </div>
  )
}

function NoGaps (): JSX.Element {
  if (status.value !== 'open') return <Empty icon='gaps' title={status.value === 'published' ? 'None answered yet' : 'None dismissed'} />
  return (
    <Empty icon='check' title='No open gaps'>
      <p>Questions without an answer, and answers that got a thumb down, appear here within seconds.</p>
    </Empty>
  )
}

/** The causes in words, the most frequent first. */
function causesOf ({ causes }: Gap): string {
  const names = { no_answer: 'not answered', disliked: 'disliked', asked_again: 'asked again' }
  return Object.entries(names)
    .map(([cause, name]) => ({ name, n: causes[cause as keyof typeof names] ?? 0 }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
    .map(({ name, n }) => `${count(n)} × ${name}`)
    .join(', ')
}

function GapRow ({ gap }: { gap: Gap }): JSX.Element {
  const { id, question, people, trend: { days, change }, last_asked_at: last, assignee, publication, dismiss_reason: reason } = gap
  const rising = change !== null && change >= 0.5
  return (
    <li class='row'>
      <button type='button' class='row-open' onClick={() => { opened.value = id }}>
        <span class='row-words'>
          <span class='row-title' dir='auto'>{question}</span>
          <span class='row-about'>
            {[
              plural(people, 'person', 'people'), causesOf(gap), last ? ago(last) : '', assignee ? `for ${assignee}` : '',
              publication ? `${publication.answered} of ${publication.asked} answered now` : '',
            ].filter(Boolean).join(' · ')}
          </span>
          {reason !== null && <span class='row-about' dir='auto'>Dismissed: {reason}</span>}
        </span>
        {rising && <span class='badge warn'>rising</span>}
        <Trend days={days} />
      </button>
    </li>
  )
}

function Top (): JSX.Element {
  const most = top.value[0]!.times
  return (
    <section class='card'>
      <h2>Asked most in the last 24 hours</h2>
      <ol class='top'>
        {top.value.map(({ question, times }) => (
          <li key={question}>
            <span dir='auto'>{question}</span>
            <span class='top-bar' aria-hidden='true'><span style={{ width: `${100 * times / most}%` }} /></span>
            <span class='top-times'>{count(times)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
