// The panel: a dialog with the conversation and a field, inside the shadow root that the loader made.
import { createConversation, isOver, type Turn } from './conversation.ts'
import { addStyles, icon, make } from './dom.ts'
import { readPage } from './page-hints.ts'
import css from './panel.css'
import { createService } from './service.ts'
import type { Settings } from './settings.ts'
import { createSuggestList } from './suggest-list.ts'
import { texts } from './texts.ts'
import { createTurnView, type TurnView } from './turn-view.ts'

/** What the loader hands over. */
export interface Frame { host: HTMLElement, root: ShadowRoot, frame: HTMLElement, launcher: HTMLElement, settings: Settings }

export interface Panel {
  /** @param opener gets the focus back */
  open (opener: HTMLElement | null): void
  close (): void
  ask (question: string): void
}

/** As long as the service accepts. */
const maxQuestionChars = 4000
/** Suggestions as one types, and questions to begin with where the page names none. */
const maxSuggestions = 4
const maxFirstQuestions = 3
/** A reader who is this near to the end follows it. */
const nearPx = 80

const icons = {
  close: 'M6 6l12 12M18 6L6 18',
  fresh: 'M12 5v14M5 12h14',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8z',
}

export function mountPanel ({ host, root, frame, launcher, settings }: Frame): Panel {
  const text = texts[settings.language]
  addStyles(root, css)
  const service = createService(settings)
  const views = new Map<Turn, TurnView>()
  const conversation = createConversation(service, settings.site ?? settings.company ?? '', update, () => host.isConnected)
  let opener: HTMLElement | null = null
  const hello = make('div', { class: 'hello' })
  let firstQuestions: readonly string[] | null = settings.questions.length > 0 ? settings.questions : null

  const status = make('p', { class: 'heard', role: 'status' })
  const list = make('div', {
    class: 'turns', part: 'turns', role: 'log', 'aria-live': 'off', 'aria-label': text.conversation, tabindex: '0',
  })
  const field = make('textarea', {
    class: 'field', part: 'field', rows: '1', 'aria-label': text.field, placeholder: text.field,
    enterkeyhint: 'send', autocomplete: 'off', dir: 'auto', onfocus: readPage, onkeydown: submitOnEnter,
    oninput () {
      fit()
      measure()
      if (isIdle()) suggest.type(field.value)
    },
  })
  const button = make('button', {
    class: 'send', part: 'send', 'aria-label': text.send, type: 'button', onclick: submitOrStop,
  }, icon(icons.send))
  const suggest = createSuggestList({
    field, label: text.suggestions, find: typed => service.suggest(typed, maxSuggestions),
    say: count => { status.textContent = `${text.suggestions}: ${count}` },
    choose (question) {
      ask(question)
      empty()
    },
  })
  const note = make('p', { class: 'note', dir: 'auto' }, text.note)
  const dialog = make(
    'div', { class: 'panel', part: 'panel', role: 'dialog', 'aria-label': settings.title ?? text.title, hidden: true },
    make(
      'div', { class: 'head', part: 'header' },
      make('h2', {}, make('bdi', {}, settings.title ?? text.title)),
      tool(text.fresh, icons.fresh, begin), tool(text.close, icons.close, close)
    ),
    list,
    make(
      'div', { class: 'compose' },
      suggest.element, make('div', { class: 'box' }, field, button), note
    ),
    status
  )
  frame.append(dialog)
  dialog.addEventListener('keydown', onKey)
  // What is typed here is no shortcut of the page.
  for (const type of ['keydown', 'keypress', 'keyup']) frame.addEventListener(type, event => event.stopPropagation())
  showAll()

  function tool (label: string, path: string, onclick: () => void): HTMLElement {
    return make('button', { class: 'tool', type: 'button', 'aria-label': label, title: label, onclick }, icon(path))
  }

  function showAll (): void {
    views.clear()
    const first = (firstQuestions ?? []).map(question =>
      make('button', { class: 'suggestion', part: 'suggestion', type: 'button', dir: 'auto', onclick: () => ask(question) }, question))
    hello.replaceChildren(make('p', { dir: 'auto' }, settings.greeting ?? text.greeting), ...first)
    list.replaceChildren(hello)
    for (const turn of conversation.turns) show(turn)
    showButton(!isIdle())
  }

  /** Shows what is asked most, where the page names no questions to begin with. */
  async function offerQuestions (): Promise<void> {
    firstQuestions = []
    try {
      firstQuestions = await service.suggest('', maxFirstQuestions)
      if (conversation.turns.length === 0) showAll()
    } catch {
      // The next opening tries again.
      firstQuestions = null
    }
  }

  function isIdle (): boolean {
    const last = conversation.turns.at(-1)
    return !last || isOver(last)
  }

  function update (turn: Turn): void {
    if (!conversation.turns.includes(turn)) return
    const view = show(turn)
    if (turn === conversation.turns.at(-1)) announce(turn, view)
  }

  function show (turn: Turn): TurnView {
    const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < nearPx
    let view = views.get(turn)
    if (!view) {
      view = createTurnView(turn, text, settings, {
        retry () {
          conversation.retry(turn)
          field.focus()
        },
        rate: rating => conversation.rate(turn, rating).then(() => emit('rating', { question: turn.question, rating })),
      })
      views.set(turn, view)
      list.append(view.element)
    } else view.update()
    if (isNear) list.scrollTop = list.scrollHeight
    for (const [old, { element }] of views) {
      if (conversation.turns.includes(old)) continue
      element.remove()
      views.delete(old)
    }
    return view
  }

  function showButton (isRunning: boolean): void {
    button.replaceChildren(icon(isRunning ? icons.stop : icons.send))
    button.setAttribute('aria-label', isRunning ? text.stop : text.send)
  }

  function announce (turn: Turn, view: TurnView): void {
    showButton(!isOver(turn))
    const said = turn.state === 'streaming' ? status.textContent : view.spoken()
    if (said !== status.textContent) status.textContent = said
    const { question, sources, finish, problem } = turn
    if (turn.state === 'done') emit('answer', { question, text: turn.text, sources, finish })
    else if (turn.state === 'failed') emit('error', { question, ...problem })
  }

  /** Tells the page. */
  function emit (name: string, detail: object = {}): void {
    host.dispatchEvent(new CustomEvent(`causerie:${name}`, { detail, bubbles: true, composed: true }))
  }

  function ask (question: string): void {
    const asked = question.trim().slice(0, maxQuestionChars).toWellFormed()
    if (asked === '' || !isIdle()) return
    suggest.close()
    emit('ask', { question: asked })
    conversation.ask(asked)
    list.scrollTop = list.scrollHeight
  }

  function submitOrStop (): void {
    const last = conversation.turns.at(-1)
    if (last && !isOver(last)) return conversation.stop(last)
    if (measure()) return
    ask(field.value)
    empty()
  }

  function empty (): void {
    field.value = ''
    fit()
    measure()
    field.focus()
  }

  function submitOnEnter (event: KeyboardEvent): void {
    const taken = suggest.key(event)
    if (taken !== false) {
      event.preventDefault()
      event.stopPropagation()
      if (taken === true) return
      ask(taken)
      return empty()
    }
    // An input method uses Enter for itself.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    if (field.value.trim() !== '' && isIdle()) submitOrStop()
  }

  /** Says in place of the note that a question is too long, and returns whether it is: nothing of it is cut off unseen. */
  function measure (): boolean {
    const { length } = field.value.trim()
    const isLong = length > maxQuestionChars
    const words = isLong ? `${text.long} ${length} / ${maxQuestionChars}` : text.note
    if (words !== note.textContent) note.textContent = words
    if (isLong && !note.matches('.warn')) status.textContent = text.long
    note.classList.toggle('warn', isLong)
    return isLong
  }

  function fit (): void {
    field.style.blockSize = 'auto'
    field.style.blockSize = `${Math.min(field.scrollHeight, 120)}px`
  }

  function begin (): void {
    conversation.clear()
    showAll()
    status.textContent = ''
    field.focus()
  }

  function onKey (event: KeyboardEvent): void {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault()
      close()
    } else if (event.key === 'Tab') {
      const stops = [...dialog.querySelectorAll<HTMLElement>('button, a[href], textarea, [tabindex="0"]')]
        .filter(stop => stop.checkVisibility())
      const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)]
      if (root.activeElement !== last) return
      event.preventDefault()
      first?.focus()
    }
  }

  function open (from: HTMLElement | null): void {
    if (dialog.hidden) {
      opener = from
      dialog.hidden = false
      launcher.hidden = true
      launcher.setAttribute('aria-expanded', 'true')
      list.scrollTop = list.scrollHeight
      service.prepare()
      if (!firstQuestions && conversation.turns.length === 0) offerQuestions()
      emit('open')
    }
    field.focus({ preventScroll: true })
  }

  function close (): void {
    if (dialog.hidden) return
    suggest.close()
    dialog.hidden = true
    launcher.hidden = false
    launcher.setAttribute('aria-expanded', 'false')
    const target = opener?.isConnected && opener !== document.body ? opener : launcher
    target.focus({ preventScroll: true })
    emit('close')
  }

  return { open, close, ask }
}
