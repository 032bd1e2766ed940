// Unpacks files from a zip archive, never more than is allowed.
import { unzipSync } from 'fflate'
import { rejected } from './rejection.ts'

/**
 * Unpacks the wanted files of an archive. Adds up the sizes that the archive declares before it unpacks anything, and
 * cuts a file that is larger than declared at that size: a false size can be wrong, but never dangerous.
 * Throws `too large when unpacked`, `encrypted` or `broken`.
 */
export function unzip (bytes: Uint8Array, wanted: (name: string) => boolean, maxBytes: number): Record<string, Uint8Array> {
  if (isEncrypted(bytes)) throw rejected('encrypted', 'it asks for a password')
  let total = 0
  try {
    return unzipSync(bytes, {
      filter ({ name, originalSize }) {
        if (!wanted(name)) return false
        total += originalSize
        if (total > maxBytes) throw rejected('too large when unpacked', `it holds more than ${Math.floor(maxBytes / 1e6)} MB of text`)
        return true
      }
    })
  } catch (error) {
    if (error instanceof Error && 'reason' in error) throw error
    throw rejected('broken', 'the archive cannot be unpacked', error)
  }
}

/** Returns the file names in an archive, as far as they can be read. */
export function namesOf (bytes: Uint8Array): string[] {
  const names: string[] = []
  try {
    unzipSync(bytes, { filter: ({ name }) => { names.push(name); return false } })
  } catch {
    // The reader rejects a broken archive; until then the names found so far tell its format.
  }
  return names
}

/** Tells if the first file's header says that it is encrypted. */
function isEncrypted (bytes: Uint8Array): boolean {
  return bytes.length > 8 && (bytes[6]! & 1) === 1
}
