// Finds the pages in a sitemap and the sitemaps in an index, with an XML parser that builds no tree and reads no DTD.
import { Parser } from 'htmlparser2'

export interface SitemapEntry {
  /** `sitemap` in an index of sitemaps. */
  kind: 'page' | 'sitemap'
  loc: string
  lastmod?: string
}

/** In characters. */
const maxTextLength = 8192
const sliceLength = 65_536
/** A sitemap has three levels. Nesting without end would cost the parser quadratic time. */
const maxDepth = 100

/**
 * Reads the entries of a sitemap or of an index. Nothing that the document declares is used: an entry with an entity of its
 * own is left out, and so is one without an end.
 */
export function * scanSitemap (text: string): Generator<SitemapEntry> {
  const entries: SitemapEntry[] = []
  /** The namespace prefix of the root, so that an image's `<image:loc>` is not taken for the page's. */
  let prefix: string | undefined
  let depth = 0
  let entry: Partial<SitemapEntry> & Pick<SitemapEntry, 'kind'> | undefined
  let field: 'loc' | 'lastmod' | undefined
  /** The text of the field; null when it cannot be used. */
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
      // The parser decodes the five entities of XML, each as a text of its own, and leaves all others as they are.
      const isUnknownEntity = !isCdata && part.length > 1 && part.includes('&')
      content = isUnknownEntity || content.length + part.length > maxTextLength ? null : content + part
    },
    oncdatastart () { isCdata = true },
    oncdataend () { isCdata = false },
    onclosetag (name, isImplied) {
      depth--
      const tag = withoutPrefix(name, prefix!)
      if (tag === field) {
        // A number that stands for no character has become U+FFFD.
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
