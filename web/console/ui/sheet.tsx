// A sheet over the page: from the side on a desktop, from below on a phone. The browser's own dialog keeps focus and Escape.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button } from './parts.tsx'

export function Sheet ({ title, shown = title, above, onClose, children, kind = 'side' }: {
  title: string
  /** The title with marks in it. */
  shown?: ComponentChildren
  above?: ComponentChildren
  onClose: () => void
  children: ComponentChildren
  kind?: 'side' | 'small'
}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const isOver = useRef(false)
  useEffect(() => {
    const dialog = ref.current!
    const before = document.activeElement as HTMLElement | null
    dialog.showModal()
    // A form is opened to be filled in.
    dialog.querySelector<HTMLElement>('.sheet-head + form :is(input, textarea, select)')?.focus()
    return () => {
      isOver.current = true
      dialog.close()
      if (before?.isConnected) before.focus()
    }
  }, [])
  /** What the fields of forms held when they were first gone to or pressed and when they were last sent; whether it was changed since. */
  const fields = useRef(new Map<HTMLInputElement, { before: string, sent?: string, isTouched: boolean }>())
  const [isAsking, setAsking] = useState(false)
  const note = ({ target }: Event) => {
    // Safari gives what is ticked no focus: pressing it, or its label, counts.
    const field = ((target as Element).closest('label')?.control ?? target) as HTMLInputElement
    if (!field.matches('form :is(input, select, textarea)') || fields.current.has(field)) return
    fields.current.set(field, { before: stateOf(field), isTouched: false })
  }
  const touch = ({ target }: Event) => {
    const held = fields.current.get(target as HTMLInputElement)
    if (held) held.isTouched = true
  }
  const sent = () => { for (const [field, held] of fields.current) Object.assign(held, { sent: stateOf(field), isTouched: false }) }
  const close = () => {
    const isRefused = ref.current!.querySelector('.notice.bad') !== null
    // What was saved may stand in its field in another form, or no more: nobody typed that.
    const isTyped = [...fields.current].some(([field, { before, sent = before, isTouched }]) =>
      field.isConnected && (isRefused ? stateOf(field) !== before : isTouched && stateOf(field) !== sent))
    if (isTyped) setAsking(asking => !asking)
    else onClose()
  }
  // A click beside the sheet is a click on the dialog itself: what it shows is in a child.
  const closeOutside = (event: MouseEvent) => { if (event.target === ref.current) close() }
  const cancel = (event: Event) => {
    event.preventDefault()
    close()
  }
  // A browser closes a dialog at a second Escape whatever is said to `cancel`; not when the key itself was handled.
  const escape = (event: KeyboardEvent) => { if (event.key === 'Escape' && !event.isComposing) cancel(event) }
  // It may also close it without asking, as the second time that a phone's key for "back" is pressed.
  const closed = () => {
    if (isOver.current) return
    ref.current!.showModal()
    close()
  }
  return (
    <dialog
      ref={ref} class={`sheet ${kind}`} aria-labelledby={id} onCancel={cancel} onClose={closed} onKeyDown={escape} onClick={closeOutside}
      onFocusIn={note} onPointerDownCapture={note} onInput={touch} onSubmit={sent}
    >
      <div class='sheet-body'>
        <header class='sheet-head'>
          <div>
            {above && <p class='above'>{above}</p>}
            <h2 id={id}>{shown}</h2>
          </div>
          <Button look='quiet' icon='close' label='Close' onClick={close} />
        </header>
        {children}
        {isAsking && <Unsaved onKeep={() => setAsking(false)} onDiscard={onClose} />}
      </div>
    </dialog>
  )
}

/** Returns what is typed, chosen or ticked. */
function stateOf ({ type, value, checked }: HTMLInputElement): string {
  return type === 'checkbox' || type === 'radio' ? String(checked) : value
}

function Unsaved ({ onKeep, onDiscard }: { onKeep: () => void, onDiscard: () => void }): JSX.Element {
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null
    ref.current!.querySelector('button')!.focus()
    return () => before?.focus()
  }, [])
  return (
    <div ref={ref} class='notice warn unsaved' role='alert'>
      <p>What you typed is not saved.</p>
      <div class='sheet-actions'>
        <Button onClick={onKeep}>Keep writing</Button>
        <Button look='danger' onClick={onDiscard}>Discard</Button>
      </div>
    </div>
  )
}
