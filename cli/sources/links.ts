// Finds the pages that an HTML page links to.
import { Parser } from 'htmlparser2'
import { canonicalUrl } from './canonical.ts'
import { unsupportedKind } from './unsupported-files.ts'

const maxBytes = 5_242_880
const maxLinks = 500
/** Deep nesting costs the parser quadratic time; reading stops where a page is nested more deeply. */
const maxDepth = 1000

/**
 * Returns canonical addresses in order, without duplicates, links that the page asks not to follow, and files that cannot be
 * read as text.
 */
export function linksOf (body: Uint8Array, { type, url }: { type: string, url: string }): string[] {
  if (!/^(text\/html|application\/xhtml\+xml)\b/i.test(type)) return []
  const links = new Set<string>()
  let base = url
  let mayFollow = true
  let depth = 0
  const parser = new Parser({
    onopentagname () {
      if (++depth > maxDepth) parser.pause()
    },
    onclosetag () { depth-- },
    onopentag (name, { href, rel = '', name: meta = '', content = '' }) {
      if (name === 'meta' && /^(robots|causerie)$/i.test(meta) && /\b(nofollow|none)\b/i.test(content)) mayFollow = false
      if (name === 'base' && href) base = URL.parse(href, url)?.href ?? base
      if (name !== 'a' || !href || /\bnofollow\b/i.test(rel) || links.size >= maxLinks) return
      const target = canonicalUrl(href.trim(), base)
      if (target && unsupportedKind(new URL(target).pathname) === undefined) links.add(target)
    },
  })
  parser.end(new TextDecoder().decode(body.subarray(0, maxBytes)))
  return mayFollow ? [...links] : []
}
