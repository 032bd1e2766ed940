// Searches a company's file: keywords, vectors, and the fusion of both.
import type { Query } from '../../../language/analyze.ts'
import { isNameOfOne } from '../../../language/codes.ts'
import { holdsTerm } from '../../../language/compounds.ts'
import { lookUp, type CompanyFile } from '../file.ts'
import type { FoundPassage, Place, QueryTerm } from '../../../types.ts'
import { isAskedByType, lookedAtForType, preferTyped, uncorrectedAcross } from '../../../search/across-languages.ts'
import { askedFact, fewPassages } from '../../../search/asked-fact.ts'
import { passageId } from '../../../search/passage-id.ts'
import { fuse, ngramBonus, ngramGap, ofHighest, scoreOf, titleWeight, vectorWeight, type Scored } from '../../../search/rank.ts'
import type { Selection } from '../../../search/selection.ts'
import { indexPrior, type Weights } from '../../../weights.ts'
import { bestCandidates, nearest } from './nearest.ts'
import { scopeOf, within, type Scope } from './scope.ts'
import { audiencesOf } from './selection.ts'
import { storedPassage, type PlaceRow } from './stored-passages.ts'
import { countPassages, quote, readTerms, searchedFor, tables } from './terms.ts'

/** The most rows of each full-text table, before title and text are added up. */
const rows = 200

/** `exact` are the passages that contain a code of the question. */
export interface KeywordResult { list: Scored[], terms: QueryTerm[], total: number, exact: number[] }

export interface FusionInput {
  query: Query
  indexes: string[]
  selection: Selection
  limit: number
  keyword: KeywordResult
  /** The question's vector for each embedding model that the indexes use. */
  vectors: { model: string, vector: Float32Array }[]
  /** The question was embedded as the documents spell it. */
  isRespelled?: boolean
  /** The company's own weights. */
  weights?: Weights | undefined
}

type KeywordInput = Pick<FusionInput, 'query' | 'indexes' | 'selection' | 'weights'>

export const tasks = {
  searchKeywords (
    file: CompanyFile | null, { query, indexes, selection, weights }: KeywordInput
  ): KeywordResult {
    if (!file) return { list: [], terms: [], total: 0, exact: [] }
    return file.snapshot(() => searchKeywords(file, query, scopeOf(file, indexes, selection), weights))
  },

  finishSearch (file: CompanyFile | null, input: FusionInput): { passages: FoundPassage[]; version: string } {
    if (!file) return { passages: [], version: '0' }
    return file.snapshot(() => ({
      passages: finishSearch(file, input, scopeOf(file, input.indexes, input.selection)), version: file.version(),
    }))
  },

  /**
   * Runs both halves at once, for a question whose vectors are known.
   * @returns `misspelt`: the words' half alone, when the question can be embedded as the documents spell it
   */
  search (
    file: CompanyFile | null,
    input: Omit<FusionInput, 'keyword'> & { mayRespell?: boolean }
  ): { passages: FoundPassage[]; terms: QueryTerm[]; total: number; version: string, misspelt?: KeywordResult } {
    if (!file) return { passages: [], terms: [], total: 0, version: '0' }
    return file.snapshot(() => {
      const scope = scopeOf(file, input.indexes, input.selection)
      const keyword = searchKeywords(file, input.query, scope, input.weights)
      if (input.mayRespell && keyword.terms.some(({ respelled }) => respelled !== undefined)) {
        return { passages: [], terms: keyword.terms, total: keyword.total, version: file.version(), misspelt: keyword }
      }
      const passages = finishSearch(file, { ...input, keyword }, scope)
      return { passages, terms: keyword.terms, total: keyword.total, version: file.version() }
    })
  },
}

function searchKeywords (file: CompanyFile, query: Query, scope: Scope, weights?: Weights): KeywordResult {
  const total = scope.seen?.total ?? countPassages(file)
  const terms = uncorrectedAcross(query, readTerms(file, query, total, scope.seen))
  const searched = [...new Set(terms.flatMap(searchedFor))]
  if (searched.length === 0) return { list: [], terms, total, exact: [] }

  const expression = searched.join(' OR ')
  const score = new Map(match(file, 'texts', expression, scope))
  for (const [rowid, bm25] of match(file, 'titles', expression, scope)) {
    score.set(rowid, (score.get(rowid) ?? 0) + titleWeight * Math.exp(weights?.title ?? 0) * bm25)
  }
  addNgramBonus(file, query, scope, score, ngramBonus * Math.exp(weights?.ngram ?? 0))
  const codes = terms.filter(({ known, stem }) => known && isNameOfOne(stem)).map(({ stem }) => quote(stem)).join(' OR ')
  const exact = codes === '' ? [] : tables.flatMap(table => match(file, table, codes, scope)).map(([rowid]) => rowid)
  return { list: bestCandidates(score, exact), terms, total, exact }
}

/** Raises the score of documents that contain the words of an n-gram close together, by up to `share` of it. */
function addNgramBonus (file: CompanyFile, query: Query, scope: Scope, score: Map<number, number>, share: number): void {
  const stemOf = new Map(query.words.map(word => [word.surface, word.stem]))
  const near = query.ngrams.filter(gram => gram.n > 1).map(gram => [...new Set(gram.words.map(word => stemOf.get(word)!))])
    .filter(stems => stems.length > 1)
    .map(stems => `NEAR(${stems.map(quote).join(' ')}, ${ngramGap})`)
  if (near.length === 0) return
  const bonus = new Map<number, number>()
  for (const table of tables) {
    for (const [rowid, bm25] of match(file, table, near.join(' OR '), scope)) {
      if (score.has(rowid)) bonus.set(rowid, (bonus.get(rowid) ?? 0) + bm25)
    }
  }
  const most = Math.max(...bonus.values())
  for (const [rowid, gained] of bonus) score.set(rowid, score.get(rowid)! * (1 + share * gained / most))
}

/** Returns the matching rows of a full-text table by BM25, best first; higher is better. */
function match (file: CompanyFile, table: 'titles' | 'texts', expression: string, scope: Scope): Scored[] {
  // In FTS5 the lower score is the better one. The `+` keeps SQLite from matching each document of the index separately. SQLite
  // sorts: to sort by `rank` itself, FTS5 would prepare a statement of its own each time, which costs more than the search.
  return file
    .rows(`SELECT rowid, -rank AS score FROM ${table} WHERE ${table} MATCH ? ${within(file, scope, '+rowid')}
      ORDER BY score DESC, rowid LIMIT ${rows}`)
    .all(expression, ...scope.indexes) as unknown as Scored[]
}

function finishSearch (
  file: CompanyFile, { query, indexes, selection, limit, keyword, vectors, isRespelled, weights }: FusionInput, scope: Scope
): FoundPassage[] {
  const similar = vectors.flatMap(({ model, vector }) => {
    // While vectors are being replaced, an index has those of two models: each index is then searched by its own.
    const own = vectors.length === 1 ? indexes : searchedBy(file, model, indexes)
    return own ? nearest(file, model, vector, { ...scope, indexes: own }) : []
  })
  const audiences = audiencesOf(file, selection.names)
  const read = (rowid: number, scores: PassageScores) => readPassage(file, rowid, scores, keyword.terms, audiences)
  const isEmpty = keyword.list.length === 0 && similar.length === 0
  const list = isEmpty && keyword.total <= fewPassages ? withTheFact(query, rowsWithin(file, scope), read) : keyword.list
  const titled =
    list.length > 0 &&
    file.sql("SELECT title <> '' AS titled FROM passages WHERE rowid = ?").get(list[0]![0])?.titled === 1
  const weight = vectorWeight(query, keyword.terms, titled, vectors[0]?.model ?? '', isRespelled, weights?.similarity)
  const isTyped = keyword.exact.length === 0 && isAskedByType(query, keyword.terms)
  const looked = isTyped ? Math.max(limit, lookedAtForType) : limit
  const unembedded = similar.length === 0 ? [] : withoutVectors(file, list)
  const prior = indexPrior(weights, rowid => String(file.sql('SELECT idx FROM passages WHERE rowid = ?').get(rowid)?.idx ?? ''))
  const fused = fuse(list, similar, weight, new Set(keyword.exact), new Set(unembedded), prior).slice(0, looked)
  const byWords = ofHighest(keyword.list)
  const passages = fused
    .map(([rowid, score]) => {
      const words = scoreOf(keyword.list, rowid)
      const scores = { score, similarity: scoreOf(similar, rowid) ?? null, ...(words === undefined ? {} : { keyword: byWords(words) }) }
      return read(rowid, scores)
    })
    .filter(passage => passage !== null)
  return isTyped ? preferTyped(passages, query).slice(0, limit) : passages
}

function rowsWithin (file: CompanyFile, scope: Scope): number[] {
  const rows = file.rows(`SELECT rowid FROM passages WHERE true ${within(file, scope, 'rowid')} LIMIT ${fewPassages}`).all(...scope.indexes)
  return (rows as unknown as [number][]).map(([rowid]) => rowid)
}

/** Returns the passages that hold the fact that is asked for. */
function withTheFact (query: Query, rowids: number[], read: (rowid: number, scores: PassageScores) => FoundPassage | null): Scored[] {
  const holds = askedFact(query)
  if (!holds) return []
  return rowids.flatMap((rowid): Scored[] => {
    const passage = read(rowid, { score: 0, similarity: null })
    return passage && holds(passage) ? [[rowid, 1]] : []
  })
}

/** Returns the passages whose vectors are still to be made. */
function withoutVectors (file: CompanyFile, list: readonly Scored[]): number[] {
  const isComplete = lookUp(file, 'embedded', () => !file.sql('SELECT 1 FROM passages WHERE model = 0 LIMIT 1').get())
  if (isComplete) return []
  const isWithout = file.sql('SELECT 1 FROM passages WHERE rowid = ? AND model = 0')
  return list.flatMap(([rowid]) => isWithout.get(rowid) ? [rowid] : [])
}

/** Returns the indexes, of some or of all, that are searched by a model; null when there are none. */
function searchedBy (file: CompanyFile, model: string, indexes: string[]): string[] | null {
  const rows = file.rows('SELECT i.idx FROM index_models i JOIN models m ON m.model = i.model WHERE m.id = ?').all(model)
  const own = (rows as unknown as [string][]).map(([index]) => index).filter(index => indexes.length === 0 || indexes.includes(index))
  return own.length > 0 ? own : null
}

type PassageScores = Pick<FoundPassage, 'score' | 'keyword' | 'similarity'>

/** @param audiences the access lists that the person is on: one may have been set since the search began */
function readPassage (
  file: CompanyFile, rowid: number, scores: PassageScores, terms: QueryTerm[], audiences: ReadonlySet<number>
): FoundPassage | null {
  const row = storedPassage(file, rowid)
  if (!row) return null
  const { index, text, fields, stems, places } = row
  const [shown, ...others] = places.filter(({ audience }) => audience === 0 || audiences.has(audience))
  if (!shown) return null
  const holds = (found: string) => stems.includes(` ${found} `)
  return {
    id: passageId(index, shown.id, shown.chunks, shown.n),
    index,
    ...place(shown),
    text,
    fields,
    ...(others.length > 0 ? { places: others.map(place) } : {}),
    ...(shown.chunks > 1 ? { document: shown.id, n: shown.n } : {}),
    ...scores,
    stems,
    matched: terms.flatMap((term, i) => holdsTerm(holds, term) ? [i] : []),
  }
}

function place ({ title, url, heading, page }: PlaceRow): Place {
  return { title, url, ...(heading === '' ? {} : { heading }), ...(page === null ? {} : { page }) }
}
