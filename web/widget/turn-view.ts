// Shows one question with its answer, sources and what went wrong.
import type { Source } from '../../src/types.ts'
import { updateNodes } from '../shared/answer-nodes.ts'
import { isOver, type Problem, type Rating, type Turn } from './conversation.ts'
import { icon, make } from './dom.ts'
import { renderAnswer, safeAddress } from './markdown.ts'
import type { Settings } from './settings.ts'
import type { Texts } from './texts.ts'

export interface TurnView {
  element: HTMLElement
  update (): void
  /** Returns what a screen reader says of the turn as it is. */
  spoken (): string
}

let views = 0

const thumbs: Record<Rating, string> = {
  1: 'M7 11l4-7c1.4 0 2.3 1 2.3 2.3V9.5H18a2 2 0 0 1 2 2.3l-1 6a2 2 0 0 1-2 1.7H7M7 11v8.5H4V11z',
  [-1]: 'M17 13l-4 7c-1.4 0-2.3-1-2.3-2.3V14.5H6a2 2 0 0 1-2-2.3l1-6a2 2 0 0 1 2-1.7h10M17 13V4.5h3V13z',
}

export interface TurnActions { retry (): void, rate (rating: Rating): Promise<void> }

export function createTurnView (turn: Turn, text: Texts, { contact }: Settings, actions: TurnActions): TurnView {
  const prefix = `turn-${views++}`
  const answer = make('div', { class: 'answer', part: 'answer', dir: 'auto' })
  const rest = make('div', { class: 'rest' })
  const element = make(
    'article', { class: 'turn', 'aria-label': turn.question },
    make('p', { class: 'question', part: 'question', dir: 'auto' }, turn.question), answer, rest
  )
  /** The sources that are or were shown. While the answer is being written, those that a reader has asked for. */
  const items = new WeakMap<Source, HTMLElement>()
  let shown = ''
  let isPlanned = false

  /** Opens a source below the answer, where its page is linked. */
  function showSource (n: number): void {
    const source = turn.sources.find(source => source.n === n)
    if (!source) return
    const item = itemOf(source)
    if (!item.isConnected) showRest()
    const summary = item.querySelector('button')!
    if (summary.getAttribute('aria-expanded') === 'false') summary.click()
    summary.focus()
    item.scrollIntoView({ block: 'nearest' })
  }

  function cite (n: number): HTMLElement | undefined {
    const source = turn.sources.find(source => source.n === n)
    if (!source) return
    const label = `${text.source} ${n}: ${source.title}`
    return make('button', {
      type: 'button', class: 'cite', part: 'citation', 'aria-label': label, title: source.title, onclick: () => showSource(n),
    }, String(n))
  }

  function itemOf (source: Source): HTMLElement {
    const item = items.get(source) ?? makeItem(source)
    items.set(source, item)
    return item
  }

  function makeItem ({ n, title, url, heading, page, snippet }: Source): HTMLElement {
    const address = safeAddress(url)
    const place = [heading, page === undefined ? undefined : `${text.page} ${page}`].filter(part => part).join(' · ')
    const detail = make(
      'div', { class: 'detail', id: `${prefix}-detail-${n}`, hidden: true, dir: 'auto' },
      ...(place ? [make('p', { class: 'place' }, place)] : []),
      make('p', {}, snippet),
      ...(address ? [make('a', { href: address, target: '_blank', rel: 'noopener', part: 'source-link' }, text.open)] : [])
    )
    const summary = make('button', {
      type: 'button', class: 'summary', 'aria-expanded': 'false', 'aria-controls': detail.id,
      onclick () {
        detail.hidden = !detail.hidden
        summary.setAttribute('aria-expanded', String(!detail.hidden))
      },
    }, make('span', { class: 'number', 'aria-hidden': 'true' }, String(n)), make('span', { class: 'name', dir: 'auto' }, title))
    return make('li', { class: 'source', part: 'source' }, summary, detail)
  }

  function wordsOf ({ code, status, retryAfter }: Problem): string {
    if (code === 'MESSAGE_TOO_LONG' || code === 'BODY_TOO_LARGE') return text.long
    if (status === 429) return [text.busy, ...(retryAfter > 0 ? [text.wait.replace('{s}', String(retryAfter))] : [])].join(' ')
    if (status === 401 || status === 403) return text.refused
    return status === 0 || status >= 500 ? text.away : text.broken
  }

  const contactLinks = () => contact ? [make('a', { class: 'contact', part: 'contact', href: contact }, text.contact)] : []

  function ratingOf (): HTMLElement {
    const buttons = ([1, -1] as const).map(rating => {
      const label = rating === 1 ? text.helpful : text.unhelpful
      const button = make('button', {
        type: 'button', class: 'thumb', part: 'rating', 'aria-label': label, title: label, 'aria-pressed': String(turn.rating === rating),
        onclick () {
          const show = (given?: Rating) => {
            for (const [i, each] of buttons.entries()) each.setAttribute('aria-pressed', String(given === (i === 0 ? 1 : -1)))
          }
          const before = turn.rating
          show(rating)
          actions.rate(rating).catch(() => show(before))
        },
      }, icon(thumbs[rating]))
      return button
    })
    return make('div', { class: 'rating', role: 'group', 'aria-label': text.rate }, ...buttons)
  }

  function restOf (): Node[] {
    const { state, problem, finish, sources, isStopped } = turn
    const listed = sources.filter(source => state === 'done' || items.has(source))
    const list = listed.length > 0 ? [make('ul', { class: 'sources', 'aria-label': text.sources }, ...listed.map(itemOf))] : []
    if (state === 'failed' && problem) {
      return [...list, make(
        'div', { class: 'problem', part: 'problem' }, make('p', { dir: 'auto' }, wordsOf(problem)),
        make('button', { type: 'button', class: 'retry', onclick: actions.retry }, text.retry), ...contactLinks()
      )]
    }
    if (state === 'reconnecting') return [...list, make('p', { class: 'place', dir: 'auto' }, text.reconnecting)]
    if (state !== 'done') return list
    const parts: Node[] = []
    if (isStopped || finish?.finish_reason === 'stopped') {
      const again = make('button', { type: 'button', class: 'retry', onclick: actions.retry }, text.retry)
      parts.push(make('p', { class: 'place', dir: 'auto' }, text.stopped), again)
    }
    if (finish?.finish_reason === 'no_answer') parts.push(...contactLinks())
    parts.push(...list)
    if (turn.answerId && finish && finish.finish_reason !== 'stopped' && finish.answered_by !== 'smalltalk') parts.push(ratingOf())
    return parts
  }

  function render (): void {
    isPlanned = false
    if (turn.text === '' && (turn.state === 'asking' || turn.state === 'streaming')) {
      answer.replaceChildren(make('span', { class: 'dots', role: 'img', 'aria-label': text.searching }, make('i'), make('i'), make('i')))
    } else updateNodes(answer, renderAnswer(turn.text, cite, isOver(turn)))
    const state = `${turn.state}${turn.answerId ?? ''}`
    if (state === shown) return
    shown = state
    showRest()
  }

  /** Shows what stands below the answer. A source that has the focus keeps it. */
  function showRest (): void {
    const { activeElement } = element.getRootNode() as ShadowRoot
    rest.replaceChildren(...restOf())
    if (activeElement instanceof HTMLElement && rest.contains(activeElement)) activeElement.focus({ preventScroll: true })
  }

  render()
  return {
    element,
    update () {
      // Many parts of an answer arrive within one frame.
      if (isOver(turn) || turn.text === '') return render()
      if (isPlanned) return
      isPlanned = true
      requestAnimationFrame(() => { if (isPlanned) render() })
    },
    spoken () {
      if (turn.state === 'failed' && turn.problem) return wordsOf(turn.problem)
      if (turn.state === 'reconnecting') return text.reconnecting
      if (turn.state === 'done') return turn.text === '' ? text.stopped : `${text.answer}: ${answer.textContent}`
      return text.searching
    },
  }
}
