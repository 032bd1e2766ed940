// Decides whether the passages found can contain the answer at all.
import { answerType, certainTypes, type AnswerType } from '../language/answer-types.ts'
import { offerClause, offerWords } from '../language/asking-offer.ts'
import { isCode } from '../language/codes.ts'
import { isPartOf, isTermAmong } from '../language/compounds.ts'
import { sameFamily } from '../language/generic-words.ts'
import { readPassage, type PassageReading } from '../language/passage-reading.ts'
import { quantities, type Quantity } from '../language/quantities.ts'
import { compareWithPassage } from '../language/quantity-fit.ts'
import { leastTopicWeight, topicWeights } from '../language/topic.ts'
import type { Dimension } from '../language/units.ts'
import { fold } from '../language/words.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'
import { aboveBackground, type AboveBackground } from './above-background.ts'
import { isAcrossLanguages, isNearAcrossLanguages } from './across-languages.ts'
import type { SearchResult } from './engine.ts'
import { codePositions, namesUnknownCode } from './named-codes.ts'

export interface Evidence extends AboveBackground {
  /** Share (by IDF) of the question's topic words in the passage; without generic and asking words, and numbers. */
  content: number
  /** The same for the words that are not in the passage's title or headings. */
  beyondTitle: number
  /** 1: it has another value of the same attribute of the same kind of thing than the question. */
  contradicts: number
  /** Share of the question's numbers that it has a value or a limit for; half of it where it holds nothing of the topic. */
  compares: number
  /** 1: a sentence or fact with a topic word holds a fact of the type asked for. */
  typed: number
  /** 1: it holds no such fact. */
  untyped: number
  /** 1: it holds a fact of the type asked for, one that every organisation is asked for: how to reach it, who does what, discounts. */
  usual: number
  /** 1: a fact of another type is asked for, which says little of what the question is about. */
  measure: number
  /** Share of the question's names that are missing in the passage. */
  names: number
  /** Share (by IDF) of the question's topic words that no document contains. */
  unknown: number
  /** Where it is only asked whether something is offered: share (by IDF) of the topic words that the passage lacks. */
  missing: number
  /** How many passages there are, from 0 (one) to 1 (two thousand or more), on a logarithmic scale. */
  size: number
  /** Similarity of question and passage, on the scale of src/similarity-scale.ts. */
  similarity: number
  /** By how much that is above the median of the passages found: an answer stands out. */
  lead: number
  /** How many topic words the passage holds, up to four, divided by four: two of four say more than one of two. */
  held: number
  /** 1: the question has no topic word, as in "what time do you open?". */
  bare: number
}

/**
 * Logistic regression on the golden sets and companies (`npm run learn`), with and without an answer; docs/decisions/0014
 * has the held-out figures. Above 0 = found.
 */
export const evidenceWeights: Record<keyof Evidence | 'bias', number> = {
  content: 0.3, beyondTitle: 1.6, contradicts: -6, compares: 1.5, typed: 0.5, untyped: 0.2, usual: 1.4, measure: -0.5, names: -2.2,
  unknown: -1.8, missing: -3.4, size: -2, similarity: 2.7, lead: 2.7, aboveOthers: 1.9, outstanding: 0.6, held: 2.5, bare: 1.2, bias: -1.8,
}

/** Replaces the similarity where there are no vectors: speaks neither for nor against. */
const noSimilarity = 0.45

/** Replaces the background where there is none: its mean with either of the default models. */
const usualBackground = { mean: 0, deviation: 0.09 }

/** How much a word of the same family counts for the word itself. */
const familyShare = 0.6
/** How much a word that says the same counts for it. */
const synonymShare = 0.65

/** The types of fact that people ask of any organisation. A price, a time or a length is asked of anything. */
const usualTypes: ReadonlySet<AnswerType> = new Set<AnswerType>(['phone', 'email', 'contact', 'place', 'person', 'discount'])

/** The dimensions of numbers that ask whether something is open, or takes place, then. */
const timed = new Set<Dimension>(['clock', 'weekday'])

/** So many words that a passage holds are enough. */
const mostHeld = 4

/** Replaces the size where it is not known: a hundred passages. */
const usualSize = 0.6

/**
 * Tells whether any passage can contain the answer: none where no document holds a code that is asked about, one with that code.
 * @param floor what the evidence must be above: the company's own offset
 */
export function isFound (question: string, asked: Language, documents: Language, result: SearchResult, floor = 0): boolean {
  if (namesUnknownCode(result.terms, result.passages, question, documents)) return false
  const codes = codePositions(result.terms, question, documents)
  const type = answerType(question, asked) ?? 'time'
  // "We are open by appointment" has no time, and answers "When are you open?".
  const isSure = ({ matched }: FoundPassage) => certainTypes.has(type) || matched.length === 0
  return passageEvidence(question, asked, documents, result).some((evidence, i) => {
    // Nothing but a fact is asked for, and it is not here: no similarity makes up for that.
    if (evidence.bare === 1 && evidence.untyped === 1 && isSure(result.passages[i]!)) return false
    const holdsCodes = codes.length > 0 && codes.every(code => result.passages[i]!.matched.includes(code))
    return evidenceScore(evidence) > floor || (holdsCodes && evidence.contradicts === 0)
  })
}

/** Tells the same of a question in any language: in another one than the documents' it is judged by its vector. */
export function isLikelyAnswered (question: string, asked: Language, documents: Language, found: SearchResult, floor = 0): boolean {
  if (asked !== documents && isNearAcrossLanguages(question, asked, documents, found)) return true
  return !isAcrossLanguages(asked, documents, found.terms) && isFound(question, asked, documents, found, floor)
}

export function evidenceScore (found: Evidence): number {
  const { bias, ...weights } = evidenceWeights
  return Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * found[name as keyof Evidence], bias)
}

/** `isLight`: it says little, or stands beside the question. */
type TopicWord = QueryTerm & { i: number, isLight: boolean }

/** Returns the evidence of each passage. */
export function passageEvidence (
  question: string,
  asked: Language,
  documents: Language,
  { passages, terms, total, background = usualBackground }: SearchResult
): Evidence[] {
  const numbers = quantities(question, documents)
  const asksWhen = numbers.some(({ dimension }) => timed.has(dimension))
  const type = answerType(question, asked) ?? (asksWhen ? 'time' : null)
  const offer = offerWords(question, asked)
  const words = topicWords(question, asked, documents, terms, numbers).filter(({ word }) => !offer.has(fold(word)))
  // "Can I come on Thursday at 9?" says when, and little else: the words that say little are not what it lacks.
  // … and so does "Can we stay two nights?": nights are of a stay.
  const asksStay = type === null && numbers.some(({ unit }) => unit === 'night')
  const hasFact = type !== null || asksStay
  const about = hasFact && words.every(({ isLight }) => isLight) ? [] : words
  // "Do you have brooms, and at what price?" is answered by the price, whatever word for the broom is used.
  const isOffer = offer.size > 0 && type === null
  const clause = isOffer ? offerClause(question, asked) : offer
  const inClause = about.filter(({ word }) => clause.has(fold(word)))
  // Where the clause names nothing, its subject was named before it.
  const offered = inClause.every(({ isLight }) => isLight) ? about : inClause
  const isUsual = type !== null && usualTypes.has(type)
  const capitals = documents === 'de' ? new Set<string>() : names(question)
  const named = about.filter(({ word, isLight }) => capitals.has(word) && !isLight).map(({ i }) => i)
  const unknown = share(about, word => 1 - certainty(word), 0)

  const size = total === undefined ? usualSize : Math.min(1, Math.log(Math.max(1, total)) / Math.log(2000))
  const similarities = passages.flatMap(({ similarity }) => similarity ?? []).sort((a, b) => a - b)
  const middle = similarities[Math.floor(similarities.length / 2)] ?? noSimilarity

  const comparisons = passages.map(passage => compareWithPassage(numbers, passage, documents))
  const holds = passages.map(passage => hold(passage, documents))
  // Where one passage has another size and no passage on the topic has the one that is asked for, the others have nothing to say
  // about it either: "bottle of 500 ml" where another thing is one of 500 ml. How many a hall seats says nothing of the menu for five.
  const fitting = comparisons.map(({ fits }, at) => fits === 1 && share(about, holds[at]!) > 0)
  const isVariant = comparisons.map(({ contradicts }, at) => contradicts === 1 && share(about, holds[at]!) > 0)
  const isOtherVariant = isVariant.includes(true) && !fitting.includes(true)

  return passages.map((passage, at) => {
    const held = holds[at]!
    const reading = readPassage(passage, documents)
    const { fits, states, compares, contradicts, lacks } = comparisons[at]!
    // How long one stays, and nothing else, is answered where there is a stay to compare it with.
    const types = asksStay && about.length === 0
      ? { typed: 0, untyped: fits + compares + contradicts === 0 ? 1 : 0 }
      : typeEvidence(reading, about, type)
    // A question without a subject is about any passage with what it asks for, and about no other.
    const none = types.untyped === 1 || (asksWhen && Math.max(fits, compares) === 0) ? 0 : 1
    const content = share(about, held, none)
    const similarity = passage.similarity ?? noSimilarity
    const isOther = contradicts === 1 || (isOtherVariant && (lacks === 1 || fits === 1 || compares === 0))
    const meets = isOther ? 0 : Math.max(states, compares)
    return {
      content,
      beyondTitle: share(
        about.filter(word => !isTermAmong(reading.title, word)),
        held,
        about.length === 0 ? none : 1
      ),
      ...types,
      usual: isUsual ? 1 - types.untyped : 0,
      measure: type !== null && !isUsual ? 1 : 0,
      contradicts: isOther ? 1 : 0,
      compares: meets * (1 + content) / 2,
      names: named.length === 0 ? 0 : named.filter(i => !passage.matched.includes(i)).length / named.length,
      unknown,
      missing: isOffer ? 1 - share(offered, held, none) : 0,
      size,
      similarity,
      lead: (passage.similarity ?? middle) - middle,
      ...aboveBackground(similarity, background),
      held: Math.min(mostHeld, about.reduce((sum, word) => sum + held(word), 0)) / mostHeld,
      bare: about.length === 0 ? 1 : 0,
    }
  })
}

/** Returns the words that say what a question is about, each with its weight. */
function topicWords (
  question: string, asked: Language, documents: Language, terms: readonly QueryTerm[], numbers: readonly Quantity[]
): TopicWord[] {
  const weights = topicWeights(question, asked, documents, numbers)
  return terms.flatMap((term, i) => {
    const weight = isCode(term.stem) ? 1 : weights.get(fold(term.word))
    return weight === undefined ? [] : [{ ...term, i, idf: term.idf * weight, isLight: weight < leastTopicWeight }]
  })
}

/** Returns the share of the words' weight, each multiplied by `counts`; `none` when there are no words. */
function share (words: readonly TopicWord[], counts: (word: TopicWord) => number, none = 1): number {
  const total = words.reduce((sum, { idf }) => sum + idf, 0)
  return total === 0 ? none : words.reduce((sum, word) => sum + word.idf * counts(word), 0) / total
}

/** Tells whether a passage holds a fact of the type asked for, and whether in or after a sentence or fact on the topic. */
function typeEvidence (
  { units, title }: PassageReading, about: readonly TopicWord[], type: AnswerType | null
): Pick<Evidence, 'typed' | 'untyped'> {
  let holds = false
  let typed = false
  let isAfterTopic = false
  for (const { unit, stems, holds: holdsType } of type === null ? [] : units) {
    if (unit.kind === 'title') continue
    const isOnTopic = about.some(word => certainty(word) > 0 && (isTermAmong(stems, word) || isTermAmong(title, word)))
    if (holdsType(type!)) {
      holds = true
      typed ||= isOnTopic || isAfterTopic
    }
    isAfterTopic = isOnTopic
  }
  return { typed: typed ? 1 : 0, untyped: type !== null && !holds ? 1 : 0 }
}

/**
 * Returns how certain it is that the documents contain a word: 1 when they do, less when they contain only a correction,
 * which for a short word, or with another first letter, is more likely another word ("massage", "passage").
 */
function certainty ({ word, known, corrections, synonyms }: QueryTerm): number {
  if (!known) return 0
  if (synonyms) return synonymShare
  if (corrections.length === 0) return 1
  // "Bebé" and "bebés" have two stems.
  if (corrections.some(correction => correction === `${fold(word)}s` || `${correction}s` === fold(word))) return 1
  const sameStart = corrections.some(correction => correction[0] === fold(word)[0])
  return Math.max(0, Math.min(1, (word.length - 3) / 4)) * (sameStart ? 1 : 0.25)
}

/** Returns how certainly a passage contains a word, or one of its family. Splits the passage's stems only when needed. */
function hold (passage: FoundPassage, documents: Language): (word: TopicWord) => number {
  let stems: string[] | undefined
  return word => {
    if (passage.matched.includes(word.i)) return certainty(word)
    stems ??= [...new Set(passage.stems.split(' '))]
    return stems.some(held => sameFamily(word.stem, held) || isPartOf(word, held, documents)) ? familyShare : 0
  }
}

/** Returns capitalised words within a sentence, in lower case: they are likely names. */
function names (text: string): Set<string> {
  return new Set([...text.matchAll(/(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{Ll}{2,}/gu)].map(([word]) => word.toLowerCase()))
}
