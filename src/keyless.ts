// Decides who may use a service that asks for no key: programs and pages of this machine, never another page in its browser.
import type { IncomingHttpHeaders } from 'node:http'
import { coded, type CodedError } from './errors.ts'
import { isLoopback } from './loopback.ts'

/** Headers by which a proxy says that a request comes from elsewhere. */
const forwarding = /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|fastly-client-ip)$/

/**
 * Returns why a request may not do without a key; null if it may. A browser sends requests of any page to a loopback
 * address, by its own name for it (DNS rebinding) or from its own origin, and a proxy or tunnel sends anybody's.
 * @param allowed the origins that the operator has named
 */
export function refuseWithoutKey (headers: IncomingHttpHeaders, allowed: readonly string[]): CodedError | null {
  const { host, origin, 'sec-fetch-site': site } = headers
  // A browser always names a host, a program that speaks HTTP/1.0 may not.
  if (host !== undefined && !isLoopback(nameIn(host))) {
    return coded('LOCAL_ONLY', 'The Host header names another one. Use http://127.0.0.1 or localhost, or create a key.')
  }
  const forwarded = Object.keys(headers).find(name => forwarding.test(name))
  if (forwarded !== undefined) return coded('LOCAL_ONLY', `The header ${forwarded} says that a proxy sent it. Create a key.`)
  if (origin !== undefined) {
    const isOwn = origin.toLowerCase() === `http://${host?.toLowerCase()}`
    // Every page can have the origin "null", and "*" names none.
    const isNamed = origin !== 'null' && origin !== '*' && allowed.includes(origin)
    return isOwn || isNamed ? null : coded('ORIGIN_REFUSED', 'Create a key, or name this origin in CORS_ORIGINS (* is not enough).')
  }
  // Without an Origin it is an image, a script, a form or a link of that page.
  const isForeign = site === 'cross-site' || site === 'same-site'
  return isForeign ? coded('ORIGIN_REFUSED', 'Open the address yourself, or create a key.') : null
}

/** Returns the name or address in a Host header, in lower case and without the port. */
function nameIn (host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '')
}
