// Decides which messages of a conversation are mere courtesy, and keeps those out of the history of a question.
import { courtesyOf, type Courtesy } from '../language/courtesy.ts'
import type { CompanyProfile, History, Language, Turn } from '../types.ts'

/**
 * Returns the kind of a message that asks nothing; null for a question.
 * @param previous the answer before it: "Yes, please" answers its question
 */
export function courtesyIn (text: string, language: Language, { name }: CompanyProfile, previous?: Pick<Turn, 'answer'>): Courtesy | null {
  const courtesy = courtesyOf(text, language, name)
  const isReply = courtesy?.kind === 'acknowledgement' && previous !== undefined && /[?？؟]\s*$/u.test(previous.answer)
  return isReply ? null : courtesy
}

/** Returns the history without courtesies: the turn before a follow-up is the last one that was about something. */
export function withoutCourtesies ({ digest, turns }: History, language: Language, profile: CompanyProfile): History {
  return { digest, turns: turns.filter(({ question }, i) => courtesyIn(question, language, profile, turns[i - 1]) === null) }
}
