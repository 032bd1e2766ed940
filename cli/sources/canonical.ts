// One way to write the address of a page.

const tracking = /^(?:utm_\w+|gclid|fbclid|msclkid|mc_eid)$/i

/** The URL without fragment and marks of campaigns; null when it is not one of the web, or holds a password. */
export function canonicalUrl (text: string, base?: string): string | null {
  const url = URL.parse(text, base)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username || url.password) return null
  url.hash = ''
  const marks = [...url.searchParams.keys()].filter(name => tracking.test(name))
  // Deleting writes all of the query anew, so it is done only where there is a reason.
  for (const name of marks) url.searchParams.delete(name)
  return url.href
}

/** What pages of one site share: the host without `www.`, and the port. */
export function siteOf (url: string): string {
  return new URL(url).host.replace(/^www\./, '')
}
