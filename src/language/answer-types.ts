// Detects the type of fact that a question asks for, and texts that hold a fact of that type.
import { wholeWords } from './asking-rules.ts'
import { plainQuestion, rulesFor, type AnswerType } from './asking.ts'
import { amountLabel, bareNumber, favoured, looks, namesPerson } from './fact-looks.ts'
import { asksOpening } from './likely-facts.ts'
import { numberWord } from './number-words.ts'
import { onceForTextIn } from './once-for-text.ts'
import { quantities, type Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'
import type { Language } from '../types.ts'

export type { AnswerType } from './asking.ts'

/** The dimensions of the facts that answer. */
const measured: Partial<Record<AnswerType, Dimension[]>> = {
  price: ['money'],
  weight: ['mass'],
  length: ['length', 'area'],
  volume: ['volume'],
  duration: ['duration'],
  time: ['clock', 'date', 'weekday', 'year'],
  deadline: ['clock', 'date', 'weekday', 'year', 'duration'],
  temperature: ['temperature'],
  age: ['duration'],
  percent: ['percent'],
  frequency: ['weekday'],
  discount: ['percent'],
}

/** Facts of these types look alike everywhere. Others may be told in words of their own: "open by appointment". */
export const certainTypes: ReadonlySet<AnswerType> = new Set<AnswerType>(['phone', 'email', 'weight', 'length', 'volume', 'temperature'])

/** The dimensions of what those pay who pay less. */
const lowerPrice: Dimension[] = ['percent', 'money']

/** Says that a duration ends something: any other ("the course takes 3 hours") is no answer to "until when". */
const lasting = wholeWords('valid|valables?|g(?:ü|ue)ltig|válid[oa]s?|valid[oaie]|geldig|within|innerhalb|binnen|entro', 'iu')

/** Units of an age. */
export const ageUnits: ReadonlySet<string> = new Set(['year', 'month'])

/** Matches a weight or a height that a plain question tells: "je pèse 80 kilos", "er ist 1,20 m groß". */
const toldMeasure = wholeWords(String.raw`
  (?:pese|pesent|weighs?|wieg(?:e|t|en)|pes[ao]n?|weegt|weeg|mesure|mide|mido|misura) \d+(?: \d+)? (?:kg|kilos?|kilogram\p{L}*|grammes?|
  gramm?|gramos|g|lbs?|pounds?|stone|livres|libras?|cm|m|metres?|metros?|metri|meter|centim\p{L}+)|
  \d+(?: \d+)? (?:kg|kilos?|cm|m|metres?|metros?|metri|meter) (?:schwer|gross|lourde?|heavy|tall|zwaar|lang)`.replace(/\n\s*/g, ''), 'gu')

/** Returns the type of fact that a question asks for; null for any other question. */
export const answerType = onceForTextIn<Language, AnswerType | null>((question, language) => {
  const text = plainQuestion(question).replace(toldMeasure, ' ')
  const type = rulesFor(text, language).find(([, phrases]) => text.search(phrases) >= 0)?.[0] ?? null
  // "Until when are you open?" asks for the hours.
  return type === 'deadline' && asksOpening.test(text) ? 'time' : type
}, { maxChars: 100_000, longest: 300 })

/** Returns the folded words of a question that only ask ("combien de temps", "what time"): they are no topic. */
export const askingWords = onceForTextIn<Language, ReadonlySet<string>>((question, language) => {
  const text = plainQuestion(question)
  const asking = rulesFor(text, language).filter(([, phrases]) => text.search(phrases) >= 0)
  return new Set(asking.flatMap(([, phrases]) => [...text.matchAll(phrases)].flatMap(([phrase]) => phrase.split(' '))))
}, { maxChars: 50_000, longest: 300 })

/**
 * Tells whether a text holds a fact of that type.
 * @param held returns the text's quantities, read in no language
 */
export function holdsType (text: string, type: AnswerType, held: () => readonly Quantity[] = () => quantities(text, 'und')): boolean {
  if (type === 'person') return namesPerson(text)
  const isLasting = type === 'deadline' && lasting.test(text)
  if (looks[type]?.test(text) && (type !== 'deadline' || isLasting)) return true
  if (type === 'count') return /\d/.test(text) || (text.match(/\p{L}+/gu) ?? []).some(word => numberWord(word) !== undefined)
  const dimensions = type === 'discount' && favoured.test(text) ? lowerPrice : measured[type]
  return dimensions !== undefined && held().some(({ dimension, unit, low }) =>
    dimensions.includes(dimension) && (type !== 'age' || ageUnits.has(unit ?? '')) &&
    (type !== 'deadline' || dimension !== 'duration' || isLasting || low === -Infinity))
}

/** Tells whether the name of a fact or column says what its value is, a number without a unit: "Fee: 180". */
export function isNamedAs (type: AnswerType, label: string, value: string, language: Language): boolean {
  if (!bareNumber.test(value.trim())) return false
  return type === 'price' ? amountLabel.test(label) : answerType(label, language) === type
}
