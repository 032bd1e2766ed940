// Crawls web sites: requests every page again, and reports the ones that are new, changed or gone.
import { createHash } from 'node:crypto'
import { coded, asCoded, type CodedError } from '../../src/errors.ts'
import { canonicalUrl, siteOf } from './canonical.ts'
import { linksOf } from './links.ts'
import { createHostQueue, type HostQueue, type HostQueueOptions } from './host-queue.ts'
import type { Fetched, GetOptions, PublicFetch } from './public-fetch.ts'
import type { Robots } from './robots.ts'
import { readSitemaps } from './sitemap.ts'

/** The stored state of a page, so that an unchanged page is not read again. */
export interface PageState {
  etag?: string
  lastModified?: string
  /** The sha256 of the body, in hex. */
  hash: string
  /** The pages on the seeds' sites that it links to, when links were followed. */
  links?: string[]
}

/** Stores the states of pages. */
export interface CrawlState {
  get (url: string): Promise<PageState | undefined>
  set (url: string, state: PageState): Promise<void>
  delete (url: string): Promise<void>
}

export interface CrawledPage {
  /** The address as listed, in canonical form; it names the page. */
  url: string
  /** The address after redirects. */
  location: string
  /** The Content-Type. */
  type: string
  body: Uint8Array
  /** The time of the last change, according to the sitemap. */
  lastModified?: Date
}

export interface Seeds {
  pages?: readonly string[]
  /** Sitemaps, sitemap indexes, or text files with one URL per line. */
  sitemaps?: readonly string[]
  /** Any address of a site. Its sitemaps are those in its robots.txt, or /sitemap.xml when it names none. */
  sites?: readonly string[]
  /** Pages of these sites that were read before; requested last, to notice the ones that are gone. */
  known?: readonly string[]
}

export interface CrawlOptions extends Partial<Pick<HostQueueOptions, 'delayMs' | 'now' | 'sleep'>> {
  seeds: Seeds
  fetch: Pick<PublicFetch, 'get'>
  robots: Robots
  state: CrawlState
  /** Maximum concurrent requests to one host. */
  perHost?: number
  /** Maximum concurrent hosts. */
  hosts?: number
  /** Maximum number of pages. */
  limit?: number
  /** Maximum number of links between a seed and a page; 0 = do not follow links. */
  depth?: number
  /** Also crawl pages on hosts other than the seeds'. */
  otherHosts?: boolean
  signal?: AbortSignal
  /**
   * Called with a page that is new or has changed. The page's state is stored when this succeeds. A page for which this
   * returns `false` counts as failed and is reported again. If this throws, the crawl ends.
   */
  onPage: (page: CrawledPage) => Promise<boolean | void>
  /** Called with a known page that its server reports as gone. */
  onGone: (url: string) => Promise<void>
  /** Called with a page or sitemap that could not be read. */
  onFailed?: (url: string, error: CodedError) => void
}

export interface CrawlCounts {
  changed: number
  unchanged: number
  gone: number
  /** Pages disallowed by robots.txt. */
  disallowed: number
  /** Redirects to other sites, and further addresses of the same page. */
  elsewhere: number
  failed: number
  /** True when there were more pages than the limit. */
  limited: boolean
}

/**
 * Requests every page once. Throws the signal's reason, or any error from `state`, `onPage` or `onGone`; a page that fails
 * is reported, not thrown.
 */
export async function crawl ({
  seeds, fetch, robots, state, perHost = 2, hosts = 4, delayMs = 500, limit = 10_000, depth = 0, otherHosts = false, signal: stop,
  onPage, onGone, onFailed = () => {}, ...clock
}: CrawlOptions): Promise<CrawlCounts> {
  const counts: CrawlCounts = { changed: 0, unchanged: 0, gone: 0, disallowed: 0, elsewhere: 0, failed: 0, limited: false }
  const ending = new AbortController()
  const signal = stop ? AbortSignal.any([stop, ending.signal]) : ending.signal
  const seeded = { pages: seedUrls(seeds.pages), sitemaps: seedUrls(seeds.sitemaps), sites: seedUrls(seeds.sites) }
  const sites = new Set(Object.values(seeded).flat().map(siteOf))
  const isOurs = (url: string) => otherHosts || sites.has(siteOf(url))
  const mayRead = async (url: string) => isOurs(url) && await robots.allows(url, signal)
  const queues = new Map<string, HostQueue>()
  const pages = new Map<string, Page>()
  /** The final address of each page → its name. */
  const found = new Map<string, string>()

  function seedUrls (list: readonly string[] = []): string[] {
    return list.flatMap(url => {
      const canonical = canonicalUrl(url)
      if (!canonical) failed(url, coded('ADDRESS_REFUSED', 'It is not an address of the web.'))
      return canonical ?? []
    })
  }

  function failed (url: string, error: CodedError): void {
    counts.failed++
    onFailed(url, error)
  }

  /** Returns true when robots.txt allows the page; counts the page otherwise. */
  async function isAllowed (url: string): Promise<boolean> {
    if (await robots.allows(url, signal)) return true
    const { unreadable } = await robots.rules(url, signal)
    if (unreadable) failed(url, unreadable)
    else counts.disallowed++
    return false
  }

  /** Reads one page. @param onLinks called with the pages that it links to; null = do not follow links */
  async function visit ({ url, lastModified }: Page, onLinks: ((links: readonly string[]) => void) | null): Promise<void> {
    if (!await isAllowed(url)) return
    const known = await state.get(url)
    // A page whose links are unknown is read again to find them.
    const { etag: knownTag, lastModified: knownTime } = known && (!onLinks || known.links) ? known : {}
    let answer
    try {
      answer = await get(url, { etag: knownTag, lastModified: knownTime, signal, mayFollow: mayRead })
    } catch (error) {
      signal.throwIfAborted()
      return failed(url, asCoded(error, 'SOURCE_UNAVAILABLE'))
    }
    const { status, type, body, etag, url: location } = answer
    if (known && (status === 404 || status === 410)) {
      await onGone(url)
      await state.delete(url)
      counts.gone++
    } else if (isRedirect(status) || isSecond(url, canonicalUrl(location) ?? location)) counts.elsewhere++
    else if (status === 304 && known) {
      counts.unchanged++
      onLinks?.(known.links ?? [])
    } else if (status !== 200) failed(url, coded('SOURCE_UNAVAILABLE', `The server answered ${status}.`))
    else {
      const hash = createHash('sha256').update(body).digest('hex')
      const changed = known?.hash !== hash
      const links = onLinks && linksOf(body, { type, url: location }).filter(isOurs)
      onLinks?.(links ?? [])
      if (changed && await onPage({ url, location, type, body, ...(lastModified && { lastModified }) }) === false) {
        counts.failed++
        return
      }
      await state.set(url, {
        hash,
        ...(etag && { etag }),
        ...(answer.lastModified && { lastModified: answer.lastModified }),
        ...(links && { links }),
      })
      counts[changed ? 'changed' : 'unchanged']++
    }
  }

  /** Returns true when the address leads to a page that is listed itself, or that another address has led to. */
  function isSecond (url: string, location: string): boolean {
    if (url !== location && pages.has(location)) return true
    if ((found.get(location) ?? url) !== url) return true
    found.set(location, url)
    return false
  }

  async function queueOf (url: string): Promise<HostQueue> {
    const { host } = new URL(url)
    const { delayMs: asked = 0 } = await robots.rules(url, signal)
    const queue = queues.get(host) ?? createHostQueue({ delayMs: Math.max(delayMs, asked), ...clock })
    queues.set(host, queue)
    return queue
  }

  /** Calls `fetch` at the pace of each host. */
  async function get (url: string, options: GetOptions): Promise<Fetched> {
    const queue = await queueOf(url)
    return await queue.run(() => fetch.get(url, options), signal)
  }

  /** Adds a page to read; undefined when there is nothing to read, or the limit is reached. */
  function add ({ url, lastModified }: Page): Page | undefined {
    const canonical = canonicalUrl(url)
    if (!canonical || pages.has(canonical)) return
    if (!isOurs(canonical)) {
      counts.elsewhere++
      return
    }
    counts.limited ||= pages.size >= limit
    if (counts.limited) return
    const page = { url: canonical, lastModified }
    pages.set(canonical, page)
    return page
  }

  async function visitAll (list: Page[], onLinks: ((links: readonly string[]) => void) | null): Promise<void> {
    const byHost = [...Map.groupBy(list, ({ url }) => new URL(url).host).values()]
    await inParallel(hosts, byHost, async own => {
      // Otherwise each of the first pages would read robots.txt.
      await robots.rules(own[0]!.url, signal)
      await inParallel(perHost, own, page => visit(page, onLinks), ending)
    }, ending)
  }

  try {
    let level: Page[] = []
    for await (const listed of listPages()) {
      const page = add(listed)
      if (page) level.push(page)
      if (counts.limited) break
    }
    for (let away = 0; level.length > 0; away++) {
      const next: Page[] = []
      const onLinks = (links: readonly string[]) => { next.push(...links.flatMap(url => add({ url }) ?? [])) }
      await visitAll(level, away < depth ? onLinks : null)
      level = next
    }
    await visitAll((seeds.known ?? []).filter(isOurs).flatMap(url => add({ url }) ?? []), null)
    return counts
  } finally {
    // Stops whatever a failure left running.
    ending.abort()
  }

  async function * listPages (): AsyncGenerator<Page> {
    for (const url of seeded.pages) yield { url }
    const sitemaps = [...seeded.sitemaps]
    for (const site of seeded.sites) {
      const rules = await robots.rules(site, signal)
      if (rules.unreadable) {
        failed(site, rules.unreadable)
        continue
      }
      const named = rules.sitemaps.flatMap(url => canonicalUrl(url, site) ?? [])
      if (named.length === 0 && rules.allows('/sitemap.xml')) sitemaps.push(new URL('/sitemap.xml', site).href)
      for (const url of named) {
        if (!isOurs(url)) counts.elsewhere++
        else if (await isAllowed(url)) sitemaps.push(url)
      }
    }
    yield * readSitemaps({ fetch: { get }, sitemaps, signal, mayRead, onFailed: failed })
  }
}

interface Page {
  url: string
  lastModified?: Date | undefined
}

function isRedirect (status: number): boolean {
  return status >= 300 && status < 400 && status !== 304
}

/** Runs `task` over a list, a few at a time. The first failure stops the others, and is thrown once they have ended. */
async function inParallel<T> (most: number, list: T[], task: (item: T) => Promise<void>, ending: AbortController): Promise<void> {
  const waiting = list.values()
  const failures: unknown[] = []
  const work = async () => {
    for (const item of waiting) {
      if (failures.length > 0) return
      await task(item).catch(error => {
        failures.push(error)
        ending.abort()
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, work))
  if (failures.length > 0) throw failures[0]
}
