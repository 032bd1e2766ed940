// Reads the figures of a text with the thing they count: "taille 4", "300 couches", "-10 °C", "9.8 mm".
import type { Language, Passage } from '../types.ts'
import { isStopWord, stem } from './words.ts'

export interface Figure {
  value: number
  /** Stem of the word before it, stop words skipped; null without one. */
  before: string | null
  /** Stem of the word or sign after it; each unit has one form. */
  after: string | null
  /** Upper end when it starts a range ("3 à 6 mois"); `after` is then the unit of the range. */
  to: number | null
}

/** Maps each spelling of a unit to one of them. */
const units = new Map(Object.entries({
  m: 'metre metres meter meters mètre mètres metro metros',
  l: 'litre litres liter liters litro litros',
  kg: 'kilo kilos kilogramme kilogrammes kilogram kilograms kilogramos kilogramm',
  g: 'gramme grammes gram grams gramo gramos gramm',
  h: 'heure heures hour hours hora horas stunde stunden',
  min: 'minute minutes minuto minutos minuten',
  year: 'an ans année années year years año años jahr jahre jahren',
  month: 'mois month months mes meses monat monate monaten',
  day: 'jour jours day days día días tag tage tagen',
  lumen: 'lumen lumens lm',
  person: 'personne personnes person persons people personas personen',
  euro: '€ euro euros eur',
  degree: '° degré degrés degre degres degree degrees grado grados grad',
}).flatMap(([unit, names]) => [unit, ...names.split(' ')].map(name => [name, `=${unit}`] as const)))

const numerals = new Map(Object.entries({
  1: 'un une one uno una ein eine', 2: 'deux two dos zwei', 3: 'trois three tres drei', 4: 'quatre four cuatro vier',
  5: 'cinq five cinco fünf', 6: 'six seis sechs', 7: 'sept seven siete sieben', 8: 'huit eight ocho acht',
  9: 'neuf nine nueve neun', 10: 'dix ten diez zehn', 12: 'douze twelve doce zwölf',
}).flatMap(([value, names]) => names.split(' ').map(name => [name, Number(value)] as const)))

const rangeSign = /^(?:à|a|to|et|and|ou|or|bis|und|y|–|-)$/
const tokenPattern = /(?<![\p{L}\p{N}])[-−]?\d+(?:[.,]\d+)*|\p{L}+|[€£$%°×–-]|[.;:!?\n]/gu

/** Returns every figure of a text, in order. A numeral counts when a unit follows ("deux ans", not "une fois"). */
export function figures (text: string, language: Language): Figure[] {
  const parts = text.normalize('NFC').toLowerCase().replace(/(?<=\d)(?=\p{L})/gu, ' ').match(tokenPattern) ?? []
  const wordAt = (i: number): string | null => {
    const part = parts[i]
    if (part === undefined || !/^[\p{L}€£$%°]/u.test(part)) return null
    return units.get(part) ?? stem(part, language)
  }
  return parts.flatMap((part, i) => {
    const value = valueOf(part) ?? (units.has(parts[i + 1] ?? '') ? numerals.get(part) : undefined)
    if (value === undefined) return []
    let left = i - 1
    while (left >= 0 && (isStopWord(parts[left]!, language) || parts[left] === '-')) left--
    const range = rangeSign.test(parts[i + 1] ?? '') ? valueOf(parts[i + 2] ?? '') : undefined
    return [{ value, before: wordAt(left), after: wordAt(range === undefined ? i + 1 : i + 3), to: range ?? null }]
  })
}

/**
 * Rates how much a text contradicts a figure of the question: 1 when it only has other figures for the same thing ("taille 4"
 * against "taille 8"), 0.4 when it lacks the figure, 0 when it has the figure, or a range around it.
 */
export function contradiction (asked: Figure, held: readonly Figure[]): number {
  const sameThing = (figure: Figure) =>
    (asked.before !== null && figure.before === asked.before) || (asked.after !== null && figure.after === asked.after)
  const alike = held.filter(sameThing)
  const fits = ({ value, to, after }: Figure) => value === asked.value || to === asked.value ||
    (to !== null && after === asked.after && value <= asked.value && asked.value <= to)
  if (alike.some(fits)) return 0
  if (alike.length > 0) return 1
  return held.some(fits) ? 0 : 0.4
}

/** Returns the worst contradiction between a text and a question's figures. Of several figures for one thing, one must match. */
export function worstContradiction (asked: readonly Figure[], held: readonly Figure[]): number {
  const things = new Map<string, number>()
  for (const figure of asked) {
    const thing = figure.before ?? figure.after ?? ''
    things.set(thing, Math.min(things.get(thing) ?? 1, contradiction(figure, held)))
  }
  return Math.max(0, ...things.values())
}

/** Returns the worst contradiction between a passage, with its title and facts, and a question's figures. */
export function passageContradiction (asked: readonly Figure[], { title, fields, text }: Passage, language: Language): number {
  if (asked.length === 0) return 0
  const facts = fields.map(([label, value]) => `${label} ${value}`)
  return worstContradiction(asked, figures([title, ...facts, text].join('\n'), language))
}

function valueOf (part: string): number | undefined {
  return /^[-−]?\d/.test(part) ? Number(part.replace('−', '-').replace(',', '.').replace(/(?<=\..*)[.,]/g, '')) : undefined
}
