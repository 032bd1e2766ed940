// Opens a cited passage: where it is from, its words, and those of the question in it.
import { Fragment, type ComponentChildren, type JSX } from 'preact'
import { addressOf } from '../api.ts'
import { Loading } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'
import { Sheet } from '../ui/sheet.tsx'
import type { Turn } from './conversation.ts'
import { explanationOf, type Spans } from './explanation.ts'

/** Returns a text with the spans as marks. */
export function highlighted (text: string, spans: Spans = []): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let end = 0
  for (const [from, to] of spans) {
    parts.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>)
    end = to
  }
  return [...parts, text.slice(end)]
}

export function PassageSheet ({ turn, n, company, onClose }: {
  turn: Turn, n: number, company: string, onClose: () => void
}): JSX.Element | null {
  const source = turn.sources.find(source => source.n === n)
  const look = explanationOf(company, turn).value
  if (!source) return null
  const isOnItsWay = source.index !== 'web' && !look.explanation && !look.problem
  const passage = look.explanation?.passages.find(({ id }) => id === source.id)
  const places = source.places ?? []
  const title = source.title || source.id
  return (
    <Sheet
      title={title} shown={highlighted(title, passage?.highlights.title)} above={`Source ${n} · ${source.index}`} onClose={onClose}
    >
      <dl class='facts'>
        {source.page !== undefined && <><dt>Page</dt><dd>{source.page}</dd></>}
        {source.heading && <><dt>Heading</dt><dd>{source.heading}</dd></>}
        {source.url && <><dt>Address</dt><dd><Out url={source.url} /></dd></>}
        <Fields fields={passage?.fields ?? []} marks={passage?.highlights.fields} />
      </dl>
      {passage
        ? <p class='passage-text' dir='auto'>{highlighted(passage.text, passage.highlights.text)}</p>
        : isOnItsWay ? <Loading what='Opening the passage…' /> : <p class='passage-text' dir='auto'>{source.snippet}</p>}
      {places.length > 0 && (
        <section>
          <h3>Also in</h3>
          <ul class='plain-list'>
            {places.map(({ url, title }) => <li key={url + title}>{url ? <Out url={url} words={title} /> : title}</li>)}
          </ul>
        </section>
      )}
    </Sheet>
  )
}

/** Facts of a document, in a list of facts. */
export function Fields ({ fields, marks = [] }: {
  fields: [label: string, value: string][], marks?: [label: Spans, value: Spans][] | undefined
}): JSX.Element {
  return (
    <>
      {fields.map(([label, value], i) => (
        <Fragment key={i}><dt>{highlighted(label, marks[i]?.[0])}</dt><dd>{highlighted(value, marks[i]?.[1])}</dd></Fragment>
      ))}
    </>
  )
}

export function Out ({ url, words }: { url: string, words?: string }): JSX.Element {
  const href = addressOf(url)
  return (
    <a class='out' href={href} target='_blank' rel='noopener noreferrer'>
      {words || url.replace(/^https?:\/\//, '')}<Icon name='out' size={14} />
    </a>
  )
}
