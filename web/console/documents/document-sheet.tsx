// Shows a document as the service reads it: its facts, and its chunks in order.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Fields, Out } from '../ask/passage-sheet.tsx'
import { call, problemOf, type Problem } from '../api.ts'
import { Button, Loading, Notice, ago, count, plural } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { readersIn } from '../ui/typed-lists.ts'
import { documentPath, setAccess, type DocumentInfo, type WholeDocument } from './library.ts'

/** Chunks shown at first: a book has thousands. */
const chunksShown = 50

export function DocumentSheet ({ company, kind, document, onClose }: {
  company: string, kind: string, document: DocumentInfo, onClose: () => void
}): JSX.Element {
  const [whole, setWhole] = useState<WholeDocument | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [most, setMost] = useState(chunksShown)
  const path = documentPath(kind, document.id)
  const read = (from: number) => call<WholeDocument>(path, { query: { company_id: company, from: String(from) } })
    .then(
      part => setWhole(known => ({ ...part, pieces: [...known?.pieces ?? [], ...part.pieces] })),
      error => setProblem(problemOf(error))
    )
  useEffect(() => { read(0) }, [document.id])
  const showMore = () => {
    setMost(most + chunksShown)
    if (whole && whole.next_piece !== null && whole.pieces.length < most + chunksShown) read(whole.next_piece)
  }
  const { id, title, url, chunks, tokens, updated_at: updated, cited_at: cited } = document
  return (
    <Sheet title={title || id} above={kind} onClose={onClose}>
      <dl class='facts'>
        <dt>Name</dt><dd>{id}</dd>
        {url && <><dt>Address</dt><dd><Out url={url} /></dd></>}
        <dt>Size</dt><dd>{plural(chunks, 'chunk')}, {count(tokens)} tokens</dd>
        <dt>Written</dt><dd>{ago(updated)}</dd>
        <dt>Cited</dt><dd>{cited === null ? 'not yet' : ago(cited)}</dd>
        <Fields fields={whole?.fields ?? []} />
      </dl>
      <Audience key={id} company={company} kind={kind} document={document} />
      {problem && <Notice problem={problem} />}
      {!whole && !problem && <Loading what='Reading its chunks…' />}
      {whole && (
        <ol class='chunks'>
          {whole.pieces.slice(0, most).map(({ n, text, heading, page, tokens }) => (
            <li key={n}>
              <p class='above'>{[heading, page === null ? '' : `page ${page}`, `${count(tokens)} tokens`].filter(Boolean).join(' · ')}</p>
              <p class='passage-text' dir='auto'>{text}</p>
            </li>
          ))}
        </ol>
      )}
      {whole && (whole.pieces.length > most || whole.next_piece !== null) && <Button onClick={showMore}>Show more chunks</Button>}
    </Sheet>
  )
}

/** Whom the document is for, to be changed. */
function Audience ({ company, kind, document }: { company: string, kind: string, document: DocumentInfo }): JSX.Element {
  const [text, setText] = useState((document.access ?? []).join(', '))
  const [said, setSaid] = useState('')
  const [failed, setFailed] = useState<Problem | null>(null)
  const save = async (event: Event) => {
    event.preventDefault()
    const readers = readersIn(text)
    setFailed(null)
    try {
      await setAccess(company, kind, document.id, readers)
      setText((readers ?? []).join(', '))
      setSaid(readers ? 'Saved: nobody else finds it.' : 'Saved: everyone finds it.')
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  return (
    <form class='form' onSubmit={save}>
      <label for='audience'>Only for</label>
      <div class='inline-form'>
        <input
          id='audience' class='field' placeholder='everyone of the company' autocomplete='off' value={text}
          onInput={event => {
            setText(event.currentTarget.value)
            setSaid('')
          }}
        />
        <Button type='submit' icon='check'>Save</Button>
      </div>
      <p class='hint' role='status'>{said || 'Groups and users, such as group:staff, user:42'}</p>
      {failed && <Notice problem={failed} />}
    </form>
  )
}
