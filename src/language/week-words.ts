// Reads the working days that are said as a part of the week: "unter der Woche", "en semaine", "during the week".
import type { Language } from '../types.ts'
import { foldedText, standAt, type Token } from './quantity-token.ts'
import { isStopWord } from './words.ts'

const sure = ['unter der woche', 'during the week', 'entre semana', 'door de week', 'doordeweeks'].map(words => words.split(' '))
/** Before another word these are something else: "en semaine complète", "in settimana bianca". */
const unsure = ['en semaine', 'in settimana', 'durante la settimana', 'durante a semana'].map(words => words.split(' '))
/** Names one week: "during the week of 5 May". */
const ofOne = /^(?:of|from|before|after|du|de|des|d|del|vom|von|vor|nach|di|da|dal|dell|van|voor|na|do|in|when|que|che|ou|dont)$/

/** Returns the position behind words for Monday to Friday; null where none stand. */
export function afterWorkingWeek (tokens: Token[], at: number, language: Language): number | null {
  const words = [...sure, ...unsure].find(words => standAt(tokens, at, words))
  if (words === undefined) return null
  const next = at + words.length
  const after = tokens[next]
  if (after === undefined || after.kind === 'break' || after.kind === 'sign') return next
  if (after.kind !== 'word' || ofOne.test(foldedText(after))) return null
  return sure.includes(words) || isStopWord(after.text, language) ? next : null
}
