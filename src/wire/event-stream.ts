// Writes the answer that a reader reads to a client as it comes: at the client's pace, with a heartbeat while the answer is silent.
import type { Reader } from '../answers/answers.ts'
import type { Encoder } from '../answers/log.ts'
import { createChunkWriter, type Outgoing } from './chunk-writer.ts'

/** A comment line of server-sent events: it keeps proxies from closing a silent stream, and clients ignore it. */
export const heartbeatComment = ': ping\n\n'

/** More than this is not written with the end: a connection with an ended response counts as idle, also while its client reads. */
const maxLastChars = 16_384

/**
 * Writes the answer, and closes the reader when the answer has ended, and when the client leaves. A slow client holds back its
 * own stream only: the rest of the answer stays in the log, once for all readers.
 *
 * It writes to the response itself: a stream between them would cost each token a buffer and several calls.
 */
export function writeEventStream (
  response: Outgoing, reader: Reader, encoder: Encoder, heartbeatMs: number, heartbeat = heartbeatComment,
): void {
  const { write, end } = createChunkWriter(response)
  let isOver = false
  const silence = setTimeout(() => {
    beat()
    silence.refresh()
  }, heartbeatMs)

  function beat (): void {
    // A client that has not read the waiting bytes yet needs no sign of life.
    if (!isOver && response.writableLength === 0) write(heartbeat)
  }

  function stop (): void {
    isOver = true
    clearTimeout(silence)
    reader.close()
  }

  function writeNext (): void {
    if (isOver) return
    const text = reader.take(encoder)
    if (reader.hasEnded() && text.length <= maxLastChars) {
      stop()
      end(text)
    } else if (text === '') reader.wait(writeNext)
    else {
      silence.refresh()
      if (!write(text)) response.once('drain', writeNext)
      else if (reader.hasEnded()) writeNext()
      else reader.wait(writeNext)
    }
  }

  response.once('close', stop).on('sign', beat)
  if (response.destroyed) return stop()
  writeNext()
  // The client learns that it is answered, even when the first event takes its time.
  if (!isOver && response.writableLength === 0) response.flushHeaders()
}
