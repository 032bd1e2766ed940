// The types that every part of the service shares.
import type { OwnWeights } from './weights.ts'

/** A language with stop words and a stemmer; `und` means any other, which has neither. */
export type Language = 'fr' | 'en' | 'es' | 'de' | 'und'

/** The languages in which the service replies to a message that asks nothing. */
export type CourtesyLanguage = 'en' | 'fr' | 'de' | 'es' | 'it' | 'nl' | 'pt'
/** The kinds of messages that ask nothing. */
export type CourtesyKind = 'greeting' | 'wellbeing' | 'identity' | 'complaint' | 'thanks' | 'goodbye' | 'acknowledgement'

/** The service's own texts: it did not find the answer, or it replies to a courtesy. */
export type CompanyTextName = 'not_found' | CourtesyKind
/** In the company's language, or by language. */
export type CompanyText = string | Partial<Record<CourtesyLanguage, string>>

/** How to read the documents of one index. The keys are the documents' own. */
export interface FieldMapping {
  /** The key that holds the title, if there is one. */
  title?: string
  /** The keys that hold running text, in order. Without text, title and fields the mapping is guessed. */
  text: string[]
  /** The key that holds the address a person can open. */
  url?: string
  /** Short facts shown as `Label: value`: document key → label. */
  fields?: Record<string, string>
  /** The embedding model of this index, one of EMBEDDING_MODELS; the first of them when absent. */
  model?: string
  /** The Meilisearch index of its documents; `<company id>__<kind>` when absent. */
  uid?: string
}

/** What a company may use of the language model in a day; past it answers are made without. */
export interface Budget {
  questions_per_day?: number
  /** Read and written. */
  tokens_per_day?: number
  /** The same for single keys, by their ids, such as those of sites. */
  keys?: Record<string, Omit<Budget, 'keys'>>
}

/** A company's settings, from the profile store. */
export interface CompanyProfile {
  id: string
  name: string
  language: Language
  /** The company's own system prompt; empty = the default of its language. */
  systemPrompt: string
  /** Index kind (`products`, `faq`, …) → how to read its documents. */
  indexes: Record<string, FieldMapping>
  /** The LLM to ask for this company, instead of LLM_MODEL. */
  model?: string
  /** Answer with "not found" and without the LLM when nothing relevant was found. Default true. */
  refuseWithoutPassages: boolean
  /** Questions that are answered in advance. */
  commonQuestions: string[]
  /** The company's own words for the service's texts; absent: the service's. */
  texts?: Partial<Record<CompanyTextName, CompanyText>>
  /** Absent: no limit. */
  budget?: Budget
  /** Changes whenever anything above but the common questions and the budget changes; part of every cache key. */
  version: string
  /** What it has learnt; absent: the shipped weights. */
  weights?: OwnWeights
}

/** A chunk of a company's documents, found for a question. */
export interface Passage {
  /** `<index>/<document id>`, unique within the company. */
  id: string
  index: string
  title: string
  text: string
  url: string
  /** Short facts in the order of the mapping: [label, value]. */
  fields: [label: string, value: string][]
  /** The headings above it, the outermost first; absent when there are none. */
  heading?: string
  /** The page that it begins on, from 1. */
  page?: number
  /** Other documents with the same passage; absent when there are none. */
  places?: Place[]
  /** Fused evidence, 0 to 1, the best first. */
  score: number
}

/** Another document that contains a passage. */
export interface Place {
  title: string
  url: string
  heading?: string
  page?: number
}

/** How a word of the question occurs in the company's documents. */
export interface QueryTerm {
  word: string
  stem: string
  /** `ln(1 + (N - n + 0.5) / (n + 0.5))`, n = documents that contain it (or its correction); highest when none does. */
  idf: number
  /** True if any document contains it, as it is or corrected. */
  known: boolean
  /** The stems that were searched instead, when it was taken for a misspelling. */
  corrections: string[]
  /** The word that it is a misspelling of; absent when that is not sure enough to read the question with it. */
  respelled?: string
  /** Stems of compounds that documents hold, made of the word and its neighbour: each stands for it. Absent: there are none. */
  compounds?: string[]
  /** Stems of its own parts, when it is a compound that no document holds: all together stand for it. Absent: it is none. */
  parts?: string[]
  /** Stems of other words that say the same, when no document holds the word itself: each stands for it. Absent: there are none. */
  synonyms?: string[]
}

export interface FoundPassage extends Passage {
  /** Its share of the highest keyword score, 0 to 1; absent when no keyword found it. */
  keyword?: number
  /** Cosine to the question, −1 to 1; null when there are no vectors. */
  similarity: number | null
  /** The document's id in its index, and the passage's position among its chunks, from 0; absent for a whole document. */
  document?: string
  n?: number
  /** The stems of its title, text and facts, each between spaces. */
  stems: string
  /** Positions in the question's terms of the words that its title, text or fields contain. */
  matched: number[]
}

/** One question of a conversation with its answer. */
export interface Turn {
  question: string
  /** The question as it was searched, if it had to be completed from the conversation. */
  standalone?: string
  /** Without citation marks: their numbers mean nothing later. */
  answer: string
  /** Titles of the cited sources, in the order of their first citation. */
  cited: string[]
}

/** The conversation before a question, oldest first. */
export interface History {
  /** Summary of the turns before these; empty when there were none. */
  digest: string
  turns: Turn[]
}

/** The page that a question is asked on. */
export interface Page {
  path?: string
  title?: string
  hints?: string[]
}

/** The form of an answer that is data instead of text, and the request's field that asks for it. */
export type AnswerFormat =
  | { type: 'json_object', field: string }
  | { type: 'json_schema', field: string, name: string, schema: object, strict?: boolean }

/** A question as a client sends it, whatever the wire format: everything except the user and the company. */
export interface QuestionRequest {
  message: string
  /** A new id is made when absent. */
  conversation?: string | undefined
  /** The conversation so far, from a client that keeps it itself. Absent: the stored conversation is continued. */
  history?: History | undefined
  /** The client's own system message. */
  instructions?: string | undefined
  /** Guessed when absent. */
  language?: string | undefined
  /** The index kinds to search; all of them when absent. */
  indexes?: string[] | undefined
  /** Conditions on the fields of documents, as the client wrote them. */
  filter?: unknown
  page?: Page | undefined
  maxTokens?: number | undefined
  temperature?: number | undefined
  /** The answer ends before any of these texts. */
  stop?: string[] | undefined
  /** The answer is JSON instead of text with citations. */
  format?: AnswerFormat | undefined
  /** Keeps the answer running for a while after its last reader has left. */
  resumable?: boolean | undefined
  /** Makes a new answer even where a cached one exists. */
  fresh?: boolean | undefined
  /** A test or an evaluation: the question leaves no trace. */
  isUnrecorded?: boolean | undefined
  /** `false`: never searches the web. */
  web?: boolean | undefined
  /** A hash of the name that the client gave its request: sent again with it, it makes one turn of its conversation. */
  requestKey?: string | undefined
  /** The conversation is continued after this answer, which must be one of its own. */
  after?: string | undefined
  /** Every answer becomes a turn, even to a message that asks nothing: it can be continued `after` it. */
  continuable?: boolean | undefined
  /** Lets the running answer be found by its conversation. */
  findable?: boolean | undefined
}

/** Whose data is erased: everything of a company, or of one of its users. */
export interface Subject {
  company: string
  user?: string
}

/** A passage as the client sees it. */
export interface Source {
  n: number
  id: string
  index: string
  title: string
  url: string
  score: number
  snippet: string
  heading?: string
  page?: number
  /** Other documents with the same passage. */
  places?: Place[]
}

export interface Usage {
  input_tokens: number
  output_tokens: number
}

/** `content_filter`: the language model's server cut the answer. */
export type FinishReason = 'stop' | 'length' | 'stopped' | 'no_answer' | 'content_filter'
export type AnsweredBy = 'llm' | 'extractive' | 'faq' | 'similar' | 'smalltalk'

/** Milliseconds; `total` is from the question's arrival to its last event. */
export interface Timings {
  prompt: number
  embed: number
  search: number
  first_token: number
  total: number
}

export interface StartEvent {
  type: 'start'
  answer_id: string
  conversation_id: string
  company_id: string
  model: string
  cache: 'miss' | 'hit' | 'joined'
}
export interface SourcesEvent { type: 'sources', sources: Source[] }
export interface DeltaEvent {
  type: 'delta'
  text: string
  /** The text says that nothing was found, where JSON was asked for. */
  isRefusal?: true
}
export interface FinishEvent {
  type: 'finish'
  finish_reason: FinishReason
  answered_by: AnsweredBy
  /** The `n` of the sources that the text cites, ascending. */
  citations: number[]
  degraded: boolean
  /** Why it is degraded; absent otherwise. */
  degraded_reason?: string
  /** The question as it was understood, if it had to be completed from the conversation. */
  standalone_question?: string
  usage: Usage
  timings_ms: Timings
}
export interface ErrorEvent {
  type: 'error'
  code: string
  message: string
  status: number
  retryable: boolean
  /** How long the language model's server asks to be left alone. */
  retry_after_seconds?: number
}

/** The events of an answer: one `start`, then `sources` and `delta`, then exactly one `finish` or `error`. */
export type AnswerEvent = StartEvent | SourcesEvent | DeltaEvent | FinishEvent | ErrorEvent

/** The events of a whole answer. Of one that is kept, the first and the last are at hand, and the others are read from its bytes. */
export interface AnswerEvents extends Iterable<AnswerEvent> {
  readonly length: number
  at (n: number): AnswerEvent | undefined
}
