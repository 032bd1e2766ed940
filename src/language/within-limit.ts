// Recognises questions for the things within a limit that have no word for a list: "rucksack under £100", "un lit à moins de 90 € ?".
import type { AggregatePhrase } from './aggregate-words.ts'
import type { Quantity } from './quantities.ts'
import type { Dimension } from './units.ts'

/** Measures of things. A time or a date limits what happens, not which things there are. */
const ofThings = new Set<Dimension>(['money', 'mass', 'length', 'area', 'volume', 'power', 'light', 'data', 'duration'])
/** … and so do an age and a stay. */
const ofPeople = new Set(['year', 'night'])

/** The list that such a question asks for: its place is before the first word. */
const unsaid: AggregatePhrase = { operation: 'list', dimensions: [], pattern: /^/u }

const greetings = String.raw`(?:hello|hi|hey|bonjour|salut|hallo|guten tag|hola|buenos días|buongiorno|goedendag)[,.!]?\s+`
const wishes = [
  String.raw`i(?:['’]m| am) (?:looking|searching) for|we(?:['’]re| are) looking for|looking for`,
  String.raw`i(?:['’]d| would) like|(?:i|we) (?:want|need)`,
  '(?:can|could) (?:i|we) (?:get|buy|have|see|book|rent|hire|do|find)|(?:(?:can|could) you )?show me',
  String.raw`(?:je|nous|on) (?:recherche|cherche|voudrais?|veux)(?:ons)?|(?:re)?cherche|j['’]aimerais|il (?:me|nous) faut|auriez[- ]vous`,
  String.raw`est[- ]ce qu(?:e |['’])(?:vous (?:vendez|avez|proposez|louez)|(?:je|on) peu[tx] (?:avoir|trouver|louer|acheter))`,
  '(?:puis[- ]je|peut[- ]on|je peux|on peut) (?:avoir|trouver|louer|acheter)',
  '(?:ich|wir) (?:suchen?|brauchen?|möchten?|hätten? gerne?)|suchen?|zeigt? mir|(?:kann|könnte) (?:ich|man)|(?:können|könnten) wir',
  'hättet ihr|hätten sie',
  '(?:estoy |estamos )?(?:buscando|busco|buscamos)|quiero|quisiera|necesito|me gustaría',
  '(?:puedo|podemos|se puede) (?:comprar|alquilar|reservar)',
  'cerco|vorrei|ik zoek|ik wil',
].join('|')

/** Matches the words in front that say no more than that somebody wants to know, or to have. */
const wish = new RegExp(String.raw`^\s*(?:${greetings})?(?:${wishes})\s+`, 'iu')

/** Returns a question without the wish at its beginning. */
export function withoutWish (question: string): string {
  return question.replace(wish, '')
}

/** Returns the list that is asked for without a word for it; null where no limit of a thing is named. */
export function listWithin (limits: readonly Quantity[]): AggregatePhrase | null {
  if (limits.some(({ isSituation }) => isSituation)) return null
  const isOfThing = ({ dimension, unit, low, high }: Quantity) => low !== high && ofThings.has(dimension) && !ofPeople.has(unit ?? '')
  return limits.some(isOfThing) ? unsaid : null
}

/** Returns the measures of a question that the things have to fit; a bare limit ("tents under 400") is one of money. */
export function limitsOf (found: readonly Quantity[]): Quantity[] {
  return found.flatMap((one): Quantity[] => {
    if (one.dimension !== 'count') return [one]
    return one.low !== one.high && one.counted === null && !one.isSituation ? [{ ...one, dimension: 'money', unit: null }] : []
  })
}
