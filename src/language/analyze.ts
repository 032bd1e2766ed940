// Analyzes a question into the content words and n-grams that a search engine gets.
import type { Language } from '../types.ts'
import { optimizeNgrams, type Ngram } from './ngrams.ts'
import { particleOf } from './word-forms.ts'
import { contentWords, fold, stem } from './words.ts'

export interface QueryWord {
  /** As typed, lower case, accents kept. */
  surface: string
  /** Without accents. */
  folded: string
  /** Stemmed in the documents' language, folded. */
  stem: string
  /** It has a capital within a sentence, in a language whose nouns have none: it is likely a name. */
  isName?: true
}

export interface Query {
  text: string
  /** Content words, each once, in order. */
  words: QueryWord[]
  ngrams: Ngram[]
  /** The documents' language: it chooses the stems and the weight of the vectors. */
  language: Language
  /** The question's own language. */
  asked: Language
  /** The particle at its end that belongs to its verb: "ab" of "holt … ab". */
  particle?: string
}

/** Maximum words to read of a question: a pasted page must not become a search for a thousand terms. */
const maxWords = 64

/**
 * Returns the content words and n-grams of a question.
 * @param asked language of the question: it chooses the stop words
 * @param documents language of the documents: it chooses the stems
 */
export function analyzeQuestion (text: string, asked: Language, documents: Language, ngramMax = 20): Query {
  // For a language without a list, the stop words of the documents' language apply.
  const content = contentWords(text, asked === 'und' ? documents : asked)
  const kept = content.slice(0, maxWords)
  const names = asked === 'de' ? new Set<string>() : capitalised(text)
  const words = [...new Set(kept)].map((surface): QueryWord => ({
    surface, folded: fold(surface), stem: stem(surface, documents), ...(names.has(surface) ? { isName: true } : {}),
  }))
  const particle = particleOf(text, asked)
  return {
    text, words, ngrams: optimizeNgrams(kept, ngramMax), language: documents, asked, ...(particle === null ? {} : { particle }),
  }
}

/** Returns the words with a capital that do not begin a sentence, in small letters. */
function capitalised (text: string): Set<string> {
  return new Set([...text.matchAll(/(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{Ll}{2,}/gu)].map(([word]) => word.toLowerCase()))
}
