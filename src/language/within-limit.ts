// Recognises questions for the things within a limit that have no word for a list: "rucksack under £100", "un lit à moins de 90 € ?".
import type { AggregatePhrase } from './aggregate-words.ts'
import type { Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'

/** Measures of things. A time, a date, an age or a stay limits what happens, not which things there are. */
const ofThings = new Set<Dimension>(['money', 'mass', 'length', 'area', 'volume', 'power', 'light', 'data'])

/** The list that such a question asks for: its place is before the first word. */
const unsaid: AggregatePhrase = { operation: 'list', dimensions: [], pattern: /^/u }

/** Matches the words in front that say no more than that somebody wants to know, or to have. */
const wishes = new RegExp(
  String.raw`^\s*(?:(?:hello|hi|hey|bonjour|salut|hallo|hola|buenos días|guten tag)[,.!]?\s+)?(?:` +
  String.raw`i(?:['’]m| am) (?:looking|searching) for|we(?:['’]re| are) looking for|i(?:['’]d| would) like|(?:i|we) (?:want|need)|` +
  String.raw`looking for|show me|(?:can|could) you show me|(?:can|could) i (?:get|buy|have|see)|` +
  String.raw`(?:je|nous|on) (?:recherche|cherche|voudrais?|veux)(?:ons)?|(?:recherche|cherche)(?=\s)|j['’]aimerais|il (?:me|nous) faut|` +
  String.raw`auriez[- ]vous|` +
  String.raw`(?:ich|wir) (?:suchen?|brauchen?|möchten?|hätten? gern(?:e)?)|suchen?|zeig(?:t|en sie)? mir|` +
  String.raw`(?:estoy |estamos )?(?:buscando|busco|buscamos)|(?:quiero|quisiera|necesito|me gustaría)|cerco|vorrei|ik zoek|ik wil)\s+`,
  'iu'
)

/** Returns a question without the wish at its beginning. */
export function withoutWish (question: string): string {
  return question.replace(wishes, '')
}

/** Returns the list that is asked for without a word for it; null where no limit of a thing is named. */
export function listWithin (limits: readonly Quantity[]): AggregatePhrase | null {
  if (limits.some(({ isSituation }) => isSituation)) return null
  return limits.some(({ dimension, low, high }) => ofThings.has(dimension) && low !== high) ? unsaid : null
}

/** Returns the measures of a question that the things have to fit; a bare limit ("tents under 400") is one of money. */
export function limitsOf (found: readonly Quantity[]): Quantity[] {
  return found.flatMap((one): Quantity[] => {
    if (one.dimension !== 'count') return [one]
    return one.low !== one.high && one.counted === null && !one.isSituation ? [{ ...one, dimension: 'money', unit: null }] : []
  })
}
