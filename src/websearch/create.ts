// Creates the web search that the settings describe.
import type { ProxySettings } from '../async/agent.ts'
import { createBrave } from './brave.ts'
import { cacheWebSearch } from './cache.ts'
import type { WebFailure, WebSearch } from './port.ts'
import { createSearxng } from './searxng.ts'

export interface WebSearchOptions {
  /** `off` by default: a web search sends the question to others. */
  engine: 'off' | 'searxng' | 'brave'
  /** Base URL of the SearXNG server. */
  url: string
  /** Brave's API key. */
  key: string
  timeoutMs: number
  proxy?: ProxySettings | undefined
  cacheSeconds: number
  cacheMaxBytes: number
  onError?: (reason: WebFailure, error: unknown) => void
}

/** Makes the web search; null when it is off. Throws when its address or key is missing. */
export function createWebSearch ({
  engine,
  url,
  key,
  timeoutMs,
  proxy,
  cacheSeconds,
  cacheMaxBytes,
  onError,
}: WebSearchOptions): WebSearch | null {
  if (engine === 'off') return null
  if (engine === 'searxng' && !/^https?:/.test(URL.parse(url)?.protocol ?? '')) {
    throw new Error('The web search by SearXNG needs its http or https address.')
  }
  if (engine === 'brave' && !key) throw new Error('The web search by Brave needs a key.')
  return cacheWebSearch({
    engine: engine === 'searxng' ? createSearxng({ url, timeoutMs, proxy }) : createBrave({ key, timeoutMs, proxy, ...(url && { url }) }),
    timeoutMs,
    ttlMs: cacheSeconds * 1000,
    maxBytes: cacheMaxBytes,
    ...(onError && { onError }),
  })
}
