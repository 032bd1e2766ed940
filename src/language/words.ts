// Splits a text into words, and provides folding, stop words and stems per language.
import { stopwords as dutch } from '@orama/stopwords/dutch'
import { stopwords as german } from '@orama/stopwords/german'
import { stopwords as english } from '@orama/stopwords/english'
import { stopwords as french } from '@orama/stopwords/french'
import { stopwords as italian } from '@orama/stopwords/italian'
import { stopwords as spanish } from '@orama/stopwords/spanish'
import snowball from 'snowball-stemmers'
import type { Language } from '../types.ts'
import { codeForms, codesIn } from './codes.ts'
import { isEastAsian, isFillerPair, letterPairs, withoutAsking } from './east-asian.ts'
import { fold, plainLetters, withoutLigatures } from './letters.ts'
import { onceForTextIn } from './once-for-text.ts'

export { fold }

export const languages = ['fr', 'en', 'es', 'de'] as const satisfies Language[]
type Known = typeof languages[number]

// Question words and fillers that the lists lack.
const fillers: Record<Language, string> = {
  fr:
    'est-ce comment quand pourquoi combien où dois doit peut puis faire fait plus si être avoir a comme quoi y-a t-il il tout tous ' +
    'toute toutes cela ça lors dont',
  en: 'a do does did can may is are',
  es: 'qué quién quiénes cuál cuáles cómo cuándo dónde cuánto cuántos cuánta cuántas',
  de:
    'wer wen wem wessen wo woher wohin wann wieso wieviel wie viele viel warum weshalb welche welcher welches welchen welchem was ' +
    'wurde wurden',
  // A language without a list of its own may be any of these. Of Portuguese there are only words that are no nouns of the others, as
  // "mais", "das", "vos" and "pelo" are.
  und:
    's t n jullie jij je we wij welk welke wanneer waarom waar hoeveel vanaf mag mogen ' +
    'quanta quantos quantas qual quais quem porque ' +
    'que do em um uma para com não no por dos ao ou muito também isso isto sem mesmo essa esse este esta meu minha nosso nossa seu sua ' +
    'você vocês estou está estamos estão sou somos são foi tenho tem temos têm até ' +
    'può posso dove quando perché quali quanti quante quanto vorrei',
}
const lists: Record<Language, string[]> = {
  fr: french, en: english, es: spanish, de: german, und: [...italian, ...dutch],
}
const snowballNames: Record<Known, string> = { fr: 'french', en: 'english', es: 'spanish', de: 'german' }

/** Matches the figure in "150ml", which is a figure and a unit; "T4", "EN716" and "2in1" are codes. */
const glued = /(?<![\p{L}\p{N}])(\d+)(?=(?:[mck]?[glm]|mm|mg|cl|ml|h|min|mah|lm|kwh|[kmgt]b|[€£$%])(?:[^\p{L}\p{N}]|$))/gu
/** Matches the "x" of "60x120", which is two figures. */
const times = /(?<=\d)x(?=\d)/g
/** Matches ordinals: "2e", "2ème", "2eme" and "2nd" get one form. */
const ordinal = /(?<![\p{L}\p{N}])(\d+)(?:ere?|ère|er|re|[eè]me|i[eè]me|nde?|st|rd|th|e)(?![\p{L}\p{N}])/gu

// eslint-disable-next-line no-control-regex
const ascii = /^[\x00-\x7f]*$/

/** Matches a word that continues in the next line after a hyphen, which may be its own or the printer's. */
const lineEnd = /\p{Ll}[-‐]\n\p{Ll}/u

/**
 * Splits a text into lower-case runs of letters and digits, accents kept, as FTS5's unicode61 does before folding. Runs of
 * East Asian letters become pairs.
 */
export function tokens (text: string): string[] {
  const isAscii = ascii.test(text)
  // "İ" becomes i and a combining dot, which would split the word.
  const plain = isAscii ? text.toLowerCase() : plainLetters(text).toLowerCase().replaceAll('i\u0307', 'i')
  const parted = /\d\p{L}/u.test(plain) ? plain.replace(ordinal, '$1e').replace(times, ' ').replace(glued, '$1 ') : plain
  // Classes of Unicode take several times as long, and most texts of some languages have none of it.
  if (isAscii) return parted.match(/[a-z0-9]+/g) ?? []
  const found = parted.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
  return isEastAsian(plain) ? found.flatMap(letterPairs) : found
}

/**
 * Returns the words by which a text is found: its tokens, then the forms of its codes, and the words that a hyphen divides
 * at the end of a line.
 */
export function indexTokens (text: string): string[] {
  const found = tokens(text)
  const plain = plainLetters(text)
  const codes = codeForms(plain)
  const divided = lineEnd.test(plain) ? wordsOverLines(plain) : []
  return codes.length + divided.length > 0 ? [...found, ...codes, ...divided] : found
}

function wordsOverLines (plain: string): string[] {
  return (plain.match(/\p{L}+[-‐]\n\p{Ll}+/gu) ?? []).map(word => word.replace(/[-‐]\n/, '').toLowerCase())
}

function stopSet (language: Language): Set<string> {
  const set = new Set<string>()
  for (const entry of [...lists[language], ...fillers[language].split(' ')]) {
    for (const word of tokens(entry)) set.add(word).add(fold(word))
  }
  return set
}
// Made when a language is first met: every thread has its own, and most threads meet few languages.
const stopSets: Partial<Record<Language, Set<string>>> = {}

export function isStopWord (word: string, language: Language): boolean {
  return (stopSets[language] ??= stopSet(language)).has(word) || isFillerPair(word)
}

/** Returns the content words of a question, in order, accents kept, each code as one word; all words when all are stop words. */
export function contentWords (text: string, language: Language): string[] {
  const all = questionTokens(withoutAsking(plainLetters(text)))
  const content = all.filter(word => !isStopWord(word, language))
  return content.length > 0 ? content : all
}

function questionTokens (plain: string): string[] {
  const codes = codesIn(plain)
  if (codes.length === 0) return tokens(plain)
  const ends = [0, ...codes.map(({ end }) => end)]
  return [...codes.flatMap(({ start, code }, i) => [...tokens(plain.slice(ends[i], start)), code]), ...tokens(plain.slice(ends.at(-1)))]
}

const stemmers = Object.fromEntries(languages.map(language => [language, snowball.newStemmer(snowballNames[language])]))

/** Returns the Snowball stem of a lower-case token, folded; for an unknown language, only folds it. */
export function stem (word: string, language: Language): string {
  if (language === 'und') return fold(word)
  return rememberedStem(word, language)
}

/** Makes the same stem, for a caller that keeps it. */
export function newStem (word: string, language: Language): string {
  if (language === 'und') return fold(word)
  return language === 'de' ? germanStem(word) : fold(stemmers[language]!.stem(withoutLigatures(word)))
}

/** Stemming takes 2 µs a word, and the same words recur. */
const rememberedStem = onceForTextIn(newStem, { maxChars: 2_500_000, longest: 40, isCut: true })

/** Matches verbs and nouns of "senden" and the like, whose "end" the stemmer takes for a participle's. */
const germanEnd = /(?<=(?:s|w|p|bl)end)(?:en|et|e|est|ete|eten|ung|ungen)$/u

/** Gives a German verb and its noun one stem where the stemmer does not: "zurücksenden" and "Rücksendung", "geben" and "Gabe". */
function germanStem (word: string): string {
  const near = word.replace(/^zur(?:ü|ue?)ck(?=.{3})/, 'rück')
  const stemmed = germanEnd.test(near) ? fold(near.replace(germanEnd, '')) : fold(stemmers.de!.stem(withoutLigatures(near)))
  return stemmed.replace(/geb$/, 'gab').replace(/nehm$/, 'nahm')
}

/** Returns the stems of everything that a text is found by, stop words included. */
export function stemAll (text: string, language: Language): string[] {
  return indexTokens(text).map(word => stem(word, language))
}
