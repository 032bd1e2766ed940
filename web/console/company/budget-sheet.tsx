// Sets what a company, and each of its keys, may use in a day.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { keys, loadKeys, nameOf } from './keys.ts'
import { setBudget, type Budget, type Limits } from './usage.ts'

interface Typed { questions: string, tokens: string }

/** The place of the company's own limits among those of its keys. */
const whole = ''
const typedOf = ({ questions_per_day: questions, tokens_per_day: tokens }: Limits = {}): Typed =>
  ({ questions: questions?.toString() ?? '', tokens: tokens?.toString() ?? '' })

export function BudgetSheet ({ company, budget, onClose }: {
  company: string, budget: Budget | undefined, onClose: () => void
}): JSX.Element {
  const [typed, setTyped] = useState<Record<string, Typed>>({
    [whole]: typedOf(budget), ...Object.fromEntries(Object.entries(budget?.keys ?? {}).map(([id, limits]) => [id, typedOf(limits)])),
  })
  const [failed, setFailed] = useState<Problem | null>(null)
  useEffect(() => { loadKeys(company) }, [company])
  const save = async (wanted: Budget | null) => {
    try {
      await setBudget(company, budget, wanted)
      onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  const submit = (event: Event) => {
    event.preventDefault()
    save(readBudget(typed))
  }
  const fields = (id: string, name: string) => (
    <fieldset class='limit-fields' key={id}>
      <legend>{name}</legend>
      {(['questions', 'tokens'] as const).map(what => (
        <div key={what}>
          <label for={`budget-${id}-${what}`}>{what === 'questions' ? 'Questions' : 'Tokens'} a day</label>
          <input
            id={`budget-${id}-${what}`} class='field' type='number' inputMode='numeric' min={0} max={1e12} step={1} placeholder='no limit'
            value={typed[id]?.[what] ?? ''}
            onInput={({ currentTarget: { value } }) => setTyped({ ...typed, [id]: { ...typed[id] ?? typedOf(), [what]: value } })}
          />
        </div>
      ))}
    </fieldset>
  )
  return (
    <Sheet title='Daily budget' above={company} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <p class='hint'>Tokens are those that the language model reads and writes, as its server counts them.</p>
        {fields(whole, 'The whole company')}
        {(keys.value ?? []).map(key => fields(key.id, nameOf(key)))}
        {failed && <Notice problem={failed} />}
        <div class='form-actions'>
          <Button look='primary' icon='check' type='submit'>Save</Button>
          {budget && <Button look='quiet' icon='trash' onClick={() => { save(null) }}>No budget</Button>}
        </div>
      </form>
    </Sheet>
  )
}

function readBudget (typed: Record<string, Typed>): Budget | null {
  const read = ({ questions, tokens }: Typed): Limits => ({
    ...(questions === '' ? {} : { questions_per_day: Number(questions) }), ...(tokens === '' ? {} : { tokens_per_day: Number(tokens) }),
  })
  const { [whole]: own, ...others } = Object.fromEntries(Object.entries(typed).map(([id, value]) => [id, read(value)]))
  const keys = Object.fromEntries(Object.entries(others).filter(([, limits]) => Object.keys(limits).length > 0))
  const budget = { ...own, ...(Object.keys(keys).length > 0 ? { keys } : {}) }
  return Object.keys(budget).length > 0 ? budget : null
}
