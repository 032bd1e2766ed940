// A company's documents: drop files, see what became of each, find, read, pin and remove.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { access, company, companyId, companyProblem } from '../session.ts'
import { Button, Loading, Meter, Notice, PageHead, count } from '../ui/parts.tsx'
import { readersIn } from '../ui/typed-lists.ts'
import { DocumentList } from './document-list.tsx'
import { filesOfDrop, filesOfInput, type Chosen } from './dropped.ts'
import { indexes, list, load, problem, stats } from './library.ts'
import { Sources } from './sources.tsx'
import { UploadList } from './upload-list.tsx'
import { upload } from './uploads.ts'

/** Whom the next files are for, as typed. */
const readers = signal('')

/** The index that is shown, by company. */
const kinds = signal<Record<string, string>>({})

export function DocumentsPage (): JSX.Element {
  const id = companyId.value
  const available = company.value?.indexes ?? []
  const kind = kinds.value[id] ?? available[0] ?? ''
  const choose = (name: string) => { kinds.value = { ...kinds.value, [id]: name } }
  useEffect(() => {
    indexes.value = null
    stats.value = null
    readers.value = ''
  }, [id])
  const read = async () => {
    const better = await load(id, kind, id in kinds.peek())
    if (better !== null) choose(better)
  }
  useEffect(() => {
    list.value = null
    problem.value = null
    if (company.value) read()
  }, [id, kind, company.value])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  if (!company.value) return <div class='page'><Loading what='Reading the documents…' /></div>
  const add = (chosen: Chosen[]) => {
    const isShown = () => companyId.peek() === id && (kinds.peek()[id] ?? available[0]) === kind
    if (chosen.length > 0) upload(id, kind, readersIn(readers.peek()), chosen, () => { if (isShown()) load(id, kind) })
  }
  return (
    <div class='page'>
      <PageHead title='Documents' about={`Answers of ${company.value.name} come from these. A new document can be found within seconds.`} />
      <Room />
      {problem.value && <Notice problem={problem.value} onRetry={read} />}
      {problem.value?.code !== 'NOT_SUPPORTED' && (
        <>
          <div class='kinds' role='group' aria-label='Index'>
            {available.map(name => (
              <button key={name} type='button' aria-pressed={name === kind} onClick={() => choose(name)}>
                {name}<span class='kind-count'>{countOf(name)}</span>
              </button>
            ))}
          </div>
          <DropZone kind={kind} onChosen={add} />
          <UploadList />
          <Sources company={id} />
          <DocumentList company={id} kind={kind} />
        </>
      )}
    </div>
  )
}

/** Returns how many documents an index has, as far as that is known. */
function countOf (name: string): string {
  return indexes.value ? count(indexes.value.find(({ kind }) => kind === name)?.documents ?? 0) : '–'
}

/** How much room the documents take of what a company may have. */
function Room (): JSX.Element | null {
  const now = stats.value
  const most = access.value?.knowledge_max_tokens ?? 0
  if (!now) return null
  const share = most > 0 ? now.total_tokens / most : 0
  return (
    <div class='room'>
      <div class='figures'>
        <p><strong>{count(now.total_documents)}</strong> {now.total_documents === 1 ? 'document' : 'documents'}</p>
        <p><strong>{count(now.total_chunks)}</strong> {now.total_chunks === 1 ? 'chunk' : 'chunks'}</p>
        <p><strong>{now.storage_size_mb.toFixed(1)}</strong> MB</p>
        {now.total_chunks > 0 && <p><strong>{Math.floor(100 * now.embedded)} %</strong> with vectors</p>}
      </div>
      {most > 0 && (
        <div class='room-line'>
          <Meter value={share} label='Room in use' tone={share > 0.9 ? 'warn' : 'accent'} />
          <p>
            {count(now.total_tokens)} of {count(most)} tokens
            {share > 0.9 && '. When it is full, the documents cited longest ago make room; pin those that must stay.'}
          </p>
        </div>
      )}
    </div>
  )
}

const isOver = signal(false)

function DropZone ({ kind, onChosen }: { kind: string, onChosen: (chosen: Chosen[]) => void }): JSX.Element {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Anywhere on the page counts: a file dropped beside the zone must not replace the page.
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      isOver.value = true
    }
    const leave = (event: DragEvent) => { if (event.relatedTarget === null) isOver.value = false }
    const drop = async (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      isOver.value = false
      onChosen(await filesOfDrop(event.dataTransfer))
    }
    document.addEventListener('dragover', over)
    document.addEventListener('dragleave', leave)
    document.addEventListener('drop', drop)
    return () => {
      document.removeEventListener('dragover', over)
      document.removeEventListener('dragleave', leave)
      document.removeEventListener('drop', drop)
    }
  }, [onChosen])
  const chosen = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    if (currentTarget.files) onChosen(filesOfInput(currentTarget.files))
    currentTarget.value = ''
  }
  return (
    <section class={`drop${isOver.value ? ' over' : ''}`} aria-label='Add documents'>
      <p class='drop-title'>{isOver.value ? `Let go to add to ${kind}` : 'Drop files or folders here'}</p>
      <p class='hint'>
        PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, mail, HTML, Markdown, CSV, JSON, text, logs, source code. They become part
        of “{kind}”.
      </p>
      <div class='drop-buttons'>
        <Button look='primary' icon='upload' onClick={() => files.current!.click()}>Choose files</Button>
        <Button icon='folder' onClick={() => folder.current!.click()}>Choose a folder</Button>
      </div>
      <div class='drop-readers'>
        <label for='readers'>Who may find them</label>
        <input
          id='readers' class='field' placeholder='everyone of the company' autocomplete='off' aria-describedby='readers-hint'
          value={readers.value} onInput={event => { readers.value = event.currentTarget.value }}
        />
        <p id='readers-hint' class='hint'>
          {readers.value.trim() !== ''
            ? 'Groups and users, such as staff, user:42; it holds for the files that follow.'
            : 'A file added again with nothing here stays for those it was for.'}
        </p>
      </div>
      <input ref={files} id='files' type='file' multiple hidden onChange={chosen} />
      <input ref={folder} type='file' multiple hidden onChange={chosen} {...{ webkitdirectory: true }} />
    </section>
  )
}
