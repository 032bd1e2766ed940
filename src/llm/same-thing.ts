// Keeps an answer to the thing that is asked about: the article with the code, the row or the record with the name.
import { answerType, holdsType } from '../language/answer-types.ts'
import { isNameOfOne } from '../language/codes.ts'
import { isTermAmong } from '../language/compounds.ts'
import { quantities } from '../language/quantities.ts'
import { leastTopicWeight, topicWeights } from '../language/topic.ts'
import { contentWords, fold, stemAll } from '../language/words.ts'
import type { Language, QueryTerm } from '../types.ts'
import type { Grounding, RankedUnit } from './ranked-unit.ts'

/** Returns the positions of the question's codes that a passage holds: one without any is about another article. */
export function namesIn (passage: number, { passages, terms }: Grounding): number[] {
  return passages[passage]!.matched.filter(i => isNameOfOne(terms[i]!.stem))
}

/**
 * Keeps to the passages with the codes of the question: another one may look more like what is asked for, and is of another article.
 * Where the question has a topic beside the code that they do not hold ("What does the delivery of the KX-20 cost?"), all stay.
 */
export function ofNamedOnly (ranked: RankedUnit[], grounding: Grounding): RankedUnit[] {
  const { question, language, documentsLanguage, passages, terms } = grounding
  const held = passages.map((_, position) => namesIn(position, grounding).length)
  const most = Math.max(0, ...held)
  if (most === 0) return ranked
  const weights = topicWeights(question, language, documentsLanguage, quantities(question, documentsLanguage))
  const topics = terms.flatMap(({ word, stem, known }, i) =>
    known && !isNameOfOne(stem) && !/^\p{N}+$/u.test(stem) && (weights.get(fold(word)) ?? 0) >= leastTopicWeight ? [i] : [])
  const holdsAll = passages.some(({ matched }, position) => held[position] === most && topics.every(i => matched.includes(i)))
  const kept = holdsAll ? ranked.filter(({ passage }) => held[passage] === most) : ranked
  return kept.some(({ kind }) => kind !== 'title') ? kept : ranked
}

/**
 * Puts a fact that only says the code of the question after what else its passage says: it is what was typed. Where nothing else
 * was typed, the other facts follow it, the price first.
 */
export function echoesInPlace (ranked: RankedUnit[], grounding: Grounding): RankedUnit[] {
  const { terms, documentsLanguage, question, language } = grounding
  const names = new Set(terms.flatMap(({ stem }) => isNameOfOne(stem) ? [stem] : []))
  const isEcho = (unit: RankedUnit) =>
    unit.kind === 'fact' && contentWords(unit.text.slice(unit.label.length + 1), documentsLanguage).every(word => names.has(word)) &&
    ranked.some(({ passage, kind, text }) => passage === unit.passage && kind === 'fact' && text !== unit.text)
  const echo = names.size === 0 ? undefined : ranked.find(isEcho)
  if (!echo) return ranked
  if (terms.length > names.size || answerType(question, language) !== null) {
    return [...ranked.filter(unit => !isEcho(unit)), ...ranked.filter(isEcho)]
  }
  const facts = ranked.filter(({ kind, passage, text }) => kind === 'fact' && passage === echo.passage && text !== echo.text)
  const isPriced = ({ text }: RankedUnit) => holdsType(text, 'price')
  const sorted = [...facts.filter(isPriced), ...facts.filter(fact => !isPriced(fact))]
  return [echo, ...sorted.map(unit => ({ ...unit, score: echo.score }))]
}

/** Returns the words of the question that the values of a row hold: they say which row is meant. None for another unit. */
export function rowSubject (unit: RankedUnit, { terms, documentsLanguage }: Grounding): QueryTerm[] {
  if (unit.kind !== 'row') return []
  const stems = valueStems(unit, documentsLanguage)
  return terms.filter(term => isTermAmong(stems, term))
}

/** Tells whether a further unit may be about the same as the best one: another row of a table is about another thing. */
export function isAbout (subject: QueryTerm[], unit: RankedUnit, { documentsLanguage }: Grounding): boolean {
  if (unit.kind !== 'row' || subject.length === 0) return true
  const stems = valueStems(unit, documentsLanguage)
  return subject.every(term => isTermAmong(stems, term))
}

/**
 * Puts the row first that holds the words of the question's subject, before one of the same table that holds fewer of them, and in
 * the same way the record whose title does: its value may look less like what is asked for, the other is of another thing. One
 * that the question's numbers fit less stays behind: the "5" of an age may be another row's price.
 */
export function namedFirst (ranked: RankedUnit[], grounding: Grounding): RankedUnit[] {
  const [best] = ranked
  if (best?.kind !== 'row' && best?.kind !== 'fact') return ranked
  const own = subjectOf(best, grounding)
  const rivals = ranked.filter(unit => unit !== best && (best.kind === 'row'
    ? unit.kind === 'row' && unit.passage === best.passage
    : unit.kind === 'fact' && unit.passage !== best.passage && unit.label === best.label))
  let named: RankedUnit = best
  let most = own.length
  for (const rival of rivals) {
    const held = subjectOf(rival, grounding)
    if (rival.features.meets < best.features.meets || rival.features.fits < best.features.fits) continue
    if (held.length > most && own.every(term => held.includes(term))) [named, most] = [rival, held.length]
  }
  return named === best ? ranked : [{ ...named, score: best.score }, ...ranked.filter(unit => unit !== named)]
}

/** Returns the words of the question that say which thing a row or a fact is about. */
function subjectOf (unit: RankedUnit, grounding: Grounding): QueryTerm[] {
  if (unit.kind !== 'fact') return rowSubject(unit, grounding)
  const stems = new Set(stemAll(grounding.passages[unit.passage]!.title, grounding.documentsLanguage))
  return grounding.terms.filter(term => isTermAmong(stems, term))
}

function valueStems ({ cells }: { cells: [column: string, value: string][] }, language: Language): Set<string> {
  return new Set(cells.flatMap(([, value]) => stemAll(value, language)))
}
