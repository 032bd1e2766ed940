// Writes a question as it is searched: without emoji, emphasis and capitals that only decorate it.
import { plainLetters } from './letters.ts'

/** Matches an emoji with its modifiers, also one of several that are joined. */
const emoji = new RegExp(
  String.raw`\p{Regional_Indicator}{2}|(?:\p{Emoji_Presentation}|(?![\d#*])\p{Emoji}\ufe0f)` +
  String.raw`(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Emoji}\ufe0f?)*`, 'gu')
/** Matches the box around a figure. */
const keycap = /\ufe0f?\u20e3/g
/** Matches a whole text between quotes, or as Markdown writes emphasis, headings, quotations and items of a list. */
const wrapped = /^(?:([*_~`"']+|[“„”]|«\s?)(?![\s*_~`"'“„”«»])([^*_~`"“„”«»]+?)(?:\1|[“”]|\s?»)|(?:#{1,6}|[>*•-])\s+([^\n]+))$/u
const repeatedMark = /([?!])[?!]+/g
const trailingDots = /(?<![.…])(?:\.\.|…)[.…]*$/
/** So many words in capitals are shouted; fewer may be a code or a name. */
const shoutedWords = 3

/** Returns a question in one form: composed letters, single blanks, no emoji, no marks around all of it, no capitals throughout. */
export function tidyQuestion (text: string): string {
  const seen = plainLetters(text.replace(keycap, '').replace(emoji, ' '))
  const plain = seen.replace(/[^\S\n]+/g, ' ').replace(/(?<=\p{L})[’ʼ](?=\p{L})/gu, "'").trim()
  // An emoji alone is all that was asked.
  if (!/[\p{L}\p{N}]/u.test(plain)) return text.trim()
  const bare = plain.replace(wrapped, '$2$3').replace(repeatedMark, '$1').replace(trailingDots, '').trimEnd()
  const isShouted = !/\p{Ll}/u.test(bare) && (bare.match(/\p{Lu}{2,}/gu)?.length ?? 0) >= shoutedWords
  return isShouted ? bare.toLowerCase() : bare
}
