// What users say about answers: ratings with reasons, comments and corrections; out and in as JSONL.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { problemOf, send } from '../api.ts'
import { reasons as words } from '../ask/rating.tsx'
import { createPagedList } from '../paged-list.ts'
import { company, companyId, companyProblem } from '../session.ts'
import { download } from '../ui/download.ts'
import { Icon } from '../ui/icons.tsx'
import { Button, Empty, Loading, Notice, PageHead, ago, plural } from '../ui/parts.tsx'

interface Entry {
  n: number, answer_id: string, score: number, reasons: string[], comment: string, correction: string
  question: string, answer: string, sources: string[], finish_reason: string, updated_at: string
}
type Kind = 'all' | 'down' | 'up'

const kinds: [kind: Kind, name: string][] = [['all', 'All'], ['down', 'Thumbs down'], ['up', 'Thumbs up']]
const kind = signal<Kind>('all')
const paged = createPagedList<Entry>('v1/feedback')
const { items: entries, next, problem } = paged

function load (company: string, rating: Kind, after?: string): Promise<void> {
  return paged.load({ company_id: company, limit: '30', rating: rating === 'all' ? undefined : rating }, after)
}

export function FeedbackPage (): JSX.Element {
  const id = companyId.value
  useEffect(() => { if (id !== '') load(id, kind.value) }, [id, kind.value])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  return (
    <div class='page'>
      <PageHead
        title='Feedback'
        about={`What people say about the answers of ${company.value?.name ?? 'this company'}. Personal data is masked before it is kept.`}
      />
      {problem.value?.code !== 'NOT_SUPPORTED' && (
        <div class='bar'>
          <div class='kinds' role='group' aria-label='Which ratings'>
            {kinds.map(([name, title]) => (
              <button key={name} type='button' aria-pressed={kind.value === name} onClick={() => { kind.value = name }}>{title}</button>
            ))}
          </div>
          <Exchange company={id} onDone={() => load(id, kind.value)} />
        </div>
      )}
      {problem.value && <Notice problem={problem.value} onRetry={() => load(id, kind.value)} />}
      {!entries.value && !problem.value && <Loading what='Reading the ratings…' />}
      {entries.value?.length === 0 && (
        <Empty icon='thumbUp' title={kind.value === 'all' ? 'No ratings yet' : 'No ratings of this kind yet'}>
          <p>The thumbs under each answer, here and in the widget, bring them.</p>
        </Empty>
      )}
      {entries.value && entries.value.length > 0 && (
        <ul class='rows'>{entries.value.map(entry => <EntryRow key={entry.n} entry={entry} />)}</ul>
      )}
      {entries.value && next.value !== null && (
        <Button class='button plain more' onClick={() => load(id, kind.value, next.value!)}>Show more</Button>
      )}
    </div>
  )
}

function EntryRow ({ entry }: { entry: Entry }): JSX.Element {
  const { question, answer, score, reasons, comment, correction, sources, updated_at: at } = entry
  const isBad = score < 0
  const rating = score === 0 ? 'Taken back' : isBad ? 'Thumb down' : 'Thumb up'
  return (
    <li class='row rated'>
      <span class={`rated-icon ${isBad ? 'bad' : 'good'}`} title={rating}>
        <Icon name={isBad ? 'thumbDown' : 'thumbUp'} /><span class='visually-hidden'>{rating}</span>
      </span>
      <details>
        <summary>
          <span class='row-title' dir='auto'>{question || 'An imported pair'}</span>
          <span class='row-about'>
            {[...reasons.map(reason => words[reason] ?? reason), ago(at), plural(sources.length, 'source')].join(' · ')}
          </span>
        </summary>
        <blockquote class='prompt' dir='auto'>{answer || 'Its answer is no longer known.'}</blockquote>
      </details>
      {comment !== '' && <p class='rated-words' dir='auto'>“{comment}”</p>}
      {correction !== '' && <p class='rated-words' dir='auto'><strong>Should have been:</strong> {correction}</p>}
    </li>
  )
}

function Exchange ({ company, onDone }: { company: string, onDone: () => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState('')
  const tell = (error: unknown) => { problem.value = problemOf(error) }
  async function save (): Promise<void> {
    try {
      await download('v1/feedback/export', { company_id: company }, `feedback-${company}.jsonl`)
    } catch (error) {
      tell(error)
    }
  }
  async function bring (file: File | undefined): Promise<void> {
    if (!file) return
    try {
      const response = await send('v1/feedback/import', {
        method: 'POST', query: { company_id: company }, text: await file.text(), headers: { 'content-type': 'application/x-ndjson' },
      })
      const { imported, changed } = await response.json() as { imported: number, changed: number }
      setSaid(`${plural(imported, 'rating')} imported${changed > 0 ? `, ${changed} replaced` : ''}`)
      onDone()
    } catch (error) {
      tell(error)
    }
  }
  return (
    <div class='bar-end'>
      <span class='hint' role='status'>{said}</span>
      <Button look='quiet' icon='upload' onClick={() => input.current!.click()}>Import</Button>
      <Button look='quiet' icon='download' onClick={save}>Export</Button>
      <input
        ref={input} id='import' type='file' accept='.jsonl,.ndjson' hidden aria-label='Ratings to import'
        onChange={({ currentTarget }) => {
          bring(currentTarget.files?.[0])
          currentTarget.value = ''
        }}
      />
    </div>
  )
}
