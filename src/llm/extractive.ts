// Answers without a language model: quotes the sentences and facts of the passages that answer best, with citations.
import { disarmMarks } from '../language/citation-marks.ts'
import { isPartOf, isTermAmong } from '../language/compounds.ts'
import { answerType, askingWords } from '../language/answer-types.ts'
import { sameFamily } from '../language/generic-words.ts'
import { likelierFact } from '../language/likely-facts.ts'
import { headingSeparator } from '../language/passage-lines.ts'
import { readPassage, type UnitReading } from '../language/passage-reading.ts'
import { quantities, type Quantity } from '../language/quantities.ts'
import { leastTopicWeight, topicWeights } from '../language/topic.ts'
import { compareQuantities, compareWithPassage, relate } from '../language/quantity-fit.ts'
import { fold, stemAll } from '../language/words.ts'
import type { Language, QueryTerm } from '../types.ts'
import { askedCells } from './asked-cells.ts'
import type { LanguageModel } from './model.ts'
import { indexPrior } from '../weights.ts'
import { withPrice } from './product-query.ts'
import type { Grounding, RankedUnit, UnitFeatures } from './ranked-unit.ts'
import { echoesInPlace, isAbout, namedFirst, namesIn, ofNamedOnly, rowSubject } from './same-thing.ts'
import { standingAlone } from './stands-alone.ts'

export type { Grounding, RankedUnit, UnitFeatures } from './ranked-unit.ts'

/** Softmax regression on the golden sets and a quarter of xquad-es (bench/learn.ts), each predicted by the others. */
export const unitWeights: UnitFeatures = {
  score: 3.1, first: 0.9, passage: 1.3, title: 1.4, unit: 2.5, beyondTitle: 3.6, family: 2.8, before: 0.8, type: 3.5, label: 2.7,
  price: 2.1, fits: 1.5, meets: 1.6, reply: 1.4, astray: -1, near: 3.9, isTitle: -2.7, isFact: -1.1,
}

/** What a word that only asks ("open", "price") counts in a sentence. */
const askingShare = 0.9
/** What a number that is compared counts as a word. */
const comparedShare = 0.6
/** A heading has at most so many words. */
const longestHeading = 8
const endsSentence = /[.!?…:;。！？]["»”)]?$/
/** What a limit counts that a number of the question does not meet. */
const unmetShare = 0.5
/** Maximum number of sentences and facts in an answer. */
const maxUnits = 3
/** Further units are added while their score is this close to the best one. */
const closeness = 5

/** Ranks every title, fact and sentence of the passages by how well it answers, the best first. */
export function rankUnits ({ question, language, documentsLanguage, terms, passages, weights: own }: Grounding): RankedUnit[] {
  const weights = withOffsets(own?.units)
  const asked = quantities(question, documentsLanguage)
  const type = answerType(question, language)
  // "Kostet" asks for a price, and is not half of "kostenlos".
  const asking = askingWords(question, language)
  // A number with its unit is compared, and says little as a word: the "5" of five people is no price of 5 €.
  const isCompared = (stem: string) => asked.some(({ dimension, values }) => dimension !== 'count' && values.includes(Number(stem)))
  const importance = terms.map(({ word, stem }) => isCompared(stem) ? comparedShare : asking.has(fold(word)) ? askingShare : 1)
  const total = terms.reduce((sum, term) => sum + term.idf, 0) || 1
  const share = (held: (term: QueryTerm) => boolean) => terms.reduce((sum, term) => sum + (held(term) ? term.idf : 0), 0) / total
  const asksDay = asked.some(({ dimension }) => dimension === 'weekday')
  const important = terms.reduce((sum, term, i) => sum + term.idf * importance[i]!, 0) || 1
  /** Returns the share of what is asked about: words that only ask count less. */
  const shareOfTopic = (held: (term: QueryTerm) => boolean) =>
    terms.reduce((sum, term, i) => sum + (held(term) ? term.idf * importance[i]! : 0), 0) / important
  // "When does the museum open?" is about the museum, whatever word its hours stand with.
  const isBare = asked.length === 0 && topicWeights(question, language, documentsLanguage, asked).size === 0
  const isLikelier = isBare ? likelierFact(question, type) : null
  const holdsAsked = (unit: UnitReading) => type !== null && unit.unit.kind !== 'title' && unit.holds(type)
  const likelier = isLikelier !== null && passages.some(passage => readPassage(passage, documentsLanguage).units
    .some(unit => holdsAsked(unit) && isLikelier(unit.unit.text)))
  const meets = (unit: UnitReading) => {
    if (asked.length === 0) return 0
    const held = unit.quantities()
    const { fits, compares } = compareQuantities(asked, held)
    // A limit that is not met says something about the number, one that is met more; the days of something are a limit.
    const hasDays = asksDay && held.some(({ dimension }) => dimension === 'weekday')
    return Math.max(fits, Math.max(compares, hasDays ? 1 : 0) * unmetShare)
  }
  /** Tells whether a number that is compared stands in a text as one of another measure only: "200 m" is no "200 €". */
  const isOtherMeasure = (unit: UnitReading, stem: string) => {
    const same = isCompared(stem) ? unit.quantities().filter(({ values }) => values.includes(Number(stem))) : []
    return same.length > 0 && same.every(({ dimension }) => dimension !== 'count' && !asked.some(one => one.dimension === dimension))
  }
  const isIn = (unit: UnitReading, term: QueryTerm) => isTermAmong(unit.stems, term) && !isOtherMeasure(unit, term.stem)
  const said = [...new Set(stemAll(question, documentsLanguage))]
  const lacks = (stemmed: string) => !said.some(own => own === stemmed || sameFamily(own, stemmed))
  const prior = indexPrior(own, position => passages[position]!.index)
  const similarities = passages.map(({ similarity }, position) => similarity === null ? null : similarity + (prior?.(position) ?? 0))
  const nearest = Math.max(...similarities.map(similarity => similarity ?? -Infinity))

  return passages.flatMap((passage, position) => {
    // A chunk of a page is under its headings, which are searched with it.
    const { title, topic: titleTopic, units, factQuantities } = readPassage(passage, documentsLanguage)
    const lacking = terms.filter(term => !isTermAmong(title, term))
    const inPassage = passage.matched.reduce((sum, i) => sum + terms[i]!.idf, 0) / total
    const inTitle = share(term => isTermAmong(title, term))
    const isQuestion = /\?\s*$/.test(passage.title)
    const astray = isQuestion ? shareOf(titleTopic(), lacks) : 0
    const similarity = similarities[position]!
    const near = similarity === null ? 0 : similarity - nearest
    const { fits } = compareWithPassage(asked, passage, documentsLanguage)
    // "My grandmother is 70, what does she pay?": the age stands in one fact of a thing, and its price in another.
    const byFacts = asked.length === 0 ? 0 : compareQuantities(asked, factQuantities()).fits
    // … or in the name of one ("3 days: 40 €"): then the others are for other numbers.
    const isOwn = ({ unit }: UnitReading) => unit.kind === 'fact' && isNamedBy(asked, unit.label, documentsLanguage)
    const isOwned = asked.length > 0 && units.some(isOwn)
    let before = 0
    let sentences = 0
    return units.map(reading => {
      const { unit, stems, label } = reading
      const own = shareOfTopic(term => isIn(reading, term))
      const typed = holdsAsked(reading) && (!likelier || isLikelier!(unit.text))
      const isReply = unit.kind === 'sentence' && sentences++ === 0 && isQuestion
      const features: UnitFeatures = {
        score: passage.score,
        first: position === 0 ? 1 : 0,
        passage: inPassage,
        title: inTitle,
        unit: own,
        beyondTitle: shareOfTopic(term => lacking.includes(term) && isIn(reading, term)),
        family: shareOfTopic(term => lacking.includes(term) && !isTermAmong(stems, term) && !asking.has(fold(term.word)) &&
          [...stems].some(stem => sameFamily(term.stem, stem) || isPartOf(term, stem, documentsLanguage))),
        before: unit.kind === 'sentence' ? before : 0,
        type: typed ? 1 : 0,
        label: label && terms.some(term => isTermAmong(label, term)) ? 1 : 0,
        price: typed && unit.kind === 'fact' && (type === 'price' || answerType(unit.label, documentsLanguage) === type) ? 1 : 0,
        fits,
        meets: unit.kind === 'title' ? 0 : isOwned && unit.kind === 'fact' ? Number(isOwn(reading)) : unit.kind === 'fact' && typed
          ? Math.max(byFacts, meets(reading))
          : meets(reading),
        reply: isReply ? 1 : 0,
        astray,
        near,
        isTitle: unit.kind === 'title' ? 1 : 0,
        isFact: unit.kind === 'fact' ? 1 : 0,
      }
      before = unit.kind === 'sentence' ? own : 0
      return { ...unit, passage: position, features, score: weigh(features, weights) }
    })
  }).sort((a, b) => b.score - a.score)
}

/** Tells whether the name of a fact holds a number of the question, or is a range or limit for it: "6 to 14 years: 9 €". */
function isNamedBy (asked: readonly Quantity[], label: string, language: Language): boolean {
  const held = /\d/.test(label) ? quantities(label, language) : []
  return held.some(one => asked.some(number => relate(number, one) === 'fits' ||
    (number.dimension === 'count' && one.dimension === 'count' && number.low === one.low && number.high === one.high)))
}

/** Returns the weights of sentences and facts with a company's own offsets. */
function withOffsets (offsets: Record<string, number> = {}): UnitFeatures {
  const own = Object.entries(offsets).filter(([name]) => Object.hasOwn(unitWeights, name))
  if (own.length === 0) return unitWeights
  return { ...unitWeights, ...Object.fromEntries(own.map(([name, value]) => [name, unitWeights[name as keyof UnitFeatures] + value])) }
}

function shareOf<T> (all: readonly T[], counts: (one: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(counts).length / all.length
}

function weigh (features: UnitFeatures, weights: UnitFeatures): number {
  let sum = 0
  for (const name in weights) sum += weights[name as keyof UnitFeatures] * features[name as keyof UnitFeatures]
  return sum
}

/**
 * Chooses the best one to three units, the best first. Drops passages about another size, number or model than the
 * question's as soon as one passage does not contradict it.
 */
export function chooseUnits (grounding: Grounding): RankedUnit[] {
  const fitting = withoutContradictions(grounding)
  const all = ofNamedOnly(rankUnits(grounding).filter(({ kind, passage }) => kind !== 'title' && fitting.has(passage)), grounding)
  const ranked = namedFirst(echoesInPlace(headingsLast(typedOnly(all, grounding), grounding), grounding), grounding)
  const [best, ...others] = ranked
  if (!best) return []
  // A fact of another thing is another one, however alike the two are.
  const saying = ({ kind, text, passage }: RankedUnit) => kind === 'fact' ? `${grounding.passages[passage]!.title}\n${text}` : text
  const said = new Set([saying(best)])
  const subject = rowSubject(best, grounding)
  const isNamed = namesIn(best.passage, grounding).length > 0
  const further = others.filter(unit => {
    const fresh = best.score - unit.score <= closeness && !said.has(saying(unit)) && isAbout(subject, unit, grounding) &&
      (!isNamed || namesIn(unit.passage, grounding).length > 0)
    said.add(saying(unit))
    return fresh
  })
  return withPrice([best, ...further.slice(0, maxUnits - 1)], ranked, grounding, maxUnits)
}

/**
 * Returns the units with the type of fact that a question asks for where it names no subject ("Where are you?"), or none that the
 * passages hold; all of them when none has.
 */
function typedOnly (ranked: RankedUnit[], { question, language, documentsLanguage, terms, passages }: Grounding): RankedUnit[] {
  const typed = ranked.filter(({ features }) => features.type === 1)
  if (typed.length === 0) return ranked
  const numbers = quantities(question, documentsLanguage)
  const weights = topicWeights(question, language, documentsLanguage, numbers)
  if (weights.size === 0) return typed
  if (numbers.length > 0) return ranked
  const isHeld = (word: string) => terms.some((term, i) =>
    fold(term.word) === word && term.corrections.length === 0 && passages.some(({ matched }) => matched.includes(i)))
  return [...weights].some(([word, weight]) => weight >= leastTopicWeight && isHeld(word)) ? ranked : typed
}

/**
 * Puts a heading of plain text ("More about us") behind all that is said below it, unless it holds the fact that is asked for, or more
 * of the question. The first line of a list is no heading: sentences follow one.
 */
function headingsLast (ranked: RankedUnit[], { passages }: Grounding): RankedUnit[] {
  const isHeading = ({ kind, text, passage, features: { type, unit } }: RankedUnit) => {
    const whole = passages[passage]!.text.trimStart()
    if (kind !== 'sentence' || type !== 0 || endsSentence.test(text) || text.split(/\s+/).length > longestHeading) return false
    if (!whole.startsWith(`${text}\n`) || !endsSentence.test(whole.slice(text.length).trim().split('\n')[0]!.trimEnd())) return false
    return ranked.some(other => other.passage === passage && other.text !== text && other.features.unit >= unit)
  }
  const headings = new Map(ranked.filter(isHeading).map(unit => [unit.passage, unit]))
  const others = ranked.filter(unit => headings.get(unit.passage) !== unit)
  const lastOf = new Map(others.map(unit => [unit.passage, unit]))
  return others.flatMap(unit => lastOf.get(unit.passage) === unit ? [unit, headings.get(unit.passage) ?? []].flat() : [unit])
}

/** Returns the positions of the passages that do not contradict the question's numbers; of all when each does. */
function withoutContradictions ({ question, documentsLanguage, passages }: Grounding): Set<number> {
  const asked = quantities(question, documentsLanguage)
  const all = new Set(passages.keys())
  if (asked.length === 0) return all
  const contradicts = passages.map(passage => compareWithPassage(asked, passage, documentsLanguage).contradicts === 1)
  return contradicts.every(Boolean) ? all : new Set([...all].filter(position => !contradicts[position]))
}

const specimen: Grounding = {
  question: 'prix taille 4',
  language: 'fr',
  documentsLanguage: 'fr',
  terms: [{ word: 'taille', stem: 'taill', idf: 1, known: true, corrections: [] }],
  passages: [
    {
      id: 'a/b',
      index: 'a',
      title: 'Taille 4',
      text: 'Une phrase. Une autre, de 3 à 6 kg.',
      url: '',
      fields: [['Prix', '5 €']],
      score: 1,
      similarity: null,
      stems: ' taill 4 ',
      matched: [0],
    },
  ],
}

/** Creates the model. It costs nothing and never fails. */
export function createExtractiveModel (): LanguageModel {
  let requests = 0
  return {
    name: 'extractive',
    kind: 'extractive',
    async stream ({ signal, ...grounding }, take) {
      requests++
      const text = compose(standingAlone(chooseUnits(grounding), grounding), grounding)
      for (const word of text.match(/\S+\s*/g) ?? []) {
        signal.throwIfAborted()
        if (take(word)) break
      }
      return { reason: 'stop' }
    },
    async warmUp () {
      // The first use of the word lists and patterns takes a tenth of a second: spare the first question.
      chooseUnits(specimen)
    },
    stats: () => ({ name: 'extractive', kind: 'extractive', ready: true, requests, retries: 0, fallbacks: 0, failures: 0 }),
    async close () {},
  }
}

/**
 * Writes the units as text, each with its citation and without marks of its own. The title introduces the first of a passage's
 * facts, and the heading its first row.
 */
function compose (chosen: RankedUnit[], { passages, terms, documentsLanguage, question, language }: Grounding): string {
  const asked = { terms, type: answerType(question, language), numbers: quantities(question, documentsLanguage) }
  let led = -1
  return chosen.map(unit => {
    const { title, heading } = passages[unit.passage]!
    const citation = `[${unit.passage + 1}]`
    if (unit.kind !== 'fact' && unit.kind !== 'row') return `${disarmMarks(unit.text)} ${citation}`
    const text = unit.kind === 'row' ? askedCells(unit, asked, documentsLanguage) : unit.text
    const name = unit.kind === 'row' ? heading?.split(headingSeparator).at(-1) || title : title
    const lead = led === unit.passage || name === '' ? '' : `${name} — `
    led = unit.passage
    return `${disarmMarks(lead + text)} ${citation}`
  }).join('\n')
}
