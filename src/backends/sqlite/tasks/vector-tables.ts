// The tables of vectors: one for each embedding model and each type that its vectors are stored as.
import { lookUp, type CompanyFile } from '../file.ts'
import {
  decodeBits, decodeInt8, encodeInt8, encodeStoredBits, floatBytes, floatsOf, unitVector, vectorTypes, type VectorType,
} from '../vector-codec.ts'

/** The number under which a table of bits has its centre. */
const centreRow = 0
/** A centre of few vectors is drawn to the middle of all directions by as many as this. */
const centreWeight = 8

/** Returns what the file knows of a model; undefined when it has never stored a vector of it. */
export function knownModel (file: CompanyFile, id: string): { model: number, dimensions: number } | undefined {
  return lookUp(file, `model ${id}`, () =>
    file.sql('SELECT model, dimensions FROM models WHERE id = ?').get(id) as { model: number, dimensions: number } | undefined)
}

/** Returns the name of the table of a model's vectors, by the model's number in `models`. */
export function vectorTable (model: number, type: VectorType): string {
  return type === 'float32' ? `vectors_${model}` : `${type}_vectors_${model}`
}

/** Returns the types that vectors of a model are stored as: one, and a second one while they are being converted. */
export function storedTypes (file: CompanyFile, model: number): readonly VectorType[] {
  return lookUp(file, `types ${model}`, () => readTypes(file, model))
}

function readTypes (file: CompanyFile, model: number): VectorType[] {
  const names = vectorTypes.map(type => vectorTable(model, type))
  const rows = file.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN (?, ?, ?)").all(...names)
  const found = new Set((rows as unknown as [string][]).map(([name]) => name))
  return vectorTypes.filter((_, i) => found.has(names[i]!))
}

/**
 * Makes the table of a type, unless it exists.
 * @param sample vectors like those that will be in it
 */
export function createVectorTable (file: CompanyFile, model: number, type: VectorType, dimensions: number, sample: Float32Array[]): void {
  const table = vectorTable(model, type)
  if (storedTypes(file, model).includes(type)) return
  if (type === 'float32') {
    file.db.exec(`CREATE VIRTUAL TABLE ${table} USING vec0(embedding float[${dimensions}] distance_metric=cosine, chunk_size=256)`)
    return
  }
  file.db.exec(`CREATE TABLE ${table} (window INTEGER PRIMARY KEY, vector BLOB NOT NULL)`)
  if (type === 'bit') {
    file.sql(`INSERT INTO ${table} VALUES (${centreRow}, ?)`).run(floatBytes(centreOf(sample, dimensions)))
  }
}

/** Returns about the mean of vectors. */
export function centreOf (vectors: Float32Array[], dimensions: number): Float32Array {
  const centre = new Float32Array(dimensions)
  for (const vector of vectors) for (let i = 0; i < dimensions; i++) centre[i]! += vector[i]!
  return centre.map(sum => sum / (vectors.length + centreWeight))
}

/** Returns the centre of a table of bits. */
export function storedCentre (file: CompanyFile, model: number): Float32Array {
  const [bytes] = file.rows(`SELECT vector FROM ${vectorTable(model, 'bit')} WHERE window = ${centreRow}`).get() as unknown as [Uint8Array]
  return floatsOf(bytes)
}

/** Stores the vector of a new window, within the caller's transaction. */
export function insertVector (file: CompanyFile, model: number, type: VectorType, window: number, vector: Float32Array): void {
  const encode = {
    float32: floatBytes,
    int8: encodeInt8,
    bit: (vector: Float32Array) => encodeStoredBits(unitVector(vector), storedCentre(file, model)),
  }
  insertVectorBytes(file, model, type, window, encode[type](vector))
}

/** Stores a vector that is encoded already. */
export function insertVectorBytes (file: CompanyFile, model: number, type: VectorType, window: number, bytes: Uint8Array): void {
  file.sql(`INSERT INTO ${vectorTable(model, type)} (${keyColumn(type)}, ${valueColumn(type)}) VALUES (?, ?)`).run(BigInt(window), bytes)
}

/** Reads a vector, as well as its type allows; null when there is none. */
export function readVector (file: CompanyFile, model: number, window: number): Float32Array | null {
  for (const type of storedTypes(file, model)) {
    const bytes = readBytes(file, model, type, window)
    if (!bytes) continue
    if (type === 'float32') return floatsOf(bytes)
    return type === 'int8' ? decodeInt8(bytes) : decodeBits(bytes, storedCentre(file, model))
  }
  return null
}

/** Gives a window the vector of another one, in the same table. */
export function copyVector (file: CompanyFile, model: number, from: number, to: number): void {
  for (const type of storedTypes(file, model)) {
    const bytes = readBytes(file, model, type, from)
    if (bytes) insertVectorBytes(file, model, type, to, bytes)
  }
}

export function removeVector (file: CompanyFile, model: number, window: number): void {
  for (const type of storedTypes(file, model)) {
    file.sql(`DELETE FROM ${vectorTable(model, type)} WHERE ${keyColumn(type)} = ?`).run(BigInt(window))
  }
}

export function dropVectorTables (file: CompanyFile, model: number): void {
  for (const type of storedTypes(file, model)) file.db.exec(`DROP TABLE ${vectorTable(model, type)}`)
}

/** Reads a vector as it is stored in a table. */
export function readBytes (file: CompanyFile, model: number, type: VectorType, window: number): Uint8Array | undefined {
  const row = file.rows(`SELECT ${valueColumn(type)} FROM ${vectorTable(model, type)} WHERE ${keyColumn(type)} = ?`).get(BigInt(window))
  return (row as unknown as [Uint8Array] | undefined)?.[0]
}

/** Returns the column with the number of a vector's window. */
export function keyColumn (type: VectorType): string {
  return type === 'float32' ? 'rowid' : 'window'
}

function valueColumn (type: VectorType): string {
  return type === 'float32' ? 'embedding' : 'vector'
}
