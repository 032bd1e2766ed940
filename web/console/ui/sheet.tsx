// A sheet over the page: from the side on a desktop, from below on a phone. The browser's own dialog keeps focus and Escape.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
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
  useEffect(() => {
    const dialog = ref.current!
    const before = document.activeElement as HTMLElement | null
    dialog.showModal()
    return () => {
      dialog.close()
      if (before?.isConnected) before.focus()
    }
  }, [])
  // A click beside the sheet is a click on the dialog itself: what it shows is in a child.
  const closeOutside = (event: MouseEvent) => { if (event.target === ref.current) onClose() }
  const cancel = (event: Event) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog ref={ref} class={`sheet ${kind}`} aria-labelledby={id} onCancel={cancel} onClick={closeOutside}>
      <div class='sheet-body'>
        <header class='sheet-head'>
          <div>
            {above && <p class='above'>{above}</p>}
            <h2 id={id}>{shown}</h2>
          </div>
          <Button look='quiet' icon='close' label='Close' onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  )
}
