// Finds the passages whose vectors are nearest to a question's.
import { similarityScale } from '../../../similarity-scale.ts'
import type { Scored } from '../../../search/rank.ts'
import type { CompanyFile } from '../file.ts'
import { hasHidden } from '../hidden.ts'
import { cosineInt8, floatBytes, unitVector } from '../vector-codec.ts'
import { bitIndexOf, renewBitIndex } from './bit-indexes.ts'
import { passagesOfWindows } from './known-windows.ts'
import { isWithin, windowsWithin, within, type Scope } from './scope.ts'
import { knownModel, storedTypes, vectorTable } from './vector-tables.ts'

/** The most candidates of each list that go into the fusion. */
const candidates = 50
/** The most nearest windows; a passage may have several. */
const windows = 2 * candidates
/** The windows that are compared exactly, those that are the nearest by their bits: more than are wanted, since bits err. */
const compared = 3 * windows
/**
 * The least share of the passages that may be found, for the nearest of all to be looked at first: below it, reading fewer costs
 * less. The more neighbours sqlite-vec is asked for, the dearer each one is.
 */
const leastShare = { floats: 0.6, bits: 0.15 }

/** Passages and the cosines of their windows. */
type Cosines = [passage: number, cosine: number][]

interface Question { model: number, vector: Float32Array, scope: Scope }

/** Returns the best candidates; those that contain a code of the question come first. */
export function bestCandidates (score: Map<number, number>, exact: number[] = []): Scored[] {
  const first = new Set(exact)
  return [...score]
    .sort((a, b) => Number(first.has(b[0])) - Number(first.has(a[0])) || b[1] - a[1] || a[0] - b[0])
    .slice(0, candidates)
}

/** Returns passages by their nearest window, with the similarity on the common scale as score, best first. */
export function nearest (file: CompanyFile, model: string, vector: Float32Array, scope: Scope): Scored[] {
  const known = knownModel(file, model)
  if (!known || known.dimensions !== vector.length) return []
  const question = { model: known.model, vector: unitVector(vector), scope }
  const { slope, offset } = similarityScale(model)
  const top = new Map<number, number>()
  // While vectors are being converted to another type, each of them is in one of two tables.
  for (const type of storedTypes(file, known.model)) {
    for (const [passage, cosine] of type === 'float32' ? amongFloats(file, question) : amongBits(file, question, type)) {
      const similarity = slope * cosine + offset
      if (similarity > (top.get(passage) ?? -Infinity)) top.set(passage, similarity)
    }
  }
  return bestCandidates(top)
}

/** Looks at all vectors first, or only at those that may be found. @param look returns the nearest ones */
function inScope (
  file: CompanyFile, { indexes, selected }: Scope, least: number, look: (share: number, isLimited: boolean) => Cosines
): Cosines {
  const share = selected?.share ?? 1
  if (share >= least) {
    const found = look(share, false)
    const isEnough = () => new Set(found.map(([passage]) => passage)).size >= candidates
    const isEverything = indexes.length === 0 && !selected && !hasHidden(file)
    if (isEverything || found.length >= windows || isEnough()) return found
  }
  // What may be found is a small part of the file.
  return look(1, true)
}

/** Compares with all vectors of 32-bit floats, by sqlite-vec. */
function amongFloats (file: CompanyFile, { model, vector, scope }: Question): Cosines {
  return inScope(file, scope, leastShare.floats, (share, isLimited) => {
    // As many as hold enough of those that may be found, and some more; in steps, since each number is a statement of its own.
    const k = scope.selected && !isLimited ? 50 * Math.ceil(1.2 * windows / share / 50) : windows
    const only = isLimited ? `AND rowid IN (${windowsWithin(file, scope)})` : ''
    return file.rows(`SELECT w.passage, 1 - v.distance
      FROM (SELECT rowid, distance FROM ${vectorTable(model, 'float32')} WHERE embedding MATCH ? AND k = ${k} ${only}) v
      CROSS JOIN windows w ON w.rowid = v.rowid WHERE true ${within(file, scope, 'w.passage')}`)
      .all(floatBytes(vector), ...(isLimited ? scope.indexes : []), ...scope.indexes) as unknown as Cosines
  })
}

/**
 * Compares with all vectors by their bits, then with the nearest of these by their bytes, which are in memory, or in the file
 * where they are too many.
 */
function amongBits (file: CompanyFile, { model, vector, scope }: Question, type: 'int8' | 'bit'): Cosines {
  const index = bitIndexOf(file, model, type, vector.length)
  const estimates = index.estimate(vector)
  const isRead = type === 'int8' && !index.isExact
  const table = vectorTable(model, type)
  const from = isRead ? `p.rowid, v.vector FROM ${table} v JOIN windows w ON w.rowid = v.window` : 'p.rowid FROM windows w'
  const limit = isWithin(file, scope, 'p').trim()
  const read = file.rows(`SELECT ${from} JOIN passages p ON p.rowid = w.passage WHERE w.rowid = ? ${limit}`)
  // Where every passage may be found, a window's is asked for once.
  const known = limit === '' && !isRead ? passagesOfWindows(file) : null
  const isStored = file.sql('SELECT 1 FROM windows WHERE rowid = ?')
  let removed = 0
  const look = (count: number, among?: Float64Array): Cosines => {
    const found: Cosines = []
    const passages = new Set<number>()
    const before = removed
    for (const [window, cosine] of estimates.best(count, among)) {
      const passage = known?.get(window)
      const row = passage === undefined ? read.get(window, ...scope.indexes) as [number, Uint8Array] | undefined : [passage] as const
      if (row) {
        found.push([row[0], isRead ? cosineInt8(vector, row[1]!) : cosine])
        if (passage === undefined) known?.set(window, row[0])
        // They come in the order of their cosines, so that the rest is of no use.
        if (!isRead && passages.add(row[0]).size === candidates) break
      } else if (!isStored.get(window)) {
        index.remove(window)
        removed++
      }
    }
    // The places of removed ones belong to the next ones.
    if (removed > before && passages.size < candidates) return look(count, among)
    return isRead ? found.sort((a, b) => b[1] - a[1]).slice(0, windows) : found
  }
  const found = inScope(
    file, scope, leastShare.bits, (share, isLimited) => look(Math.ceil(compared / share), isLimited ? windowsOf(file, scope) : undefined)
  )
  if (removed > compared) renewBitIndex(file, model, type, index)
  return found
}

function windowsOf (file: CompanyFile, scope: Scope): Float64Array {
  const rows = file.rows(`${windowsWithin(file, scope)} ORDER BY w.rowid`).all(...scope.indexes) as unknown as [number][]
  return Float64Array.from(rows, ([window]) => window)
}
