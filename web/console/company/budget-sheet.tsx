// Sets what a company, and each of its keys, may use in a day.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { isOver, keys, loadKeys, nameOf } from './keys.ts'
import { readBudget, setBudget, type Budget, type BudgetPatch, type Limits } from './usage.ts'

/** The place of the company's own limits among those of its keys. */
const whole = ''
const kinds = ['questions_per_day', 'tokens_per_day'] as const
/** What is typed, by key and kind; undefined = no limit. */
type Typed = Record<string, string | undefined>
const placeOf = (id: string, kind: keyof Limits) => `${id} ${kind}`

function typedOf (budget: Budget = {}): Typed {
  return Object.fromEntries(Object.entries({ [whole]: budget, ...budget.keys }).flatMap(([id, limits]) =>
    kinds.flatMap(kind => limits[kind] === undefined ? [] : [[placeOf(id, kind), limits[kind].toString()]])))
}

export function BudgetSheet ({ company, budget, onClose }: {
  company: string, budget: Budget | undefined, onClose: () => void
}): JSX.Element {
  const [typed, setTyped] = useState(() => typedOf(budget))
  const [failed, setFailed] = useState<Problem | null>(null)
  useEffect(() => { loadKeys(company) }, [company])
  const parts: [id: string, name: string][] = [[whole, 'The whole company']]
  // A key whose time is over needs no limit; one that has a limit may lose it.
  for (const key of keys.value ?? []) if (!isOver(key) || budget?.keys?.[key.id]) parts.push([key.id, nameOf(key)])
  const labels = Object.fromEntries(parts.flatMap(([id, name]) => kinds.map(kind => [placeOf(id, kind), `${name}, ${wordOf(kind)} a day`])))
  const meanwhile = useMeanwhile<string>(typedOf(budget), { labels, none: 'no limit' })
  const emptied = useMeanwhile<string>(typedOf(budget), { labels, none: 'no limit', next: 'Press “No budget” again' })
  const save = async (send: () => Promise<Problem | null | void>) => {
    try {
      const clash = await send()
      if (clash) setFailed(clash)
      else onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  const submit = (event: Event) => {
    event.preventDefault()
    const own = meanwhile.changes(typed)
    save(async () => {
      if (own.length === 0) return
      const now = typedOf(await readBudget(company))
      const changes = Object.fromEntries(own.map(place => [place, typed[place]]))
      return meanwhile.clash(typed, now) ?? await setBudget(company, patchOf(now, changes))
    })
  }
  const takeAway = () => save(async () => {
    const now = typedOf(await readBudget(company))
    // Of a limit that somebody else has set since, too.
    const none = Object.fromEntries(Object.keys(now).map(place => [place, null]))
    return emptied.clash(none, now) ?? await setBudget(company, null)
  })
  const fields = ([id, name]: [id: string, name: string]) => (
    <fieldset class='limit-fields' key={id}>
      <legend>{name}</legend>
      {kinds.map(kind => (
        <div key={kind}>
          <label for={`budget-${id}-${kind}`}>{wordOf(kind)} a day</label>
          <input
            id={`budget-${id}-${kind}`} class='field' type='number' inputMode='numeric' min={0} max={1e12} step={1} placeholder='no limit'
            value={typed[placeOf(id, kind)] ?? ''}
            onInput={({ currentTarget: { value } }) => setTyped({ ...typed, [placeOf(id, kind)]: value || undefined })}
          />
        </div>
      ))}
    </fieldset>
  )
  return (
    <Sheet title='Daily budget' above={company} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <p class='hint'>Tokens are those that the language model reads and writes, as its server counts them.</p>
        {parts.map(fields)}
        {failed && <Notice problem={failed} />}
        <div class='form-actions'>
          <Button look='primary' icon='check' type='submit'>Save</Button>
          {budget && <Button look='quiet' icon='trash' onClick={() => { takeAway() }}>No budget</Button>}
        </div>
      </form>
    </Sheet>
  )
}

const wordOf = (kind: keyof Limits) => kind === 'questions_per_day' ? 'Questions' : 'Tokens'

/** Returns what to send so that these changes are made; null = there is no limit left. */
function patchOf (now: Typed, changes: Typed): BudgetPatch | null {
  const after = { ...now, ...changes }
  if (Object.values(after).every(limit => limit === undefined)) return null
  const patch: BudgetPatch & { keys: Record<string, BudgetPatch | null> } = { keys: {} }
  for (const [place, limit] of Object.entries(changes)) {
    const [id, kind] = place.split(' ') as [string, keyof Limits]
    const value = limit === undefined ? null : Number(limit)
    if (id === whole) patch[kind] = value
    else if (kinds.every(kind => after[placeOf(id, kind)] === undefined)) patch.keys[id] = null
    else patch.keys[id] = { ...patch.keys[id], [kind]: value }
  }
  return patch
}
