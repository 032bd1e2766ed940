// Curated answers: what a person wrote or corrected, how often each is cited, and which must be read again.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { company, companyId, companyProblem } from '../session.ts'
import { Button, Empty, Loading, Notice, PageHead, ago, plural } from '../ui/parts.tsx'
import { SearchField, searchFor } from '../ui/search-field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { AnswerForm } from './answer-form.tsx'
import { answers, load, problem, remove, type Curated } from './curated.ts'

const wanted = signal('')
const onlyStale = signal(false)
const opened = signal<Curated | 'new' | null>(null)
const doomed = signal<Curated | null>(null)

export function AnswersPage (): JSX.Element {
  const id = companyId.value
  useEffect(() => {
    answers.value = null
    opened.value = null
    onlyStale.value = false
    if (id !== '') load(id)
  }, [id])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  const all = answers.value
  const stale = all?.filter(answer => answer.stale).length ?? 0
  const fits = searchFor(wanted.value)
  const shown = (all ?? []).filter(({ stale, question, variants, answer }) =>
    (!onlyStale.value || stale) && fits([question, ...variants, answer].join(' ')))
  return (
    <div class='page'>
      <PageHead
        title='Curated answers'
        about={`Answers that people of ${company.value?.name ?? 'the company'} wrote or corrected. The chat quotes from them.`}
      >
        <Button icon='plus' onClick={() => { opened.value = 'new' }}>New answer</Button>
      </PageHead>
      {problem.value && <Notice problem={problem.value} onRetry={() => load(id)} />}
      {!all && !problem.value && <Loading what='Reading the answers…' />}
      {all?.length === 0 && (
        <Empty icon='answers' title='No curated answers yet'>
          <p>Write one, correct an answer on the page Ask, or close a gap.</p>
        </Empty>
      )}
      {all && all.length > 0 && (
        <>
          <SearchField id='search-answers' label='Search questions and answers' value={wanted} />
          {stale > 0 && (
            <div class='kinds' role='group' aria-label='Which answers'>
              <button type='button' aria-pressed={!onlyStale.value} onClick={() => { onlyStale.value = false }}>All</button>
              <button type='button' aria-pressed={onlyStale.value} onClick={() => { onlyStale.value = true }}>
                To be read again<span class='kind-count'>{stale}</span>
              </button>
            </div>
          )}
          {shown.length === 0
            ? <Empty icon='search' title='No answer has these words'><p>Try fewer letters.</p></Empty>
            : <ul class='rows'>{shown.map(answer => <AnswerRow key={answer.id} answer={answer} />)}</ul>}
        </>
      )}
      {opened.value && (
        <AnswerForm
          key={opened.value === 'new' ? 'new' : opened.value.id} company={id} answer={opened.value === 'new' ? null : opened.value}
          onClose={() => { opened.value = null }}
          onRemove={answer => {
            opened.value = null
            doomed.value = answer
          }}
        />
      )}
      {doomed.value && <Removal company={id} answer={doomed.value} />}
    </div>
  )
}

function AnswerRow ({ answer }: { answer: Curated }): JSX.Element {
  const { question, answer: text, hits, last_hit_at: last, stale, access, changed_at: changed, variants, index } = answer
  return (
    <li class='row'>
      <button type='button' class='row-open' onClick={() => { opened.value = answer }}>
        <span class='row-words'>
          <span class='row-title' dir='auto'>{question}</span>
          <span class='row-text' dir='auto'>{text}</span>
          <span class='row-about'>
            {[
              hits === 0 ? 'not cited yet' : `cited ${plural(hits, 'time')}${last ? `, ${ago(last)}` : ''}`,
              variants.length > 0 ? `${plural(variants.length, 'other wording')}` : '', index, access ? `for ${access.join(', ')}` : '',
              `written ${ago(changed)}`,
            ].filter(Boolean).join(' · ')}
          </span>
        </span>
        {stale && <span class='badge warn'>read again</span>}
      </button>
    </li>
  )
}

function Removal ({ company, answer: { id, question } }: { company: string, answer: Curated }): JSX.Element {
  const close = () => { doomed.value = null }
  return (
    <Sheet kind='small' title='Remove this answer?' onClose={close}>
      <p>“{question}” will be answered from the other documents again, if they say anything.</p>
      <div class='sheet-actions'>
        <Button onClick={close}>Keep it</Button>
        <Button look='danger' icon='trash' onClick={() => { close(); remove(company, id) }}>Remove</Button>
      </div>
    </Sheet>
  )
}
