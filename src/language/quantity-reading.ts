// Reads one value of a text: a number with its unit, a time of day, a date, a day of the week.
import type { Language } from '../types.ts'
import {
  dateNumber, feastOf, isAmbiguousMonth, monthBesideDay, monthOf, shortWeekdayAt, weekdayOf, weekdaysOf
} from './calendar.ts'
import { clockInWords, withClockWords } from './clock-words.ts'
import { impliedUnit, isTimeAtEnd } from './implied-unit.ts'
import { numberPhrase, numberWord } from './number-words.ts'
import { numberValue } from './numbers.ts'
import { areaAt, fractionAt, afterHalf, afterHalfMore } from './measure-words.ts'
import { foldedText, standAt, type Token } from './quantity-token.ts'
import { wordBefore } from './quantity-tokens.ts'
import { afterBelowZero, dozenAt, isBelowZero, isOneOf, slashedAt, togetherAt } from './said-numbers.ts'
import { unitOf, type Dimension, type Unit } from './units.ts'
import { afterWorkingWeek } from './week-words.ts'
import { fold, isStopWord } from './words.ts'

/** A value that has been read, and the position of the token after it. */
export interface Reading {
  dimension: Dimension
  value: number
  size: number
  unit: string | null
  /** A month, which spans days. */
  span?: number
  from: number
  next: number
  /** A number word counts only with a unit. */
  isWord?: true
  /** "A dozen" may be some more or less. */
  isRound?: true
}

/** Words before a number that make "10 h" a time of day. */
const clockWords = new Set(
  (
    'à às a de dès des vers avant après jusqu à entre las from at to until till around by before after um ab bis gegen vor nach von ' +
    'alle dalle om tot vanaf desde hasta sobre antes ore'
  ).split(' ')
)
/** … and a number without any unit. */
const barePreposition = new Set('at um om alle dalle las ore kl uur'.split(' '))
const hourNames = new Set(['h', 'heure', 'heures', 'hora', 'horas', 'ore', 'ora'])
const clockMarks = new Set(['uhr', 'uur', 'o’clock', "o'clock"])
const halfBefore = new Set(['halb', 'half'])
const unitAdjectives = /^(?:working|business|calendar|consecutive|clear|full|whole|volle[nrs]?|ganze[nrs]?|weitere[nrs]?)$/
/** Codes that are written before the amount too. */
const currencies = new Set(['eur', 'usd', 'gbp', 'chf'])
const years: Unit = { name: 'year', dimension: 'duration', size: 365.25 * 1440 }
/** Reads the value at a token; null when there is none. */
export function read (tokens: Token[], at: number, language: Language): Reading | null {
  const reading = readValue(tokens, at, language)
  return reading?.dimension === 'clock' ? { ...reading, ...withClockWords(tokens, reading) } : reading
}

function readValue (tokens: Token[], at: number, language: Language): Reading | null {
  const token = tokens[at]!
  const next = tokens[at + 1]
  if (token.kind === 'clock') {
    // "2 h 30 min" lasts, "2 h 30" is a time of day.
    const hasMinutes = /h/i.test(token.text) && next?.kind === 'word' && unitOf(next.text, false)?.name === 'min'
    if (hasMinutes) return { dimension: 'duration', value: token.value, size: 1, unit: 'min', from: at, next: at + 2 }
    const lasts = isLasting(tokens, at)
    return { dimension: lasts ? 'duration' : 'clock', value: token.value, size: 1, unit: lasts ? 'min' : null, from: at, next: at + 1 }
  }
  if (token.kind === 'date') return { dimension: 'date', value: token.value, size: 1, unit: null, from: at, next: at + 1 }
  // "£12", "€ 12" and "CHF 12"
  if ((token.kind === 'sign' || currencies.has(token.text)) && next?.kind === 'number') {
    const currency = unitOf(token.text, true)
    if (currency?.dimension === 'money') return measure(currency, numberValue(next.text, language), at, at + 2)
  }
  if (token.kind === 'word') {
    const weekday = weekdayOf(token.text)
    if (weekday !== undefined) return { dimension: 'weekday', value: weekday, size: 1, unit: null, from: at, next: at + 1 }
    const short = shortWeekdayAt(tokens, at, language)
    if (short) return { dimension: 'weekday', value: short.value, size: 1, unit: null, from: at, next: short.next }
    const clock = clockInWords(tokens, at)
    if (clock) return { dimension: 'clock', value: clock.value, size: 1, unit: null, from: at, next: clock.next }
    const afterWeek = afterWorkingWeek(tokens, at, language)
    if (afterWeek !== null) return { ...readDays('weekday', weekdaysOf('weekdays')!, at), next: afterWeek }
    const days = weekdaysOf(token.text)
    if (days) return readDays('weekday', days, at)
    const feast = feastOf(token.text)
    if (feast) return readDays('date', feast, at)
    const month = monthOf(token.text)
    if (month !== undefined) return readMonth(tokens, at, month, language)
    const shortMonth = language === 'en' && next?.kind === 'number' ? monthBesideDay(token.text, language) : undefined
    const dated = shortMonth === undefined ? null : readMonth(tokens, at, shortMonth, language)
    if (dated && dated.span === undefined && isOfMonth(tokens, at + 2, language)) return dated
    if (isBelowZero(tokens, at)) {
      const reading = readNumber(tokens, at + 1, language)
      return reading && { ...reading, value: -reading.value, from: at }
    }
    const group = togetherAt(tokens, at)
    if (group) return { ...measure(unitOf('personen', false)!, group.value, at, group.next), isWord: true }
    if (isOneOf(tokens, at, language)) return { ...measure(unitOf(next!.text, false)!, 1, at, at + 2), isWord: true }
  }
  return readNumber(tokens, at, language)
}

const lasting = /^(?:dure|duree|durent|pendant|en|sous|dans|durant|prend|takes?|lasts?|for|dauert|dura|duran|tarda|duurt|in)$/u

/** Tells whether the word before a token makes a time last: "dure 3 h". */
export function isLasting (tokens: Token[], at: number): boolean {
  return lasting.test(wordBefore(tokens, at))
}

function readNumber (tokens: Token[], at: number, language: Language): Reading | null {
  const token = tokens[at]!
  const aged = token.kind === 'word' ? agedAt(tokens, at) : null
  if (aged) return aged
  const part = token.kind === 'word' ? fractionAt(tokens, at) : null
  if (part) return { ...measure(part.unit, part.value, at, part.next), isWord: true }
  const dozen = dozenAt(tokens, at)
  const said = dozen ?? slashedAt(tokens, at)
  const phrase = token.kind === 'word' ? numberPhrase(tokens, at) : null
  if (token.kind !== 'number' && phrase === null && said === null) return null
  const value = said?.value ?? phrase?.value ?? numberValue(token.text, language) * (token.isNegative ? -1 : 1)
  const word = said?.value ?? phrase?.value
  const before = wordBefore(tokens, at)
  let to = said?.next ?? at + (phrase?.length ?? 1)
  // "9-year-old", "8-jähriges"
  if (tokens[to]?.text === '-' && tokens[to]!.isGlued && tokens[to + 1]?.isGlued && unitOf(tokens[to + 1]!.text, false)) to++
  // "One and a half hours", and "ab dem 15. Tag" of a German rule; "die 2. Stunde" lasts one.
  const afterMore = afterHalfMore(tokens, to)
  if (afterMore !== null) return measure(unitOf(tokens[afterMore]!.text, false)!, value + 0.5, at, afterMore + 1)
  const isOrdinal = language === 'de' && tokens[to]?.text === '.' && tokens[to]!.isGlued && isLimited(tokens, at)
  if (isOrdinal && unitOf(tokens[to + 1]?.text ?? '', false)?.dimension === 'duration') to++
  // "10 working days"
  if (unitAdjectives.test(tokens[to]?.text ?? '') && unitOf(tokens[to + 1]?.text ?? '', false)) to++
  const next = tokens[to]
  // "under 12s"
  const limit = tokens[at - 1]?.text === '-' ? wordBefore(tokens, at - 1) : before
  const isAge = /^(?:under|over)$/.test(limit) && tokens[to]?.text === 's' && tokens[to]!.isGlued
  const unit = isAge ? years : next && (next.kind === 'word' || next.kind === 'sign') ? unitOf(next.text, next.isGlued) : null
  const name = next?.text ?? ''
  if (isPercentAt(tokens, to)) return measure(unitOf('%', true)!, value, at, to + 2)
  const isHour = value >= 0 && value <= 24
  // "halb acht"
  if (halfBefore.has(before) && isHour) {
    const end = clockMarks.has(name) ? to + 1 : to
    // "Half eight" is later than eight in English, and earlier in German and Dutch.
    const minutes = value * 60 + (language === 'en' ? 30 : -30)
    return { dimension: 'clock', value: minutes, size: 1, unit: null, from: at - 1, next: end }
  }
  const clock = clockValue(token.text, value)
  if (name === 'uur' && lasting.test(before)) return measure(unitOf('h', false)!, value, at, to + 1)
  if (isHour && clock !== null && (clockMarks.has(name) || (hourNames.has(name) && isTimeOfDay(tokens, at)))) {
    return { dimension: 'clock', value: clock, size: 1, unit: null, from: at, next: to + 1 }
  }
  // "15. Mai", "15 de mayo"
  const gap = ['de', 'of', '.', 'di', '°'].includes(name) ? to + 1 : to
  const month = token.kind === 'number' && tokens[gap]?.kind === 'word' ? monthBesideDay(tokens[gap].text, language) : undefined
  const isDay = month !== undefined && value >= 1 && value <= 31
  if (isDay && (monthOf(tokens[gap]!.text) !== undefined || isOfMonth(tokens, gap + 1, language))) {
    return { dimension: 'date', value: dateNumber(month, value), size: 1, unit: null, from: at, next: withoutYear(tokens, gap + 1) }
  }
  const area = areaAt(tokens, to)
  if (area) return measure(area.unit, value, at, area.next)
  const hasHundredths = (unit?.dimension === 'money' && unit.size === 1) || (unit?.name === 'm' && Number.isInteger(value))
  const hundredths = hasHundredths ? hundredthsAt(tokens, to + 1, unit.name === 'm') : null
  if (unit && hundredths !== null) return measure(unit, value + hundredths / 100, at, to + 2)
  const belowZero = unit?.dimension === 'temperature' ? afterBelowZero(tokens, to + 1) : null
  if (unit && belowZero !== null) return measure(unit, -value, at, belowZero)
  if (unit) {
    // "Two hours and a half"
    const half = afterHalf(tokens, to + 1)
    const reading = measure(unit, value + (half ? 0.5 : 0), at, half ?? to + 1)
    return { ...reading, ...(word === undefined ? {} : { isWord: true as const }), ...(dozen ? { isRound: true as const } : {}) }
  }
  // "Until 7 o'clock"
  if (isHour && standAt(tokens, to, ['o', "'", 'clock'])) {
    return { dimension: 'clock', value: value * 60, size: 1, unit: null, from: at, next: to + 3 }
  }
  const implied = impliedUnit(tokens, at, to, value, language)
  const isLast = implied === null && (next === undefined || next.kind === 'break')
  if (word !== undefined && value > 1 && isHour && isHourInWords(tokens, at, to, value)) {
    return { dimension: 'clock', value: value * 60, size: 1, unit: null, from: at, next: to }
  }
  if (word === undefined && isHour && clock !== null && (barePreposition.has(before) || (isLast && isTimeAtEnd(tokens, at, language)))) {
    return { dimension: 'clock', value: clock, size: 1, unit: null, from: at, next: to }
  }
  if (word === undefined && /^(?:19|20)\d\d$/.test(token.text)) return { dimension: 'year', value, size: 1, unit: null, from: at, next: to }
  if (implied) return measure(implied, value, at, to)
  return { dimension: 'count', value, size: 1, unit: null, from: at, next: to, ...(word === undefined ? {} : { isWord: true as const }) }
}

/** Tells whether a German limit stands before a token: "ab dem", "bis zum". */
function isLimited (tokens: Token[], at: number): boolean {
  const hasArticle = /^(?:dem|den|der|zum|zur|einschliesslich)$/.test(wordBefore(tokens, at))
  return /^(?:ab|bis|vom|von|vor|nach|seit)$/.test(wordBefore(tokens, hasArticle ? at - 1 : at))
}

/** Reads a measure within a word ("achtjährige", "dreistündig"), and an age in the plural ("under-fives"); null for another word. */
function agedAt (tokens: Token[], at: number): Reading | null {
  const { text } = tokens[at]!
  if (text.includes('ig')) {
    const [, count = '', unit = ''] = lasts.exec(fold(text)) ?? []
    const value = numberWord(count)
    if (value !== undefined) return measure(unitOf(unit, false)!, value, at, at + 1)
  }
  if (!text.endsWith('s') || !/^(?:under|over)$/.test(tokens[tokens[at - 1]?.text === '-' ? at - 2 : at - 1]?.text ?? '')) return null
  const age = numberWord(text.replace(/i?es$|s$/, ending => plural[ending]!)) ?? numberWord(text.slice(0, -1))
  return age === undefined ? null : measure(years, age, at, at + 1)
}
const lasts = /^(\p{L}{3,}?)((?:jahr|monat|woch|tag|stund|minut)ig)(?:e[nmrs]?)?$/u
const plural: Record<string, string> = { ies: 'y', es: '', s: '' }

/** Says what something costs or is like: nothing is counted before it. */
const verbs = /^(?:costs?|coute(?:nt)?|kostet?|kosten|cuestan?|costano?|custam?|is|are|est|sont|ist|sind|es|son|sono|zijn)$/

/** Reads the hundredths behind a currency or a metre: "20 € 50", "1m62"; null where another thing is counted. */
function hundredthsAt (tokens: Token[], at: number, isMetre: boolean): number | null {
  const [hundredths, after] = [tokens[at], tokens[at + 1]]
  if (hundredths?.kind !== 'number' || !/^\d\d$/.test(hundredths.text)) return null
  const ends = after === undefined || after.kind === 'break'
  return ends || (isMetre && (hundredths.isGlued || verbs.test(foldedText(after)))) ? Number(hundredths.text) : null
}

/** "Ten per cent", "por ciento": the sign of a share in two words. */
function isPercentAt (tokens: Token[], at: number): boolean {
  return standAt(tokens, at, ['per', 'cent']) || standAt(tokens, at, ['por', 'ciento']) || standAt(tokens, at, ['per', 'cento'])
}

/** "A las ocho y media", "um sieben": nothing but parts of the day may follow an hour in words. "Las dos" may be two things. */
function isHourInWords (tokens: Token[], at: number, to: number, value: number): boolean {
  const before = wordBefore(tokens, at)
  if (!barePreposition.has(before)) return false
  if (withClockWords(tokens, { value: value * 60, next: to }).next > to) return true
  if (before === 'las' && !/^(?:a|hasta|desde|sobre)$/.test(wordBefore(tokens, at - 1))) return false
  // Dutch "alle twee" and German "alle zwei" are all of them.
  if (before === 'alle' && !italianHour.test(tokens[at]!.text)) return false
  return tokens[to] === undefined || tokens[to].kind === 'break'
}
const italianHour = /^(?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici)$/

/** In English a short month may be another word: "10 dec tubes", "APR 12 months". No unit and no plural follows a day of it. */
function isOfMonth (tokens: Token[], at: number, language: Language): boolean {
  const after = tokens[at]
  if (language !== 'en' || after === undefined || after.kind === 'break') return true
  return unitOf(after.text, after.isGlued) === null && (!after.text.endsWith('s') || isStopWord(after.text, language))
}

function measure (unit: Unit, value: number, from: number, next: number): Reading {
  return { dimension: unit.dimension, value, size: unit.size, unit: unit.name, from, next }
}

/** Returns minutes since midnight for "9" and "9.30"; null for anything that is not a time. */
export function clockValue (written: string, value: number): number | null {
  const parts = /^(\d{1,2})(?:[.,]([0-5]\d))?$/.exec(written)
  if (parts) return Number(parts[1]) * 60 + Number(parts[2] ?? 0)
  return Number.isInteger(value) ? value * 60 : null
}

/** "de 10 h à 18 h", "ferme à 19 h" are times of day; "48 h", "en 3 h" last. */
function isTimeOfDay (tokens: Token[], at: number): boolean {
  const before = tokens[at - 1]
  return before !== undefined && (clockWords.has(before.text) || before.text === '-' || before.text === '–') && !lasting.test(before.text)
}

function readDays (dimension: 'weekday' | 'date', { first, last }: { first: number, last: number }, at: number): Reading {
  return { dimension, value: first, span: last - first, size: 1, unit: null, from: at, next: at + 1 }
}

function readMonth (tokens: Token[], at: number, month: number, language: Language): Reading | null {
  // "May 16" is a day in English only: "Sie wird im Mai 16" says an age.
  const day = language === 'en' || language === 'und' ? tokens[at + 1] : undefined
  const value = day?.kind === 'number' ? numberValue(day.text, language) : NaN
  if (Number.isInteger(value) && value >= 1 && value <= 31) {
    return { dimension: 'date', value: dateNumber(month, value), size: 1, unit: null, from: at, next: withoutYear(tokens, at + 2) }
  }
  const before = tokens[at - 1]?.text ?? ''
  const isSure = !isAmbiguousMonth(tokens[at]!.text) ||
    /^(?:in|en|im|ab|de|au|bis|fin|début|mi|from|until|to|since|by|seit|hasta|desde|da|a|tot|vanaf|früh|ende|anfang|mitte)$/.test(before)
  return isSure
    ? { dimension: 'date', value: dateNumber(month, 1), size: 1, unit: null, span: 30, from: at, next: withoutYear(tokens, at + 1) }
    : null
}

/** Returns the position after a year that belongs to a date, and after the point of a short month before a word. */
function withoutYear (tokens: Token[], at: number): number {
  const isPoint = tokens[at]?.text === '.' && tokens[at]!.isGlued && monthOf(tokens[at - 1]!.text) === undefined &&
    tokens[at - 1]!.kind === 'word' && tokens[at + 1] !== undefined
  const after = isPoint ? at + 1 : at
  return /^(?:19|20)\d\d$/.test(tokens[after]?.text ?? '') ? after + 1 : after
}
