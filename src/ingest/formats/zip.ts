// Takes files out of a zip archive without ever unpacking more than is allowed.
import { unzipSync } from 'fflate'
import { rejected } from './rejection.ts'

/**
 * The wanted files of an archive. The sizes that the archive gives are added up before anything is unpacked, and a
 * file that is larger than its size says is cut there: what an archive claims is at most wrong, never dangerous.
 * Throws `too large when unpacked`, `encrypted` or `broken`.
 */
export function unzip (bytes: Uint8Array, wanted: (name: string) => boolean, mostBytes: number): Record<string, Uint8Array> {
  if (isEncrypted(bytes)) throw rejected('encrypted', 'it asks for a password')
  let total = 0
  try {
    return unzipSync(bytes, {
      filter ({ name, originalSize }) {
        if (!wanted(name)) return false
        total += originalSize
        if (total > mostBytes) throw rejected('too large when unpacked', `it holds more than ${Math.floor(mostBytes / 1e6)} MB of text`)
        return true
      }
    })
  } catch (error) {
    if (error instanceof Error && 'reason' in error) throw error
    throw rejected('broken', 'the archive cannot be unpacked', error)
  }
}

/** The names in an archive, as far as they can be read. */
export function namesOf (bytes: Uint8Array): string[] {
  const names: string[] = []
  try {
    unzipSync(bytes, { filter: ({ name }) => { names.push(name); return false } })
  } catch {
    // An archive that is broken is refused by whoever reads it; until then it is told by the names that were there.
  }
  return names
}

/** Whether the first file's header says so. */
function isEncrypted (bytes: Uint8Array): boolean {
  return bytes.length > 8 && (bytes[6]! & 1) === 1
}
