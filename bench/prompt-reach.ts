// Measures whether the golden companies' questions reach a language model with the passage that answers, at the defaults.
import { buildMessages } from '../src/chat/messages.ts'
import type { Mode } from '../src/compress/compress.ts'
import { mergeNeighbours } from '../src/search/neighbours.ts'
import { isRightDocument, type AskedQuestion } from './companies.ts'
import { comparable } from '../src/evaluation/compare-texts.ts'

/** How one question reaches a language model. */
export interface PromptReach {
  /** The model is asked: anything was found. */
  asked: boolean
  /** A passage of a document that answers is among those in the messages. */
  right: boolean
  /** An accepted string is in the messages' passages. */
  string: boolean
}

/** As in the defaults of the service (config-schema.ts). */
const defaults = { maxDocsChars: 6000, maxHintsChars: 800, maxHistoryChars: 4000, compression: 'adaptive' as Mode }

/** Builds the messages of a question as the service does. */
export function promptReach ({ profile, q, language, documents, found, answer, doc }: AskedQuestion, settings = defaults): PromptReach {
  const { messages, used } = buildMessages({
    ...settings,
    profile,
    language,
    documentsLanguage: documents,
    passages: mergeNeighbours(found.passages, settings.maxDocsChars / 2),
    question: q,
  })
  const prompt = comparable(messages.at(-1)!.content)
  const passages = prompt.slice(0, prompt.lastIndexOf('</passages>'))
  return {
    asked: used.length > 0,
    right: used.some(({ id }) => isRightDocument(id, doc)),
    string: answer.some(one => passages.includes(comparable(one))),
  }
}
