// Ranks the documents that were read, with the scoring that all engines share, and makes passages of the best.
import { isNameOfOne } from '../../../language/codes.ts'
import { holdsTerm } from '../../../language/compounds.ts'
import { isAskedByType, lookedAtForType, preferTyped } from '../../../search/across-languages.ts'
import type { SearchRequest } from '../../../search/engine.ts'
import { passageId } from '../../../search/passage-id.ts'
import { descending, fuse, ofHighest, scoreOf, vectorWeight, type Scored } from '../../../search/rank.ts'
import { indexPrior } from '../../../weights.ts'
import type { askedFact } from '../../../search/asked-fact.ts'
import type { FoundPassage, QueryTerm } from '../../../types.ts'
import { placeOf } from '../stored-chunk.ts'
import type { CountedDocument } from './candidates.ts'
import { keywordScores, type Collection } from './keyword-score.ts'
import type { Candidate, StemCounts } from './ranking.ts'

/** A candidate whose document was read, with the kind of its index. */
export interface Found { candidate: Candidate, document: CountedDocument, kind: string }

interface Given {
  /** The embedding model of the similarities. */
  model: string
  /** They are those of the question as the documents spell it. */
  isRespelled: boolean
  /** The texts are parts of the documents': what was found may be in the rest. */
  isCropped: boolean
  /** Tells which passages hold the fact that is asked for, where no word and no vector found any; else null. */
  holds: ReturnType<typeof askedFact>
}

/** Returns the best passages. */
export function rank (
  { query, limit, company: { weights } }: SearchRequest,
  found: readonly Found[], count: StemCounts, terms: QueryTerm[], collection: Collection,
  { model, isRespelled, isCropped, holds }: Given,
): FoundPassage[] {
  const factors = { title: Math.exp(weights?.title ?? 0), ngram: Math.exp(weights?.ngram ?? 0) }
  const scores = keywordScores(found.map(({ document }) => document), count, query, terms, collection, factors)
  const keyword: Scored[] = []
  const similar: Scored[] = []
  found.forEach(({ candidate: { found, similarity }, document: { document }, kind }, i) => {
    if (holds?.({ ...document, index: kind, score: 0 })) keyword.push([i, 1])
    else if (scores[i]! > 0 || (isCropped && found > 0)) keyword.push([i, scores[i]!])
    if (similarity !== null) similar.push([i, similarity])
  })
  keyword.sort((a, b) => descending(a[1], b[1]))
  const codes = terms.filter(({ known, stem }) => known && isNameOfOne(stem))
  const exact = new Set(
    codes.length === 0 ? [] : found.flatMap(({ document }, i) => codes.some(({ stem }) => document.words.numbers.has(stem)) ? [i] : [])
  )
  const titled = keyword.length > 0 && found[keyword[0]![0]]!.document.words.titleLength > 0
  const byWords = ofHighest(keyword)
  const isTyped = exact.size === 0 && isAskedByType(query, terms)
  const looked = isTyped ? Math.max(limit, lookedAtForType) : limit
  const weight = vectorWeight(query, terms, titled, model, isRespelled, weights?.similarity)
  const prior = indexPrior(weights, i => found[i]!.kind)
  const unembedded = new Set(similar.length === 0 ? [] : keyword.flatMap(([i]) => found[i]!.document.document.unembedded ? [i] : []))
  const ranked = fuse(keyword, similar, weight, exact, unembedded, prior).slice(0, looked).map(([at, score]) => {
    const { text, fields } = found[at]!.document.document
    return { at, score, text, fields }
  })
  return (isTyped ? preferTyped(ranked, query).slice(0, limit) : ranked).map(({ at, score, text, fields }) => {
    const { candidate: { similarity }, document: { document, words: own, inOrder }, kind } = found[at]!
    const words = scoreOf(keyword, at)
    return {
      id: passageId(kind, document.id, document.chunk?.of ?? 1, document.chunk?.n ?? 0),
      index: kind,
      title: document.title,
      text,
      url: document.url,
      fields,
      ...placeOf(document),
      score,
      ...(words === undefined || holds ? {} : { keyword: byWords(words) }),
      similarity,
      stems: inOrder(),
      matched: terms.flatMap((term, n) => holdsTerm(stem => own.numbers.has(stem), term) ? [n] : []),
    }
  })
}
