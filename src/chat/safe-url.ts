// Addresses that documents bring along, before a client makes links of them.

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const base = 'https://relative.invalid'

/**
 * The address, when a link to it leads somewhere and does nothing else: web, mail, telephone, or a path of the
 * company's own site. `''` for anything else, such as `javascript:`, however it is written.
 */
export function linkAddress (url: string): string {
  const trimmed = url.trim()
  // URL parsers, browsers' too, pass over line ends and tabs: "java\nscript:" is a scheme.
  if (trimmed === '' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed)) return ''
  const parsed = URL.parse(trimmed, base)
  return parsed && schemes.has(parsed.protocol) ? trimmed : ''
}
