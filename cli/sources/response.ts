// Reads what a server has answered: bounded, unpacked, and with the headers that are kept.
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { coded } from '../../src/errors.ts'
import { readRetryAfter } from '../../src/async/retry-after.ts'

export interface Fetched {
  /** As the last server said: 200, 304, 404, …; a redirect when it was not to be followed. */
  status: number
  /** Unpacked; empty unless the status is 200. */
  body: Uint8Array
  /** The Content-Type; empty when there was none. */
  type: string
  etag?: string
  lastModified?: string
  /** How long the server asks to be left alone, ms. */
  retryAfterMs?: number
  /** The address after redirects; of a redirect that was not followed, its target. */
  url: string
}

const nothing = new Uint8Array()

/** Reads the body when it is a page, and what can be said of it. */
export async function readResponse (response: Dispatcher.ResponseData, url: string, maxBytes: number, signal: AbortSignal): Promise<Fetched> {
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

/** Reads a body that nobody wants, when it is short, so that its connection can be used again. */
export async function discard ({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: 16_384 }).catch(() => {}) // its connection is lost then, and no more than that
}

/** The first of several headers of a name. */
export function oneOf (header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/** A validator that can be sent back. */
function keepable (header: string | string[] | undefined): string | undefined {
  const value = oneOf(header)
  return value && /^[\x20-\x7e]{1,256}$/.test(value) ? value : undefined
}
