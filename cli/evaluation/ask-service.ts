// Asks a running service a question of an evaluation, and what its search found.
import type { EvalCase, Observed, RankedPassage } from '../../src/evaluation/case.ts'
import { ServiceError, jsonBody, type Service } from '../service.ts'

interface ChatReply {
  answer: string
  sources: { n: number, id: string, title: string, url: string }[]
  citations: number[]
  finish_reason: string
  answered_by: string
  usage: { input_tokens: number, output_tokens: number }
}

interface FoundPassage {
  id: string
  title: string
  url: string
  text: string
  fields: [label: string, value: string][]
  explain?: { factors: Record<string, number> }
}

/** A language model on the CPU takes its time. */
const silenceMs = 300_000
/** How many passages are looked through for the right one. */
const depth = 10
/** Errors of the question, not of the run: the others would fail as well. */
const ownErrors = /^(LLM_|MESSAGE_|INVALID_TEXT|EMBEDDING_FAILED|ANSWER_LOST|RESPONSE_TOO_LARGE)/

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
    if (error instanceof ServiceError && ownErrors.test(error.code)) return error
    throw error
  }
}

function observe (reply: ChatReply | ServiceError, found: { passages: FoundPassage[] } | ServiceError, ms: number): Observed {
  const ranked = found instanceof ServiceError ? [] : found.passages.map(toRanked)
  const failure = [reply, found].find(one => one instanceof ServiceError) as ServiceError | undefined
  if (reply instanceof ServiceError || failure) {
    const error = `${failure!.code}: ${failure!.message}`
    return { answer: '', refused: false, answeredBy: '', cited: [], given: [], found: ranked, ms, tokens: 0, error }
  }
  const { answer, sources, citations, finish_reason: reason, answered_by: answeredBy, usage } = reply
  return {
    answer,
    refused: reason === 'no_answer',
    answeredBy,
    cited: sources.flatMap(({ n }, i) => citations.includes(n) ? [i] : []),
    given: sources.map(({ id, title, url }) => ({ id, title, url })),
    found: ranked,
    ms,
    tokens: usage.input_tokens + usage.output_tokens,
  }
}

function toRanked ({ id, title, url, text, fields, explain }: FoundPassage): RankedPassage {
  const facts = fields.map(([label, value]) => `${label}: ${value}`)
  return { id, title, url, text: [text, ...facts].filter(Boolean).join('\n'), contradicts: (explain?.factors.contradicts ?? 0) > 0 }
}
