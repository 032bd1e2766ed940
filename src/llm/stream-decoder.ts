// Turns the bytes of one answer into its text and its end, whatever API they come from.
import { StringDecoder } from 'node:string_decoder'
import type { CodedError } from '../errors.ts'
import { coded } from '../errors.ts'
import type { Usage } from '../types.ts'
import { brokenAnswer, outOfTokens, streamError } from './failures.ts'
import type { ModelEnd } from './model.ts'
import type { ReasoningFilter } from './reasoning-filter.ts'
import { createSpecialTokenFilter, type Readable } from './special-tokens.ts'
import { isReason, kindOfStop } from './stop-reasons.ts'

/** Receives the contents of the chunks that an API's parser reads. */
export interface ChunkHandler {
  onText (text: string): void
  /** Called with reasoning from a field of its own. */
  onReasoning (text: string): void
  /**
   * Called with the server's reason for the end. Usage and end marker may follow; so may text, from servers that give a
   * reason with each token. `withText`: the same chunk held text.
   */
  onStop (reason: string, withText: boolean): void
  onUsage (inputTokens: unknown, outputTokens: unknown): void
  /** Called at the API's end marker. Without a reason before it, something may be missing. */
  onDone (): void
  /** Throws for an error object in the stream. */
  onError (error: unknown): never
}

/** Splits the decoded text of a body into chunks and hands them to a handler. Throws LLM_BROKEN on text that it cannot read. */
export interface BodyParser {
  feed (text: string): void
  /** Ends the body: reads a last line without a line end. */
  end (): void
}

export interface StreamDecoder {
  /** Throws a coded error when the answer is broken; the text before it can still be taken. */
  feed (chunk: Buffer): void
  /** Ends the body, which broke off when not `isWhole`. Throws LLM_BROKEN unless the answer was complete. */
  end (isWhole: boolean): void
  /** Returns the text since the last call: tokens that came in one read are one text from here to the client. */
  takeText (): string
  /** That text. */
  readonly pending: string
  /** Tokens received, reasoning included; blank chunks and comments do not count. */
  readonly tokens: number
  /** Some of the answer's text has been decoded. */
  readonly started: boolean
  /** Tells whether the model has said that it stopped, uncontradicted: nothing is missing even if the body breaks off. */
  hasStopped (): boolean
  /** How the answer ended, once it has; anything after it is ignored. */
  readonly ending: ModelEnd | undefined
  /** The model has ended its answer and goes on with a turn that it makes up: the connection is to be closed. */
  readonly isMadeUp: boolean
}

/** White space and invisible characters at the beginning of a text. */
const leadingBlanks = /^[\s\p{Cc}\p{Cf}]+/u
/** A model that sends only white space or invisible characters is stuck. Characters in a row. */
const maxBlankChars = 2_000
/** The longest line or event of a body, characters. */
export const maxChunkChars = 1_000_000

/**
 * Makes the decoder of one answer.
 * @param secrets the key and the prompt, to keep them out of error messages
 * @param isJson JSON was asked for
 */
export function createStreamDecoder (
  createBodyParser: (handler: ChunkHandler) => BodyParser,
  filter: ReasoningFilter,
  secrets: () => string[],
  isJson = false
): StreamDecoder {
  // Invalid UTF-8 becomes U+FFFD: one bad token is not worth the answer.
  const utf8 = new StringDecoder('utf8')
  const tokens = createSpecialTokenFilter(isJson)
  let hasBody = false
  let blankChars = 0
  let surrogate = ''
  let reason = ''
  let texts = 0
  let stopsWithText = false
  /** The model continued after it had given a reason to stop: only the end marker can be trusted. */
  let wentOn = false
  let usage: Usage | undefined

  function show (text: string): void {
    if (text === '') return
    blankChars = isBlank(text) ? blankChars + text.length : 0
    if (blankChars > maxBlankChars) throw brokenAnswer('the model sends only white space')
    // Invisible text is no first token: a retry is still possible after it.
    const visible = decoder.started ? text : text.replace(leadingBlanks, '')
    if (visible === '') return
    decoder.started = true
    // An emoji may arrive in two halves, each in its own chunk; alone, neither survives an encoder.
    const whole = surrogate + visible
    const end = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.length - 1 : whole.length
    surrogate = whole.slice(end)
    if (end > 0) decoder.pending += storable(whole.slice(0, end))
  }

  /** The body decides what it is, not its media type: some proxies call every answer a page. */
  function checkStart (text: string): void {
    const start = text.trimStart()
    if (start.startsWith('<')) throw brokenAnswer('an HTML page instead of an answer; is LLM_URL right?')
    hasBody = start !== ''
  }

  function hasStopped (): boolean {
    return tokens.isOver() || (reason !== '' && !stopsWithText && !wentOn)
  }

  function showText ({ text, thoughts }: Readable): void {
    if (thoughts > 0) filter.skipReasoning(thoughts)
    show(text)
  }

  const handler: ChunkHandler = {
    onText (text) {
      if (decoder.ending) return
      texts++
      if (!isBlank(text)) {
        decoder.tokens++
        if (reason !== '') wentOn = true
      }
      showText(tokens.push(filter.push(text)))
      // Nobody waits for what the model makes up; blanks are waited for, because the usage comes after them.
      if (!tokens.goesOn()) return
      handler.onDone()
      decoder.isMadeUp = true
    },
    onReasoning (text) {
      if (decoder.ending) return
      decoder.tokens++
      // Secret reasoning arrives as empty texts; they must not continue for ever either.
      showText(tokens.push(filter.skipReasoning(Math.max(1, text.length))))
    },
    onStop (why, withText) {
      if (decoder.ending || !isReason(why)) return
      if (kindOfStop(why) === 'broken') throw brokenAnswer(`the server stopped with the reason "${why.slice(0, 30)}"`)
      reason = why
      stopsWithText = withText
    },
    onUsage (inputTokens, outputTokens) {
      if (isCount(inputTokens) && isCount(outputTokens)) usage = { input_tokens: inputTokens, output_tokens: outputTokens }
    },
    onDone () {
      if (decoder.ending) return
      showText(tokens.push(filter.end(!tokens.isOver() && kindOfStop(reason) !== 'stop')))
      showText(tokens.end())
      const isOver = tokens.isOver()
      const kind = isOver ? 'stop' : kindOfStop(reason)
      if (surrogate !== '') decoder.pending += surrogate.toWellFormed()
      if (!decoder.started) throw emptyAnswer(reason)
      // Some servers never give a reason, and some proxies mark the end of what their own server broke off.
      const isUnexplained = reason === '' && !isOver && { isUnexplained: true as const }
      decoder.ending = { reason: kind === 'broken' ? 'length' : kind, ...(usage && { usage }), ...isUnexplained }
    },
    onError (error) {
      throw streamError(error, secrets())
    },
  }
  const parser = createBodyParser(handler)

  const decoder = {
    pending: '',
    tokens: 0,
    started: false,
    isMadeUp: false,
    ending: undefined as ModelEnd | undefined,
    hasStopped,
    feed (chunk: Buffer) {
      if (decoder.ending) return
      const text = utf8.write(chunk)
      if (!hasBody) checkStart(text)
      parser.feed(text)
    },
    end (isWhole: boolean) {
      if (decoder.ending) return
      try {
        parser.feed(utf8.end())
        parser.end()
      } catch (error) {
        // The rest of a body does not matter once the model has stopped.
        if (!hasStopped()) throw error
      }
      // A reason with the very first text may be one of a server that gives one with each.
      const isBelieved = tokens.isOver() || (reason !== '' && !wentOn && (!stopsWithText || (isWhole && texts > 1)))
      if (!decoder.ending && !isBelieved) {
        const isForeign = hasBody && reason === '' && decoder.tokens === 0
        throw brokenAnswer(isForeign ? 'no answer is in what the server sent; is LLM_API right?' : 'the stream ended before the answer did')
      }
      handler.onDone()
    },
    takeText () {
      const text = decoder.pending
      decoder.pending = ''
      return text
    },
  }
  return decoder
}

function emptyAnswer (reason: string): CodedError {
  const kind = kindOfStop(reason)
  if (kind === 'filtered') return coded('LLM_REJECTED', undefined, new Error('the server\'s content filter'))
  return kind === 'length' ? outOfTokens() : brokenAnswer('the answer is empty')
}

/** Makes halves of characters harmless, and drops NUL, which is in no text and which PostgreSQL takes nowhere. */
function storable (text: string): string {
  const whole = text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}

function isBlank (text: string): boolean {
  const first = text.charCodeAt(0)
  return !(first > 32 && first < 127) && text.replace(leadingBlanks, '') === ''
}

function isHighSurrogate (code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function isCount (value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
