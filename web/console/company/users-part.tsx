// What is kept of one user of a company: exported as a file, or erased, with a receipt.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { download } from '../ui/download.ts'
import { Button, CopyButton, Loading, Notice, plural } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'

interface Receipt { user_id: string, erased_at: string, erased: { what: string, where: string, count: number }[] }

const doomed = signal<string | null>(null)

export function UsersPart ({ company }: { company: string }): JSX.Element {
  const [user, setUser] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [receipt, setReceipt] = useState<Receipt | null>(null)
  const [failed, setFailed] = useState<Problem | null>(null)
  useEffect(() => () => { doomed.value = null }, [company])
  const act = async (work: () => Promise<void>) => {
    setBusy(true)
    setFailed(null)
    setReceipt(null)
    await work().catch(error => setFailed(problemOf(error)))
    setBusy(false)
  }
  const path = (id: string) => `v1/users/${encodeURIComponent(id)}`
  const save = (id: string) => act(() => download(`${path(id)}/export`, { company_id: company }, `user-${company}.jsonl`))
  const erase = (id: string) => act(async () => {
    setReceipt(await call<Receipt>(path(id), { method: 'DELETE', query: { company_id: company } }))
    setUser('')
  })
  const submit = (event: Event) => {
    event.preventDefault()
    const isErasing = (event as SubmitEvent).submitter?.id === 'erase-user'
    if (isErasing) doomed.value = user
    else save(user)
  }
  return (
    <section class='card' aria-label='Users'>
      <h2>A user’s data</h2>
      <p class='hint'>
        Conversations, kept answers, ratings, and questions without a good answer. An export has one thing a line, as JSON.
      </p>
      <form class='form' onSubmit={submit}>
        <label for='user-id'>User id</label>
        <input
          id='user-id' class='field code' required maxLength={256} autocomplete='off' spellcheck={false} value={user}
          aria-describedby='user-id-hint' onInput={event => setUser(event.currentTarget.value)}
        />
        <p class='hint' id='user-id-hint'>
          As your own program names the user: <code>user_id</code> of questions, or <code>sub</code> of tokens.
        </p>
        <div class='form-actions'>
          <Button icon='download' type='submit' disabled={isBusy}>Export</Button>
          <Button look='quiet' icon='trash' type='submit' id='erase-user' disabled={isBusy}>Erase</Button>
        </div>
      </form>
      {isBusy && <Loading what='Looking everywhere…' />}
      {failed && <Notice problem={failed} />}
      {receipt && <Erased receipt={receipt} />}
      {doomed.value !== null && <Erasure user={doomed.value} onErase={erase} />}
    </section>
  )
}

function Erased ({ receipt }: { receipt: Receipt }): JSX.Element {
  const found = receipt.erased.filter(({ count }) => count > 0)
  return (
    <div class='result' role='status'>
      <p class='result-figure'>{found.length > 0 ? `${receipt.user_id} is erased` : `Nothing was kept of ${receipt.user_id}`}</p>
      {found.length > 0 && (
        <ul class='plain-list'>
          {found.map(({ what, where, count }) => (
            <li key={what + where}>{what[0]!.toUpperCase() + what.slice(1)}: {plural(count, 'item')}</li>
          ))}
        </ul>
      )}
      <div class='inline-form'>
        <p class='hint'>The receipt names every part that was searched.</p>
        <CopyButton text={() => JSON.stringify(receipt, null, 2)}>Copy the receipt</CopyButton>
      </div>
    </div>
  )
}

function Erasure ({ user, onErase }: { user: string, onErase: (user: string) => void }): JSX.Element {
  const close = () => { doomed.value = null }
  return (
    <Sheet kind='small' title='Erase this user?' onClose={close}>
      <p>Everything that is kept of “{user}” goes, everywhere. It cannot be undone; export it first if it may be asked for.</p>
      <div class='sheet-actions'>
        <Button onClick={close}>Keep it</Button>
        <Button look='danger' icon='trash' onClick={() => { close(); onErase(user) }}>Erase</Button>
      </div>
    </Sheet>
  )
}
