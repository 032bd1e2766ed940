// Finds an answer's id in the ids that clients know it by.
import { readResponseId } from './openai/responses/id.ts'

export interface RatedId {
  answerId: string
  /** The conversation that it was given in, where the id says so. */
  conversation?: string
}

/**
 * Returns the answers that an id may mean, the likeliest first: an answer's own id, `chatcmpl-…`, `resp_…`, `msg_…`, or the
 * id of an AI SDK message, which can have a position at its end.
 */
export function readRatedId (id: string): RatedId[] {
  const response = readResponseId(id)
  if (response) return [response]
  const answerId = id.replace(/^(?:chatcmpl-|msg_)/, '')
  const withoutPosition = answerId.replace(/-\d{1,9}$/, '')
  return [...new Set([answerId, withoutPosition])].map(answerId => ({ answerId }))
}
