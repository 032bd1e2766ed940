// Writes an upload to the disk as it arrives, which begins to keep it meanwhile: at the end little is left to wait for.
import type { FileHandle } from 'node:fs/promises'
import { coded } from '../errors.ts'

export interface SpoolWriter {
  /** Writes all the parts. Throws STORE_FULL or an error of the file system. */
  write (parts: Uint8Array[]): Promise<void>
  /** Resolves when everything would survive a power cut. */
  sync (): Promise<void>
  /** Resolves when nothing uses the file any more. */
  idle (): Promise<void>
}

/** Bytes after which the disk is told to begin. */
const aheadBytes = 8_388_608
/** The most parts of one write: the system's own limit. */
const maxParts = 1024

export function createSpoolWriter (file: FileHandle): SpoolWriter {
  let unsynced = 0
  let syncing: Promise<void> | undefined
  /** The system reports a failure once, and not again at the end. */
  let failure: unknown

  function syncAhead (): void {
    if (syncing) return
    unsynced = 0
    syncing = file.datasync().catch(error => { failure ??= error }).finally(() => { syncing = undefined })
  }

  return {
    async write (parts) {
      let left = parts.filter(({ length }) => length > 0)
      while (left.length > 0) {
        const { bytesWritten } = await file.writev(left.slice(0, maxParts))
        // A disk that fills up may accept some of the bytes without an error.
        if (bytesWritten === 0) throw coded('STORE_FULL')
        unsynced += bytesWritten
        left = after(left, bytesWritten)
      }
      if (unsynced >= aheadBytes) syncAhead()
    },
    async sync () {
      await syncing
      if (failure !== undefined) throw failure
      await file.sync()
    },
    idle: async () => syncing,
  }
}

/** Returns what is left of parts after a number of their bytes. */
function after (parts: Uint8Array[], bytes: number): Uint8Array[] {
  let rest = bytes
  const whole = parts.findIndex(({ length }) => (rest -= length) < 0)
  return whole < 0 ? [] : [parts[whole]!.subarray(parts[whole]!.length + rest), ...parts.slice(whole + 1)]
}
