// The conversation of a tab: asks, reads answers, resumes them after a lost connection or on the next page.
import type { FinishEvent, Source } from '../../src/types.ts'
import type { Received } from '../shared/events.ts'
import { followAnswer } from '../shared/following.ts'
import { createStopping } from '../shared/stopping.ts'
import { createAnswers } from './answers.ts'
import { readPage } from './page-hints.ts'
import { ServiceError, type Service } from './service.ts'
import { createStored } from './storage.ts'

export interface Problem { code: string, status: number, retryAfter: number }

/** A thumb up, or down. */
export type Rating = 1 | -1

export interface Turn {
  question: string
  text: string
  sources: Source[]
  state: 'asking' | 'streaming' | 'reconnecting' | 'done' | 'failed'
  answerId?: string
  lastEventId?: string
  finish?: Omit<FinishEvent, 'type'>
  problem?: Problem
  /** Stopped here, where the service could not say so. */
  isStopped?: true
  rating?: Rating
}

export interface Conversation {
  readonly turns: readonly Turn[]
  ask (question: string): Turn
  /** Asks the question of the last turn again, in its place. */
  retry (turn: Turn): void
  stop (turn: Turn): void
  /** Throws when the rating did not arrive. */
  rate (turn: Turn, rating: Rating): Promise<void>
  clear (): void
}

export const isOver = ({ state }: Turn): boolean => state === 'done' || state === 'failed'

const maxTurns = 40

/** @param isShown false once the page has taken the widget away */
export function createConversation (
  service: Service, name: string, onChange: (turn: Turn) => void, isShown: () => boolean
): Conversation {
  const stored = createStored<{ id: string, turns: Turn[] }>('sessionStorage', `causerie:chat:${name}`)
  const answers = createAnswers(() => location.pathname)
  /** The attempt of each turn that counts: what an earlier one still brings is ignored. */
  const runs = new WeakMap<Turn, number>()
  /** Turns that their reader has stopped. */
  const stopped = new WeakSet<Turn>()
  let { id, turns } = stored.read() ?? { id: '', turns: [] as Turn[] }
  const save = () => stored.write({ id, turns })
  const before = (turn: Turn) => turns[turns.indexOf(turn) - 1]?.question ?? ''

  const stopAnswer = createStopping(
    answerId => service.send(`chat/${answerId}`, { method: 'DELETE' }),
    error => error instanceof ServiceError && (error.status === 0 || error.status >= 500)
  )

  function change (turn: Turn, changes: Partial<Turn>): void {
    Object.assign(turn, changes)
    if (isOver(turn) || changes.answerId) save()
    onChange(turn)
  }

  function fail (turn: Turn, { code, status, retryAfter }: Problem): void {
    change(turn, { state: 'failed', problem: { code, status, retryAfter } })
  }

  function apply (turn: Turn, { event, id: eventId }: Received): void {
    if (eventId !== '') turn.lastEventId = eventId
    if (event.type === 'start') {
      if (turns.includes(turn) && event.conversation_id) id = event.conversation_id
      change(turn, { answerId: event.answer_id, text: '', sources: [] })
    } else if (event.type === 'sources') turn.sources = event.sources
    else if (event.type === 'delta') change(turn, { text: turn.text + event.text, state: 'streaming' })
    else if (event.type === 'finish') {
      const { type, ...finish } = event
      const sources = finish.finish_reason === 'no_answer' ? [] : turn.sources.filter(({ n }) => finish.citations.includes(n))
      answers.keep(turn.question, before(turn), { answerId: turn.answerId!, text: turn.text, sources, finish })
      change(turn, { finish, sources, state: 'done' })
    } else if (event.type === 'error') fail(turn, { code: event.code, status: event.status, retryAfter: event.retry_after_seconds ?? 0 })
  }

  function request ({ answerId, lastEventId, question }: Turn): Promise<Response> {
    const headers = { accept: 'text/event-stream' }
    if (answerId) {
      return service.send(`chat/${answerId}`, { headers: { ...headers, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) } })
    }
    const conversation = id === '' ? {} : { conversation_id: id }
    return service.send('chat', {
      method: 'POST', headers, body: { message: question, resumable: true, page: readPage(), ...conversation },
    })
  }

  function beginRun (turn: Turn): number {
    const own = (runs.get(turn) ?? 0) + 1
    runs.set(turn, own)
    return own
  }

  async function run (turn: Turn): Promise<void> {
    const own = beginRun(turn)
    const isCurrent = () => runs.get(turn) === own
    try {
      const end = await followAnswer({
        async request () {
          const response = await request(turn)
          service.rememberVisitor()
          return response
        },
        take (received) {
          for (const each of received) {
            if (isCurrent()) apply(turn, each)
            else {
              if (each.event.type === 'start') stopAnswer(each.event.answer_id)
              return false
            }
          }
          return true
        },
        isOver: () => isOver(turn) || !isCurrent(),
        place: () => turn.lastEventId,
        // Before an answer has begun, a person decides whether to try again.
        isFinal: error => error instanceof ServiceError && (!turn.answerId || (error.status > 0 && error.status < 500)),
        onLost: () => stopped.has(turn) ? endStopped(turn) : change(turn, { state: 'reconnecting' }),
      })
      if (end === 'gone' && isCurrent()) change(turn, { state: 'done' })
      if (end === 'lost') fail(turn, { code: 'UNREACHABLE', status: 0, retryAfter: 0 })
    } catch (error) {
      fail(turn, error as ServiceError)
    }
    if (turn.problem?.status === 0 && !navigator.onLine) window.addEventListener('online', () => askAgain(turn), { once: true })
  }

  /** The network is back: nobody has to press a button for that. */
  function askAgain (turn: Turn): void {
    if (isShown() && turn.state === 'failed' && turn === turns.at(-1)) retry(turn)
  }

  /** Ends a turn whose end nobody tells any more: what is there stays. */
  function endStopped (turn: Turn): void {
    beginRun(turn)
    change(turn, { state: 'done', isStopped: true })
  }

  function retry (turn: Turn): void {
    stopped.delete(turn)
    delete turn.answerId
    delete turn.lastEventId
    delete turn.problem
    delete turn.finish
    delete turn.isStopped
    delete turn.rating
    change(turn, { text: '', sources: [], state: 'asking' })
    run(turn)
  }

  // A reload or the next page, in mid-stream: the answer went on without us.
  for (const turn of turns) if (!isOver(turn)) run(turn)

  return {
    get turns () { return turns },
    ask (question) {
      const kept = answers.get(question, turns.at(-1)?.question ?? '')
      const turn: Turn = kept ? { question, state: 'done', ...kept } : { question, text: '', sources: [], state: 'asking' }
      turns = [...turns, turn].slice(-maxTurns)
      if (kept) save()
      else run(turn)
      onChange(turn)
      return turn
    },
    retry,
    stop (turn) {
      stopped.add(turn)
      if (turn.answerId) stopAnswer(turn.answerId)
      if (!turn.answerId || turn.state === 'reconnecting') endStopped(turn)
    },
    async rate (turn, rating) {
      const conversation = id === '' ? {} : { conversation_id: id }
      await service.send(`chat/${turn.answerId}/feedback`, { method: 'POST', body: { rating, ...conversation } })
      turn.rating = rating
      save()
    },
    clear () {
      for (const turn of turns) if (!isOver(turn) && turn.answerId) stopAnswer(turn.answerId)
      for (const turn of turns) beginRun(turn)
      id = ''
      turns = []
      save()
    },
  }
}
