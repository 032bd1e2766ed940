// Converts errors of the file system and of SQLite to coded errors.
import { CodedError, coded } from './errors.ts'

const busyCode = 5
const lockedCode = 6

/** Tells whether an error of SQLite says that another connection has locked the file. */
export function isLocked (error: unknown): boolean {
  const { errcode } = (error ?? {}) as { errcode?: number }
  return errcode !== undefined && [busyCode, lockedCode].includes(errcode & 0xff)
}

/** Returns an error of SQLite or of the file system as a coded one, and any other error as it is. */
export function asStoreError (error: unknown): unknown {
  if (error instanceof CodedError) return error
  // Primary result code: https://sqlite.org/rescode.html; the extended one is in the high bytes.
  const { errcode, code } = error as { errcode?: number, code?: string }
  switch (errcode === undefined ? code : errcode & 0xff) {
    case 11: case 26: return coded('STORE_CORRUPT', undefined, error)
    case 13: case 'ENOSPC': case 'EDQUOT': return coded('STORE_FULL', undefined, error)
    case 3: case 8: case 10: case 14: case 23:
    case 'EACCES': case 'EPERM': case 'EROFS': case 'ENOTDIR': case 'EISDIR': case 'EEXIST': case 'ENOENT': case 'ELOOP': case 'EIO':
      return coded('STORE_UNREADABLE', undefined, error)
    case busyCode: case lockedCode: return coded('SEARCH_UNAVAILABLE', 'The database is busy.', error)
    default: return error
  }
}
