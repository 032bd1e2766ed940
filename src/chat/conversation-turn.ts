// Turns an answer into a turn of its conversation, and a stored conversation into the history of the next question.
import { onceForEach } from '../async/once-for-each.ts'
import type { Repeatable } from '../conversations/repeated-turns.ts'
import type { Conversation, NewTurn } from '../conversations/store.ts'
import { isSeenBy } from '../conversations/audience.ts'
import { citedTitles, withoutMarks } from '../language/citation-marks.ts'
import type { AnswerEvents, History, Source } from '../types.ts'

/** Returns the turn that a question and its answer make; null without an answer. @param isData the answer is JSON */
export function turnOf (
  sent: Omit<Repeatable, 'answerId'> & Pick<NewTurn, 'audience'>, events: AnswerEvents, answerId: string, isData = false,
): NewTurn | null {
  const given = isData ? readGiven(events, true) : givenIn(events)
  return given && { ...sent, ...given, answerId }
}

type Given = Pick<NewTurn, 'standalone' | 'answer' | 'cited' | 'finishReason'>

/** Returns the part of a turn that an answer in words makes. */
const givenIn = onceForEach((events: AnswerEvents) => readGiven(events, false))

function readGiven (events: AnswerEvents, isData: boolean): Given | null {
  const last = events.at(-1)
  if (last?.type !== 'finish') return null
  let text = ''
  let sources: Source[] = []
  for (const event of events) {
    if (event.type === 'delta') text += event.text
    else if (event.type === 'sources') sources = event.sources
  }
  if (text.trim() === '') return null
  const { finish_reason: finishReason, standalone_question: standalone } = last
  return {
    ...(standalone === undefined ? {} : { standalone }),
    answer: (isData ? text : withoutMarks(text)).trim(),
    cited: isData ? [] : citedTitles(text, sources),
    finishReason,
  }
}

/** Returns a conversation without the turns that rest on documents which the asker may not see. */
export function seenBy (conversation: Conversation, audience: readonly string[]): Conversation {
  if (!isForSome(conversation)) return conversation
  return { ...conversation, turns: conversation.turns.filter(turn => isSeenBy(turn, audience)) }
}

/** Tells whether a turn may rest on documents that not everyone may see. */
export function isForSome ({ turns }: Conversation): boolean {
  return turns.some(({ audience }) => audience !== undefined)
}

export function historyOf ({ digest, turns }: Conversation): History {
  return {
    digest,
    turns: turns.map(({ question, standalone, answer, cited }) => ({
      question,
      ...(standalone === undefined ? {} : { standalone }),
      answer,
      cited,
    })),
  }
}
