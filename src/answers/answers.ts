// The port to running and stored answers.
import type { AnswerEvent, AnswerEvents, StartEvent, Subject } from '../types.ts'
import type { Encoder, WholeAnswer } from './log.ts'

/** Makes one answer: calls `emit` with each event, `start` first. The signal's reason is an AbortCause. Never throws. */
export type Producer = (answerId: string, signal: AbortSignal, emit: (event: AnswerEvent) => void) => Promise<void>

export interface OpenOptions {
  company: string
  /** Equal keys share one answer; null = never shared and never cached. */
  key: string | null
  /** Keep the answer going for a while after its last reader has left. */
  resumable: boolean
  conversationId: string
  /** The user who asks. */
  user?: string
  /** The asker's names in access lists of documents; absent when the answer rests on what everyone may see. */
  audience?: readonly string[]
  /** The user who asks; given when the answer should be findable by its conversation. */
  findableBy?: string
  produce: Producer
  /** The service asks by itself: it does not count as a question. */
  isWarmUp?: boolean | undefined
  /** Called with the last event of an answer that was made here, not of one that was joined. */
  onEnd? (last: AnswerEvent, answerId: string): void
}

/** One client's reader of an answer. It must be closed: an answer ends when its last reader leaves. */
export interface Reader {
  readonly answerId: string
  readonly cache: StartEvent['cache']
  /** Tells whether nothing more will come after the next `take`. */
  hasEnded (): boolean
  /** Tells whether the answer has ended and this reader has all of it. */
  isExhausted (): boolean
  /** Returns the new events since the last call, as the encoder's text; empty if there are none. */
  take (encoder: Encoder): string
  /** Returns the bytes of the whole answer if it has ended and nothing was taken yet; else null. */
  whole (encoder: Encoder): WholeAnswer | null
  /** Calls back once when `take` will return something, or the answer has ended. */
  wait (ready: () => void): void
  /** Returns every event, once the answer has ended, with `start` as this reader sees it. */
  all (): Promise<AnswerEvent[]>
  /** Calls back with every event when the answer has ended, even after this reader has left if it continues for others. */
  whenEnded (told: (events: AnswerEvents) => void): void
  close (): void
}

export interface AnswersStats {
  live: number
  readers: number
  kept: number
  kept_bytes: number
  kept_max_bytes: number
  hits: number
  joined: number
  misses: number
  stopped: number
  abandoned: number
  /** State shared with other instances; absent when nothing is shared. */
  redis?: SharedStats
}

export interface SharedStats {
  connected: boolean
  /** Why Redis cannot be used; null when it works. */
  problem: string | null
  reconnects: number
  timeouts: number
  /** The number of commands that Redis refused. */
  refused: number
  /** The number of questions that were not shared because Redis did not answer. */
  fallbacks: number
  /** The number of finished answers that came from another instance. */
  hits: number
  /** The number of followed answers whose instance had gone. */
  lost: number
  following: number
  /** The number of answers with events still to be written. */
  unwritten: number
}

/** A question whose answer may be kept. */
export type KeptOptions = Pick<OpenOptions, 'conversationId' | 'user'> & { key: string }

/** An answer that has ended, as one who asks the same again gets it. */
export interface KeptAnswer {
  readonly answerId: string
  readonly events: AnswerEvents
  /** Returns the bytes of the whole answer. */
  whole (encoder: Encoder): WholeAnswer
  /** Returns a reader of it. */
  read (): Reader
}

export interface Answers {
  /** Joins the finished or running answer of the key, or starts one. Throws OVERLOADED or SHUTTING_DOWN. */
  open (options: OpenOptions): Promise<Reader>
  /** Returns the finished answer of the key, if this process has it and `open` would give it; null otherwise. */
  findKept (options: KeptOptions): KeptAnswer | null
  /** Returns a reader of this company's answer (null = any company's), from event `from` on; null if there is no such answer. */
  join (company: string | null, answerId: string, from: number, user?: string): Promise<Reader | null>
  /**
   * Ends a running answer for a user. The user's readers get a last event; others read on, and the answer itself ends when
   * there are none. Without a user it ends, unless several users read it. Returns false if this company has no such answer.
   */
  stop (company: string | null, answerId: string, user?: string): Promise<boolean>
  /** Returns the id of the user's last answer in a conversation, among those with `findableBy`, or null. */
  findByConversation (company: string, user: string, conversationId: string): Promise<string | null>
  /**
   * Ends and forgets the answers of a company, or those that a user was the first to ask for, wherever they are kept. Returns
   * how many. Throws when some may still be kept.
   */
  erase (subject: Subject): Promise<number>
  stats (): AnswersStats
  /** Ends every running answer and resolves when all have ended. */
  close (): Promise<void>
}
