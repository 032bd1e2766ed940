// Decides whether the passages found can contain the answer at all.
import { answerType } from '../language/answer-types.ts'
import { isCode } from '../language/codes.ts'
import { figures, passageContradiction } from '../language/figures.ts'
import { isGeneric, sameFamily } from '../language/generic-words.ts'
import { fold, stemAll } from '../language/words.ts'
import type { FoundPassage, Language, QueryTerm } from '../types.ts'
import type { SearchResult } from './engine.ts'

export interface Evidence {
  /** Share (by IDF) of the question's topic words in the passage; without generic words and figures. */
  content: number
  /** The same for the words that are not in the passage's title. */
  beyondTitle: number
  /** 0 to 1: how clearly the passage contradicts a figure of the question. */
  figure: number
  /** Share of the question's names that are missing in the passage. */
  names: number
  /** Share (by IDF) of the question's topic words that no document contains. */
  unknown: number
  /** Cosine similarity of question and passage. */
  similarity: number
  /** Topic words of the question, at most 6, divided by 6: the more there are, the fewer need to occur. */
  words: number
}

/**
 * Logistic regression on the golden sets' questions, with and without an answer (bench/learn.ts): each company's set
 * was predicted with the weights learnt on the other one. Above 0 = found.
 */
export const evidenceWeights: Record<keyof Evidence | 'bias', number> = {
  content: 4.4, beyondTitle: 0.4, figure: -6.6, names: -2.8, unknown: -2.8, similarity: 1.7, words: 4.9, bias: -3.8,
}

/** Replaces the similarity where there are no vectors: speaks neither for nor against. */
const noSimilarity = 0.6

/** Tells whether any passage can contain the answer. None does to a question about a code that no document holds. */
export function isFound (question: string, asked: Language, documents: Language, result: SearchResult): boolean {
  if (result.terms.some(({ known, stem }) => !known && isCode(stem))) return false
  const found = evidence(question, asked, documents, result)
  return found !== null && evidenceScore(found) > 0
}

export function evidenceScore (found: Evidence): number {
  const { bias, ...weights } = evidenceWeights
  return Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * found[name as keyof Evidence], bias)
}

/** Returns the evidence of the strongest passage; null when nothing was found. */
export function evidence (question: string, asked: Language, documents: Language, { passages, terms }: SearchResult): Evidence | null {
  const about = terms.map((term, i) => ({ ...term, i }))
    .filter(({ word, stem }) => !/\d/.test(stem) && !isGeneric(stem, word, documents) && answerType(word, asked) === null)
  const askedFigures = figures(question, documents)
  const capitals = documents === 'de' ? new Set<string>() : names(question)
  const named = terms.flatMap(({ word }, i) => capitals.has(word) ? [i] : [])

  /** Returns the share of the words' weight, each multiplied by `counts`; `none` when there are no words. */
  const share = (words: typeof about, counts: (word: typeof about[number]) => number, none = 1) => {
    const total = words.reduce((sum, { idf }) => sum + idf, 0)
    return total === 0 ? none : words.reduce((sum, word) => sum + word.idf * counts(word), 0) / total
  }
  const unknown = share(about, word => 1 - certainty(word), 0)

  let best: Evidence | null = null
  let bestRank = -Infinity
  for (const passage of passages) {
    const held = hold(passage)
    const title = new Set(stemAll(passage.title, documents))
    const inTitle = ({ stem, corrections }: { stem: string; corrections: string[] }) =>
      title.has(stem) || corrections.some(found => title.has(found))
    const content = share(about, held)
    const figure = passageContradiction(askedFigures, passage, documents)
    const rank = content - 0.5 * figure + passage.score
    if (rank <= bestRank) continue
    bestRank = rank
    best = {
      content,
      beyondTitle: share(about.filter(word => !inTitle(word)), held),
      figure,
      names: named.length === 0 ? 0 : named.filter(i => !passage.matched.includes(i)).length / named.length,
      unknown,
      similarity: passage.similarity ?? noSimilarity,
      words: Math.min(6, about.length) / 6,
    }
  }
  return best
}

/**
 * Returns how certain it is that the documents contain a word: 1 when they do, less when they contain only a correction,
 * which for a short word, or with another first letter, is more likely another word ("massage", "passage").
 */
function certainty ({ word, known, corrections }: QueryTerm): number {
  if (!known) return 0
  if (corrections.length === 0) return 1
  const sameStart = corrections.some(correction => correction[0] === fold(word)[0])
  return Math.max(0, Math.min(1, (word.length - 3) / 4)) * (sameStart ? 1 : 0.25)
}

/** Returns how certainly a passage contains a word, or one of its family. Splits the passage's stems only when needed. */
function hold (passage: FoundPassage): (word: QueryTerm & { i: number }) => number {
  let stems: string[] | undefined
  return word => {
    if (passage.matched.includes(word.i)) return certainty(word)
    stems ??= [...new Set(passage.stems.split(' '))]
    return stems.some(held => sameFamily(word.stem, held)) ? 1 : 0
  }
}

/** Returns capitalised words within a sentence, in lower case: they are likely names. */
function names (text: string): Set<string> {
  return new Set([...text.matchAll(/(?<=[\p{Ll}\p{N},]\s)\p{Lu}\p{Ll}{2,}/gu)].map(([word]) => word.toLowerCase()))
}
