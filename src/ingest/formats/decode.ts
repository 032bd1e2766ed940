// Decodes text of unknown encoding.
import { isUtf8 } from 'node:buffer'

const marks: [encoding: string, mark: number[]][] = [['utf-8', [0xef, 0xbb, 0xbf]], ['utf-16le', [0xff, 0xfe]], ['utf-16be', [0xfe, 0xff]]]

/** How many bytes show whether a text is UTF-16. */
const utf16Sample = 4096
/** The least share of its letters that have a zero: nearly all in Europe; of East Asian ones, line ends and figures alone. */
const leastZeros = { european: 0.25, any: 0.01 }

/**
 * Decodes bytes by their byte order mark, else as UTF-16 where only every other byte is zero, else as UTF-8, else as the document
 * declares, else as Windows-1252, which has a letter for each byte. Line ends become `\n`.
 * @param declared the name of an encoding, as a meta element gives it
 */
export function decodeText (bytes: Uint8Array, declared?: string): string {
  return decode(bytes, declared).replace(/\r\n?/g, '\n')
}

function decode (bytes: Uint8Array, declared?: string): string {
  const found = markedEncoding(bytes) ?? unmarkedUtf16(bytes)
  if (found) return new TextDecoder(found).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder(resolveEncoding(declared)).decode(bytes)
  }
}

function markedEncoding (bytes: Uint8Array): string | undefined {
  return marks.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0]
}

/** Returns the byte order of UTF-16 without a mark, as some programs export tables; undefined for anything else. */
function unmarkedUtf16 (bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, utf16Sample)
  if (!sample.includes(0)) return undefined
  const zeros = [0, 0]
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) zeros[i % 2]!++
  const [even = 0, odd = 0] = zeros
  const share = Math.max(even, odd) * 2 / sample.length
  if (Math.min(even, odd) > 0 || share < (isUtf8(sample) ? leastZeros.european : leastZeros.any)) return undefined
  return even > 0 ? 'utf-16be' : 'utf-16le'
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
  const isOther = markedEncoding(bytes) !== undefined || unmarkedUtf16(bytes) !== undefined
  return !isOther && isUtf8(bytes) ? bytes : Buffer.from(decodeText(bytes))
}
