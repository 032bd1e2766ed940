// Reads sitemaps and lists of pages: XML, sitemap indexes, gzip, plain text.
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { asCoded, coded, type CodedError } from '../../src/errors.ts'
import type { Fetched, GetOptions } from './public-fetch.ts'
import { scanSitemap, type SitemapEntry } from './sitemap-xml.ts'

export interface ListedPage {
  url: string
  /** The time of the page's last change, according to the sitemap. */
  lastModified?: Date
}

export interface SitemapOptions {
  fetch: { get (url: string, options: GetOptions): Promise<Fetched> }
  sitemaps: readonly string[]
  signal?: AbortSignal
  /** Decides if a sitemap that another one names or redirects to may be read (always, when absent). */
  mayRead?: (url: string) => Promise<boolean>
  /** Called with each sitemap that could not be read. */
  onFailed?: (url: string, error: CodedError) => void
  /** Maximum depth of nested indexes. */
  maxDepth?: number
  /** Maximum number of files; the ones requested directly are always read. */
  maxFiles?: number
  /** The largest file, decompressed. */
  maxBytes?: number
}

const unpack = promisify(gunzip)
/** The protocol's own limit is 2,048. */
const longestUrl = 4096
/** The number of entries after which the event loop gets a turn. */
const entriesAtOnce = 500

/** Yields the pages of sitemaps, and of the sitemaps they name, in order. A page listed in several comes several times. */
export async function * readSitemaps ({
  fetch, sitemaps, signal, mayRead = async () => true, onFailed = () => {}, maxDepth = 3, maxFiles = 500, maxBytes = 52_428_800,
}: SitemapOptions): AsyncGenerator<ListedPage> {
  const known = new Set(sitemaps)
  const waiting = [...known].map(url => ({ url, depth: 0 }))
  let entries = 0
  let tooMany = false
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { url, depth } = next
    try {
      const text = await readText(url)
      for (const { kind, loc, lastmod } of scan(text)) {
        const target = loc.length <= longestUrl ? URL.parse(loc, url)?.href : undefined
        if (++entries % entriesAtOnce === 0) await setImmediate()
        signal?.throwIfAborted()
        if (!target) continue
        if (kind === 'page') {
          const time = lastmod === undefined ? NaN : Date.parse(lastmod)
          yield { url: target, ...(Number.isNaN(time) ? {} : { lastModified: new Date(time) }) }
        } else if (known.size >= maxFiles) {
          if (!tooMany) onFailed(target, coded('SOURCE_UNAVAILABLE', 'There are too many sitemaps.'))
          tooMany = true
        } else if (depth < maxDepth && !known.has(target) && await mayRead(target)) {
          known.add(target)
          waiting.push({ url: target, depth: depth + 1 })
        }
      }
    } catch (error) {
      signal?.throwIfAborted()
      onFailed(url, asCoded(error, 'SOURCE_UNAVAILABLE'))
    }
  }

  async function readText (url: string): Promise<string> {
    const { status, body } = await fetch.get(url, { signal, mayFollow: mayRead })
    if (status >= 300 && status < 400) throw coded('SOURCE_UNAVAILABLE', 'It redirects to another site, or to what robots.txt disallows.')
    if (status !== 200) throw coded('SOURCE_UNAVAILABLE', `The server answered ${status}.`)
    const packed = body[0] === 0x1f && body[1] === 0x8b
    if (!packed) return new TextDecoder().decode(body)
    const unpacked = await unpack(body, { maxOutputLength: maxBytes }).catch(error => {
      throw error.code === 'ERR_BUFFER_TOO_LARGE' ? coded('FILE_TOO_LARGE') : coded('SOURCE_UNAVAILABLE', 'The sitemap is not gzip.', error)
    })
    return new TextDecoder().decode(unpacked)
  }
}

function scan (text: string): Iterable<SitemapEntry> {
  return /^\s*</.test(text) ? scanSitemap(text) : scanLines(text)
}

/** Reads a list with one URL per line; `#` starts a comment. */
function * scanLines (text: string): Generator<SitemapEntry> {
  for (const { 0: line } of text.matchAll(/[^\r\n]+/g)) {
    const loc = line.trim()
    if (/^https?:\/\//i.test(loc)) yield { kind: 'page', loc }
  }
}
