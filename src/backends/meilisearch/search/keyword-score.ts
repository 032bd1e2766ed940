// Scores the documents that were read by their words, as the full-text tables of the embedded engine do: BM25 of title and text, each
// with its own rarity of a word, and up to a tenth more where words of the question stand close together.
import type { Query } from '../../../language/analyze.ts'
import { searchedStems } from '../../../search/question-terms.ts'
import { ngramBonus, ngramGap, titleWeight } from '../../../search/rank.ts'
import type { QueryTerm } from '../../../types.ts'
import { titleUnit, type CountedDocument } from './candidates.ts'
import type { StemCount, StemCounts } from './ranking.ts'

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

/** Scores one part of each document: its title with its headings, or its text. */
interface Part {
  /** Returns what each document holds of a stem; `times` tells how often that is in this part. */
  held (stem: string): Int32Array
  times (held: number): number
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
  const parts = [text, title].map(reading => partOf(reading, documents, count, spread, collection.total))
  const weights = [1, titleWeight * own.title] as const
  const scores = new Float64Array(documents.length)
  for (const [p, part] of parts.entries()) {
    const scored = new Set<string>()
    for (const stems of groups) {
      for (const stem of stems) {
        if (scored.has(stem)) continue
        scored.add(stem)
        const held = part.held(stem)
        const others = stems.filter(other => other !== stem).map(part.held)
        const score = part.scorer(stem)
        for (let i = 0; i < held.length; i++) {
          const times = part.times(held[i]!)
          if (times === 0 || others.some(other => part.times(other[i]!) === 0)) continue
          scores[i]! += weights[p]! * score(times, i)
        }
      }
    }
  }
  addNgramBonus(documents, query, parts, scores, ngramBonus * own.ngram)
  return scores
}

interface Reading {
  times: (held: number) => number
  holders: (count: StemCount) => number
  length: (document: CountedDocument) => number
}
const text: Reading = { times: held => held % titleUnit, holders: ({ inTexts }) => inTexts, length: ({ textLength }) => textLength }
const title: Reading = {
  times: held => Math.floor(held / titleUnit), holders: ({ inTitles }) => inTitles, length: ({ titleLength }) => titleLength,
}

function partOf (
  { times: own, holders, length }: Reading, documents: readonly CountedDocument[], count: StemCounts,
  spread: ReadonlyMap<string, number>, total: number,
): Part {
  const lengths = documents.map(length)
  const average = lengths.reduce((sum, one) => sum + one, 0) / (documents.length || 1) || 1
  const idfs = new Map<string, number>()
  function idfOf (stem: string): number {
    let idf = idfs.get(stem)
    if (idf === undefined) {
      const n = Math.min(total, holders(count(stem)) * (spread.get(stem) ?? 1))
      idfs.set(stem, idf = Math.max(leastIdf, Math.log((total - n + 0.5) / (n + 0.5))))
    }
    return idf
  }
  return {
    held: stem => count(stem).times,
    times: own,
    scorer (stem) {
      const idf = idfOf(stem)
      return (times, document) => idf * times * (k1 + 1) / (times + k1 * (1 - b + b * lengths[document]! / average))
    },
  }
}

/** Raises the scores of documents that hold the words of an n-gram close together, by up to `share` of it. */
function addNgramBonus (
  documents: readonly CountedDocument[], { words, ngrams }: Query, parts: readonly Part[], scores: Float64Array, share: number
): void {
  const stemOf = new Map(words.map(({ surface, stem }) => [surface, stem]))
  const grams = ngrams.filter(({ n }) => n > 1).map(gram => [...new Set(gram.words.map(word => stemOf.get(word)!))])
    .filter(stems => stems.length > 1)
  if (grams.length === 0) return
  const bonus = new Float64Array(documents.length)
  const wanted = new Set(grams.flat())
  const places: (ReturnType<typeof placesIn> | undefined)[] = []
  for (const [p, part] of parts.entries()) {
    for (const stems of grams) {
      const held = stems.map(part.held)
      for (let i = 0; i < documents.length; i++) {
        if (scores[i] === 0 || held.some(one => part.times(one[i]!) === 0)) continue
        const own = (places[i] ??= placesIn(documents[i]!, wanted))[p]!
        const near = placesNear(stems.map(stem => own.get(stem) ?? []))
        near.forEach((times, n) => { if (times > 0) bonus[i]! += part.scorer(stems[n]!)(times, i) })
      }
    }
  }
  const most = bonus.reduce((high, one) => Math.max(high, one), 0)
  if (most > 0) bonus.forEach((gained, i) => { scores[i]! *= 1 + share * gained / most })
}

/** Returns where a document's text, and its title, hold each of these stems: the numbers of the words. */
function placesIn (document: CountedDocument, wanted: ReadonlySet<string>): [text: Map<string, number[]>, title: Map<string, number[]>] {
  const places: ReturnType<typeof placesIn> = [new Map(), new Map()]
  const { stems, titleWords } = document.inOrder()
  stems.trim().split(' ').forEach((stem, at) => {
    if (!wanted.has(stem)) return
    const own = places[at < titleWords ? 1 : 0]
    const known = own.get(stem)
    if (known) known.push(at)
    else own.set(stem, [at])
  })
  return places
}

/** Returns how many of each word's places have a place of every other word near them. */
function placesNear (words: readonly (readonly number[])[]): number[] {
  const all = words.flatMap((places, word) => places.map((at): [at: number, word: number] => [at, word])).sort((a, b) => a[0] - b[0])
  const near = new Set<number>()
  for (let first = 0; first < all.length; first++) {
    let last = first
    while (last + 1 < all.length && all[last + 1]![0] - all[first]![0] <= ngramGap + 1) last++
    if (last - first + 1 < words.length) continue
    const found = all.slice(first, last + 1)
    if (new Set(found.map(([, word]) => word)).size === words.length) found.forEach((_, i) => near.add(first + i))
  }
  const times = words.map(() => 0)
  for (const at of near) times[all[at]![1]]!++
  return times
}
