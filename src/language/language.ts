// Detects the language of a question: the company's, unless another one is certain.
import { LRUCache } from 'lru-cache'
import { detectAll } from 'tinyld'
import type { Language } from '../types.ts'
import { askingWords } from './answer-types.ts'
import { fold, isStopWord, languages, tokens } from './words.ts'

// Caches a pure function: repeated questions, above all those with a cached answer, are analysed once.
const known = new LRUCache<string, Language>({ max: 5000 })

/**
 * Detects the language of a question among the four that have stop words and stems.
 * Questions are short, so a letter-based detector is often wrong: another language than the company's is accepted
 * only when the detector and the words that are in every question (stop words, and those that ask) agree.
 */
export function questionLanguage (text: string, company: Language): Language {
  const key = company + text
  let language = known.get(key)
  if (language === undefined) known.set(key, language = detect(text, company))
  return language
}

/** A single word of another language may be a name. */
const leastWords = 2

function detect (text: string, company: Language): Language {
  const words = tokens(text)
  if (words.length < 3) return company
  // No other language has these marks: they count as two of its words.
  const marks = (language: Language) => language === 'es' && /[¿¡]/.test(text) ? 2 : 0
  const stops = (language: Language) => {
    const asking = askingWords(text, language)
    return words.filter(word => isStopWord(word, language) || asking.has(fold(word))).length + marks(language)
  }
  const own = stops(company)
  const rival = languages.filter(language => language !== company)
    .map(language => ({ language, stops: stops(language) }))
    .sort((a, b) => b.stops - a.stops)[0]!
  if (rival.stops < Math.max(leastWords, own + 1)) return company
  // Italian and Dutch have no stop words here: without them they would be taken for Spanish and German.
  const [best] = detectAll(text, { only: [...languages, 'it', 'nl'] })
  return best?.lang === rival.language ? rival.language : company
}
