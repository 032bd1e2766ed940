// Reads the settings about proxies and origins as people write them.
import { BlockList, isIP } from 'node:net'

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

/** The addresses of each of these ranges. */
const rangeNetworks: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Makes a function that tells whether the headers of a request from this address are believed. */
export function createTrust (proxies: Proxies): (address: string) => boolean {
  if (typeof proxies === 'boolean') return () => proxies
  if (typeof proxies === 'function') return address => proxies(address, 0)
  const list = new BlockList()
  for (const network of proxies.flatMap(proxy => rangeNetworks[proxy] ?? [proxy])) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return address => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Reads the path before all addresses: with a slash at its beginning and none at its end. Returns null for anything that is no path. */
export function readPathPrefix (value: string): string | null {
  const path = value.trim().replace(/\/+$/, '')
  const isPath = /^(?:\/[\w.~-]+)*$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path)
  return isPath ? path : null
}

/** Removes the prefix from the address of a request, if it is there. */
export function withoutPathPrefix (url: string, prefix: string): string {
  if (prefix === '' || !url.startsWith(prefix)) return url
  const rest = url.slice(prefix.length)
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest.startsWith('/') ? rest : url
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
  if (!url?.host || !/^[^;,*\s"'|\\]+$/.test(text)) return null
  // Apps and extensions have schemes of their own, for which URL knows no origin.
  return url.origin === 'null' ? `${url.protocol}//${url.host}`.toLowerCase() : url.origin
}
