// Reads the errors of a model's server, in all their shapes.
import { readRetryAfter } from '../async/retry-after.ts'
import { isObject } from '../plain-object.ts'

export type Headers = Record<string, string | string[] | undefined>

/**
 * Returns the error that a chunk or body reports; undefined when it reports none. Servers agree on `error` alone: a chunk
 * that reports its error in another field must not pass for an empty one.
 */
export function errorOf (chunk: unknown): unknown {
  if (!isObject(chunk)) return undefined
  const { error, errors, object, type, base_resp: minimax, choices, message } = chunk
  const hasChoices = Array.isArray(choices) && choices.length > 0
  if (error && !(hasChoices && isEmpty(error))) return error
  if (object === 'error' || type === 'error' || chunk.success === false) return chunk
  if (Array.isArray(errors) && errors.length > 0) return errors[0]
  if (isObject(minimax) && minimax.status_code) return { ...minimax, message: minimax.status_msg }
  for (const name of Object.keys(chunk)) {
    if (!name.startsWith('x_')) continue
    const own = chunk[name]
    if (isObject(own) && own.error) return own.error
  }
  // Some errors bring an empty list of choices along; so does the usage, which has no message.
  if (hasChoices || (choices && !Array.isArray(choices))) return undefined
  const says = [chunk.detail, chunk.error_msg, chunk.error_message, chunk.error_code].some(Boolean)
  const success = choices ? successOfChunk : successInWords
  const hasCode = [chunk.code, chunk.status, chunk.status_code, chunk.statusCode].some(code => code && !success.test(String(code)))
  return says || (typeof message === 'string' && message !== '' && hasCode) ? chunk : undefined
}

/** Words with which some servers say in each chunk that all is well. */
const successInWords = /^(?:ok|success|succeeded|true)$/i
/** Beside choices a number says so too; alone it may be the status of the response, whatever the message. */
const successOfChunk = /^(?:0|2\d\d|ok|success|succeeded|true)$/i

function isEmpty (value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Returns the JSON that a body holds; of a list, as Gemini sends it, the first element. Undefined when it holds none. */
export function readJson (body: string): unknown {
  try {
    const json: unknown = JSON.parse(body)
    return Array.isArray(json) ? json[0] : json
  } catch {
    return undefined
  }
}

/** Returns how long the server asks to be left alone, in ms: by a header, Google's RetryInfo, or in its words. */
export function readPause (headers: Headers, body: string): number | undefined {
  const exact = Number([headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']].flat()[0] ?? NaN)
  const said = exact >= 0 ? exact : readRetryAfter(headers['retry-after'])
  if (said !== undefined) return said
  const [, told = ''] = /"retryDelay"\s*:\s*"([\d.]+s)"/.exec(body) ??
    /(?:try again|retry) (?:in|after) ((?:[\d.]+ ?(?:hours?|h|minutes?|min|ms|m|seconds?|s)\b ?|[\d.]+(?:h|m)(?=\d))+)/i.exec(body) ?? []
  const parts = [...told.matchAll(/([\d.]+) ?(ms|h|m|s)/gi)]
  if (parts.length === 0) return undefined
  return Math.ceil(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!.toLowerCase()]!, 0))
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const excerptChars = 200
const echoChars = 16

/** Returns the server's own message, shortened, without control characters, keys, or echoes of the prompt. */
export function safeExcerpt (body: string, secrets: readonly string[]): string {
  return withoutSecrets(messageOf(body), secrets, excerptChars)
}

/** Returns the first characters of a text, on one line, without keys and without echoes of the prompt. */
export function withoutSecrets (said: string, secrets: readonly string[], maxChars: number): string {
  let text = said.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  for (const secret of secrets) {
    if (secret.length > 3 && secret.length < 200) text = text.replaceAll(secret, '[…]')
  }
  text = text.replace(/\b(?:sk|pk|key|bearer|basic)[-_ ][\w*.+/=-]{6,}/gi, '[…]')
  return withoutEchoes(text.slice(0, maxChars), secrets)
}

/** Returns the server's words out of a body. */
export function messageOf (body: string): string {
  const json = readJson(body)
  if (json === undefined && body.trim() === '') return 'no message'
  if (json === undefined) return body.trimStart().startsWith('<') ? 'an HTML page' : body
  const error = errorOf(json) ?? json
  if (!isObject(error)) return typeof error === 'string' ? error : 'no message'
  const text = error.message ?? error.detail ?? error.error_msg ?? error.error_message ?? error.error ?? error
  return typeof text === 'string' ? text : JSON.stringify(text)
}

function withoutEchoes (text: string, secrets: readonly string[]): string {
  const echoed = (at: number) => secrets.some((secret) => secret.includes(text.slice(at, at + echoChars)))
  let out = ''
  let at = 0
  while (at < text.length) {
    if (at + echoChars > text.length || !echoed(at)) {
      out += text.charAt(at++)
      continue
    }
    while (at + echoChars < text.length && echoed(at + 1)) at++
    at += echoChars
    out += '[…]'
  }
  return out
}
