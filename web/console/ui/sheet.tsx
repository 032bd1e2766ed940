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
    return () => {
      isOver.current = true
      dialog.close()
      if (before?.isConnected) before.focus()
    }
  }, [])
  /** The fields of forms in which something was typed, and whether it was sent since. */
  const typed = useRef(new Map<HTMLInputElement, boolean>())
  const [isAsking, setAsking] = useState(false)
  const note = ({ target }: Event) => { if ((target as Element).closest('form')) typed.current.set(target as HTMLInputElement, false) }
  const sent = () => { for (const field of typed.current.keys()) typed.current.set(field, true) }
  const close = () => {
    const isRefused = ref.current!.querySelector('.notice.bad') !== null
    const isTyped = [...typed.current].some(([{ isConnected, value }, isSent]) => isConnected && value !== '' && (!isSent || isRefused))
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
      onInput={note} onSubmit={sent}
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
