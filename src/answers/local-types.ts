// What the answers of this process need from their surroundings, and offer to them.
import type { Answers, AnswersStats, OpenOptions, Reader } from './answers.ts'
import type { KeptFormat } from './ended-log.ts'
import type { AbortCause, AnswerLog, ReadableLog, ReaderStart } from './log.ts'

export interface LocalAnswersOptions {
  /** How long a finished answer can be reused, in milliseconds; 0 = never. */
  cacheTtlMs: number
  cacheMaxBytes: number
  /** The format that ended answers are kept in, whatever else is made of them: the one that is asked for most. */
  keptFormat: KeptFormat
  /** How long a resumable answer continues without readers, and how long any ended one can be joined by its id. */
  graceMs: number
  logMaxBytes: number
  maxLive: number
  /** Called when a producer threw, which is a bug. */
  onError: (error: unknown) => void
}

/** Connects the answers made here to other instances. */
export interface OtherInstances {
  /** Called when an answer starts here. */
  onStarted (log: AnswerLog): void
  /** Called when an answer is ended early: from now on it cannot be joined by its key. */
  onEnding (log: AnswerLog): void
  /** Called when an answer has no readers here. Resolves with true if it has none elsewhere; then it is ended. Never rejects. */
  onAbandoned (log: AnswerLog): Promise<boolean>
}

/** The origin of an answer that is made elsewhere. Its follower appends its events to its log. */
export interface Origin {
  stop (cause: AbortCause, user?: string): void
  /** Called when the answer should continue for the grace period after its last reader has left. */
  keepGoing (): void
  /** Called when the answer has no readers here any more: it need not be followed. */
  leave (): void
}

export interface LocalAnswers {
  /** Returns a reader of the finished or running answer to an equal question. */
  find (asked: OpenOptions): Reader | null
  findKept: Answers['findKept']
  /** Throws OVERLOADED or SHUTTING_DOWN when the company cannot start an answer. */
  checkCapacity (company: string): void
  /** Starts an answer. Throws as `checkCapacity` does. */
  start (asked: OpenOptions, id?: string): Reader
  /** Joins an answer made elsewhere, whose log has a unique id. Throws as `checkCapacity` does. */
  follow (log: AnswerLog, resumable: boolean, origin: Origin): void
  /** Ends an answer that was followed; it is kept if it ended by itself. */
  followed (log: AnswerLog): void
  /** Keeps an answer that ended elsewhere for that many more milliseconds, to be reused and found by its id. */
  adopt (log: AnswerLog, freshMs: number, keptMs: number): void
  /** Returns a reader of a log, which may no longer be running or kept. */
  read (log: ReadableLog, from: number, own: ReaderStart): Reader
  /** Works as in the port, on the answers of this process. `conversation` is the one it was asked in. */
  join (company: string | null, answerId: string, from: number, user?: string, conversation?: string): Reader | null
  stop (company: string | null, answerId: string, cause: AbortCause, user?: string): boolean
  /** Marks the answer as resumable, as if a client had asked for that. */
  keepGoing (answerId: string): void
  /** Tells that an answer has no readers elsewhere any more: without readers here, it has none at all. */
  leftElsewhere (answerId: string): void
  /** Ends and forgets the answers that match; resolves with their ids when they have ended. */
  forget (matches: (log: ReadableLog) => boolean): Promise<string[]>
  stats (): AnswersStats
  close (): Promise<void>
}
