// A question in another language than the documents: its words say nothing, its vector does.
import type { Query } from '../language/analyze.ts'
import { answerType, certainTypes, holdsType, type AnswerType } from '../language/answer-types.ts'
import { onceForTextIn } from '../language/once-for-text.ts'
import { factLines } from '../language/passage-lines.ts'
import { quantities } from '../language/quantities.ts'
import { topicWeights } from '../language/topic.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'
import { aboveBackground } from './above-background.ts'
import type { SearchResult } from './engine.ts'
import { namesUnknownCode } from './named-codes.ts'

/** From this share of unknown words on (by IDF), the words of a question in another language say nothing about it. */
const unknownShare = 0.5
/** The weight of the similarity in the ranking: names and codes are the same in every language. */
export const weightAcrossLanguages = 0.85
/** Replaces the background where there is none: passages of other trades are farther from a question in another language. */
const usualBackground = { mean: -0.28, deviation: 0.12 }
/**
 * How far a passage that can hold the answer stands out from passages of other trades, by both measures of it and by twice its
 * similarity: a question for a price is nearer to anything with one than to passages of other trades.
 */
const leastStanding = 1.75
const similarityShare = 2
/** How far it stands out, by the measures alone, where nothing but a type of fact is asked for: such questions are near to every trade. */
const leastStandingBare = 1.38
/** … and the passage holds such a fact. */
const leastStandingWithFact = 0.8
/** Less similarity is no nearness, however much farther other trades are ("What is the capital of Peru?"). */
const leastSimilarity = -0.1

/** Tells whether a question has to be judged by its vector: its language is another one, and the documents do not know its words. */
export function isAcrossLanguages (asked: Language, documents: Language, terms: readonly QueryTerm[]): boolean {
  if (asked === documents) return false
  const share = (words: readonly QueryTerm[]) => words.reduce((sum, { idf }) => sum + idf, 0)
  return share(terms.filter(({ known, corrections }) => !known || corrections.length > 0)) >= unknownShare * share(terms)
}

/** Returns the terms of a question; without corrections in another language, whose words are not misspelt but similar to others. */
export function uncorrectedAcross ({ asked, language }: Query, terms: QueryTerm[]): QueryTerm[] {
  return isAcrossLanguages(asked, language, terms) ? terms.map(asTyped) : terms
}

function asTyped (term: QueryTerm): QueryTerm {
  if (term.corrections.length === 0) return term
  const { respelled: _, ...typed } = term
  return { ...typed, known: false, corrections: [] }
}

/** How many of the best passages are looked at for the type of fact that is asked for. */
export const lookedAtForType = 30
/** What such a fact adds to a score of at most 1. */
const typedBonus = 0.15

/**
 * Tells whether the type of fact that is asked for says more than the question's words: they are of another language, or all
 * of them only ask ("Where are you?").
 */
export function isAskedByType ({ text, asked, language }: Query, terms: readonly QueryTerm[]): boolean {
  if (isAcrossLanguages(asked, language, terms)) return true
  return onlyAsked(text, asked, language) !== null
}

/** Returns the type of fact that a question asks for with words that only ask; null where it names a subject, or asks for no fact. */
function onlyAsked (question: string, asked: Language, documents: Language): AnswerType | null {
  const type = answerType(question, asked)
  return type !== null && topicWeights(question, asked, documents, quantities(question, documents)).size === 0 ? type : null
}

/** The part of a passage that is looked at for a type of fact. */
type Told = Pick<FoundPassage, 'text' | 'fields'>

const holdsTypeOnce = onceForTextIn<AnswerType, boolean>((text, type) => holdsType(text, type), { maxChars: 100_000 })

/** Tells whether a passage's text or facts hold a type of fact. */
export function holdsFactOf ({ text, fields }: Told, type: AnswerType): boolean {
  return holdsTypeOnce(`${text}\n${factLines(fields)}`, type)
}

/** Ranks passages anew: a time, a price or a length that is asked for looks the same in every language. */
export function preferTyped<T extends Told & { score: number }> (passages: readonly T[], { text, asked }: Query): T[] {
  const type = answerType(text, asked)
  if (type === null) return [...passages]
  return passages
    .map(passage => {
      const isTyped = holdsFactOf(passage, type)
      return { ...passage, score: (passage.score + (isTyped ? typedBonus : 0)) / (1 + typedBonus) }
    })
    .sort((a, b) => b.score - a.score)
}

/**
 * Tells whether any passage is near enough to a question in another language to hold its answer. None is to a question about
 * a code that no document holds, and none without a phone number to one that asks for nothing else.
 */
export function isNearAcrossLanguages (
  question: string, asked: Language, documents: Language, { passages, terms, background = usualBackground }: SearchResult
): boolean {
  if (namesUnknownCode(terms, passages, question, documents)) return false
  const type = onlyAsked(question, asked, documents)
  return passages.some(passage => {
    const { similarity } = passage
    if (similarity === null || similarity < leastSimilarity) return false
    const holds = type !== null && holdsFactOf(passage, type)
    if (type !== null && !holds && certainTypes.has(type)) return false
    const { aboveOthers, outstanding } = aboveBackground(similarity, background)
    const standing = aboveOthers + outstanding
    if (type === null) return standing + similarityShare * similarity >= leastStanding
    return standing >= (holds ? leastStandingWithFact : leastStandingBare)
  })
}
