// Writes an ONNX model: a small file with the graph, and one beside it with the weights, which ONNX Runtime maps into memory.

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { basename } from 'node:path'
import { bytes, float, integer } from '../protobuf.ts'
import type { Encoded } from '../protobuf.ts'

/** Element types, by their numbers in the format. */
const elementTypes = { float32: 1, int8: 3, int64: 7 } as const
export type ElementType = keyof typeof elementTypes

const attributeTypes = { float: 1, integer: 2, integers: 7 } as const
const irVersion = 10
const operatorSetVersion = 21
/** Smaller constants stay in the graph's file: shape inference needs their values. */
const externalBytes = 1024
/** Weights start at a multiple of this, so that vector instructions read them without a penalty. */
const alignment = 64

/** Whole numbers, or lists of them; an `epsilon` is a float. */
type Attributes = Record<string, number | readonly number[]>

export interface OnnxWriter {
  /** Adds a constant and returns its name. */
  constant (name: string, type: ElementType, dims: readonly number[], values: Float32Array | Int8Array | BigInt64Array): string
  /** Adds an operation with one output and returns the output's name. */
  node (operator: string, inputs: readonly string[], output: string, attributes?: Attributes): string
  /** Adds an operation with several outputs. */
  nodes (operator: string, inputs: readonly string[], outputs: readonly string[], attributes?: Attributes): void
  /** Writes the graph's file. A dimension given by a name can have any length. */
  finish (inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): void
}

export interface OnnxValue { name: string, type: ElementType, dims: readonly (number | string)[] }

/**
 * Starts a model at `path`, with its weights in `<path>_data`.
 * @param onBytes receives the number of bytes of each weight written
 */
export function createOnnxWriter (path: string, graphName: string, onBytes: (bytes: number) => void = () => {}): OnnxWriter {
  const dataPath = `${path}_data`
  const data = openSync(dataPath, 'w')
  const initializers: Encoded[] = []
  const operations: Encoded[] = []
  let offset = 0

  function writeExternal (content: Uint8Array): Encoded[] {
    const padding = (alignment - offset % alignment) % alignment
    writeAll(new Uint8Array(padding))
    const entry = (key: string, value: string | number) => bytes(13, [bytes(1, key), bytes(2, String(value))])
    const location = [entry('location', basename(dataPath)), entry('offset', offset), entry('length', content.length), integer(14, 1)]
    writeAll(content)
    return location
  }

  function writeAll (content: Uint8Array): void {
    for (let written = 0; written < content.length;) written += writeSync(data, content, written)
    offset += content.length
    onBytes(content.length)
  }

  const writer: OnnxWriter = {
    constant (name, type, dims, values) {
      const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      const value = content.length < externalBytes ? [bytes(9, content)] : writeExternal(content)
      initializers.push(bytes(5, [...dims.map((dim) => integer(1, dim)), integer(2, elementTypes[type]), bytes(8, name), ...value]))
      return name
    },

    node (operator, inputs, output, attributes) {
      writer.nodes(operator, inputs, [output], attributes)
      return output
    },

    nodes (operator, inputs, outputs, attributes = {}) {
      const encoded = Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value)))
      const names = [...inputs.map((input) => bytes(1, input)), ...outputs.map((output) => bytes(2, output)), bytes(3, outputs[0]!)]
      operations.push(bytes(1, [...names, bytes(4, operator), ...encoded]))
    },

    finish (inputs, outputs) {
      closeSync(data)
      const graph = [
        ...operations, bytes(2, graphName), ...initializers,
        ...inputs.map((input) => bytes(11, valueInfo(input))), ...outputs.map((output) => bytes(12, valueInfo(output)))
      ]
      const operatorSet = bytes(8, [bytes(1, ''), integer(2, operatorSetVersion)])
      writeFileSync(path, Buffer.concat([integer(1, irVersion), bytes(2, 'causerie'), bytes(7, graph), operatorSet]))
    }
  }
  return writer
}

function attribute (name: string, value: number | readonly number[]): Encoded[] {
  if (typeof value !== 'number') return [bytes(1, name), ...value.map((one) => integer(8, one)), integer(20, attributeTypes.integers)]
  return name === 'epsilon'
    ? [bytes(1, name), float(2, value), integer(20, attributeTypes.float)]
    : [bytes(1, name), integer(3, value), integer(20, attributeTypes.integer)]
}

function valueInfo ({ name, type, dims }: OnnxValue): Encoded[] {
  const shape = dims.map((dim) => bytes(1, [typeof dim === 'number' ? integer(1, dim) : bytes(2, dim)]))
  return [bytes(1, name), bytes(2, [bytes(1, [integer(1, elementTypes[type]), bytes(2, shape)])])]
}
