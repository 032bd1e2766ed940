// Answers in the making and answers kept: the port.
import type { AnswerEvent, StartEvent } from '../types.ts'
import type { AbortCause, Encoder } from './log.ts'

/** Makes one answer. The first event is `start`; a signal's reason is an AbortCause. It never throws. */
export type Producer = (answerId: string, signal: AbortSignal) => AsyncIterable<AnswerEvent>

export interface OpenOptions {
  company: string
  /** Equal keys share one answer; null = never shared and never kept as a cache entry. */
  key: string | null
  /** Keep the answer going for a while when its last reader has left. */
  resumable: boolean
  conversationId: string
  /** Who asks; given when the answer is to be found by its conversation. */
  findableBy?: string
  produce: Producer
  /** Told the last event of an answer that was made, not of one that was joined. */
  onEnd? (last: AnswerEvent, answerId: string): void
}

/** One client's place in an answer. It must be closed: the last one that leaves ends the answer. */
export interface Reader {
  readonly answerId: string
  readonly cache: StartEvent['cache']
  /** Whether nothing more will come after what `take` returns. */
  readonly ended: boolean
  /** Whether the answer has ended and this reader has had all of it. */
  readonly exhausted: boolean
  /** What is new since the last call, as the encoder's text; empty when nothing is. */
  take (encoder: Encoder): string
  /** The whole answer in one piece, when it has ended and nothing was taken yet; else null. */
  whole (encoder: Encoder): Buffer | null
  /** Calls back once when `take` will return something, or the answer has ended. */
  wait (ready: () => void): void
  /** Every event, once the answer has ended, with `start` as this reader sees it. */
  all (): Promise<AnswerEvent[]>
  /** Calls back with every event when the answer has ended, also after this reader has left, if it goes on for others. */
  whenEnded (told: (events: readonly AnswerEvent[]) => void): void
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
  /** What is shared with other instances; absent when nothing is. */
  redis?: SharedStats
}

export interface SharedStats {
  connected: boolean
  /** Why Redis cannot be used; null when it can. */
  problem: string | null
  reconnects: number
  timeouts: number
  /** Commands that Redis refused. */
  refused: number
  /** Questions that were not shared because Redis did not answer. */
  fallbacks: number
  /** Finished answers that another instance had made. */
  hits: number
  /** Followed answers whose instance was gone. */
  lost: number
  following: number
  /** Answers of which something is still to be written. */
  unwritten: number
}

export interface Answers {
  /** Joins the finished or running answer of the key, or starts one. Throws OVERLOADED or SHUTTING_DOWN. */
  open (options: OpenOptions): Promise<Reader>
  /** A place in an answer of this company (null = of any), at event `from`. null when there is none. */
  join (company: string | null, answerId: string, from: number): Promise<Reader | null>
  /** Ends a running answer with `cause`; its readers get its last event. False when there is none of this company. */
  stop (company: string | null, answerId: string, cause?: AbortCause): Promise<boolean>
  /** Returns the id of the user's last answer in a conversation, among those with `findableBy`; null when none is known. */
  findByConversation (company: string, user: string, conversationId: string): Promise<string | null>
  stats (): AnswersStats
  /** Ends every running answer and resolves when all have ended. */
  close (): Promise<void>
}
