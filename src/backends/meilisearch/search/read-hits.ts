// Reads the results of a multi-search: a question has a thousand hits, of which the ids and scores alone are wanted.
import type { RawDocument } from '../../../documents/document.ts'

/** The hits of one search, best first. */
export interface Hits {
  ids: string[]
  /** 0 to 1, in the same order. */
  scores: number[]
  /** The documents with cropped texts, in the same order, when the key may not read them by id; every value is a string. */
  documents: RawDocument[] | null
  /** Number of matching documents, as estimated by Meilisearch. */
  total: number
}

/**
 * The hits of the searches of a request, as two lists: objects and lists for each search would be moved about by the collections that
 * come while the other requests are under way.
 */
export interface HitLists {
  /** The ids of each search in turn. */
  ids: string[]
  /** For each search where its hits end, and its total, -1 = it failed; then the scores of all. */
  numbers: Float64Array
  documents: (RawDocument[] | null)[] | null
}

/** Returns the hits of a search of a request by its place; null = it failed. */
export function hitsAt ({ ids, numbers, documents }: HitLists, place: number): Hits | null {
  const total = numbers[2 * place + 1]!
  if (total < 0) return null
  const from = place === 0 ? 0 : numbers[2 * place - 2]!
  const to = numbers[2 * place]!
  const first = numbers.length - ids.length
  const scores = new Array<number>(to - from)
  for (let i = from; i < to; i++) scores[i - from] = numbers[first + i]!
  return { ids: ids.slice(from, to), scores, documents: documents?.[place] ?? null, total }
}

/** Joins the hits of searches. */
export function joinHits (hits: readonly (Hits | null)[]): HitLists {
  let end = 0
  const bounds = hits.flatMap(found => {
    end += found?.ids.length ?? 0
    return [end, found?.total ?? -1]
  })
  return {
    ids: hits.flatMap(found => found?.ids ?? []),
    numbers: Float64Array.from([...bounds, ...hits.flatMap(found => found?.scores ?? [])]),
    documents: hits.some(found => found?.documents) ? hits.map(found => found?.documents ?? null) : null,
  }
}

/** The most ids that are known at a time. */
const maxIds = 20_000

/**
 * Creates a function that returns an id as it came the first time. Many searches find the same documents, and an id that is cut out of
 * a reply would keep all of its text in memory.
 */
export function createIds (): (id: string) => string {
  let known = new Map<string, string>()
  return id => {
    let own = known.get(id)
    if (own === undefined) {
      if (known.size === maxIds) known = new Map()
      own = Buffer.from(id, 'utf16le').toString('utf16le')
      known.set(own, own)
    }
    return own
  }
}

interface RawHit extends RawDocument {
  _rankingScore: number
  _formatted?: RawDocument
}

/**
 * Reads the reply to searches. A reply in the usual form is read without an object for each hit, which takes half as long; any
 * other one as JSON. Throws a SyntaxError.
 * @param primaryKeys of the searches, in their order: the attributes that contain the documents' ids
 * @param own see `createIds`
 */
export function readHits (text: string, primaryKeys: readonly string[], own: (id: string) => string): HitLists {
  return readUsual(text, primaryKeys, own) ?? joinHits(readJson(text, primaryKeys))
}

function readJson (text: string, primaryKeys: readonly string[]): Hits[] {
  const { results } = JSON.parse(text) as { results: { hits: RawHit[], estimatedTotalHits: number }[] }
  return primaryKeys.map((primaryKey, i) => {
    const { hits, estimatedTotalHits: total } = results[i]!
    return {
      ids: hits.map(hit => String(hit[primaryKey])),
      scores: hits.map(({ _rankingScore }) => _rankingScore),
      documents: hits.some(hit => Object.keys(hit).length > 2) ? hits.map(hit => hit._formatted ?? hit) : null,
      total,
    }
  })
}

const opening = '{"results":['
const beforeHits = ',"hits":['
const beforeScore = ',"_rankingScore":'
const afterHits = '],"query":"'
const beforeTotal = ',"estimatedTotalHits":'
/** Matches a total and the end of its result: other numbers, an id of the request. */
const end = /\d{1,15}(?:,"[A-Za-z]{1,40}":(?:\d{1,15}|null|"[\w()-]{0,64}"))*\}/y
const wholeNumber = /^(?:0|[1-9]\d{0,14})$/

/** Returns null for a reply that is not exactly in the usual form. Without a backslash, each quote begins or ends a text. */
function readUsual (text: string, primaryKeys: readonly string[], own: (id: string) => string): HitLists | null {
  if (!text.startsWith(opening) || text.includes('\\')) return null
  const ids: string[] = []
  let at = opening.length
  for (let place = 0; place < primaryKeys.length; place++) {
    if (place > 0 && text[at++] !== ',') return null
    const primaryKey = primaryKeys[place]!
    const head = `{${JSON.stringify(primaryKey)}:`
    const hitsAt = text.indexOf(beforeHits, at)
    if (!text.startsWith('{"indexUid":"', at) || hitsAt < 0 || text.indexOf('"', at + 13) !== hitsAt - 1) return null
    at = hitsAt + beforeHits.length
    while (text.startsWith(head, at)) {
      at += head.length
      const isText = text[at] === '"'
      const idEnd = text.indexOf(isText ? '"' : ',', at + 1)
      const id = text.slice(isText ? at + 1 : at, idEnd)
      const scoreAt = isText ? idEnd + 1 : idEnd
      if (idEnd < 0 || !text.startsWith(beforeScore, scoreAt) || !(isText || wholeNumber.test(id))) return null
      const scoreEnd = text.indexOf('}', scoreAt)
      const score = readScore(text, scoreAt + beforeScore.length, scoreEnd)
      if (!(score >= 0 && score <= 1)) return null
      if (ids.length === scores.length) scores = grown(scores)
      scores[ids.length] = score
      ids.push(own(id))
      at = scoreEnd + 1
      if (text[at] === ',') at++
    }
    if (!text.startsWith(afterHits, at)) return null
    const totalAt = text.indexOf(beforeTotal, at) + beforeTotal.length
    end.lastIndex = totalAt
    if (!end.test(text)) return null
    at = end.lastIndex
    if (2 * place === bounds.length) bounds = grown(bounds)
    bounds[2 * place] = ids.length
    bounds[2 * place + 1] = Number.parseInt(text.slice(totalAt, at), 10)
  }
  if (text.slice(at) !== ']}') return null
  // Each list is a copy of its own length: one that grows takes twice the memory.
  const numbers = new Float64Array(2 * primaryKeys.length + ids.length)
  numbers.set(bounds.subarray(0, 2 * primaryKeys.length))
  numbers.set(scores.subarray(0, ids.length), 2 * primaryKeys.length)
  return { ids: ids.slice(), numbers, documents: null }
}

/** What a reply is read into, as large as the largest one was. */
let bounds = new Float64Array(128)
let scores = new Float64Array(1024)

function grown (numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length)
  more.set(numbers)
  return more
}

/** Reads a number without a text of its own where it has 15 digits or fewer: their quotient is then the number itself. */
function readScore (text: string, from: number, to: number): number {
  if (to <= from) return NaN
  if (text[from] !== '0' || text[from + 1] !== '.' || to - from > 17 || to - from < 3) return Number(text.slice(from, to))
  let digits = 0
  for (let i = from + 2; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number(text.slice(from, to))
    digits = digits * 10 + digit
  }
  return digits / powersOfTen[to - from - 2]!
}
const powersOfTen = Array.from({ length: 16 }, (_, power) => 10 ** power)

/** Returns the documents that came with the hits, by id. */
export function givenDocuments (lists: readonly (Hits | null)[]): Map<string, RawDocument> {
  return new Map(lists.flatMap(hits => hits?.ids.map((id, i): [string, RawDocument] => [id, hits.documents?.[i] ?? {}]) ?? []))
}
