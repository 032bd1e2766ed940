// The widget's line of HTML, made by a form, and the widget itself as the form says.
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { serviceAddress } from '../api.ts'
import { isOver, keys, loadKeys, siteKeyOf } from '../company/keys.ts'
import { hrefOf } from '../router.ts'
import { access, maySee } from '../session.ts'
import { CopyButton } from '../ui/parts.tsx'
import { linesIn } from '../ui/typed-lists.ts'
import { showWidget } from './widget-preview.ts'

/** On a phone the button would lie on the console's own. */
const wide = matchMedia('(min-width: 761px)')
const text = { title: signal(''), greeting: signal(''), questions: signal(''), contact: signal('') }
const position = signal('right')
const theme = signal('auto')
const accent = signal('')

const fields: [name: keyof typeof text, label: string, placeholder: string][] = [
  ['title', 'Title', 'Ask us'],
  ['greeting', 'First line', 'Hello! What would you like to know?'],
  ['questions', 'Questions to begin with, one a line', 'the most common ones'],
  ['contact', 'Where to turn when it cannot help', 'mailto:help@shop.example'],
]
const themes: [value: string, label: string][] = [['auto', 'As visitors prefer'], ['light', 'Light'], ['dark', 'Dark']]
const accents = ['', '#7a2e8e', '#1d4ed8', '#b4351d', '#1e1c18']

export function WidgetTab ({ company }: { company: string }): JSX.Element {
  const isKeyless = access.value?.keyless ?? true
  useEffect(() => { if (!isKeyless && maySee.keys.value) loadKeys(company) }, [company, isKeyless])
  const sites = isKeyless ? [] : (keys.value ?? []).filter(key => key.kind === 'site' && !isOver(key))
  const here = sites.find(({ origins }) => origins.includes(location.origin))
  const site = here ?? sites[0]
  const settings: Record<string, string> = {
    ...(isKeyless ? { company } : { site: site ? siteKeyOf(site) : 'cau_site_…' }),
    title: text.title.value.trim(),
    greeting: text.greeting.value.trim(),
    questions: linesIn(text.questions.value).join('|'),
    contact: text.contact.value.trim(),
    ...(position.value === 'left' ? { position: 'left' } : {}),
    ...(theme.value === 'auto' ? {} : { theme: theme.value }),
  }
  const data = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ''))
  const isShown = wide.matches && (isKeyless || here !== undefined)
  const state = JSON.stringify([data, accent.value, isShown])
  useEffect(() => {
    const timer = setTimeout(() => { showWidget(isShown ? { data, accent: accent.value } : null).catch(() => {}) }, 250)
    return () => clearTimeout(timer)
  }, [state])
  useEffect(() => () => { showWidget(null) }, [])
  const code = snippetOf(data, accent.value)
  return (
    <div class='widget-tab'>
      <div class='command tall'><pre tabIndex={0}>{code}</pre><CopyButton text={() => code}>Copy</CopyButton></div>
      <p class='hint'>
        {isShown && 'It is the button in the corner of this page: try it.'}
        {!isShown && wide.matches && (
          <>To try it here, add <code>{location.origin}</code> to the addresses of <a href={hrefOf('company', 'keys')}>a website</a>.</>
        )}
        {!wide.matches && 'In a wider window it can be tried here.'}
        {isKeyless && ' While there are no keys, CORS_ORIGINS names the pages that may ask.'}
        {site && ` It may be on pages of ${site.origins.join(', ')}.`}
      </p>
      <div class='form widget-form'>
        {fields.map(([name, label, placeholder]) => (
          <div key={name}>
            <label for={`widget-${name}`}>{label}</label>
            {name === 'questions'
              ? (
                <textarea
                  id={`widget-${name}`} class='field' rows={2} placeholder={placeholder} value={text[name].value}
                  onInput={event => { text[name].value = event.currentTarget.value }}
                />
                )
              : (
                <input
                  id={`widget-${name}`} class='field' placeholder={placeholder} value={text[name].value}
                  onInput={event => { text[name].value = event.currentTarget.value }}
                />
                )}
          </div>
        ))}
        <Choice label='Corner' name='position' value={position} options={[['right', 'Right'], ['left', 'Left']]} />
        <Choice label='Light or dark' name='theme' value={theme} options={themes} />
        <fieldset class='swatches'>
          <legend>Colour</legend>
          {accents.map(colour => (
            <label key={colour}>
              <input type='radio' name='accent' checked={accent.value === colour} onChange={() => { accent.value = colour }} />
              <span ref={element => { element?.style.setProperty('background', colour === '' ? 'var(--accent)' : colour) }} />
              <span class='visually-hidden'>{colour === '' ? 'Green' : colour}</span>
            </label>
          ))}
        </fieldset>
      </div>
    </div>
  )
}

function Choice ({ label, name, value, options }: {
  label: string, name: string, value: typeof position, options: [value: string, label: string][]
}): JSX.Element {
  return (
    <fieldset class='options'>
      <legend>{label}</legend>
      {options.map(([each, words]) => (
        <label class='chip' key={each}>
          <input type='radio' name={name} checked={value.value === each} onChange={() => { value.value = each }} /><span>{words}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** Writes the element as a page has it. What is in an attribute is escaped: it may hold anything. */
function snippetOf (data: Record<string, string>, colour: string): string {
  const escaped = (value: string) => value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${escaped(value)}"`)
  const isLong = attributes.join(' ').length > 60
  const script = `<script src="${serviceAddress}/widget.js" ${attributes.join(isLong ? '\n  ' : ' ')} async></script>`
  return colour === '' ? script : `${script}\n<style>causerie-chat { --causerie-accent: ${colour}; --causerie-on-accent: #fff }</style>`
}
