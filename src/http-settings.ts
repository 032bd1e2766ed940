// Reads the settings about proxies and origins as people write them.
import { isIP } from 'node:net'

/** Names for ranges of private addresses, as Fastify's `trustProxy` takes them. */
const ranges = ['loopback', 'linklocal', 'uniquelocal']

/** All or none, these addresses, or the proxies of which `hop` is small enough: the nearest one is hop 0. */
export type Proxies = boolean | string[] | ((address: string, hop: number) => boolean)

/**
 * Reads TRUST_PROXY: whether all proxies are trusted, how many of them, or which addresses they have. Returns null for anything
 * else.
 */
export function trustedProxies (value: string): Proxies | null {
  const lower = value.trim().toLowerCase()
  if (['', 'false', 'no', 'off'].includes(lower)) return false
  if (['true', 'yes', 'on'].includes(lower)) return true
  if (/^\d{1,2}$/.test(lower)) return Number(lower) > 0 && ((_, hop) => hop < Number(lower))
  const proxies = lower.split(',').map(proxy => proxy.trim()).filter(Boolean)
  return proxies.length > 0 && proxies.every(proxy => ranges.includes(proxy) || isNetwork(proxy)) ? proxies : null
}

function isNetwork (text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}

/**
 * Reads CORS_ORIGINS: each origin as browsers send it, without the path or slash that people copy with it, in lower case. Returns
 * null if one of them is no origin.
 */
export function corsOrigins (value: string): string[] | null {
  const origins = value.split(',').map(origin => origin.trim()).filter(Boolean).map(originOf)
  return origins.includes(null) ? null : origins as string[]
}

function originOf (text: string): string | null {
  if (text === '*' || text === 'null') return text
  const url = URL.parse(text)
  if (!url?.host || text.includes('*')) return null
  // Apps and extensions have schemes of their own, for which URL knows no origin.
  return url.origin === 'null' ? `${url.protocol}//${url.host}`.toLowerCase() : url.origin
}
