// Reduces a long message to the question in it: a letter is searched by what it asks, not by its whole story.
import type { Language } from '../types.ts'
import { answerType } from './answer-types.ts'
import { quantities } from './quantities.ts'
import { sentences } from './sentences.ts'
import { tidyQuestion } from './tidy-question.ts'
import { topicWeights } from './topic.ts'

/** A shorter message is a question as a whole. */
const longFrom = 160
/** The most questions of a message that are kept, and the most characters. */
const maxQuestions = 2
const maxChars = 400
/** A question with fewer topic words, and no thing, needs the sentences before it: "Just tell us the price." */
const enoughTopicWords = 2
const weightOfThing = 1

/** Returns the questions of a long message, the last ones, with as much before them as they need; any other text whole. Tidies it. */
export function coreQuestion (given: string, language: Language): string {
  const text = tidyQuestion(given)
  if (text.length < longFrom) return text
  const all = sentences(text)
  const asking = all.flatMap((sentence, i) => /[?？؟]["»”')]*$/.test(sentence) ? [i] : [])
  const asked =
    asking.length > 0
      ? asking.slice(-maxQuestions)
      : all.flatMap((sentence, i) => (answerType(sentence, language) === null ? [] : [i])).slice(-1)
  if (all.length < 2 || asked.length === 0) return text
  const kept = new Set(asked)
  const size = () => [...kept].reduce((sum, i) => sum + all[i]!.length, 0)
  const hasTopic = () => {
    const weights = [...topicWeights([...kept].map(i => all[i]!).join(' '), language, language, []).values()]
    return weights.length >= enoughTopicWords || weights.includes(weightOfThing)
  }
  for (let before = asked[0]! - 1; before >= 0 && !hasTopic(); before--) {
    if (size() + all[before]!.length > maxChars) break
    kept.add(before)
  }
  // The numbers of the reader's own matter often stand before the question.
  for (const [i, sentence] of all.slice(0, asked[0]).entries()) {
    if (kept.has(i) || size() + sentence.length > maxChars) continue
    if (quantities(sentence, language).some(({ isSituation }) => isSituation)) kept.add(i)
  }
  return [...kept].sort((a, b) => a - b).map(i => all[i]!).join(' ')
}
