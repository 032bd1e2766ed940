// Lists the units of measure and their dimensions, in six languages.
import { fold } from './words.ts'

export type Dimension =
  | 'length' | 'area' | 'mass' | 'volume' | 'duration' | 'money' | 'percent' | 'temperature' | 'light' | 'power' | 'data' | 'person'
  /** Minutes since midnight. */
  | 'clock'
  /** Month × 31 + day, both from 1. */
  | 'date'
  /** 0 is Monday. */
  | 'weekday'
  /** A calendar year. */
  | 'year'
  /** Anything that is counted, or a number that names a size or a model. */
  | 'count'

export interface Unit {
  /** One name for all its spellings: `kg`. */
  name: string
  dimension: Dimension
  /** The size of one, in the base unit of its dimension. */
  size: number
}

const minutesPerDay = 1440
const minutesPerYear = 365.25 * minutesPerDay

/** Each line: its name, its size in the base unit, its spellings (folded, lower case). */
const table: Partial<Record<Dimension, [name: string, size: number, spellings: string][]>> = {
  length: [
    ['mm', 1, 'mm millimetre millimetres millimeter millimeters millimeters milimetro milimetros millimetro millimetri'],
    ['cm', 10, 'cm centimetre centimetres centimeter centimeters zentimeter zentimetern centimetro centimetros centimetri'],
    ['m', 1000, 'm metre metres meter meters metern metro metros metri'],
    ['km', 1e6, 'km kilometre kilometres kilometer kilometers kilometern kilometro kilometros chilometro chilometri'],
    ['in', 25.4, 'inch inches pouce pouces zoll pulgada pulgadas pollice pollici'],
    ['ft', 304.8, 'ft foot feet'],
    ['mi', 1.609344e6, 'mile miles'],
  ],
  area: [
    ['m²', 1, 'm² m2 qm sqm'],
    ['ha', 10_000, 'ha hectare hectares hektar hectarea hectareas ettari'],
  ],
  mass: [
    ['mg', 0.001, 'mg milligramme milligrammes milligram milligrams milligramm miligramos'],
    ['g', 1, 'g gr gramme grammes gram grams gramm gramo gramos grammo grammi'],
    ['kg', 1000, 'kg kilo kilos kilogramme kilogrammes kilogram kilograms kilogramm kilogramos chilo chili'],
    ['t', 1e6, 'tonne tonnes tonnen ton tons tonelada toneladas tonnellate'],
    ['lb', 453.592, 'lb lbs pfund'],
    ['oz', 28.3495, 'oz ounce ounces'],
  ],
  volume: [
    ['ml', 1, 'ml millilitre millilitres milliliter milliliters mililitros millilitri'],
    ['cl', 10, 'cl centilitre centilitres centiliter centiliters zentiliter centilitros'],
    ['l', 1000, 'l litre litres liter liters litern litro litros litri'],
    ['m³', 1e6, 'm³ m3'],
  ],
  duration: [
    ['s', 1 / 60, 's seconde secondes second seconds sekunde sekunden segundo segundos secondo secondi seconden'],
    ['min', 1, 'min mins minute minutes minuten minuto minutos minuti minuut'],
    ['h', 60, 'h heure heures hour hours hr hrs stunde stunden std hora horas ora ore uren'],
    ['day', minutesPerDay, 'jour jours day days tag tage tagen dia dias giorno giorni dag dagen werktag werktage werktagen'],
    ['week', 7 * minutesPerDay, 'semaine semaines week weeks woche wochen semana semanas settimana settimane weken'],
    ['month', minutesPerYear / 12, 'mois month months monat monate monaten mes meses mese mesi maand maanden monatig monatige monatigen'],
    [
      'year',
      minutesPerYear,
      'an ans annee annees year years yr yrs yo jahr jahre jahren jahrig jahrige jahriger jahrigen jahriges ano anos anni anno jaar ' +
      'jarige jaren',
    ],
  ],
  money: [
    ['euro', 1, '€ eur euro euros'],
    ['cent', 0.01, 'cent cents centime centimes centimos centesimi'],
    ['pound', 1, '£ gbp pound pounds quid'],
    ['dollar', 1, '$ usd dollar dollars dolares'],
    ['franc', 1, 'chf fr franken francs'],
  ],
  percent: [['percent', 1, '% percent prozent pourcent porcentaje percento procent']],
  temperature: [['degree', 1, '° °c degre degres degree degrees grad grado grados gradi graden']],
  light: [['lumen', 1, 'lm lumen lumens']],
  power: [
    ['W', 1, 'w watt watts vatios'],
    ['kW', 1000, 'kw kilowatt kilowatts'],
    ['V', 1, 'v volt volts'],
  ],
  data: [
    ['MB', 1, 'mb mo'],
    ['GB', 1000, 'gb go'],
    ['TB', 1e6, 'tb to'],
  ],
  person: [
    [
      'person',
      1,
      'personne personnes person persons people guests personen persona personas gaste gasten personnen persone convives invites ' +
      'invitados invitati couverts adultes adults erwachsene adultos adulti volwassenen enfants children kinder kindern kids ninos ' +
      'bambini kinderen',
    ],
  ],
}

const bySpelling = new Map<string, Unit>(Object.entries(table).flatMap(([dimension, lines]) =>
  lines.flatMap(([name, size, spellings]) =>
    spellings.split(' ').map(spelling => [spelling, { name, dimension: dimension as Dimension, size }] as const))))

/** Letters that are a unit only right after digits: "3 s" is no "3 seconds" in "3's", and "a 5 to 7" holds no terabytes. */
const onlyGlued = new Set(['to', 'go', 'mo', 's', 'fr', 'in'])

/** Returns the unit of a word or sign, in any of the languages; null for any other word. */
export function unitOf (word: string, isGlued: boolean): Unit | null {
  const spelling = fold(word.toLowerCase())
  return onlyGlued.has(spelling) && !isGlued ? null : bySpelling.get(spelling) ?? null
}
