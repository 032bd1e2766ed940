// Unpacks the body of a response that a server, or a proxy before it, has compressed although nobody asked for it.
import { Transform, type TransformCallback } from 'node:stream'
import { createBrotliDecompress, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { brokenAnswer } from './failures.ts'
import { Gunzip } from './gunzip.ts'
import type { Headers } from './server-errors.ts'

const codings: Record<string, () => Transform> = {
  gzip: () => new Gunzip(),
  'x-gzip': () => new Gunzip(),
  deflate: () => new Inflate(),
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** Unpacks deflate with the header that the standard asks for, and without it, as some servers send it. */
class Inflate extends Transform {
  #inner: Transform | undefined

  override _transform (chunk: Buffer, _: string, done: TransformCallback): void {
    if (chunk.length === 0) return done()
    this.#inner ??= this.#create(chunk[0]!)
    this.#inner.write(chunk, done)
  }

  override _flush (done: TransformCallback): void {
    if (!this.#inner) return done()
    this.#inner.once('end', () => done()).end()
  }

  override _destroy (error: Error | null, done: (error: Error | null) => void): void {
    this.#inner?.destroy()
    done(error)
  }

  #create (firstByte: number): Transform {
    const inner = (firstByte & 15) === 8 ? createInflate() : createInflateRaw()
    return inner.on('data', chunk => this.push(chunk)).on('end', () => this.push(null)).on('error', error => this.destroy(error))
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
