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

/** Returns a day of the year as a number that grows with it. */
export function dateNumber (month: number, day: number): number {
  return month * 31 + day
}
