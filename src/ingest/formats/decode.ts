// Decodes text of unknown encoding.
import { isUtf8 } from 'node:buffer'

const marks: [encoding: string, mark: number[]][] = [['utf-8', [0xef, 0xbb, 0xbf]], ['utf-16le', [0xff, 0xfe]], ['utf-16be', [0xfe, 0xff]]]

/**
 * Decodes bytes by their byte order mark, else as UTF-8, else as the document declares, else as Windows-1252, which
 * has a letter for each byte. Line ends become `\n`.
 * @param declared the name of an encoding, as a meta element gives it
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
    return new TextDecoder(resolveEncoding(declared)).decode(bytes)
  }
}

/** Returns the name of an encoding as TextDecoder has it; that of Windows-1252 for one that it does not know. */
export function resolveEncoding (label = 'windows-1252'): string {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return 'windows-1252'
  }
}

/** Converts bytes to UTF-8 without a byte order mark; returns the same bytes when they are that already. */
export function asUtf8 (bytes: Uint8Array): Uint8Array {
  const marked = marks.some(([, mark]) => mark.every((byte, i) => bytes[i] === byte))
  return !marked && isUtf8(bytes) ? bytes : Buffer.from(decodeText(bytes))
}
