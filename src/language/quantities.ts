// Reads the numbers of a text as values: their measures, and whether each is one value, a range or a limit.
import type { Language } from '../types.ts'
import { boundOf } from './bounds.ts'
import { dateNumber } from './calendar.ts'
import { onceForText, onceForTextIn } from './once-for-text.ts'
import { clockValue, isLasting, read, type Reading } from './quantity-reading.ts'
import type { Token } from './quantity-token.ts'
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
  /** It describes the person who asks, or their own matter ("il pèse 5 kg", "I have 3 dogs"): it names no variant of a thing. */
  isSituation: boolean
  start: number
  end: number
}

const rangeSigns = new Set([
  'à',
  'a',
  'au',
  'to',
  'till',
  'until',
  'through',
  'bis',
  'tot',
  'fino',
  'al',
  'alle',
  'agli',
  'ai',
  'aux',
  'hasta',
  '-',
  '–',
  '—',
  "jusqu'à",
  "jusqu'au",
  'às',
  'até',
  '到',
  '至',
  'から',
  '부터',
  '〜',
  '～',
  '~',
])
const dashes = new Set(['-', '–', '—'])
const conjunctions = new Set(['et', 'and', 'und', 'y', 'e', 'en', 'ou', 'or', 'oder', 'o', 'of', 'x', '×', '/'])
const skipped = new Set(['-', ':', "'", ',', ...conjunctions])
const limits = new Set(
  (
    'des ab moins plus partir jusqu under over from up at unter uber hasta desde vanaf tot oltre fino minimum maximum mindestens ' +
    'hochstens'
  ).split(
    ' '
  )
)
const articles = 'the les le la las los el il i gli lo dem den der die de het os as'
const betweenWords = new RegExp(
  String.raw`(?:^|[^\p{L}])(?:entre|between|zwischen|zw[.]|tra|fra|tussen)(?: (?:${articles.replaceAll(' ', '|')}))?$`,
  'u'
)
/** What may stand between the sign of a range and its end, folded: "up to and including", "bis und mit". */
const rangeFillers = new Set(
  `${articles} en met zu zum um a au al and und mit einschliesslich inklusive inkl including inclusive`.split(' ')
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

function readQuantities (text: string, language: Language): Quantity[] {
  if (!/\d|\p{L}/u.test(text)) return []
  const tokens = quantityTokens(plainDigits(text), language)
  const found: Quantity[] = []
  for (let i = 0; i < tokens.length;) {
    const first = read(tokens, i, language)
    if (!first) {
      i++
      continue
    }
    const last = rangeEnd(text, tokens, first, language)
    const quantity = last ? toRange(tokens, first, last, language) : toValue(text, tokens, first, language)
    if (quantity) found.push(quantity)
    i = (last ?? first).next
  }
  return found
}

/** Writes the wide figures and signs of East Asian keyboards as the usual ones, and the Dutch "t/m" as a word, each in its place. */
function plainDigits (text: string): string {
  return text.replace(wideSigns, sign => sign.normalize('NFKC')).replace(/(?<!\p{L})t\/m(?!\p{L})/gu, 'tot')
}
const wideSigns = /[\uff05\uff0b-\uff1a\uffe1\uffe5]/g

/** Reads the other end of a range that begins with a value; null when there is none. */
function rangeEnd (text: string, tokens: Token[], first: Reading, language: Language): Reading | null {
  const isBetween = betweenWords.test(
    fold(
      text
        .slice(Math.max(0, tokens[first.from]!.start - 18), tokens[first.from]!.start)
        .trimEnd()
        .toLowerCase()
    )
  )
  let at = first.next
  let hasSign = false
  // "Vom 29. bis zum 15. Tag"; a capital begins a sentence.
  if (language === 'de' && tokens[at]?.text === '.' && tokens[at]!.isGlued && /^(?:bis|[-–])/.test(text.slice(tokens[at + 1]?.start))) at++
  // "Up to and including"
  if (tokens[at]?.text === 'up' && tokens[at + 1]?.text === 'to') at++
  const start = at
  while (at < start + 3 && tokens[at]) {
    const { text: sign } = tokens[at]!
    if (rangeSigns.has(sign) || (isBetween && conjunctions.has(sign))) hasSign = true
    else if (!(hasSign && rangeFillers.has(fold(sign))) || dashes.has(tokens[at - 1]?.text ?? '')) break
    at++
  }
  if (!hasSign || !tokens[at]) return null
  const last = read(tokens, at, language)
  if (!last || (last.dimension === 'count' && last.isWord)) return null
  return sameMeasure(tokens, first, last)
}

/** Gives two ends of a range one measure: "3 à 6 kg", "10 to 6 pm", "7.30 a 10.30". Null when they have two. */
function sameMeasure (tokens: Token[], first: Reading, last: Reading): Reading | null {
  if (first.dimension === last.dimension) {
    if (first.dimension !== 'count') return last
    const times = [first, last].map(({ from, value }) => /[.]/.test(tokens[from]!.text) ? clockValue(tokens[from]!.text, value) : null)
    if (times[0] !== null && times[1] !== null) {
      Object.assign(first, { dimension: 'clock', value: times[0] })
      Object.assign(last, { dimension: 'clock', value: times[1] })
    }
    return last
  }
  // "dure deux à trois heures" lasts; "1900 à 2100 mm" are not years.
  if (last.dimension === 'clock' && isLasting(tokens, first.from)) {
    Object.assign(last, { dimension: 'duration', value: last.value / 60, size: 60, unit: 'h' })
  }
  if (first.dimension === 'count' || (first.dimension === 'year' && last.unit !== null)) {
    const clock = clockValue(tokens[first.from]!.text, first.value)
    // "2 to 6 pm"
    const time = clock !== null && clock < 720 && clock + 720 < last.value ? clock + 720 : clock
    if (last.dimension === 'clock' && time !== null) Object.assign(first, { dimension: 'clock', value: time })
    else if (last.dimension === 'date' && first.value <= 31) Object.assign(first, sameMonth(last, first))
    else if (last.unit !== null) Object.assign(first, { dimension: last.dimension, size: last.size, unit: last.unit })
    else return null
    return last
  }
  // "Ages 3 to 6"
  if (last.dimension === 'count' && first.unit === 'year' && first.next === first.from + 1) {
    return Object.assign(last, { dimension: first.dimension, size: first.size, unit: first.unit })
  }
  if (last.dimension === 'count' && first.dimension === 'clock' && last.value <= 24) {
    return Object.assign(last, { dimension: 'clock', value: clockValue(tokens[last.from]!.text, last.value) ?? last.value * 60 })
  }
  // "de 10 h à 18 h": the first hours were read as a duration.
  if (first.unit === 'h' && last.dimension === 'clock') {
    Object.assign(first, { dimension: 'clock', value: first.value * 60, size: 1, unit: null })
    return last
  }
  return null
}

/** Reads the "3" of "3 to 12 May" as a day of that month. */
function sameMonth (last: Reading, { value }: Reading): Partial<Reading> {
  return { dimension: 'date', value: dateNumber(Math.floor((last.value - 1) / 31), value) }
}

const cycles: Partial<Record<Dimension, number>> = { clock: 1440, weekday: 7, date: 13 * 31 }

function toRange (tokens: Token[], first: Reading, last: Reading, language: Language): Quantity | null {
  const low = first.value * first.size
  let high = last.value * last.size + (last.span ?? 0)
  if (high < low) high += cycles[first.dimension] ?? 0
  const quantity = around(tokens, first, last, language)
  return { ...quantity, low: Math.min(low, high), high: Math.max(low, high), values: [first.value, last.value] }
}

function toValue (text: string, tokens: Token[], reading: Reading, language: Language): Quantity | null {
  // "3, 6 ou 12 kg", "60x120 cm": the unit is written once.
  const shared = sharedUnit(tokens, reading, language)
  if (shared) Object.assign(reading, { dimension: shared.dimension, size: shared.size, unit: shared.unit })
  if (reading.isWord && (reading.dimension === 'count' || reading.dimension === 'money') && reading.value === 1) return null
  const isBelow = reading.value < 0 && reading.dimension === 'duration'
  const low = Math.abs(reading.value) * reading.size * (reading.value < 0 && !isBelow ? -1 : 1)
  const high = low + (reading.span ?? 0)
  const quantity = around(tokens, reading, reading, language)
  const given = reading.dimension === 'year' ? null : isBelow ? 'less' : boundOf(text, quantity.start, quantity.end) ??
    (reading.dimension === 'duration' && isTerm(text, quantity) ? 'upTo' : null)
  const isOfContent = given === null && sized.has(reading.dimension) && hasToFitInto(text)
  // What has to fit into something asks for one that holds so much or more.
  const bound = isOfContent ? 'from' : given
  // "More than twelve": of number words without a unit, those with a limit count.
  if (reading.isWord && reading.dimension === 'count' && bound === null) return null
  const ends = { from: [low, Infinity], more: [above(high), Infinity], upTo: [-Infinity, high], less: [-Infinity, below(low)] } as const
  const isSituation = quantity.isSituation || isOfContent
  return { ...quantity, isSituation, low: bound ? ends[bound][0] : low, high: bound ? ends[bound][1] : high }
}

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
    isSituation: isSituation(tokens, first.from),
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
