// Who changed what in a company: a log in words, by kind and time, page by page.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { problemOf } from '../api.ts'
import { createPagedList } from '../paged-list.ts'
import { download } from '../ui/download.ts'
import { Button, Empty, Loading, Notice } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { keys, loadKeys, nameOf } from './keys.ts'

interface Change { n: number, at: string, action: string, target: string, key: string | null, by: string | null }

const words: Record<string, string> = {
  'answer.publish': 'published an answer to a gap',
  'company.change': 'changed the profile',
  'company.delete': 'deleted the company',
  'company.put': 'wrote the whole profile',
  'curated.change': 'changed a curated answer',
  'curated.create': 'wrote a curated answer',
  'curated.remove': 'removed a curated answer',
  'document.change': 'changed a document',
  'document.delete': 'removed a document',
  'documents.delete': 'removed documents',
  'documents.upload': 'uploaded documents',
  'evaluation.add': 'kept an evaluation',
  'evaluation.cancel': 'stopped an evaluation',
  'evaluation.remove': 'removed an evaluation',
  'evaluation.start': 'started an evaluation',
  'feedback.import': 'imported feedback',
  'gap.assign': 'assigned a gap',
  'gap.dismiss': 'dismissed a gap',
  'gap.merge': 'merged gaps',
  'gap.reopen': 'opened a gap again',
  'key.change': 'changed a key',
  'key.create': 'made a key',
  'key.revoke': 'revoked a key',
  'learning.rollback': 'took back what was learnt',
  'learning.start': 'began to learn from feedback',
  'source.forget': 'forgot a source',
  'user.erase': 'erased a user',
}

const kinds = [
  ['', 'Everything'], ['document,documents,source', 'Documents'], ['company', 'Profile and budget'], ['key', 'Keys'],
  ['answer,curated,gap,feedback,evaluation,learning', 'Answers and learning'], ['user', 'Users'],
] as const
const spans = [['', 'At any time'], ['1', 'In the last day'], ['7', 'In the last 7 days'], ['30', 'In the last 30 days']] as const
const kind = signal<string>('')
const span = signal<string>('')

const { items: changes, next, problem, load: loadPage } = createPagedList<Change>('v1/audit')

function queryOf (company: string): Record<string, string | undefined> {
  const since = span.value === '' ? undefined : new Date(Date.now() - Number(span.value) * 86_400_000).toISOString()
  return { company_id: company, action: kind.value || undefined, since }
}

const load = (company: string, after?: string) => loadPage({ ...queryOf(company), limit: '50' }, after)

export function ChangesCard ({ company }: { company: string }): JSX.Element {
  useEffect(() => { loadKeys(company) }, [company])
  useEffect(() => { load(company) }, [company, kind.value, span.value])
  const all = changes.value
  const save = () => download('v1/audit/export', queryOf(company), `changes-${company}.jsonl`)
    .catch(error => { problem.value = problemOf(error) })
  return (
    <section class='changes' aria-label='Changes'>
      <div class='bar'>
        <div class='filters'>
          <Select id='change-kind' label='What was changed' value={kind.value} options={kinds} onChange={value => { kind.value = value }} />
          <Select id='change-span' label='When' value={span.value} options={spans} onChange={value => { span.value = value }} />
        </div>
        <Button look='quiet' icon='download' onClick={save}>Export</Button>
      </div>
      {problem.value && <Notice problem={problem.value} onRetry={() => load(company)} />}
      {!all && !problem.value && <Loading what='Reading the changes…' />}
      {all?.length === 0 && (
        <Empty icon='company' title='Nothing was changed'>
          <p>{kind.value || span.value ? 'Choose more, or a longer time.' : 'What people and programs change appears here.'}</p>
        </Empty>
      )}
      {all && all.length > 0 && <ol class='rows log'>{all.map(change => <ChangeRow key={change.n} change={change} />)}</ol>}
      {all && next.value !== null && <Button class='button plain more' onClick={() => load(company, next.value!)}>Show more</Button>}
    </section>
  )
}

const times = new Intl.DateTimeFormat('en', {
  day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
})

function ChangeRow ({ change: { at, action, target, key, by } }: { change: Change }): JSX.Element {
  const known = keys.value?.find(({ id }) => id === key)
  const who = by ?? (known ? nameOf(known) : key) ?? 'On this machine'
  const what = keys.value?.find(({ id }) => id === target)
  return (
    <li class='row log-row'>
      <time dateTime={at}>{times.format(new Date(at))}</time>
      <p>
        <strong>{who}</strong> {words[action] ?? action}
        {target !== '' && <span class='log-target'>{what ? nameOf(what) : target}</span>}
      </p>
    </li>
  )
}
