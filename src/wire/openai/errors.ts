// Errors in the shape of OpenAI's: a type, a code, and the field that is wrong.
import { coded, type CodedError, type ErrorCode } from '../../errors.ts'
import type { ThrownError } from '../format.ts'

/** An error that names the field that is wrong, as OpenAI's do. */
export type ParamError = CodedError & { param?: string }

export function paramError (code: ErrorCode, param: string, detail?: string): ParamError {
  return Object.assign(coded(code, detail), { param })
}

/** OpenAI's names for errors that it has too. All others keep the service's own code. */
const openAiCodes: Record<string, string> = {
  KEY_MISSING: 'invalid_api_key',
  KEY_INVALID: 'invalid_api_key',
  UNKNOWN_COMPANY: 'model_not_found',
  RATE_LIMITED: 'rate_limit_exceeded',
  CONVERSATION_NOT_FOUND: 'previous_response_not_found',
}

export function openAiCode (code: string): string {
  return openAiCodes[code] ?? code
}

/** @param param the field of the request that is wrong */
export function openAiError (
  { code, message, status }: { code: string; message: string; status: number },
  param: string | null = null
): object {
  const type = status >= 500 ? 'server_error' : status === 429 ? 'requests' : 'invalid_request_error'
  return { error: { message, type, param, code: openAiCode(code) } }
}

/** Returns the field that an error is about, as OpenAI writes it: `messages[0].role`. @param question the field that holds the question */
export function paramOf (thrown: ThrownError, code: string, question: string): string | null {
  const [problem] = thrown.validation ?? []
  if (problem) {
    const path = problem.instancePath.split('/').slice(1)
    if ('missingProperty' in problem.params) path.push(String(problem.params.missingProperty))
    return path.map((part, i) => /^\d+$/.test(part) ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`).join('') || null
  }
  if (code === 'MESSAGE_EMPTY' || code === 'MESSAGE_TOO_LONG') return question
  if (code === 'CONVERSATION_NOT_FOUND') return 'previous_response_id'
  return code === 'UNKNOWN_COMPANY' ? 'model' : thrown.param ?? null
}
