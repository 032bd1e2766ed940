// Keeps the page that is shown in the address, after the #: a reload stays there, wherever the service lives.
import { signal } from '@preact/signals'

export const pages = ['ask', 'documents', 'gaps', 'feedback', 'company', 'install', 'health'] as const
export type Page = typeof pages[number]

export const page = signal<Page>(read())
window.addEventListener('hashchange', () => { page.value = read() })

function read (): Page {
  const named = location.hash.replace(/^#\/?/, '').split('/')[0] as Page
  return pages.includes(named) ? named : 'ask'
}

export function hrefOf (to: Page): string {
  return `#/${to}`
}
