// Finds the pages in a sitemap and the sitemaps in an index. The XML parser builds no tree and reads no DTD.
import { Parser } from 'htmlparser2'

export interface SitemapEntry {
  /** `sitemap` in a sitemap index. */
  kind: 'page' | 'sitemap'
  loc: string
  lastmod?: string
}

/** The longest field, in characters. */
const maxTextLength = 8192
const sliceLength = 65_536
/** Sitemaps have three levels. Unlimited nesting would cost the parser quadratic time. */
const maxDepth = 100

/**
 * Reads the entries of a sitemap or an index. Declarations in the document are ignored: entries that use a custom entity are
 * skipped, and so are unfinished entries.
 */
export function * scanSitemap (text: string): Generator<SitemapEntry> {
  const entries: SitemapEntry[] = []
  /** The namespace prefix of the root, so that an image's `<image:loc>` is not mistaken for the page's. */
  let prefix: string | undefined
  let depth = 0
  let entry: Partial<SitemapEntry> & Pick<SitemapEntry, 'kind'> | undefined
  let field: 'loc' | 'lastmod' | undefined
  /** The text of the field; null when unusable. */
  let content: string | null = ''
  let isCdata = false

  const parser = new Parser({
    onopentagname (name) {
      if (++depth > maxDepth) return parser.pause()
      prefix ??= name.slice(0, name.indexOf(':') + 1)
      const tag = withoutPrefix(name, prefix)
      if (tag === 'url' || tag === 'sitemap') {
        entry = { kind: tag === 'url' ? 'page' : 'sitemap' }
        field = undefined
      } else if (tag === 'loc' || tag === 'lastmod') {
        field = tag
        content = ''
      }
    },
    ontext (part) {
      if (!field || content === null) return
      // The parser emits each of XML's five entities, decoded, as a separate text, and leaves all others unchanged.
      const isUnknownEntity = !isCdata && part.length > 1 && part.includes('&')
      content = isUnknownEntity || content.length + part.length > maxTextLength ? null : content + part
    },
    oncdatastart () { isCdata = true },
    oncdataend () { isCdata = false },
    onclosetag (name, isImplied) {
      depth--
      const tag = withoutPrefix(name, prefix!)
      if (tag === field) {
        // An invalid character reference has become U+FFFD.
        const value = isImplied || content?.includes('\u{FFFD}') ? '' : content?.trim()
        if (entry && value) entry[tag] ??= value
        field = undefined
      } else if (tag === 'url' || tag === 'sitemap') {
        if (entry?.loc && !isImplied) entries.push({ ...entry, loc: entry.loc })
        entry = undefined
      }
    },
  }, { xmlMode: true })

  for (let at = 0; at < text.length; at += sliceLength) {
    parser.write(text.slice(at, at + sliceLength))
    yield * entries.splice(0)
    if (depth > maxDepth) return
  }
}

function withoutPrefix (name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : ''
}
