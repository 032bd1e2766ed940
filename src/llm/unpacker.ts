// Unpacks the body of a response that a server, or a proxy before it, has compressed although nobody asked for it.
import type { Transform, TransformCallback } from 'node:stream'
import { createBrotliDecompress, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { brokenAnswer } from './failures.ts'
import { Gunzip } from './gunzip.ts'
import { InnerUnpacker } from './inner-unpacker.ts'
import type { Headers } from './server-errors.ts'

const codings: Record<string, () => Transform> = {
  gzip: () => new Gunzip(),
  'x-gzip': () => new Gunzip(),
  deflate: () => new Inflate(),
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** Unpacks deflate with the header that the standard asks for, and without it, as some servers send it. */
class Inflate extends InnerUnpacker {
  override _transform (chunk: Buffer, _: string, done: TransformCallback): void {
    if (chunk.length === 0) return done()
    this.inner ??= this.joined((chunk[0]! & 15) === 8 ? createInflate() : createInflateRaw()).on('end', () => this.push(null))
    this.inner.write(chunk, done)
  }
}

/** Returns a stream that unpacks the body; null for one that is not packed. Throws LLM_BROKEN for a coding that is not known. */
export function createUnpacker (headers: Headers): Transform | null {
  const coding = [headers['content-encoding'] ?? ''].flat().join(',').trim().toLowerCase()
  if (coding === '' || coding === 'identity') return null
  const create = codings[coding]
  if (!create) throw brokenAnswer(`an answer in ${coding.slice(0, 20)}, which was not asked for`)
  return create()
}
