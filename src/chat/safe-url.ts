// Checks the addresses that documents bring, before a client makes links of them.
import { onceForText } from '../language/once-for-text.ts'

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const base = 'https://relative.invalid'

/**
 * Returns the address if a link to it only leads somewhere: web, mail, telephone, or a path of the company's
 * own site. Returns `''` for anything else, such as `javascript:`, however it is written.
 */
export const linkAddress = onceForText((url): string => {
  const trimmed = url.trim()
  // URL parsers, including browsers', skip line ends and tabs: "java\nscript:" is a scheme.
  if (trimmed === '' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed)) return ''
  const parsed = URL.parse(trimmed, base)
  return parsed && schemes.has(parsed.protocol) ? trimmed : ''
}, { maxChars: 100_000 })
