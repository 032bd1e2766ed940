// What unpackers share that hand the bytes on to a stream of Node's, which is made when the first of them have come.
import { Transform, type TransformCallback } from 'node:stream'

export class InnerUnpacker<Inner extends Transform = Transform> extends Transform {
  protected inner: Inner | undefined

  /** Returns a stream whose data and failure are this one's. */
  protected joined (inner: Inner): Inner {
    return inner.on('data', chunk => this.push(chunk)).on('error', error => this.destroy(error))
  }

  override _flush (done: TransformCallback): void {
    if (!this.inner) return done()
    this.inner.once('end', () => done()).end()
  }

  override _destroy (error: Error | null, done: (error: Error | null) => void): void {
    this.inner?.destroy()
    done(error)
  }
}
