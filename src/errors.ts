// The table of coded errors: the status and message of each, and whether a retry may help.
import type { ErrorEvent } from './types.ts'

interface ErrorKind {
  status: number
  /** The same request may succeed a little later. */
  retryable: boolean
  message: string
}

const kinds = {
  // The request
  INVALID_REQUEST: { status: 400, retryable: false, message: 'The request is not valid HTTP.' },
  INVALID_JSON: { status: 400, retryable: false, message: 'The body is not valid JSON.' },
  INVALID_BODY: { status: 400, retryable: false, message: 'The body does not fit the schema.' },
  INVALID_TEXT: { status: 400, retryable: false, message: 'The text contains a NUL or a lone surrogate. Send well-formed Unicode.' },
  MESSAGE_EMPTY: { status: 400, retryable: false, message: 'The message is empty.' },
  MESSAGE_TOO_LONG: { status: 400, retryable: false, message: 'The message is too long.' },
  NOT_SUPPORTED: { status: 400, retryable: false, message: 'The request asks for something that this service does not support.' },
  INVALID_FILTER: { status: 400, retryable: false, message: 'The filter cannot be read.' },
  UNKNOWN_INDEX: { status: 400, retryable: false, message: 'The company has no such index.' },
  ADDRESS_REFUSED: { status: 400, retryable: false, message: 'Requests to this address are not allowed.' },
  INVALID_EVENT_ID: { status: 400, retryable: false, message: 'Last-Event-ID does not belong to this answer.' },
  KEY_MISSING: { status: 401, retryable: false, message: 'A key is required: send "Authorization: Bearer <key>".' },
  KEY_INVALID: { status: 401, retryable: false, message: 'The key is unknown, revoked or expired.' },
  TOKEN_EXPIRED: { status: 401, retryable: false, message: 'The token has expired. Get a new one.' },
  TOKEN_INVALID: { status: 401, retryable: false, message: 'The token is not valid.' },
  SIGNATURE_INVALID: { status: 401, retryable: false, message: 'The message is not signed with the secret of this webhook.' },
  SCOPE_MISSING: { status: 403, retryable: false, message: 'The key may not do this.' },
  ORIGIN_REFUSED: { status: 403, retryable: false, message: 'Pages of this origin may not use the service.' },
  LOCAL_ONLY: { status: 403, retryable: false, message: 'Without a key only programs on this machine are served.' },
  WRONG_USER: { status: 403, retryable: false, message: 'The token belongs to another user.' },
  WRONG_COMPANY: { status: 403, retryable: false, message: 'The key belongs to another company.' },
  COMPANY_MISSING: { status: 400, retryable: false, message: 'Name the company: company_id.' },
  UNKNOWN_COMPANY: { status: 404, retryable: false, message: 'Unknown company.' },
  ANSWER_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown answer, or no longer stored.' },
  CONVERSATION_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown conversation, or no longer stored.' },
  DOCUMENT_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown document.' },
  SOURCE_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown source.' },
  GAP_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown gap, or no longer stored.' },
  EVALUATION_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown evaluation, or no longer stored.' },
  VERSION_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown version, or one that was not proven better.' },
  CURATED_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown curated answer.' },
  TASK_NOT_FOUND: { status: 404, retryable: false, message: 'Unknown task, or no longer stored.' },
  FILE_UNKNOWN: { status: 404, retryable: false, message: 'No file with this content was read recently. Send the file.' },
  NOT_FOUND: { status: 404, retryable: false, message: 'Unknown address.' },
  KEY_NOT_FOUND: { status: 404, retryable: false, message: 'The company has no such key.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, message: 'This address does not support the method.' },
  COMPANY_EXISTS: { status: 409, retryable: false, message: 'There is a company with this id already.' },
  LEARNING_RUNNING: { status: 409, retryable: true, message: 'Learning is running already, one company at a time. Try again in a minute.' },
  EVALUATION_RUNNING: { status: 409, retryable: true, message: 'An evaluation is running already. Try again when it has ended.' },
  EVALUATION_TIMEOUT: { status: 504, retryable: false, message: 'The evaluation took too long: use causerie eval.' },
  INDEX_NOT_EMPTY: { status: 409, retryable: false, message: 'The index still has documents. Delete them first.' },
  BODY_TOO_LARGE: { status: 413, retryable: false, message: 'The body is too large.' },
  FILE_TOO_LARGE: { status: 413, retryable: false, message: 'The file is too large.' },
  DIGEST_WRONG: { status: 400, retryable: true, message: 'The content does not match its SHA-256. Send it again.' },
  FILE_REJECTED: { status: 422, retryable: false, message: 'The file was rejected.' },
  EXPORT_INVALID: { status: 422, retryable: false, message: 'The export cannot be used.' },
  EXPORT_DAMAGED: { status: 422, retryable: false, message: 'The export is damaged.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, message: 'Send the body as application/json.' },
  RATE_LIMITED: { status: 429, retryable: true, message: 'Too many questions. Try again later.' },
  HEADERS_TOO_LARGE: { status: 431, retryable: false, message: 'The request headers are too large.' },
  // The service
  OVERLOADED: { status: 503, retryable: true, message: 'Too many answers are running. Try again in a moment.' },
  QUEUE_FULL: { status: 503, retryable: true, message: 'Too many uploads are waiting. Try again when some are done.' },
  SHUTTING_DOWN: { status: 503, retryable: true, message: 'The service is shutting down. Try again.' },
  INTERNAL: { status: 500, retryable: false, message: 'Something went wrong in the service.' },
  RESPONSE_TOO_LARGE: { status: 500, retryable: false, message: 'The answer is larger than 8 MB. Ask for less at once.' },
  // Dependencies of the service
  PROMPTS_UNAVAILABLE: { status: 503, retryable: true, message: 'The company profiles cannot be read at the moment.' },
  KEYS_UNAVAILABLE: { status: 503, retryable: true, message: 'The keys cannot be read at the moment.' },
  CONVERSATIONS_UNAVAILABLE: { status: 503, retryable: true, message: 'The conversations cannot be read or written at the moment.' },
  FEEDBACK_UNAVAILABLE: { status: 503, retryable: true, message: 'Feedback cannot be read or written at the moment.' },
  GAPS_UNAVAILABLE: { status: 503, retryable: true, message: 'The gaps cannot be read or written at the moment.' },
  ERASURE_INCOMPLETE: { status: 503, retryable: true, message: 'Not everything could be erased. Send the same request again.' },
  EVALUATIONS_UNAVAILABLE: { status: 503, retryable: true, message: 'The evaluations cannot be read or written at the moment.' },
  SOURCES_UNAVAILABLE: { status: 503, retryable: true, message: 'The sources cannot be read or written at the moment.' },
  CURATED_UNAVAILABLE: { status: 503, retryable: true, message: 'Curated answers cannot be read or written at the moment.' },
  AUDIT_UNAVAILABLE: { status: 503, retryable: true, message: 'The record of changes cannot be read or written at the moment.' },
  LEARNING_UNAVAILABLE: { status: 503, retryable: true, message: 'What was learnt cannot be read or written at the moment.' },
  SEARCH_UNAVAILABLE: { status: 503, retryable: true, message: 'The documents cannot be searched at the moment.' },
  SEARCH_REFUSED: { status: 500, retryable: false, message: 'Meilisearch cannot be used with these settings.' },
  INDEX_TAKEN: { status: 500, retryable: false, message: "The company's profile names an index of another company." },
  INDEX_DELETED: { status: 503, retryable: true, message: 'Others deleted the index during the upload. It is written again.' },
  STORE_CORRUPT: {
    status: 500, retryable: false, message: 'The company database is damaged. Restore it, or delete the company and fill it anew.',
  },
  STORE_FULL: { status: 507, retryable: true, message: 'The disk is full: nothing was changed. Make room, then try again.' },
  STORE_UNREADABLE: { status: 500, retryable: false, message: 'The data directory cannot be read or written: "causerie doctor" says why.' },
  READER_UNAVAILABLE: { status: 503, retryable: true, message: 'Files cannot be read at the moment.' },
  EMBEDDING_FAILED: { status: 503, retryable: true, message: 'The embedding model failed.' },
  ANSWER_LOST: { status: 503, retryable: true, message: 'The instance that made this answer is gone. Ask again.' },
  SOURCE_UNAVAILABLE: { status: 502, retryable: true, message: 'The source cannot be read at the moment.' },
  LLM_UNREACHABLE: { status: 502, retryable: true, message: 'The language model cannot be reached.' },
  LLM_TIMEOUT: { status: 504, retryable: true, message: 'The language model was silent for too long.' },
  LLM_RATE_LIMITED: { status: 503, retryable: true, message: 'The language model receives too many requests at the moment.' },
  LLM_REJECTED: { status: 502, retryable: false, message: 'The language model refused the request.' },
  LLM_BROKEN: { status: 502, retryable: true, message: "The language model's answer broke off or could not be read." },
} satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof kinds

/** An error with a stable `code` and a message that clients may see. */
export class CodedError extends Error {
  override readonly name = 'CodedError'
  readonly code: ErrorCode
  readonly statusCode: number
  readonly retryable: boolean
  /** How long to wait before another try, if a back end has said so. */
  retryAfterSeconds?: number

  constructor (code: ErrorCode, detail?: string, cause?: unknown) {
    const kind = kinds[code]
    super(detail ? `${kind.message} ${detail}` : kind.message, { cause })
    this.code = code
    this.statusCode = kind.status
    this.retryable = kind.retryable
  }
}

/**
 * Makes the error `code` of the table.
 * @param detail one more sentence for the client: what to do, or which field is wrong. Never a secret, never a path
 */
export function coded (code: ErrorCode, detail?: string, cause?: unknown): CodedError {
  return new CodedError(code, detail, cause)
}

/** Returns the error itself when it is coded, otherwise `fallback` with the error as its cause. */
export function asCoded (error: unknown, fallback: ErrorCode = 'INTERNAL'): CodedError {
  return error instanceof CodedError ? error : coded(fallback, undefined, error)
}

/** Returns the error of a company that does not exist, with where the names are. */
export function unknownCompany (): CodedError {
  return coded('UNKNOWN_COMPANY', 'GET /v1/companies lists those that the key may ask.')
}

/** Returns the error of an index that a company does not have, with those that it has. */
export function unknownIndex (indexes: object): CodedError {
  return coded('UNKNOWN_INDEX', `It has: ${Object.keys(indexes).join(', ') || 'none'}.`)
}

/** Returns the event that ends a stream with an error. */
export function errorEvent ({ code, message, statusCode, retryable, retryAfterSeconds }: CodedError): ErrorEvent {
  return {
    type: 'error', code, message, status: statusCode, retryable,
    ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: retryAfterSeconds }),
  }
}
