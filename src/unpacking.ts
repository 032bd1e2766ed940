// Refuses a compressed body that grows out of proportion, before it has filled a disk.
import { Transform, type Readable } from 'node:stream'
import { coded } from './errors.ts'

/** Text becomes five to thirty times larger; logs and tables rarely fifty times. */
const maxGrowth = 100
/** A body may be as large as this, however small it was when it was sent. */
const alwaysBytes = 1_000_000
/** How much of a refused body is still unpacked and thrown away, so that its client reads the answer. */
const wastedBytes = 200_000_000

/** A decompressed body that knows how many bytes have arrived. */
type Unpacked = Readable & { receivedEncodedLength?: number }

/** Returns the same body. Its stream fails with BODY_TOO_LARGE as soon as it has grown too much. */
export function limitUnpacking (body: Unpacked): Unpacked {
  let bytes = 0
  const limited: Unpacked = new Transform({
    transform (chunk: Buffer, _, done) {
      bytes += chunk.length
      const isTooMuch = bytes > alwaysBytes && bytes > maxGrowth * (body.receivedEncodedLength ?? 0)
      if (isTooMuch) done(coded('BODY_TOO_LARGE', `It grows more than ${maxGrowth}-fold when unpacked. Send it in parts, or as it is.`))
      else done(null, chunk)
    },
  })
  // Fastify compares this with the Content-Length.
  Object.defineProperty(limited, 'receivedEncodedLength', { get: () => body.receivedEncodedLength })
  body.once('error', error => limited.destroy(error))
  // Not the body itself is destroyed: that would close the connection before the answer.
  limited.once('error', () => {
    body.unpipe()
    let left = wastedBytes
    body.on('data', (chunk: Buffer) => { if ((left -= chunk.length) < 0) body.destroy() })
  })
  return body.pipe(limited as Transform)
}
