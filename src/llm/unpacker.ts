// Unpacks the body of a response that a server, or a proxy before it, has compressed although nobody asked for it.
import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { brokenAnswer } from './failures.ts'
import type { Headers } from './server-errors.ts'

const codings: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** Returns a stream that unpacks the body; null for one that is not packed. Throws LLM_BROKEN for a coding that is not known. */
export function createUnpacker (headers: Headers): Transform | null {
  const coding = [headers['content-encoding'] ?? ''].flat().join(',').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return null
  const create = codings[coding]
  if (!create) throw brokenAnswer(`an answer in ${coding.slice(0, 20)}, which was not asked for`)
  return create()
}
