// Access lists: the groups and users that a document is for.
import { isWholeText } from '../whole-text.ts'

/** The key under which a document, a column or a front matter names its list, in any capitals. */
const accessKey = 'access'

/** Tells whether a key holds an access list, and so is no content. */
export function isAccessKey (key: string): boolean {
  return key.trim().toLowerCase() === accessKey
}

/** `group:staff` or `user:42`. */
const entryForm = /^(?:group|user):\S(?:.{0,298}\S)?$/su
const maxEntries = 100

/**
 * Reads an access list: a list of names, or a text with commas, semicolons, bars or lines between them. Returns undefined when
 * there is none, which means everyone of the company; an empty list is nobody. A list that cannot be read is null: its
 * document must not become everyone's.
 */
export function readAccess (given: unknown): string[] | null | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string') {
    const text = given.trim()
    if (text === '') return undefined
    const entries = text.replace(/^\[|\]$/g, '').split(/[,;|\n]/).map(entry => entry.trim().replace(/^(["'])(.*)\1$/su, '$2'))
    return checked(entries.filter(Boolean))
  }
  return Array.isArray(given) ? checked(given) : null
}

function checked (entries: unknown[]): string[] | null {
  if (entries.length > maxEntries || !entries.every(isEntry)) return null
  return [...new Set(entries.map(entry => entry.normalize('NFC')))].sort()
}

function isEntry (entry: unknown): entry is string {
  return typeof entry === 'string' && entryForm.test(entry) && isWholeText(entry)
}

/**
 * Returns the access list in a document as its company wrote it.
 * @param own the document's keys that hold one
 */
export function accessOf (
  raw: Record<string, unknown>, own: string[] = Object.keys(raw).filter(isAccessKey)
): string[] | null | undefined {
  if (own.length > 1) return null
  return own.length === 0 ? undefined : readAccess(raw[own[0]!])
}

export const accessHelp = 'An access list names groups and users: ["group:staff", "user:42"], a hundred at most.'
