// Lists and downloads the files of a model from the Hugging Face hub, or a mirror of it.

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { interceptors, request } from 'undici'
import { createAgent, type ProxySettings } from '../async/agent.ts'
import type { Expected } from './manifest.ts'

export const defaultHubUrl = 'https://huggingface.co'

export interface HubOptions {
  /** Scheme and host, as in HF_ENDPOINT. */
  url: string
  proxy?: ProxySettings | undefined
  /** Longest wait for a connection, ms. */
  connectMs?: number
  /** Longest silence of an open connection, ms. */
  silenceMs?: number
}

export interface Hub {
  /** Lists the files of a repository with their size and, for large ones, their sha256. */
  list (repository: string, signal?: AbortSignal): Promise<Map<string, Expected>>
  /**
   * Downloads one file to `path` and makes its folder. Throws when the file is not as expected, and then leaves the
   * bytes received so far at `path`: give it a temporary one.
   */
  download (repository: string, file: string, path: string, options?: {
    expected?: Expected
    /** Receives the number of bytes of each chunk. */
    onBytes?: (bytes: number) => void
    signal?: AbortSignal
  }): Promise<void>
  close (): Promise<void>
}

/** Opens a hub with its own connections; close it after use. */
export function createHub ({ url, proxy, connectMs = 3_000, silenceMs = 15_000 }: HubOptions): Hub {
  const base = url.replace(/\/+$/, '')
  // A proxy is the only way out of many offices.
  const agent = createAgent(base, { proxy, connectTimeoutMs: connectMs, headersTimeout: silenceMs, bodyTimeout: silenceMs })
  // Large files are redirected to a CDN.
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 5 }))

  async function get (address: string, signal?: AbortSignal) {
    const response = await request(address, { dispatcher, signal, headers: { 'user-agent': 'causerie' } })
    if (response.statusCode === 200) return response
    await response.body.dump().catch(() => {})
    // The hub answers 401 for a repository that does not exist, to hide which ones are private.
    const isMissing = response.statusCode === 404 || response.statusCode === 401
    throw new Error(`${address} answered ${response.statusCode}${isMissing ? ' (no such model or file, or it is private)' : ''}`)
  }

  return {
    async list (repository, signal) {
      const { body } = await get(`${base}/api/models/${repository}?blobs=true`, signal)
      const { siblings } = await body.json() as { siblings?: Sibling[] }
      return new Map((siblings ?? []).map((file) => [file.rfilename, {
        size: file.size ?? file.lfs?.size, sha256: file.lfs?.sha256
      }]))
    },

    async download (repository, file, path, { expected = {}, onBytes, signal } = {}) {
      const { body } = await get(`${base}/${repository}/resolve/main/${file}`, signal)
      await mkdir(dirname(path), { recursive: true })
      const hash = createHash('sha256')
      let size = 0
      const measure = new Transform({
        transform (chunk: Buffer, _encoding, done) {
          size += chunk.length
          hash.update(chunk)
          onBytes?.(chunk.length)
          done(null, chunk)
        }
      })
      await pipeline(body, measure, createWriteStream(path), { signal })
      if (expected.size !== undefined && size !== expected.size) {
        throw new Error(`${file} came with ${size} bytes instead of ${expected.size}`)
      }
      if (expected.sha256 && hash.digest('hex') !== expected.sha256) {
        throw new Error(`${file} came with the wrong sha256`)
      }
    },

    close: () => agent.destroy()
  }
}

interface Sibling {
  rfilename: string
  size?: number
  lfs?: { sha256?: string, size?: number }
}
