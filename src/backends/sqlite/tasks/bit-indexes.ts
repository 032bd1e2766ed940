// The vectors of a table in memory, kept in step with the table.
import { createBitIndex, type BitIndex } from '../bit-index.ts'
import { lookUp, type CompanyFile } from '../file.ts'
import { bitBytes, decodeInt8, int8Bytes, valuesOfBits } from '../vector-codec.ts'
import { centreOf, knownModel, storedCentre, storedTypes, vectorTable } from './vector-tables.ts'

/** The vectors whose mean is the centre of the others. */
const sampled = 1000
/** An index is made anew, around another centre, when it has grown to so many times its size. */
const growth = 4
const leastSize = 64
/** What a vector takes in memory beside its bits and its bytes. */
const bytesOfBits = 20
/** The most vectors that one task reads: about 10 ms. */
const readAtOnce = 4000
/** As a limit of SQL. */
const all = -1

export const tasks = {
  /**
   * Reads some vectors into memory, ahead of a question that is compared with them: others are answered in between.
   * @returns true if there may be more
   */
  readVectors (file: CompanyFile | null, { models, limit = readAtOnce }: { models: string[], limit?: number }): boolean {
    let isMore = false
    for (const id of file ? models : []) {
      const known = knownModel(file!, id)
      for (const type of known ? storedTypes(file!, known.model) : []) {
        if (type === 'float32') continue
        const index = bitIndexOf(file!, known!.model, type, known!.dimensions, limit)
        isMore ||= file!.sql(`SELECT 1 FROM ${vectorTable(known!.model, type)} WHERE window > ? LIMIT 1`).get(index.last) !== undefined
      }
    }
    return isMore
  },
}

/**
 * Returns all vectors of a table, and perhaps some that have been removed. The numbers of windows ascend and are never used
 * twice: what is new, whoever has written it, has a higher number than the last one that was read.
 * @param limit reads so many at most
 */
export function bitIndexOf (file: CompanyFile, model: number, type: 'int8' | 'bit', dimensions: number, limit = all): BitIndex {
  const table = vectorTable(model, type)
  const kept = file.memory.get(file, table)
  if (kept && kept.index.size < kept.renewFrom) {
    // The index itself says for which one there is nothing new: another one may be half read.
    const read = () => {
      if (addNew(file, table, type, kept.index, limit) > 0) file.memory.set(file, table, kept)
      return kept.index
    }
    return lookUp(file, `index ${table}`, read) === kept.index ? kept.index : read()
  }
  const [room] = file.rows(`SELECT count(*) FROM ${table}`).get() as unknown as [number]
  // A company that has too many for the bounds of memory has its bits there alone.
  const mostExact = Math.floor(file.memory.maxBytes / (bytesOfBits + int8Bytes(dimensions) + bitBytes(dimensions)))
  const keepsBytes = type === 'int8' && room <= mostExact
  const centre = type === 'bit' ? storedCentre(file, model) : sampledCentre(file, table, dimensions)
  const index = createBitIndex(centre, { room, keepsBytes })
  addNew(file, table, type, index, limit)
  const grown = type === 'bit' ? Infinity : growth * Math.max(leastSize, room)
  file.memory.set(file, table, { index, renewFrom: keepsBytes ? Math.min(grown, mostExact + 1) : grown })
  return index
}

/** Forgets the bits of a table, of which many have been removed: the next question reads them again. */
export function renewBitIndex (file: CompanyFile, model: number, type: 'int8' | 'bit', index: BitIndex): void {
  file.memory.set(file, vectorTable(model, type), { index, renewFrom: 0 })
}

function addNew (file: CompanyFile, table: string, type: 'int8' | 'bit', index: BitIndex, limit: number): number {
  const before = index.size
  const rows = file.rows(`SELECT window, vector FROM ${table} WHERE window > ? ORDER BY window LIMIT ?`)
    .iterate(index.last, limit) as unknown as Iterable<[window: number, vector: Uint8Array]>
  for (const [window, bytes] of rows) {
    if (type === 'bit') index.addBits(window, bytes, valuesOfBits(bytes))
    else index.addInt8(window, bytes)
  }
  return index.size - before
}

function sampledCentre (file: CompanyFile, table: string, dimensions: number): Float32Array {
  const rows = file.rows(`SELECT vector FROM ${table} ORDER BY window LIMIT ${sampled}`).all() as unknown as [Uint8Array][]
  return centreOf(rows.map(([bytes]) => decodeInt8(bytes)), dimensions)
}
