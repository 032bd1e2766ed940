// Writes a curated answer, or changes one; says which of its sources have changed.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { company as current } from '../session.ts'
import { useMeanwhile, type Values } from '../ui/meanwhile.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { linesIn, readersIn } from '../ui/typed-lists.ts'
import { read, write, type Curated, type Entry } from './curated.ts'

export interface GivenAnswer { answerId: string, question: string, text: string }

const labels = {
  question: 'Question', answer: 'Answer', variants: 'Other words', index: 'Part of', url: 'A page that says more', access: 'Only for',
}
const valuesOf = ({ question, answer, variants, index, url, access }: Entry): Values<keyof typeof labels> =>
  ({ question, answer, variants, index, url, access })

const nothing: Entry = { question: '', answer: '', variants: [], index: '', url: '', access: null }

export function AnswerForm ({ company, answer, given, onClose, onRemove }: {
  company: string
  answer: Curated | null
  /** An answer that was given, and is corrected. */
  given?: GivenAnswer
  onClose: () => void
  onRemove?: (answer: Curated) => void
}): JSX.Element {
  const indexes = current.value?.indexes ?? []
  const [question, setQuestion] = useState(answer?.question ?? given?.question ?? '')
  const [text, setText] = useState(answer?.answer ?? given?.text.replace(/ ?\[\d+\]/g, '') ?? '')
  const [variants, setVariants] = useState(answer?.variants.join('\n') ?? '')
  const [url, setUrl] = useState(answer?.url ?? '')
  const [readers, setReaders] = useState((answer?.access ?? []).join(', '))
  const [index, setIndex] = useState(answer?.index ?? (indexes.includes('faq') ? 'faq' : indexes[0] ?? ''))
  const [failed, setFailed] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isDone, setDone] = useState(false)
  const meanwhile = useMeanwhile(valuesOf(answer ?? nothing), { labels })
  const save = async (entry: Partial<Entry>) => {
    setBusy(true)
    setFailed(null)
    try {
      await write(company, answer?.id ?? null, given ? { ...entry, answer_id: given.answerId } : entry)
      if (given) setDone(true)
      else onClose()
    } catch (error) {
      setFailed(problemOf(error))
      setBusy(false)
    }
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const entry: Entry = {
      question: question.trim(), answer: text.trim(), variants: linesIn(variants), index, url: url.trim(), access: readersIn(readers),
    }
    if (answer) return change(answer.id, entry)
    // Whom a corrected answer is for is known from its sources.
    if (given && entry.access === null) delete (entry as Partial<Entry>).access
    save(entry)
  }
  const change = async (id: string, entry: Entry) => {
    const typed = valuesOf(entry)
    const own = meanwhile.changes(typed)
    try {
      const clash = meanwhile.clash(typed, valuesOf(await read(company, id)))
      if (clash) return setFailed(clash)
    } catch (error) {
      return setFailed(problemOf(error))
    }
    save(Object.fromEntries(own.map(name => [name, entry[name]])))
  }
  const parts = [...new Set([index, ...indexes])].map(kind => [kind, kind] as const)
  const title = answer ? 'Change the answer' : given ? 'Correct the answer' : 'New answer'
  return (
    <Sheet title={title} above={answer ? index : undefined} onClose={onClose}>
      {answer?.stale && (
        <div class='notice warn stale'>
          <div>
            <strong>Read it again</strong>
            <p>What the answer rested on has changed since: {answer.changed_sources.join(', ')}.</p>
          </div>
          <Button icon='check' disabled={isBusy} onClick={() => { save({}) }}>It is still right</Button>
        </div>
      )}
      {isDone && <p class='result' role='status'>It is published, and given from now on. The page Answers shows how often it is cited.</p>}
      {!isDone && (
        <form class='form' onSubmit={submit}>
          <label for='answer-question'>Question</label>
          <input
            id='answer-question' class='field' dir='auto' required maxLength={500} value={question}
            onInput={event => setQuestion(event.currentTarget.value)}
          />
          <label for='answer-text'>Answer</label>
          <textarea
            id='answer-text' class='field' dir='auto' rows={6} required maxLength={8000} value={text}
            onInput={event => setText(event.currentTarget.value)}
          />
          <label for='answer-variants'>Other words for the question, one a line</label>
          <textarea
            id='answer-variants' class='field' dir='auto' rows={3} value={variants}
            onInput={event => setVariants(event.currentTarget.value)}
          />
          <label for='answer-url'>A page that says more</label>
          <input
            id='answer-url' class='field' type='url' maxLength={2000} placeholder='https://shop.example/help' value={url}
            onInput={event => setUrl(event.currentTarget.value)}
          />
          <label for='answer-readers'>Only for</label>
          <input
            id='answer-readers' class='field' autocomplete='off' value={readers}
            placeholder={given ? 'those who could see its sources' : 'everyone of the company'}
            onInput={event => setReaders(event.currentTarget.value)}
          />
          <label for='answer-index'>Part of</label>
          <Select id='answer-index' value={index} options={parts} onChange={setIndex} />
          {failed && <Notice problem={failed} />}
          <div class='form-actions'>
            <Button look='primary' icon='check' type='submit' disabled={isBusy}>{answer ? 'Save' : 'Publish'}</Button>
            {answer && onRemove && <Button look='quiet' icon='trash' onClick={() => onRemove(answer)}>Remove</Button>}
          </div>
        </form>
      )}
    </Sheet>
  )
}
