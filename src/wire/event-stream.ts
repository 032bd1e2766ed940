// Turns a reader of an answer into a byte stream: at the client's pace, with a heartbeat while the answer is silent.
import { Readable } from 'node:stream'
import type { Reader } from '../answers/answers.ts'
import type { Encoder } from '../answers/log.ts'

/** A comment line of server-sent events: it keeps proxies from closing a silent stream, and clients ignore it. */
export const heartbeatComment = ': ping\n\n'

/**
 * Creates the stream, which owns the reader: it closes it when the answer ends, and when the client leaves (destroy).
 * A slow client holds back its own stream only: the rest of the answer stays in the log, once for all readers.
 */
export function createEventStream (reader: Reader, encoder: Encoder, heartbeatMs: number, heartbeat = heartbeatComment): Readable {
  const stream = new Readable({
    read: sendNext,
    destroy (error, done) {
      clearTimeout(silence)
      reader.close()
      done(error)
    },
  })
  const silence = setTimeout(() => {
    // A client that has not read the waiting bytes yet needs no sign of life.
    if (stream.readableLength === 0) stream.push(heartbeat)
    silence.refresh()
  }, heartbeatMs)

  function sendNext (): void {
    if (stream.destroyed) return
    const text = reader.take(encoder)
    if (text !== '') {
      silence.refresh()
      stream.push(text)
    }
    if (reader.ended) {
      // The client may read the end slowly, and nothing may follow it.
      clearTimeout(silence)
      stream.push(null)
    } else if (text === '') reader.wait(sendNext)
  }
  return stream
}
