// Measures follow-up questions, which are completed from the conversation, with the extractive model.
import { readFileSync } from 'node:fs'
import { chooseUnits } from '../src/llm/extractive.ts'
import { complete, standsAlone } from '../src/language/follow-up.ts'
import { isFound } from '../src/search/evidence.ts'
import type { Turn } from '../src/types.ts'
import type { Corpus } from './corpus.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'
import type { GoldenQuestion } from './golden.ts'

/** See test/golden/README.md. */
export interface GoldenConversation {
  company_id: string
  /** Written after the code was finished, and never looked at since. */
  held_out?: boolean
  turns: (GoldenQuestion & { follow_up: boolean })[]
}

/** How many answers cite a correct document, and how many contain a correct string. */
export interface Outcome { cited: number, string: number }

export interface ConversationsResult {
  conversations: number
  followUps: {
    n: number
    /** How many were recognised as depending on the conversation. */
    detected: number
    completed: Outcome
    asTyped: Outcome
  }
  standAlone: {
    n: number
    /** How many were changed; it should be 0. */
    changed: number
    asTyped: Outcome
  }
  /** Failed questions, with the completed question and the answer. */
  misses: string[]
}

const passages = 6

export function readConversations (file: string): GoldenConversation[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { conversations: GoldenConversation[] }).conversations
}

/** Plays every conversation, turn by turn. The company's sample documents must be loaded first. */
export async function measureConversations (corpus: Corpus, conversations: GoldenConversation[]): Promise<ConversationsResult> {
  const none = (): Outcome => ({ cited: 0, string: 0 })
  const result: ConversationsResult = {
    conversations: conversations.length,
    followUps: { n: 0, detected: 0, completed: none(), asTyped: none() },
    standAlone: { n: 0, changed: 0, asTyped: none() },
    misses: [],
  }
  const { followUps, standAlone, misses } = result

  for (const { company_id: company, turns } of conversations) {
    const { language } = await corpus.profile(company)
    const history = { digest: '', turns: [] as Turn[] }

    async function ask (question: string) {
      const found = await corpus.search(company, question, passages)
      const chosen = isFound(question, language, language, found)
        ? chooseUnits({ question, language, documentsLanguage: language, terms: found.terms, passages: found.passages })
        : []
      const cited = [...new Set(chosen.map(({ passage }) => found.passages[passage]!))]
      const text = chosen.map(unit => unit.kind === 'fact' ? `${found.passages[unit.passage]!.title} — ${unit.text}` : unit.text).join(' ')
      return { text, ids: cited.map(({ id }) => id), titles: cited.map(({ title }) => title) }
    }
    type Reply = Awaited<ReturnType<typeof ask>>
    /** Counts an answer and tells if it is correct. */
    const count = (outcome: Outcome, { text, ids }: Reply, { answer, doc }: GoldenQuestion) => {
      const cites = ids.some(id => doc.includes(id))
      const contains = answer.some(string => comparable(text).includes(comparable(string)))
      if (cites) outcome.cited++
      if (contains) outcome.string++
      return cites && contains
    }

    for (const turn of turns) {
      const asIs = standsAlone(turn.q, language, history)
      const standalone = asIs ? turn.q : complete(turn.q, language, history)
      const reply = await ask(standalone)
      let right: boolean
      if (turn.follow_up) {
        followUps.n++
        if (!asIs) followUps.detected++
        right = count(followUps.completed, reply, turn)
        count(followUps.asTyped, asIs ? reply : await ask(turn.q), turn)
      } else {
        standAlone.n++
        if (standalone !== turn.q) standAlone.changed++
        right = count(standAlone.asTyped, reply, turn) && standalone === turn.q
      }
      if (!right) {
        misses.push(`${turn.q} (${standalone}) → ${reply.ids.length === 0 ? '(not found)' : `${reply.text} [${reply.ids.join(', ')}]`}`)
      }
      history.turns.push({ question: turn.q, ...(asIs ? {} : { standalone }), answer: reply.text, cited: reply.titles })
    }
  }
  return result
}
