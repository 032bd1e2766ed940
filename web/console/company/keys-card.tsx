// The keys of a company: listed, made (shown once), and revoked.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, problemOf, type Problem } from '../api.ts'
import { access, companyId, start } from '../session.ts'
import { Button, CopyButton, Loading, Notice, ago } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'

type Kind = 'api' | 'site' | 'signing'
export interface Key {
  id: string, kind: Kind, scopes: string[], origins: string[], name: string
  created_at: string, expires_at: string | null, revoked_at: string | null
}

const kinds: Record<Kind, [name: string, about: string]> = {
  api: ['Server', 'For your own back end. It may ask as any user, so it stays on the server.'],
  site: ['Website', 'Public, for the widget: it works from the pages of its origins alone, and may only ask.'],
  signing: ['Users', 'Your back end signs a token for each of its users with it.'],
}

const closing = {
  title: 'The first key closes the service',
  message: 'This console will ask for one too. Make it first, where the service runs: npx causerie keys create --any --scope admin',
}

export const keys = signal<Key[] | null>(null)
const problem = signal<Problem | null>(null)

export async function loadKeys (company: string): Promise<void> {
  problem.value = null
  try {
    const all: Key[] = []
    for (let after: string | undefined; ;) {
      const page = await call<{ data: Key[], next: string | null }>(`v1/companies/${company}/keys`, { query: { after } })
      all.push(...page.data)
      if (page.next === null) break
      after = page.next
    }
    if (companyId.value === company) keys.value = all.filter(({ revoked_at: at }) => at === null).reverse()
  } catch (error) {
    problem.value = problemOf(error)
  }
}

export function KeysCard ({ company }: { company: string }): JSX.Element {
  const [isMaking, setMaking] = useState(false)
  const [doomed, setDoomed] = useState<Key | null>(null)
  const [made, setMade] = useState<string | null>(null)
  useEffect(() => {
    keys.value = null
    setMade(null)
    loadKeys(company)
  }, [company])
  async function revoke ({ id }: Key): Promise<void> {
    setDoomed(null)
    try {
      await call(`v1/companies/${company}/keys/${id}`, { method: 'DELETE' })
    } catch (error) {
      problem.value = problemOf(error)
    }
    await loadKeys(company)
  }
  return (
    <section class='card' aria-label='Keys'>
      <div class='section-head'>
        <h2>Keys</h2>
        <p>{access.value?.keyless && 'None is needed yet. From the first one on, this console asks for one too.'}</p>
        <Button icon='plus' onClick={() => setMaking(true)}>New key</Button>
      </div>
      {problem.value && <Notice problem={problem.value} onRetry={() => loadKeys(company)} />}
      {made !== null && (
        <div class='result' role='status'>
          <p class='result-figure'>This is the key. It is shown once.</p>
          <div class='command'><pre tabIndex={0}>{made}</pre><CopyButton text={() => made}>Copy</CopyButton></div>
          {access.value?.keyless && (
            <div class='inline-form'>
              <p class='hint'>From now on the service asks for a key, this console too.</p>
              <Button onClick={start}>I have copied it</Button>
            </div>
          )}
        </div>
      )}
      {!keys.value && !problem.value && <Loading what='Reading the keys…' />}
      {keys.value?.length === 0 && <p class='hint'>This company has no key of its own.</p>}
      {keys.value && keys.value.length > 0 && (
        <ul class='key-list'>
          {keys.value.map(key => (
            <li key={key.id}>
              <span class='badge accent'>{kinds[key.kind][0]}</span>
              <span class='row-words'>
                <span class='row-title'>{key.name || key.id}</span>
                <span class='row-about'>
                  {[
                    key.kind === 'api' ? key.scopes.join(', ') : key.origins.join(', '), `made ${ago(key.created_at)}`,
                    key.expires_at ? `until ${key.expires_at.slice(0, 10)}` : '',
                  ].filter(Boolean).join(' · ')}
                </span>
              </span>
              <Button look='quiet' icon='trash' label={`Revoke ${key.name || key.id}`} onClick={() => setDoomed(key)} />
            </li>
          ))}
        </ul>
      )}
      {isMaking && (
        <KeyForm
          company={company} onClose={() => setMaking(false)}
          onMade={text => {
            setMaking(false)
            setMade(text)
            // The first key closes the service to this console: what it shows once must be seen before.
            if (!access.value?.keyless) loadKeys(company)
          }}
        />
      )}
      {doomed && (
        <Sheet kind='small' title='Revoke this key?' onClose={() => setDoomed(null)}>
          <p>Whoever uses “{doomed.name || doomed.id}” is refused from now on. It cannot be undone.</p>
          <div class='sheet-actions'>
            <Button onClick={() => setDoomed(null)}>Keep it</Button>
            <Button look='danger' icon='trash' onClick={() => { revoke(doomed) }}>Revoke</Button>
          </div>
        </Sheet>
      )}
    </section>
  )
}

function KeyForm ({ company, onClose, onMade }: { company: string, onClose: () => void, onMade: (text: string) => void }): JSX.Element {
  const [kind, setKind] = useState<Kind>('site')
  const [name, setName] = useState('')
  const [origins, setOrigins] = useState('')
  const [scopes, setScopes] = useState(['chat'])
  const [failed, setFailed] = useState<Problem | null>(null)
  const submit = async (event: Event) => {
    event.preventDefault()
    const body = {
      kind, name: name.trim(),
      ...(kind === 'api' ? { scopes } : {}),
      ...(kind === 'site' ? { origins: origins.split(/[\s,]+/).filter(origin => origin !== '') } : {}),
    }
    try {
      const { key } = await call<{ key: string }>(`v1/companies/${company}/keys`, { method: 'POST', body })
      onMade(key)
    } catch (error) {
      setFailed(problemOf(error))
    }
  }
  const toggle = (scope: string) => setScopes(scopes.includes(scope) ? scopes.filter(other => other !== scope) : [...scopes, scope])
  return (
    <Sheet title='New key' above={company} onClose={onClose}>
      <form class='form' onSubmit={submit}>
        <fieldset class='choices'>
          <legend>For</legend>
          {(Object.keys(kinds) as Kind[]).map(each => (
            <label class='choice' key={each}>
              <input type='radio' name='kind' checked={kind === each} onChange={() => setKind(each)} />
              <span><strong>{kinds[each][0]}</strong><span class='hint'>{kinds[each][1]}</span></span>
            </label>
          ))}
        </fieldset>
        <label for='key-name'>Name</label>
        <input
          id='key-name' class='field' maxLength={200} placeholder='website' value={name}
          onInput={event => setName(event.currentTarget.value)}
        />
        {kind === 'site' && (
          <>
            <label for='key-origins'>Addresses of the pages</label>
            <textarea
              id='key-origins' class='field code' rows={2} required placeholder='https://shop.example' value={origins}
              onInput={event => setOrigins(event.currentTarget.value)}
            />
          </>
        )}
        {kind === 'api' && (
          <fieldset class='options'>
            <legend>It may</legend>
            {[['chat', 'ask'], ['write', 'change documents'], ['admin', 'do everything']].map(([scope, words]) => (
              <label class='chip' key={scope}>
                <input type='checkbox' checked={scopes.includes(scope!)} onChange={() => toggle(scope!)} /><span>{words}</span>
              </label>
            ))}
          </fieldset>
        )}
        {access.value?.keyless && <Notice tone='warn' problem={closing} />}
        {failed && <Notice problem={failed} />}
        <Button look='primary' icon='key' type='submit' disabled={kind === 'api' && scopes.length === 0}>Make the key</Button>
      </form>
    </Sheet>
  )
}
