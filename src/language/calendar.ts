// Names the days of the week and the months, in six languages.
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

/** Names that are also other words: they are a month beside a day only, or after a word such as "in". */
const otherWords = new Set(['mars', 'may', 'march', 'mai', 'mei', 'marz', 'juni', 'juli'])

/** Returns the day of the week, 0 for Monday; undefined when the word names none. */
export function weekdayOf (word: string): number | undefined {
  return weekdayNumbers.get(fold(word.toLowerCase()))
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
