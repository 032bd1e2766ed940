// Searches the web with Brave: https://api-dashboard.search.brave.com/api-reference/web/search/get
import { WebSearchError, type WebEngine } from './port.ts'
import type { ProxySettings } from '../async/agent.ts'
import { createEngineRequests, type Headers } from './request.ts'
import { cleanResults } from './results.ts'

export const BRAVE_URL = 'https://api.search.brave.com'

/** The limits of the API. */
const maxResults = 20
const maxQueryChars = 400
const maxWords = 50

interface Answer {
  type?: unknown
  /** Absent when nothing was found. */
  web?: { results?: unknown }
}

interface BraveOptions {
  key: string
  timeoutMs: number
  url?: string
  proxy?: ProxySettings | undefined
}

/**
 * Creates a search engine that asks Brave.
 * @param key the subscription token
 * @param url scheme and host, for example of a proxy
 */
export function createBrave ({ key, timeoutMs, proxy, url = BRAVE_URL }: BraveOptions): WebEngine {
  const requests = createEngineRequests({ url, timeoutMs, proxy })
  const base = `${url.replace(/\/+$/, '')}/res/v1/web/search`

  return {
    async search (query, { language, limit, signal }) {
      const address = new URL(base)
      address.search = new URLSearchParams({
        q: shorten(query),
        count: String(Math.min(limit, maxResults)),
        ...(language !== 'und' && { search_lang: language }),
        safesearch: 'moderate',
        text_decorations: 'false',
        result_filter: 'web',
      }).toString()
      const answer = (await requests.getJson(address, {
        headers: { 'x-subscription-token': key },
        signal,
        retryAfter: readReset,
      })) as Answer | null
      const results = answer?.web?.results ?? []
      if (answer?.type !== 'search' || !Array.isArray(results)) throw new WebSearchError('broken')
      return cleanResults(results.map(result => ({
        title: result?.title, url: result?.url, snippet: result?.description, date: result?.page_age,
      })), limit)
    },
    close: () => requests.close(),
  }
}

function shorten (query: string): string {
  return query.trim().split(/\s+/).slice(0, maxWords).join(' ').slice(0, maxQueryChars).toWellFormed()
}

/** Returns the ms until the used-up limit starts again, from `X-RateLimit-Remaining: 0, 1000` and `X-RateLimit-Reset: 1, 1419704`. */
function readReset (headers: Headers): number | undefined {
  const numbers = (name: string) => String(headers[name] ?? '').split(',').map(part => Number(part.trim() || NaN))
  const remaining = numbers('x-ratelimit-remaining')
  const waits = numbers('x-ratelimit-reset').filter((seconds, i) => remaining[i] === 0 && seconds >= 0)
  return waits.length > 0 ? Math.max(...waits) * 1000 : undefined
}
