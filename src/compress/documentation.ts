// Documentation: the sentences that can answer, under their headings; nothing is said in other words.
import type { Compressor, Task } from './compressor.ts'
import { findHeadings, scoreForQuestion, scoreForStore, type Scored } from './prose.ts'
import { fold } from '../language/words.ts'
import { assemble, keepWithin, sentencePieces, withNeeded, type Piece } from './spans.ts'

/** Characters in to one out that the aggressive mode goes to. */
const aggressiveRatio = 4
/** And the adaptive mode where there is no question: half of a stored text is not asked for again. */
const storedRatio = 2
/** A sentence is kept while its score is this close to the best one's. */
const closeness = 4.5
/** Below this best score nothing in the text speaks of the question: what answers it then cannot be told. */
const leastScore = 3
/** What a heading or a question is worth less than a statement with the same words. */
const echo = 4
/** Characters that are always left: two or three sentences, so that a short text is not cut to none. */
const least = 280
/** A repeat shorter than this may mean something else where it stands ("Yes."). */
const shortestRepeat = 20

export const compressDocumentation: Compressor = (text, task) => {
  const pieces = sentencePieces(text)
  return assemble(text, pieces, keepPieces(text, pieces, task))
}

/**
 * Which pieces of a text stay; what is assembled of them is no longer than the budget.
 * @param isFixed pieces that stay whatever they are worth, and are not counted
 * @param bonus what a piece is worth more for where it stands
 */
export function keepPieces (text: string, pieces: readonly Piece[], { mode, asked, budget, language }: Task, { isFixed = [], bonus = [] }: { isFixed?: readonly boolean[], bonus?: readonly number[] } = {}): boolean[] {
  const withFixed = (kept: boolean[]) => kept.map((is, i) => is || isFixed[i] === true)
  const fixed = assemble(text, pieces, withFixed(pieces.map(() => false))).length
  const fresh = withFixed(withoutRepeats(text, pieces))
  const fits = (kept: boolean[], room: number) => assemble(text, pieces, kept).length <= fixed + room
  if (mode === 'conservative' && fits(fresh, budget)) return fresh
  const scored = (asked ? scoreForQuestion(text, pieces, asked, language) : scoreForStore(text, pieces, language))
    .map((one, i) => ({ ...one, score: one.score + (bonus[i] ?? 0) }))
  // Under another heading, or none, a sentence would speak of another thing.
  const needs = (i: number) => scored[i]!.heading
  const kept = asked && mode === 'adaptive' ? withFixed(withNeeded(close(scored, fresh), needs)) : fresh
  const ratio = mode === 'aggressive' ? aggressiveRatio : mode === 'adaptive' && !asked ? storedRatio : 0
  const room = Math.min(budget, Math.max(least, ratio === 0 ? Infinity : (text.length - fixed) / ratio))
  if (fits(kept, room)) return kept
  // What says the question's words again takes room and answers nothing.
  const worth = scored.map(({ score, isHeading, asks }) => asked && (isHeading || asks) ? score - echo : score)
  const order = [...pieces.keys()].filter(i => kept[i] && !isFixed[i]).sort((a, b) => worth[b]! - worth[a]! || a - b)
  return keepWithin(text, pieces, order, room, needs, isFixed)
}

/** All that scores nearly as much as the best; everything when nothing speaks of the question. */
function close (scored: readonly Scored[], fresh: boolean[]): boolean[] {
  // A heading or a question that says the question's words again is what the answer stands under.
  const best = scored.reduce((most, { score, isHeading, asks }, i) => fresh[i] && !isHeading && !asks ? Math.max(most, score) : most, 0)
  return best < leastScore ? fresh : scored.map(({ score }, i) => fresh[i]! && score >= best - closeness)
}

/**
 * All but what its text has said before, word for word, and what says nothing: rules, page numbers, copyright lines.
 * A fact that comes again under another heading is a fact of another thing.
 */
function withoutRepeats (text: string, pieces: readonly Piece[]): boolean[] {
  const headings = findHeadings(text, pieces)
  let seen = new Set<string>()
  return pieces.map(({ start, end, opensLine, opensText }, i) => {
    if (opensText) seen = new Set()
    const written = text.slice(start, end)
    const { isHeading, heading } = headings[i]!
    if (opensLine && written.length <= 120 && boilerplate.test(written)) return false
    if (isHeading || written.length < shortestRepeat) return true
    const key = `${/[\p{N}:]/u.test(written) ? heading : ''} ${fold(written.toLowerCase())}`
    const isFresh = !seen.has(key)
    seen.add(key)
    return isFresh
  })
}

const boilerplate = /^(?:[-=_*~#]{3,}|(?:-\s*)?(?:page|seite|página)\s\d+(?:\s?(?:\/|of|sur|de|von)\s?\d+)?(?:\s*-)?|(?:©|\(c\)|copyright\b).*)$/iu
