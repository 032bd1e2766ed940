// Lists the phrases that ask for each type of fact, in seven languages.
import { dutch, english, german } from './asking-germanic.ts'
import { french, italian, portuguese, spanish } from './asking-romance.ts'
import type { Rules } from './asking-rules.ts'
import { eastAsianRules } from './east-asian.ts'
import { fold } from './words.ts'

export type { AnswerType } from './asking-rules.ts'

/** Rules by the language of the question; of an unknown language all of them are tried. */
export const askingRules: Record<string, Rules> = {
  fr: french, en: english, es: spanish, de: german,
  und: [...dutch, ...portuguese, ...italian, ...spanish, ...french, ...german, ...english, ...eastAsianRules],
}

/** Writes a question as the rules read it: folded words between single spaces. */
export function plainQuestion (question: string): string {
  return fold(question.toLowerCase()).replace(/ß/g, 'ss').replace(/[^\p{L}\p{N}]+/gu, ' ')
}
