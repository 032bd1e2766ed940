// Tells what the codes in a question say about the passages found: none holds one that is nowhere, one with the code is meant.
import { areNearCodes, codeParts, formOf, isCode, isNameOfOne, isShortCode } from '../language/codes.ts'
import { quantities } from '../language/quantities.ts'
import { differInFigures, spacedCodes } from '../language/spaced-codes.ts'
import { topicWeights } from '../language/topic.ts'
import { isStopWord } from '../language/words.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'

/** A longer number is no amount: it is the number of an article, as a bar code. */
const articleNumber = /^\p{N}{8,}$/u
/** A number of so many figures may be an article's by itself; a shorter one needs a word that says so. */
const longNumber = 5
const leastFigures = 3
/** Words before an article's number. */
const announcing = new RegExp(
  String.raw`(?<!\p{L})(?:articles?|artikel\p{L}*|art[íi]culos?|articol[oi]|items?|parts?|produ[ik]t\p{L}*|productos?|prodott[oi]|` +
  String.raw`r[ée]f(?:s|[ée]ren\p{L}*)?|codes?|c[óo]digos?|codic[ei]|bestell?n(?:umme)?r|katalog\p{L}*|model\p{L}*|mod[èe]les?|` +
  String.raw`sku|ean|art|n°|nº|nr|no|num[ée]ros?|n[úu]meros?|num(?:ber|mer)?|#)[\s.:°#º-]*(?:n[°ºro]?\.?\s*)?$`,
  'iu'
)
/** What has a number that is the asker's own, which no document holds: an order, a customer, a room. */
const ofAskers = new RegExp(
  String.raw`(?<!\p{L})(?:(?<=(?:my|our|the|this|for|of|about|ma|la|cette|notre|une)\s)(?:orders?|commandes?)|` +
  String.raw`(?:order|commande)(?=[\s-]*(?:n|#))|customers?|accounts?|invoices?|bookings?|rooms?|flights?|tickets?|members?(?:hip)?|` +
  String.raw`zip|post|promo|discount|client[ei]?s?|dossiers?|factur[ae]s?|contrats?|chambres?|r[ée]servations?|colis|postale?|` +
  String.raw`bestellung(?:en)?|kunden?|auftrags?|rechnungs?|vertrags?|mitglieds?|buchungs?|zimmer|plz|postleitzahl|pedidos?|` +
  String.raw`reservas?|habitaci[óo]n|socio|ordin[ei]|fattur[ae]|prenotazion[ei]|bestelling(?:en)?|klant(?:en)?|factuur|kamer|postcode)` +
  String.raw`[\s.:#-]*(?:(?:n[°ºro]?|num[ée]ros?|n[úu]meros?|num(?:ber|mer)?|codes?)(?!\p{L})[\s.:°#º-]*)?(?:(?:is|est|ist|es|è)\s)?$`,
  'iu'
)
/** Stands before the number of a place: "nach 10117", "à 75012". */
const atPlace = /(?<!\p{L})(?:nach|in|to|near|à|dans l[ea]|en|naar)\s$/iu
const placeFigures = 5
/** How much is read before a number. */
const charsBefore = 60

/**
 * Tells whether a question names a code that no document holds: an article's, or one of the same form as others that there are.
 * @param language the documents'
 */
export function namesUnknownCode (
  terms: readonly QueryTerm[], passages: readonly Pick<FoundPassage, 'stems'>[], question: string, language: Language
): boolean {
  if (isUnknownSpaced(terms, passages, question, language)) return true
  return terms.some(({ known, stem }) => {
    if (known) return false
    if (/^[\p{N}\u02d0]+$/u.test(stem) && !articleNumber.test(stem)) {
      const kind = kindOfFigures(stem, question, language)
      return kind === 'article' || (kind === 'perhaps' && isNearHeld(stem, passages))
    }
    if (isCode(stem) || articleNumber.test(stem)) return true
    return /^\p{L}+\p{N}/u.test(stem) && passages.some(({ stems }) => stems.split(' ').some(held => areNearCodes(stem, held)))
  })
}

/** Tells whether a code is typed with blanks ("kb 750") that is nowhere, beside others of its letters ("KB-500"). */
function isUnknownSpaced (
  terms: readonly QueryTerm[], passages: readonly Pick<FoundPassage, 'stems'>[], question: string, language: Language
): boolean {
  const asked = spacedCodes(question).filter(({ parts, code }) => isCode(code) && !isStopWord(parts[0]!, language))
  // What the documents hold is one of the terms, and its beginnings name no other article.
  const held = terms.flatMap(({ stem, known }) => known && isCode(stem) ? [stem] : [])
  const isInRow = (parts: readonly string[]) => passages.some(({ stems }) => ` ${stems} `.includes(` ${parts.join(' ')} `))
  const unknown = asked.filter(({ parts }) => !held.some(stem => stem.startsWith(formOf(parts.join(' ')))) && !isInRow(parts))
  return unknown.length > 0 && unknown.length === asked.length &&
    passages.some(({ stems }) => stems.split(' ').some(one => isCode(one) && unknown.some(({ code }) => differInFigures(code, one))))
}

/** Tells whether figures of a question name an article: a word says so, or nothing else is asked about; or count something. */
function kindOfFigures (stem: string, question: string, language: Language): 'article' | 'perhaps' | 'amount' {
  if (isCode(stem)) return 'perhaps'
  if (!/^\p{N}+$/u.test(stem) || stem.length < leastFigures) return 'amount'
  const numbers = quantities(question, language)
  if (numbers.some(({ values, dimension }) => dimension !== 'count' && values.includes(Number(stem)))) return 'amount'
  const at = Math.max(0, question.indexOf(stem))
  const before = question.slice(Math.max(0, at - charsBefore), at)
  if (ofAskers.test(before)) return 'amount'
  if (announcing.test(before)) return 'article'
  if (stem.length < longNumber || stem.endsWith('000') || (stem.length === placeFigures && atPlace.test(before))) return 'amount'
  return topicWeights(question, language, language, numbers).size === 0 ? 'article' : 'perhaps'
}

/** Tells whether a passage holds figures that differ from these at their end only: they are another article of the same kind. */
function isNearHeld (stem: string, passages: readonly Pick<FoundPassage, 'stems'>[]): boolean {
  const [first = '', ...others] = codeParts(stem)
  const same = Math.ceil(first.length / 2)
  const near = [`${first.slice(0, same)}\\d{${first.length - same}}`, ...others.map(part => `\\d{${part.length}}`)]
  const pattern = new RegExp(`(?:^| )${near.join(' ')}(?: |$)`, 'u')
  return passages.some(({ stems }) => pattern.test(stems))
}

/**
 * Returns the positions of the codes among the words of a question.
 * @param language the documents'
 */
export function codePositions (terms: readonly QueryTerm[], question: string, language: Language): number[] {
  const isName = (stem: string) => isCode(stem) || (isNameOfOne(stem) && kindOfFigures(stem, question, language) !== 'amount')
  return terms.flatMap(({ stem }, i) => isName(stem) || isShortCode(stem) ? [i] : [])
}
