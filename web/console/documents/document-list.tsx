// The list of an index's documents, with a search over titles and names.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button, Empty, Loading, ago, count, plural } from '../ui/parts.tsx'
import { SearchField, searchFor } from '../ui/search-field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { DocumentSheet } from './document-sheet.tsx'
import { list, loadAll, loadMore, next, problem, remove, setPinned, type DocumentInfo } from './library.ts'

const wanted = signal('')
const opened = signal<DocumentInfo | null>(null)
const doomed = signal<DocumentInfo | null>(null)

export function DocumentList ({ company, kind }: { company: string, kind: string }): JSX.Element | null {
  const search = wanted.value
  useEffect(() => { if (search !== '') loadAll(company, kind) }, [search !== '', company, kind])
  const all = list.value
  if (all === null) return problem.value ? null : <Loading what='Reading the list…' />
  const fits = searchFor(search)
  const shown = all.filter(({ title, id }) => fits(`${title} ${id}`))
  return (
    <section class='library' aria-label={`Documents in ${kind}`}>
      {(all.length > 0 || search !== '') && (
        <SearchField id='search-documents' label='Search titles and names' value={wanted} />
      )}
      {all.length === 0
        ? <Empty icon='documents' title='No documents yet'><p>Drop the first one above, and ask about it.</p></Empty>
        : shown.length === 0
          ? <Empty icon='search' title='Nothing has that title'><p>Try fewer letters, or another index.</p></Empty>
          : (
            <ul class='documents'>
              {shown.map(document => <Row key={document.id} document={document} company={company} kind={kind} />)}
            </ul>
            )}
      <p class='visually-hidden' role='status'>{search === '' ? '' : `${plural(shown.length, 'document')} found`}</p>
      {next.value !== null && search === '' && <Button onClick={() => loadMore(company, kind)}>Show more</Button>}
      {opened.value && <DocumentSheet company={company} kind={kind} document={opened.value} onClose={() => { opened.value = null }} />}
      {doomed.value && <Removal document={doomed.value} company={company} kind={kind} />}
    </section>
  )
}

function Row ({ document, company, kind }: { document: DocumentInfo, company: string, kind: string }): JSX.Element {
  const { id, title, chunks, tokens, pinned, updated_at: updated, condensed, access } = document
  const name = title || id
  const about = [
    name === id ? '' : id, plural(chunks, 'chunk'), `${count(tokens)} tokens`, condensed ? 'condensed' : '', ago(updated),
    audienceOf(access),
  ]
  return (
    <li class='document'>
      <button type='button' class='document-open' onClick={() => { opened.value = document }}>
        <span class='document-title' dir='auto'>{name}</span>
        <span class='document-about'>
          {about.filter(Boolean).join(' · ')}
        </span>
      </button>
      <Button
        look='quiet' icon='pin' label={pinned ? `Unpin ${name}` : `Pin ${name}: it is never removed for room`} aria-pressed={pinned}
        onClick={() => setPinned(company, kind, id, !pinned)}
      />
      <Button look='quiet' icon='trash' label={`Remove ${name}`} onClick={() => { doomed.value = document }} />
    </li>
  )
}

function audienceOf (access: string[] | null): string {
  if (access === null) return ''
  return access.length === 0 ? 'for no one' : `for ${access.map(name => name.replace(/^group:/, '')).join(', ')}`
}

function Removal ({ document: { id, title }, company, kind }: { document: DocumentInfo, company: string, kind: string }): JSX.Element {
  const close = () => { doomed.value = null }
  return (
    <Sheet kind='small' title='Remove this document?' onClose={close}>
      <p>“{title || id}” will no longer be found or cited. The file itself stays where it is.</p>
      <div class='sheet-actions'>
        <Button onClick={close}>Keep it</Button>
        <Button look='danger' icon='trash' onClick={() => { close(); remove(company, kind, id) }}>Remove</Button>
      </div>
    </Sheet>
  )
}
