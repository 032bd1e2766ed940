// Unpacks the body of a response that a server, or a proxy before it, has compressed although nobody asked for it.
import type { Transform, TransformCallback } from 'node:stream'
import { createBrotliDecompress, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { brokenAnswer } from './failures.ts'
import { Gunzip } from './gunzip.ts'
import { InnerUnpacker } from './inner-unpacker.ts'
import type { Headers } from './server-errors.ts'

const noBytes = Buffer.alloc(0)

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

/** Unpacks what was packed twice. */
class Unpackers extends InnerUnpacker {
  readonly #last: Transform

  constructor (first: Transform, last: Transform) {
    super()
    this.#last = this.joined(last).on('end', () => this.push(null))
    this.inner = first.on('data', chunk => last.write(chunk)).on('end', () => last.end()).on('error', error => this.destroy(error))
  }

  override _transform (chunk: Buffer, _: string, done: TransformCallback): void {
    this.inner!.write(chunk, () => this.#last.write(noBytes, () => done()))
  }

  override _flush (done: TransformCallback): void {
    this.#last.once('end', () => done())
    this.inner!.end()
  }

  override _destroy (error: Error | null, done: (error: Error | null) => void): void {
    this.#last.destroy()
    super._destroy(error, done)
  }
}

/** A server and the proxies before it pack a body once each, and no more than these. */
const maxCodings = 3
/** What servers write there that is no packing. */
const noCoding = /^(?:|identity|none|utf-?8)$/

/** Returns a stream that unpacks the body; null for one that is not packed. Throws LLM_BROKEN for a coding that is not known. */
export function createUnpacker (headers: Headers): Transform | null {
  const given = [headers['content-encoding'] ?? ''].flat().join(',').toLowerCase()
  const names = given.split(',').map(name => name.trim()).filter(name => !noCoding.test(name))
  if (names.length > maxCodings || names.some(name => !codings[name])) {
    throw brokenAnswer(`an answer in ${names.join(', ').slice(0, 20)}, which was not asked for`)
  }
  // The last one in the list was packed last.
  const [first, ...others] = names.reverse().map(name => codings[name]!())
  return first ? others.reduce((unpacked, next) => new Unpackers(unpacked, next), first) : null
}
