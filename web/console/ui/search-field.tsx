// A field that searches in what a page shows.
import type { Signal } from '@preact/signals'
import type { AriaAttributes, JSX, KeyboardEventHandler } from 'preact'
import { Icon } from './icons.tsx'

export function SearchField ({ id, label, value, ...others }: {
  id: string, label: string, value: Signal<string>
  onKeyDown?: KeyboardEventHandler<HTMLInputElement>
} & AriaAttributes): JSX.Element {
  return (
    <div class='search'>
      <Icon name='search' size={18} />
      <label class='visually-hidden' for={id}>{label}</label>
      <input
        id={id} type='search' autocomplete='off' placeholder={label} {...others} value={value.value}
        onInput={event => { value.value = event.currentTarget.value }}
      />
    </div>
  )
}

/** Returns a test of texts: all words that are searched must be in them, whatever their accents and case. */
export function searchFor (wanted: string): (text: string) => boolean {
  const words = folded(wanted).split(/\s+/).filter(Boolean)
  return text => {
    const own = folded(text)
    return words.every(word => own.includes(word))
  }
}

function folded (text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
