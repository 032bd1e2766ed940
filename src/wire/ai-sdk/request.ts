// Reads the messages that the AI SDK's useChat sends as a question and the conversation before it.
import { hash } from 'node:crypto'
import { coded } from '../../errors.ts'
import { withoutMarks } from '../../language/citation-marks.ts'
import type { History, Turn } from '../../types.ts'

export interface UiPart { type: string, [key: string]: unknown }
export interface UiMessage { id?: string, role: string, parts: UiPart[] }

export interface UiRequest {
  messages: UiMessage[]
  trigger?: string
  /** With `regenerate-message`: the message to generate again. */
  messageId?: string | null
}

export interface UiQuestion {
  message: string
  history: History
  /** The system messages; absent when there are none. */
  instructions?: string
}

/**
 * Reads the user's last message as the question and the messages before it as the conversation. Ignores parts that
 * are not text, such as tool calls. Throws MESSAGE_EMPTY without a question and NOT_SUPPORTED when it has a file.
 */
export function readUiMessages (request: UiRequest): UiQuestion {
  const messages = upToQuestion(request)
  const question = messages.at(-1)
  if (!question) throw coded('MESSAGE_EMPTY', 'The messages contain none from the user.')
  // A file in an earlier message was refused then, and must not end the whole chat.
  if (question.parts.some(({ type }) => type === 'file')) {
    throw coded('NOT_SUPPORTED', 'Only text is supported: send the message without files and images.')
  }
  const instructions = request.messages.filter(({ role }) => role === 'system').map(textOf).filter(Boolean).join('\n\n')
  return {
    message: textOf(question),
    history: { digest: '', turns: readTurns(messages.slice(0, -1)) },
    ...(instructions === '' ? {} : { instructions }),
  }
}

/** Returns the conversation id of a chat: its own, or a hash where its own does not fit our pattern. */
export function conversationIdOf (chatId: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(chatId) ? chatId : hash('sha256', chatId, 'base64url')
}

/**
 * Returns the id of an answer's message in a chat. A cached answer may be in the chat already, and a client that gets
 * the same id again replaces the earlier message, so its position is appended.
 */
export function messageIdOf (answerId: string, { messages }: UiRequest): string {
  return messages.some(({ id }) => id === answerId) ? `${answerId}-${messages.length}` : answerId
}

/** Drops the messages after the user's last one, or after the one to generate again. */
function upToQuestion ({ messages, trigger, messageId }: UiRequest): UiMessage[] {
  // useChat has dropped them itself; another client means the same.
  const again = trigger === 'regenerate-message' && messageId ? messages.findIndex(({ id }) => id === messageId) : -1
  const considered = again < 0 ? messages : messages.slice(0, again + 1)
  return considered.slice(0, considered.findLastIndex(({ role }) => role === 'user') + 1)
}

/** Pairs questions with their answers. Leaves out a greeting, which answers nothing. */
function readTurns (messages: UiMessage[]): Turn[] {
  // Joined once, at the end, so that a thousand messages are not copied a thousand times.
  const turns: { question: string, answer: string[], cited: string[] }[] = []
  for (const message of messages) {
    if (message.role === 'user') turns.push({ question: textOf(message), answer: [], cited: [] })
    const turn = turns.at(-1)
    if (message.role !== 'assistant' || !turn) continue
    turn.answer.push(withoutMarks(textOf(message)))
    turn.cited.push(...message.parts.flatMap(sourceTitle))
  }
  return turns.map(turn => ({ ...turn, answer: turn.answer.filter(Boolean).join('\n') })).filter(({ question }) => question.trim() !== '')
}

function textOf ({ parts }: UiMessage): string {
  return parts.flatMap(({ type, text }) => type === 'text' && typeof text === 'string' ? [text] : []).join('\n')
}

function sourceTitle ({ type, title, url }: UiPart): string[] {
  if (type !== 'source-url' && type !== 'source-document') return []
  const name = title || url
  return typeof name === 'string' ? [name] : []
}
