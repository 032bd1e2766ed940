// A company's websites, and its other keys: listed, made (shown once), changed and revoked.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { hrefOf } from '../router.ts'
import { access, maySee, start } from '../session.ts'
import { Button, CopyButton, Loading, Notice, ago, plural } from '../ui/parts.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { KeyForm, OperatorKeyForm, SiteForm, kinds } from './key-forms.tsx'
import { isOver, keys, loadKeys, loadOperatorKeys, made, nameOf, operatorKeys, problem, revoke, siteKeyOf, type Key } from './keys.ts'

const sheet = signal<'site' | 'key' | 'operator' | { change: Key } | { revoke: Key[], isOperators?: true } | null>(null)
const close = () => { sheet.value = null }

export function KeysPart ({ company }: { company: string }): JSX.Element {
  useEffect(() => {
    keys.value = null
    made.value = null
    loadKeys(company)
    if (maySee.figures.value) loadOperatorKeys()
  }, [company])
  const open = sheet.value
  const sites = keys.value?.filter(key => key.kind === 'site' && !isOver(key))
  const others = keys.value?.filter(key => key.kind !== 'site' && !isOver(key))
  const over = keys.value?.filter(key => isOver(key)) ?? []
  return (
    <>
      {problem.value && <Notice problem={problem.value} onRetry={() => loadKeys(company)} />}
      {made.value && <Made />}
      <section class='card' aria-label='Websites'>
        <div class='section-head'>
          <h2>Websites</h2>
          <p />
          <Button icon='plus' onClick={() => { sheet.value = 'site' }}>New website</Button>
        </div>
        <p class='hint'>
          The key of a website is public: it stands in the page, works from the addresses named here alone, and may only ask.{' '}
          <a href={hrefOf('install')}>Install the chat</a> with it.
        </p>
        {!sites && !problem.value && <Loading what='Reading the keys…' />}
        {sites?.length === 0 && <p class='hint'>No website may ask this company yet.</p>}
        {sites && sites.length > 0 && <ul class='key-list'>{sites.map(site => <SiteRow key={site.id} site={site} />)}</ul>}
      </section>
      <section class='card' aria-label='Keys'>
        <div class='section-head'>
          <h2>Keys</h2>
          <p />
          <Button icon='plus' onClick={() => { sheet.value = 'key' }}>New key</Button>
        </div>
        {access.value?.keyless && <p class='hint'>None is needed yet. From the first one on, this console asks for one too.</p>}
        {!others && !problem.value && <Loading what='Reading the keys…' />}
        {others?.length === 0 && <p class='hint'>This company has no key of its own.</p>}
        {others && others.length > 0 && <ul class='key-list'>{others.map(key => <KeyRow key={key.id} of={key} />)}</ul>}
      </section>
      {over.length > 0 && <OverKeys over={over} />}
      {maySee.figures.value && <OperatorKeys />}
      {open === 'operator' && <OperatorKeyForm onClose={close} />}
      {open === 'site' && <SiteForm company={company} site={null} onClose={close} />}
      {open === 'key' && <KeyForm company={company} onClose={close} />}
      {open !== null && typeof open === 'object' && 'change' in open && <SiteForm company={company} site={open.change} onClose={close} />}
      {open !== null && typeof open === 'object' && 'revoke' in open && (
        <Revocation company={open.isOperators ? null : company} those={open.revoke} />
      )}
    </>
  )
}

/** Keys of any kind whose time is over, to be put away at once. */
function OverKeys ({ over }: { over: Key[] }): JSX.Element {
  return (
    <section class='card' aria-label='Expired keys'>
      <div class='section-head'>
        <h2>Expired keys</h2>
        <p />
        <Button icon='trash' onClick={() => { sheet.value = { revoke: over } }}>Remove all</Button>
      </div>
      <p class='hint'>Their time is over: whoever uses them is refused.</p>
      <ul class='key-list'>{over.map(key => <KeyRow key={key.id} of={key} />)}</ul>
    </section>
  )
}

/** Keys that open every company, this console too. */
function OperatorKeys (): JSX.Element {
  const all = operatorKeys.value
  return (
    <section class='card' aria-label='Keys for all companies'>
      <div class='section-head'>
        <h2>Keys for all companies</h2>
        <p />
        <Button icon='plus' onClick={() => { sheet.value = 'operator' }}>New operator key</Button>
      </div>
      <p class='hint'>This console asks for one of these, or for a company’s own.</p>
      {all?.length === 0 && <p class='hint'>There is none yet.</p>}
      {all && all.length > 0 && (
        <ul class='key-list'>
          {all.map(key => <KeyRow key={key.id} of={key} onRevoke={() => { sheet.value = { revoke: [key], isOperators: true } }} />)}
        </ul>
      )}
    </section>
  )
}

function Made (): JSX.Element | null {
  if (!made.value) return null
  const { text, kind, isTabs } = made.value
  const goOn = () => {
    if (isTabs) made.value = null
    else start()
  }
  return (
    <div class='result' role='status'>
      <p class='result-figure'>{kind === 'site' ? 'This is the key of the website.' : 'This is the key. It is shown once.'}</p>
      <div class='command'><pre tabIndex={0}>{text}</pre><CopyButton text={() => text}>Copy</CopyButton></div>
      {(isTabs || access.value?.keyless) && (
        <div class='inline-form'>
          <p class='hint'>
            From now on the service asks for a key.{' '}
            {isTabs ? 'This tab goes on with it; keep it for the next time.' : 'This console asks for one too.'}
          </p>
          <Button onClick={goOn}>I have copied it</Button>
        </div>
      )}
    </div>
  )
}

function SiteRow ({ site }: { site: Key }): JSX.Element {
  const name = nameOf(site)
  return (
    <li>
      <span class='row-words'>
        <span class='row-title'>{name}</span>
        <ul class='tags' aria-label={`Addresses of ${name}`}>{site.origins.map(origin => <li key={origin}>{origin}</li>)}</ul>
        <span class='row-about'><code>{siteKeyOf(site)}</code> · {detailsOf(site)}</span>
      </span>
      <CopyButton text={() => siteKeyOf(site)}>Copy</CopyButton>
      <Button look='quiet' icon='pencil' label={`Change ${name}`} onClick={() => { sheet.value = { change: site } }} />
      <Button look='quiet' icon='trash' label={`Revoke ${name}`} onClick={() => { sheet.value = { revoke: [site] } }} />
    </li>
  )
}

function KeyRow ({ of: key, onRevoke = () => { sheet.value = { revoke: [key] } } }: { of: Key, onRevoke?: () => void }): JSX.Element {
  const scopes = key.kind === 'api' ? key.scopes.join(', ') : ''
  return (
    <li>
      <span class='badge accent'>{kinds[key.kind][0]}</span>
      <span class='row-words'>
        <span class='row-title'>{nameOf(key)}</span>
        <span class='row-about'>{[scopes, detailsOf(key)].filter(Boolean).join(' · ')}</span>
      </span>
      <Button look='quiet' icon='trash' label={`${isOver(key) ? 'Remove' : 'Revoke'} ${nameOf(key)}`} onClick={onRevoke} />
    </li>
  )
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

function detailsOf (key: Key): string {
  const { created_at: created, expires_at: ends } = key
  const until = ends ? `${isOver(key) ? 'expired' : 'until'} ${days.format(new Date(ends))}` : ''
  return [`made ${ago(created)}`, until].filter(Boolean).join(' · ')
}

function Revocation ({ company, those }: { company: string | null, those: Key[] }): JSX.Element {
  const isAfter = those.every(key => isOver(key))
  const [first] = those as [Key]
  const what = those.length === 1 ? 'this key' : plural(those.length, 'expired key')
  return (
    <Sheet kind='small' title={isAfter ? `Remove ${what}?` : 'Revoke this key?'} onClose={close}>
      <p>
        {isAfter
          ? `Whoever uses ${those.length === 1 ? `“${nameOf(first)}”` : 'them'} is refused already.`
          : `Whoever uses “${nameOf(first)}” is refused from now on.`} It cannot be undone.
      </p>
      <div class='sheet-actions'>
        <Button onClick={close}>{those.length === 1 ? 'Keep it' : 'Keep them'}</Button>
        <Button look='danger' icon='trash' onClick={() => { close(); revoke(company, those) }}>{isAfter ? 'Remove' : 'Revoke'}</Button>
      </div>
    </Sheet>
  )
}
