// Names the days of the week and the months, in six languages.
import type { Language } from '../types.ts'
import { foldedText, type Token } from './quantity-token.ts'
import { fold } from './words.ts'

const weekdays = [
  'lundi lundis monday mondays montag montags lunes lunedi maandag',
  'mardi mardis tuesday tuesdays dienstag dienstags martes martedi dinsdag',
  'mercredi mercredis wednesday wednesdays mittwoch mittwochs miercoles mercoledi woensdag',
  'jeudi jeudis thursday thursdays donnerstag donnerstags jueves giovedi donderdag',
  'vendredi vendredis friday fridays freitag freitags viernes venerdi vrijdag',
  'samedi samedis saturday saturdays samstag samstags sonnabend sabado sabados sabato zaterdag',
  'dimanche dimanches sunday sundays sonntag sonntags domingo domingos domenica zondag',
]

const months = [
  'janvier january januar enero gennaio januari', 'fevrier february februar febrero febbraio februari', 'mars march marz marzo maart',
  'avril april abril aprile', 'mai may mayo maggio mei', 'juin june juni junio giugno', 'juillet july juli julio luglio',
  'aout august agosto augustus', 'septembre september septiembre settembre', 'octobre october oktober octubre ottobre',
  'novembre november noviembre', 'decembre december dezember diciembre dicembre',
]

const numbered = (lines: string[], first: number) =>
  new Map(lines.flatMap((line, i) => line.split(' ').map(name => [name, i + first] as const)))
const weekdayNumbers = numbered(weekdays, 0)
const monthNumbers = numbered(months, 1)

/** Short names, from Monday on. Many are other words too. */
const shortWeekdays: Record<Language, string[][]> = {
  fr: [['lun', 'mar', 'mer', 'jeu', 'ven', 'sam', 'dim'], ['lu', 'ma', 'me', 'je', 've', 'sa', 'di']],
  en: [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], ['mon', 'tues', 'weds', 'thur', 'fri', 'sat', 'sun'],
    ['mon', 'tue', 'wed', 'thurs', 'fri', 'sat', 'sun']],
  de: [['mo', 'di', 'mi', 'do', 'fr', 'sa', 'so']],
  es: [['lun', 'mar', 'mie', 'jue', 'vie', 'sab', 'dom'], ['l', 'm', 'x', 'j', 'v', 's', 'd']],
  und: [['lun', 'mar', 'mer', 'gio', 'ven', 'sab', 'dom'], ['ma', 'di', 'wo', 'do', 'vr', 'za', 'zo']],
}
const upTo = /^(?:[-–—/]|to|a|au|bis|tot|al)$/

/**
 * Reads a short name of a day of the week, "Mo" or "Thu": a range of two, or one before a figure or a colon, as in opening hours.
 * @returns its number, 0 for Monday, and the position of the token after it
 */
export function shortWeekdayAt (tokens: Token[], at: number, language: Language): { value: number, next: number } | null {
  const word = tokens[at]!.text
  if (word.length > 5) return null
  for (const names of shortWeekdays[language]) {
    const value = names.indexOf(fold(word))
    if (value < 0) continue
    const isPoint = tokens[at + 1]?.text === '.' && tokens[at + 1]!.isGlued
    const after = at + (isPoint ? 2 : 1)
    const isDay = (i: number) => tokens[i] !== undefined && names.includes(fold(tokens[i].text))
    const isRange = (upTo.test(foldedText(tokens[after])) && isDay(after + 1)) ||
      (upTo.test(foldedText(tokens[at - 1])) && (isDay(at - 2) || (tokens[at - 2]?.text === '.' && isDay(at - 3))))
    const isHour = tokens[after]?.kind === 'number' && /^(?:[-–—]|h|uhr|uur|am|pm)$/.test(tokens[after + 1]?.text ?? '')
    const isTimed = word.length > 1 && (tokens[after]?.text === ':' || tokens[after]?.kind === 'clock' || isHour)
    if (isRange || isTimed) return { value, next: after }
  }
  return null
}

/** Names that are also other words: they are a month beside a day only, or after a word such as "in". */
const otherWords = new Set(['mars', 'may', 'march', 'mai', 'mei', 'marz', 'juni', 'juli'])

/** Returns the day of the week, 0 for Monday; undefined when the word names none. */
export function weekdayOf (word: string): number | undefined {
  return weekdayNumbers.get(fold(word.toLowerCase()))
}

/** Short names of the months, beside a day only: those that are other words in their own language are left out. */
const shortMonths: Record<Language, string[]> = {
  fr: ['janv', 'fev fevr', '', 'avr', '', '', 'juil', '', 'sept', 'oct', 'nov', 'dec'],
  en: ['jan', 'feb', 'mar', 'apr', '', 'jun', 'jul', 'aug', 'sep sept', 'oct', 'nov', 'dec'],
  de: ['jan', 'feb', 'mar mrz', 'apr', '', 'jun', 'jul', 'aug', 'sep sept', 'okt', 'nov', 'dez'],
  es: ['ene', 'feb', 'mar', 'abr', '', 'jun', 'jul', 'ago', 'sep sept', 'oct', 'nov', 'dic'],
  und: ['gen jan', 'feb', 'mrt', 'apr', '', 'giu jun', 'lug jul', 'ago aug', 'sett sep sept', 'ott okt', 'nov', 'dic dec'],
}

/** Returns the month that a word beside a day names, also in short ("Dez"), from 1; undefined when it names none. */
export function monthBesideDay (word: string, language: Language): number | undefined {
  const folded = fold(word.toLowerCase())
  const short = folded.length < 3 || folded.length > 5 ? -1 : shortMonths[language].findIndex(names => names.split(' ').includes(folded))
  return monthNumbers.get(folded) ?? (short < 0 ? undefined : short + 1)
}

/** Tells whether a word names one day of the week or several, also in short, of two letters and more. */
export function isWeekday (word: string, language: Language): boolean {
  const isShort = word.length > 1 && shortWeekdays[language].some(names => names.includes(fold(word)))
  return isShort || weekdayOf(word) !== undefined || weekdaysOf(word) !== undefined
}

/** Returns the month, from 1; undefined when the word names none. */
export function monthOf (word: string): number | undefined {
  return monthNumbers.get(fold(word.toLowerCase()))
}

/** Tells whether a month's name can be another word, as "may" and "mars" can. */
export function isAmbiguousMonth (word: string): boolean {
  return otherWords.has(fold(word.toLowerCase()))
}

/** Names of several days of the week, from the first to the last one. */
const severalDays = named([
  ['weekend weekends wochenende wochenenden finde weekeinde', 5, 6],
  ['weekdays weekday werktags wochentags werktag werktagen werkdagen feriali', 0, 4],
  ['daily taglich quotidiennement tagesaktuell dagelijks', 0, 6],
])

/** Feasts of one date. Those that move with the moon are not among them. */
const feasts = named([
  ['christmas xmas noel weihnachten weihnachtstag weihnachtsfeiertag navidad natale kerst kerstmis kerstdag', dateNumber(12, 25),
    dateNumber(12, 26)],
  ['heiligabend nochebuena kerstavond', dateNumber(12, 24), dateNumber(12, 24)],
  ['silvester nochevieja', dateNumber(12, 31), dateNumber(12, 31)],
  ['neujahr capodanno nieuwjaar', dateNumber(1, 1), dateNumber(1, 1)],
])

function named (lines: [names: string, first: number, last: number][]): Map<string, { first: number, last: number }> {
  return new Map(lines.flatMap(([names, first, last]) => names.split(' ').map(name => [name, { first, last }] as const)))
}

/** Returns the first and the last day that a word such as "weekend" names, 0 for Monday. */
export function weekdaysOf (word: string): { first: number, last: number } | undefined {
  return severalDays.get(fold(word.toLowerCase()))
}

/** Returns the days of a feast, as `dateNumber` gives them. */
export function feastOf (word: string): { first: number, last: number } | undefined {
  return feasts.get(fold(word.toLowerCase()))
}

/** Returns a day of the year as a number that grows with it. */
export function dateNumber (month: number, day: number): number {
  return month * 31 + day
}
