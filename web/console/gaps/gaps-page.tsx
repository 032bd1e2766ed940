// What customers asked in vain: the most asked first, each closed by one answer that is written here.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { company, companyId, companyProblem } from '../session.ts'
import { Button, Empty, Loading, Notice, PageHead, ago, count, plural } from '../ui/parts.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { GapSheet } from './gap-sheet.tsx'
import {
  gaps, isPartial, isSearching, load, loadAll, maxSearched, next, problem, shown, top, wanted, type Gap, type GapStatus,
} from './gaps.ts'
import { Trend } from './trend.tsx'

const statuses: [status: GapStatus, name: string][] = [['open', 'Open'], ['published', 'Answered'], ['dismissed', 'Dismissed']]
const status = signal<GapStatus>('open')
const opened = signal<string | null>(null)

export function GapsPage (): JSX.Element {
  const id = companyId.value
  const read = () => {
    load(id, status.value)
    if (isSearching.value) loadAll(id)
  }
  useEffect(() => {
    opened.value = null
    wanted.value = ''
  }, [id])
  useEffect(() => { if (id !== '') load(id, status.value) }, [id, status.value])
  useEffect(() => { if (isSearching.value) loadAll(id) }, [isSearching.value, id])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  const rows = isSearching.value ? shown.value?.filter(gap => gap.status === status.value) : shown.value
  return (
    <div class='page'>
      <PageHead
        title='Gaps'
        about={`What customers of ${company.value?.name ?? 'this company'} asked in vain. Write an answer once; it is given from then on.`}
      />
      {problem.value?.code !== 'NOT_SUPPORTED' && (
        <div class='kinds' role='group' aria-label='Which gaps'>
          {statuses.map(([name, title]) => (
            <button key={name} type='button' aria-pressed={status.value === name} onClick={() => { status.value = name }}>
              {title}{isSearching.value && shown.value && <span class='kind-count'>{count(countOf(name))}</span>}
            </button>
          ))}
        </div>
      )}
      {(isSearching.value || (gaps.value && gaps.value.length > 0)) && (
        <SearchField id='search-gaps' label='Search questions and answers' value={wanted} />
      )}
      {isSearching.value && isPartial.value && (
        <p class='hint' role='status'>Only the first {count(maxSearched)} gaps were searched.</p>
      )}
      {problem.value && <Notice problem={problem.value} onRetry={read} />}
      {!rows && !problem.value && <Loading what='Reading the gaps…' />}
      {rows?.length === 0 && (isSearching.value ? <NoneFound /> : <NoGaps />)}
      {rows && rows.length > 0 && <ul class='rows'>{rows.map(gap => <GapRow key={gap.id} gap={gap} />)}</ul>}
      {!isSearching.value && gaps.value && next.value !== null && (
        <Button class='button plain more' onClick={() => load(id, status.value, next.value!)}>Show more</Button>
      )}
      {status.value === 'open' && !isSearching.value && top.value.length > 0 && <Top />}
      {opened.value !== null && (
        <GapSheet company={id} id={opened.value} onClose={() => { opened.value = null }} onChange={read} />
      )}
    </div>
  )
}

/** Returns how many gaps of a status were found. */
function countOf (name: GapStatus): number {
  return shown.value?.filter(gap => gap.status === name).length ?? 0
}

function NoneFound (): JSX.Element {
  const others = statuses.filter(([name]) => countOf(name) > 0).map(([name, title]) => `${count(countOf(name))} in “${title}”`)
  return (
    <Empty icon='search' title='No gap here has these words'>
      <p>{others.length > 0 ? `There is ${others.join(', and ')}.` : 'Try fewer letters.'}</p>
    </Empty>
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
