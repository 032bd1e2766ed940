// Tells the price of a thing that is named and nothing else: "threaded rod steel 2 m" is typed to see what it costs.
import { answerType, holdsType, isNamedAs } from '../language/answer-types.ts'
import { isStopWord, tokens } from '../language/words.ts'
import type { Language } from '../types.ts'
import type { Grounding, RankedUnit } from './ranked-unit.ts'

/** Stop words that stand in the name of a thing; others make a sentence of it. */
const inNames = new Set(tokens(
  'de du des d la le les l à au aux en et pour avec sans par sur the a an of with without for in and to für mit ohne aus von der die das ' +
  'den dem und zum zur im el del los las con sin para y e di da per senza il lo voor met van het zonder'
))

/** Tells whether a text is nothing but words for a thing. */
export function isNameOfThing (text: string, language: Language): boolean {
  return !/[?？؟!]/.test(text) && tokens(text).every(word => inNames.has(word) || !isStopWord(word, language))
}

/**
 * Puts the price of the thing that the best unit is of among the units where its name is all that was typed: in front of facts that
 * only repeat it, behind a sentence.
 * @param ranked all units, the best first
 * @param most as many are quoted
 */
export function withPrice (chosen: RankedUnit[], ranked: readonly RankedUnit[], grounding: Grounding, most: number): RankedUnit[] {
  const { question, language, documentsLanguage } = grounding
  const [best, ...others] = chosen
  if (!best || namesMore(best) || answerType(question, language) !== null || !isNameOfThing(question, language)) return chosen
  const prices = ranked.filter(unit => unit.kind === 'fact' && unit.passage === best.passage && holdsType(unit.text, 'price'))
  if (prices.length === 0 || prices.some(price => chosen.includes(price))) return chosen
  const price = prices.find(unit => isCalledPrice(unit, documentsLanguage)) ?? prices[0]!
  return (best.kind === 'fact' ? [price, ...chosen] : [best, price, ...others]).slice(0, most)
}

/** Tells whether more was typed than a name and its values: the name of a fact ("reference of the box"), words that a sentence says. */
function namesMore ({ kind, features }: RankedUnit): boolean {
  return kind === 'row' || features.label > 0 || (kind === 'sentence' && features.beyondTitle > 0)
}

function isCalledPrice (unit: RankedUnit, language: Language): boolean {
  return unit.kind === 'fact' && (answerType(unit.label, language) === 'price' || isNamedAs('price', unit.label, '1', language))
}
