// Compares the numbers of a question with those of a text.
import type { Language, Passage } from '../types.ts'
import { readPassage } from './passage-reading.ts'
import type { Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'

/** How a text meets the numbers of a question. */
export interface Comparison {
  /** Share of the numbers that the text has, or that are within a limit or a range of it. */
  fits: number
  /** The same without the values that are within a limit of the question's: nearly every price is "under 100 €". */
  states: number
  /** Share of the numbers that the text has a limit or a range for, whether they are within it or not. */
  compares: number
  /** 1 when the text has another value of the same attribute of the same kind of thing ("taille 4" against "taille 8"). */
  contradicts: number
  /** 1 when the text lacks a number that names a variant of a thing. */
  lacks: number
}

/** The attributes whose values name a variant; other values ("75 €", "at 4 pm") are the asker's own, to compare with. */
const naming = new Set<Dimension>(['count', 'length', 'area', 'mass', 'volume', 'temperature', 'light', 'power', 'data', 'person'])
const cycles: Partial<Record<Dimension, number>> = { clock: 1440, weekday: 7, date: 13 * 31 }

/** Rounding of units ("2.54 cm", "24 months") must not keep equal values apart. */
const tolerance = 1e-6

type Relation = 'fits' | 'compares' | 'contradicts' | 'unrelated'

/** Reads a limit without a unit as one of age, beside the age of a person: "mindestens 16", "14 or over". */
function asAge (asked: Quantity, held: Quantity): Quantity {
  const isLimit = held.dimension === 'count' && held.counted === null && held.low !== held.high
  if (!isLimit || asked.dimension !== 'duration' || asked.unit !== 'year' || !asked.isSituation) return held
  return { ...held, dimension: 'duration', unit: 'year', size: asked.size, low: held.low * asked.size, high: held.high * asked.size }
}

/** Compares one number of a question with one of a text. */
export function relate (asked: Quantity, limit: Quantity): Relation {
  const held = asAge(asked, limit)
  if (!isComparable(asked, held)) return 'unrelated'
  if (overlaps(asked, held)) return 'fits'
  if (held.low !== held.high) return 'compares'
  return naming.has(asked.dimension) && !asked.isSituation && asked.low === asked.high ? 'contradicts' : 'unrelated'
}

/** Two measures of one dimension are comparable; two bare numbers are when they are of the same attribute, or count the same. */
function isComparable (asked: Quantity, held: Quantity): boolean {
  if (asked.dimension !== held.dimension) return false
  // Two weeks of hire say nothing about a child of two years.
  if (asked.dimension === 'duration') {
    // How long somebody stays says nothing about when to cancel.
    const isOfStay = (asked.unit === 'night') === (held.unit === 'night')
    return isOfStay && Math.max(asked.size / held.size, held.size / asked.size) < 32
  }
  if (asked.dimension !== 'count') return true
  return (asked.before !== null && asked.before === held.before) || (asked.counted !== null && asked.counted === held.counted)
}

/** A size that is a part of a name is often said without its unit; a price, a duration or an area is not. */
const sizes = new Set<Dimension>(['length', 'mass', 'volume', 'power', 'light', 'data'])

/** Tells whether one of two numbers is the other, a size, without its unit, right behind the same word: "Grep 9.8" and "Grep 9.8 mm". */
function isWithoutUnit (asked: Quantity, held: Quantity): boolean {
  const [bare, size] = asked.dimension === 'count' ? [asked, held] : [held, asked]
  if (bare.dimension !== 'count' || !sizes.has(size.dimension)) return false
  const isOfOneName = asked.isNamed && held.isNamed && asked.before !== null && asked.before === held.before
  return isOfOneName && held.values.includes(asked.values[0]!)
}

function overlaps (asked: Quantity, held: Quantity): boolean {
  const cycle = cycles[asked.dimension] ?? 0
  return [0, cycle, -cycle].some(shift => {
    const [low, high] = [asked.low + shift, asked.high + shift]
    const slack = tolerance * Math.min(Math.abs(low) || 1, Math.abs(high) || 1) * (held.low === held.high ? 1 : 1e-5)
    return low <= held.high + slack && held.low - slack <= high
  })
}

const nothing: Comparison = { fits: 0, states: 0, compares: 0, contradicts: 0, lacks: 0 }

/** Compares all numbers of a question with those of a text. Of several numbers for one attribute, one has to match. */
export function compareQuantities (asked: readonly Quantity[], held: readonly Quantity[]): Comparison {
  if (asked.length === 0) return nothing
  const attributes = Map.groupBy(asked, ({ dimension, before, counted }) => dimension === 'count' ? before ?? counted ?? '' : dimension)
  const all = [...attributes.values()].map((group): Comparison => {
    const best = group.map(one => relations(one, held))
    const fits = Math.max(...best.map(({ fits }) => fits))
    return {
      fits,
      states: Math.max(...best.map(({ states }) => states)),
      compares: Math.max(...best.map(({ compares }) => compares)),
      contradicts: fits > 0 ? 0 : Math.min(...best.map(({ contradicts }) => contradicts)),
      lacks: fits > 0 ? 0 : Math.min(...best.map(({ lacks }) => lacks)),
    }
  })
  const share = (key: keyof Comparison) => all.reduce((sum, one) => sum + one[key], 0) / all.length
  return {
    fits: share('fits'),
    states: share('states'),
    compares: share('compares'),
    contradicts: Math.max(...all.map(one => one.contradicts)),
    lacks: Math.max(...all.map(one => one.lacks)),
  }
}

function relations (asked: Quantity, held: readonly Quantity[]): Comparison {
  const found = new Set(held.map(one => relate(asked, one)))
  // The same number beside another word is weak evidence for the text: it is not lacking.
  const stands = held.some(({ values }) => values.includes(asked.values[0]!))
  const fits = found.has('fits') || held.some(one => isWithoutUnit(asked, one))
  // A limit of the same measure is what a value is compared with; a single value beside it is of something else.
  const contradicts = !fits && found.has('contradicts') && !found.has('compares')
  return {
    fits: fits ? 1 : 0,
    states: fits && (asked.low === asked.high || held.some(one => one.low !== one.high && relate(asked, one) === 'fits')) ? 1 : 0,
    compares: !contradicts && held.some(one => one.low !== one.high && relate(asked, one) !== 'unrelated') ? 1 : 0,
    contradicts: contradicts ? 1 : 0,
    lacks: fits || stands || contradicts || asked.isSituation || !naming.has(asked.dimension) || found.has('compares') ? 0 : 1,
  }
}

/** Compares a question's numbers with those of a passage: its title, its facts and its text. */
export function compareWithPassage (asked: readonly Quantity[], passage: Passage, language: Language): Comparison {
  return asked.length === 0 ? nothing : compareQuantities(asked, readPassage(passage, language).quantities())
}
