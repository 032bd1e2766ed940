// Reads the two ends of a range, "10 to 6 pm", "3 bis 6 kg", as one measure.
import type { Language } from '../types.ts'
import { dateNumber, isWeekday, weekdayOf } from './calendar.ts'
import { clockValue, isLasting, read, type Reading } from './quantity-reading.ts'
import { conjunctions, foldedText, type Token } from './quantity-token.ts'
import { fold, isStopWord } from './words.ts'

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
const articles = 'the les le la las los el il i gli lo dem den der die de het os as'
const betweenWords = new RegExp(
  String.raw`(?:^|[^\p{L}])(?:entre|between|zwischen|zw[.]|tra|fra|tussen)(?: (?:${articles.replaceAll(' ', '|')}))?$`,
  'u'
)
/** What may stand between the sign of a range and its end, folded: "up to and including", "bis und mit". */
const rangeFillers = new Set(
  `${articles} en met zu zum um a au al and und mit einschliesslich inklusive inkl including inclusive`.split(' ')
)
/** Reads the other end of a range that begins with a value; null when there is none. */
export function rangeEnd (text: string, tokens: Token[], first: Reading, language: Language): Reading | null {
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
  const isDot = language === 'de' && tokens[at]?.text === '.' && tokens[at]!.isGlued
  if (isDot && /^(?:bis|BIS|[-–])/.test(text.slice(tokens[at + 1]?.start))) at++
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
  return sameMeasure(text, tokens, first, last, language)
}

/** Gives two ends of a range one measure: "3 à 6 kg", "10 to 6 pm", "7.30 a 10.30". Null when they have two. */
function sameMeasure (text: string, tokens: Token[], first: Reading, last: Reading, language: Language): Reading | null {
  if (first.dimension === last.dimension) {
    if (first.dimension !== 'count') return last
    const times = [first, last].map(({ from, value }) => /[.]/.test(tokens[from]!.text) ? clockValue(tokens[from]!.text, value) : null)
    if (times[0] !== null && times[1] !== null) return asTimes(first, last, times[0]!, times[1]!)
    const areHours = [first, last].every(({ value }) => Number.isInteger(value) && value >= 0 && value <= 24)
    const isOpen = areHours && isAfterDay(text, tokens, first.from, language) && !isCounted(tokens[last.next], language)
    if (isOpen) return asTimes(first, last, first.value * 60, last.value * 60)
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

/** @returns the last one, later than the first: "9-5" ends in the afternoon */
function asTimes (first: Reading, last: Reading, from: number, to: number): Reading {
  Object.assign(first, { dimension: 'clock', value: from })
  return Object.assign(last, { dimension: 'clock', value: to < from && to <= noon && from < noon ? to + noon : to })
}
const noon = 720
/** What may stand between a day and its hours: "Sat: 10-4", "Montag von 9 bis 12". */
const beforeHours = /^(?:[:,.(]|von|from|de|dalle|van)$/

/** Tells whether a number stands behind a day of the week, as in opening hours: "Mon-Fri 9-5". */
function isAfterDay (text: string, tokens: Token[], at: number, language: Language): boolean {
  let left = at - 1
  while (left > at - 3 && beforeHours.test(foldedText(tokens[left]))) left--
  const day = tokens[left]
  if (day === undefined || !isWeekday(day.text, language)) return false
  const isWord = weekdayOf(day.text) === undefined && (day.text.length === 2 || otherWords.has(day.text))
  return !isWord || /^\p{Lu}/u.test(text.slice(day.start, day.end))
}
/** Short days that are other words too, as all those of two letters may be: with a small letter they are no days. */
const otherWords = new Set(['mar', 'mer', 'jeu', 'dim'])

/** Tells whether a word may be what two numbers count: "Saturday 8 to 12 places". Another day may follow hours. */
function isCounted (after: Token | undefined, language: Language): boolean {
  return after?.kind === 'word' && !isStopWord(after.text, language) && !isWeekday(after.text, language)
}
