// Finds in memory which of many vectors are nearest: by a bit for each of their numbers, then by their bytes.
import { bitBytes, decodeInt8, dotInt8, encodeBits, scaleInt8, type BitValues } from './vector-codec.ts'

/** The vectors of one model, by ascending number. */
export interface BitIndex {
  readonly size: number
  /** The number of the last vector that was added; 0 = none. */
  readonly last: number
  readonly bytes: number
  /** Bytes are in memory too, so that cosines are those of the bytes, and not estimates. */
  readonly isExact: boolean
  /** Adds a vector that is stored as bytes. Numbers ascend. */
  addInt8 (id: number, bytes: Uint8Array): void
  /** Adds the bits of one that was encoded with the same centre, and what they stand for. */
  addBits (id: number, bits: Uint8Array, values: BitValues): void
  /** Takes out a vector that was removed. */
  remove (id: number): void
  /** Estimates the cosine of a question, of length one, with each vector. */
  estimate (query: Float32Array): Estimates
}

export interface Estimates {
  /**
   * Returns those that are estimated highest, of some vectors or of all, by their cosines, best first.
   * @param ids in ascending order
   */
  best (count: number, ids?: Float64Array): [id: number, cosine: number][]
}

const leastRoom = 64

/**
 * @param centre the mean of the vectors, about: the signs say most about them from there
 * @param room for so many vectors at first
 * @param keepsBytes keeps the bytes of vectors in memory, six times as much as their bits
 */
export function createBitIndex (centre: Float32Array, { room: wanted = 0, keepsBytes = false } = {}): BitIndex {
  const dimensions = centre.length
  const width = bitBytes(dimensions)
  const exactWidth = keepsBytes ? dimensions : 0
  const firstRoom = Math.max(leastRoom, wanted)
  const decoded = new Float32Array(dimensions)
  let size = 0
  let ids = new Float64Array(firstRoom)
  /** For each one base and factor. */
  let values = new Float32Array(2 * firstRoom)
  let bits = new Uint8Array(firstRoom * width)
  let exact = new Int8Array(firstRoom * exactWidth)
  /** What makes the bytes of each one a vector of length one. */
  let scales = new Float32Array(keepsBytes ? firstRoom : 0)
  /** Shared by all estimates, which are used before the next one is made. */
  let scores = new Float32Array(firstRoom)

  function grow (): void {
    const room = Math.ceil(size * 1.5)
    const enlarge = <T extends Float64Array | Float32Array | Uint8Array | Int8Array>(larger: T, old: T): T => {
      larger.set(old)
      return larger
    }
    ids = enlarge(new Float64Array(room), ids)
    values = enlarge(new Float32Array(2 * room), values)
    bits = enlarge(new Uint8Array(room * width), bits)
    exact = enlarge(new Int8Array(room * exactWidth), exact)
    scales = enlarge(new Float32Array(keepsBytes ? room : 0), scales)
    scores = new Float32Array(room)
  }

  function append (id: number, write: (at: number) => BitValues): void {
    if (size === ids.length) grow()
    ids[size] = id
    const { base, factor } = write(size)
    values[2 * size] = base
    values[2 * size + 1] = factor
    size++
  }

  function positionOf (id: number): number {
    let low = 0
    for (let high = size; low < high;) {
      const middle = (low + high) >> 1
      if (ids[middle]! < id) low = middle + 1
      else high = middle
    }
    return low < size && ids[low] === id ? low : -1
  }

  return {
    get size () { return size },
    get last () { return size === 0 ? 0 : ids[size - 1]! },
    get bytes () {
      return ids.byteLength + values.byteLength + bits.byteLength + exact.byteLength + scales.byteLength + scores.byteLength
    },
    isExact: keepsBytes,
    addInt8 (id, bytes) {
      append(id, at => {
        if (keepsBytes) {
          exact.set(bytes.subarray(0, dimensions), at * exactWidth)
          scales[at] = scaleInt8(bytes, dimensions)
        }
        return encodeBits(decodeInt8(bytes, decoded), centre, bits, at * width)
      })
    },
    addBits (id, own, given) {
      append(id, at => {
        bits.set(own.subarray(0, width), at * width)
        return given
      })
    },
    remove (id) {
      const at = positionOf(id)
      if (at >= 0) scores[at] = values[2 * at + 1] = NaN
    },
    estimate (query) {
      let isEstimated = false
      function estimateAll (): void {
        if (isEstimated) return
        isEstimated = true
        const table = sumsByByte(query.map((value, i) => value - centre[i]!), width)
        const inPairs = table.length - table.length % 512
        let atCentre = 0
        for (let i = 0; i < dimensions; i++) atCentre += query[i]! * centre[i]!
        for (let n = 0, at = 0; n < size; n++) {
          // Two sums, since each addition would wait for the last one.
          let even = 0
          let odd = 0
          let row = 0
          for (; row < inPairs; row += 512) {
            even += table[row + bits[at++]!]!
            odd += table[row + 256 + bits[at++]!]!
          }
          if (row < table.length) even += table[row + bits[at++]!]!
          scores[n] = atCentre + values[2 * n]! + values[2 * n + 1]! * (even + odd)
        }
      }
      /** Computes what `cosineInt8` does, without a view of the bytes. */
      function compareExactly (at: number): [number, number] {
        return [ids[at]!, Math.fround(dotInt8(query, exact, at * exactWidth) * scales[at]!)]
      }
      return {
        best (count, among) {
          const positions = among ? Array.from(among, positionOf).filter(at => at >= 0) : null
          const isFew = keepsBytes && (positions?.length ?? size) <= count
          if (!isFew) estimateAll()
          const found = isFew
            ? (positions ?? Array.from({ length: size }, (_, at) => at)).filter(at => !Number.isNaN(values[2 * at + 1]))
            : highest(scores, size, count, positions)
          if (!keepsBytes) return found.map(at => [ids[at]!, scores[at]!])
          return found.map(compareExactly).sort((a, b) => b[1] - a[1])
        },
      }
    },
  }
}

/** The table of the question that was asked last: making 50 kB for each costs more than filling them. */
let sums = new Float32Array(0)

/**
 * Returns for each byte of a code, and each value that it may have, the sum of the question's numbers with the signs of its bits.
 * It is good until the next call.
 */
function sumsByByte (query: Float32Array, width: number): Float32Array {
  if (sums.length !== width * 256) sums = new Float32Array(width * 256)
  const table = sums
  for (let byte = 0; byte < width; byte++) {
    const row = byte * 256
    table[row] = 0
    for (let bit = 0; bit < 8; bit++) table[row]! -= query[byte * 8 + bit] ?? 0
    for (let value = 1; value < 256; value++) {
      // The same value without its lowest bit is known already.
      const lowest = 31 - Math.clz32(value & -value)
      table[row + value] = table[row + (value & (value - 1))]! + 2 * (query[byte * 8 + lowest] ?? 0)
    }
  }
  return table
}

/** Returns the positions of the highest scores, highest first, equal ones in their order. A score of NaN is none. */
function highest (scores: Float32Array, size: number, count: number, among: number[] | null): number[] {
  if (count <= 0) return []
  const sorted = (list: number[]) => list.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count)
  const length = among ? among.length : size
  let found: number[] = []
  let least = -Infinity
  for (let i = 0; i < length; i++) {
    const at = among ? among[i]! : i
    // False for NaN too.
    if (!(scores[at]! > least)) continue
    found.push(at)
    if (found.length < 4 * count) continue
    found = sorted(found)
    least = scores[found.at(-1)!]!
  }
  return sorted(found)
}
