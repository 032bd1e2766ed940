// How a vector is stored: as 32-bit floats, as bytes, or as bits.

/** `float32`: as it is. `int8`: a byte for each number, a quarter of the size. `bit`: the signs alone, a thirtieth. */
export type VectorType = 'float32' | 'int8' | 'bit'

/** The best of the three as measured: as good as floats, and found faster. */
export const defaultVectorType: VectorType = 'int8'

/** From the coarsest to the finest. */
export const vectorTypes: readonly VectorType[] = ['bit', 'int8', 'float32']

const steps = 127
const floatSize = 4

/** Returns a vector of length one. A vector of zeros stays as it is. */
export function unitVector (vector: Float32Array): Float32Array {
  let square = 0
  for (const value of vector) square += value * value
  const length = Math.sqrt(square)
  return length === 0 || Math.abs(length - 1) < 1e-7 ? vector : vector.map(value => value / length)
}

/**
 * Encodes the direction of a vector: a signed byte for each number, in steps of its largest, then as a 32-bit float the factor
 * that makes the bytes a vector of length one.
 */
export function encodeInt8 (vector: Float32Array): Uint8Array {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  const bytes = new Uint8Array(vector.length + floatSize)
  let square = 0
  for (let i = 0; i < vector.length; i++) {
    const step = largest === 0 ? 0 : Math.round(vector[i]! / largest * steps)
    bytes[i] = step
    square += step * step
  }
  writeFloat(bytes, vector.length, square === 0 ? 0 : 1 / Math.sqrt(square))
  return bytes
}

/** Decodes `encodeInt8`: a vector of length one. @param vector where to write it */
export function decodeInt8 (bytes: Uint8Array, vector: Float32Array = new Float32Array(bytes.length - floatSize)): Float32Array {
  const scale = readFloat(bytes, vector.length)
  for (let i = 0; i < vector.length; i++) vector[i] = signed(bytes[i]!) * scale
  return vector
}

/** Returns the cosine of a vector of length one and an encoded one. */
export function cosineInt8 (query: Float32Array, bytes: Uint8Array): number {
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset, query.length)
  return Math.fround(dotInt8(query, steps, 0) * scaleInt8(bytes, query.length))
}

/** Returns the product of a vector and the signed bytes from a place on. Four sums: each addition would wait for the last one. */
export function dotInt8 (query: Float32Array, steps: Int8Array, from: number): number {
  const inFours = query.length - query.length % 4
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (let at = from; i < inFours; i += 4, at += 4) {
    a += query[i]! * steps[at]!
    b += query[i + 1]! * steps[at + 1]!
    c += query[i + 2]! * steps[at + 2]!
    d += query[i + 3]! * steps[at + 3]!
  }
  for (; i < query.length; i++) a += query[i]! * steps[from + i]!
  return a + b + (c + d)
}

/** Returns the factor of an encoded vector. */
export function scaleInt8 (bytes: Uint8Array, dimensions: number): number {
  return readFloat(bytes, dimensions)
}

/** Returns how many bytes `encodeInt8` makes. */
export function int8Bytes (dimensions: number): number {
  return dimensions + floatSize
}

/** Returns how many bytes the bits of a vector take. */
export function bitBytes (dimensions: number): number {
  return Math.ceil(dimensions / 8)
}

/**
 * What the bits of a vector stand for: its product with a question is estimated as
 * `question · centre + base + factor × (question − centre) · signs`, right on average (Gao & Long, RaBitQ, 2024).
 */
export interface BitValues { base: number, factor: number }

/** Encodes on which side of a centre a vector lies, a bit for each number, into `bytes` at `at`. */
export function encodeBits (vector: Float32Array, centre: Float32Array, bytes: Uint8Array, at = 0): BitValues {
  let square = 0
  let sum = 0
  let base = 0
  for (let i = 0, to = at; i < vector.length; to++) {
    let byte = 0
    for (let bit = 0; bit < 8 && i < vector.length; bit++, i++) {
      const difference = vector[i]! - centre[i]!
      if (difference > 0) byte |= 1 << bit
      square += difference * difference
      sum += Math.abs(difference)
      base += difference * centre[i]!
    }
    bytes[to] = byte
  }
  return { base, factor: sum === 0 ? 0 : square / sum }
}

/** Encodes a vector as bits for storage: the bits, then their values as 32-bit floats. */
export function encodeStoredBits (vector: Float32Array, centre: Float32Array): Uint8Array {
  const length = bitBytes(vector.length)
  const bytes = new Uint8Array(length + 2 * floatSize)
  const { base, factor } = encodeBits(vector, centre, bytes)
  writeFloat(bytes, length, base)
  writeFloat(bytes, length + floatSize, factor)
  return bytes
}

/** Returns what the bits of `encodeStoredBits` stand for. */
export function valuesOfBits (bytes: Uint8Array): BitValues {
  return { base: readFloat(bytes, bytes.length - 2 * floatSize), factor: readFloat(bytes, bytes.length - floatSize) }
}

/** Decodes `encodeStoredBits` as far as it can be: a vector of length one in about the same direction. */
export function decodeBits (bytes: Uint8Array, centre: Float32Array): Float32Array {
  const { factor } = valuesOfBits(bytes)
  return unitVector(centre.map((value, i) => value + ((bytes[i >> 3]! >> (i & 7)) & 1 ? factor : -factor)))
}

/** Returns how many bytes a stored vector has. */
export function sizeOfVector (type: VectorType, dimensions: number): number {
  if (type === 'float32') return dimensions * floatSize
  return type === 'int8' ? int8Bytes(dimensions) : bitBytes(dimensions) + 2 * floatSize
}

/** Tells whether the floats of a stored vector are numbers: of bytes and bits, those that follow them. */
export function holdsNumbers (type: VectorType, bytes: Uint8Array, dimensions: number): boolean {
  const from = type === 'float32' ? 0 : type === 'int8' ? dimensions : bitBytes(dimensions)
  return floatsOf(bytes.subarray(from)).every(Number.isFinite)
}

export function floatBytes (vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** Reads 32-bit floats from bytes, which may begin anywhere. */
export function floatsOf (bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer)
}

function signed (byte: number): number {
  return byte << 24 >> 24
}

function writeFloat (bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setFloat32(at, value, true)
}

function readFloat (bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(at, true)
}
