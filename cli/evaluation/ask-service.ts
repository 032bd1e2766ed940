// Asks a running service a question of an evaluation, and what its search found.
import type { EvalCase, Observed } from '../../src/evaluation/case.ts'
import { depth, isOfQuestion, observe, type ChatReply, type FoundPassage } from '../../src/evaluation/observe.ts'
import { ServiceError, jsonBody, type Service } from '../service.ts'

/** A language model on the CPU takes its time. */
const silenceMs = 300_000

export interface Asking {
  company: string
  indexes?: string[] | undefined
  language?: string | undefined
  web: boolean
}

/** Returns what asks one question. It throws a ServiceError when the service as a whole cannot be asked. */
export function createAsk (service: Service, { company, indexes, language, web }: Asking) {
  const post = <T>(path: string, fields: object) => attempt(() => service.ask<T>('POST', path, { body: jsonBody(fields), silenceMs }))
  let asked = 0
  return async ({ question }: EvalCase): Promise<Observed> => {
    // A user of its own for each: the questions of one user are limited.
    const fields = {
      company_id: company, user_id: `evaluation-${asked++}`, message: question,
      ...(indexes ? { indexes } : {}), ...(language ? { language } : {}),
    }
    const found = await post<{ passages: FoundPassage[] }>('/search', { ...fields, limit: depth, explain: true })
    const since = performance.now()
    const reply = await post<ChatReply>('/chat', { ...fields, stream: false, record: false, web })
    return observe(reply, found, performance.now() - since)
  }
}

/** Returns the error of one question; throws any other. */
async function attempt<T> (work: () => Promise<T>): Promise<T | ServiceError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ServiceError && isOfQuestion(error)) return error
    throw error
  }
}
