// Reads the name that a client gives its request: sent again with it, the request makes one turn of its conversation.
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Returns a hash of the header Idempotency-Key, which may be anything; undefined without one. */
export function requestKeyOf (headers: IncomingHttpHeaders): string | undefined {
  const name = headers['idempotency-key']
  return typeof name === 'string' && name.trim() !== '' ? keyOf(name.trim()) : undefined
}

/** Returns a key of bounded length for anything that identifies a request. */
export function keyOf (...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22)
}
