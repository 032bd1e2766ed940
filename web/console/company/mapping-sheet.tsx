// How the documents of an index are read: its keys, and beside them a document as it was read.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { documentPath, type DocumentInfo, type WholeDocument } from '../documents/library.ts'
import { openCompany, type FieldMapping } from '../session.ts'
import { Button, Loading, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { linesIn, namesIn } from '../ui/typed-lists.ts'

export function MappingSheet ({ company, kind, mapping, onClose }: {
  company: string, kind: string, mapping: FieldMapping, onClose: () => void
}): JSX.Element {
  const [title, setTitle] = useState(mapping.title ?? '')
  const [text, setText] = useState(mapping.text.join(', '))
  const [url, setUrl] = useState(mapping.url ?? '')
  const [facts, setFacts] = useState(Object.entries(mapping.fields).map(([key, label]) => `${key}: ${label}`).join('\n'))
  const [failed, setFailed] = useState<Problem | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    const fields = Object.fromEntries(linesIn(facts).map(line => {
      const [, key = line, label = key] = /^([^:]+):\s*(.+)$/.exec(line) ?? []
      return [key.trim(), label]
    }))
    const gone = Object.fromEntries(Object.keys(mapping.fields).filter(key => !(key in fields)).map(key => [key, null]))
    const known = {
      title: title.trim() || null, url: url.trim() || null, text: namesIn(text),
      fields: { ...fields, ...gone },
    }
    try {
      await call(`v1/companies/${company}`, { method: 'PATCH', body: { indexes: { [kind]: known } } })
      await openCompany(company)
      onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  return (
    <Sheet title={`How “${kind}” is read`} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <p class='hint'>
          Names of keys in JSON and columns in tables. What is empty is guessed. It holds for documents that are uploaded from now on.
        </p>
        <label for='map-title'>Title</label>
        <input
          id='map-title' class='field code' value={title} placeholder='guessed' onInput={event => setTitle(event.currentTarget.value)}
        />
        <label for='map-text'>Running text, in order</label>
        <input id='map-text' class='field code' value={text} placeholder='guessed' onInput={event => setText(event.currentTarget.value)} />
        <label for='map-url'>Address</label>
        <input id='map-url' class='field code' value={url} placeholder='none' onInput={event => setUrl(event.currentTarget.value)} />
        <label for='map-facts'>Short facts, one a line: key and label</label>
        <textarea
          id='map-facts' class='field code' rows={5} value={facts} placeholder='price: Price'
          onInput={event => setFacts(event.currentTarget.value)}
        />
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='check' type='submit'>Save</Button>
      </form>
      <Preview company={company} kind={kind} />
    </Sheet>
  )
}

function Preview ({ company, kind }: { company: string, kind: string }): JSX.Element {
  const [shown, setShown] = useState<WholeDocument | 'none' | null>(null)
  useEffect(() => {
    const query = { company_id: company }
    call<{ data: DocumentInfo[] }>(`v1/indexes/${kind}/documents`, { query: { ...query, limit: '1' } })
      .then(async ({ data: [first] }) => first ? await call<WholeDocument>(documentPath(kind, first.id), { query }) : 'none' as const)
      .then(setShown, () => setShown('none'))
  }, [company, kind])
  return (
    <section class='sheet-part'>
      <h3>A document, as it was read</h3>
      {shown === null && <Loading what='Reading a document…' />}
      {shown === 'none' && <p class='hint'>There is none to show yet.</p>}
      {shown !== null && shown !== 'none' && (
        <dl class='facts preview'>
          <dt>Title</dt><dd dir='auto'>{shown.title || <em>none</em>}</dd>
          <dt>Address</dt><dd>{shown.url || <em>none</em>}</dd>
          {shown.fields.map(([label, value]) => <Pair key={label} label={label} value={value} />)}
          <dt>Text</dt><dd dir='auto'>{shown.pieces[0]?.text.slice(0, 400) ?? ''}</dd>
        </dl>
      )}
    </section>
  )
}

function Pair ({ label, value }: { label: string, value: string }): JSX.Element {
  return <><dt>{label}</dt><dd dir='auto'>{value}</dd></>
}
