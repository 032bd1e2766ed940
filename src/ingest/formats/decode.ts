// The text of bytes whose encoding nobody is sure of.
import { isUtf8 } from 'node:buffer'

const marks: [encoding: string, mark: number[]][] = [['utf-8', [0xef, 0xbb, 0xbf]], ['utf-16le', [0xff, 0xfe]], ['utf-16be', [0xfe, 0xff]]]

/**
 * Reads bytes by their byte order mark, else as UTF-8, else by what the document says of itself, else as
 * Windows-1252, which has a letter for each byte. Line ends become `\n`.
 * @param declared an encoding's name, as a meta element gives it
 */
export function decodeText (bytes: Uint8Array, declared?: string): string {
  return decode(bytes, declared).replace(/\r\n?/g, '\n')
}

function decode (bytes: Uint8Array, declared?: string): string {
  const [marked] = marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? []
  if (marked) return new TextDecoder(marked).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder(known(declared)).decode(bytes)
  }
}

function known (label = 'windows-1252'): string {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return 'windows-1252'
  }
}

/** The same bytes when they are UTF-8 without a mark, else what they say, as UTF-8. */
export function asUtf8 (bytes: Uint8Array): Uint8Array {
  const marked = marks.some(([, mark]) => mark.every((byte, i) => bytes[i] === byte))
  return !marked && isUtf8(bytes) ? bytes : Buffer.from(decodeText(bytes))
}
