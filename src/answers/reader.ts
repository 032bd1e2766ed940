// Reads the log of an answer for one client.
import type { Reader } from './answers.ts'
import { seenBy, type AnswerLog, type ReaderStart } from './log.ts'

/** @param left called once, when the reader is closed */
export function createReader (log: AnswerLog, from: number, own: ReaderStart, left: () => void): Reader {
  let next = from
  let cancel = () => {}
  let closed = false
  return {
    answerId: log.id,
    cache: own.cache,
    get ended () { return log.ended },
    get exhausted () { return log.ended && next >= log.length },
    take (encoder) {
      if (next >= log.length) return ''
      const text = log.encoded(encoder, next, own)
      next = log.length
      return text
    },
    whole (encoder) {
      if (!log.ended || next > 0) return null
      next = log.length
      const start = encoder.encode(seenBy(log.at(0)!, own), log.id, 0, [])
      return Buffer.concat([Buffer.from(start), log.tail(encoder)])
    },
    wait (ready) {
      cancel = log.wait(next, ready)
    },
    all () {
      return new Promise(resolve => {
        const check = () => {
          if (!log.ended) {
            cancel = log.wait(log.length, check)
            return
          }
          const events = Array.from({ length: log.length }, (_, n) => log.at(n))
          events[0] = seenBy(events[0]!, own)
          resolve(events)
        }
        check()
      })
    },
    whenEnded: log.whenEnded,
    close () {
      if (closed) return
      closed = true
      cancel()
      left()
    },
  }
}
