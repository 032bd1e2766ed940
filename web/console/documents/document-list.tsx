// The list of an index's documents, with a search over titles and names.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button, Empty, Loading, ago, count, plural } from '../ui/parts.tsx'
import { SearchField, searchFor } from '../ui/search-field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { DocumentSheet } from './document-sheet.tsx'
import {
  isAllSearched, list, loadAll, loadMore, next, pageSize, problem, remove, removing, setPinned, type DocumentInfo,
} from './library.ts'

const wanted = signal('')
const opened = signal<DocumentInfo | null>(null)
const doomed = signal<DocumentInfo[] | null>(null)
/** As many rows are shown: thousands would make each letter of a search wait. */
const most = signal(pageSize)

export function DocumentList ({ company, kind }: { company: string, kind: string }): JSX.Element | null {
  const search = wanted.value
  useEffect(() => { if (search !== '') loadAll(company, kind) }, [search !== '', company, kind])
  useEffect(() => { most.value = pageSize }, [search, company, kind])
  const all = list.value
  if (all === null) return problem.value ? null : <Loading what='Reading the list…' />
  const fits = searchFor(search)
  const found = all.filter(({ title, id }) => fits(`${title} ${id}`))
  const shown = found.slice(0, most.value)
  const showMore = () => {
    most.value += pageSize
    if (found.length < most.value && search === '') loadMore(company, kind)
  }
  return (
    <section class='library' aria-label={`Documents in ${kind}`}>
      {(all.length > 0 || search !== '') && (
        <SearchField id='search-documents' label='Search titles and names' value={wanted} />
      )}
      {search !== '' && <Found found={found} />}
      {all.length === 0
        ? <Empty icon='documents' title='No documents yet'><p>Drop the first one above, and ask about it.</p></Empty>
        : found.length === 0
          ? <Empty icon='search' title='Nothing has that title'><p>Try fewer letters, or another index.</p></Empty>
          : <Rows shown={shown} company={company} kind={kind} />}
      {(found.length > shown.length || (next.value !== null && search === '')) && <Button onClick={showMore}>Show more</Button>}
      {opened.value && <DocumentSheet company={company} kind={kind} document={opened.value} onClose={() => { opened.value = null }} />}
      {doomed.value && <Removal those={doomed.value} company={company} kind={kind} />}
    </section>
  )
}

/** Says what a search has found, and removes it all. */
function Found ({ found }: { found: DocumentInfo[] }): JSX.Element {
  const now = removing.value
  const isReading = next.value !== null && problem.value === null && !isAllSearched()
  const words = now
    ? `${count(now.done)} of ${plural(now.of, 'document')} removed`
    : isReading
      ? `Searching… ${count(found.length)} found so far`
      : `${plural(found.length, 'document')} found${next.value === null ? '' : ` among the first ${count(list.value!.length)}`}`
  return (
    <div class='section-head'>
      <p role='status'>{words}</p>
      {found.length > 1 && next.value === null && (
        <Button look='quiet' icon='trash' disabled={now !== null} onClick={() => { doomed.value = found }}>Remove them</Button>
      )}
    </div>
  )
}

function Rows ({ shown, company, kind }: { shown: DocumentInfo[], company: string, kind: string }): JSX.Element {
  const ref = useRef<HTMLUListElement>(null)
  const focused = useRef(-1)
  const before = useRef(shown.length)
  // The focus goes with a row that is removed: it passes to the next one.
  useEffect(() => {
    const rows = ref.current!.children
    if (shown.length < before.current && focused.current >= 0 && document.activeElement === document.body) {
      rows[Math.min(focused.current, rows.length - 1)]?.querySelector<HTMLButtonElement>('button:last-child')!.focus()
    }
    before.current = shown.length
  }, [shown.length])
  const note = ({ target }: Event) => {
    focused.current = [...ref.current!.children].indexOf((target as Element).closest('li')!)
  }
  return (
    <ul class='documents' ref={ref} onFocusIn={note}>
      {shown.map(document => <Row key={document.id} document={document} company={company} kind={kind} />)}
    </ul>
  )
}

function Row ({ document, company, kind }: { document: DocumentInfo, company: string, kind: string }): JSX.Element {
  const { id, title, chunks, tokens, pinned, updated_at: updated, condensed, access } = document
  const name = title || id
  const about = [plural(chunks, 'chunk'), `${count(tokens)} tokens`, condensed ? 'condensed' : '', ago(updated)]
  return (
    <li class='document'>
      <button type='button' class='document-open' onClick={() => { opened.value = document }}>
        <span class='document-title' dir='auto'>{name}</span>
        <span class='document-about'>
          {name !== id && <><bdi>{id}</bdi> · </>}{about.filter(Boolean).join(' · ')}
          {access !== null && <> · <Audience access={access} /></>}
        </span>
      </button>
      <Button
        look='quiet' icon='pin' label={pinned ? `Unpin ${name}` : `Pin ${name}: it is never removed for room`} aria-pressed={pinned}
        onClick={() => setPinned(company, kind, id, !pinned)}
      />
      <Button look='quiet' icon='trash' label={`Remove ${name}`} onClick={() => { doomed.value = [document] }} />
    </li>
  )
}

function Audience ({ access }: { access: string[] }): JSX.Element {
  return access.length === 0 ? <>for no one</> : <>for <bdi>{access.map(name => name.replace(/^group:/, '')).join(', ')}</bdi></>
}

function Removal ({ those, company, kind }: { those: DocumentInfo[], company: string, kind: string }): JSX.Element {
  const close = () => { doomed.value = null }
  const [first] = those as [DocumentInfo]
  const isOne = those.length === 1
  const confirm = () => {
    close()
    remove(company, kind, those.map(({ id }) => id))
  }
  return (
    <Sheet kind='small' title={isOne ? 'Remove this document?' : `Remove ${plural(those.length, 'document')}?`} onClose={close}>
      <p>
        {isOne ? `“${first.title || first.id}”` : `All whose title or name has “${wanted.value.trim()}”`} will no longer be found or
        cited. {isOne ? 'The file itself stays where it is.' : 'The files themselves stay where they are.'}
      </p>
      <div class='sheet-actions'>
        <Button onClick={close}>{isOne ? 'Keep it' : 'Keep them'}</Button>
        <Button look='danger' icon='trash' onClick={confirm}>Remove</Button>
      </div>
    </Sheet>
  )
}
