// Reads robots.txt (RFC 9309): the pages that may be fetched from a site, how fast, and the site's sitemaps.
import { LRUCache } from 'lru-cache'
import robotsParserModule from 'robots-parser'
import { asCoded, coded, type CodedError } from '../../src/errors.ts'
import { siteOf } from './canonical.ts'
import type { PublicFetch } from './public-fetch.ts'

/** The rules of one file for one crawler. */
export interface RobotsRules {
  /** Returns true when a path (with its query) may be fetched. */
  allows (path: string): boolean
  /** The pause between requests that the site asks for, ms. */
  delayMs?: number
  /** The addresses of the site's sitemaps, as written. */
  sitemaps: string[]
  /** The reason why the file could not be read, when nothing is allowed because of it. */
  unreadable?: CodedError
}

export interface Robots {
  /**
   * Returns the rules of a URL's site, read at most once a day. A site without robots.txt allows everything; one whose
   * robots.txt cannot be read allows nothing. Throws only the signal's reason.
   */
  rules (url: string, signal?: AbortSignal): Promise<RobotsRules>
  /** Returns true when this page may be fetched. */
  allows (url: string, signal?: AbortSignal): Promise<boolean>
}

interface CachedRules extends RobotsRules {
  size: number
  /** The time at which to read the file again. */
  until: number
}

/** The package's types wrongly describe an ES module. */
const robotsParser = robotsParserModule as unknown as typeof robotsParserModule.default

const dayMs = 86_400_000
/** The delay before an unreadable robots.txt is tried again. */
const failedMs = 600_000
/** The maximum number of characters read; the RFC asks for 500 KiB. */
const longest = 524_288
const maxSitemaps = 100
const longestDelayMs = 60_000
/** Replaces invalid agent names. */
const unnamed = '-'

/**
 * Creates a reader of robots.txt files.
 * @param agent the crawler's product token, as in its User-Agent
 */
export function createRobots ({ fetch, agent, maxBytes = 8_388_608, now = () => performance.now() }: {
  fetch: Pick<PublicFetch, 'get'>
  agent: string
  /** The maximum memory for cached rules. */
  maxBytes?: number
  now?: () => number
}): Robots {
  const kept = new LRUCache<string, CachedRules>({ max: 1000, maxSize: maxBytes, sizeCalculation: ({ size }) => size + 1000 })
  const everything = parseRobots('', agent)
  const nothing = parseRobots('User-agent: *\nDisallow: /', agent)

  async function read (origin: string, signal?: AbortSignal): Promise<CachedRules> {
    const keep = (rules: RobotsRules, size: number, ms: number): CachedRules => ({ ...rules, size, until: now() + ms })
    // The old rules stay in use while the file cannot be read.
    const failed = (error: CodedError) => keep(kept.get(origin) ?? { ...nothing, unreadable: error }, kept.get(origin)?.size ?? 0, failedMs)
    try {
      const { status, body } = await fetch.get(`${origin}/robots.txt`, { signal, mayFollow: url => siteOf(url) === siteOf(origin) })
      if (status === 200) {
        const text = new TextDecoder().decode(body.subarray(0, longest))
        return keep(parseRobots(text, agent), text.length, dayMs)
      }
      // "Too many requests" does not grant permission.
      if (status >= 400 && status < 500 && status !== 429) return keep(everything, 0, dayMs)
      return failed(
        coded(
          'SOURCE_UNAVAILABLE',
          status >= 300 && status < 400
            ? 'Its robots.txt redirects to another site.'
            : `For its robots.txt the server answered ${status}.`
        )
      )
    } catch (error) {
      signal?.throwIfAborted()
      return failed(asCoded(error, 'SOURCE_UNAVAILABLE'))
    }
  }

  async function rules (url: string, signal?: AbortSignal): Promise<RobotsRules> {
    const { origin } = new URL(url)
    let found = kept.get(origin)
    if (!found || found.until <= now()) {
      found = await read(origin, signal)
      kept.set(origin, found)
    }
    return found
  }

  return {
    rules,
    async allows (url, signal) {
      const { pathname, search } = new URL(url)
      return pathname === '/robots.txt' || (await rules(url, signal)).allows(pathname + search)
    },
  }
}

/** Reads a robots.txt for the crawler `agent`: all groups with its name, or else the groups for `*`. */
export function parseRobots (text: string, agent: string): RobotsRules {
  const site = 'https://site.invalid'
  const { text: standard, sitemaps } = standardForm(text)
  const robots = robotsParser(`${site}/robots.txt`, standard)
  const token = productToken(agent)
  const delay = robots.getCrawlDelay(token)
  return {
    allows: path => robots.isAllowed(site + standardPath(path), token) ?? true,
    ...(delay !== undefined && { delayMs: Math.min(delay * 1000, longestDelayMs) }),
    sitemaps,
  }
}

/**
 * Rewrites a robots.txt so that robots-parser follows RFC 9309. On its own, robots-parser ends a group at any other line between
 * two agents, drops groups without rules, compares names including the text that follows them, and encodes patterns
 * differently from paths.
 */
function standardForm (text: string): { text: string, sitemaps: string[] } {
  const lines: string[] = []
  const agents = new Set<string>()
  const sitemaps: string[] = []
  /** The lines of a group before its first rule, where more agents may follow. */
  let pendingLines: string[] = []
  let mayNameAgents = false
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const [written = ''] = line.split('#', 1)
    const colon = written.indexOf(':')
    const name = written.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = written.slice(colon + 1).trim()
    switch (name) {
      case 'user-agent': {
        const agent = value === '*' ? '*' : productToken(value) || unnamed
        agents.add(agent)
        lines.push(`User-agent: ${agent}`)
        mayNameAgents = true
        break
      }
      case 'allow':
      case 'disallow':
        lines.push(...pendingLines, `${name}: ${/^[/*]/.test(value) ? standardPattern(value) : ''}`)
        pendingLines = []
        mayNameAgents = false
        break
      case 'crawl-delay':
        if (/^\d{1,6}(?:\.\d{1,3})?$/.test(value)) (mayNameAgents ? pendingLines : lines).push(`Crawl-delay: ${value}`)
        break
      case 'sitemap':
        if (sitemaps.length < maxSitemaps && value) sitemaps.push(value)
    }
  }
  lines.push(...pendingLines)
  for (const agent of agents) lines.push(`User-agent: ${agent}`, 'Disallow:')
  return { text: lines.join('\n'), sitemaps }
}

function productToken (agent: string): string {
  return /^[a-z_-]*/i.exec(agent)![0].toLowerCase()
}

/** Escapes `*` and `$`, which are wildcards only in patterns. */
function standardPath (path: string): string {
  return standardEncoding(path).replace(/[*$]/g, character => character === '*' ? '%2A' : '%24')
}

function standardPattern (pattern: string): string {
  return standardEncoding(pattern).replace(/\*+/g, '*').replace(/\$(?!$)/g, '%24')
}

/** Encodes characters that a URL cannot hold, and decodes the ones that need no encoding. */
function standardEncoding (text: string): string {
  return text.toWellFormed()
    .replace(/%[0-9a-f]{2}/gi, code => {
      const character = String.fromCharCode(parseInt(code.slice(1), 16))
      return /[\w.~-]/.test(character) ? character : code.toUpperCase()
    })
    .replace(/[^\x21-\x7e]|["<>[\\\]^`{|}]/gu, character => encodeURIComponent(character))
}
