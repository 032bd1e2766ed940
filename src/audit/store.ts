// The port to the record of who changed what: it is only ever added to.

export interface AuditEntry {
  /** Null: it concerns the whole service. */
  company: string | null
  /** `key.create`, `document.delete`, … */
  action: string
  /** What was changed: an id, or ids joined by `/`. Never a secret, never a text that people wrote. */
  target: string
  /** The id of the key that did it; null where none was needed. */
  key: string | null
  /** The user of a token; null for a key. `command line` for a command on this machine. */
  by: string | null
}

export interface StoredAuditEntry extends AuditEntry {
  /** Ascending; the position in lists. */
  n: number
  /** Ms since 1970. */
  at: number
}

export interface AuditFilter {
  company?: string | undefined
  /** At this time or later, in ms since 1970. */
  since?: number | undefined
  until?: number | undefined
  /** Only these: whole ones such as `key.create`, or their first parts, such as `key`. */
  actions?: readonly string[] | undefined
}

export interface AuditStore {
  add (entry: AuditEntry, at: number): Promise<void>
  /** Returns the newest first, of those before number `before`. */
  list (filter: AuditFilter, page: { before?: number | undefined, limit: number }): Promise<StoredAuditEntry[]>
  /** Deletes what is older. Returns how many. */
  expire (before: number): Promise<number>
}
