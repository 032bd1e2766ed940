// What the AI SDK's useChat sends, read as a question and what was said before it.
import { hash } from 'node:crypto'
import { coded } from '../errors.ts'
import { withoutMarks } from '../language/citation-marks.ts'
import type { History, Turn } from '../types.ts'

export interface UiPart { type: string, [key: string]: unknown }
export interface UiMessage { id?: string, role: string, parts: UiPart[] }

export interface UiRequest {
  messages: UiMessage[]
  trigger?: string
  /** With `regenerate-message`: the message to make again. */
  messageId?: string | null
}

export interface UiQuestion {
  message: string
  history: History
  /** The system messages; absent when there are none. */
  instructions?: string
}

/**
 * The last message of the user is the question, the ones before it are the conversation; parts that are no text are
 * passed over, as tools' are. Throws MESSAGE_EMPTY without a question and NOT_SUPPORTED when it has a file.
 */
export function readUiMessages (request: UiRequest): UiQuestion {
  const messages = upToQuestion(request)
  const question = messages.at(-1)
  if (!question) throw coded('MESSAGE_EMPTY', 'The messages hold none of the user.')
  // One in an earlier message was refused then, and must not end the whole chat.
  if (question.parts.some(({ type }) => type === 'file')) throw coded('NOT_SUPPORTED', 'It reads text only: send the message without files and images.')
  const instructions = request.messages.filter(({ role }) => role === 'system').map(textOf).filter(Boolean).join('\n\n')
  return {
    message: textOf(question),
    history: { digest: '', turns: turnsOf(messages.slice(0, -1)) },
    ...(instructions === '' ? {} : { instructions }),
  }
}

/** The conversation's id of a chat: its own, or a stand-in of the form that ours have. */
export function conversationOf (chatId: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(chatId) ? chatId : hash('sha256', chatId, 'base64url')
}

/**
 * The id that an answer's message gets in a chat. An answer that is given again may be in the chat already, and a
 * client that is sent an id twice replaces the earlier message: then it is named after its place as well.
 */
export function messageIdOf (answerId: string, { messages }: UiRequest): string {
  return messages.some(({ id }) => id === answerId) ? `${answerId}-${messages.length}` : answerId
}

/** The messages without what comes after the user's last one, or after the one that is to be answered again. */
function upToQuestion ({ messages, trigger, messageId }: UiRequest): UiMessage[] {
  // useChat has cut them itself; a client that has not means the same.
  const again = trigger === 'regenerate-message' && messageId ? messages.findIndex(({ id }) => id === messageId) : -1
  const kept = again < 0 ? messages : messages.slice(0, again + 1)
  return kept.slice(0, kept.findLastIndex(({ role }) => role === 'user') + 1)
}

/** Questions with their answers. A greeting, which answers nothing, is left out. */
function turnsOf (messages: UiMessage[]): Turn[] {
  // Joined once, at the end: a thousand messages must not be copied a thousand times.
  const turns: { question: string, answer: string[], cited: string[] }[] = []
  for (const message of messages) {
    if (message.role === 'user') turns.push({ question: textOf(message), answer: [], cited: [] })
    const turn = turns.at(-1)
    if (message.role !== 'assistant' || !turn) continue
    turn.answer.push(withoutMarks(textOf(message)))
    turn.cited.push(...message.parts.flatMap(titleOf))
  }
  return turns.map(turn => ({ ...turn, answer: turn.answer.filter(Boolean).join('\n') })).filter(({ question }) => question.trim() !== '')
}

function textOf ({ parts }: UiMessage): string {
  return parts.flatMap(({ type, text }) => type === 'text' && typeof text === 'string' ? [text] : []).join('\n')
}

function titleOf ({ type, title, url }: UiPart): string[] {
  if (type !== 'source-url' && type !== 'source-document') return []
  const name = title || url
  return typeof name === 'string' ? [name] : []
}
