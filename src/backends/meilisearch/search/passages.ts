// Ranks the documents that were read, with the scoring that all engines share, and makes passages of the best.
import { isNameOfOne } from '../../../language/codes.ts'
import { holdsTerm } from '../../../language/compounds.ts'
import { isAskedByType, lookedAtForType, preferTyped } from '../../../search/across-languages.ts'
import type { SearchRequest } from '../../../search/engine.ts'
import { passageId } from '../../../search/passage-id.ts'
import { fuse, ofHighest, scoreOf, vectorWeight, type Scored } from '../../../search/rank.ts'
import { indexPrior } from '../../../weights.ts'
import type { FoundPassage, QueryTerm } from '../../../types.ts'
import { placeOf } from '../stored-chunk.ts'
import type { CountedDocument } from './candidates.ts'
import { bm25, type Candidate, type StemCounts } from './ranking.ts'

/** A candidate whose document was read, with the kind of its index. */
export interface Found { candidate: Candidate, document: CountedDocument, kind: string }

/**
 * Returns the best passages.
 * @param model the embedding model of the similarities
 * @param isRespelled they are those of the question as the documents spell it
 */
export function rank (
  { query, limit, company: { weights } }: SearchRequest,
  found: readonly Found[], count: StemCounts, terms: QueryTerm[], model: string, isRespelled: boolean,
): FoundPassage[] {
  const scores = bm25(found.map(({ document }) => document), count, terms, Math.exp(weights?.title ?? 0))
  const byNgrams = Math.exp(weights?.ngram ?? 0)
  const keyword: Scored[] = []
  const similar: Scored[] = []
  found.forEach(({ candidate: { found, complete, similarity } }, i) => {
    if (scores[i]! > 0 || found > 0) keyword.push([i, scores[i]! + byNgrams * complete])
    if (similarity !== null) similar.push([i, similarity])
  })
  keyword.sort((a, b) => b[1] - a[1])
  const codes = terms.filter(({ known, stem }) => known && isNameOfOne(stem))
  const exact = new Set(
    codes.length === 0 ? [] : found.flatMap(({ document }, i) => codes.some(({ stem }) => document.counts.has(stem)) ? [i] : [])
  )
  const titled = keyword.length > 0 && found[keyword[0]![0]]!.document.titleLength > 0
  const byWords = ofHighest(keyword)
  const isTyped = exact.size === 0 && isAskedByType(query, terms)
  const looked = isTyped ? Math.max(limit, lookedAtForType) : limit
  const weight = vectorWeight(query, terms, titled, model, isRespelled, weights?.similarity)
  const prior = indexPrior(weights, i => found[i]!.kind)
  const ranked = fuse(keyword, similar, weight, exact, undefined, prior).slice(0, looked).map(([at, score]) => {
    const { text, fields } = found[at]!.document.document
    return { at, score, text, fields }
  })
  return (isTyped ? preferTyped(ranked, query).slice(0, limit) : ranked).map(({ at, score, text, fields }) => {
    const { candidate: { similarity }, document: { document, counts, stems }, kind } = found[at]!
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
      ...(words === undefined ? {} : { keyword: byWords(words) }),
      similarity,
      stems: stems(),
      matched: terms.flatMap((term, n) => holdsTerm(stem => counts.has(stem), term) ? [n] : []),
    }
  })
}
