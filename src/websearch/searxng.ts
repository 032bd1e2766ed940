// Searches the web with SearXNG: https://docs.searxng.org/dev/search_api
import { WebSearchError, type WebEngine } from './port.ts'
import type { ProxySettings } from '../async/agent.ts'
import { createEngineRequests } from './request.ts'
import { cleanResults } from './results.ts'

interface Answer {
  results?: unknown
  /** Engines that have failed, with the reason of each. */
  unresponsive_engines?: unknown
}

/**
 * Makes an engine from a SearXNG whose settings allow the format `json`; it answers 403 otherwise.
 * @param url the base URL, which may have a path
 */
export function createSearxng (
  { url, timeoutMs, proxy }: { url: string, timeoutMs: number, proxy?: ProxySettings | undefined }
): WebEngine {
  const requests = createEngineRequests({ url, timeoutMs, proxy })
  const base = `${url.replace(/\/+$/, '')}/search`

  return {
    async search (query, { language, limit, signal }) {
      const address = new URL(base)
      address.search = new URLSearchParams({
        q: query, format: 'json', categories: 'general', language: language === 'und' ? 'all' : language, safesearch: '1',
      }).toString()
      const answer = await requests.getJson(address, { signal }) as Answer | null
      if (!Array.isArray(answer?.results)) throw new WebSearchError('broken')
      const found = cleanResults(answer.results.map(result => ({
        title: result?.title, url: result?.url, snippet: result?.content, date: result?.publishedDate,
      })), limit)
      // SearXNG found nothing because none of its engines answered.
      const failed = Array.isArray(answer.unresponsive_engines) && answer.unresponsive_engines.length > 0
      if (found.length === 0 && failed) throw new WebSearchError('unavailable')
      return found
    },
    close: () => requests.close(),
  }
}
