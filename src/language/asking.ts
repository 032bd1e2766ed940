// Lists the phrases that ask for each type of fact, in seven languages.
import { dutch, english, german } from './asking-germanic.ts'
import { french, italian, portuguese, spanish } from './asking-romance.ts'
import { wordStart, type Rules } from './asking-rules.ts'
import { eastAsianRules } from './east-asian.ts'
import { onceForText } from './once-for-text.ts'
import { fold } from './words.ts'

export type { AnswerType } from './asking-rules.ts'

/** Rules by the language of the question; of an unknown language all of them are tried. */
const askingRules: Record<string, Rules> = {
  fr: french, en: english, es: spanish, de: german,
  und: [...dutch, ...portuguese, ...italian, ...spanish, ...french, ...german, ...english, ...eastAsianRules],
}

/** Matches what any rule of a language does. */
const anyRule: Record<string, RegExp> = {}

/** Returns the rules that may match a plain question: none where one pass over it finds no phrase of any of them. */
export function rulesFor (plain: string, language: string): Rules {
  const own = askingRules[language]!
  return (anyRule[language] ??= anyOf(own)).test(plain) ? own : []
}

/** Joins the patterns of rules. What they have in common at their beginning is tried once, not for each of them. */
function anyOf (own: Rules): RegExp {
  const sources = own.map(([, { source }]) => source)
  const ofWords = sources.flatMap(source => source.startsWith(wordStart) ? [source.slice(wordStart.length)] : [])
  const others = sources.filter(source => !source.startsWith(wordStart))
  return new RegExp([`${wordStart}(?:${ofWords.join('|')})`, ...others].join('|'), 'u')
}

/** Writes a question as the rules read it: folded words between single spaces. */
export const plainQuestion = onceForText((question: string) =>
  fold(question.toLowerCase()).replace(/ß/g, 'ss').replace(/[^\p{L}\p{N}]+/gu, ' '), { maxChars: 20_000, longest: 300 })
