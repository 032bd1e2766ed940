// Chooses the company: in the browser's own list; where there are many, in one that is searched as one types.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { companies, companyId } from './session.ts'
import { Icon } from './ui/icons.tsx'
import { plural } from './ui/parts.tsx'
import { SearchField, searchFor } from './ui/search-field.tsx'
import { Select } from './ui/select.tsx'
import { Sheet } from './ui/sheet.tsx'

/** More companies are searched. */
const maxListed = 12
const maxShown = 100
const wanted = signal('')

export function CompanyPicker (): JSX.Element | null {
  const list = companies.value
  if (list.length === 0) return null
  return (
    <div class='picker'>
      <label for='company'>Company</label>
      {list.length > maxListed
        ? <LongPicker />
        : (
          <Select
            id='company' value={companyId.value} options={list.map(({ id, name }) => [id, name])}
            onChange={id => { companyId.value = id }}
          />
          )}
    </div>
  )
}

const isOpen = signal(false)

function LongPicker (): JSX.Element {
  const name = companies.value.find(({ id }) => id === companyId.value)?.name ?? ''
  return (
    <div class='select'>
      <button type='button' id='company' aria-haspopup='dialog' aria-label={`Company: ${name}`} onClick={() => { isOpen.value = true }}>
        <span dir='auto'>{name}</span>
      </button>
      <Icon name='down' size={16} />
    </div>
  )
}

/** The list behind the button; it stands outside of the header, for it has one of its own. */
export function CompanyChoice (): JSX.Element | null {
  return isOpen.value ? <Choice onClose={() => { isOpen.value = false }} /> : null
}

function Choice ({ onClose }: { onClose: () => void }): JSX.Element {
  const fits = searchFor(wanted.value)
  const found = companies.value.filter(({ id, name }) => fits(`${name} ${id}`))
  const shown = found.slice(0, maxShown)
  /** Where the arrow keys have gone, until something else is searched; Enter takes the first one that was found. */
  const [gone, setGone] = useState({ wanted: '', to: -1 })
  const at = gone.wanted === wanted.value ? gone.to : wanted.value === '' ? -1 : 0
  useEffect(() => {
    document.getElementById('search-companies')!.focus()
    return () => { wanted.value = '' }
  }, [])
  const choose = (id: string) => {
    companyId.value = id
    onClose()
  }
  useEffect(() => { document.getElementById(`company-${at}`)?.scrollIntoView({ block: 'nearest' }) }, [at, wanted.value])
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || shown.length === 0) return
    if (event.key === 'Enter' && shown[at]) choose(shown[at].id)
    else if (step) {
      event.preventDefault()
      setGone({ wanted: wanted.value, to: (Math.max(at, step < 0 ? 0 : -1) + step + shown.length) % shown.length })
    }
  }
  return (
    <Sheet title='Which company?' onClose={onClose}>
      <SearchField
        id='search-companies' label='Search names and ids' value={wanted} onKeyDown={press} aria-autocomplete='list'
        aria-controls='companies' aria-activedescendant={shown[at] && `company-${at}`}
      />
      <p class='hint' role='status'>
        {found.length > maxShown && `The first ${maxShown} of `}{plural(found.length, 'company', 'companies')}
      </p>
      <ul class='choices' id='companies' role='listbox' aria-label='Companies' hidden={shown.length === 0}>
        {shown.map(({ id, name }, n) => (
          <li
            key={id} id={`company-${n}`} role='option' aria-selected={n === at} aria-current={id === companyId.value ? 'true' : undefined}
            onMouseDown={event => event.preventDefault()} onClick={() => choose(id)}
          >
            <span dir='auto'>{name}</span><span class='hint'>{id}</span>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
