// Chooses the documents to read from the hits of the n-grams, and looks the question's words up in them.
import { similarityScale } from '../../../similarity-scale.ts'
import type { Query } from '../../../language/analyze.ts'
import { leastBefore } from '../../../language/compounds.ts'
import { stem } from '../../../language/words.ts'
import type { Language, QueryTerm } from '../../../types.ts'
import { questionTerms } from '../../../search/question-terms.ts'
import { descending, inverseDocumentFrequency } from '../../../search/rank.ts'
import { isLikelyMisspelt } from '../../../language/one-edit.ts'
import type { CountedDocument } from './candidates.ts'
import { holdsRow, numbersIn, timesIn } from './document-words.ts'
import type { Hits } from './read-hits.ts'

/** The hits of one n-gram in each index, in the order of the indexes; null = that search failed. */
export interface GramHits { n: number, word: string | null, perIndex: (Hits | null)[] }

export interface Candidate {
  /** Position of its index. */
  index: number
  id: string
  /** Σ idf × ranking score over every n-gram that found it; n-grams longer than a word count a tenth. */
  found: number
  /** Cosine to the question; null when no vector search found it. */
  similarity: number | null
}

/** Weight of an n-gram longer than a word: higher weights gave worse results on most sets. */
const longerWeight = 0.1
/** A misspelt word is searched as at most this many others. */
const maxCorrections = 3

/**
 * Returns the best `most` documents by the n-grams that found them, best first.
 * @param total number of documents in all indexes
 */
export function candidates (grams: readonly GramHits[], total: number, most: number): Candidate[] {
  const byIndex: Map<string, Candidate>[] = []
  for (const { n, perIndex } of grams) {
    const weight = (n === 1 ? 1 : longerWeight) * inverseDocumentFrequency(total, holding(perIndex))
    perIndex.forEach((hits, index) => {
      if (!hits) return
      const known = byIndex[index] ??= new Map()
      const { ids, scores } = hits
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!
        let candidate = known.get(id)
        if (!candidate) known.set(id, candidate = { index, id, found: 0, similarity: null })
        candidate.found += weight * scores[i]!
      }
    })
  }
  // An index whose searches all failed leaves a hole in the array.
  return byIndex.filter(Boolean).flatMap(known => [...known.values()])
    .sort((a, b) => descending(a.found, b.found) || a.index - b.index || (a.id < b.id ? -1 : 1))
    .slice(0, most)
}

/** Returns what searches for everything found, as candidates that no word and no vector speaks for. */
export function everyDocument (lists: readonly (Hits | null)[]): Candidate[] {
  return lists.flatMap((hits, index) => hits?.ids.map((id): Candidate => ({ index, id, found: 0, similarity: null })) ?? [])
}

/** The most nearest documents that the vectors add, over all indexes. */
const nearestDocuments = 50

/** Gives candidates their similarities on the common scale, and adds the nearest documents that the words did not find. */
export function addVectorHits (found: Candidate[], lists: readonly { index: number, model: string, hits: Hits | null }[]): void {
  const known: Map<string, Candidate>[] = []
  for (const candidate of found) (known[candidate.index] ??= new Map()).set(candidate.id, candidate)
  const scales = lists.map(({ model }) => similarityScale(model))
  const scoreAt = (place: number) => lists[place % lists.length]!.hits!.scores[Math.floor(place / lists.length)]!
  const similarityAt = (place: number) => {
    const { slope, offset } = scales[place % lists.length]!
    return slope * (2 * scoreAt(place) - 1) + offset
  }
  // A place in a list is a number: most hits become no candidate.
  const places: number[] = []
  lists.forEach(({ hits }, list) => {
    for (let i = 0; i < (hits?.ids.length ?? 0); i++) {
      // Meilisearch's vector score is (1 + cosine) / 2, or 0 for a document without a vector.
      if (hits!.scores[i]! > 0) places.push(i * lists.length + list)
    }
  })
  places.sort((a, b) => descending(similarityAt(a), similarityAt(b)))
  for (const place of places.slice(0, nearestDocuments)) {
    const { index, hits } = lists[place % lists.length]!
    const id = hits!.ids[Math.floor(place / lists.length)]!
    const similarity = similarityAt(place)
    const candidate = known[index]?.get(id)
    if (candidate) candidate.similarity = similarity
    else found.push({ index, id, found: 0, similarity })
  }
}

/** Returns the number of documents that contain an n-gram, over all indexes. */
function holding (perIndex: (Hits | null)[]): number {
  return perIndex.reduce((sum, hits) => sum + (hits?.total ?? 0), 0)
}

/** What the documents hold of a stem, in their order. */
export interface StemCount {
  /** How often it is in their titles with headings, and in their texts with facts. */
  inTitle: Int32Array
  inText: Int32Array
  /** Its number in each document, -1 = it is not there. */
  numbers: Int32Array
  /** How many hold it in their titles, and in their texts. */
  titles: number
  texts: number
}

export type StemCounts = (stem: string) => StemCount

/** Returns how many documents hold a stem, as the embedded engine counts them: in titles or in texts, whichever are more. */
export function holdersOf ({ titles, texts }: StemCount): number {
  return Math.max(titles, texts)
}

/** Creates a counter that looks up each stem only once in every document. */
export function stemCounts (documents: readonly CountedDocument[]): StemCounts {
  const known = new Map<string, StemCount>()
  const numbersOf = numbersIn(documents)
  return stem => {
    let found = known.get(stem)
    if (!found) known.set(stem, found = countStem(documents, numbersOf(stem)))
    return found
  }
}

function countStem (documents: readonly CountedDocument[], numbers: Int32Array): StemCount {
  const inTitle = new Int32Array(numbers.length)
  const inText = new Int32Array(numbers.length)
  let titles = 0
  let texts = 0
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!
    if (number < 0) continue
    const { words } = documents[i]!
    if ((inTitle[i] = timesIn(words, number, true)) > 0) titles++
    if ((inText[i] = timesIn(words, number, false)) > 0) texts++
  }
  return { inTitle, inText, numbers, titles, texts }
}

/**
 * Returns how many documents the search for a word found, by the word: only of those words whose hits were not all read, so that
 * counting them is of no use.
 * @param limit number of hits that each search asked for: a list of that length may be incomplete
 * @param isEverything every hit was read, and so was every document of a list that is shorter
 */
export function unreadHits (grams: readonly GramHits[], limit: number, isEverything: boolean): Map<string, number> {
  const isUnread = (hits: Hits | null) => hits === null || !isEverything || hits.ids.length >= limit
  return new Map(grams.flatMap(({ word, perIndex }): [string, number][] =>
    word !== null && perIndex.some(isUnread) ? [[word, holding(perIndex)]] : []))
}

/**
 * Returns the terms of the question. A word that no candidate contains is corrected with the candidates' words.
 * @param unread see `unreadHits`
 */
export function queryTerms (
  query: Query, unread: ReadonlyMap<string, number>, read: readonly CountedDocument[], count: StemCounts, total: number,
  language: Language
): QueryTerm[] {
  const holders = (stem: string) => holdersOf(count(stem))
  return questionTerms(query, language, total, {
    holders,
    isInRow: stems => read.some(({ words }) => holdsRow(words, stems)),
    endingWith: folded => wordsEndingWith(folded, read, language),
    near (folded) {
      const near = nearWords(folded, read, language)
      return {
        words: near.map(({ word, stems }) => ({ word, n: Math.max(...stems.map(holders)) })),
        corrections: [...new Set(near.flatMap(({ stems }) => stems))].slice(0, maxCorrections),
      }
    },
    found: surface => unread.get(surface) ?? 0,
  })
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

/** Returns the stems of the words of the documents that end with another, in order. */
function wordsEndingWith (asked: string, read: readonly CountedDocument[], language: Language): string[] {
  const ending = (document: CountedDocument) => {
    const { words, folded } = document.spelling()
    return words.filter((_, i) => folded[i]!.endsWith(asked) && folded[i]!.length >= asked.length + leastBefore)
  }
  return [...new Set(read.flatMap(ending).map(word => stem(word, language)))]
}
