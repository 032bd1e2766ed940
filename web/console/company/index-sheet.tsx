// Adds an index to a company: documents of one kind, which are read in their own way.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { openCompany } from '../session.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'

export function IndexSheet ({ company, known, onClose }: { company: string, known: string[], onClose: () => void }): JSX.Element {
  const [name, setName] = useState('')
  const [failed, setFailed] = useState<Problem | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (known.includes(name)) {
      return setFailed({ code: 'EXISTS', title: `“${name}” is there already`, message: 'Choose another name.', retryable: false })
    }
    try {
      await call(`v1/companies/${company}`, { method: 'PATCH', body: { indexes: { [name]: {} } } })
      await openCompany(company)
      onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  return (
    <Sheet kind='small' title='New index' onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <p class='hint'>For documents of one kind, such as manuals. How they are read is guessed until you say otherwise.</p>
        <label for='index-name'>Name, in addresses</label>
        <input
          id='index-name' class='field code' required pattern='(?!.*__)[A-Za-z0-9][A-Za-z0-9_\-]{0,63}' autocomplete='off'
          spellcheck={false} title='Letters without accents, digits, - and _' value={name}
          onInput={event => setName(event.currentTarget.value)}
        />
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='plus' type='submit'>Add</Button>
      </form>
    </Sheet>
  )
}
