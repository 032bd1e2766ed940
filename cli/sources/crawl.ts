// Keeps up with the pages of web sites: asks for each again, tells those that are new, have changed or are gone.
import { createHash } from 'node:crypto'
import { coded, asCoded, type CodedError } from '../../src/errors.ts'
import { canonicalUrl, siteOf } from './canonical.ts'
import { linksOf } from './links.ts'
import { createPace, type Pace, type PaceOptions } from './host-queue.ts'
import type { Fetched, GetOptions, PublicFetch } from './public-fetch.ts'
import type { Robots } from './robots.ts'
import { readSitemaps } from './sitemap.ts'

/** What is kept of a page, so that it need not be read again. */
export interface PageState {
  etag?: string
  lastModified?: string
  /** sha256 of its body, hex. */
  hash: string
  /** The pages of the seeds' sites that it leads to, when links were followed. */
  links?: string[]
}

/** Where it is kept. */
export interface CrawlState {
  get (url: string): Promise<PageState | undefined>
  set (url: string, state: PageState): Promise<void>
  delete (url: string): Promise<void>
}

export interface CrawledPage {
  /** As it was listed, in canonical form: its name. */
  url: string
  /** Where it was found, after redirects. */
  location: string
  /** The Content-Type. */
  type: string
  body: Uint8Array
  /** When it was last changed, as the sitemap says. */
  lastModified?: Date
}

export interface Seeds {
  pages?: readonly string[]
  /** Sitemaps, indexes of them, or text files of one URL a line. */
  sitemaps?: readonly string[]
  /** Any address of a site whose robots.txt names its sitemaps; /sitemap.xml when it names none. */
  sites?: readonly string[]
  /** Pages of these sites that were read before: they are asked for at the end, so that those that are gone are noticed. */
  known?: readonly string[]
}

export interface CrawlOptions extends Partial<Pick<PaceOptions, 'delayMs' | 'now' | 'sleep'>> {
  seeds: Seeds
  fetch: Pick<PublicFetch, 'get'>
  robots: Robots
  state: CrawlState
  /** Requests to one host at a time. */
  perHost?: number
  /** Hosts at a time. */
  hosts?: number
  /** Pages at most. */
  limit?: number
  /** How many links away from the seeds a page may be; 0 = no links are followed. */
  depth?: number
  /** Also pages of other hosts than the seeds'. */
  otherHosts?: boolean
  signal?: AbortSignal
  /**
   * A page that is new or has changed. Its state is kept when this has succeeded; with `false` it counts as failed and
   * comes again. When it throws the crawl ends.
   */
  onPage: (page: CrawledPage) => Promise<boolean | void>
  /** A page that was known, and that its server says is gone. */
  onGone: (url: string) => Promise<void>
  /** A page or sitemap that could not be read. */
  onFailed?: (url: string, error: CodedError) => void
}

export interface CrawlCounts {
  changed: number
  unchanged: number
  gone: number
  /** By robots.txt. */
  disallowed: number
  /** Redirects to other sites, and second ways to a page. */
  elsewhere: number
  failed: number
  /** Whether there were more pages than the limit. */
  limited: boolean
}

/**
 * Asks once for every page. Throws the signal's reason, or what `state`, `onPage` or `onGone` throw; a page that fails
 * is told and is no error.
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
  const paces = new Map<string, Pace>()
  const pages = new Map<string, Page>()
  /** Where each was found → its name. */
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

  /** Whether robots.txt allows it; counted when it does not. */
  async function isAllowed (url: string): Promise<boolean> {
    if (await robots.allows(url, signal)) return true
    const { unreadable } = await robots.rules(url, signal)
    if (unreadable) failed(url, unreadable)
    else counts.disallowed++
    return false
  }

  /** @param further told of the pages that it leads to; null = they are of no interest */
  async function visit ({ url, lastModified }: Page, further: ((links: readonly string[]) => void) | null): Promise<void> {
    if (!await isAllowed(url)) return
    const known = await state.get(url)
    // A page whose links are not known is read again for them.
    const { etag: knownTag, lastModified: knownTime } = known && (!further || known.links) ? known : {}
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
      further?.(known.links ?? [])
    } else if (status !== 200) failed(url, coded('SOURCE_UNAVAILABLE', `The server answered ${status}.`))
    else {
      const hash = createHash('sha256').update(body).digest('hex')
      const changed = known?.hash !== hash
      const links = further && linksOf(body, { type, url: location }).filter(isOurs)
      further?.(links ?? [])
      if (changed && await onPage({ url, location, type, body, ...(lastModified && { lastModified }) }) === false) {
        counts.failed++
        return
      }
      await state.set(url, { hash, ...(etag && { etag }), ...(answer.lastModified && { lastModified: answer.lastModified }), ...(links && { links }) })
      counts[changed ? 'changed' : 'unchanged']++
    }
  }

  /** Whether this way leads to a page that is listed itself, or that another way has led to. */
  function isSecond (url: string, location: string): boolean {
    if (url !== location && pages.has(location)) return true
    if ((found.get(location) ?? url) !== url) return true
    found.set(location, url)
    return false
  }

  async function paceOf (url: string): Promise<Pace> {
    const { host } = new URL(url)
    const { delayMs: asked = 0 } = await robots.rules(url, signal)
    const pace = paces.get(host) ?? createPace({ delayMs: Math.max(delayMs, asked), ...clock })
    paces.set(host, pace)
    return pace
  }

  /** `fetch` at the pace of each host. */
  async function get (url: string, options: GetOptions): Promise<Fetched> {
    const pace = await paceOf(url)
    return await pace.run(() => fetch.get(url, options), signal)
  }

  /** A page that is to be read; undefined when there is nothing to it, or no room for it. */
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

  async function visitAll (list: Page[], further: ((links: readonly string[]) => void) | null): Promise<void> {
    const byHost = [...Map.groupBy(list, ({ url }) => new URL(url).host).values()]
    await inParallel(hosts, byHost, async own => {
      // So that not each of the first ones reads robots.txt.
      await robots.rules(own[0]!.url, signal)
      await inParallel(perHost, own, page => visit(page, further), ending)
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
      const further = (links: readonly string[]) => { next.push(...links.flatMap(url => add({ url }) ?? [])) }
      await visitAll(level, away < depth ? further : null)
      level = next
    }
    await visitAll((seeds.known ?? []).filter(isOurs).flatMap(url => add({ url }) ?? []), null)
    return counts
  } finally {
    // What one failure has left running.
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

/** Runs `task` over a list, a few at a time. The first failure ends the others, and is thrown when they have ended. */
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
