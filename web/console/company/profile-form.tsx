// Changes a company's profile, or makes a new company.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { maySee, openCompany, type Company } from '../session.ts'
import { useMeanwhile, type Values } from '../ui/meanwhile.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Select } from '../ui/select.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { linesIn } from '../ui/typed-lists.ts'

const languages = [['en', 'English'], ['fr', 'French'], ['de', 'German'], ['es', 'Spanish'], ['und', 'Another, or several']] as const

const labels = {
  name: 'Name', language: 'Language', model: 'Language model', system_prompt: 'Prompt', common_questions: 'Common questions',
  refuse_without_passages: 'Say so when nothing is found',
}
type Profile = Values<keyof typeof labels>

function valuesOf ({ name, language, common_questions, profile }: Company): Profile {
  const { model = null, system_prompt = '', refuse_without_passages = true } = profile ?? {}
  return { name, language, common_questions, model, system_prompt, refuse_without_passages }
}

export function ProfileForm ({ company, onClose }: { company: Company, onClose: () => void }): JSX.Element {
  const { id, profile } = company
  const [name, setName] = useState(company.name)
  const [language, setLanguage] = useState(company.language)
  const [model, setModel] = useState(profile?.model ?? '')
  const [prompt, setPrompt] = useState(profile?.system_prompt ?? '')
  const [questions, setQuestions] = useState(company.common_questions.join('\n'))
  const [refuses, setRefuses] = useState(profile?.refuse_without_passages ?? true)
  const [failed, setFailed] = useState<Problem | null>(null)
  const meanwhile = useMeanwhile(valuesOf(company), { labels })
  const mayAll = maySee.figures.value
  const submit = async (event: Event) => {
    event.preventDefault()
    const typed: Profile = {
      name: name.trim(), system_prompt: prompt.trim(), refuse_without_passages: refuses, common_questions: linesIn(questions),
      language, model: model.trim() || null,
    }
    const own = meanwhile.changes(typed)
    try {
      const clash = meanwhile.clash(typed, valuesOf(await call<Company>(`v1/companies/${id}`)))
      if (clash) return setFailed(clash)
      const body = Object.fromEntries(own.map(key => [key, typed[key] === '' ? null : typed[key]]))
      if (own.length > 0) await call(`v1/companies/${id}`, { method: 'PATCH', body })
      await openCompany(id)
      onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  return (
    <Sheet title='Change the profile' above={id} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <label for='company-name'>Name</label>
        <input
          id='company-name' class='field' required maxLength={200} value={name} onInput={event => setName(event.currentTarget.value)}
        />
        {mayAll && (
          <>
            <label for='company-language'>Language of its documents</label>
            <Select id='company-language' value={language} options={languages} onChange={setLanguage} />
            <label for='company-model'>Language model</label>
            <input
              id='company-model' class='field' placeholder='the service’s own' value={model}
              onInput={event => setModel(event.currentTarget.value)}
            />
          </>
        )}
        <label for='company-prompt'>Prompt</label>
        <textarea
          id='company-prompt' class='field' rows={8} dir='auto' value={prompt} placeholder='the one of its language'
          onInput={event => setPrompt(event.currentTarget.value)}
        />
        <label for='company-questions'>Common questions, one a line</label>
        <textarea
          id='company-questions' class='field' rows={5} dir='auto' value={questions}
          onInput={event => setQuestions(event.currentTarget.value)}
        />
        <label class='check'>
          <input type='checkbox' checked={refuses} onChange={event => setRefuses(event.currentTarget.checked)} />
          <span>Say so when nothing is found, instead of letting the model answer by itself</span>
        </label>
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='check' type='submit'>Save</Button>
      </form>
    </Sheet>
  )
}

export function NewCompany ({ onClose }: { onClose: () => void }): JSX.Element {
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  const [language, setLanguage] = useState<string>('en')
  const [failed, setFailed] = useState<Problem | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    // Without a mapping, how its documents are read is guessed.
    const body = { name: name.trim(), language, indexes: { faq: {}, pages: {}, products: {} } }
    try {
      await call(`v1/companies/${encodeURIComponent(id)}`, { method: 'PUT', body, headers: { 'if-none-match': '*' } })
      await openCompany(id)
      onClose()
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  return (
    <Sheet title='New company' onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <label for='new-name'>Name</label>
        <input
          id='new-name' class='field' required maxLength={200} value={name}
          onInput={({ currentTarget: { value } }) => {
            if (id === idOf(name)) setId(idOf(value))
            setName(value)
          }}
        />
        <label for='new-id'>Id, in addresses and keys</label>
        <input
          id='new-id' class='field code' required pattern='[A-Za-z0-9](?:[A-Za-z0-9_\-]{0,62}[A-Za-z0-9\-])?' value={id}
          onInput={event => setId(event.currentTarget.value)}
        />
        <label for='new-language'>Language of its documents</label>
        <Select id='new-language' value={language} options={languages} onChange={setLanguage} />
        <p class='hint'>It begins with room for an FAQ, pages and products. Add files next; what they are is read from them.</p>
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='plus' type='submit'>Create</Button>
      </form>
    </Sheet>
  )
}

/** Makes an id of a name: "Café Étoile" → "cafe-etoile". */
function idOf (name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64)
}
