// The short way of a plain question whose answer is kept: nothing of it has to be waited for.
import type { Answers, KeptAnswer } from '../answers/answers.ts'
import { newId } from '../ids.ts'
import type { LanguageModel } from '../llm/model.ts'
import type { ProfileCache } from '../profiles/cache.ts'
import type { SearchEngine } from '../search/engine.ts'
import type { AnswerEvents, Budget, CompanyProfile, Language } from '../types.ts'
import { isWholeText } from '../whole-text.ts'
import type { Ended } from './after-answer.ts'
import type { Asked, QuestionLimits } from './question.ts'
import { keyOf, readingOf, type Reading } from './reading.ts'

export interface AskKeptDeps {
  profiles: Pick<ProfileCache, 'known' | 'countHit'>
  engine: Pick<SearchEngine, 'audience' | 'version'>
  model: Pick<LanguageModel, 'name'>
  answers: Pick<Answers, 'findKept'>
  usage?: {
    count (company: string, key: string | null, what: { questions: number }): void
    isSpent (company: string, key: string | null, budget: Budget): boolean
  }
  afterAnswer (events: AnswerEvents, ended: Ended): void
}

/** A question that has nothing beside its words. */
export type PlainAsked = Pick<Asked, 'company' | 'user' | 'names' | 'keyId' | 'message' | 'language'>

/** Returns the question's kept answer; null, and nothing has happened, when it has to be asked in the usual way. */
export type AskKept = (asked: PlainAsked) => KeptAnswer | null

/** Everything else that a question may have: with one of these, it is not plain. */
const notPlain = Object.keys({
  conversation: true, history: true, instructions: true, indexes: true, filter: true, page: true, maxTokens: true, temperature: true,
  stop: true, format: true, resumable: true, fresh: true, isUnrecorded: true, web: true, requestKey: true, after: true,
  continuable: true, findable: true, isWarmUp: true,
} satisfies Record<Exclude<keyof Asked, keyof PlainAsked>, true>) as (keyof Asked)[]

export function isPlain (asked: Asked): boolean {
  for (const name of notPlain) if (asked[name] !== undefined) return false
  return true
}

const one = { questions: 1 }

/**
 * Creates the function. It does what `ask` does, step by step, in a company whose profile and version are known and whose
 * documents are for everyone.
 */
export function createAskKept (
  { profiles, engine, model, answers, usage, afterAnswer }: AskKeptDeps, limits: QuestionLimits,
): AskKept {
  /** The last key of each reading: as long as profile and documents are the same, so is the key. */
  const lastKeys = new WeakMap<Reading, { profile: CompanyProfile, indexVersion: string, key: string }>()
  const keyFor = (reading: Reading, profile: CompanyProfile, indexVersion: string): string => {
    const last = lastKeys.get(reading)
    if (last?.profile === profile && last?.indexVersion === indexVersion) return last.key
    const { core: text, language } = reading
    const { maxTokens, temperature } = limits
    const key = keyOf(reading, {
      company: profile.id, promptVersion: profile.version, weightsVersion: profile.weights?.version ?? '', indexVersion,
      model: profile.model ?? model.name,
      question: limits.web ? { text, language, maxTokens, temperature, web: true } : { text, language, maxTokens, temperature },
    })
    lastKeys.set(reading, { profile, indexVersion, key })
    return key
  }

  return asked => {
    const { company, user, names = [], keyId = null, message } = asked
    if (message.length > limits.maxMessageChars || !isWholeText(message) || !isWholeText(user)) return null
    const profile = profiles.known(company)
    if (!profile) return null
    const audience = names.length === 0 ? null : engine.audience(profile, names)
    const indexVersion = engine.version(profile)
    if (isAwaited(audience) || isAwaited(indexVersion) || (audience !== null && audience.length > 0)) return null
    const begunAt = performance.now()
    const reading = readingOf(message, asked.language as Language | undefined, profile)
    const { core: text, language } = reading
    if (text === '' || reading.courtesy) return null
    const key = keyFor(reading, profile, indexVersion)
    const conversationId = newId()
    const kept = answers.findKept({ key, user, conversationId })
    if (!kept) return null
    profiles.countHit()
    // A kept answer is given even when the budget is spent; asked all the same, since that keeps the counts of today at hand.
    if (profile.budget !== undefined) usage?.isSpent(profile.id, keyId, profile.budget)
    usage?.count(profile.id, keyId, one)
    const question = { conversationId, text, language, profile }
    const sent = { question: reading.text, at: Date.now() }
    afterAnswer(kept.events, {
      asked, question, sent, begunAt, indexVersion, answerId: kept.answerId, cache: 'hit', isKeptHere: true, earlier: null, fork: null,
    })
    return kept
  }
}

/** Tells whether something has to be waited for. Its error belongs to whoever asks for it again. */
function isAwaited<T> (value: T | Promise<T>): value is Promise<T> {
  if (!(value instanceof Promise)) return false
  value.catch(() => {})
  return true
}
