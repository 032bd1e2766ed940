// One question with its answer, its sources, and what one can do with it.
import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import type { Source } from '../../../src/types.ts'
import { Button, CopyButton, Notice, milliseconds, plural } from '../ui/parts.tsx'
import { Answer } from './answer.tsx'
import type { Rated, Turn } from './conversation.ts'
import { curlOf } from './curl.ts'
import { Rating } from './rating.tsx'

const endings: Record<string, string> = {
  no_answer: 'The documents do not answer this.',
  stopped: 'Stopped.',
  length: 'The answer reached its limit and was cut here.',
}
const makers: Record<string, string> = {
  llm: 'written by the language model',
  extractive: 'in the documents\' own words',
  faq: 'from an FAQ entry',
  similar: 'the answer to a similar question',
  smalltalk: 'a courtesy, without a search',
}

export function TurnView ({ turn, company, isInspected, onCite, onInspect, onRegenerate, onRate, onCorrect, isLast }: {
  turn: Signal<Turn>
  company: string
  isInspected: boolean
  isLast: boolean
  onCite: (turn: Turn, n: number) => void
  onInspect: (turn: Turn) => void
  onRegenerate: (turn: Turn) => void
  onRate: (turn: Turn, rated: Rated) => Promise<void>
  /** Absent where the key may not change documents. */
  onCorrect?: ((turn: Turn) => void) | undefined
}): JSX.Element {
  const now = turn.value
  const { question, text, sources, state, finish, problem, start } = now
  const isWhole = state === 'done' || state === 'failed'
  const cited = finish ? sources.filter(({ n }) => finish.citations.includes(n)) : sources
  const ending = endings[now.isStopped ? 'stopped' : finish?.finish_reason ?? '']
  return (
    <article class={`turn${isInspected ? ' inspected' : ''}`} aria-label={question} aria-busy={!isWhole}>
      <h2 class='question' dir='auto'>{question}</h2>
      {text !== '' && <Answer text={text} sources={sources} isWhole={isWhole} onCite={n => onCite(now, n)} />}
      {!isWhole && <Progress turn={now} />}
      {ending && <p class='ending'>{ending}</p>}
      {finish?.degraded && <p class='ending warn'>Made with less than usual: {finish.degraded_reason ?? 'a part was missing'}.</p>}
      {finish?.standalone_question && <p class='ending'>Understood as: {finish.standalone_question}</p>}
      {problem && <Notice problem={problem} retry='Ask again' onRetry={isLast ? () => onRegenerate(now) : undefined} />}
      {cited.length > 0 && isWhole && <Sources sources={cited} onOpen={n => onCite(now, n)} />}
      {isWhole && (text !== '' || now.isStopped) && (
        <footer class='turn-foot'>
          <div class='actions' role='group' aria-label='This answer'>
            {text !== '' && <CopyButton text={() => text}>Copy</CopyButton>}
            <Button look='quiet' icon='again' onClick={() => onRegenerate(now)}>Regenerate</Button>
            <CopyButton icon='install' text={() => curlOf(company, question, now.options)}>curl</CopyButton>
            <Button look='quiet' icon='inspect' aria-pressed={isInspected} onClick={() => onInspect(now)}>Inspect</Button>
            {onCorrect && start && <Button look='quiet' icon='pencil' onClick={() => onCorrect(now)}>Correct</Button>}
          </div>
          {finish && start && <Rating rated={now.rated} onRate={rated => onRate(now, rated)} />}
          {finish && (
            <p class='made'>
              {milliseconds(finish.timings_ms.total)}{start && start.cache !== 'miss' ? ', kept' : ''}
              {finish.finish_reason !== 'no_answer' && ` · ${makers[finish.answered_by]}`}
            </p>
          )}
        </footer>
      )}
    </article>
  )
}

function Progress ({ turn: { state, sources, text } }: { turn: Turn }): JSX.Element {
  const words = state === 'reconnecting'
    ? 'The connection was lost. Reconnecting…'
    : sources.length > 0
      ? `Reading ${plural(sources.length, 'passage')}…`
      : 'Searching the documents…'
  // While the answer is being written, its caret says so.
  if (text !== '' && state !== 'reconnecting') return <></>
  return <p class='progress'><span class='dots' aria-hidden='true'><i /><i /><i /></span>{words}</p>
}

export function placeOf ({ heading, page }: Pick<Source, 'heading' | 'page'>): string {
  return [page === undefined ? '' : `page ${page}`, heading?.split(' › ').at(-1) ?? ''].filter(Boolean).join(' · ')
}

function Sources ({ sources, onOpen }: { sources: Source[], onOpen: (n: number) => void }): JSX.Element {
  return (
    <ul class='sources' aria-label='Sources'>
      {sources.map(source => (
        <li key={source.n}>
          <button type='button' class='source' onClick={() => onOpen(source.n)}>
            <span class='source-n' aria-hidden='true'>{source.n}</span>
            <span class='source-words'>
              <span class='source-title' dir='auto'>{source.title || source.id}</span>
              <span class='source-place'>{[source.index, placeOf(source)].filter(Boolean).join(' · ')}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
