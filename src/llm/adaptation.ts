// Adapts requests to a server's refusals, by another path or a body without a parameter, and remembers that per model.
import { errorOf, messageOf, readJson, withoutSecrets } from './server-errors.ts'

export type RequestBody = Record<string, unknown>

/** A part of a body that a server may refuse, and the body that does without. */
export interface Change {
  /** Finds the part in the server's words; by default its name. */
  named?: RegExp
  isIn?: (body: RequestBody) => boolean
  without (body: RequestBody): RequestBody
}

/** Parts by name, applied in this order: a later part may be one that an earlier part adds. */
export type Changes = Record<string, Change>

/** A response that is not an answer. */
export interface Refusal {
  status: number
  text: string
}

/** A request in the form in which it was sent. */
export interface SentRequest {
  path: string
  body: RequestBody
}

export interface Adaptation {
  /** Returns the path for requests. */
  path (): string
  /** Returns the body in the form that this model's server accepts, as far as that is known. */
  apply (model: string, body: RequestBody): RequestBody
  /**
   * Returns the change that is made after this refusal, for the log; undefined when none is possible.
   * @param sent what was refused: since then, the refusal of another request may have changed the form
   */
  learn (model: string, sent: SentRequest, refusal: Refusal, secrets: readonly string[]): string | undefined
}

const mayNameParameter = new Set([400, 422, 500, 501])
const maxModels = 1_000

/** @param paths the paths at which the server may serve its API, the likeliest first */
export function createAdaptation (changes: Changes, paths: readonly string[]): Adaptation {
  const refused = new Map<string, Set<string>>()
  let at = 0

  function apply (model: string, body: RequestBody): RequestBody {
    const names = refused.get(model)
    if (!names) return body
    return Object.entries(changes).reduce((changed, [name, change]) => names.has(name) ? change.without(changed) : changed, body)
  }

  /** Leaves out the query, which may hold a key. */
  const moved = () => `at ${paths[at]!.split('?')[0]}`

  return {
    path: () => paths[at]!,
    apply,
    learn (model, { path, body }, refusal, secrets) {
      if (paths.length > 1 && isUnknownPath(refusal)) {
        if (path !== paths[at]) return moved()
        at = (at + 1) % paths.length
        return at === 0 ? undefined : moved()
      }
      if (!mayNameParameter.has(refusal.status)) return undefined
      const name = namedPart(changes, body, refusal.text, secrets)
      if (name === undefined) return undefined
      if (refused.size >= maxModels) refused.clear()
      refused.set(model, (refused.get(model) ?? new Set()).add(name))
      return `without ${name}`
    },
  }
}

/** Returns the part of the body that the refusal names: in a field for that, or else first in its words. */
function namedPart (changes: Changes, body: RequestBody, text: string, secrets: readonly string[]): string | undefined {
  const present = Object.entries(changes).filter(([name, { isIn = (body: RequestBody) => name in body }]) => isIn(body))
  const field = parameterOf(readJson(text))
  const inField = present.find(([name]) => field.includes(name))
  if (inField) return inField[0]
  const said = withoutSecrets(messageOf(text), secrets, 2_000)
  return present
    .map(([name, { named = new RegExp(`(?<!\\w)${name}(?!\\w)`) }]) => ({ name, at: said.search(named) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.name
}

/** Returns the names of the fields that an error points at: OpenAI's `param`, pydantic's `loc`. */
function parameterOf (json: unknown): string[] {
  const error = errorOf(json) ?? json
  const { param, detail, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const problems = [detail, (message as { detail?: unknown } | null)?.detail].find(Array.isArray) as { loc?: unknown[] }[] | undefined
  return [param, ...(problems?.[0]?.loc ?? [])].filter(name => typeof name === 'string')
}

/** Distinguishes a missing path from a missing model. */
function isUnknownPath ({ status, text }: Refusal): boolean {
  if (status !== 404 && status !== 405) return false
  if (readJson(text) === undefined) return true
  const said = messageOf(text)
  return /not.?found|not.?allowed|no route|unknown|invalid url|cannot post/i.test(said) && !/model|deployment/i.test(said)
}

/** Tells whether the messages were longer than the model can read. */
export function isContextExceeded ({ status, text }: Refusal, secrets: readonly string[]): boolean {
  if (![400, 413, 422, 500].includes(status)) return false
  const said = withoutSecrets(`${messageOf(text)} ${JSON.stringify(errorOf(readJson(text)) ?? '')}`, secrets, 4_000)
  return contextWords.test(said) || (status === 413 && /too large|too long/i.test(said))
}

/** Tells whether a server cannot write in the format that a client asked for: it must not be left out, so that is an error. */
export function isFormatRefused ({ status, text }: Refusal, secrets: readonly string[]): boolean {
  return mayNameParameter.has(status) && formatWords.test(withoutSecrets(messageOf(text), secrets, 2_000))
}

const formatWords = /response.?format|json.?(?:schema|object|mode)|structured.?output|\bschema\b|\bformat\b|grammar/i

const contextWords = new RegExp([
  'context.?(?:length|window|size)', 'maximum context', 'exceeds? (?:the )?(?:available )?context', 'too many (?:input )?tokens',
  '(?:prompt|input|messages?|request) (?:is |are )?too (?:long|large)', 'reduce the length',
  '(?:input|prompt) (?:token|length)[^.]{0,60}(?:exceed|longer|larger|maximum|must be)', 'tokens? \\+ \\S*max_new_tokens\\S* must be',
].join('|'), 'i')
