// Takes the table of word vectors out of a model's graph: the graph takes the vectors of a batch's tokens as an input instead.

import { bytes, fieldsOf, integer } from './protobuf.ts'
import type { Encoded, Field } from './protobuf.ts'

/** The word vectors of a model: a row for each token id, in a file beside the graph's. */
export interface WordTable {
  /** The graph's input that takes the rows of a batch's tokens. */
  input: string
  type: keyof typeof elements
  rows: number
  width: number
  /** Its name, in the graph's folder. */
  file: string
  /** Where the first row starts. */
  offset: number
}

/** Their numbers in the format, and their sizes. */
const elements = { float32: { number: 1, bytes: 4 }, int8: { number: 3, bytes: 1 } } as const

/** Smaller tables stay where they are. */
const leastBytes = 4_000_000

/**
 * Returns the model without its table of word vectors, and where that is; null when it has none in a file of its own.
 * Throws when it is no ONNX file.
 */
export function takeOutWords (model: Uint8Array): { model: Uint8Array, table: WordTable } | null {
  const top = fieldsOf(model)
  const graph = top.find(({ number }) => number === 7)
  const parts = graph ? fieldsOf(graph.value as Uint8Array) : []
  const of = (number: number) => parts.filter((part) => part.number === number)
  const nodes = of(1).map((part) => ({ part, ...readNode(part) }))
  const initializers = of(5).map((part) => ({ part, ...readInitializer(part) }))
  for (const { part, operator, inputs, outputs, axis } of nodes) {
    if (operator !== 'Gather' || inputs[1] !== 'input_ids' || axis !== 0) continue
    const words = initializers.find(({ name }) => name === inputs[0])
    const isShared = nodes.some((other) => other.part !== part && other.inputs.includes(inputs[0]!))
    if (!words?.table || isShared) continue
    const table = { input: outputs[0]!, ...words.table }
    const kept = parts.filter((other) => other !== part && other !== words.part).map(({ encoded }) => encoded)
    const changed = bytes(7, [...kept, bytes(11, inputOf(table))])
    return { model: Buffer.concat(top.map((field) => field === graph ? changed : field.encoded)), table }
  }
  return null
}

function readNode ({ value }: Field): { operator: string | undefined, inputs: string[], outputs: string[], axis: number } {
  const fields = fieldsOf(value as Uint8Array)
  const attributes = fields.filter(({ number }) => number === 5).map((attribute) => fieldsOf(attribute.value as Uint8Array))
  const axis = attributes.find((attribute) => textsOf(attribute, 1)[0] === 'axis')
  return {
    operator: textsOf(fields, 4)[0], inputs: textsOf(fields, 1), outputs: textsOf(fields, 2), axis: axis ? numbersOf(axis, 3)[0] ?? 0 : 0
  }
}

/** Reads where a table's values are; none when they are in the graph, or it is small, or no table. */
function readInitializer ({ value }: Field): { name: string | undefined, table?: Omit<WordTable, 'input'> } {
  const fields = fieldsOf(value as Uint8Array)
  const [name] = textsOf(fields, 8)
  const [rows, width, ...more] = numbersOf(fields, 1)
  const [number] = numbersOf(fields, 2)
  const type = (Object.keys(elements) as (keyof typeof elements)[]).find((one) => elements[one].number === number)
  const place = new Map(fields.filter((field) => field.number === 13).map((entry) => {
    const pair = fieldsOf(entry.value as Uint8Array)
    return [textsOf(pair, 1)[0], textsOf(pair, 2)[0]]
  }))
  const file = place.get('location')
  if (!type || !rows || !width || more.length > 0 || !file || file.includes('/')) return { name }
  if (rows * width * elements[type].bytes < leastBytes) return { name }
  return { name, table: { type, rows, width, file, offset: Number(place.get('offset') ?? 0) } }
}

/** Describes the new input, of shape `[texts, tokens, width]`. */
function inputOf ({ input, type, width }: WordTable): Encoded[] {
  const shape = [bytes(2, 'texts'), bytes(2, 'tokens'), integer(1, width)].map((dimension) => bytes(1, dimension))
  return [bytes(1, input), bytes(2, [bytes(1, [integer(1, elements[type].number), bytes(2, shape)])])]
}

/** Returns the values of a field that are texts. */
function textsOf (fields: readonly Field[], number: number): string[] {
  return fields.flatMap((field) => field.number === number && typeof field.value !== 'number' ? [Buffer.from(field.value).toString()] : [])
}

/** Returns the values of a field that are numbers. */
function numbersOf (fields: readonly Field[], number: number): number[] {
  return fields.flatMap((field) => field.number === number && typeof field.value === 'number' ? [field.value] : [])
}
