// Writes texts to a response as the chunks of HTTP/1.1, each in one piece.
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** A response whose head is known. */
export interface Outgoing extends Writable {
  /** Sends the head by itself. */
  flushHeaders (): void
  /** Node divides the body into chunks. */
  chunkedEncoding?: boolean
  readonly socket?: unknown
}

export interface ChunkWriter {
  /** Returns false when the client should read before more is written. */
  write (text: string): boolean
  end (text: string): void
}

/**
 * Node writes length, text and line ends of a chunk as four pieces, which the socket gathers; as one text a write costs a fifth
 * less. Responses that have no chunks (HTTP/1.0), and those of no socket (an injected request), are written as they are.
 */
export function createChunkWriter (response: Outgoing): ChunkWriter {
  if (response.chunkedEncoding !== true || !(response.socket instanceof Socket)) {
    return {
      write: text => response.write(text),
      end (text) { response.end(text) },
    }
  }
  response.chunkedEncoding = false
  return {
    write (text) {
      const bytes = Buffer.byteLength(text)
      return response.write(chunk(text, bytes), encodingOf(text, bytes))
    },
    end (text) {
      const bytes = Buffer.byteLength(text)
      response.end(`${text === '' ? '' : chunk(text, bytes)}0\r\n\r\n`, encodingOf(text, bytes))
    },
  }
}

function chunk (text: string, bytes: number): string {
  return `${bytes.toString(16)}\r\n${text}\r\n`
}

/** ASCII needs no encoding. */
function encodingOf (text: string, bytes: number): BufferEncoding {
  return text.length === bytes ? 'latin1' : 'utf8'
}
