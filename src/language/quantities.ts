// Reads the numbers of a text as values: their measures, and whether each is one value, a range or a limit.
import type { Language } from '../types.ts'
import { boundOf, type Bound } from './bounds.ts'
import { onceForText, onceForTextIn } from './once-for-text.ts'
import { rangeEnd } from './quantity-ranges.ts'
import { read, type Reading } from './quantity-reading.ts'
import { conjunctions, type Token } from './quantity-token.ts'
import { isSituation, quantityTokens } from './quantity-tokens.ts'
import type { Dimension } from './units.ts'
import { fold, isStopWord, stem } from './words.ts'

export interface Quantity {
  dimension: Dimension
  /** Both ends in the base unit of the dimension; equal for a single value, infinite for a limit. */
  low: number
  high: number
  /** The number as it was written, in its own unit; two of a range. */
  values: number[]
  /** The unit's name ("kg"); null without one. */
  unit: string | null
  /** The size of one, in the base unit. */
  size: number
  /** Stem of the word before it, stop words skipped ("taille" in "taille 4"); null without one. */
  before: string | null
  /** That word stands right before it: no article, sign or conjunction is between. */
  isNamed: boolean
  /** Stem of the word after a number without a unit ("couches" in "300 couches"); null without one. */
  counted: string | null
  /** It describes the person who asks, or their own matter ("il pèse 5 kg", "I have 3 dogs", "a dozen"): it names no variant. */
  isSituation: boolean
  /** Its place in the text with single blanks. */
  start: number
  end: number
}

const skipped = new Set(['-', ':', "'", ',', ...conjunctions])
const limits = new Set(
  (
    'des ab moins plus partir jusqu under over from up at unter uber hasta desde vanaf tot oltre fino minimum maximum mindestens ' +
    'hochstens'
  ).split(
    ' '
  )
)
/** Of a list of numbers ("3, 6 ou 12 kg") so many are looked through: each looks for itself, and a text may be nothing but numbers. */
const maxListed = 12
/** Words that make a duration the longest one: "guaranteed for 24 months". */
const term = /(?:garant|warrant|guarant|valid|valable|gultig|valido|geldig)/u

/** The dimensions of what has to fit into something. */
const sized = new Set<Dimension>(['length', 'area', 'volume', 'mass', 'person'])
/** Matches a question whether something fits into another thing. */
const fitting = new RegExp(
  String.raw`(?<!\p{L})(?:passt|passen|fits?|past|tien(?:t|nent)|rentren?t?|log(?:e|ent)|cab(?:e|en)|entran?|sta(?:nno)?|passe(?:nt)?|` +
  String.raw`stow|store)(?!\p{L})[^.!?]{0,80}?(?<!\p{L})(?:in|ins|im|into|inside|hinein|rein|dans|en|nel(?:la|lo|l)?|nei|erin)(?!\p{L})`,
  'iu'
)
const hasToFitInto = onceForText((text: string) => text.includes('?') && fitting.test(text), { maxChars: 20_000, longest: 300 })

/** Returns the quantities of a text, in order. Number words count when a unit follows ("deux ans", not "une fois"). */
export const quantities = onceForTextIn<Language, readonly Quantity[]>(readQuantities, { maxChars: 100_000, longest: 300 })

function readQuantities (given: string, language: Language): Quantity[] {
  if (!/\d|\p{L}/u.test(given)) return []
  const text = singleBlanks(given)
  const tokens = quantityTokens(plainDigits(text), language)
  const found: Quantity[] = []
  for (let i = 0; i < tokens.length;) {
    const first = read(tokens, i, language)
    if (!first) {
      i++
      continue
    }
    const last = rangeEnd(text, tokens, first, language)
    const quantity = last
      ? toRange(tokens, first, last, language)
      : toValue(text, tokens, first, found.at(-1), language)
    if (quantity) found.push(quantity)
    i = (last ?? first).next
  }
  return found
}

/** Writes letters composed, and every run of blanks as one: texts align columns, and hold a figure and its unit together. */
function singleBlanks (text: string): string {
  // eslint-disable-next-line no-control-regex
  const composed = /^[\x00-\xff]*$/.test(text) ? text : text.normalize('NFC')
  return /[^\S\n ]| {2}/.test(composed) ? composed.replace(/[^\S\n]+/g, ' ') : composed
}

/** Writes the wide figures and signs of East Asian keyboards as the usual ones, and the Dutch "t/m" as a word, each in its place. */
function plainDigits (text: string): string {
  return text.replace(wideSigns, sign => sign.normalize('NFKC')).replace(/(?<!\p{L})t\/m(?!\p{L})/giu, 'tot')
}
const wideSigns = /[\uff05\uff0b-\uff1a\uffe1\uffe5]/g

const cycles: Partial<Record<Dimension, number>> = { clock: 1440, weekday: 7, date: 13 * 31 }

function toRange (tokens: Token[], first: Reading, last: Reading, language: Language): Quantity | null {
  const low = first.value * first.size
  let high = last.value * last.size + (last.span ?? 0)
  if (high < low) high += cycles[first.dimension] ?? 0
  const quantity = around(tokens, first, last, language)
  return { ...quantity, low: Math.min(low, high), high: Math.max(low, high), values: [first.value, last.value] }
}

function toValue (text: string, tokens: Token[], reading: Reading, previous: Quantity | undefined, language: Language): Quantity | null {
  // "3, 6 ou 12 kg", "60x120 cm": the unit is written once.
  const shared = sharedUnit(tokens, reading, language)
  if (shared) Object.assign(reading, { dimension: shared.dimension, size: shared.size, unit: shared.unit })
  if (reading.isWord && (reading.dimension === 'count' || reading.dimension === 'money') && reading.value === 1) return null
  const isBelow = reading.value < 0 && reading.dimension === 'duration'
  const low = Math.abs(reading.value) * reading.size * (reading.value < 0 && !isBelow ? -1 : 1)
  const high = low + (reading.span ?? 0)
  const quantity = around(tokens, reading, reading, language)
  const given = reading.dimension === 'year' ? null : isBelow ? 'less' : boundOf(text, quantity.start, quantity.end) ??
    (reading.dimension === 'duration' && isTerm(text, quantity) ? 'upTo' : null) ?? sharedBound(text, quantity, previous)
  const isOfContent = given === null && sized.has(reading.dimension) && hasToFitInto(text)
  // What has to fit into something asks for one that holds so much or more.
  const bound = isOfContent ? 'from' : given
  // "More than twelve": of number words without a unit, those with a limit count.
  if (reading.isWord && reading.dimension === 'count' && bound === null) return null
  const ends = { from: [low, Infinity], more: [above(high), Infinity], upTo: [-Infinity, high], less: [-Infinity, below(low)] } as const
  const isSituation = quantity.isSituation || isOfContent
  return { ...quantity, isSituation, low: bound ? ends[bound][0] : low, high: bound ? ends[bound][1] : high }
}

/** Returns the limit before another measure that holds for this one too: "from 11 years and 1.40 m". */
function sharedBound (text: string, { dimension, start }: Quantity, previous: Quantity | undefined): Bound | null {
  const isOfBoth = previous !== undefined && dimension !== previous.dimension && personal.has(dimension) && personal.has(previous.dimension)
  if (!isOfBoth || !/^ (?:et|and|und|y|e|en) $/i.test(text.slice(previous.end, start))) return null
  return boundOf(text.slice(0, previous.end), previous.start, previous.end)
}
const personal = new Set<Dimension>(['length', 'mass', 'duration'])

/** The nearest values that an exclusive limit leaves in: closer than any two values that people write. */
function above (value: number): number {
  return value + Math.abs(value || 1) * 1e-9
}

function below (value: number): number {
  return value - Math.abs(value || 1) * 1e-9
}

function isTerm (text: string, { start, end }: Quantity): boolean {
  return (
    term.test(fold(text.slice(Math.max(0, start - 25), start).toLowerCase())) || term.test(fold(text.slice(end, end + 14).toLowerCase()))
  )
}

function sharedUnit (tokens: Token[], { dimension, next }: Reading, language: Language, listed = 1): Reading | null {
  if (dimension !== 'count' || listed === maxListed || !conjunctions.has(tokens[next]?.text ?? '') || !tokens[next + 1]) return null
  const other = read(tokens, next + 1, language)
  if (!other) return null
  return other.unit === null ? sharedUnit(tokens, other, language, listed + 1) : other
}

/** Returns the words around a value that name its attribute. */
function around (tokens: Token[], first: Reading, last: Reading, language: Language): Quantity {
  const after = tokens[last.next]
  const counts = last.dimension === 'count' && after?.kind === 'word' && !isStopWord(after.text, language)
  return {
    dimension: first.dimension,
    low: 0,
    high: 0,
    values: [first.value],
    unit: first.unit,
    size: first.size,
    before: attributeOf(tokens, first.from, counts, language),
    isNamed: tokens[first.from - 1]?.kind === 'word' && !isSkipped(tokens[first.from - 1]!, language),
    counted: counts ? stem(after.text, language) : null,
    isSituation: first.isRound === true || isSituation(tokens, first.from),
    start: tokens[first.from]!.start,
    end: tokens[last.next - 1]!.end,
  }
}

/** Returns the stem of the word before a number. In "taille 3, 4 ou 5" each is a size. */
function attributeOf (tokens: Token[], at: number, counts: boolean, language: Language, listed = 1): string | null {
  let left = at - 1
  while (left >= 0 && isSkipped(tokens[left]!, language)) left--
  const token = tokens[left]
  if (token?.kind === 'word') return stem(token.text, language)
  const isListed = token?.kind === 'number' && !counts && left < at - 1 && listed < maxListed
  return isListed ? attributeOf(tokens, left, counts, language, listed + 1) : null
}

function isSkipped ({ kind, text }: Token, language: Language): boolean {
  return skipped.has(text) || isStopWord(text, language) || (kind === 'word' && limits.has(fold(text)))
}
