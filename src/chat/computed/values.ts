// Reads the values of a column as measures that can be compared.
import { answerType } from '../../language/answer-types.ts'
import { quantities } from '../../language/quantities.ts'
import { unitOf, type Dimension } from '../../language/units.ts'
import type { Language } from '../../types.ts'
import { fold } from '../../language/words.ts'

export interface Measure {
  dimension: Dimension
  /** The unit's name; '' when neither the value nor its column has one. */
  unit: string
  /** In the base unit of its dimension; both ends are equal for a single value. */
  low: number
  high: number
  /** The number as it is written, in its own unit. */
  value: number
  /** What the value says besides ("per pair"), folded. */
  beside: string
  /** The written value with a gap for its number, to write another one in the same form. */
  form: [before: string, after: string]
  /** It costs nothing, in words. */
  isFree?: true
}

/** Matches cells that say that there is no value. */
const nothing = /^(?:[-–—./?*]+|n ?\/ ?a|k ?\. ?a\.?|n\.? ?d\.?|n\.? ?c\.?|none|néant|aucune?|keine?|ninguno|nada)?$/iu
/** Matches words of no cost, in any language. */
const free = /^(?:gratuite?s?|offerte?s?|free|free of charge|gratis|kostenlos|kostenfrei|sin coste)$/iu

export function isMissing (value: string | undefined): boolean {
  return value === undefined || nothing.test(value.trim())
}

/** Returns what a cell measures; null when that is not certain: several values, or words. */
export function readMeasure (column: string, written: string, language: Language): Measure | null {
  const text = written.trim()
  const plain = text.replace(/\s*\([^()]*\)/gu, gap => ' '.repeat(gap.length))
  if (free.test(plain.trim())) return { dimension: 'money', unit: '', low: 0, high: 0, value: 0, beside: '', form: ['', ''], isFree: true }
  const found = quantities(plain, language)
  const measured = found.filter(({ dimension }) => dimension !== 'count')
  const [only] = measured.length > 0 ? measured : found
  if (!only || measured.length > 1 || found.length > 1) return null
  const beside = fold((plain.slice(0, only.start) + plain.slice(only.end)).toLowerCase()).replace(/\s+/g, ' ').trim()
  if (/\d/.test(beside)) return null
  const number = /[-−]?\d(?:[\d.,'’\s]*\d)?/.exec(text.slice(only.start, only.end))
  if (!number) return null
  const at = only.start + number.index
  const shared = { value: only.values[0]!, beside, form: [text.slice(0, at), text.slice(at + number[0].length)] as [string, string] }
  if (only.dimension !== 'count') {
    return { ...shared, dimension: only.dimension, unit: only.unit ?? '', low: only.low, high: only.high }
  }
  if (beside !== '') return null
  const unit = unitOfColumn(column)
  const size = unit?.size ?? 1
  return {
    ...shared, dimension: unit?.dimension ?? dimensionOf(column, language), unit: unit?.name ?? '',
    low: only.low * size, high: only.high * size,
  }
}

/** Returns the unit that a column's name gives: "Weight (kg)", "Prix en €". */
function unitOfColumn (column: string) {
  const written = /[([]\s*([^)\]]+?)\s*[)\]]\s*$/u.exec(column)?.[1] ?? /\s(?:en|in)\s+(\S+)$/u.exec(column)?.[1] ?? ''
  return written === '' ? null : unitOf(written, true)
}

/** Returns the dimension that a column's name tells of numbers without a unit. */
function dimensionOf (column: string, language: Language): Dimension {
  const type = answerType(column, language)
  if (type === 'price') return 'money'
  return type === 'weight' ? 'mass' : 'count'
}

export function isSingle ({ low, high }: Measure): boolean {
  return low === high
}

/** Tells whether measures can be compared: amounts of one currency, and prices of the same thing ("per metre"). */
export function areComparable (measures: readonly Measure[]): boolean {
  const [first, ...others] = measures.filter(({ isFree }) => !isFree)
  if (!first) return true
  return others.every(other => other.dimension === first.dimension && (first.dimension === 'money' || first.unit === ''
    ? currency(other) === currency(first) && other.beside === first.beside
    : other.unit !== ''))
}

function currency ({ unit }: Measure): string {
  return unit === 'cent' ? 'euro' : unit
}
