// How the documents of an index are read: its keys, and beside them a document as it was read.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { documentPath, type DocumentInfo, type WholeDocument } from '../documents/library.ts'
import { openCompany, type Company, type FieldMapping } from '../session.ts'
import { useMeanwhile, type Values } from '../ui/meanwhile.ts'
import { Button, Loading, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { linesIn, namesIn, pairIn } from '../ui/typed-lists.ts'

const labels = { title: 'Title', text: 'Running text', url: 'Address', facts: 'Short facts' }
const linesOf = (fields: FieldMapping['fields']) => Object.entries(fields).map(([key, label]) => `${key}: ${label}`)
const valuesOf = ({ title, text, url, fields }: FieldMapping): Values<keyof typeof labels> => ({ title, text, url, facts: linesOf(fields) })

export function MappingSheet ({ company, kind, mapping, onClose }: {
  company: string, kind: string, mapping: FieldMapping, onClose: () => void
}): JSX.Element {
  const [title, setTitle] = useState(mapping.title ?? '')
  const [text, setText] = useState(mapping.text.join(', '))
  const [url, setUrl] = useState(mapping.url ?? '')
  const [facts, setFacts] = useState(linesOf(mapping.fields).join('\n'))
  const [failed, setFailed] = useState<Problem | null>(null)
  const meanwhile = useMeanwhile(valuesOf(mapping), { labels })
  const submit = async (event: Event) => {
    event.preventDefault()
    const fields = Object.fromEntries(linesIn(facts).map(pairIn))
    const typed = { title: title.trim() || null, text: namesIn(text), url: url.trim() || null, fields }
    const own = meanwhile.changes(valuesOf(typed))
    try {
      const now = (await call<Company>(`v1/companies/${company}`)).profile?.mapping[kind] ?? mapping
      const clash = meanwhile.clash(valuesOf(typed), valuesOf(now))
      if (clash) return setFailed(clash)
      const gone = Object.fromEntries(Object.keys(now.fields).filter(key => !(key in fields)).map(key => [key, null]))
      const known = Object.fromEntries(own.map(name => name === 'facts' ? ['fields', { ...fields, ...gone }] : [name, typed[name]]))
      if (own.length > 0) await call(`v1/companies/${company}`, { method: 'PATCH', body: { indexes: { [kind]: known } } })
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
