// Unpacks gzip. Node's own drops what it has unpacked when bytes follow in the same chunk that are no further member.
import type { TransformCallback } from 'node:stream'
import { createInflateRaw, type InflateRaw } from 'node:zlib'
import { InnerUnpacker } from './inner-unpacker.ts'

/** The checksum and the size behind a member. TCP and TLS check the bytes already. */
const trailerBytes = 8
/** Without a bound, a header that does not end would be kept and read again with each chunk. */
const maxHeaderBytes = 131_072
const has = { checksum: 2, extra: 4, name: 8, comment: 16 }

/** Returns the length of the header at the beginning of a member; undefined if more must come, null if there is no member. */
function headerLength (bytes: Buffer): number | null | undefined {
  if ([0x1f, 0x8b, 8].some((byte, n) => n < bytes.length && bytes[n] !== byte)) return null
  if (bytes.length < 12) return undefined
  const flags = bytes[3]!
  let length = (flags & has.extra) === 0 ? 10 : 12 + bytes.readUInt16LE(10)
  for (const text of [has.name, has.comment]) {
    if ((flags & text) === 0) continue
    const end = bytes.indexOf(0, length)
    if (end < 0) return undefined
    length = end + 1
  }
  if ((flags & has.checksum) !== 0) length += 2
  return length <= bytes.length ? length : undefined
}

export class Gunzip extends InnerUnpacker<InflateRaw> {
  /** What has come behind the last member. */
  #waiting = Buffer.alloc(0)
  #trailer = 0
  /** Goes on when a chunk has been unpacked, or the member has ended in it. */
  #onWritten: ((hasEnded: boolean) => void) | undefined
  #isOver = false

  override _transform (chunk: Buffer, coding: BufferEncoding, done: TransformCallback): void {
    if (chunk.length === 0 || this.#isOver) return done()
    if (this.inner) return this.#inflate(this.inner, chunk, coding, done)
    this.#waiting = Buffer.concat([this.#waiting, chunk])
    const member = this.#waiting.subarray(this.#trailer)
    const length = headerLength(member)
    if (length === undefined) return done(member.length > maxHeaderBytes ? new Error('a gzip header without end') : null)
    if (length === null) {
      if (this.#trailer === 0) return done(new Error('the answer is not in gzip'))
      this.#isOver = true
      this.push(null)
      return done()
    }
    this.#waiting = Buffer.alloc(0)
    this.inner = this.joined(createInflateRaw()).on('end', () => this.#onWritten?.(true))
    this._transform(member.subarray(length), coding, done)
  }

  #inflate (inner: InflateRaw, chunk: Buffer, coding: BufferEncoding, done: TransformCallback): void {
    const before = inner.bytesWritten
    this.#onWritten = hasEnded => {
      this.#onWritten = undefined
      if (!hasEnded) return done()
      this.inner = undefined
      this.#trailer = trailerBytes
      this._transform(chunk.subarray(inner.bytesWritten - before), coding, done)
    }
    inner.write(chunk, () => {
      if (this.inner === inner && !inner.destroyed) this.#onWritten?.(false)
    })
  }
}
