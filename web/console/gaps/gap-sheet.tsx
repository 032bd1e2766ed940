// One gap: how people asked, why the nearest passages do not answer, and the answer that closes it.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { company as current } from '../session.ts'
import { changedMeanwhile } from '../ui/meanwhile.ts'
import { Button, Loading, Notice, ago, count, plural } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { linesIn } from '../ui/typed-lists.ts'
import { change, readGap, shown, type Check, type Gap, type GapDetail, type GapStatus } from './gaps.ts'

const origins: Record<string, string> = {
  correction: 'Drafted from a correction that a user wrote. Check it.',
  passage: 'Drafted from the nearest passage. Check it.',
  none: 'Nothing in the documents comes close: the answer is yours to write.',
}

const words: Record<GapStatus, string> = { open: 'open', published: 'answered', dismissed: 'dismissed' }

export function GapSheet ({ company, id, onClose, onChange }: {
  company: string, id: string, onClose: () => void, onChange: () => void
}): JSX.Element {
  const [gap, setGap] = useState<GapDetail | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [check, setCheck] = useState<Check | null>(null)
  const [isBusy, setBusy] = useState(false)
  useEffect(() => { readGap(company, id).then(setGap, error => setProblem(problemOf(error))) }, [id])

  async function whileBusy<T> (work: () => Promise<T>): Promise<T | null> {
    setBusy(true)
    setProblem(null)
    try {
      return await work()
    } catch (error) {
      setProblem(problemOf(error))
      return null
    } finally {
      setBusy(false)
    }
  }
  const send = async <T,>(action: string, body: object): Promise<T> => {
    const done = await change<T>(company, id, action, body)
    onChange()
    return done
  }
  const act = <T,>(action: string, body: object = {}) => whileBusy(() => send<T>(action, body))
  const move = async (action: 'dismiss' | 'reopen', body = {}) => { if (await act<Gap>(action, body)) onClose() }
  const assign = async (name: string) => {
    const done = await act<Gap>('assign', { assignee: name === '' ? null : name })
    if (done && gap) setGap({ ...gap, assignee: done.assignee })
  }
  const merge = async (from: string[]) => {
    if (await act<Gap>('merge', { from })) readGap(company, id).then(setGap, error => setProblem(problemOf(error)))
  }
  const publish = (entry: object) => whileBusy(async () => {
    if (!gap || await isAnsweredMeanwhile(gap)) return
    setCheck((await send<{ check: Check }>('publish', entry)).check)
  })
  /** Tells once what somebody else has published since the gap was opened. */
  const isAnsweredMeanwhile = async (opened: GapDetail) => {
    const { publication } = await readGap(company, id).catch(() => opened)
    if (!publication || publication.at === opened.publication?.at) return false
    setGap({ ...opened, publication })
    setProblem(changedMeanwhile(`Answer: ${publication.answer}`, 'Replace the answer'))
    return true
  }
  return (
    <Sheet title={gap?.question ?? 'A gap'} above='Asked in vain' onClose={onClose}>
      {!gap && !problem && <Loading what='Looking for the nearest passages…' />}
      {check && <Result check={check} />}
      {gap && !check && (
        <>
          {gap.status === 'dismissed' && (
            <section class='sheet-part dismissed'>
              <h3>Dismissed</h3>
              <p dir='auto'>{gap.dismiss_reason ?? 'Without a reason.'}</p>
              <Button icon='again' disabled={isBusy} onClick={() => { move('reopen') }}>Open again</Button>
            </section>
          )}
          <section class='sheet-part'>
            <h3>How people asked</h3>
            <ul class='asked'>
              {gap.examples.slice(0, 8).map(({ question, times }) => (
                <li key={question}><span dir='auto'>{question}</span>{times > 1 && <span class='badge'>{count(times)} ×</span>}</li>
              ))}
            </ul>
          </section>
          {gap.passages.length > 0 && <Near gap={gap} />}
          <EntryForm key={gap.id} gap={gap} isBusy={isBusy} onPublish={publish} />
          <Merge gap={gap} isBusy={isBusy} onMerge={merge} />
          <section class='sheet-part form'>
            <h3>Or</h3>
            <label for='assignee'>Someone else’s task</label>
            <input
              id='assignee' class='field' placeholder='Name' maxLength={100} defaultValue={gap.assignee ?? ''}
              onChange={event => { assign(event.currentTarget.value.trim()) }}
            />
            {gap.status !== 'dismissed' && <Dismissal isBusy={isBusy} onDismiss={reason => { move('dismiss', { reason }) }} />}
          </section>
        </>
      )}
      {problem && <div class='in-sight'><Notice problem={problem} /></div>}
    </Sheet>
  )
}

/** For what needs no answer: out of the list, with a reason for whoever looks next. */
function Dismissal ({ isBusy, onDismiss }: { isBusy: boolean, onDismiss: (reason: string | null) => void }): JSX.Element {
  const [reason, setReason] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    onDismiss(reason.trim() || null)
  }
  return (
    <form class='form' onSubmit={submit}>
      <label for='dismiss-reason'>Needs no answer</label>
      <div class='inline-form'>
        <input
          id='dismiss-reason' class='field' dir='auto' placeholder='Why, if you like' maxLength={500} value={reason}
          onInput={event => setReason(event.currentTarget.value)}
        />
        <Button icon='close' type='submit' disabled={isBusy}>Dismiss</Button>
      </div>
    </form>
  )
}

/** Other open gaps that ask the same: their questions are counted here from then on, and closed with it. */
function Merge ({ gap, isBusy, onMerge }: { gap: Gap, isBusy: boolean, onMerge: (from: string[]) => void }): JSX.Element | null {
  const [chosen, setChosen] = useState<string[]>([])
  const others = (shown.value ?? []).filter(({ id }) => id !== gap.id)
  if (others.length === 0) return null
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter(other => other !== id) : [...chosen, id])
  return (
    <details class='sheet-part merging'>
      <summary>The same was asked in other words</summary>
      <p class='hint'>Their questions are counted here from then on, and one answer closes all of them.</p>
      <ul class='plain-list'>
        {others.map(({ id, question, people, status }) => (
          <li key={id}>
            <label class='check'>
              <input type='checkbox' checked={chosen.includes(id)} disabled={isBusy} onChange={() => toggle(id)} />
              <span dir='auto'>
                {question}{' '}
                <span class='hint'>· {plural(people, 'person', 'people')}{status !== gap.status && ` · ${words[status]}`}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <Button
        icon='merge' disabled={isBusy || chosen.length === 0 || chosen.length > 20}
        onClick={() => {
          onMerge(chosen)
          setChosen([])
        }}
      >
        Merge into this one
      </Button>
    </details>
  )
}

function Near ({ gap }: { gap: GapDetail }): JSX.Element {
  return (
    <section class='sheet-part'>
      <h3>Nearest passages</h3>
      <ul class='near'>
        {gap.passages.slice(0, 3).map(({ id, index, title, snippet, why }) => (
          <li key={id}>
            <p class='near-title' dir='auto'>{title || id}<span class='hint'> · {index}</span></p>
            <p class='hint' dir='auto'>{snippet}</p>
            <p class='near-why'>{why.text}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function EntryForm ({ gap: { draft, publication }, isBusy, onPublish }: {
  gap: GapDetail, isBusy: boolean, onPublish: (entry: object) => void
}): JSX.Element {
  const [question, setQuestion] = useState(publication?.question ?? draft.question)
  const [answer, setAnswer] = useState(publication?.answer ?? draft.answer)
  const [variants, setVariants] = useState(draft.variants.join('\n'))
  const [index, setIndex] = useState(publication?.index ?? draft.index)
  const indexes = current.value?.indexes ?? [index]
  const submit = (event: Event) => {
    event.preventDefault()
    onPublish({ question, answer, index, variants: linesIn(variants) })
  }
  return (
    <form class='form sheet-part' onSubmit={submit}>
      <h3>Your answer</h3>
      <p class='hint'>
        {publication
          ? `Published ${ago(publication.at)}; ${count(publication.answered)} of ${plural(publication.asked, 'question')} got it then.`
          : origins[draft.from]}
      </p>
      <label for='entry-question'>Question</label>
      <input
        id='entry-question' class='field' dir='auto' required maxLength={500} value={question}
        onInput={event => setQuestion(event.currentTarget.value)}
      />
      <label for='entry-answer'>Answer</label>
      <textarea
        id='entry-answer' class='field' dir='auto' rows={5} required value={answer}
        onInput={event => setAnswer(event.currentTarget.value)}
      />
      <label for='entry-variants'>Other words for the question, one a line</label>
      <textarea
        id='entry-variants' class='field' dir='auto' rows={3} value={variants} onInput={event => setVariants(event.currentTarget.value)}
      />
      <label for='entry-index'>Becomes a part of</label>
      <Select id='entry-index' value={index} options={[...new Set([index, ...indexes])].map(kind => [kind, kind])} onChange={setIndex} />
      <Button look='primary' icon='check' type='submit' disabled={isBusy}>
        {isBusy ? 'Publishing, then asking again…' : publication ? 'Replace the answer' : 'Publish, and ask again'}
      </Button>
    </form>
  )
}

function Result ({ check: { asked, answered, unanswered } }: { check: Check }): JSX.Element {
  return (
    <div class='result' role='status'>
      <p class='result-figure'>{count(answered)} of {plural(asked, 'question')} {asked === 1 ? 'is' : 'are'} answered now</p>
      <p class='hint'>The answer is published. It was asked again as customers did.</p>
      {unanswered.length > 0 && (
        <>
          <h3>Still not answered</h3>
          <ul class='asked'>{unanswered.map(question => <li key={question}><span dir='auto'>{question}</span></li>)}</ul>
          <p class='hint'>Add these words as other words for the question, and publish again.</p>
        </>
      )}
    </div>
  )
}
