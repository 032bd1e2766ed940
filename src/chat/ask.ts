// Answers an incoming question: joins the answer to an equal question or starts one, and handles its end.
import type { Answers, Reader } from '../answers/answers.ts'
import { answerKey } from '../answers/key.ts'
import { createSlots } from '../async/slots.ts'
import { sleep } from '../async/signals.ts'
import type { SimilarAnswers } from '../answers/similar.ts'
import type { Repeatable } from '../conversations/repeated-turns.ts'
import type { Conversation, Conversations, Owner } from '../conversations/store.ts'
import { questionVector } from '../embed/embedder.ts'
import { standsAlone } from '../language/follow-up.ts'
import { questionLanguage } from '../language/language.ts'
import { mayShareAnswer } from '../language/same-question.ts'
import { formatRefused } from '../llm/failures.ts'
import { policyOf, type LanguageModel } from '../llm/model.ts'
import { newId } from '../ids.ts'
import type { ProfileCache } from '../profiles/cache.ts'
import { similarityScale } from '../similarity-scale.ts'
import type { AnswerEvent, Budget, CompanyProfile } from '../types.ts'
import { coded } from '../errors.ts'
import { createAfterAnswer, type AfterAnswerDeps } from './after-answer.ts'
import { answer, type AnswerDeps, type AnswerSettings } from './answer.ts'
import { createAskKept, isPlain, type AskKept } from './ask-kept.ts'
import { earlierTurns, type Earlier } from './earlier-turns.ts'
import { courtesyIn, withoutCourtesies } from './courtesies.ts'
import { historyOf, seenBy } from './conversation-turn.ts'
import { keyOf } from './reading.ts'
import { limitToUser, readQuestion, type Asked, type Question, type QuestionLimits } from './question.ts'

export interface AskDeps extends Pick<AnswerDeps, 'embedder' | 'engine' | 'model' | 'web' | 'arrivals' | 'now'>, AfterAnswerDeps {
  profiles: Pick<ProfileCache, 'get' | 'known' | 'countHit'>
  answers: Pick<Answers, 'open' | 'findKept'>
  conversations: Pick<Conversations, 'get' | 'append'>
  /** Counts questions, and knows budgets. Absent: none is ever spent. */
  usage?: {
    count (company: string, key: string | null, what: { questions: number }): void
    isSpent (company: string, key: string | null, budget: Budget): boolean
  }
  /** Answers when the budget is spent. */
  economical?: LanguageModel
  /** Null: only an equal question reuses an earlier answer. */
  similar: SimilarAnswers | null
  /** Called when an answer that was made here has ended; not for a question that joined one. */
  onMade (made: MadeAnswer): void
  /** Called with everything that made an answer fail or degrade. `about` goes to the log unchanged. */
  onProblem (problem: string, error: unknown, about: { answer_id: string } | { company_id: string }): void
}

export interface MadeAnswer {
  answerId: string
  question: Question
  last: AnswerEvent
  /** No client waited for it. */
  isWarmUp: boolean
  /** The key that asked; null = none. */
  keyId: string | null
}

/** The questions that may share an answer when their meaning is the same. */
interface Scope { key: string, embeddedBy: string }

/** How long another instance may take to store a turn, ms. */
const writingMs = 250

export interface AskSettings {
  question: QuestionLimits
  answer: AnswerSettings
}

/**
 * Returns a reader of the question's answer, which must be closed; at once when that is kept: a promise would cost each answer a
 * turn of the microtask queue. Throws the error in the question, or OVERLOADED.
 */
export type Ask = (asked: Asked) => Reader | Promise<Reader>

/** Questions that are embedded and searched at once: more would only make one another wait, longer than a search may take. */
const maxPreparing = 32

export function createAsk (deps: AskDeps, settings: AskSettings): { ask: Ask, askKept: AskKept } {
  const {
    embedder,
    engine,
    model,
    web = null,
    arrivals,
    now,
    profiles,
    answers,
    conversations,
    similar,
    usage,
    economical,
    onMade,
    onProblem,
  } = deps
  const policy = policyOf(model)
  const afterAnswer = createAfterAnswer(deps)
  const answerDeps: AnswerDeps = {
    embedder, engine, model, web, now, onProblem: (problem, error, answerId) => onProblem(problem, error, { answer_id: answerId }),
    preparing: createSlots(maxPreparing, { oneEach: true }),
    ...(arrivals ? { arrivals } : {}),
  }

  /** Reads the conversation. If that fails, the question is answered all the same, and the answer is degraded. */
  async function readConversation (owner: Owner, id: string): Promise<Conversation | null | 'unreadable'> {
    try {
      return await conversations.get(owner, id)
    } catch (error) {
      onProblem('a conversation was not read', error, { company_id: owner.company })
      return 'unreadable'
    }
  }

  /** Returns the conversation before the question. Throws CONVERSATION_NOT_FOUND when the answer `after` is not in it. */
  async function readEarlier (owner: Owner, id: string, sent: Repeatable, after?: string): Promise<Earlier | null | 'unreadable'> {
    for (let tries = 0; ; tries++) {
      const conversation = await readConversation(owner, id)
      if (conversation === 'unreadable') return conversation
      const earlier = conversation && earlierTurns(conversation, sent, after)
      if (earlier || after === undefined) return earlier
      if (tries === 1) throw coded('CONVERSATION_NOT_FOUND')
      // Another instance may still be writing the turn that its client has seen the end of.
      await sleep(writingMs)
    }
  }

  /** Returns the model that the company's documents are searched with: its vector of the question is made anyway. */
  async function embeddingModel (profile: CompanyProfile): Promise<string> {
    return (await engine.models(profile))[0] ?? embedder.modelFor(profile.language)
  }

  /** Vectors of two models cannot be compared: each model has a scope of its own. */
  async function scopeOf (shared: string, profile: CompanyProfile): Promise<Scope> {
    const embeddedBy = await embeddingModel(profile)
    return { key: `${shared} ${embeddedBy}`, embeddedBy }
  }

  async function findSimilar ({ key, embeddedBy }: Scope, { profile, text, language }: Question): Promise<readonly AnswerEvent[] | null> {
    const vector = await questionVector(embedder, profile.id, text, embeddedBy)
    const { sameQuestion } = similarityScale(embeddedBy)
    return vector && similar!.find(key, vector, text, (known, asked) => mayShareAnswer(known, asked, language), sameQuestion)
  }

  /** Makes the answer available to similar questions. Only a language model's answer is worth it. */
  function offerToSimilar ({ key, embeddedBy }: Scope, { profile, text }: Question, events: readonly AnswerEvent[], owner: Owner): void {
    const last = events.at(-1)!
    const vector = embedder.cachedQuestion(text, embeddedBy, profile.id)
    if (!vector || last.type !== 'finish' || last.finish_reason !== 'stop' || last.answered_by !== 'llm' || last.degraded) return
    similar!.add(key, vector, text, events, owner)
  }

  const askKept = createAskKept({ ...deps, afterAnswer }, settings.question)
  const askAnew = async (asked: Asked): Promise<Reader> => {
    const askedAt = Date.now()
    const begunAt = performance.now()
    const question = await readQuestion(profiles, settings.question, asked)
    const { profile, reading } = question
    const { keyId = null } = asked
    const isSpent = profile.budget !== undefined && usage?.isSpent(profile.id, keyId, profile.budget)
    if (isSpent && economical) question.isOverBudget = true
    if (!asked.isWarmUp) usage?.count(profile.id, keyId, { questions: 1 })
    const limiting = limitToUser(engine, question, asked.names)
    if (limiting) await limiting
    const audience = question.selection?.names ?? []
    const forSome = audience.length > 0 ? { audience } : {}
    if (question.format && !model.writesJson) throw formatRefused(question.format, undefined)

    // Reads the earlier turns. A client that sends the history keeps the conversation itself.
    const owner = { company: asked.company, user: asked.user }
    const isKeptHere = asked.history === undefined && !asked.isWarmUp && !asked.isUnrecorded
    const mayExist = asked.conversation !== undefined || asked.requestKey !== undefined
    const sent = { question: reading.text, at: askedAt, ...(asked.requestKey ? { requestKey: asked.requestKey } : {}) }
    const earlier = isKeptHere && mayExist ? await readEarlier(owner, question.conversationId, sent, asked.after) : null
    if (earlier === 'unreadable') question.isHistoryLost = true
    else if (earlier) question.history = historyOf(seenBy(earlier.conversation, audience))
    const fork = earlier !== 'unreadable' && earlier?.isFork ? earlier.conversation : null
    if (fork) question.conversationId = newId()
    const answered = question.history?.turns.at(-1)
    if (question.history) question.history = withoutCourtesies(question.history, question.language, profile)
    if (question.history?.turns.length === 0 && question.history.digest === '') delete question.history
    const previous = question.history?.turns.at(-1)
    // A short question says little about its language; the previous question says more.
    if (previous && asked.language === undefined) {
      question.language = questionLanguage(`${previous.question}\n${question.text}`, profile.language)
    }
    // A message that asks nothing is not part of the conversation. Without a language model, there was no question that it
    // could answer.
    const reply = policy.readsMessages ? answered : undefined
    const isOfReading = question.language === reading.language && reply === undefined
    const courtesy = question.format
      ? null
      : isOfReading ? reading.courtesy : courtesyIn(question.text, question.language, profile, reply)
    if (courtesy) {
      question.courtesy = courtesy
      delete question.history
    } else question.text = reading.core
    // A model that does not read the conversation needs it only for a follow-up. All its other answers can be shared.
    if (question.history && !policy.readsMessages && standsAlone(question.text, question.language, question.history)) {
      delete question.history
    }

    // Decides who may share the answer: equal questions by `key`; similar ones within `scope`, if only the words matter.
    const version = engine.version(profile)
    const indexVersion = typeof version === 'string' ? version : await version
    const parts = {
      company: profile.id, promptVersion: profile.version, weightsVersion: profile.weights?.version ?? '', indexVersion,
      model: profile.model ?? model.name,
    }
    const key = asked.fresh || question.isHistoryLost || courtesy || question.format ? null : keyOf(reading, { ...parts, question })
    const isShared = similar && key !== null && !question.history && !question.page
    // Looked up only by a question that has to be answered.
    const compared: { with?: Scope } = {}
    const findInScope = async (other: Question) => {
      compared.with = await scopeOf(answerKey({ ...parts, question: { ...question, text: '' } }), profile)
      return findSimilar(compared.with, other)
    }

    const withSimilar = isShared ? { ...answerDeps, similar: findInScope } : answerDeps
    const answerWith = question.isOverBudget ? { ...withSimilar, model: economical! } : withSimilar
    const reader = await answers.open({
      company: profile.id,
      key,
      resumable: asked.resumable ?? false,
      conversationId: question.conversationId,
      user: asked.user,
      ...forSome,
      ...(asked.findable ? { findableBy: asked.user } : {}),
      isWarmUp: asked.isWarmUp,
      produce: (answerId, signal, emit) => answer(answerWith, settings.answer, question, { answerId, signal, emit }),
      onEnd: (last, answerId) => onMade({ answerId, question, last, isWarmUp: asked.isWarmUp ?? false, keyId }),
    })

    // Runs when the answer ends, whether this question started it or joined it.
    reader.whenEnded(events => {
      if (compared.with && reader.cache === 'miss') offerToSimilar(compared.with, question, [...events], owner)
      if (asked.isWarmUp) return
      afterAnswer(events, {
        asked, question, sent, begunAt, indexVersion, answerId: reader.answerId, cache: reader.cache, isKeptHere,
        earlier: earlier === 'unreadable' ? null : earlier?.conversation ?? null, fork,
      })
    })
    return reader
  }
  return { ask: asked => (isPlain(asked) ? askKept(asked)?.read() : undefined) ?? askAnew(asked), askKept }
}
