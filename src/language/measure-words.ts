// Reads the words around a unit of measure: "half an hour", "an hour and a half", "square metres".
import { numberWord } from './number-words.ts'
import { foldedText, standAt, type Token } from './quantity-token.ts'
import { unitOf, type Unit } from './units.ts'

const halves = new Set('half demi demie halbe halben halber halbes media medio mezz mezza mezzo halve'.split(' '))
const quarters = new Set(['quart', 'quarts', 'quarter', 'quarters', 'viertel', 'cuarto', 'cuartos', 'quarto'])
/** What stands between a fraction and its unit: "half an hour", "un quart d'heure", "demi-heure". */
const between = new Set(['a', 'an', 'of', 'd', 'de', '\'', '-'])
const andHalf = [['and', 'a', 'half'], ['et', 'demie'], ['et', 'demi'], ['y', 'media'], ['y', 'medio'], ['e', 'mezza'], ['e', 'mezzo']]
const fractional = new Set(['duration', 'mass', 'volume'])
/** "One and a half hours": the unit follows the half. */
const halfMore = ['and', 'a', 'half']

/** A part of a unit, and the position of the token after it. */
interface Fraction { unit: Unit, value: number, next: number }

/** Reads "half an hour", "trois quarts d'heure" and "hour and a half", which have no number before the unit; null for anything else. */
export function fractionAt (tokens: Token[], at: number): Fraction | null {
  const word = foldedText(tokens[at])
  if (halves.has(word)) return ofUnit(tokens, at + 1, 0.5)
  if (quarters.has(word)) return ofUnit(tokens, at + 1, 0.25)
  if (quarters.has(foldedText(tokens[at + 1]))) return ofUnit(tokens, at + 2, (numberWord(word) ?? 0) / 4)
  const unit = unitOf(word, false)
  const next = unit?.dimension === 'duration' ? afterHalf(tokens, at + 1) : null
  return unit && next !== null ? { unit, value: 1.5, next } : null
}

function ofUnit (tokens: Token[], from: number, value: number): Fraction | null {
  let at = from
  while (at < from + 3 && between.has(foldedText(tokens[at]))) at++
  // "Een half uur": in other places it is a time of day.
  const unit = unitOf(tokens[at]?.text === 'uur' ? 'h' : tokens[at]?.text ?? '', false)
  return value > 0 && unit && fractional.has(unit.dimension) ? { unit, value, next: at + 1 } : null
}

/** Returns the position of the unit behind "and a half"; null where they do not stand. */
export function afterHalfMore (tokens: Token[], at: number): number | null {
  const next = at + halfMore.length
  return standAt(tokens, at, halfMore) && unitOf(tokens[next]?.text ?? '', false) ? next : null
}

/** Returns the position behind "and a half"; null where it does not stand. */
export function afterHalf (tokens: Token[], at: number): number | null {
  const words = andHalf.find(words => standAt(tokens, at, words))
  return words ? at + words.length : null
}

const squareBefore = new Set(['square', 'vierkante'])
const squareAfter = /^(?:carre(?:s|es)?|cuadrad[oa]s?|quadrat[oi])$/
const cubicBefore = new Set(['cubic', 'kubieke'])
const cubicAfter = /^(?:cubes?|cubicos?|cubic?[oi])$/

/** Reads "square metres", "mètres carrés" and the like; null for any other unit. */
export function areaAt (tokens: Token[], at: number): { unit: Unit, next: number } | null {
  const [first, second] = [foldedText(tokens[at]), foldedText(tokens[at + 1])]
  const isMetre = (word: string) => word !== '' && unitOf(word, false)?.name === 'm'
  const [isSquare, isCubic] = isMetre(first)
    ? [squareAfter.test(second), cubicAfter.test(second)]
    : [squareBefore.has(first) && isMetre(second), cubicBefore.has(first) && isMetre(second)]
  const unit = isSquare ? unitOf('m²', false) : isCubic ? unitOf('m³', false) : null
  return unit && { unit, next: at + 2 }
}
