// Normalizes the addresses of pages.

const tracking = /^(?:utm_\w+|gclid|fbclid|msclkid|mc_eid)$/i

/** Returns the URL without fragment and campaign parameters; null when it is not http(s) or holds a password. */
export function canonicalUrl (text: string, base?: string): string | null {
  const url = URL.parse(text, base)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username || url.password) return null
  url.hash = ''
  const marks = [...url.searchParams.keys()].filter(name => tracking.test(name))
  // Deleting re-encodes the whole query, so do it only when needed.
  for (const name of marks) url.searchParams.delete(name)
  return url.href
}

/** Returns the site of a URL: the host without `www.`, and the port. */
export function siteOf (url: string): string {
  return new URL(url).host.replace(/^www\./, '')
}
