// A company as the service knows it, in parts: profile, keys, usage with budgets, and who changed what.
import { signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { hrefOf, part } from '../router.ts'
import { company, companyId, companyProblem, maySee, openCompany, type Company } from '../session.ts'
import { Button, CopyButton, Empty, Loading, Notice, PageHead } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { ChangesCard } from './changes-card.tsx'
import { KeysPart } from './keys-part.tsx'
import { NewCompany } from './profile-form.tsx'
import { ProfileCards } from './profile-cards.tsx'
import { UsageCards } from './usage-cards.tsx'
import { UsersPart } from './users-part.tsx'

const isMaking = signal(false)
const isDeleting = signal(false)
const failed = signal<Problem | null>(null)

/** What a key with the scope `admin` sees, by its place in the address. */
const parts: [place: string, name: string, show: (company: Company) => ComponentChildren][] = [
  ['', 'Profile', company => (
    <>
      <ProfileCards company={company} />
      {maySee.figures.value && <DeleteCard company={company} />}
    </>
  )],
  ['keys', 'Keys', ({ id }) => <KeysPart company={id} />],
  ['usage', 'Usage', ({ id }) => <UsageCards company={id} />],
  ['users', 'Users', ({ id }) => <UsersPart company={id} />],
  ['changes', 'Changes', ({ id }) => <ChangesCard company={id} />],
]

export function CompanyPage (): JSX.Element {
  const now = company.value
  useEffect(() => { failed.value = null }, [companyId.value])
  if (companyProblem.value) return <div class='page'><Notice problem={companyProblem.value} /></div>
  if (companyId.value === '') return <div class='page'><FirstCompany /></div>
  if (!now) return <div class='page'><Loading what='Reading the company…' /></div>
  const [, , show] = parts.find(([place]) => place === part.value) ?? parts[0]!
  return (
    <div class='page'>
      <PageHead title={now.name} about='What the service knows of this company.'>
        {maySee.figures.value && <Button icon='plus' onClick={() => { isMaking.value = true }}>New company</Button>}
      </PageHead>
      {maySee.keys.value && <Parts />}
      {failed.value && <Notice problem={failed.value} />}
      {maySee.keys.value ? show(now) : <><ProfileCards company={now} /><KeyHint id={now.id} /></>}
      {isMaking.value && <NewCompany onClose={() => { isMaking.value = false }} />}
      {isDeleting.value && <Deletion company={now} />}
    </div>
  )
}

function Parts (): JSX.Element {
  return (
    <nav class='kinds' aria-label='Parts of the company'>
      {parts.map(([place, name]) => (
        <a key={place} href={hrefOf('company', place)} aria-current={part.value === place ? 'page' : undefined}>{name}</a>
      ))}
    </nav>
  )
}

function KeyHint ({ id }: { id: string }): JSX.Element {
  const command = `npx causerie keys create --company ${id} --name website`
  return (
    <section class='card'>
      <h2>Keys</h2>
      <p class='hint'>A key with the scope “admin” lists and makes them here. On the machine of the service:</p>
      <div class='command'><pre tabIndex={0}>{command}</pre><CopyButton text={() => command}>Copy</CopyButton></div>
    </section>
  )
}

function DeleteCard ({ company: { name } }: { company: Company }): JSX.Element {
  return (
    <section class='card'>
      <h2>Delete</h2>
      <p class='hint'>Its documents, keys, conversations, feedback and profile, everywhere.</p>
      <div>
        <Button class='button plain long' icon='trash' onClick={() => { isDeleting.value = true }}>Delete <bdi>{name}</bdi></Button>
      </div>
    </section>
  )
}

function FirstCompany (): JSX.Element {
  return (
    <>
      <PageHead title='Company' about='There is none yet.' />
      <Empty icon='company' title='Make the first one'>
        <p>Name it, then add documents and ask.</p>
        {maySee.figures.value
          ? <Button look='primary' icon='plus' onClick={() => { isMaking.value = true }}>New company</Button>
          : <p>It takes an admin key for all companies.</p>}
      </Empty>
      {isMaking.value && <NewCompany onClose={() => { isMaking.value = false }} />}
    </>
  )
}

function Deletion ({ company: { id, name } }: { company: Company }): JSX.Element {
  const close = () => { isDeleting.value = false }
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
        <p>Nothing of it can be brought back.</p>
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
