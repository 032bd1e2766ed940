// The reasons for rejecting a file, which callers may rely on, and the error that carries one.
import { coded } from '../../errors.ts'
import type { CodedError } from '../../errors.ts'

export const rejectionReasons = [
  'broken', 'empty', 'encrypted', 'no readable text', 'took too long', 'too deep', 'too large when unpacked', 'too many pages',
  'too much memory', 'unknown format',
] as const

export type RejectionReason = typeof rejectionReasons[number]

/** FILE_REJECTED with its reason, which the second sentence of the message begins with too. */
export type Rejection = CodedError & { readonly reason: RejectionReason }

/**
 * Makes a rejection.
 * @param detail advice, or the position in the file; never the content of the file
 */
export function rejected (reason: RejectionReason, detail?: string, cause?: unknown): Rejection {
  return Object.assign(coded('FILE_REJECTED', detail ? `${reason}: ${detail}` : reason, cause), { reason })
}

export function isRejection (error: unknown): error is Rejection {
  return error instanceof Error && 'code' in error && error.code === 'FILE_REJECTED' && 'reason' in error
}
