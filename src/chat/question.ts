// Checks a client's question and fills in the defaults.
import { hash } from 'node:crypto'
import { coded, unknownCompany, unknownIndex } from '../errors.ts'
import type { ProfileCache } from '../profiles/cache.ts'
import { newId } from '../ids.ts'
import type { Courtesy } from '../language/courtesy.ts'
import type { SearchEngine } from '../search/engine.ts'
import { readFilter } from '../search/filter.ts'
import type { Selection } from '../search/selection.ts'
import { checkTexts } from '../whole-text.ts'
import type { AnswerFormat, CompanyProfile, History, Language, Page, QuestionRequest, Turn } from '../types.ts'
import { cut } from './messages.ts'
import { readingOf, type Reading } from './reading.ts'

/** A question, independent of its wire format, and who asks it. */
export interface Asked extends QuestionRequest {
  company: string
  /** The user who asks, within the company. */
  user: string
  /** The names that the user goes by in access lists of documents; absent: only what everyone may see is found. */
  names?: readonly string[] | undefined
  /** The key that asks; null = none. */
  keyId?: string | null
  /** No client waits for the answer: it is made for later questions. */
  isWarmUp?: boolean | undefined
}

export interface Question {
  conversationId: string
  user: string
  text: string
  /** The earlier turns; absent when there are none or when they make no difference. */
  history?: History
  /** The earlier conversation could not be read. */
  isHistoryLost?: boolean
  instructions?: string
  profile: CompanyProfile
  /** How long it took to get the profile, and when the question arrived (both by `performance.now`), ms. */
  promptMs: number
  askedAt: number
  language: Language
  indexes?: string[]
  /** What the answer may rest on; absent: everything that everyone may see. */
  selection?: Selection
  page?: Page
  maxTokens: number
  temperature: number
  stop?: string[]
  format?: AnswerFormat
  /** The kind of courtesy, if the message asks nothing. */
  courtesy?: Courtesy
  /** The budget is spent: the language model is not asked. */
  isOverBudget?: true
  /** The web may be searched if the documents do not contain the answer. */
  web?: true
}

export interface QuestionLimits {
  maxMessageChars: number
  maxHistoryChars: number
  maxHintsChars: number
  /** The most tokens per answer; a question may ask for fewer. */
  maxTokens: number
  /** Used unless the question brings its own. */
  temperature: number
  /** True if the service can search the web at all. */
  web: boolean
}

/** Limits the history that is read. It exceeds what the language model receives: rewriting the question uses it too. */
const historyTimes = 4
const maxCited = 20
const maxTitleChars = 300

/**
 * Checks a question and completes it. Throws INVALID_TEXT, MESSAGE_EMPTY, MESSAGE_TOO_LONG, UNKNOWN_COMPANY, UNKNOWN_INDEX,
 * INVALID_FILTER, or the error of the profile store.
 */
export async function readQuestion (
  profiles: Pick<ProfileCache, 'get'>, limits: QuestionLimits, asked: Asked,
): Promise<Question & { reading: Reading }> {
  const askedAt = performance.now()
  checkText(asked)
  const { message, user, company, indexes, page, history, instructions, stop } = asked
  const filter = asked.filter === undefined || asked.filter === null ? undefined : readFilter(asked.filter)
  if (message.length > limits.maxMessageChars) throw coded('MESSAGE_TOO_LONG', `At most ${limits.maxMessageChars} characters.`)
  if (!/\S/.test(message)) throw coded('MESSAGE_EMPTY')
  const profile = await profiles.get(company)
  if (!profile) throw unknownCompany()
  const unknown = indexes?.find(index => !Object.hasOwn(profile.indexes, index))
  if (unknown !== undefined) throw unknownIndex(profile.indexes)
  const reading = readingOf(message, asked.language as Language | undefined, profile)
  return {
    conversationId: asked.conversation ?? newConversation(asked),
    user,
    text: reading.text,
    reading,
    profile,
    promptMs: performance.now() - askedAt,
    askedAt,
    language: reading.language,
    maxTokens: Math.min(asked.maxTokens ?? limits.maxTokens, limits.maxTokens),
    temperature: asked.temperature ?? limits.temperature,
    ...(indexes ? { indexes } : {}),
    ...(filter ? { selection: { names: [], filter } } : {}),
    ...(page ? { page } : {}),
    ...(history && (history.turns.length > 0 || history.digest !== '')
      ? { history: bounded(history, limits.maxHistoryChars * historyTimes) }
      : {}),
    ...(instructions ? { instructions: cut(instructions, limits.maxHintsChars) } : {}),
    ...(stop && stop.length > 0 ? { stop } : {}),
    ...(asked.format ? { format: asked.format } : {}),
    // A client that names indexes, or documents, wants only these.
    ...(limits.web && asked.web !== false && !indexes && !filter ? { web: true as const } : {}),
  }
}

/** Limits a question to what its user may see. Returns a promise only when that has to be looked up. */
export function limitToUser (
  engine: Pick<SearchEngine, 'audience'>, question: Question, names: readonly string[] = []
): void | Promise<void> {
  if (names.length === 0) return
  const limit = (audience: readonly string[] | null) => {
    if (audience && audience.length > 0) question.selection = { ...question.selection, names: audience }
  }
  const audience = engine.audience(question.profile, names)
  return audience instanceof Promise ? audience.then(limit) : limit(audience)
}

/** Returns the id of a new conversation: the same one for a request that is sent again. */
function newConversation ({ company, user, requestKey }: Asked): string {
  return requestKey === undefined ? newId() : hash('sha256', JSON.stringify([company, user, requestKey]), 'base64url')
}

/** Returns the newest turns, up to that many characters: a client may send a year of conversation. */
function bounded ({ digest, turns }: History, chars: number): History {
  const kept: Turn[] = []
  let left = chars
  for (const { question, answer, cited, standalone } of turns.toReversed()) {
    if (left <= 0) break
    const turn = {
      question: cut(question, left),
      answer: cut(answer, left),
      cited: cited.slice(0, maxCited).map(title => cut(title, maxTitleChars)),
    }
    kept.unshift({ ...turn, ...(standalone === undefined ? {} : { standalone: cut(standalone, left) }) })
    left -= turn.question.length + turn.answer.length
  }
  return { digest: cut(digest, chars), turns: kept }
}

/** Rejects NUL and lone surrogates: no back end accepts them. */
function checkText ({ message, user, page, history, instructions, stop }: Asked): void {
  if (!page && !history && !instructions && !stop) return checkTexts([message, user])
  const turns = history?.turns.flatMap(({ question, answer, cited }) => [question, answer, ...cited]) ?? []
  checkTexts([
    message,
    user,
    instructions ?? '',
    page?.path ?? '',
    page?.title ?? '',
    ...(page?.hints ?? []),
    ...(stop ?? []),
    ...turns,
  ])
}
