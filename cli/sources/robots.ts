// robots.txt by RFC 9309: what may be fetched from a site, how fast, and where its sitemaps are.
import { LRUCache } from 'lru-cache'
import { asCoded, coded, type CodedError } from '../../src/errors.ts'
import { siteOf } from './canonical.ts'
import type { PublicFetch } from './public-fetch.ts'

/** The rules of one file for one crawler. */
export interface RobotsRules {
  /** Whether a path (with its query) may be fetched. */
  allows (path: string): boolean
  /** The pause between requests that the site asks for, ms. */
  delayMs?: number
  /** The addresses of its sitemaps, as they are written. */
  sitemaps: string[]
  /** Why the file could not be read, when nothing is allowed because of that. */
  unreadable?: CodedError
}

export interface Robots {
  /**
   * The rules of a URL's site, read at most once a day. A site without robots.txt allows everything; one whose
   * robots.txt cannot be read allows nothing. Throws only the signal's reason.
   */
  rules (url: string, signal?: AbortSignal): Promise<RobotsRules>
  /** Whether this page may be fetched. */
  allows (url: string, signal?: AbortSignal): Promise<boolean>
}

interface Rule {
  allow: boolean
  pattern: string
}

interface Kept extends RobotsRules {
  size: number
  /** When it is to be read again. */
  until: number
}

const dayMs = 86_400_000
/** A robots.txt that could not be read is tried again after this. */
const failedMs = 600_000
/** Characters that are read at most; the RFC asks for 500 KiB. */
const longest = 524_288
const mostSitemaps = 100
const longestDelayMs = 60_000

/**
 * @param agent the crawler's product token, as in its User-Agent
 */
export function createRobots ({ fetch, agent, maxBytes = 8_388_608, now = Date.now }: {
  fetch: Pick<PublicFetch, 'get'>
  agent: string
  /** Memory of the rules at most. */
  maxBytes?: number
  now?: () => number
}): Robots {
  const kept = new LRUCache<string, Kept>({ max: 1000, maxSize: maxBytes, sizeCalculation: ({ size }) => size + 1000 })
  const everything = parseRobots('', agent)
  const nothing = parseRobots('User-agent: *\nDisallow: /', agent)

  async function read (origin: string, signal?: AbortSignal): Promise<Kept> {
    const keep = (rules: RobotsRules, size: number, ms: number): Kept => ({ ...rules, size, until: now() + ms })
    // The old rules serve on while the file cannot be read.
    const failed = (error: CodedError) => keep(kept.get(origin) ?? { ...nothing, unreadable: error }, kept.get(origin)?.size ?? 0, failedMs)
    try {
      const { status, body } = await fetch.get(`${origin}/robots.txt`, { signal, mayFollow: url => siteOf(url) === siteOf(origin) })
      if (status === 200) {
        const text = new TextDecoder().decode(body.subarray(0, longest))
        return keep(parseRobots(text, agent), text.length, dayMs)
      }
      // "Too many requests" is no permission.
      if (status >= 400 && status < 500 && status !== 429) return keep(everything, 0, dayMs)
      return failed(coded('SOURCE_UNAVAILABLE', status >= 300 && status < 400 ? 'Its robots.txt redirects to another site.' : `For its robots.txt the server answered ${status}.`))
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

/** Reads a robots.txt for the crawler `agent`: all groups of its name, or else those of `*`. */
export function parseRobots (text: string, agent: string): RobotsRules {
  const own: Rule[] = []
  const others: Rule[] = []
  const delays: { own?: number, others?: number } = {}
  const sitemaps: string[] = []
  const token = productToken(agent)
  let named = false
  let group = { own: false, others: false }
  /** Whether the last rule or agent was an agent: several of these share a group. */
  let inAgents = false
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const [written = ''] = line.split('#', 1)
    const colon = written.indexOf(':')
    const name = written.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = written.slice(colon + 1).trim()
    switch (name) {
      case 'user-agent':
        if (!inAgents) group = { own: false, others: false }
        inAgents = true
        if (value === '*') group.others = true
        else if (token && productToken(value) === token) named = group.own = true
        break
      case 'allow':
      case 'disallow':
        inAgents = false
        if (!/^[/*]/.test(value)) break
        for (const list of [group.own && own, group.others && others]) {
          if (list) list.push({ allow: name === 'allow', pattern: normalPattern(value) })
        }
        break
      case 'crawl-delay':
        if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(value)) break
        if (group.own) delays.own = Number(value) * 1000
        if (group.others) delays.others = Number(value) * 1000
        break
      case 'sitemap':
        if (sitemaps.length < mostSitemaps && value) sitemaps.push(value)
    }
  }
  // The most specific rule is the longest; of two alike, the one that allows.
  const rules = (named ? own : others).sort((a, b) => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow))
  const delay = named ? delays.own : delays.others
  return {
    allows (path) {
      const normal = normalPath(path)
      return rules.find(({ pattern }) => matches(normal, pattern))?.allow ?? true
    },
    ...(delay !== undefined && { delayMs: Math.min(delay, longestDelayMs) }),
    sitemaps,
  }
}

function productToken (agent: string): string {
  return /^[a-z_-]*/i.exec(agent)![0].toLowerCase()
}

/** Whether the path begins with the pattern, in which `*` is anything and a last `$` the end. */
function matches (path: string, pattern: string): boolean {
  const anchored = pattern.endsWith('$')
  const [first = '', ...parts] = (anchored ? pattern.slice(0, -1) : pattern).split('*')
  if (!path.startsWith(first)) return false
  const last = anchored ? parts.pop() : undefined
  if (anchored && last === undefined) return path === first
  let at = first.length
  for (const part of parts) {
    const found = path.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return last === undefined || (path.endsWith(last) && path.length - last.length >= at)
}

/** One way of percent-encoding: what must not be is not, what must be is; `*` and `$` of a path are no wildcards. */
function normalPath (path: string): string {
  return normal(path).replace(/[*$]/g, character => character === '*' ? '%2A' : '%24')
}

function normalPattern (pattern: string): string {
  return normal(pattern).replace(/\*+/g, '*').replace(/\$(?!$)/g, '%24')
}

function normal (text: string): string {
  return text.toWellFormed()
    .replace(/%[0-9a-f]{2}/gi, code => {
      const character = String.fromCharCode(parseInt(code.slice(1), 16))
      return /[\w.~-]/.test(character) ? character : code.toUpperCase()
    })
    .replace(/[^\x21-\x7e]/gu, character => encodeURIComponent(character))
}
