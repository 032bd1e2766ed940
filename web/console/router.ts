// Keeps the page that is shown in the address, after the #: a reload stays there, wherever the service lives.
import { signal } from '@preact/signals'

export const pages = ['ask', 'documents', 'gaps', 'answers', 'feedback', 'evaluation', 'company', 'install', 'health'] as const
export type Page = typeof pages[number]

export const page = signal<Page>('ask')
/** What of the page is shown, such as a tab; empty = its first part. */
export const part = signal('')
window.addEventListener('hashchange', read)
read()

function read (): void {
  const [named, rest = ''] = location.hash.replace(/^#\/?/, '').split('/') as [Page, string?]
  page.value = pages.includes(named) ? named : 'ask'
  part.value = rest
}

export function hrefOf (to: Page, part?: string): string {
  return part === undefined ? `#/${to}` : `#/${to}/${part}`
}
