// The port to the state of sources: what the commands that keep an index in sync with pages or a folder last reported.

export const sourceKinds = ['crawl', 'watch'] as const
export const sourceStates = ['running', 'waiting', 'following', 'ended', 'failed'] as const

/** What a command says of itself. */
export interface SourceReport {
  /** The same for each run of the same command. */
  id: string
  kind: typeof sourceKinds[number]
  index: string
  /** The folder, or the addresses that it begins with. */
  place: string
  state: typeof sourceStates[number]
  /** Of the last run, or since it follows. */
  changed: number
  unchanged: number
  gone: number
  failed: number
  /** What could not be read or was rejected, some of it. */
  problems: readonly string[]
  /** Within how many seconds it will report again; null = it does not say. */
  nextInSeconds: number | null
}

export interface StoredSource extends SourceReport {
  /** When it was reported, ms since 1970. */
  at: number
}

export interface SourceStore {
  put (company: string, source: StoredSource): Promise<void>
  /** Returns all of them, the newest report first. */
  list (company: string): Promise<StoredSource[]>
  /** Returns false when there is none. */
  remove (company: string, id: string): Promise<boolean>
  /** Forgets all of a company. Returns how many there were. */
  erase (company: string): Promise<number>
  /** Forgets what was reported to this instance of a company that another one has deleted: it is not to come back from here. */
  forget (company: string): Promise<void>
}

/** The most sources of a company; beyond it the one heard of longest ago is forgotten. */
export const maxSources = 100
/** Beyond twice the time that it named and this, a source should have been heard of. */
const graceMs = 60_000

/** Tells whether a source has not reported although it should have. */
export function isOverdue ({ at, nextInSeconds, state }: StoredSource, now: number): boolean {
  return nextInSeconds !== null && state !== 'ended' && state !== 'failed' && now > at + 2000 * nextInSeconds + graceMs
}
