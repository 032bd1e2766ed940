// Recognises that a question names nothing but the organisation that it is put to: "Where is the museum?" asks a museum where it is.
import { answerType, type AnswerType } from './answer-types.ts'
import { asksOpening } from './likely-facts.ts'
import { plainQuestion } from './asking.ts'
import { quantities } from './quantities.ts'
import { topicWeights } from './topic.ts'
import { fold, tokens } from './words.ts'
import type { Language } from '../types.ts'

/** What is asked of the organisation as a whole. A price or a duration is asked of a thing: "the price of the hotel" is that of a room. */
const ofTheWhole = new Set<AnswerType>(['place', 'phone', 'email', 'contact', 'person'])
/** The end of a compound in a name: "Praxis" of "Zahnarztpraxis". */
const leastEnd = 5

/** What belongs to who asks is not the organisation: "where is my parcel". */
const possessive = /(?<!\p{L})(?:my|our|m(?:on|a|es)|nos|notre|mein\w*|unser\w*|mis?|nuestr[oa]s?|mi[oa]|miei|mijn|ons|onze)(?!\p{L})/iu
/** "Where is the …?": of another thing it asks where that is in the house. With the same question to the organisation itself. */
const whereIs: [RegExp, string][] = [
  [/^where(?:['’]s| is| are| can i find)(?!\p{L})/iu, 'Where are you?'],
  [/^wo (?:ist|liegt|befindet sich|finde ich|finden wir)(?!\p{L})/iu, 'Wo seid ihr?'],
  [/^où (?:est|se trouve|se situe|trouver)(?!\p{L})/iu, 'Où êtes-vous ?'],
  [/^¿?\s*d[óo]nde (?:est[áa]|queda|se encuentra)(?!\p{L})/iu, '¿Dónde están?'],
  [/^dov(?:['’]è|e si trova|e sta)(?!\p{L})/iu, 'Dove siete?'],
  [/^waar (?:is|ligt|vind ik)(?!\p{L})/iu, 'Waar zijn jullie?'],
]

/**
 * Returns the question without the words of the organisation's name, where they are all that it names; any other question as it is.
 * Its pages say them of everything ("Wi-Fi is free in all of the hotel").
 * @param company its name
 */
export function aboutItself (question: string, asked: Language, documents: Language, company: string): string {
  if (possessive.test(question)) return question
  const where = whereIs.find(([pattern]) => pattern.test(question))?.[1]
  const type = answerType(question, asked)
  const isOpening = type === 'time' && asksOpening.test(plainQuestion(question))
  if (where === undefined && !isOpening && (type === null || !ofTheWhole.has(type))) return question
  const numbers = quantities(question, documents)
  const topics = numbers.length > 0 ? [] : [...topicWeights(question, asked, documents, numbers).keys()]
  const name = tokens(company).map(fold)
  const isOwn = (word: string) => name.some(own => own === word || (word.length >= leastEnd && own.endsWith(word)))
  if (topics.length === 0 || !topics.every(isOwn)) return question
  if (where !== undefined) return where
  const bare = question.replace(/[\p{L}\p{N}]+/gu, word => topics.includes(fold(word.toLowerCase())) ? '' : word)
  // The words may have been what told the type.
  return answerType(bare, asked) === type ? bare.replace(/\s+/g, ' ').trim() : question
}
