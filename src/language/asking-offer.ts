// Recognises questions whether something is there or offered at all: "do you sell kayaks?", "¿hay sauna?".
import { plainQuestion } from './asking.ts'
import { inGermanClause } from './asking-rules.ts'
import { isPartOf } from './compounds.ts'
import { isGeneric, sameFamily } from './generic-words.ts'
import type { Language } from '../types.ts'
import { contentWords, fold, isStopWord, stem, tokens } from './words.ts'

const sold =
  '(?:vendez|avez|proposez|louez|offrez|organisez|faites|donnez|reprenez|rachetez|acceptez|pretez|disposez|recrutez|reparez|livrez|' +
  'expediez|envoyez)'
/** "Il y a quatre jours" says when. */
const ago =
  '(?! (?:\\d+|une?|deux|trois|quatre|cinq|six|sept|huit|dix|douze|quelques|plusieurs) ' +
  '(?:heures?|jours?|semaines?|mois|ans?|annees?)(?!\\p{L}))'
const french = `${sold} vous|vous ${sold}|y a t il|il y a${ago}|existe t il|(?:peut on|puis je|on peut) (?:payer|regler)`
const english =
  'do you (?:also |still )?(?:sell|have|offer|run|do|stock|hire|rent|buy|give|make|provide|carry|keep|take|accept|repair|' +
  'deliver|ship|post|send)|have you got|is there an?y?|are there any|' +
  '(?<!(?:far|long|many|much|soon|late|early|fast|high|what|where|when|how|which(?: \\w+)?) )' +
  'can i (?:hire|rent|buy|get|borrow|pay (?:with|by|in|using))'
const spanish =
  'tienen(?! que)|tiene(?! \\d| que)|teneis(?! que)|tienes(?! \\d| que)|hay(?! que)|' +
  'venden|vendeis|ofrecen|ofreceis|alquilan|alquilais|hacen|haceis|dan|dais|aceptan|aceptais|organizan|' +
  'organizais|existe|envian|enviais|entregan|entregais|(?:puedo|se puede) pagar'
const german =
  '(?:verkaufen|bieten|vermieten|verleihen|machen|nehmen|reparieren|vermitteln|fuhren|organisieren|behandeln|kaufen|liefern|' +
  'versenden) sie|(?:verkauft|bietet|vermietet|verleiht|macht|nehmt|repariert|vermittelt|fuhrt|organisiert|stellt|kauft|liefert|' +
  'versendet|verschickt) ihr|gibt es|gibts|kann (?:ich|man) (?:auch )?mit|' +
  // "Habt ihr am Montag auf?" asks when; "nehmt ihr Katzen auf?" does not.
  `(?:haben sie|habt ihr)(?! ${inGermanClause}(?:auf|offen|geoffnet|zu|geschlossen) ?$)`
const italian =
  'avete|fate|vendete|offrite|affittate|noleggiate|accettate|organizzate|riparate|date|spedite|consegnate|c e|ci sono|' +
  '(?:posso|si puo) pagare'
const dutch =
  '(?:hebben|verkopen|geven|verhuren|doen|bieten|organiseren|repareren|leveren|bezorgen) jullie|hebt u|is er|zijn er'
const portuguese =
  'tem|tens|vendem?|alugam?|oferecem?|fazem|aceitam?|organizam?|dao|existe|(?:posso|pode se) pagar'

const read = (phrases: string) => new RegExp(String.raw`(?<!\p{L})(?:${phrases})(?!\p{L})`, 'u')
const patterns: Record<Language, RegExp> = {
  fr: read(french), en: read(english), es: read(spanish), de: read(german),
  und: read([italian, dutch, portuguese, french, english, spanish, german].join('|')),
}

const otherLanguages = read([italian, dutch, portuguese].join('|'))

/**
 * Returns the folded words by which a question asks if something exists here ("can I pay by"): they are no topic, and each other
 * word that the documents lack speaks against an answer. None of other questions.
 */
export function offerWords (question: string, language: Language): ReadonlySet<string> {
  // "Dan" is Spanish for "they give", and Dutch for "then": the languages with patterns of their own are not tried.
  return new Set((language === 'und' ? otherLanguages : patterns[language]).exec(plainQuestion(question))?.[0].split(' '))
}

/**
 * Returns the folded words of a question from the clause on that asks if something exists: what is told before it ("my son is 8, is
 * there a course?") need not exist here.
 */
export function offerClause (question: string, language: Language): ReadonlySet<string> {
  const parts = question.split(/(?<=[,;:.!?]\s|\n|\s[-–—]\s)/u)
  const asking = parts.findIndex(part => offerWords(part, language).size > 0)
  return new Set(tokens(parts.slice(Math.max(0, asking)).join('')).map(fold))
}

/**
 * Tells whether two questions ask for two different things to be offered, however alike they sound: "do you sell roof boxes?"
 * and "do you sell used cars?" share nothing but the asking.
 */
export function askForDifferentOffers (a: string, b: string, language: Language): boolean {
  const [one, other] = [offerAsked(a, language), offerAsked(b, language)]
  if (one.length === 0 || other.length === 0) return false
  const areAlike = (x: string, y: string) =>
    x === y || sameFamily(x, y) || isPartOf({ stem: x }, y, language) || isPartOf({ stem: y }, x, language)
  return !one.some(x => other.some(y => areAlike(x, y)))
}

/** Returns the stems of what is asked to be offered; none of other questions. */
function offerAsked (question: string, language: Language): string[] {
  const plain = plainQuestion(question)
  const asking = patterns[language].exec(plain)?.[0]
  if (asking === undefined) return []
  return contentWords(plain.replace(asking, ' '), language).flatMap(word => {
    const stemmed = stem(word, language)
    return isStopWord(word, language) || isGeneric(stemmed, word, language) ? [] : [stemmed]
  })
}
