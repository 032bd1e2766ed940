// A company's profile: its prompt, how its documents are read, its common questions.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { access, maySee, type Company } from '../session.ts'
import { Button } from '../ui/parts.tsx'
import { IndexSheet } from './index-sheet.tsx'
import { MappingSheet } from './mapping-sheet.tsx'
import { ProfileForm } from './profile-form.tsx'

/** The sheet that is open; an index's name after `index:`. */
const sheet = signal<'profile' | 'new index' | `index:${string}` | null>(null)
const close = () => { sheet.value = null }

const languages = new Intl.DisplayNames('en', { type: 'language' })

export function ProfileCards ({ company }: { company: Company }): JSX.Element {
  const { id, language, common_questions: questions, profile } = company
  const kind = sheet.value?.startsWith('index:') ? sheet.value.slice(6) : null
  const mapping = kind === null ? undefined : profile?.mapping[kind]
  return (
    <>
      <section class='card'>
        <div class='section-head'>
          <h2>Profile</h2>
          <p />
          {maySee.keys.value && <Button icon='pencil' onClick={() => { sheet.value = 'profile' }}>Change</Button>}
        </div>
        <dl class='facts'>
          <dt>Id</dt><dd><code>{id}</code></dd>
          <dt>Language</dt><dd>{language === 'und' ? 'another, or several' : languages.of(language)}</dd>
          {profile && <><dt>Language model</dt><dd>{profile.model ?? `${access.value?.model.name} (the service’s own)`}</dd></>}
          {profile && (
            <><dt>If nothing is found</dt><dd>{profile.refuse_without_passages ? 'it says so' : 'the model answers all the same'}</dd></>
          )}
        </dl>
      </section>
      {profile && (
        <section class='card'>
          <h2>Prompt</h2>
          {profile.system_prompt === ''
            ? <p class='hint'>It has none of its own; the service uses the one of its language.</p>
            : <blockquote class='prompt' dir='auto'>{profile.system_prompt}</blockquote>}
        </section>
      )}
      {profile && (
        <section class='card'>
          <div class='section-head'>
            <h2>How documents are read</h2>
            <p />
            {maySee.keys.value && <Button icon='plus' onClick={() => { sheet.value = 'new index' }}>New index</Button>}
          </div>
          <div class='mappings'>
            {Object.entries(profile.mapping).map(([kind, { title, text, url, fields }]) => (
              <div class='mapping' key={kind}>
                <div class='section-head'>
                  <h3>{kind}</h3>
                  <p />
                  {maySee.keys.value && (
                    <Button
                      look='quiet' icon='pencil' label={`Change how ${kind} is read`} onClick={() => { sheet.value = `index:${kind}` }}
                    />
                  )}
                </div>
                <dl class='facts'>
                  <dt>Title</dt><dd>{title ? <code>{title}</code> : 'guessed'}</dd>
                  <dt>Text</dt><dd>{text.length > 0 ? text.map(key => <code key={key}>{key}</code>) : 'guessed'}</dd>
                  {url && <><dt>Address</dt><dd><code>{url}</code></dd></>}
                  {Object.keys(fields).length > 0 && <><dt>Facts</dt><dd><Facts fields={fields} /></dd></>}
                </dl>
              </div>
            ))}
          </div>
        </section>
      )}
      <section class='card'>
        <h2>Common questions</h2>
        {questions.length === 0
          ? <p class='hint'>None are named. <code>common_questions</code> in the profile are answered before anyone asks.</p>
          : (
            <>
              <p class='hint'>Answered in advance, so that their answers are there at once.</p>
              <ul class='plain-list'>{questions.map(question => <li key={question} dir='auto'>{question}</li>)}</ul>
            </>
            )}
      </section>
      {sheet.value === 'profile' && <ProfileForm company={company} onClose={close} />}
      {sheet.value === 'new index' && <IndexSheet company={id} known={company.indexes} onClose={close} />}
      {kind !== null && mapping && <MappingSheet company={id} kind={kind} mapping={mapping} onClose={close} />}
    </>
  )
}

function Facts ({ fields }: { fields: Record<string, string> }): JSX.Element {
  return <>{Object.entries(fields).map(([key, label]) => <span class='pair' key={key}><code>{key}</code> {label}</span>)}</>
}
