// Finds the locations in a sitemap, without a document tree and without a DTD.

export interface SitemapEntry {
  /** `sitemap` in an index of sitemaps. */
  kind: 'page' | 'sitemap'
  loc: string
  lastmod?: string
}

/** Characters; a longer tag or text is no sitemap's. */
const longestTag = 65_536
const longestText = 8192

const entities = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]])

/**
 * The entries of a sitemap or of an index. Nothing that the document declares is used: an entry with an entity of its
 * own is left out. What is not XML ends the list.
 */
export function * scanSitemap (text: string): Generator<SitemapEntry> {
  /** The namespace prefix of the root, so that an image's `<image:loc>` is not taken for the page's. */
  let prefix: string | undefined
  let entry: { kind: SitemapEntry['kind'], loc?: string, lastmod?: string } | undefined
  let field: 'loc' | 'lastmod' | undefined
  let content: string | null = null

  const add = (part: string | null) => {
    content = content === null || part === null || content.length + part.length > longestText ? null : content + part
  }

  for (let at = text.indexOf('<'), end = 0; at >= 0; at = text.indexOf('<', end)) {
    if (field && at > end) add(at - end > longestText ? null : decode(text.slice(end, at)))
    if (text.startsWith('<!--', at)) end = after(text, '-->', at + 4)
    else if (text.startsWith('<![CDATA[', at)) {
      end = after(text, ']]>', at + 9)
      if (field) add(text.slice(at + 9, end - 3))
    } else if (text.startsWith('<?', at)) end = after(text, '?>', at + 2)
    else if (text.startsWith('<!', at)) end = afterDeclaration(text, at)
    else {
      end = afterTag(text, at)
      const [, closing, name = '', selfClosing] = end < 0 ? [] : /^<(\/?)([^\s/>]+)[^]*?(\/?)>$/.exec(text.slice(at, end)) ?? []
      if (!name) return
      prefix ??= /^(?:.*:)?/.exec(name)![0]
      const local = name.startsWith(prefix) ? name.slice(prefix.length) : ''
      if (local === 'url' || local === 'sitemap') {
        if (closing) {
          if (entry?.loc) yield { kind: entry.kind, loc: entry.loc, ...(entry.lastmod && { lastmod: entry.lastmod }) }
          entry = undefined
        } else entry = { kind: local === 'url' ? 'page' : 'sitemap' }
        field = undefined
      } else if (entry && (local === 'loc' || local === 'lastmod') && !selfClosing) {
        if (closing && field === local) entry[local] ??= (content as string | null)?.trim()
        field = closing ? undefined : local
        content = ''
      }
    }
    if (end < 0) return
  }
}

/** Where to go on after `mark`; −1 when it does not come. */
function after (text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? -1 : found + mark.length
}

function afterTag (text: string, from: number): number {
  let quote = ''
  for (let at = from + 1; at < text.length && at - from < longestTag; at++) {
    const character = text[at]!
    if (quote) {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at + 1
    else if (character === '<') return -1
  }
  return -1
}

/** Past a DOCTYPE, with its own declarations if it has any. */
function afterDeclaration (text: string, from: number): number {
  const end = after(text, '>', from)
  const own = text.slice(from, Math.max(end, from)).indexOf('[')
  if (own < 0) return end
  const closed = after(text, ']', from + own)
  return closed < 0 ? -1 : after(text, '>', closed)
}

/** With the five entities of XML and numbers; null when there is another. */
function decode (text: string): string | null {
  let known = true
  const decoded = text.replace(/&([^;]*;?)/g, (_, written: string) => {
    const name = written.slice(0, -1)
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
    const code = hex ? parseInt(hex, 16) : Number(decimal ?? NaN)
    const numbered = code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    const character = written.endsWith(';') ? entities.get(name) ?? numbered : undefined
    if (character === undefined) known = false
    return character ?? ''
  })
  return known ? decoded : null
}
