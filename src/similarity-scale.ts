// Interprets the cosines of each embedding model: their weight in the ranking, and the thresholds for near.
import type { Language } from './types.ts'

export interface SimilarityScale {
  /** Maps a cosine to the common scale, that of all-MiniLM-L6-v2: `slope × cosine + offset`. */
  slope: number
  offset: number
  /**
   * The weight of the similarity against the keyword score: English vectors are better still with a title, and a misspelt
   * word changes the vector more than the corrected words.
   */
  weight (language: Language, titled: boolean, isMisspelt: boolean): number
  /**
   * The least cosine of two questions that pass the guard of words and are the same. Measured with the pairs of
   * test/fixtures/question-pairs.ts: no look-alike passes.
   */
  sameQuestion: number
  /** How near a question and an FAQ entry must be, and by how much more than any other entry. Measured with bench/faq.ts. */
  faq (language: Language): { cosine: number, lead: number }
}

const miniLm: SimilarityScale = {
  slope: 1,
  offset: 0,
  weight: (language, titled) => language !== 'en' ? 0.2 : titled ? 0.6 : 0.3,
  sameQuestion: 0.7,
  // The model is English: it finds everything alike in other languages.
  faq: language => language === 'en' ? { cosine: 0.6, lead: 0.1 } : { cosine: 0.75, lead: 0.15 },
}

// multilingual-e5-small was trained at a low temperature: its cosines lie between 0.75 and 0.95. On twelve companies
// (test/golden/companies) the nearest passage of a question that they answer has a median of 0.876, of another trade's
// question 0.848; with all-MiniLM-L6-v2 in English these are 0.55 and 0.35.
const e5: SimilarityScale = {
  slope: 7,
  offset: -5.58,
  weight: (_language, _titled, isMisspelt) => isMisspelt ? 0.5 : 0.6,
  // 39 of the 40 paraphrases that pass the guard.
  sameQuestion: 0.935,
  faq: () => ({ cosine: 0.905, lead: 0.028 }),
}

/** Returns the scale of a model, by its id; that of an unknown one is the default model's. */
export function similarityScale (model: string): SimilarityScale {
  return /(^|[/_-])(multilingual-)?e5-/.test(model.toLowerCase()) ? e5 : miniLm
}
