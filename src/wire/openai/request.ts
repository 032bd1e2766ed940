// Reads the requests of OpenAI's clients as a question, the conversation before it, and options for the answer.
import { citedTitles } from '../../language/citation-marks.ts'
import type { AnswerFormat, History, Source, Turn } from '../../types.ts'
import { demandedObject, forcedTool, formatOf } from './answer-form.ts'
import { readChore, type Chore } from './chores.ts'
import { paramError } from './errors.ts'

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
  format?: AnswerFormat
}

/** The fields that are refused, the values that are harmless all the same, and what to do. */
export type Refusals = [param: string, isHarmless: (value: unknown) => boolean, detail: string][]

/** Fields that would change the answer in a way that the service does not support. Every other unknown field is ignored. */
const refusals: Refusals = [
  ['n', value => value === 1, 'A question has one answer: n can only be 1.'],
  [
    'tool_choice',
    value => value === 'auto' || value === 'none',
    'Tools are not called: tool_choice can be "auto" or "none", or demand one function.',
  ],
  [
    'function_call',
    value => value === 'auto' || value === 'none',
    'Functions are not called: function_call can only be "auto" or "none".',
  ],
  ['logprobs', value => value === false, 'Log probabilities are not available.'],
  ['top_logprobs', value => value === 0, 'Log probabilities are not available.'],
  [
    'modalities',
    value => Array.isArray(value) && value.every(modality => modality === 'text'),
    'Answers are text: modalities can only be ["text"].',
  ],
  ['audio', () => false, 'Answers are text.'],
]

/** Throws NOT_SUPPORTED, with the field, when the request asks for something unsupported. */
export function refuseUnsupported (request: CompletionRequest): void {
  // What is answered by rules may have any form.
  if (choreOf(request)) return
  refuse(forcedTool(request) ? { ...request, tool_choice: null } : request, refusals)
  formatOf(request)
}

/** Throws NOT_SUPPORTED for the first field that has a value which is not harmless. */
export function refuse (request: Record<string, unknown>, refusals: Refusals): void {
  for (const [param, isHarmless, detail] of refusals) {
    const value = request[param] ?? null
    if (value !== null && !isHarmless(value)) throw paramError('NOT_SUPPORTED', param, detail)
  }
}

/** Returns what a request asks to be written about a conversation that it contains; null for a question. */
export function choreOf (request: CompletionRequest): Chore | null {
  const [only, ...others] = request.messages.filter(message => !isInstruction(message))
  if (only?.role !== 'user' || others.length > 0) return null
  // A call of one of several functions cannot be chosen by rules.
  if (![undefined, null, 'auto', 'none'].includes(request.tool_choice as never) && !forcedTool(request)) return null
  const instructions = request.messages.filter(isInstruction).map(message => textOf(message)).join('\n')
  return readChore(instructions, textOf(only), demandedObject(request))
}

/** Reads the messages and options of a chat completion. Throws INVALID_BODY or NOT_SUPPORTED, with the field. */
export function readCompletionRequest (request: CompletionRequest): CompletionQuestion {
  const { max_tokens, max_completion_tokens, temperature } = request
  const maxTokens = max_completion_tokens ?? max_tokens ?? null
  const stop = [request.stop ?? []].flat().filter(Boolean)
  return {
    ...readMessages(request.messages, 'messages'),
    ...formatOf(request),
    ...(maxTokens === null ? {} : { maxTokens }),
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
    ...(stop.length === 0 ? {} : { stop }),
  }
}

/**
 * Reads the last message as the question, which must be the user's, and the messages before it as the conversation.
 * System and developer messages are instructions, wherever they are. Throws INVALID_BODY or NOT_SUPPORTED, with the field.
 * @param param the field of the messages
 */
export function readMessages (given: CompletionMessage[], param: string): Pick<CompletionQuestion, 'message' | 'history' | 'instructions'> {
  const messages = given.map((message, i) => ({ ...message, text: textOf(message, `${param}[${i}]`), path: `${param}[${i}]` }))
  const instructions = messages.filter(isInstruction).map(({ text }) => text).filter(Boolean).join('\n\n')
  const conversation = messages.filter(message => !isInstruction(message))
  // Some clients add the message that they wait for, still empty.
  while (conversation.length > 0 && isAwaited(conversation.at(-1)!)) conversation.pop()
  const question = conversation.pop()
  if (question?.role !== 'user') throw paramError('NOT_SUPPORTED', param, 'The last message must be the user\'s: it is the question.')
  const other = Array.isArray(question.content) ? question.content.findIndex(({ type }) => !textTypes.has(type)) : -1
  if (other >= 0) {
    throw paramError(
      'NOT_SUPPORTED',
      `${question.path}.content[${other}]`,
      'Only text is supported: send the message without images, audio and files.'
    )
  }
  return {
    message: question.text,
    history: { digest: '', turns: readTurns(conversation) },
    ...(instructions === '' ? {} : { instructions }),
  }
}

/** The kinds of text in a message: the last two are of the Responses API, whose clients mix them. */
const textTypes = new Set(['text', 'input_text', 'output_text'])

/** Tells if a message is an answer in which nothing stands yet: no text, no image, no call. */
function isAwaited ({ role, content, tool_calls, function_call, text }: CompletionMessage & { text: string }): boolean {
  const parts = Array.isArray(content) ? content : []
  const calls = [tool_calls ?? [], function_call ?? []].flat()
  return role === 'assistant' && text === '' && calls.length === 0 && parts.every(({ type }) => textTypes.has(type))
}

function isInstruction ({ role }: CompletionMessage): boolean {
  return role === 'system' || role === 'developer'
}

/** Joins the text parts of a message and ignores the others. */
function textOf ({ content = null }: CompletionMessage, path = 'messages[0]'): string {
  if (content === null) return ''
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw paramError('INVALID_BODY', `${path}.content`, 'It must be a text or a list of parts.')
  return content.flatMap((part: { type?: unknown, text?: unknown } | null, j) => {
    if (typeof part?.type !== 'string') throw paramError('INVALID_BODY', `${path}.content[${j}]`, 'It must be a part with a type.')
    if (!textTypes.has(part.type)) return []
    if (typeof part.text !== 'string') throw paramError('INVALID_BODY', `${path}.content[${j}].text`, 'It must be a text.')
    return [part.text]
  }).join('\n')
}

/** Pairs questions with their answers. Leaves out a greeting, which answers nothing, and the output of tools. */
function readTurns (messages: (CompletionMessage & { text: string })[]): Turn[] {
  // Joined once, at the end, so that a thousand messages are not copied a thousand times.
  const turns: { question: string[], answer: string[], cited: string[] }[] = []
  for (const { role, text, sources } of messages) {
    const turn = turns.at(-1)
    if (role === 'user') {
      if (turn && turn.answer.length === 0) turn.question.push(text)
      else turns.push({ question: [text], answer: [], cited: [] })
    } else if (role === 'assistant' && turn) {
      if (text !== '') turn.answer.push(text)
      turn.cited.push(...citedTitles(text, sourcesWithTitle(sources)))
    }
  }
  return turns.map(({ question, answer, cited }) => ({ question: question.filter(Boolean).join('\n'), answer: answer.join('\n'), cited }))
    .filter(({ question }) => question.trim() !== '')
}

/** Reads the `sources` of an answer that a client sends back as it received it. */
function sourcesWithTitle (sources: unknown): Source[] {
  return Array.isArray(sources) ? sources.filter(source => typeof source?.n === 'number' && typeof source.title === 'string') : []
}
