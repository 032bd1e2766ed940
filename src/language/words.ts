// Splits a text into words, and provides folding, stop words and stems per language.
import { stopwords as german } from '@orama/stopwords/german'
import { stopwords as english } from '@orama/stopwords/english'
import { stopwords as french } from '@orama/stopwords/french'
import { stopwords as spanish } from '@orama/stopwords/spanish'
import { LRUCache } from 'lru-cache'
import snowball from 'snowball-stemmers'
import type { Language } from '../types.ts'

export const languages = ['fr', 'en', 'es', 'de'] as const satisfies Language[]
type Known = typeof languages[number]

// Question words and fillers that the lists lack.
const fillers: Record<Known, string> = {
  fr:
    'est-ce comment quand pourquoi combien où dois doit peut puis faire fait plus si être avoir a comme quoi y-a t-il il tout tous ' +
    'toute toutes cela ça lors dont',
  en: 'do does did can may is are',
  es: 'qué quién quiénes cuál cuáles cómo cuándo dónde cuánto cuántos cuánta cuántas',
  de:
    'wer wen wem wessen wo woher wohin wann wieso wieviel wie viele viel warum weshalb welche welcher welches welchen welchem was ' +
    'wurde wurden',
}
const lists: Record<Known, string[]> = { fr: french, en: english, es: spanish, de: german }
const snowballNames: Record<Known, string> = { fr: 'french', en: 'english', es: 'spanish', de: 'german' }

/** Matches the figure in "150ml", which is a figure and a unit; "T4", "EN716" and "2in1" are codes. */
const glued = /(?<![\p{L}\p{N}])(\d+)(?=(?:[mck]?[glm]|mm|mg|cl|ml|h|min|mah|lm|kwh|[kmgt]b|[€£$%])(?:[^\p{L}\p{N}]|$))/gu
/** Matches the "x" of "60x120", which is two figures. */
const times = /(?<=\d)x(?=\d)/g
/** Matches ordinals: "2e", "2ème", "2eme" and "2nd" get one form. */
const ordinal = /(?<![\p{L}\p{N}])(\d+)(?:ere?|ère|er|re|[eè]me|i[eè]me|nde?|st|rd|th|e)(?![\p{L}\p{N}])/gu

/** Splits a text into lower-case runs of letters and digits, accents kept, as FTS5's unicode61 does before folding. */
export function tokens (text: string): string[] {
  // "İ" becomes i and a combining dot, which would split the word.
  const plain = text.normalize('NFC').toLowerCase().replaceAll('i\u0307', 'i')
  const parted = /\d\p{L}/u.test(plain) ? plain.replace(ordinal, '$1e').replace(times, ' ').replace(glued, '$1 ') : plain
  return parted.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
}

/** Removes accents and other marks: `é` → `e`, as unicode61 with remove_diacritics 2 does. */
export function fold (text: string): string {
  // Most words are plain ASCII, and normalize is the expensive part.
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text)
    ? text
    : text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/[µſςϐϑϕϖϰϱϵ]/g, letter => variants[letter]!)
}

/** Letters that FTS5 folds but toLowerCase does not: "5 µm", a final sigma. */
const variants: Record<string, string> = { µ: 'μ', ſ: 's', ς: 'σ', ϐ: 'β', ϑ: 'θ', ϕ: 'φ', ϖ: 'π', ϰ: 'κ', ϱ: 'ρ', ϵ: 'ε' }

function stopSet (language: Known): Set<string> {
  const set = new Set<string>()
  for (const entry of [...lists[language], ...fillers[language].split(' ')]) {
    for (const word of tokens(entry)) set.add(word).add(fold(word))
  }
  return set
}
// Made when a language is first met: every thread has its own, and most threads meet few languages.
const stopSets: Partial<Record<Known, Set<string>>> = {}

export function isStopWord (word: string, language: Language): boolean {
  return language !== 'und' && (stopSets[language] ??= stopSet(language)).has(word)
}

/** Returns the content words of a text, in order, accents kept; all words when all are stop words. */
export function contentWords (text: string, language: Language): string[] {
  const all = tokens(text)
  const content = all.filter(word => !isStopWord(word, language))
  return content.length > 0 ? content : all
}

// Caches a pure function: stemming takes 2 µs a word, and the same words recur.
const stems = new LRUCache<string, string>({ max: 50_000 })
const stemmers = Object.fromEntries(languages.map(language => [language, snowball.newStemmer(snowballNames[language])]))

/** Returns the Snowball stem of a lower-case token, folded; for an unknown language, only folds it. */
export function stem (word: string, language: Language): string {
  if (language === 'und') return fold(word)
  const key = language + word
  let found = stems.get(key)
  if (found === undefined) {
    found = fold(stemmers[language]!.stem(word))
    if (word.length <= 40) stems.set(key, found)
  }
  return found
}

/** Returns the stems of every token of a text, in order, stop words included. */
export function stemAll (text: string, language: Language): string[] {
  return tokens(text).map(word => stem(word, language))
}
