// The port to a language model.
import type { AnswerFormat, FoundPassage, Language, QueryTerm, Usage } from '../types.ts'
import type { Weights } from '../weights.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface ModelRequest {
  /** The company that asks: companies share the connections fairly. */
  company?: string
  /** The prompt, for a model that reads it. */
  messages: ChatMessage[]
  /** The question and its passages once more, for a model that reads them directly. */
  question: string
  language: Language
  documentsLanguage: Language
  terms: QueryTerm[]
  passages: FoundPassage[]
  /** The company's own weights of sentences, facts and indexes, for a model that quotes. */
  weights?: Pick<Weights, 'units' | 'indexes'>
  /** The company's own choice of model, if any. */
  model?: string
  /** Returns the messages with fewer passages, for a model that cannot read so many. Absent: nothing can be left out. */
  shorter?: (() => ChatMessage[]) | undefined
  maxTokens: number
  temperature: number
  /** Only for a model that `writesJson`. */
  format?: AnswerFormat | undefined
  /** Aborting it closes the connection to the model at once. */
  signal: AbortSignal
}

/** How an answer ended. */
export interface ModelEnd {
  reason: ModelEnding
  /** The tokens as the server counted them. */
  usage?: Usage
  /** The server marked the end and gave no reason, so something may be missing. */
  isUnexplained?: true
}

/**
 * Takes the next text of an answer, at once: nothing is read meanwhile, and it must not throw. Returns true when it has enough:
 * then the connection is closed, and the answer counts as one that stopped.
 */
export type TakeText = (text: string) => boolean | undefined

/** `no_answer`: the passages do not contain the answer. `filtered`: the server's content filter cut the answer. */
export type ModelEnding = 'stop' | 'length' | 'filtered' | 'no_answer'

export interface ModelStats {
  name: string
  kind: 'llm' | 'extractive'
  ready: boolean
  /** Why it is not ready, for an operator. */
  reason?: string
  requests: number
  retries: number
  fallbacks: number
  failures: number
}

export interface LanguageModel {
  /** The name that clients see; part of the cache key. */
  readonly name: string
  readonly kind: 'llm' | 'extractive'
  /** It can be made to write JSON. */
  readonly writesJson?: boolean
  /**
   * Streams one answer: calls `take` with its texts in order, never with an empty one, and resolves when it has ended.
   * Throws a coded `LLM_*` error, or the signal's reason once it is aborted; after that `take` is not called.
   */
  stream (request: ModelRequest, take: TakeText): Promise<ModelEnd>
  /** Loads the model on its server, so that the first question does not wait for it. Never throws. */
  warmUp (): Promise<void>
  stats (): ModelStats
  close (): Promise<void>
}

/** How a kind of model uses a request. The pipeline asks for this, and never for the kind. */
export interface ModelPolicy {
  /**
   * It reads `messages`, so the conversation, the page and the client's instructions make a difference, and long
   * passages are compressed to fit. Otherwise it picks sentences from `passages` as they are.
   */
  readsMessages: boolean
  /**
   * It reads on from one chunk to the next, so neighbouring chunks become one passage. Single sentences are picked better from
   * small chunks.
   */
  mergesNeighbours: boolean
  /**
   * It is asked whenever anything was found, and says itself that the passages do not hold the answer (no-answer.ts).
   * Otherwise the service must be sure before it quotes anything.
   */
  judgesPassages: boolean
  /** It can reword a text: a follow-up question, a digest, a summary. */
  rewords: boolean
}

const policies: Record<LanguageModel['kind'], ModelPolicy> = {
  llm: { readsMessages: true, mergesNeighbours: true, judgesPassages: true, rewords: true },
  extractive: { readsMessages: false, mergesNeighbours: false, judgesPassages: false, rewords: false },
}

export function policyOf ({ kind }: Pick<LanguageModel, 'kind'>): ModelPolicy {
  return policies[kind]
}
