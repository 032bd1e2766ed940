// The frame of the console: brand, company, pages; or what is asked for before.
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { CompanyChoice, CompanyPicker } from './company-picker.tsx'
import { Navigation, titles } from './navigation.tsx'
import { hrefOf, page, pages, type Page } from './router.ts'
import { access, companyId, hasOpened, lock, maySee, opening, phase, problem, start, unlock } from './session.ts'
import { Logo } from './ui/icons.tsx'
import { Button, Empty, Loading, Notice, PageHead } from './ui/parts.tsx'
import { PageView } from './views.tsx'

export function App (): JSX.Element {
  const isReady = phase.value === 'ready'
  if (!hasOpened.value) return <main class='gate'><Door /></main>
  // What is typed stays while a key is asked for.
  return <><div class='holder' hidden={!isReady}><Frame key={opening.value} /></div>{!isReady && <DoorAgain />}</>
}

/** Stands before the console. */
function Door (): JSX.Element {
  if (phase.value === 'loading') return <Loading what='Opening the console…' />
  if (phase.value === 'failed') return <Gate title='Causerie'><Notice problem={problem.value!} onRetry={start} /></Gate>
  return <KeyGate />
}

/** The same over the page that was open: a dialog, since a sheet of the page may be one too, and would keep the focus. */
function DoorAgain (): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null
    ref.current!.showModal()
    return () => { if (before?.isConnected) before.focus() }
  }, [])
  const stay = (event: Event) => event.preventDefault()
  return (
    <dialog
      ref={ref} class='gate' aria-label='Causerie' onCancel={stay} onKeyDown={event => { if (event.key === 'Escape') stay(event) }}
    >
      <Door />
    </dialog>
  )
}

function Gate ({ title, children }: { title: string, children: JSX.Element | (JSX.Element | false | null)[] }): JSX.Element {
  return <div class='gate-card'><Logo /><h1>{title}</h1>{children}</div>
}

function KeyGate (): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current!.focus(), [])
  return (
    <Gate title='Which key may I use?'>
      <p class='gate-about'>This service asks for a key. It stays in this tab, and is forgotten when you close it.</p>
      <form onSubmit={event => { event.preventDefault(); unlock(input.current!.value) }}>
        <label for='key'>Key</label>
        <input
          id='key' ref={input} type='password' autocomplete='off' spellcheck={false} placeholder='cau_…' required
          aria-describedby='key-help'
        />
        <Button look='primary' type='submit' icon='key'>Open the console</Button>
      </form>
      {problem.value && <Notice problem={problem.value} />}
      <p class='hint' id='key-help'>On the machine of the service, <code>npx causerie keys create --any --scope admin</code> makes one.</p>
    </Gate>
  )
}

/** Pages of a key with the scope `write`. */
const withWrite: Page[] = ['documents', 'gaps', 'answers', 'feedback', 'evaluation', 'company']

/** Pages that show nothing without a company. */
const ofCompany: Page[] = ['ask', 'documents', 'gaps', 'answers', 'feedback', 'evaluation', 'install']

/** The part after # is the page's: it must not become "main". */
function skip (event: Event): void {
  event.preventDefault()
  document.getElementById('main')!.focus()
}

function Frame (): JSX.Element {
  const visible = pages.filter(name => !withWrite.includes(name) || maySee.documents.value)
  const current = visible.includes(page.value) ? page.value : 'ask'
  useEffect(() => { document.title = `${titles[current][0]} · Causerie` }, [current])
  return (
    <div class='frame'>
      <a class='skip' href='#main' onClick={skip}>Skip to the page</a>
      <header class='side'>
        <p class='brand'><Logo /><span>Causerie</span></p>
        <CompanyPicker />
        <Navigation visible={visible} current={current} foot={<Foot />} />
        <div class='side-foot'><Foot /></div>
      </header>
      {companyId.value === '' && ofCompany.includes(current)
        ? <main id='main' tabIndex={-1} class='main-page'><NoCompany title={titles[current][0]} /></main>
        : <main id='main' tabIndex={-1} class={current === 'ask' ? 'main-ask' : 'main-page'}><PageView name={current} /></main>}
      <CompanyChoice />
    </div>
  )
}

function Foot (): JSX.Element {
  return (
    <>
      {access.value?.keyless
        ? <p>No key is needed on this machine.</p>
        : <Button look='quiet' icon='key' onClick={lock}>Forget the key</Button>}
      <p>Version {access.value?.version} · <a href='docs'>API</a></p>
    </>
  )
}

/** A file that is dropped where nothing takes it must not replace the console. */
function refuseFiles (event: DragEvent): void {
  if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
  event.preventDefault()
  event.dataTransfer.dropEffect = 'none'
}
for (const type of ['dragover', 'drop'] as const) window.addEventListener(type, refuseFiles)

/** Stands on every page that is about a company, until there is one. */
function NoCompany ({ title }: { title: string }): JSX.Element {
  return (
    <div class='page'>
      <PageHead title={title} about='There is no company yet.' />
      <Empty icon='company' title='Begin with a company'>
        <p>It has a name, a language and documents, and nobody else sees them.</p>
        {maySee.figures.value
          ? <a class='button primary' href={hrefOf('company')}>Make a company</a>
          : <p>An admin key for all companies makes one.</p>}
      </Empty>
    </div>
  )
}
