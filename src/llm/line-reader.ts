// Reads a body of one JSON object per line.
import { brokenAnswer } from './failures.ts'
import { maxChunkChars, type BodyParser } from './stream-decoder.ts'

/** @param readLine takes each line, and the last one also without its line end */
export function createLineReader (readLine: (line: string) => void): BodyParser {
  let line = ''
  return {
    feed (text) {
      let start = 0
      for (;;) {
        const end = text.indexOf('\n', start)
        if (end === -1) break
        readLine(line + text.slice(start, end))
        line = ''
        start = end + 1
      }
      line += text.slice(start)
      if (line.length > maxChunkChars) throw brokenAnswer('a line without end')
    },
    end () {
      readLine(line)
    },
  }
}
