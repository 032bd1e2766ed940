// The conversation of a tab with one company: asks, reads answers, resumes them after a lost connection or a reload.
import { signal, type Signal } from '@preact/signals'
import type { FinishEvent, Source, StartEvent } from '../../../src/types.ts'
import { ApiError, problemOf, send, type Problem } from '../api.ts'
import { isForgetting, userId } from '../session.ts'
import type { Received } from '../../shared/events.ts'
import { followAnswer } from '../../shared/following.ts'
import { createStopping } from '../../shared/stopping.ts'

export interface AskOptions {
  /** The index kinds to search; all when absent. */
  indexes?: string[]
  web?: boolean
  /** Asks as a member of these groups. */
  groups?: string[]
  filter?: object
}

/** What the user says about an answer; 0 = nothing, after all. */
export interface Rated { rating: -1 | 0 | 1, reasons: string[] }

export interface Turn {
  key: string
  question: string
  options: AskOptions
  text: string
  sources: Source[]
  state: 'asking' | 'streaming' | 'reconnecting' | 'done' | 'failed'
  start?: Omit<StartEvent, 'type'>
  finish?: Omit<FinishEvent, 'type'>
  problem?: Problem
  /** Stopped here, where the service could not say so. */
  isStopped?: true
  rated?: Rated
  /** The id of the last event: an answer is resumed after it. */
  lastEventId?: string
}

export interface Conversation {
  turns: Signal<Signal<Turn>[]>
  ask (question: string, options: AskOptions): void
  /** Asks the question of a turn again, past the cache. */
  regenerate (turn: Turn): void
  stop (turn: Turn): void
  /** Throws an ApiError when the rating is not stored. */
  rate (turn: Turn, rated: Rated): Promise<void>
  clear (): void
}

/** Nothing more comes. */
export function isOver ({ state }: Turn): boolean {
  return state === 'done' || state === 'failed'
}

interface Kept { id: string, turns: Turn[] }

/** Turns that the page keeps, the newest: it must not grow for ever. */
export const maxTurns = 50
const saveMs = 300

export function createConversation (company: string): Conversation {
  const name = `causerie:chat:${company}`
  const kept = read(name)
  let id = kept.id
  const turns = signal(kept.turns.map(turn => signal(turn)))
  let timer = 0

  function save (): void {
    clearTimeout(timer)
    timer = 0
    if (isForgetting) return
    const list = turns.value.map(turn => turn.value)
    try {
      sessionStorage.setItem(name, JSON.stringify({ id, turns: list } satisfies Kept))
    } catch {
      // The tab's storage is full: the conversation goes on, and a reload forgets it.
    }
  }
  const saveSoon = () => { timer ||= window.setTimeout(save, saveMs) }
  window.addEventListener('pagehide', save)

  /** Turns that their reader has stopped. */
  const stopped = new Set<string>()
  /** Ends a turn whose end nobody tells any more: what is there stays. */
  const endStopped = (turn: Signal<Turn>) => update(turn, { state: 'done', isStopped: true })

  const stopAnswer = createStopping(
    answerId => send(`chat/${answerId}`, { method: 'DELETE', query: { company_id: company, user_id: userId } }),
    error => error instanceof ApiError && (error.status === 0 || error.status >= 500)
  )

  function update (turn: Signal<Turn>, changes: Partial<Turn>): void {
    turn.value = { ...turn.value, ...changes }
    saveSoon()
  }

  function apply (turn: Signal<Turn>, received: Received[]): void {
    const changes: Partial<Turn> = {}
    let { text } = turn.value
    for (const { event, id: eventId } of received) {
      if (eventId !== '') changes.lastEventId = eventId
      if (event.type === 'start') {
        const { type, ...start } = event
        // A new answer, also where an old one was asked for.
        text = ''
        // Not of an answer from before a new conversation was begun.
        if (turns.value.includes(turn)) id = start.conversation_id
        Object.assign(changes, { start, sources: [] })
      } else if (event.type === 'sources') changes.sources = event.sources
      else if (event.type === 'delta') {
        text += event.text
        changes.state = 'streaming'
      } else if (event.type === 'finish') {
        const { type, ...finish } = event
        Object.assign(changes, { finish, state: 'done' })
        if (finish.finish_reason === 'no_answer') changes.sources = []
      } else if (event.type === 'error') {
        changes.state = 'failed'
        changes.problem = problemOf(new ApiError(event.code, event.message, event.status, event.retryable))
      }
    }
    update(turn, { ...changes, text })
  }

  /** Asks, or joins the answer where it was left. */
  function request ({ value: { start, lastEventId, question, options } }: Signal<Turn>, fresh: boolean): Promise<Response> {
    const headers = { accept: 'text/event-stream' }
    if (start) {
      return send(`chat/${start.answer_id}`, {
        // As who asked: others may read the same answer, and not everybody may read every one.
        query: { company_id: company, user_id: userId, groups: options.groups?.join(',') },
        headers: { ...headers, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
      })
    }
    return send('chat', {
      method: 'POST',
      headers: { ...headers, ...(fresh ? { 'cache-control': 'no-cache' } : {}) },
      body: {
        company_id: company, user_id: userId, message: question, resumable: true, ...(id === '' ? {} : { conversation_id: id }), ...options,
      },
    })
  }

  const find = (key: string) => turns.value.find(turn => turn.value.key === key)
  const fail = (turn: Signal<Turn>, error: unknown) => update(turn, { state: 'failed', problem: problemOf(error) })
  const lost = () => new ApiError('CONNECTION_LOST', 'The answer did not arrive. Check the network, then ask again.', 0)

  async function run (turn: Signal<Turn>, fresh = false): Promise<void> {
    const isStopped = () => stopped.has(turn.value.key)
    try {
      const end = await followAnswer({
        request: () => request(turn, fresh),
        take (received) {
          for (const { event } of received) if (event.type === 'start' && isStopped()) stopAnswer(event.answer_id)
          // Its end was shown when it was stopped: what comes late changes nothing.
          if (isOver(turn.value)) return false
          apply(turn, received)
          return true
        },
        isOver: () => isOver(turn.value),
        place: () => turn.value.lastEventId,
        // Before an answer has begun, a person decides whether to try again; later, the service may say that it would not help.
        isFinal: error => error instanceof ApiError && (!turn.value.start || (error.status > 0 && !error.retryable)),
        onLost: () => isStopped() ? endStopped(turn) : update(turn, { state: 'reconnecting' }),
      })
      if (end === 'gone' && !isOver(turn.value)) update(turn, { state: 'done' })
      if (end === 'lost') fail(turn, lost())
    } catch (error) {
      fail(turn, error)
    }
  }

  function ask (question: string, options: AskOptions, fresh = false): void {
    const turn = signal<Turn>({ key: `${Date.now()}-${turns.value.length}`, question, options, text: '', sources: [], state: 'asking' })
    turns.value = [...turns.value, turn].slice(-maxTurns)
    save()
    run(turn, fresh)
  }

  // A reload in mid-stream: the answer went on without us.
  for (const turn of turns.value) if (!isOver(turn.value)) run(turn)

  return {
    turns,
    ask: (question, options) => ask(question, options),
    regenerate ({ question, options }) {
      ask(question, options, true)
    },
    stop ({ key, start }) {
      const turn = find(key)
      stopped.add(key)
      if (start) stopAnswer(start.answer_id)
      if (turn && (!start || turn.value.state === 'reconnecting')) endStopped(turn)
    },
    async rate ({ key, start }, rated) {
      if (!start) return
      const body = { company_id: company, user_id: userId, conversation_id: start.conversation_id, ...rated }
      await send(`chat/${start.answer_id}/feedback`, { method: 'POST', body })
      const turn = find(key)
      if (turn) update(turn, { rated })
    },
    clear () {
      id = ''
      turns.value = []
      save()
    },
  }
}

function read (name: string): Kept {
  try {
    const { id, turns } = JSON.parse(sessionStorage.getItem(name) ?? '') as Kept
    return { id, turns }
  } catch {
    return { id: '', turns: [] }
  }
}
