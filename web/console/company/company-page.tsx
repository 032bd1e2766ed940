// Shows a company as the service knows it: its prompt, how its documents are read, its keys; and changes them.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { call, problemOf, type Problem } from '../api.ts'
import { access, company, companyId, companyProblem, maySee, openCompany } from '../session.ts'
import { Button, CopyButton, Loading, Notice, PageHead } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { KeysCard } from './keys-card.tsx'
import { MappingSheet } from './mapping-sheet.tsx'
import { NewCompany, ProfileForm } from './profile-form.tsx'
import { UsageCard } from './usage-card.tsx'

/** The sheet that is open; an index's name after `index:`. */
const sheet = signal<'profile' | 'new' | 'delete' | `index:${string}` | null>(null)
const close = () => { sheet.value = null }
const failed = signal<Problem | null>(null)

const languages = new Intl.DisplayNames('en', { type: 'language' })

export function CompanyPage (): JSX.Element {
  const now = company.value
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  if (companyId.value === '') return <div class='page'><FirstCompany /></div>
  if (!now) return <div class='page'><Loading what='Reading the company…' /></div>
  const { id, name, language, common_questions: questions, profile } = now
  const keyCommand = `npx causerie keys create --company ${id} --name website`
  return (
    <div class='page'>
      <PageHead title={name} about='What the service knows of this company.'>
        {maySee.figures.value && <Button icon='plus' onClick={() => { sheet.value = 'new' }}>New company</Button>}
      </PageHead>
      {failed.value && <Notice problem={failed.value} />}
      <section class='card'>
        <div class='section-head'>
          <h2>Profile</h2>
          <p />
          {maySee.keys.value && <Button icon='pencil' onClick={() => { sheet.value = 'profile' }}>Change</Button>}
        </div>
        <dl class='facts'>
          <dt>Id</dt><dd><code>{id}</code></dd>
          <dt>Language</dt><dd>{language === 'und' ? 'unknown' : languages.of(language)}</dd>
          {profile && <><dt>Language model</dt><dd>{profile.model ?? `${access.value?.model.name} (the service's own)`}</dd></>}
          {profile && <><dt>Nothing found</dt><dd>{profile.refuse_without_passages ? 'It says so' : 'The model answers'}</dd></>}
        </dl>
      </section>
      {profile && (
        <section class='card'>
          <h2>Prompt</h2>
          {profile.system_prompt === ''
            ? <p class='hint'>It has none of its own; the service uses the one of its language.</p>
            : <blockquote class='prompt'>{profile.system_prompt}</blockquote>}
        </section>
      )}
      {profile && (
        <section class='card'>
          <h2>How documents are read</h2>
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
              <ul class='plain-list'>{questions.map(question => <li key={question}>{question}</li>)}</ul>
            </>
            )}
      </section>
      {maySee.keys.value && <UsageCard company={id} />}
      {maySee.keys.value
        ? <KeysCard company={id} />
        : (
          <section class='card'>
            <h2>Keys</h2>
            <p class='hint'>A key with the scope “admin” lists and makes them here. On the machine of the service:</p>
            <div class='command'><pre tabIndex={0}>{keyCommand}</pre><CopyButton text={() => keyCommand}>Copy</CopyButton></div>
          </section>
          )}
      {maySee.figures.value && (
        <section class='card'>
          <div class='section-head'>
            <h2>Delete</h2>
            <p>Its documents, keys, conversations, feedback and profile, everywhere.</p>
            <Button icon='trash' onClick={() => { sheet.value = 'delete' }}>Delete {name}</Button>
          </div>
        </section>
      )}
      {sheet.value === 'profile' && <ProfileForm company={now} onClose={close} />}
      {sheet.value === 'new' && <NewCompany onClose={close} />}
      {sheet.value === 'delete' && <Deletion id={id} name={name} />}
      {sheet.value?.startsWith('index:') && profile?.mapping[sheet.value.slice(6)] && (
        <MappingSheet company={id} kind={sheet.value.slice(6)} mapping={profile.mapping[sheet.value.slice(6)]!} onClose={close} />
      )}
    </div>
  )
}

function Facts ({ fields }: { fields: Record<string, string> }): JSX.Element {
  return <>{Object.entries(fields).map(([key, label]) => <span class='pair' key={key}><code>{key}</code> {label}</span>)}</>
}

function FirstCompany (): JSX.Element {
  return (
    <>
      <PageHead title='Company' about='There is none yet.'>
        {maySee.figures.value && <Button look='primary' icon='plus' onClick={() => { sheet.value = 'new' }}>New company</Button>}
      </PageHead>
      {sheet.value === 'new' && <NewCompany onClose={close} />}
    </>
  )
}

function Deletion ({ id, name }: { id: string, name: string }): JSX.Element {
  const remove = async () => {
    close()
    failed.value = null
    try {
      await call(`v1/companies/${id}`, { method: 'DELETE' })
      await openCompany('')
    } catch (error) {
      failed.value = problemOf(error)
    }
  }
  return (
    <Sheet kind='small' title={`Delete ${name}?`} onClose={close}>
      <form class='form' onSubmit={event => { event.preventDefault(); remove() }}>
        <p>Nothing of it can be brought back. Sample companies return with the next start.</p>
        <label for='doomed'>Type <code>{id}</code> to go on</label>
        <input id='doomed' class='field code' autocomplete='off' required pattern={id} />
        <div class='sheet-actions'>
          <Button onClick={close}>Keep it</Button>
          <Button look='danger' icon='trash' type='submit'>Delete</Button>
        </div>
      </form>
    </Sheet>
  )
}
