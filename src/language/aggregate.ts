// Reads a question for a figure over many things ("the cheapest tent under 200 €"): the operation, and which things are meant.
import type { Language } from '../types.ts'
import {
  aggregatePhrases, asSuperlative, beforeMost, besideLimit, limitWords, neutralWords, placeApart, placeOf, rowNouns, unsureWords,
  withMeasure, type Operation
} from './aggregate-words.ts'
import { answerType, type AnswerType } from './answer-types.ts'
import { numberWord } from './number-words.ts'
import { quantities, type Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'
import { fold, stem, tokens } from './words.ts'
import { limitsOf, listWithin, withoutWish } from './within-limit.ts'

export type { Operation } from './aggregate-words.ts'

/** Words that may stand between "how many" and what is counted. */
const articles = /^(?:l|d|les|des|the|of|die|der|los|las|vos|your|all|different|differente?s?|verschiedene|distint[oa]s)$/

/** … and between its words: "sacs de couchage". */
const links = /^(?:d|de|of|del)$/

export interface Topic { word: string, stem: string }

/** `written`: as in the question. */
export type Limit = Quantity & { written: string }

export interface Aggregate {
  operation: Operation
  /** The dimensions that the superlative itself compares; empty when the question names the attribute. */
  dimensions: Dimension[]
  /** The words that say which things, or which attribute, are meant; in order. */
  topics: Topic[]
  /** How many of the first topics stand right behind "how many" or "which": they are what is counted or listed. */
  asked: number
  /** "Products", "articles": every row is meant. */
  isAnyRow: boolean
  /** How many things are asked for: "the three cheapest tents". */
  most?: number
  /** 2: the second cheapest is asked for. */
  place?: number
  /** Measures that the things have to fit ("under 200 €", "for 3 people"). */
  limits: Limit[]
  /** No word asks for a list: "rucksack under £100". */
  isUnsaid?: true
}

/**
 * Returns what a question computes; null for any other question, and when it is not certain.
 * @param asked the language of the question
 * @param documents the language of the data, in which its words are stemmed
 */
export function readAggregate (written: string, asked: Language, documents: Language): Aggregate | null {
  const known = aggregatePhrases[asked]
  if (!known) return null
  const question = placeApart(asSuperlative(withoutWish(written), asked), asked)
  const all = tokens(question)
  const whole = all.map(word => plain(word)).join(' ')
  const said = known.find(({ pattern }) => pattern.test(whole))
  if (!said && !/\d/.test(question)) return null
  const limits = limitsOf(quantities(question, asked))
    .map((limit): Limit => ({ ...limit, written: question.slice(limit.start, limit.end) }))
  const phrase = said ?? listWithin(limits)
  if (!phrase) return null

  const certain = limits.some(limit => isCompared(question, limit)) ? whole.replace(withMeasure, '') : whole
  if (unsureWords[asked]!.test(said ? certain : certain.replace(besideLimit, ''))) return null
  const rest = tokens(blank(question, limits)).map(word => ({ word, folded: plain(word) }))
  const text = rest.map(({ folded }) => folded).join(' ')
  const match = phrase.pattern.exec(text)
  // A second superlative asks for something else.
  if (!match || isAskedTwice(text, match, known, phrase.operation)) return null
  const [from, to] = [countWords(text.slice(0, match.index)), countWords(text.slice(0, match.index + match[0].trimEnd().length))]

  const folded = rest.map(({ folded }) => folded)
  const isExtreme = phrase.operation === 'min' || phrase.operation === 'max'
  const place = isExtreme ? placeIn(folded, from, asked) : null
  const most = isExtreme && place === null ? mostOf(folded, from, to) : null
  const dimensions = phrase.operation === 'average' ? askedDimensions(question, asked) : phrase.dimensions
  const isMeasured = limits.length > 0 || dimensions.length > 0
  const topics: Topic[] = []
  let askedTopics = 0
  let isNext = true
  let isAnyRow = false
  rest.forEach(({ word, folded }, i) => {
    if ((i >= from && i < to) || i === most?.at || i === place?.at) return
    if (rowNouns.test(folded)) {
      isAnyRow = true
      if (i >= to) isNext = false
    } else if (neutralWords[asked]!.test(folded) || (isMeasured && limitWords.test(folded))) {
      if (i >= to) isNext = isNext && (topics.length === 0 ? articles : links).test(folded)
    } else {
      topics.push({ word, stem: topicStem(word, documents) })
      if (i >= to && isNext) askedTopics++
    }
  })
  if (most !== null && !isPlural(folded.join(' '), match[0].trim(), asked)) return null
  return {
    operation: phrase.operation, dimensions, topics, asked: said ? askedTopics : topics.length, isAnyRow, limits,
    ...(said ? {} : { isUnsaid: true }), ...(most === null ? {} : { most: most.count }),
    ...(place === null ? {} : { place: place.place }),
  }
}

/** Tells whether "than" stands in a measure or right before it: not "£20 cheaper than the other one". */
function isCompared (question: string, { start, end }: Limit): boolean {
  return /(?:^|\s)(?:than|als|que)(?:\s|$)/iu.test(question.slice(Math.max(0, start - 6), end))
}

const mostAsked = 20

/** Finds the number that stands beside the superlative, or behind the article before it. */
function mostOf (words: string[], from: number, to: number): { at: number, count: number } | null {
  const found = words.flatMap((word, at) => {
    const count = /^\d{1,2}$/.test(word) ? Number(word) : numberWord(word)
    const isBeside = at === from - 1 || at === to || (at < from && beforeMost.test(words[at - 1] ?? ''))
    return count !== undefined && count >= 2 && count <= mostAsked && isBeside ? [{ at, count }] : []
  })
  return found.length === 1 ? found[0]! : null
}

/** Matches verbs and question words: an ordinal before one of them belongs to something else ("pour le deuxième étage, quelle est …"). */
const asksAgain = /^(?:quel(?:le)?s?|est|sont|que|cual(?:es)?|es|son|tienen?|hay|cuestan?|coute|coutent)$/

/** Finds the ordinal of "the second cheapest": right before the superlative, or behind the article of what it is about. */
function placeIn (words: string[], from: number, language: Language): { at: number, place: number } | null {
  const isBefore = (at: number) => at === from - 1 ||
    ((language === 'fr' || language === 'es') && at < from && /^(?:le|la|el)$/.test(words[at - 1] ?? '') &&
      !words.slice(at + 1, from).some(word => asksAgain.test(word)))
  const found = words.flatMap((word, at) => {
    const place = placeOf(word)
    return place !== undefined && isBefore(at) ? [{ at, place }] : []
  })
  return found.length === 1 ? found[0]! : null
}

/** Tells whether a question asks for several things: "the cheapest 4 season tent" asks for one. */
function isPlural (text: string, superlative: string, language: Language): boolean {
  switch (language) {
    case 'en': return /s$/.test(text)
    case 'de': return /sten$/.test(superlative.split(' ').at(-1)!) && !superlative.startsWith('am ')
    case 'fr': return /(?:^| )(?:les|vos|des) /.test(text)
    default: return /(?:^| )(?:los|las) /.test(text)
  }
}

/** Returns the stem of a word without the mark of the plural: stemmers leave it on some ("vélos"), and take "biberons" for a verb. */
export function topicStem (word: string, language: Language): string {
  return stem(language === 'fr' ? word.replace(/(?<=.{3})s$/u, '') : word, language).replace(/(?<=.{3})[sx]$/u, '')
}

const dimensionsOf: Partial<Record<AnswerType, Dimension[]>> = {
  price: ['money'], weight: ['mass'], length: ['length'], duration: ['duration'], volume: ['volume'],
}

/** Returns the dimensions of what a question asks for: "was kostet … im Durchschnitt". */
function askedDimensions (question: string, language: Language): Dimension[] {
  const type = answerType(question, language)
  return (type && dimensionsOf[type]) ?? []
}

/** Tells whether the rest of a question has another phrase of this kind. "Which", "what" and the like introduce them all. */
function isAskedTwice (text: string, match: RegExpExecArray, known: typeof aggregatePhrases[string], operation: Operation): boolean {
  const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`
  return known.some(phrase =>
    phrase.operation !== 'list' && (operation !== 'count' || phrase.operation !== 'count') && phrase.pattern.test(rest))
}

/** Returns a word as the patterns of phrases know it. */
export function plain (word: string): string {
  return fold(word.toLowerCase()).replaceAll('ß', 'ss')
}

/** Replaces the quantities of a text by spaces. */
function blank (text: string, found: readonly Quantity[]): string {
  return found.reduce((rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end), text)
}

export function countWords (text: string): number {
  return text.split(' ').filter(Boolean).length
}
