// Tells what the codes in a question say about the passages found: none holds one that is nowhere, one with the code is meant.
import { areNearCodes, codeParts, isCode, isNameOfOne, isShortCode } from '../language/codes.ts'
import { quantities } from '../language/quantities.ts'
import { topicWeights } from '../language/topic.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'

/** A longer number is no amount: it is the number of an article, as a bar code. */
const articleNumber = /^\p{N}{8,}$/u
/** A number of so many figures may be an article's by itself; a shorter one needs a word that says so. */
const longNumber = 5
const leastFigures = 3
/** Words before an article's number. */
const announcing = new RegExp(
  String.raw`(?<!\p{L})(?:articles?|artikel\p{L}*|art[íi]culos?|articol[oi]|items?|parts?|produ[ik]t\p{L}*|productos?|prodott[oi]|` +
  String.raw`r[ée]f\p{L}*|codes?|c[óo]digos?|codic[ei]|bestell\p{L}*|katalog\p{L}*|model\p{L}*|mod[èe]les?|` +
  String.raw`sku|ean|art|n°|nº|nr|no|num[ée]ros?|n[úu]meros?|num(?:ber|mer)?|#)[\s.:°#º-]*(?:n[°ºro]?\.?\s*)?$`,
  'iu'
)

/**
 * Tells whether a question names a code that no document holds: an article's, or one of the same form as others that there are.
 * @param language the documents'
 */
export function namesUnknownCode (
  terms: readonly QueryTerm[], passages: readonly Pick<FoundPassage, 'stems'>[], question = '', language: Language = 'und'
): boolean {
  return terms.some(({ known, stem }) => {
    if (known) return false
    if (/^\p{N}/u.test(stem) && !articleNumber.test(stem)) {
      const kind = kindOfFigures(stem, question, language)
      return kind === 'article' || (kind === 'perhaps' && isNearHeld(stem, passages))
    }
    if (isCode(stem) || articleNumber.test(stem)) return true
    return /^\p{L}+\p{N}/u.test(stem) && passages.some(({ stems }) => stems.split(' ').some(held => areNearCodes(stem, held)))
  })
}

/** Tells whether figures of a question name an article: a word says so, or nothing else is asked about; or count something. */
function kindOfFigures (stem: string, question: string, language: Language): 'article' | 'perhaps' | 'amount' {
  if (isCode(stem)) return 'perhaps'
  if (!/^\p{N}+$/u.test(stem) || stem.length < leastFigures) return 'amount'
  const numbers = quantities(question, language)
  if (numbers.some(({ values, dimension }) => dimension !== 'count' && values.includes(Number(stem)))) return 'amount'
  const at = question.indexOf(stem)
  if (at >= 0 && announcing.test(question.slice(0, at))) return 'article'
  if (stem.length < longNumber) return 'amount'
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

/** Returns the positions of the codes among the words of a question. */
export function codePositions (terms: readonly QueryTerm[]): number[] {
  return terms.flatMap(({ stem }, i) => isNameOfOne(stem) || isShortCode(stem) ? [i] : [])
}
