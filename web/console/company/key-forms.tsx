// Makes a key for a website, a server or users, and changes a website's addresses.
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { problemOf, type Problem } from '../api.ts'
import { access } from '../session.ts'
import { Button, Notice } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { changeSite, makeKey, makeOperatorKey, nameOf, type Key, type Kind } from './keys.ts'

export const kinds: Record<Kind, [name: string, about: string]> = {
  api: ['Server', 'For your own back end. It may ask as any user, so it stays on the server.'],
  site: ['Website', 'Public, for the widget: it works from the pages of its origins alone, and may only ask.'],
  signing: ['Users', 'Your back end signs a token for each of its users with it.'],
}
const scopesInWords = [['chat', 'ask'], ['write', 'change documents'], ['admin', 'do everything']] as const

const closing = {
  title: 'The first key closes the service',
  message: 'This console will ask for one too. Make one first that opens everything, and keep it.',
}

export function SiteForm ({ company, site, onClose }: { company: string, site: Key | null, onClose: () => void }): JSX.Element {
  const [name, setName] = useState(site?.name ?? '')
  const [origins, setOrigins] = useState(site?.origins.join('\n') ?? '')
  const { failed, submit } = useSending(onClose, () => {
    const typed = { name: name.trim(), origins: origins.split(/[\s,]+/).filter(origin => origin !== '') }
    return site ? changeSite(company, site, typed) : makeKey(company, { kind: 'site', ...typed })
  })
  return (
    <Sheet title={site ? `Change ${nameOf(site)}` : 'New website'} above={company} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        {!site && <p class='hint'>{kinds.site[1]}</p>}
        <NameField name={name} setName={setName} />
        <label for='key-origins'>Addresses of the pages, one a line</label>
        <textarea
          id='key-origins' class='field code' rows={4} required placeholder='https://shop.example' value={origins}
          onInput={event => setOrigins(event.currentTarget.value)}
        />
        {site && <p class='hint'>Pages of an address that you take away are refused from then on.</p>}
        <Ending failed={failed} words={site ? 'Save' : 'Make the key'} onClose={onClose} />
      </form>
    </Sheet>
  )
}

/** Makes a key for all companies. */
export function OperatorKeyForm ({ onClose }: { onClose: () => void }): JSX.Element {
  const [name, setName] = useState('')
  const { failed, submit } = useSending(onClose, () => makeOperatorKey(name.trim()))
  return (
    <Sheet title='New operator key' onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <p class='hint'>It opens all companies and may do everything: this console asks for such a key. Keep it with your passwords.</p>
        <NameField name={name} setName={setName} />
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='key' type='submit'>Make the key</Button>
      </form>
    </Sheet>
  )
}

export function KeyForm ({ company, onClose }: { company: string, onClose: () => void }): JSX.Element {
  const [kind, setKind] = useState<Kind>('api')
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['chat'])
  const { failed, submit } = useSending(
    onClose, () => makeKey(company, { kind, name: name.trim(), ...(kind === 'api' ? { scopes } : {}) })
  )
  const toggle = (scope: string) => setScopes(scopes.includes(scope) ? scopes.filter(other => other !== scope) : [...scopes, scope])
  return (
    <Sheet title='New key' above={company} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <fieldset class='choices'>
          <legend>For</legend>
          {(['api', 'signing'] as const).map(each => (
            <label class='choice' key={each}>
              <input type='radio' name='kind' checked={kind === each} onChange={() => setKind(each)} />
              <span><strong>{kinds[each][0]}</strong><span class='hint'>{kinds[each][1]}</span></span>
            </label>
          ))}
        </fieldset>
        <NameField name={name} setName={setName} />
        {kind === 'api' && (
          <fieldset class='options'>
            <legend>It may</legend>
            {scopesInWords.map(([scope, words]) => (
              <label class='chip' key={scope}>
                <input type='checkbox' checked={scopes.includes(scope)} onChange={() => toggle(scope)} /><span>{words}</span>
              </label>
            ))}
          </fieldset>
        )}
        <Ending failed={failed} words='Make the key' disabled={kind === 'api' && scopes.length === 0} onClose={onClose} />
      </form>
    </Sheet>
  )
}

/** Sends a form once, however often it is pressed; closes it when that is done, else says why not. */
function useSending (onClose: () => void, send: () => Promise<void>) {
  const [failed, setFailed] = useState<Problem | null>(null)
  const isSent = useRef(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isSent.current) return
    isSent.current = true
    try {
      await send()
      onClose()
    } catch (error) {
      isSent.current = false
      setFailed(problemOf(error))
    }
  }
  return { failed, submit }
}

function NameField ({ name, setName }: { name: string, setName: (name: string) => void }): JSX.Element {
  return (
    <>
      <label for='key-name'>Name</label>
      <input
        id='key-name' class='field' maxLength={200} placeholder='To recognise it by' value={name}
        onInput={event => setName(event.currentTarget.value)}
      />
    </>
  )
}

function Ending ({ failed, words, disabled = false, onClose }: {
  failed: Problem | null, words: string, disabled?: boolean, onClose: () => void
}): JSX.Element {
  const first = useSending(onClose, () => makeOperatorKey('console'))
  return (
    <>
      {access.value?.keyless && (
        <Notice tone='warn' problem={closing} retry='Make that key' icon='key' onRetry={() => { first.submit(new Event('submit')) }} />
      )}
      {(failed ?? first.failed) && <Notice problem={(failed ?? first.failed)!} />}
      <Button look='primary' icon={words === 'Save' ? 'check' : 'key'} type='submit' disabled={disabled}>{words}</Button>
    </>
  )
}
