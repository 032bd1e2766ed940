// Scores each sentence of a text by how well it answers a question or, without a question, by how much of the text it represents.
import { holdsType } from '../language/answer-types.ts'
import { quantities } from '../language/quantities.ts'
import { compareQuantities } from '../language/quantity-fit.ts'
import { isStopWord, stem } from '../language/words.ts'
import type { Language } from '../types.ts'
import { maxWordChars, wordsOf, type ParsedQuestion } from './question.ts'
import type { SentenceSpan } from './spans.ts'

/** Facts are only looked for in shorter sentences: longer text is not a sentence, and the patterns are not linear. */
const maxFactChars = 700

/** The score of a sentence, and its role in the text. */
export interface Scored {
  score: number
  isHeading: boolean
  /** It ends with a question mark: it may repeat the question, but it is not the answer. */
  asks: boolean
  /** Position of its heading, −1 without one. */
  heading: number
}

/** Weights modelled on the extractive model (src/llm/extractive.ts), which chooses sentences by the same features. */
const weights = {
  own: 6,
  beyondHeading: 2.5,
  heading: 1.5,
  section: 2,
  before: 1.2,
  type: 3.4,
  label: 2,
  code: 4,
  reply: 1.4,
  first: 0.5,
  figure: 0.4,
  contradiction: -2,
}

/** Scores each sentence against a question. One that matches nothing scores 0, or slightly more. */
export function scoreForQuestion (text: string, sentences: readonly SentenceSpan[], asked: ParsedQuestion, language: Language): Scored[] {
  const headings = findHeadings(text, sentences)
  const held = sentences.map(({ start, end }) => matches(text.slice(start, end), asked))
  const idf = asked.weights.map((weight, term) => {
    const n = held.reduce((sum, found) => sum + (found.has(term) ? 1 : 0), 0)
    return weight * Math.log(1 + (sentences.length - n + 0.5) / (n + 0.5))
  })
  const total = idf.reduce((sum, value) => sum + value, 0) || 1
  const share = (found: ReadonlyMap<number, number>, without?: ReadonlyMap<number, number>) => {
    let sum = 0
    for (const [term, sureness] of found) if (!without?.has(term)) sum += idf[term]! * sureness
    return sum / total
  }
  const sections = sectionShares(headings.map(({ isHeading }, i) => isHeading || sentences[i]!.opensText), held, share)
  const contradicts = sentences.map(({ start, end }) => end - start <= maxFactChars && asked.quantities.length > 0 &&
    compareQuantities(asked.quantities, quantities(text.slice(start, end), language)).contradicts === 1)
  let before = 0
  return sentences.map((sentence, i) => {
    const written = text.slice(sentence.start, sentence.end)
    const { isHeading, heading } = headings[i]!
    const above = heading < 0 ? undefined : held[heading]!
    const own = share(held[i]!)
    const short = written.length <= maxFactChars
    const typed = short && asked.type !== null && holdsType(written, asked.type)
    const label = short ? labelOf(written) : null
    const lower = asked.codes.length > 0 ? written.toLowerCase() : ''
    const score =
      weights.own * own +
      weights.beyondHeading * share(held[i]!, above) +
      (above ? weights.heading * share(above) : 0) +
      weights.section * sections[i]! +
      (sentence.opensParagraph ? 0 : weights.before * before) +
      (typed ? weights.type : 0) +
      (label !== null && matches(label, asked).size > 0 ? weights.label : 0) +
      (asked.codes.some(code => lower.includes(code)) ? weights.code : 0) +
      (heading >= 0 && heading === i - 1 && isQuestion(text.slice(sentences[heading]!.start, sentences[heading]!.end))
        ? weights.reply
        : 0) +
      (i === 0 ? weights.first : 0) +
      (asked.type === null && /\p{N}/u.test(written) ? weights.figure : 0) +
      (contradicts[i] || contradicts[heading] ? weights.contradiction : 0)
    before = own
    return { score, isHeading, asks: isQuestion(written), heading }
  })
}

/** Returns, for each sentence, the share of the question that its whole section contains, heading included. */
function sectionShares (
  opensSection: readonly boolean[],
  held: readonly ReadonlyMap<number, number>[],
  share: (found: Map<number, number>) => number
): number[] {
  const shares: number[] = []
  for (let start = 0; start < held.length;) {
    let end = start + 1
    while (end < held.length && !opensSection[end]) end++
    const union = new Map<number, number>()
    for (let i = start; i < end; i++) for (const [term, sureness] of held[i]!) union.set(term, Math.max(sureness, union.get(term) ?? 0))
    const value = share(union)
    while (shares.length < end) shares.push(value)
    start = end
  }
  return shares
}

function isQuestion (written: string): boolean {
  return /\?["»”')\]*]{0,4}$/.test(written.slice(-5))
}

function matches (text: string, asked: ParsedQuestion): Map<number, number> {
  const found = new Map<number, number>()
  for (const word of wordsOf(text)) {
    const match = asked.match(word)
    if (match && match.sureness > (found.get(match.term) ?? 0)) found.set(match.term, match.sureness)
  }
  return found
}

/** Returns the part before the colon in `Price: 12 €`, `**Poids** : 3 kg`. */
function labelOf (written: string): string | null {
  const at = written.indexOf(':')
  return at > 0 && at <= 40 ? written.slice(0, at) : null
}

const centrality = { heading: 2.5, first: 2, opensParagraph: 1, central: 2, figure: 1.5, name: 0.5 }

/** Scores the sentences of stored material: headings, first sentences, new figures and names, and central words count. */
export function scoreForStore (text: string, sentences: readonly SentenceSpan[], language: Language): Scored[] {
  const headings = findHeadings(text, sentences)
  const stems = sentences.map(({ start, end }) => [...new Set(contentStems(text.slice(start, end), language))])
  const counts = new Map<string, number>()
  for (const own of stems) for (const word of own) counts.set(word, (counts.get(word) ?? 0) + 1)
  const most = Math.log(1 + counts.values().reduce((highest, n) => Math.max(highest, n), 1))
  const seen = new Set<string>()
  return sentences.map((sentence, i) => {
    const written = text.slice(sentence.start, sentence.end)
    const own = stems[i]!
    const central = own.length === 0 ? 0 : own.reduce((sum, word) => sum + Math.log(1 + counts.get(word)!), 0) / own.length / most
    const fresh = (pattern: RegExp) => {
      let n = 0
      for (const [found] of written.slice(0, maxFactChars).matchAll(pattern)) {
        if (!seen.has(found)) n++
        seen.add(found)
      }
      return Math.min(n, 3)
    }
    const { isHeading, heading } = headings[i]!
    const score = (isHeading ? centrality.heading : 0) +
      (i === 0 ? centrality.first : 0) +
      (sentence.opensParagraph || heading === i - 1 ? centrality.opensParagraph : 0) +
      centrality.central * central +
      centrality.figure * fresh(/\p{N}[\p{N}.,]*/gu) +
      centrality.name * fresh(/(?<=[\p{Ll},] )\p{Lu}[\p{L}\p{N}-]+/gu)
    return { score, isHeading, asks: isQuestion(written), heading }
  })
}

function contentStems (text: string, language: Language): string[] {
  return wordsOf(text).filter(word => !isStopWord(word, language)).map(word => word.length > maxWordChars ? word : stem(word, language))
}

/** Finds headings: short lines without a full stop, followed by text. List items and facts ("Price: 12 €") do not count. */
export function findHeadings (text: string, sentences: readonly SentenceSpan[]): { isHeading: boolean, heading: number }[] {
  let heading = -1
  return sentences.map(({ start, end, opensLine, opensParagraph, opensText }, i) => {
    if (opensText) heading = -1
    const next = sentences[i + 1]
    const alone = opensLine && next?.opensLine === true && !next.opensText
    const written = end - start <= 100 ? text.slice(start, end) : ''
    const isHeading = alone && written !== '' && (/^#{1,6}\s/.test(written) ||
      (opensParagraph && !/^[-*•·>|]|^\d+[.)]\s|[.!…,;]$|:\s*\S/u.test(written)))
    const above = heading
    if (isHeading) heading = i
    return { isHeading, heading: above }
  })
}
