// Shows a company as the service knows it: its prompt, how its documents are read, and how to make keys for it.
import type { JSX } from 'preact'
import { access, company, companyProblem } from '../session.ts'
import { CopyButton, Loading, Notice, PageHead } from '../ui/parts.tsx'

const languages = new Intl.DisplayNames('en', { type: 'language' })

export function CompanyPage (): JSX.Element {
  const now = company.value
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  if (!now) return <div class='page'><Loading what='Reading the company…' /></div>
  const { id, name, language, common_questions: questions, profile } = now
  const keyCommand = `npx causerie keys create --company ${id} --name website`
  return (
    <div class='page'>
      <PageHead title={name} about='What the service knows of this company. It comes from its company.json, or from Supabase.' />
      <section class='card'>
        <h2>Profile</h2>
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
                <h3>{kind}</h3>
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
      <section class='card'>
        <h2>Keys</h2>
        <p class='hint'>Keys are made on the machine of the service, and shown once. This one may ask {name} and nothing else.</p>
        <div class='command'><pre tabIndex={0}>{keyCommand}</pre><CopyButton text={() => keyCommand}>Copy</CopyButton></div>
        {access.value?.keyless && <p class='hint'>From the first key on, this console asks for one too.</p>}
      </section>
    </div>
  )
}

function Facts ({ fields }: { fields: Record<string, string> }): JSX.Element {
  return <>{Object.entries(fields).map(([key, label]) => <span class='pair' key={key}><code>{key}</code> {label}</span>)}</>
}
