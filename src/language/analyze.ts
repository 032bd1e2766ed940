// What a search engine is given of a question.
import type { Language } from '../types.ts'
import { optimizeNgrams, type Ngram } from './ngrams.ts'
import { contentWords, fold, stem } from './words.ts'

export interface QueryWord {
  /** As typed, lower case, accents kept. */
  surface: string
  /** Without accents. */
  folded: string
  /** Stemmed in the documents' language, folded. */
  stem: string
}

export interface Query {
  text: string
  /** The content words, each once, in order. */
  words: QueryWord[]
  ngrams: Ngram[]
  /** The documents' language: it chooses the stems and the weight of the vectors. */
  language: Language
}

/** Words of a question that are considered at all: a pasted page must not become a search of a thousand terms. */
const maxWords = 64

/**
 * Content words and n-grams of a question.
 * @param asked language of the question: it chooses the stop words
 * @param documents language of the documents: it chooses the stems
 */
export function analyzeQuestion (text: string, asked: Language, documents: Language, ngramMax = 20): Query {
  // In a language without a list, what is a stop word in the documents' language is still one.
  const content = contentWords(text, asked === 'und' ? documents : asked)
  const kept = content.slice(0, maxWords)
  const words = [...new Set(kept)].map(surface => ({ surface, folded: fold(surface), stem: stem(surface, documents) }))
  return { text, words, ngrams: optimizeNgrams(kept, ngramMax), language: documents }
}
