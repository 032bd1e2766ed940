// Fetches pages from the public internet only.
import { lookup as systemLookup } from 'node:dns'
import { isIP, isIPv4, type LookupFunction } from 'node:net'
import { Agent, buildConnector, request } from 'undici'
import { CodedError, coded } from '../../src/errors.ts'
import { isPublicAddress } from './addresses.ts'
import { discard, oneOf, readResponse, type Fetched } from './response.ts'

export type { Fetched }

export interface GetOptions {
  /** The validators of the stored copy: the server answers 304 when the page is unchanged. */
  etag?: string
  lastModified?: string
  signal?: AbortSignal
  /** Decides if a redirect to this address is followed (always, when absent). The address itself is checked in any case. */
  mayFollow?: (url: string) => boolean | Promise<boolean>
}

export interface PublicFetch {
  /**
   * Gets a page. Throws ADDRESS_REFUSED, FILE_TOO_LARGE or SOURCE_UNAVAILABLE, or the signal's reason; returns error
   * statuses of the server without throwing.
   */
  get (url: string, options?: GetOptions): Promise<Fetched>
  close (): Promise<void>
}

export interface PublicFetchOptions {
  /** The longest total time, redirects included, ms. */
  timeoutMs: number
  /** The longest wait for a connection, and the longest silence before the headers and in the body, ms. */
  silenceMs?: number
  /** The largest body, compressed and decompressed. */
  maxBytes: number
  maxRedirects: number
  userAgent: string
  /** The operator's own host names and addresses, which may be private. */
  allowPrivate?: readonly string[]
  allowPorts?: readonly number[]
  lookup?: LookupFunction
}

const redirects = new Set([301, 302, 303, 307, 308])
const longestUrl = 8192

/**
 * Opens a fetcher. Addresses are checked when the socket connects, so a name cannot resolve to something else after its
 * check. A proxy in the environment is not used, since it would resolve the names itself.
 */
export function createPublicFetch ({
  timeoutMs, silenceMs = Math.min(timeoutMs, 10_000), maxBytes, maxRedirects, userAgent,
  allowPrivate = [], allowPorts = [80, 443], lookup = systemLookup,
}: PublicFetchOptions): PublicFetch {
  const allowed = new Set(allowPrivate.map(host => host.toLowerCase()))

  function check (address: string, host: string): void {
    if (!isPublicAddress(address) && !allowed.has(address) && !allowed.has(host)) {
      throw coded('ADDRESS_REFUSED', 'It is not on the public internet.')
    }
  }

  const checkedLookup: LookupFunction = (host, options, done) => {
    lookup(host, options, (error, found, family) => {
      if (error) return done(error, found, family)
      try {
        // A single private address among public ones is enough to refuse.
        for (const { address } of typeof found === 'string' ? [{ address: found }] : found) check(address, host)
      } catch (refusal) {
        return done(refusal as Error, '', 0)
      }
      done(null, found, family)
    })
  }

  const connector = buildConnector({ lookup: checkedLookup, timeout: silenceMs, allowH2: false })
  const connect: buildConnector.connector = (options, done) => {
    try {
      // An IP address needs no lookup.
      if (isIP(options.hostname)) check(options.hostname, options.hostname)
    } catch (refusal) {
      return done(refusal as Error, null)
    }
    connector(options, (error, socket) => {
      if (error) return done(error, null)
      try {
        check(socket.remoteAddress ?? '', options.hostname)
      } catch (refusal) {
        socket.destroy()
        return done(refusal as Error, null)
      }
      done(null, socket)
    })
  }
  const agent = new Agent({ connect, headersTimeout: silenceMs, bodyTimeout: silenceMs, allowH2: false })

  /** Returns the URL when it may be requested. */
  function readUrl (text: string, base?: URL): URL {
    const url = text.length <= longestUrl ? URL.parse(text, base?.href) : null
    if (!url) throw coded('ADDRESS_REFUSED', 'It is not a URL.')
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw coded('ADDRESS_REFUSED', 'Its scheme is neither http nor https.')
    if (url.username || url.password) throw coded('ADDRESS_REFUSED', 'It holds a name or a password.')
    if (!allowPorts.includes(Number(url.port || (url.protocol === 'https:' ? 443 : 80)))) {
      throw coded('ADDRESS_REFUSED', 'Its port is not open for this.')
    }
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host)) check(host, host)
    // Honest addresses are never written like `0x8.8.8.8` or `134744072`.
    if (isIPv4(host) && host !== base?.hostname && !isWritten(text, url)) throw coded('ADDRESS_REFUSED', 'Its address is written oddly.')
    return url
  }

  async function follow (address: string, signal: AbortSignal, { etag, lastModified, mayFollow }: GetOptions): Promise<Fetched> {
    const headers = {
      'user-agent': userAgent,
      'accept-encoding': 'gzip, br',
      ...(etag && { 'if-none-match': etag }),
      ...(lastModified && { 'if-modified-since': lastModified }),
    }
    let url = readUrl(address)
    for (let hops = 0; ; hops++) {
      const response = await request(url, { dispatcher: agent, signal, headers })
      const target = redirects.has(response.statusCode) ? oneOf(response.headers.location) : undefined
      if (target === undefined) return await readResponse(response, url.href, maxBytes, signal)
      await discard(response)
      if (hops >= maxRedirects) throw coded('SOURCE_UNAVAILABLE', 'It redirects too often.')
      url = readUrl(target, url)
      if (mayFollow && !await mayFollow(url.href)) return { status: response.statusCode, body: new Uint8Array(), type: '', url: url.href }
    }
  }

  return {
    async get (address, options = {}) {
      const limit = AbortSignal.timeout(timeoutMs)
      const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit
      try {
        signal.throwIfAborted()
        return await follow(address, signal, options)
      } catch (error) {
        if (options.signal?.aborted) throw options.signal.reason
        if (error instanceof CodedError) throw error
        throw coded('SOURCE_UNAVAILABLE', limit.aborted ? 'It took too long.' : `${(error as Error).message}.`, error)
      }
    },
    close: () => agent.destroy(),
  }
}

/** Returns true when the text contains the host as the URL parser understood it. */
function isWritten (text: string, { hostname }: URL): boolean {
  const rest = text.toLowerCase().replace(/^https?:/, '')
  const written = `//${hostname}`
  return rest.startsWith(written) && /^(?:[:/?#]|$)/.test(rest.slice(written.length))
}
