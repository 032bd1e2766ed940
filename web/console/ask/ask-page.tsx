// The page to ask on: the conversation, where to write, and beside it how the answers came about.
import { computed, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { AnswerForm } from '../answers/answer-form.tsx'
import { access, companies, company, companyId, companyProblem, maySee } from '../session.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Composer, optionsNow } from './composer.tsx'
import { createConversation, isOver, maxTurns, type Conversation, type Turn } from './conversation.ts'
import { exampleQuestions, isEmpty, lookAgain, maxExamples } from './examples.ts'
import { Inspector } from './inspector.tsx'
import { PassageSheet } from './passage-sheet.tsx'
import { TurnView } from './turn.tsx'

/** Wide enough for the inspector beside the conversation. */
const wide = matchMedia('(min-width: 1180px)')
const isWide = signal(wide.matches)
wide.addEventListener('change', () => { isWide.value = wide.matches })

const conversations = new Map<string, Conversation>()
function conversationOf (id: string): Conversation {
  let found = conversations.get(id)
  if (!found) conversations.set(id, found = createConversation(id))
  return found
}

/** The turn that is inspected; null = the newest one, where there is room. */
const inspected = signal<string | null>(null)
const isInspectorOpen = signal(sessionStorage.getItem('causerie:inspector') !== 'closed')
const opened = signal<{ turn: Turn, n: number } | null>(null)
const corrected = signal<Turn | null>(null)

function showInspector (open: boolean): void {
  isInspectorOpen.value = open
  sessionStorage.setItem('causerie:inspector', open ? 'open' : 'closed')
}

export function AskPage (): JSX.Element {
  const id = companyId.value
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  return <Chat key={id} id={id} />
}

function Chat ({ id }: { id: string }): JSX.Element {
  const conversation = conversationOf(id)
  const turns = conversation.turns.value
  const running = useMemo(() => computed(() => conversation.turns.value.find(({ value }) => !isOver(value))), [id])
  const isExtractive = access.value?.model.kind === 'extractive'
  const last = turns.at(-1)?.value
  const chosen = turns.find(({ value: { key } }) => key === inspected.value)?.value
  const shown = chosen ?? last
  const isBeside = isWide.value && isInspectorOpen.value && shown !== undefined
  const isSheet = !isWide.value && chosen !== undefined

  const inspect = ({ key }: Turn) => {
    const isShown = isBeside && shown?.key === key
    inspected.value = isShown ? null : key
    if (isWide.value) showInspector(!isShown)
  }
  const ask = (question: string) => {
    inspected.value = null
    conversation.ask(question, optionsNow())
  }
  const clear = () => {
    inspected.value = null
    conversation.clear()
  }
  const list = useStickyScroll(turns.length)
  return (
    <div class={`ask${isBeside ? ' with-inspector' : ''}`}>
      <h1 class='visually-hidden'>Ask {company.value?.name ?? ''}</h1>
      <div class='conversation' ref={list} tabIndex={-1}>
        <div class='conversation-inner'>
          {turns.length === 0
            ? <Welcome onAsk={ask} />
            : (
              <>
                <div class='conversation-tools'>
                  <Button look='quiet' icon='plus' onClick={clear}>New conversation</Button>
                </div>
                {turns.length === maxTurns && <p class='hint'>The newest {maxTurns} questions are shown.</p>}
                {turns.map((turn, i) => (
                  <TurnView
                    key={turn.peek().key} turn={turn} company={id} isLast={i === turns.length - 1}
                    isInspected={isBeside && shown?.key === turn.peek().key}
                    onCite={(cited, n) => { opened.value = { turn: cited, n } }}
                    onInspect={inspect} onRegenerate={again => conversation.regenerate(again)}
                    onRate={(rated, rating) => conversation.rate(rated, rating)}
                    onCorrect={maySee.documents.value ? wrong => { corrected.value = wrong } : undefined}
                  />
                ))}
              </>
              )}
        </div>
        <div class='composer-dock'>
          <Composer
            isRunning={running.value !== undefined} onAsk={ask}
            onStop={() => { if (running.value) conversation.stop(running.value.value) }}
          />
          <p class='composer-note'>
            Answers come from the company's documents{isExtractive ? ', in their own words' : ''}. Open a citation to check.
          </p>
        </div>
      </div>
      {isBeside && (
        <aside class='inspector' aria-label='Inspector'>
          <header class='inspector-head'>
            <div>
              <h2>Inspector</h2>
              <p class='above'>{shown.question}</p>
            </div>
            <Button look='quiet' icon='close' label='Close the inspector' onClick={() => showInspector(false)} />
          </header>
          <Inspector turn={shown} company={id} />
        </aside>
      )}
      {isSheet && (
        <Sheet title='Inspector' above={chosen.question} onClose={() => { inspected.value = null }}>
          <Inspector turn={chosen} company={id} />
        </Sheet>
      )}
      {opened.value && <PassageSheet {...opened.value} company={id} onClose={() => { opened.value = null }} />}
      {corrected.value?.start && (
        <AnswerForm
          company={id} answer={null} given={{ ...corrected.value, answerId: corrected.value.start.answer_id }}
          onClose={() => { corrected.value = null }}
        />
      )}
      <Announcement turn={last} />
    </div>
  )
}

/** Says to screen readers what others see: once per answer, not with each word. */
function Announcement ({ turn }: { turn: Turn | undefined }): JSX.Element {
  const words = !turn
    ? ''
    : turn.state === 'done'
      ? turn.text === '' ? 'Stopped.' : `Answer: ${turn.text.replace(/\[(\d+)\]/g, '')}`
      : turn.state === 'failed'
        ? ''
        : turn.state === 'reconnecting' ? 'The connection was lost. Reconnecting.' : 'Searching and answering.'
  return <p class='visually-hidden' role='status'>{words}</p>
}

function Welcome ({ onAsk }: { onAsk: (question: string) => void }): JSX.Element {
  const examples = exampleQuestions.value
  useEffect(lookAgain, [])
  // The list of companies is there before the company's own profile.
  const name = companies.value.find(({ id }) => id === companyId.value)?.name
  return (
    <section class='welcome'>
      <p class='welcome-title'>{name ? `What would a customer ask ${name}?` : 'What would a customer ask?'}</p>
      <p class='welcome-about'>
        Causerie searches the documents, answers from what it finds, and cites each passage.
        {maySee.documents.value && (isEmpty.value
          ? <> There are none yet: <a href='#/documents'>add the first ones</a>.</>
          : <> <a href='#/documents'>Add your own</a>, and ask about them.</>)}
      </p>
      {examples === null
        ? <Skeleton />
        : examples.length > 0 && (
          <ul class='examples' aria-label='Examples'>
            {examples.map(question => (
              <li key={question}><button type='button' class='example' dir='auto' onClick={() => onAsk(question)}>{question}</button></li>
            ))}
          </ul>
        )}
    </section>
  )
}

/** Takes the room of the examples until they are there. */
function Skeleton (): JSX.Element {
  return (
    <>
      <p class='visually-hidden' role='status'>Reading the company's questions…</p>
      <ul class='examples' aria-hidden='true'>
        {Array.from({ length: maxExamples }, (_, i) => <li key={i} class='example waiting' />)}
      </ul>
    </>
  )
}

/** Keeps what is newest in sight whatever comes below it, unless the reader has scrolled up. Without turns the page begins at its top. */
function useStickyScroll (turns: number) {
  const ref = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(false)
  useEffect(() => {
    const list = ref.current!
    const note = () => { isAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 80 }
    const grown = new ResizeObserver(() => { if (isAtEnd.current && turns > 0) list.scrollTop = list.scrollHeight })
    list.addEventListener('scroll', note, { passive: true })
    for (const part of [list, ...list.children]) grown.observe(part)
    return () => {
      list.removeEventListener('scroll', note)
      grown.disconnect()
    }
  }, [turns > 0])
  useLayoutEffect(() => {
    isAtEnd.current = turns > 0
    ref.current!.scrollTop = turns > 0 ? ref.current!.scrollHeight : 0
  }, [turns])
  return ref
}
