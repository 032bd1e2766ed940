// Builds the Meilisearch query objects for a question.
import type { CompanyProfile } from '../../../types.ts'
import type { Query } from '../../../language/analyze.ts'
import { codeParts, isCode } from '../../../language/codes.ts'
import { compoundTexts } from '../../../language/compounds.ts'
import { joinPairs } from '../../../language/east-asian.ts'
import { fold } from '../../../language/words.ts'
import { fewPassages } from '../../../search/asked-fact.ts'
import type { SettledVectors } from '../../../search/question-vectors.ts'
import { contentKeys } from './candidates.ts'
import type { SearchSet } from './fanout.ts'
import type { IndexEmbedder } from '../embedders.ts'
import type { Selection } from '../../../search/selection.ts'
import { filterOf } from '../traits.ts'
import type { IndexInfo } from './indexes.ts'

/** An index and what to find in it: a filter, '' for all of it. */
export interface SearchedIndex extends IndexInfo { filter: string }

/** Returns the indexes that hold anything of a selection. Documents that others have stored have no values to filter by. */
export function selectedIndexes (indexes: readonly IndexInfo[], selection: Selection): SearchedIndex[] {
  return indexes.filter(({ isFilterable }) => !selection.filter || isFilterable)
    .map(index => ({ ...index, filter: filterOf(selection, index.isRestricted) }))
}

/** fanout: a search per n-gram and index. lean: one keyword search and one vector search per index. */
export type SearchPlan = 'fanout' | 'lean'

export interface Gram {
  /** The number of words. */
  n: number
  /** The words as Meilisearch gets them: it finds the parts of a code, and the words of an East Asian text, itself. */
  text: string
  /** The only word; null when there are several. */
  word: string | null
}

/** The most hits of one search. */
const limits = { fanout: 20, lean: 100, vector: 50, whole: 10 }
/** Words of each text that come with a hit when the key may not read documents. */
const cropWords = 120
/** The most compounds that neighbouring words may make, each one more search. */
const maxCompounds = 3
const leastBeginning = 4
/** The most parts of codes, each one more search. */
const maxParts = 4
/** Meilisearch ignores further words of a query. */
const maxWords = 10

/** The rest of a search that is alone of its kind. */
const single = ['']

/** Returns the texts to search for: the question's n-grams, or all its words at once. */
export function gramsOf ({ words, ngrams, language }: Query, plan: SearchPlan): Gram[] {
  if (plan === 'fanout') {
    const stems = new Map(words.map(({ surface, stem }) => [surface, stem]))
    const joined = language === 'de' ? compoundTexts(words).slice(0, maxCompounds) : []
    return [
      ...ngrams.map(({ words: [first, ...others], n }) =>
        n === 1 ? { n, text: beginning(first!, stems.get(first!)), word: first! } : { n, text: textOf([first!, ...others]), word: null }),
      ...joined.map(text => ({ n: 1, text, word: null })),
      // Where no document holds a code, those with its parts may be what was meant.
      ...[...new Set(words.flatMap(({ surface }) => isCode(surface) ? longParts(surface) : []))].slice(0, maxParts)
        .map(text => ({ n: 2, text, word: null })),
    ]
  }
  return words.length === 0
    ? []
    : [{ n: words.length, text: textOf(words.slice(0, maxWords).map(({ surface }) => surface)), word: null }]
}

/**
 * Returns the beginning that a word shares with its other forms, which Meilisearch finds by it ("réserv" of "réservation" and
 * "réserver"): it knows no stems. A short one begins too many other words.
 */
function beginning (surface: string, stem = surface): string {
  const isBeginning = stem.length >= leastBeginning && fold(surface).startsWith(stem) && /^\p{L}+$/u.test(surface)
  return isBeginning ? stem : textOf([surface])
}

/** Returns the parts of a code that not every list of prices holds. */
function longParts (code: string): string[] {
  return codeParts(code).filter(part => part.length > 1)
}

function textOf (words: readonly string[]): string {
  return joinPairs(words.map(word => isCode(word) ? codeParts(word).join(' ') : word))
}

/** Returns the number of hits that a keyword search asks for: a list of that length may have been cut off. */
export function wordLimit (plan: SearchPlan, whole: boolean): number {
  return whole ? limits.whole : limits[plan]
}

/**
 * Builds a search for each index and n-gram: all of the first index, then all of the next.
 * @param whole whether the documents come with the hits
 */
export function wordSearches (
  company: CompanyProfile,
  indexes: readonly SearchedIndex[],
  grams: readonly Gram[],
  plan: SearchPlan,
  whole: boolean
): SearchSet[] {
  // The last word of a query matches as a prefix unless a space follows it: size 4 must not match size 40.
  const tails = grams.map(({ text }) => `${JSON.stringify(/\d$/.test(text) ? `${text} ` : text)}}`)
  const strategy = plan === 'lean' ? 'frequency' : 'all'
  return indexes.map(index => ({
    uid: index.uid,
    primaryKey: index.primaryKey,
    head: `{"indexUid":"${index.uid}","matchingStrategy":"${strategy}",${asking(index, wordLimit(plan, whole), whole)},"q":`,
    tails,
    // The key starts with the company, so that two companies can never share a result.
    key: `${company.id}\n${index.key}\n${strategy}\n${index.filter}\n`,
  }))
}

/** Builds a search that counts the documents of each index. */
export function countSearches (company: CompanyProfile, indexes: readonly SearchedIndex[]): SearchSet[] {
  return indexes.map(index => ({
    uid: index.uid,
    primaryKey: index.primaryKey,
    head: `{"indexUid":"${index.uid}","q":"",${asking(index, 1, false)}}`,
    tails: single,
    key: `${company.id}\n${index.key}\ncount\n${index.filter}\n`,
  }))
}

/** Builds a search for all documents of each index, where they are few. */
export function everySearches (company: CompanyProfile, indexes: readonly SearchedIndex[], whole: boolean): SearchSet[] {
  return indexes.map(index => ({
    uid: index.uid,
    primaryKey: index.primaryKey,
    head: `{"indexUid":"${index.uid}","q":"",${asking(index, fewPassages, whole)}}`,
    tails: single,
    key: `${company.id}\n${index.key}\nall\n${index.filter}\n`,
  }))
}

/** Builds a search for each index whose embedder takes one of the vectors. */
export function vectorSearches (indexes: readonly SearchedIndex[], vectors: SettledVectors['vectors'], whole: boolean): SearchSet[] {
  const texts = new Map(vectors.map(({ model, vector }) => [model, `${toJson(vector)}}`]))
  return withVectors(indexes, vectors).map(({ index, embedder }) => ({
    uid: index.uid,
    primaryKey: index.primaryKey,
    key: null,
    head:
      `{"indexUid":"${index.uid}","q":"","hybrid":{"embedder":${JSON.stringify(embedder.name)},"semanticRatio":1},` +
      `${asking(index, limits.vector, whole)},"vector":`,
    tails: [texts.get(embedder.model)!],
  }))
}

/** Returns the indexes that one of the vectors fits, each with the embedder that takes it. */
export function withVectors<Index extends IndexInfo> (
  indexes: readonly Index[], vectors: SettledVectors['vectors']
): { index: Index, embedder: IndexEmbedder }[] {
  return indexes.flatMap(index => {
    // A question that was embedded for another model a moment ago is still compared with that model's vectors.
    const embedder = index.embedders.find(({ model, dimensions }) =>
      vectors.some(given => given.model === model && given.vector.length === dimensions))
    return embedder ? [{ index, embedder }] : []
  })
}

/** Returns the options that every search shares. */
function asking (index: SearchedIndex, limit: number, whole: boolean): string {
  const wanted = JSON.stringify(whole ? [index.primaryKey, ...contentKeys(index)] : [index.primaryKey])
  const cropped = whole ? `,"attributesToCrop":${JSON.stringify([...index.mapping.text, '_text'])},"cropLength":${cropWords}` : ''
  const filter = index.filter === '' ? '' : `"filter":${JSON.stringify(index.filter)},`
  return `${filter}"limit":${limit},"showRankingScore":true,"attributesToRetrieve":${wanted}${cropped}`
}

/**
 * Scales the vector to whole numbers, which cost a quarter of what decimals do. The cosine does not depend on the
 * length; the error is about a hundred-thousandth.
 */
function toJson (vector: Float32Array): string {
  const whole = new Array<number>(vector.length)
  for (let i = 0; i < vector.length; i++) whole[i] = Math.round(vector[i]! * 1e5)
  return JSON.stringify(whole)
}
