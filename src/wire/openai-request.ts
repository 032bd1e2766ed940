// What OpenAI's clients send, read as a question, what was said before it, and how it is to be answered.
import { citedTitles } from '../language/citation-marks.ts'
import { coded, type CodedError, type ErrorCode } from '../errors.ts'
import type { History, Source, Turn } from '../types.ts'

export interface CompletionMessage { role: string, content?: unknown, [key: string]: unknown }

/** A body that its schema has accepted. */
export interface CompletionRequest {
  messages: CompletionMessage[]
  max_tokens?: number | null
  max_completion_tokens?: number | null
  temperature?: number | null
  stop?: string | string[] | null
  stream?: boolean | null
  [key: string]: unknown
}

/** The part of a question that the request decides. */
export interface CompletionQuestion {
  message: string
  history: History
  instructions?: string
  maxTokens?: number
  temperature?: number
  stop?: string[]
}

/** An error that names the field that is wrong, as OpenAI's do. */
export type ParamError = CodedError & { param?: string }

export function paramError (code: ErrorCode, param: string, detail?: string): ParamError {
  return Object.assign(coded(code, detail), { param })
}

/** What is refused: it would change what the client gets, and it would not be done. Whatever else there is, is passed over. */
const refusals: [param: string, isHarmless: (value: unknown) => boolean, detail: string][] = [
  ['n', value => value === 1, 'A question has one answer: n can only be 1.'],
  ['tool_choice', value => value === 'auto' || value === 'none', 'It calls no tools: tool_choice can only be "auto" or "none".'],
  ['function_call', value => value === 'auto' || value === 'none', 'It calls no functions: function_call can only be "auto" or "none".'],
  ['logprobs', value => value === false, 'It has no log probabilities.'],
  ['top_logprobs', value => value === 0, 'It has no log probabilities.'],
  ['response_format', value => (value as { type?: unknown }).type === 'text', 'It answers in text: response_format can only be {"type": "text"}.'],
  ['modalities', value => Array.isArray(value) && value.every(modality => modality === 'text'), 'It answers in text: modalities can only be ["text"].'],
  ['audio', () => false, 'It answers in text.'],
]

/**
 * How Open WebUI and LibreChat ask for titles, tags, follow-up questions and search queries, beside every chat: what
 * their templates begin with (and for Open WebUI hold as well). There is nothing to find in documents for those, and
 * both do without when they are refused.
 */
const chores = [/^### Task:[^]*<chat_history>/, /^Provide a concise, 5-word-or-less title for the conversation/]

/** Throws NOT_SUPPORTED for what cannot be done, with the field. */
export function refuseUnsupported (request: CompletionRequest): void {
  for (const [param, isHarmless, detail] of refusals) {
    const value = request[param] ?? null
    if (value !== null && !isHarmless(value)) throw paramError('NOT_SUPPORTED', param, detail)
  }
  const [only, ...others] = request.messages.filter(message => !isInstruction(message))
  if (only && others.length === 0 && chores.some(chore => chore.test(textOf(only)))) {
    throw paramError('NOT_SUPPORTED', 'messages', 'It answers questions from documents: titles, tags and the like take another model.')
  }
}

/**
 * The last message is the question, and must be the user's; the ones before it are the conversation. System and
 * developer messages are instructions, wherever they stand. Throws INVALID_BODY or NOT_SUPPORTED, with the field.
 */
export function readCompletionRequest (request: CompletionRequest): CompletionQuestion {
  const messages = request.messages.map((message, i) => ({ ...message, text: textOf(message, i), at: `messages[${i}]` }))
  const instructions = messages.filter(isInstruction).map(({ text }) => text).filter(Boolean).join('\n\n')
  const said = messages.filter(message => !isInstruction(message))
  const question = said.pop()
  if (question?.role !== 'user') throw paramError('NOT_SUPPORTED', 'messages', 'The last message must be the user\'s: it is the question.')
  const other = Array.isArray(question.content) ? question.content.findIndex(({ type }) => type !== 'text') : -1
  if (other >= 0) throw paramError('NOT_SUPPORTED', `${question.at}.content[${other}]`, 'It reads text only: send the message without images, audio and files.')
  const { max_tokens, max_completion_tokens, temperature } = request
  const maxTokens = max_completion_tokens ?? max_tokens ?? null
  const stop = [request.stop ?? []].flat().filter(Boolean)
  return {
    message: question.text,
    history: { digest: '', turns: turnsOf(said) },
    ...(instructions === '' ? {} : { instructions }),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
    ...(stop.length === 0 ? {} : { stop }),
  }
}

function isInstruction ({ role }: CompletionMessage): boolean {
  return role === 'system' || role === 'developer'
}

/** The text of a message, its text parts joined. Parts of other types are passed over here. */
function textOf ({ content = null }: CompletionMessage, i = 0): string {
  if (content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw paramError('INVALID_BODY', `messages[${i}].content`, 'It must be a text or a list of parts.')
  return content.flatMap((part: { type?: unknown, text?: unknown } | null, j) => {
    if (typeof part?.type !== 'string') throw paramError('INVALID_BODY', `messages[${i}].content[${j}]`, 'It must be a part with a type.')
    if (part.type !== 'text') return []
    if (typeof part.text !== 'string') throw paramError('INVALID_BODY', `messages[${i}].content[${j}].text`, 'It must be a text.')
    return [part.text]
  }).join('\n')
}

/** Questions with their answers. A greeting, which answers nothing, is left out, and what tools said. */
function turnsOf (messages: (CompletionMessage & { text: string })[]): Turn[] {
  // Joined once, at the end: a thousand messages must not be copied a thousand times.
  const turns: { question: string[], answer: string[], cited: string[] }[] = []
  for (const { role, text, sources } of messages) {
    const turn = turns.at(-1)
    if (role === 'user') {
      if (turn && turn.answer.length === 0) turn.question.push(text)
      else turns.push({ question: [text], answer: [], cited: [] })
    } else if (role === 'assistant' && turn) {
      if (text !== '') turn.answer.push(text)
      turn.cited.push(...citedTitles(text, titled(sources)))
    }
  }
  return turns.map(({ question, answer, cited }) => ({ question: question.filter(Boolean).join('\n'), answer: answer.join('\n'), cited }))
    .filter(({ question }) => question.trim() !== '')
}

/** The `sources` of an answer that a client sends back as it got it. */
function titled (sources: unknown): Source[] {
  return Array.isArray(sources) ? sources.filter(source => typeof source?.n === 'number' && typeof source.title === 'string') : []
}
