// Small parts that every page uses: buttons, notices, empty states, copying, numbers.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../api.ts'
import { Icon, type IconName } from './icons.tsx'

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'icon'> & {
  look?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: IconName
  /** Shown to screen readers, and as a tip, when there is only an icon. */
  label?: string
}

export function Button ({ look = 'plain', icon, label, children, ...rest }: ButtonProps): JSX.Element {
  return (
    <button type='button' class={`button ${look}${children ? '' : ' bare'}`} aria-label={label} title={label} {...rest}>
      {icon && <Icon name={icon} size={children ? 16 : 18} />}
      {children}
    </button>
  )
}

/** Copies a text, and says so in place of its own words. */
export function CopyButton ({ text, children, icon = 'copy' }: { text: () => string, children: string, icon?: IconName }): JSX.Element {
  const [said, setSaid] = useState('')
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    setSaid(await writeClipboard(text()) ? 'Copied' : 'Select and copy by hand')
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setSaid(''), 2000)
  }
  return (
    <Button look='quiet' icon={said === 'Copied' ? 'check' : icon} onClick={copy}>
      <span aria-live='polite'>{said || children}</span>
    </Button>
  )
}

async function writeClipboard (text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Only secure origins have a clipboard; a service in a local network has the older way.
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'visually-hidden'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

export function Notice ({ problem, onRetry, retry = 'Try again', icon = 'again', tone = 'bad', command }: {
  problem: Pick<Problem, 'title' | 'message'>, onRetry?: (() => void) | undefined, retry?: string, icon?: IconName, tone?: 'bad' | 'warn'
  /** What to type, on a line of its own. */
  command?: string
}): JSX.Element {
  return (
    <div class={`notice ${tone}`} role='alert'>
      <Icon name='alert' />
      <div>
        <strong>{problem.title}</strong>
        <p>{problem.message}</p>
        {command && <pre tabIndex={0}>{command}</pre>}
      </div>
      {onRetry && <Button onClick={onRetry} icon={icon}>{retry}</Button>}
    </div>
  )
}

export function Empty ({ icon, title, children }: { icon: IconName, title: string, children?: ComponentChildren }): JSX.Element {
  return (
    <div class='empty'>
      <span class='empty-icon'><Icon name={icon} size={24} /></span>
      <h2>{title}</h2>
      {children}
    </div>
  )
}

export function Loading ({ what }: { what: string }): JSX.Element {
  return <p class='loading' role='status'><span class='spinner' aria-hidden='true' />{what}</p>
}

export function PageHead ({ title, about, children }: {
  title: string, about: ComponentChildren, children?: ComponentChildren
}): JSX.Element {
  return (
    <header class='page-head'>
      <div>
        <h1>{title}</h1>
        <p>{about}</p>
      </div>
      {children}
    </header>
  )
}

/** A share of something, as a bar; the words beside it say the same. */
export function Meter ({ value, label, tone = 'accent' }: {
  value: number, label: string, tone?: 'accent' | 'warn' | 'quiet'
}): JSX.Element {
  const percent = Math.round(1000 * Math.max(0, Math.min(1, value))) / 10
  return (
    <span class={`meter ${tone}`} role='meter' aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <span style={{ width: `${percent}%` }} />
    </span>
  )
}

const numbers = new Intl.NumberFormat('en')
export const count = (value: number) => numbers.format(value)
export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`
export const milliseconds = (ms: number) => ms === 0
  ? '0 ms'
  : ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`
export const megabytes = (bytes: number) => bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1000)} kB`

/** Returns how long ago, in words: "3 minutes ago". */
export function ago (date: string | null, now = Date.now()): string {
  if (date === null) return 'some time ago'
  const seconds = Math.max(0, (now - Date.parse(date)) / 1000)
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [unit, size] of [['day', 86_400], ['hour', 3600], ['minute', 60]] as const) {
    if (seconds >= size) return words.format(-Math.floor(seconds / size), unit)
  }
  return 'just now'
}
