// What follows when a question has its whole answer, whether it was made for it, was running, or was kept.
import type { Reader } from '../answers/answers.ts'
import type { Conversation, Conversations, NewTurn } from '../conversations/store.ts'
import type { AnswerEvents, Language } from '../types.ts'
import type { CommonQuestions } from './common-questions.ts'
import { isForSome, turnOf } from './conversation-turn.ts'
import { copyOf } from './earlier-turns.ts'
import type { Asked, Question } from './question.ts'
import type { TurnSummarizer } from './summarize-turns.ts'

/** A question as it was asked, the versions of what its answer was made from, and whether that existed already. */
export interface AnsweredQuestion {
  question: string
  /** The question without its courtesies. */
  text: string
  language: Language
  user: string
  /** It was limited to some indexes or documents, so its answer says little about all of them. */
  isNarrowed: boolean
  profileVersion: string
  indexVersion: string
  cache: Reader['cache']
  /** It leaves no trace. */
  isUnrecorded?: true
}

export interface AfterAnswerDeps {
  conversations: Pick<Conversations, 'append'>
  turnSummarizer: Pick<TurnSummarizer, 'summarize'>
  commonQuestions: Pick<CommonQuestions, 'count'>
  /** Called with each answer that a client asked for, once it has ended, even if it existed already. */
  onAnswered (company: string, events: AnswerEvents, about: AnsweredQuestion): void
}

/** A question that has its answer. */
export interface Ended {
  asked: Asked
  question: Pick<
    Question,
    'conversationId' | 'profile' | 'text' | 'language' | 'indexes' | 'selection' | 'history' | 'format' | 'courtesy' | 'isOverBudget'
  >
  /** The question as a turn has it. */
  sent: Pick<NewTurn, 'question' | 'at' | 'requestKey'>
  /** When it arrived, by `performance.now`. */
  begunAt: number
  indexVersion: string
  answerId: string
  cache: Reader['cache']
  /** Its turns belong to a conversation that is kept here. */
  isKeptHere: boolean
  /** The conversation that it continues. */
  earlier: Conversation | null
  /** The one that it leaves, and takes the turns of. */
  fork: Conversation | null
}

/** Creates the function that is called with every answer that a client asked for, once it has ended. */
export function createAfterAnswer ({ conversations, turnSummarizer, commonQuestions, onAnswered }: AfterAnswerDeps) {
  return (events: AnswerEvents, ended: Ended): void => {
    const { asked, question, sent, begunAt, indexVersion, answerId, cache, isKeptHere, earlier, fork } = ended
    const { profile, selection } = question
    onAnswered(profile.id, events, {
      question: sent.question, text: question.text, language: question.language, user: asked.user,
      isNarrowed: question.indexes !== undefined || selection?.filter !== undefined,
      profileVersion: profile.version, indexVersion, cache, ...(asked.isUnrecorded ? { isUnrecorded: true } : {}),
    })
    if (asked.isUnrecorded) return
    if (question.courtesy && !asked.continuable) return
    const last = events.at(-1)!
    if (canBeCommon(asked) && !selection && !question.history && last.type === 'finish' && last.finish_reason === 'stop') {
      commonQuestions.count(profile.id, { text: question.text, language: asked.language ?? null }, asked.user)
    }
    if (!isKeptHere) return
    const names = selection?.names ?? []
    const turn = turnOf(names.length > 0 ? { ...sent, audience: names } : sent, events, answerId, question.format !== undefined)
    if (!turn) return
    const owner = { company: asked.company, user: asked.user }
    for (const copied of fork?.turns ?? []) conversations.append(owner, question.conversationId, copyOf(copied), begunAt)
    conversations.append(owner, question.conversationId, turn, begunAt)
    // A digest has no audience of its own.
    if (earlier && !fork && !question.isOverBudget && !isForSome(earlier)) {
      turnSummarizer.summarize(owner, earlier, { language: question.language, model: profile.model })
    }
  }
}

/**
 * Returns true if the same words from any other user would be the same question. A question that must not go to the web
 * is excluded: warming it up could send it there.
 */
function canBeCommon ({ fresh, format, web, instructions, indexes, page, maxTokens, temperature, stop }: Asked): boolean {
  return (
    !fresh && !format && web !== false && instructions === undefined && indexes === undefined && page === undefined &&
    maxTokens === undefined && temperature === undefined && stop === undefined
  )
}
