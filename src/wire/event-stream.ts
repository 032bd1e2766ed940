// A reader's answer as a byte stream: pulled at the client's pace, with a heartbeat in silence.
import { Readable } from 'node:stream'
import type { Reader } from '../answers/answers.ts'
import type { Encoder } from '../answers/log.ts'
import { heartbeat } from './sse.ts'

/**
 * The stream owns the reader: it closes it when it ends, and when the client is gone (destroy).
 * A slow client holds back its own stream only: what it has not taken stays in the log, once for all readers.
 */
export function createEventStream (reader: Reader, encoder: Encoder, heartbeatMs: number): Readable {
  const stream = new Readable({
    read: pump,
    destroy (error, done) {
      clearTimeout(silence)
      reader.close()
      done(error)
    },
  })
  const silence = setTimeout(() => {
    // A client that does not even take what is there needs no sign of life.
    if (stream.readableLength === 0) stream.push(heartbeat)
    silence.refresh()
  }, heartbeatMs)

  function pump (): void {
    if (stream.destroyed) return
    const text = reader.take(encoder)
    if (text !== '') {
      silence.refresh()
      stream.push(text)
    }
    if (reader.ended) {
      // The client may take its time to the end, and nothing may follow it.
      clearTimeout(silence)
      stream.push(null)
    } else if (text === '') reader.wait(pump)
  }
  return stream
}
