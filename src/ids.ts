// The forms of ids. They become file names, index names (`<company>__<kind>`) and parts of cache keys.
import { hash, randomBytes } from 'node:crypto'

/** No `/`, `.` or `__`, and no `_` at the end, where `__` follows in the name of an index. */
export const companyIdPattern = '^(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9-])?$'
export const indexKindPattern = '^(?!.*__)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'

/** Returns what stands for a user where the name itself must not be readable. */
export function hashOfUser (company: string, user: string): string {
  return hash('sha256', JSON.stringify([company, user]), 'base64url')
}

/**
 * Returns a UUID of version 7: the time, then 74 random bits. A user's new ids stand beside one another in an index, which
 * writes a fraction of the pages that ids without order would.
 */
export function newId (): string {
  const ms = Date.now()
  if (ms !== last.ms) {
    const digits = ms.toString(16).padStart(12, '0')
    last = { ms, start: `${digits.slice(0, 8)}-${digits.slice(8)}-7` }
  }
  const variant = '89ab'[parseInt(randomDigits(1), 16) & 3]!
  return `${last.start}${randomDigits(3)}-${variant}${randomDigits(3)}-${randomDigits(12)}`
}
let last = { ms: NaN, start: '' }

/** Random digits, drawn for a few hundred ids at once: drawing them one by one takes most of the time that an id takes. */
let drawn = ''
let used = 0

function randomDigits (n: number): string {
  if (used + n > drawn.length) {
    drawn = randomBytes(4096).toString('hex')
    used = 0
  }
  used += n
  return drawn.slice(used - n, used)
}

/** Returns a random id of a kind of record, such as `gap_…`. */
export function newRecordId (kind: 'eval' | 'gap' | 'lrn'): string {
  return `${kind}_${randomBytes(9).toString('base64url')}`
}
