// Reads a server's response: limits its size, decompresses it, and keeps the headers that matter.
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { coded } from '../../src/errors.ts'
import { readRetryAfter } from '../../src/async/retry-after.ts'

export interface Fetched {
  /** The status of the last server: 200, 304, 404, …; a redirect status when the redirect was not followed. */
  status: number
  /** The decompressed body; empty unless the status is 200. */
  body: Uint8Array
  /** The Content-Type; empty when absent. */
  type: string
  etag?: string
  lastModified?: string
  /** The pause that the server asks for, ms. */
  retryAfterMs?: number
  /** The address after redirects; for a redirect that was not followed, its target. */
  url: string
}

const nothing = new Uint8Array()

/** Reads the headers that matter, and the body when the response is a page. */
export async function readResponse (
  response: Dispatcher.ResponseData,
  url: string,
  maxBytes: number,
  signal: AbortSignal
): Promise<Fetched> {
  const { statusCode: status, headers } = response
  const retryAfterMs = readRetryAfter(headers['retry-after'])
  const fetched: Fetched = {
    status,
    body: nothing,
    type: oneOf(headers['content-type']) ?? '',
    etag: keepable(headers.etag),
    lastModified: keepable(headers['last-modified']),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    url,
  }
  if (status === 200) fetched.body = await readBody(response, maxBytes, signal)
  else await discard(response)
  return fetched
}

async function readBody ({ headers, body }: Dispatcher.ResponseData, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const encoding = (oneOf(headers['content-encoding']) ?? 'identity').trim().toLowerCase()
  const unpack = { identity: null, gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress }[encoding]
  if (unpack === undefined || Number(headers['content-length'] ?? 0) > maxBytes) {
    body.on('error', () => {}).destroy()
    throw unpack === undefined ? coded('SOURCE_UNAVAILABLE', 'It is packed in a way that was not asked for.') : coded('FILE_TOO_LARGE')
  }
  async function collect (source: AsyncIterable<Buffer>): Promise<Uint8Array> {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of source) {
      if ((size += chunk.length) > maxBytes) throw coded('FILE_TOO_LARGE')
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }
  return unpack ? await pipeline(body, unpack(), collect, { signal }) : await pipeline(body, collect, { signal })
}

/** Reads and discards an unneeded body, if it is short, so that its connection can be reused. */
export async function discard ({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16_384 }).catch(() => {}) // only the connection is lost
}

/** Returns the first of several headers with the same name. */
export function oneOf (header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/** Returns a validator if it can be sent back. */
function keepable (header: string | string[] | undefined): string | undefined {
  const value = oneOf(header)
  return value && /^[\x20-\x7e]{1,256}$/.test(value) ? value : undefined
}
