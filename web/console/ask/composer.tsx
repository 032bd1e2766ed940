// Where one writes a question: Enter sends, Shift and Enter makes a line.
import { computed, signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { createSuggesting, type Suggested } from '../../shared/suggesting.ts'
import { call } from '../api.ts'
import { access, company, companyId, userId } from '../session.ts'
import { Button, count } from '../ui/parts.tsx'
import { namesIn } from '../ui/typed-lists.ts'
import type { AskOptions } from './conversation.ts'

export const draft = signal('')
const chosen = signal<string[]>([])
const web = signal(true)
const showsOptions = signal(false)
const groups = signal('')
const filter = signal('')

/** The filter as it is sent; null = none, undefined = it cannot be read. */
const readFilter = computed<object | null | undefined>(() => {
  if (filter.value.trim() === '') return null
  try {
    const value: unknown = JSON.parse(filter.value)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
})

export function optionsNow (): AskOptions {
  const kinds = chosen.value.filter(kind => company.value?.indexes.includes(kind))
  const member = namesIn(groups.value)
  return {
    ...(kinds.length > 0 ? { indexes: kinds } : {}),
    ...(access.value?.web_search && !web.value ? { web: false } : {}),
    ...(member.length > 0 ? { groups: member } : {}),
    ...(readFilter.value ? { filter: readFilter.value } : {}),
  }
}

export function Composer ({ isRunning, onAsk, onStop }: {
  isRunning: boolean, onAsk: (question: string) => void, onStop: () => void
}): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null)
  const most = access.value?.max_message_chars ?? 4000
  const { length } = draft.value.trim()
  // Nothing of a pasted text is cut off unseen.
  const isLong = length > most
  useEffect(() => { if (matchMedia('(hover: hover)').matches) area.current!.focus() }, [])
  useLayoutEffect(() => {
    const { style } = area.current!
    style.height = 'auto'
    style.height = `${Math.min(area.current!.scrollHeight, 200)}px`
  }, [draft.value])

  const [{ list, chosen }, setSuggested] = useState<Suggested>({ list: [], chosen: -1 })
  const suggesting = useMemo(() => createSuggesting(findSuggestions, setSuggested), [])
  useEffect(() => suggesting.close, [])
  const ask = (question = draft.value.trim()) => {
    if (question === '' || isRunning || isLong) return
    if (readFilter.value === undefined) {
      showsOptions.value = true
      return
    }
    suggesting.close()
    draft.value = ''
    onAsk(question)
  }
  const key = (event: KeyboardEvent) => {
    const taken = suggesting.key(event)
    if (taken !== false) {
      event.preventDefault()
      if (taken !== true) ask(taken)
      return
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    ask()
  }
  const { indexes = [], ...others } = optionsNow()
  const narrowed = indexes.length + Object.keys(others).length
  return (
    <form class='composer' onSubmit={event => { event.preventDefault(); ask() }}>
      {showsOptions.value && <Options />}
      <div class='composer-box'>
        <ul class='suggestions' id='suggestions' role='listbox' aria-label='Suggestions' hidden={list.length === 0}>
          {list.map((question, n) => (
            <li
              key={question} id={`suggestion-${n}`} role='option' aria-selected={n === chosen} dir='auto'
              onMouseDown={event => event.preventDefault()} onClick={() => ask(question)}
            >
              {question}
            </li>
          ))}
        </ul>
        <label class='visually-hidden' for='question'>Your question</label>
        <textarea
          id='question' ref={area} rows={1} dir='auto' value={draft.value} onKeyDown={key}
          aria-invalid={isLong} aria-describedby='question-length'
          autocomplete='off' aria-autocomplete='list' aria-haspopup='listbox' aria-controls='suggestions'
          aria-activedescendant={chosen < 0 ? undefined : `suggestion-${chosen}`} onBlur={() => suggesting.close()}
          placeholder={company.value ? `Ask ${company.value.name}` : 'Ask a question'}
          onInput={event => {
            draft.value = event.currentTarget.value
            if (!isRunning) suggesting.type(draft.value)
          }}
        />
        <Button
          look='quiet' icon='sliders' label={`Where to search${narrowed > 0 ? `: ${narrowed} chosen` : ''}`} aria-pressed={narrowed > 0}
          aria-expanded={showsOptions.value} onClick={() => { showsOptions.value = !showsOptions.value }}
        />
        {isRunning
          ? <Button look='primary' icon='stop' label='Stop' onClick={onStop} />
          : <Button look='primary' icon='send' label='Ask' type='submit' disabled={length === 0 || isLong} />}
      </div>
      <p id='question-length' class='ending warn' role='status'>
        {isLong && `This question is too long: ${count(length)} characters, and ${count(most)} may be sent.`}
      </p>
    </form>
  )
}

async function findSuggestions (q: string): Promise<string[]> {
  const query = { q, company_id: companyId.value, user_id: userId }
  const { suggestions } = await call<{ suggestions: { text: string }[] }>('v1/suggest', { query })
  return suggestions.map(({ text }) => text)
}

function Options (): JSX.Element {
  const toggle = (kind: string) => {
    chosen.value = chosen.value.includes(kind) ? chosen.value.filter(other => other !== kind) : [...chosen.value, kind]
  }
  return (
    <div class='options-panel'>
      <fieldset class='options'>
        <legend>Search only in</legend>
        {company.value?.indexes.map(kind => (
          <label class='chip' key={kind}>
            <input type='checkbox' checked={chosen.value.includes(kind)} onChange={() => toggle(kind)} />
            <span>{kind}</span>
          </label>
        ))}
        {access.value?.web_search && (
          <label class='chip'>
            <input type='checkbox' checked={web.value} onChange={() => { web.value = !web.value }} />
            <span>the web, if the documents do not answer</span>
          </label>
        )}
      </fieldset>
      <div class='options-fields'>
        <label for='groups'>As a member of</label>
        <input
          id='groups' class='field' placeholder='staff, sales' autocomplete='off' value={groups.value}
          onInput={event => { groups.value = event.currentTarget.value }}
        />
        <label for='filter'>Only documents with</label>
        <input
          id='filter' class='field code' placeholder='{"price": {"lte": 50}}' autocomplete='off' spellcheck={false} value={filter.value}
          aria-invalid={readFilter.value === undefined} aria-describedby='filter-problem'
          onInput={event => { filter.value = event.currentTarget.value }}
        />
        <p id='filter-problem' class='hint' role='status'>
          {readFilter.value === undefined && 'This is no JSON object yet: {"brand": "Doucelin", "price": {"lte": 50}}'}
        </p>
      </div>
    </div>
  )
}
