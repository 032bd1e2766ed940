// A question as a client asks it, checked and completed with what it leaves out.
import { randomUUID } from 'node:crypto'
import { coded } from '../errors.ts'
import type { Prompts } from '../profiles/cache.ts'
import { questionLanguage } from '../language/language.ts'
import type { CompanyProfile, History, Language, Turn } from '../types.ts'
import { cut, type Page } from './messages.ts'

/** A question, whatever the format that it came in. */
export interface Asked {
  company: string
  /** Who asks, within the company. */
  user: string
  message: string
  /** Made when absent. */
  conversation?: string | undefined
  /** What was said before, from a client that keeps it itself; absent: the conversation is continued from where it is kept. */
  history?: History | undefined
  /** The client's own system message. */
  instructions?: string | undefined
  /** Guessed when absent. */
  language?: string | undefined
  indexes?: string[] | undefined
  page?: Page | undefined
  maxTokens?: number | undefined
  temperature?: number | undefined
  /** The answer ends before any of these. */
  stop?: string[] | undefined
  /** Keep the answer going for a while when its last reader has left. */
  resumable?: boolean | undefined
  /** Pass over an answer that there is already. */
  fresh?: boolean | undefined
  /** false: the web is not searched, whatever the documents hold. */
  web?: boolean | undefined
  /** The answer is to be found by its conversation. */
  findable?: boolean | undefined
  /** Nobody waits for the answer: it is made for those who will ask. */
  isWarmUp?: boolean | undefined
}

export interface Question {
  conversationId: string
  user: string
  text: string
  /** What was said before it; absent when nothing was, or when it makes no difference. */
  history?: History
  /** The conversation before it could not be read. */
  isHistoryLost?: boolean
  instructions?: string
  profile: CompanyProfile
  /** How long the profile took to get, and when the question came in (both by `performance.now`), ms. */
  promptMs: number
  askedAt: number
  language: Language
  indexes?: string[]
  page?: Page
  maxTokens: number
  temperature: number
  stop?: string[]
  /** The web may be searched for what the documents do not hold. */
  web?: true
}

export interface QuestionLimits {
  maxMessageChars: number
  maxHistoryChars: number
  maxHintsChars: number
  /** Of an answer; a question may ask for fewer. */
  maxTokens: number
  /** Used unless the question brings its own. */
  temperature: number
  /** Whether the web can be searched at all. */
  web: boolean
}

/** What is read of a conversation is more than what the language model is sent: the rewriting of a question looks at it too. */
const historyTimes = 4
const maxCited = 20
const maxTitleChars = 300

/** Throws the coded error of what is wrong: INVALID_TEXT, MESSAGE_EMPTY, MESSAGE_TOO_LONG, UNKNOWN_COMPANY, UNKNOWN_INDEX, or that of the prompt store. */
export async function readQuestion (profiles: Pick<Prompts, 'get'>, limits: QuestionLimits, asked: Asked): Promise<Question> {
  const askedAt = performance.now()
  checkText(asked)
  const { message, user, company, indexes, page, history, instructions, stop } = asked
  if (message.length > limits.maxMessageChars) throw coded('MESSAGE_TOO_LONG', `At most ${limits.maxMessageChars} characters.`)
  if (message.trim() === '') throw coded('MESSAGE_EMPTY')
  const profile = await profiles.get(company)
  if (!profile) throw coded('UNKNOWN_COMPANY')
  const unknown = indexes?.find(index => !Object.hasOwn(profile.indexes, index))
  if (unknown !== undefined) throw coded('UNKNOWN_INDEX', `It has: ${Object.keys(profile.indexes).join(', ')}.`)
  return {
    conversationId: asked.conversation ?? randomUUID(),
    user,
    text: message.trim(),
    profile,
    promptMs: performance.now() - askedAt,
    askedAt,
    language: (asked.language as Language | undefined) ?? questionLanguage(message, profile.language),
    maxTokens: Math.min(asked.maxTokens ?? limits.maxTokens, limits.maxTokens),
    temperature: asked.temperature ?? limits.temperature,
    ...(indexes ? { indexes } : {}),
    ...(page ? { page } : {}),
    ...(history && (history.turns.length > 0 || history.digest !== '') ? { history: bounded(history, limits.maxHistoryChars * historyTimes) } : {}),
    ...(instructions ? { instructions: cut(instructions, limits.maxHintsChars) } : {}),
    ...(stop && stop.length > 0 ? { stop } : {}),
    // Who names indexes wants these and nothing else.
    ...(limits.web && asked.web !== false && !indexes ? { web: true as const } : {}),
  }
}

/** The newest turns, until there are that many characters: a client may send a year's talk along. */
function bounded ({ digest, turns }: History, chars: number): History {
  const kept: Turn[] = []
  let left = chars
  for (const { question, answer, cited, standalone } of turns.toReversed()) {
    if (left <= 0) break
    const turn = { question: cut(question, left), answer: cut(answer, left), cited: cited.slice(0, maxCited).map(title => cut(title, maxTitleChars)) }
    kept.unshift({ ...turn, ...(standalone === undefined ? {} : { standalone: cut(standalone, left) }) })
    left -= turn.question.length + turn.answer.length
  }
  return { digest: cut(digest, chars), turns: kept }
}

/** NUL and lone surrogates have no place in a question, and no back end takes them. */
function checkText ({ message, user, page, history, instructions, stop }: Asked): void {
  const turns = history?.turns.flatMap(({ question, answer, cited }) => [question, answer, ...cited]) ?? []
  for (const text of [message, user, instructions ?? '', page?.path ?? '', page?.title ?? '', ...page?.hints ?? [], ...stop ?? [], ...turns]) {
    if (text.includes('\0') || !text.isWellFormed()) throw coded('INVALID_TEXT')
  }
}
