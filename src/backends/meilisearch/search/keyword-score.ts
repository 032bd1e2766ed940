// Scores the documents that were read by their words, as the full-text tables of the embedded engine do: BM25 of title and text, each
// with its own rarity of a word, and up to a tenth more where words of the question stand close together.
import type { Query } from '../../../language/analyze.ts'
import { searchedStems } from '../../../search/question-terms.ts'
import { ngramBonus, ngramGap, titleWeight } from '../../../search/rank.ts'
import type { QueryTerm } from '../../../types.ts'
import type { CountedDocument } from './candidates.ts'
import { countNear } from './document-words.ts'
import type { StemCounts } from './ranking.ts'

/** The collection that the documents were read of. */
export interface Collection {
  total: number
  /** Returns how many times more documents than were read hold a word, at least 1. */
  spread (surface: string): number
}

/** A company's own factors of what the score is made of. */
export interface ScoreFactors { title: number, ngram: number }

/** BM25's usual constants (Robertson & Zaragoza, 2009). */
const k1 = 1.2
const b = 0.75
/** The IDF of a word that half of all documents hold: it still tells them from those without any. */
const leastIdf = 1e-6

/** One part of each document: its title with its headings, or its text. */
interface Part {
  inTitle: boolean
  /** Returns how often each document holds a stem in it. */
  times (stem: string): Int32Array
  /** Returns what weighs a stem's times in a document: looked up once for all documents. */
  scorer (stem: string): (times: number, document: number) => number
}

/** Returns the score of each document, in their order; 0 = it holds no word of the question. */
export function keywordScores (
  documents: readonly CountedDocument[], count: StemCounts, query: Query, terms: readonly QueryTerm[], collection: Collection,
  own: ScoreFactors = { title: 1, ngram: 1 },
): Float64Array {
  const spread = new Map<string, number>()
  const groups: string[][] = []
  for (const term of terms) {
    for (const stems of searchedStems(term)) {
      groups.push(stems)
      for (const stem of stems) spread.set(stem, Math.max(collection.spread(term.word), spread.get(stem) ?? 1))
    }
  }
  const parts = [false, true].map(inTitle => partOf(inTitle, documents, count, spread, collection.total))
  const scores = new Float64Array(documents.length)
  for (const { inTitle, times, scorer } of parts) {
    const weight = inTitle ? titleWeight * own.title : 1
    const scored = new Set<string>()
    for (const stems of groups) {
      for (const stem of stems) {
        if (scored.has(stem)) continue
        scored.add(stem)
        const held = times(stem)
        const others = stems.length > 1 ? stems.filter(other => other !== stem).map(times) : none
        const score = scorer(stem)
        for (let i = 0; i < held.length; i++) {
          if (held[i] === 0 || !isHeldIn(others, i)) continue
          scores[i]! += weight * score(held[i]!, i)
        }
      }
    }
  }
  addNgramBonus(documents, count, query, parts, scores, ngramBonus * own.ngram)
  return scores
}

const none: readonly Int32Array[] = []

/** Tells whether a document holds all of these. */
function isHeldIn (times: readonly Int32Array[], document: number): boolean {
  for (let i = 0; i < times.length; i++) if (times[i]![document] === 0) return false
  return true
}

function partOf (
  inTitle: boolean, documents: readonly CountedDocument[], count: StemCounts, spread: ReadonlyMap<string, number>, total: number,
): Part {
  const lengths = documents.map(({ words }) => inTitle ? words.titleLength : words.textLength)
  const average = lengths.reduce((sum, one) => sum + one, 0) / (documents.length || 1) || 1
  const idfs = new Map<string, number>()
  function idfOf (stem: string): number {
    let idf = idfs.get(stem)
    if (idf === undefined) {
      const { titles, texts } = count(stem)
      const n = Math.min(total, (inTitle ? titles : texts) * (spread.get(stem) ?? 1))
      idfs.set(stem, idf = Math.max(leastIdf, Math.log((total - n + 0.5) / (n + 0.5))))
    }
    return idf
  }
  return {
    inTitle,
    times: stem => inTitle ? count(stem).inTitle : count(stem).inText,
    scorer (stem) {
      const idf = idfOf(stem)
      return (times, document) => idf * times * (k1 + 1) / (times + k1 * (1 - b + b * lengths[document]! / average))
    },
  }
}

/** Raises the scores of documents that hold the words of an n-gram close together, by up to `share` of it. */
function addNgramBonus (
  documents: readonly CountedDocument[], count: StemCounts, { words, ngrams }: Query, parts: readonly Part[], scores: Float64Array,
  share: number,
): void {
  const stemOf = new Map(words.map(({ surface, stem }) => [surface, stem]))
  const grams = ngrams.filter(({ n }) => n > 1).map(gram => [...new Set(gram.words.map(word => stemOf.get(word)!))])
    .filter(stems => stems.length > 1)
  if (grams.length === 0) return
  const bonus = new Float64Array(documents.length)
  const near = new Int32Array(Math.max(...grams.map(({ length }) => length)))
  const numbers: number[] = []
  for (const { inTitle, times, scorer } of parts) {
    for (const stems of grams) {
      const held = stems.map(times)
      const own = stems.map(stem => count(stem).numbers)
      const scorers = stems.map(scorer)
      for (let i = 0; i < documents.length; i++) {
        if (scores[i] === 0 || !isHeldIn(held, i)) continue
        for (let n = 0; n < own.length; n++) numbers[n] = own[n]![i]!
        numbers.length = own.length
        countNear(documents[i]!.words, numbers, inTitle, ngramGap, near)
        for (let n = 0; n < own.length; n++) if (near[n]! > 0) bonus[i]! += scorers[n]!(near[n]!, i)
      }
    }
  }
  const most = bonus.reduce((high, one) => Math.max(high, one), 0)
  if (most > 0) bonus.forEach((gained, i) => { scores[i]! *= 1 + share * gained / most })
}
