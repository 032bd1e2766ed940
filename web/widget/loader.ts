// What a page loads at once: the button, and Causerie.open(). The rest comes with the first sign of interest.
import { addStyles, icon, make } from './dom.ts'
import css from './launcher.css'
import type { Frame, Panel } from './panel.ts'
import { readSettings } from './settings.ts'

/** The file of the panel, whose name contains its hash; scripts/web.mjs sets it. */
declare const panelFile: string

const texts = {
  en: {
    open: 'Ask a question', chat: 'Chat',
    away: 'The chat cannot be reached. Try again in a moment.', contact: 'Contact us',
  },
  fr: {
    open: 'Poser une question', chat: 'Discussion',
    away: 'La discussion est injoignable. Réessayez dans un instant.', contact: 'Nous écrire',
  },
  es: {
    open: 'Hacer una pregunta', chat: 'Chat',
    away: 'No se puede conectar con el chat. Inténtelo en un momento.', contact: 'Contacto',
  },
  de: {
    open: 'Frage stellen', chat: 'Chat',
    away: 'Der Chat ist nicht erreichbar. Versuchen Sie es gleich noch einmal.', contact: 'Kontakt',
  },
}
const tag = 'causerie-chat'
const script = document.currentScript as HTMLScriptElement | null ??
  document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]')!
const base = new URL('.', script.src).href

interface Widget {
  open (): Promise<void>
  close (): void
  ask (question: string): Promise<void>
}

function createWidget (host: HTMLElement): Widget {
  const settings = readSettings(host, base)
  const text = texts[settings.language]
  const root = host.attachShadow({ mode: 'open' })
  addStyles(root, css)
  const notice = make('p', { class: 'notice', role: 'status', part: 'notice', hidden: true })
  const prefetch = () => { load().catch(() => {}) }
  const launcher = make('button', {
    type: 'button', class: 'launcher', part: 'launcher', 'aria-label': text.open, 'aria-haspopup': 'dialog', 'aria-expanded': 'false',
    onpointerenter: prefetch, onfocus: prefetch, onclick: () => { open() },
  }, icon('M12 4C7 4 3 7.4 3 11.6c0 2.3 1.2 4.3 3.1 5.7L5.4 21l4-2c.8.2 1.7.3 2.6.3 5 0 9-3.4 9-7.7S17 4 12 4z'))
  const frame = make(
    'div', { class: 'frame', role: 'region', 'aria-label': settings.title ?? text.chat, lang: settings.language }, notice, launcher
  )
  root.append(frame)

  let panel: Promise<Panel> | undefined
  let attempts = 0
  async function load (): Promise<Panel> {
    // A module that failed to load is asked for under another address, or the browser would not try again.
    panel ??= import(`${base}widget/${panelFile}${attempts++ === 0 ? '' : `?${attempts}`}`)
      .then(({ mountPanel }: { mountPanel: (frame: Frame) => Panel }) => mountPanel({ host, root, frame, launcher, settings }))
    try {
      return await panel
    } catch (error) {
      panel = undefined
      throw error
    }
  }
  async function open (question?: string): Promise<void> {
    const opener = deepActiveElement()
    launcher.setAttribute('aria-busy', 'true')
    notice.hidden = true
    try {
      const { open, ask } = await load()
      open(opener)
      if (question !== undefined) ask(question)
    } catch {
      notice.replaceChildren(text.away)
      if (settings.contact) notice.append(' ', make('a', { href: settings.contact }, text.contact))
      notice.hidden = false
    }
    launcher.removeAttribute('aria-busy')
  }
  return { open: () => open(), close () { panel?.then(({ close }) => close(), () => {}) }, ask: question => open(String(question)) }
}

/** Returns the element that has the focus, also inside shadow roots. */
function deepActiveElement (): HTMLElement | null {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element instanceof HTMLElement ? element : null
}

const widgets = new WeakMap<HTMLElement, Widget>()
/** Those that the page has taken away for good. */
const removed = new WeakSet<HTMLElement>()

// A custom element has to be a class.
class CauserieChat extends HTMLElement {
  connectedCallback (): void {
    if (!widgets.has(this)) widgets.set(this, createWidget(this))
    last = this
    // The top layer: nothing of the page covers, clips or turns it.
    this.popover = 'manual'
    this.showPopover?.()
  }

  disconnectedCallback (): void {
    // A page that navigates by itself may replace its whole body.
    setTimeout(() => { if (!this.isConnected && !removed.has(this) && !find()) document.body.append(this) })
  }
}

/** Finds the widget of the page; one within a shadow root is only known by itself. */
const find = () => document.querySelector<HTMLElement>(tag)
let last: HTMLElement | undefined

function start (): void {
  if (customElements.get(tag)) return
  customElements.define(tag, CauserieChat)
  if (!find()) {
    const element = document.createElement(tag)
    Object.assign(element.dataset, script.dataset)
    document.body.append(element)
  }
  const shown = () => last?.isConnected ? last : find()
  const current = () => {
    const element = shown()
    return element && widgets.get(element)
  }
  Object.assign(window, {
    Causerie: {
      open: () => current()?.open(),
      close: () => current()?.close(),
      ask: (question: string) => current()?.ask(question),
      remove () {
        const element = shown()
        if (!element) return
        current()?.close()
        removed.add(element)
        element.remove()
      },
    },
  })
  // A link or button of the page that opens the chat, and does something else without it.
  document.addEventListener('click', event => {
    const target = event.composedPath()[0]
    if (!(target instanceof Element) || !target.closest('[data-causerie-open]')) return
    event.preventDefault()
    current()?.open()
  })
}

if (document.body) start()
else document.addEventListener('DOMContentLoaded', start)
