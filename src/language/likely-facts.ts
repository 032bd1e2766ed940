// Tells which of several facts of one type are likelier meant: opening hours among times, the age of people among years.
import type { AnswerType } from './asking-rules.ts'
import { plainQuestion } from './asking.ts'
import { isChild } from './generic-words.ts'
import { fold, tokens } from './words.ts'

/** Forms of the words for "open", "closed" and "hours", in a text without accents. April and dates are none. */
const opening = String.raw`ouver\w*|ouvr\w+|ferm(?:e|ee?s?|ent|ez|ons|eture)|horaires?|heures? d ouverture|open\w*|` +
  String.raw`clos(?:e[sd]?|ing)|hours|(?:ge)?offnet|offnungszeit\w*|geschlossen|schliess\w+|` +
  String.raw`abr(?:e|en|is|imos|ir)|abiert\w+|cierra[ns]?|cerr(?:a(?:mos|is|r)|ad\w+)|` +
  String.raw`horarios?|apert[oaie]|apr(?:e|ono|iamo|ite|ire)|chiud\w+|chius\w+|orari[oi]?|geopend|gesloten|dicht|fecha[md]\w*|abert\w+`
const saysOpening = new RegExp(String.raw`(?<!\p{L})(?:${opening})(?!\p{L})`, 'u')
/** Matches a plain question for opening hours. */
export const asksOpening = new RegExp(String.raw`(?<!\p{L})(?:${opening}|offen|(?:auf|zu)(?= ?$))(?!\p{L})`, 'u')
/** Matches what says how old somebody is or has to be, or that a number is a limit. */
const saysAge = new RegExp(String.raw`(?<!\p{L})(?:ag(?:e[ds]?|ee?s?)|old(?:er)?|young\w*|over|under|from|alt|alter|mindestens|ab|ans|` +
  String.raw`anos|anni|edad|eta|idade|leeftijd|jaar|jahren?|years?)(?!\p{L})`, 'u')

/** Returns a function that tells whether a text is likelier to hold what is asked than others; null where nothing tells. */
export function likelierFact (question: string, type: AnswerType | null): ((text: string) => boolean) | null {
  if (type === 'time' && asksOpening.test(plainQuestion(question))) return text => saysOpening.test(plain(text))
  if (type === 'age') return text => saysAge.test(plain(text)) || tokens(text).some(word => isChild(fold(word)))
  return null
}

const plain = (text: string) => fold(text.toLowerCase()).replace(/ß/g, 'ss')
