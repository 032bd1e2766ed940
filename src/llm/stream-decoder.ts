// Turns the bytes of one answer into model events, whatever API they come from.
import { StringDecoder } from 'node:string_decoder'
import type { CodedError } from '../errors.ts'
import { coded } from '../errors.ts'
import type { Usage } from '../types.ts'
import { broken, failedInStream } from './failures.ts'
import type { ModelEvent } from './model.ts'
import type { ThinkFilter } from './think.ts'

/** What an API's reader tells of the chunks it reads. */
export interface AnswerSink {
  text (piece: string): void
  /** Reasoning in a field of its own. */
  thought (piece: string): void
  /** Why the model stopped, in the server's words. Usage and end marker may follow. */
  stopped (reason: string): void
  usage (inputTokens: unknown, outputTokens: unknown): void
  /** The API's end marker. */
  done (): void
  /** An error object in the stream; throws. */
  failed (error: unknown): never
}

/** Cuts the decoded text of a body into chunks and tells a sink. Throws LLM_BROKEN on what it cannot read. */
export interface AnswerReader {
  feed (text: string): void
  /** The body has ended: reads what has no line end yet. */
  end (): void
}

export interface Intake {
  /** Throws a coded error when the answer is broken; events of before that stay to be taken. */
  feed (chunk: Buffer): void
  /** The body has ended. Throws LLM_BROKEN unless the answer had come to its end. */
  end (): void
  /** The events since the last call. */
  take (): ModelEvent[]
  /** Events not yet taken. */
  readonly pending: number
  /** Tokens heard of, reasoning included; blank chunks and comments are none. */
  readonly tokens: number
  /** The model has said that it stopped. */
  readonly stopped: boolean
  /** The finish event was made; anything after it is ignored. */
  readonly complete: boolean
}

/** White space and what nobody sees, at the beginning of a text. */
const BLANK = /^[\s\p{Cc}\p{Cf}]+/u
/** A model that sends only white space, or what nobody sees, is stuck. Characters in a row. */
const MAX_BLANKS = 2_000
/** The longest line or event of a body, characters. */
export const MAX_CHUNK = 1_000_000

const LIMITS = new Set(['length', 'max_tokens', 'content_filter'])

/**
 * Makes the intake of one answer.
 * @param secrets the key and the prompt, to keep them out of error messages
 */
export function createIntake (createReader: (sink: AnswerSink) => AnswerReader, think: ThinkFilter, secrets: () => string[]): Intake {
  // Bytes that are no UTF-8 become U+FFFD: one bad token is not worth the answer.
  const decoder = new StringDecoder('utf8')
  let events: ModelEvent[] = []
  let tokens = 0
  let blanks = 0
  let begun = false
  let surrogate = ''
  let reason = ''
  let usage: Usage | undefined
  let complete = false

  function show (text: string): void {
    if (text === '') return
    blanks = isBlank(text) ? blanks + text.length : 0
    if (blanks > MAX_BLANKS) throw broken('the model sends only white space')
    // What nobody sees is no first token, and a retry is still possible.
    const visible = begun ? text : text.replace(BLANK, '')
    if (visible === '') return
    begun = true
    // An emoji may come in two halves, each its own chunk; alone, neither survives an encoder.
    const whole = surrogate + visible
    const cut = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.length - 1 : whole.length
    surrogate = whole.slice(cut)
    if (cut > 0) events.push({ type: 'text', text: whole.slice(0, cut).toWellFormed() })
  }

  const sink: AnswerSink = {
    text (piece) {
      if (complete) return
      if (!isBlank(piece)) tokens++
      show(think.push(piece))
    },
    thought (piece) {
      if (complete) return
      tokens++
      // Reasoning that is kept secret comes in empty pieces; they must not go on for ever either.
      show(think.reasonedApart(Math.max(1, piece.length)))
    },
    stopped (why) {
      if (why === 'error') throw broken('the server stopped with finish_reason "error"')
      reason = why
    },
    usage (inputTokens, outputTokens) {
      if (isCount(inputTokens) && isCount(outputTokens)) usage = { input_tokens: inputTokens, output_tokens: outputTokens }
    },
    done () {
      if (complete) return
      const limited = LIMITS.has(reason)
      show(think.end(limited))
      if (surrogate !== '') events.push({ type: 'text', text: surrogate.toWellFormed() })
      if (!begun) throw emptyAnswer(reason)
      complete = true
      events.push({ type: 'finish', reason: limited ? 'length' : 'stop', ...(usage && { usage }) })
    },
    failed (error) {
      throw failedInStream(error, secrets())
    },
  }
  const reader = createReader(sink)

  return {
    feed (chunk) {
      if (!complete) reader.feed(decoder.write(chunk))
    },
    end () {
      if (complete) return
      try {
        reader.feed(decoder.end())
        reader.end()
      } catch (error) {
        // What is left of a body after the model has stopped is of no interest.
        if (reason === '') throw error
      }
      if (reason === '' && !complete) throw broken('the stream ended before the answer did')
      sink.done()
    },
    take () {
      const taken = events
      events = []
      return taken
    },
    get pending () { return events.length },
    get tokens () { return tokens },
    get stopped () { return reason !== '' },
    get complete () { return complete },
  }
}

function emptyAnswer (reason: string): CodedError {
  if (reason === 'content_filter') return coded('LLM_REJECTED', undefined, new Error('the server\'s content filter'))
  return broken(reason === 'length' ? 'the tokens were used up before the first word; raise LLM_MAX_TOKENS' : 'the answer is empty')
}

function isBlank (text: string): boolean {
  const first = text.charCodeAt(0)
  return !(first > 32 && first < 127) && text.replace(BLANK, '') === ''
}

function isHighSurrogate (code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isCount (value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
