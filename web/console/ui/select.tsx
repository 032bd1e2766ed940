// A choice among a few values, in the browser's own list.
import type { JSX } from 'preact'
import { Icon } from './icons.tsx'

export function Select ({ id, label, value, options, onChange }: {
  id: string
  /** For screen readers, where no label stands beside it. */
  label?: string
  value: string
  options: readonly (readonly [value: string, words: string])[]
  onChange: (value: string) => void
}): JSX.Element {
  return (
    <div class='select'>
      <select id={id} aria-label={label} value={value} onChange={event => onChange(event.currentTarget.value)}>
        {options.map(([value, words]) => <option key={value} value={value} dir='auto'>{words}</option>)}
      </select>
      <Icon name='down' size={16} />
    </div>
  )
}
