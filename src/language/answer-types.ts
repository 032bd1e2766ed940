// Detects the type of fact that a question asks for, and texts that hold a fact of that type.
import { askingRules, plainQuestion, type AnswerType } from './asking.ts'
import { numberWord } from './numbers.ts'
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
  temperature: ['temperature'],
  age: ['duration'],
  percent: ['percent'],
}

const phone = /(?:\+\d|(?<!\d)0\d)(?:[\s./-]?\d){6,}/u
const email = /[\w.+-]+@[\w-]+\.\w+/u

/** Matches facts that are no quantities, in any of the languages. */
const looks: Partial<Record<AnswerType, RegExp>> = {
  price:
    /(?<![\p{L}-])(?:gratuit|offert|free(?!\p{L})|gratis|kostenlos|kostenfrei|gratuit[oa]|inclus|included|inbegriffen|inclu[ií]d[oa])/iu,
  time: /(?<!\p{L})(?:midi|minuit|noon|midnight|mittags?|mediodía|mezzogiorno)(?!\p{L})/iu,
  phone,
  email,
  contact: new RegExp(`${email.source}|${phone.source}`, 'iu'),
  stock: new RegExp(
    String.raw`\b(?:en stock|rupture|épuisé|disponible|sur commande|réassort|de retour|in stock|out of stock|sold out|back in|` +
      String.raw`available|on order|agotado|disponible|existencias|auf lager|ausverkauft|lieferbar)`,
    'iu'
  ),
  place: new RegExp(
    String.raw`(?<!\p{L})(?:\d+,?\s(?:bis |ter )?(?:rue|avenue|boulevard|place|quai|chemin|allée|impasse|route|cours)(?!\p{L})|` +
      String.raw`(?:calle|avenida|plaza|paseo|via|viale|piazza|corso)\s\p{Lu}|\d+\s[\p{L}' ]+\s(?:street|road|lane|avenue|square|` +
      String.raw`way|place|row|yard|` +
      String.raw`quay|wharf)|(?:rue|quai|avenue|place|chemin|route)\s(?:de|du|des|d'|la)|\p{L}+(?:straße|strasse|gasse|platz|weg|` +
      String.raw`ufer|allee|straat|laan|` +
      String.raw`kade|plein|gracht)\s\d+|\p{L}+\sstr(?:aße|asse|\.)\s\d+|\d{5}\s\p{Lu}\p{L}+|\d{4}\s?[A-Z]{2}\s)`,
    'iu'
  ),
  material: new RegExp(
    String.raw`\b(?:coton|laine|lin|polyester|polyamide|polypropylène|silicone|caoutchouc|cuir|mousse|bois|hêtre|pin|chêne|bambou|` +
      String.raw`métal|acier|aluminium|verre|cellulose|viscose|duvet|cotton|wool|merino|linen|nylon|polypropylene|rubber|leather|foam|` +
      String.raw`wood|beech|pine|oak|bamboo|metal|steel|titanium|glass|down|silk|algodón|lana|lino|cuero|madera|acero|vidrio|` +
      String.raw`Baumwolle|Wolle|Leinen|Leder|Holz|Stahl|Glas|Seide)\b`,
    'iu'
  ),
}

/** Units of an age. */
const ageUnits = new Set(['year', 'month'])

/** Returns the type of fact that a question asks for; null for any other question. */
export function answerType (question: string, language: Language): AnswerType | null {
  const text = plainQuestion(question)
  return askingRules[language]!.find(([, phrases]) => text.search(phrases) >= 0)?.[0] ?? null
}

/** Returns the folded words of a question that only ask ("combien de temps", "what time"): they are no topic. */
export function askingWords (question: string, language: Language): Set<string> {
  const text = plainQuestion(question)
  return new Set(askingRules[language]!.flatMap(([, phrases]) => [...text.matchAll(phrases)].flatMap(([phrase]) => phrase.split(' '))))
}

/**
 * Tells whether a text holds a fact of that type.
 * @param held the text's quantities, where they are known already
 */
export function holdsType (text: string, type: AnswerType, held?: readonly Quantity[]): boolean {
  if (looks[type]?.test(text)) return true
  if (type === 'count') return /\d/.test(text) || (text.match(/\p{L}+/gu) ?? []).some(word => numberWord(word) !== undefined)
  const dimensions = measured[type]
  return dimensions !== undefined && (held ?? quantities(text, 'und')).some(({ dimension, unit }) =>
    dimensions.includes(dimension) && (type !== 'age' || ageUnits.has(unit ?? '')))
}
