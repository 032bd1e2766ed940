// Compresses documentation to the sentences that can answer, under their headings. Rephrases nothing.
import type { Compressor, CompressorOptions } from './question.ts'
import { findHeadings, scoreForQuestion, scoreForStore, type Scored } from './prose.ts'
import { fold } from '../language/words.ts'
import { assemble, keepWithin, splitSentences, withNeeded, type SentenceSpan } from './spans.ts'

/** Ratio of input to output characters in the aggressive mode. */
const aggressiveRatio = 4
/** Ratio in the adaptive mode without a question: half of a stored text is never needed for an answer. */
const storedRatio = 2
/** Sentences this close to the best score are kept. */
const closeness = 4.5
/** With a lower best score, nothing in the text matches the question, so the answer could be anywhere. */
const minScore = 3
/** Penalty for a heading or a question, compared with a statement in the same words. */
const echoPenalty = 4
/** Minimum length of a result: two or three sentences, so that a short text is not reduced to nothing. */
const minChars = 280
/** A shorter repeat may mean something else in its context ("Yes."). */
const minRepeatChars = 20

export const compressDocumentation: Compressor = (text, options) => {
  const sentences = splitSentences(text)
  return assemble(text, sentences, keepSentences(text, sentences, options))
}

/**
 * Chooses the sentences to keep. Assembled, they are no longer than the budget.
 * @param isFixed sentences that always stay, and are not counted
 * @param bonus extra score of each sentence for its position
 */
export function keepSentences (
  text: string,
  sentences: readonly SentenceSpan[],
  { mode, asked, budget, language }: CompressorOptions,
  { isFixed = [], bonus = [] }: { isFixed?: readonly boolean[]; bonus?: readonly number[] } = {}
): boolean[] {
  const withFixed = (kept: boolean[]) => kept.map((is, i) => is || isFixed[i] === true)
  const fixed = assemble(text, sentences, withFixed(sentences.map(() => false))).length
  const fresh = withFixed(withoutRepeats(text, sentences))
  const fits = (kept: boolean[], limit: number) => assemble(text, sentences, kept).length <= fixed + limit
  if (mode === 'conservative' && fits(fresh, budget)) return fresh
  const scored = (asked ? scoreForQuestion(text, sentences, asked, language) : scoreForStore(text, sentences, language)).map(
    (one, i) => ({ ...one, score: one.score + (bonus[i] ?? 0) })
  )
  // Under another heading, or none, a sentence would be about something else.
  const needs = (i: number) => scored[i]!.heading
  const kept = asked && mode === 'adaptive' ? withFixed(withNeeded(keepClosest(scored, fresh), needs)) : fresh
  const ratio = mode === 'aggressive' ? aggressiveRatio : mode === 'adaptive' && !asked ? storedRatio : 0
  const limit = Math.min(budget, Math.max(minChars, ratio === 0 ? Infinity : (text.length - fixed) / ratio))
  if (fits(kept, limit)) return kept
  // A repetition of the question takes space and answers nothing.
  const worth = scored.map(({ score, isHeading, asks }) => (asked && (isHeading || asks) ? score - echoPenalty : score))
  const order = [...sentences.keys()].filter(i => kept[i] && !isFixed[i]).sort((a, b) => worth[b]! - worth[a]! || a - b)
  return keepWithin(text, sentences, order, limit, needs, isFixed)
}

/** Keeps the sentences that score nearly as high as the best; all of them when nothing matches the question. */
function keepClosest (scored: readonly Scored[], fresh: boolean[]): boolean[] {
  // A heading or a question that repeats the question's words comes before the answer, and is not the answer.
  const best = scored.reduce((most, { score, isHeading, asks }, i) => fresh[i] && !isHeading && !asks ? Math.max(most, score) : most, 0)
  return best < minScore ? fresh : scored.map(({ score }, i) => fresh[i]! && score >= best - closeness)
}

/**
 * Drops exact repeats within a text, and lines without content: rules, page numbers, copyright lines. A fact that
 * repeats under another heading is about something else, and stays.
 */
function withoutRepeats (text: string, sentences: readonly SentenceSpan[]): boolean[] {
  const headings = findHeadings(text, sentences)
  let seen = new Set<string>()
  return sentences.map(({ start, end, opensLine, opensText }, i) => {
    if (opensText) seen = new Set()
    const written = text.slice(start, end)
    const { isHeading, heading } = headings[i]!
    if (opensLine && written.length <= 120 && boilerplate.test(written)) return false
    if (isHeading || written.length < minRepeatChars) return true
    const key = `${/[\p{N}:]/u.test(written) ? heading : ''} ${fold(written.toLowerCase())}`
    const isFresh = !seen.has(key)
    seen.add(key)
    return isFresh
  })
}

const boilerplate =
  /^(?:[-=_*~#]{3,}|(?:-\s*)?(?:page|seite|página)\s\d+(?:\s?(?:\/|of|sur|de|von)\s?\d+)?(?:\s*-)?|(?:©|\(c\)|copyright\b).*)$/iu
