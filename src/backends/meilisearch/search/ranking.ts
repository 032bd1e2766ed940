// Chooses the documents to read from the hits of the n-grams, and ranks them.
import { similarityScale } from '../../../similarity-scale.ts'
import type { Query } from '../../../language/analyze.ts'
import { stem } from '../../../language/words.ts'
import type { Language, QueryTerm } from '../../../types.ts'
import { questionTerms } from '../../../search/question-terms.ts'
import { inverseDocumentFrequency } from '../../../search/rank.ts'
import { isLikelyMisspelt } from '../../../language/one-edit.ts'
import { titleUnit, type CountedDocument } from './candidates.ts'
import type { Hits } from './read-hits.ts'

/** The hits of one n-gram in each index, in the order of the indexes; null = that search failed. */
export interface GramHits { n: number, word: string | null, perIndex: (Hits | null)[] }

export interface Candidate {
  /** Position of its index. */
  index: number
  id: string
  /** Σ idf × ranking score over every n-gram that found it; n-grams longer than a word count a tenth. */
  found: number
  /** The same over the n-grams whose list is complete. */
  complete: number
  /** Cosine to the question; null when no vector search found it. */
  similarity: number | null
}

/** Weight of an n-gram longer than a word: higher weights gave worse results on most sets. */
const longerWeight = 0.1
/** Weight of a title's BM25 relative to the text's. */
const titleWeight = 1.5
/** A misspelt word is searched as at most this many others. */
const maxCorrections = 3
/** BM25's usual constants (Robertson & Zaragoza, 2009). */
const k1 = 1.2
const b = 0.75

/**
 * Returns the best `most` documents by the n-grams that found them, best first.
 * @param limit number of hits that each search asked for: a list of that length may be incomplete
 * @param total number of documents in all indexes
 */
export function candidates (grams: GramHits[], limit: number, total: number, most: number): Candidate[] {
  const byIndex: Map<string, Candidate>[] = []
  for (const { n, perIndex } of grams) {
    const weight = (n === 1 ? 1 : longerWeight) * inverseDocumentFrequency(total, holding(perIndex))
    perIndex.forEach((hits, index) => {
      if (!hits) return
      const known = byIndex[index] ??= new Map()
      const { ids, scores } = hits
      const isComplete = ids.length < limit
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!
        let candidate = known.get(id)
        if (!candidate) known.set(id, candidate = { index, id, found: 0, complete: 0, similarity: null })
        const gained = weight * scores[i]!
        candidate.found += gained
        if (isComplete) candidate.complete += gained
      }
    })
  }
  // An index whose searches all failed leaves a hole in the array.
  return byIndex.filter(Boolean).flatMap(known => [...known.values()])
    .sort((a, b) => b.found - a.found || a.index - b.index || (a.id < b.id ? -1 : 1))
    .slice(0, most)
}

/** The most nearest documents that the vectors add, over all indexes. */
const nearestDocuments = 50

/** Gives candidates their similarities on the common scale, and adds the nearest documents that the words did not find. */
export function addVectorHits (found: Candidate[], lists: readonly { index: number, model: string, hits: Hits | null }[]): void {
  const known: Map<string, Candidate>[] = []
  for (const candidate of found) (known[candidate.index] ??= new Map()).set(candidate.id, candidate)
  const nearest: Candidate[] = []
  for (const { index, model, hits } of lists) {
    if (!hits) continue
    const { slope, offset } = similarityScale(model)
    for (let i = 0; i < hits.ids.length; i++) {
      const score = hits.scores[i]!
      // Meilisearch's vector score is (1 + cosine) / 2, or 0 for a document without a vector.
      if (score <= 0) continue
      nearest.push({ index, id: hits.ids[i]!, found: 0, complete: 0, similarity: slope * (2 * score - 1) + offset })
    }
  }
  nearest.sort((a, b) => b.similarity! - a.similarity!)
  for (const near of nearest.slice(0, nearestDocuments)) {
    const candidate = known[near.index]?.get(near.id)
    if (candidate) candidate.similarity = near.similarity
    else found.push(near)
  }
}

/** Returns the number of documents that contain an n-gram, over all indexes. */
function holding (perIndex: (Hits | null)[]): number {
  return perIndex.reduce((sum, hits) => sum + (hits?.total ?? 0), 0)
}

/** Counts a stem in each document, and the documents that contain it. */
export type StemCounts = (stem: string) => { times: Int32Array, holders: number }

/** Creates a counter that looks up each stem only once in every document. */
export function stemCounts (documents: readonly CountedDocument[]): StemCounts {
  const known = new Map<string, ReturnType<StemCounts>>()
  return stem => {
    let found = known.get(stem)
    if (!found) {
      const times = new Int32Array(documents.length)
      let holders = 0
      for (let i = 0; i < documents.length; i++) {
        const held = documents[i]!.counts.get(stem)
        if (held === undefined) continue
        times[i] = held
        holders++
      }
      known.set(stem, found = { times, holders })
    }
    return found
  }
}

/**
 * Returns the terms of the question. Each word's IDF comes from the hits of its own search, or from the candidates if
 * it had none. A word that no candidate contains is corrected with the candidates' words.
 */
export function queryTerms (
  query: Query,
  grams: GramHits[],
  read: readonly CountedDocument[],
  count: StemCounts,
  total: number,
  language: Language
): QueryTerm[] {
  const hitsOf = new Map(grams.filter(({ word }) => word !== null).map(({ word, perIndex }) => [word!, holding(perIndex)]))
  const holders = (stem: string) => count(stem).holders
  return questionTerms(query, language, total, {
    holders,
    isInRow: stems => isInRow(stems, read),
    near (folded) {
      const near = nearWords(folded, read, language)
      return {
        words: near.map(({ word, stems }) => ({ word, n: Math.max(...stems.map(holders)) })),
        corrections: [...new Set(near.flatMap(({ stems }) => stems))].slice(0, maxCorrections),
      }
    },
    found: surface => hitsOf.get(surface) ?? 0,
  })
}

function isInRow (stems: readonly string[], read: readonly CountedDocument[]): boolean {
  const row = ` ${stems.join(' ')} `
  return read.some(document => document.stems().includes(row))
}

/**
 * Returns the words of the documents within one edit, in order, with their stems. A word that differs only in its accents is not
 * misspelt: then only that one.
 */
function nearWords (asked: string, read: readonly CountedDocument[], language: Language): { word: string, stems: string[] }[] {
  const near = new Map<string, Set<string>>()
  for (const document of read) {
    const { words, folded } = document.spelling()
    for (let i = 0; i < folded.length; i++) {
      const word = folded[i]!
      // Nearly all of them are too long or too short.
      if (Math.abs(word.length - asked.length) > 1 || !isLikelyMisspelt(asked, word)) continue
      const stems = near.get(word)
      if (stems) stems.add(stem(words[i]!, language))
      else near.set(word, new Set([stem(words[i]!, language)]))
    }
  }
  const own = near.get(asked)
  const found = own ? [[asked, own] as const] : [...near]
  return found.map(([word, stems]) => ({ word, stems: [...stems] }))
}

/** Computes the BM25 score `1.5 × title + text` of each document, in their order. @param own factor of the title's weight */
export function bm25 (documents: readonly CountedDocument[], count: StemCounts, terms: readonly QueryTerm[], own = 1): Float64Array {
  const average = (length: (document: CountedDocument) => number) =>
    documents.reduce((sum, document) => sum + length(document), 0) / (documents.length || 1) || 1
  const titleAverage = average(({ titleLength }) => titleLength)
  const textAverage = average(({ textLength }) => textLength)
  const weights = new Map<string, number>()
  for (const { stem, idf, known, corrections, compounds = [], parts, synonyms = [] } of terms) {
    const weight = idf / (parts?.length ?? 1)
    const own = parts ?? (known && corrections.length === 0 ? [stem] : corrections)
    for (const found of [...own, ...compounds, ...synonyms]) weights.set(found, Math.max(weight, weights.get(found) ?? 0))
  }
  const saturated = (times: number, length: number, average: number) => times * (k1 + 1) / (times + k1 * (1 - b + b * length / average))
  const scores = new Float64Array(documents.length)
  for (const [stem, idf] of weights) {
    const { times } = count(stem)
    for (let i = 0; i < times.length; i++) {
      if (times[i] === 0) continue
      const inText = times[i]! % titleUnit
      const inTitle = (times[i]! - inText) / titleUnit
      if (inTitle > 0) scores[i]! += own * titleWeight * idf * saturated(inTitle, documents[i]!.titleLength, titleAverage)
      if (inText > 0) scores[i]! += idf * saturated(inText, documents[i]!.textLength, textAverage)
    }
  }
  return scores
}
