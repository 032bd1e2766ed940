// The format of an export: a company's documents and vectors as lines of JSON, compressed by gzip. docs/export.md describes it.
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { coded } from '../../../errors.ts'
import { indexKindPattern } from '../../../ids.ts'
import { languages } from '../../../language/words.ts'

export const exportFormat = 'causerie-index'
/** Raised with every change that an older release would misread. */
export const exportVersion = 1

const Whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' })
const IndexName = Type.String({ pattern: indexKindPattern })
const LanguageName = Type.Union([...languages, 'und' as const].map(language => Type.Literal(language)))
const closed = { additionalProperties: false }

const HeadSchema = Type.Object({
  format: Type.Literal(exportFormat),
  version: Whole,
  company: Type.String(),
  /** As it was written; null when it is kept elsewhere. */
  profile: Type.Union([Type.Null(), Type.Record(Type.String(), Type.Unknown())]),
  models: Type.Array(Type.Object({ id: Type.String(), dimensions: Type.Integer({ minimum: 1, maximum: 65_536 }) }, closed)),
  /** The model that each index is searched by, as a position in `models`. */
  indexes: Type.Record(IndexName, Whole, closed),
  /** The model for questions in other languages; '' = none. */
  across: Type.String(),
}, closed)

const DocumentSchema = Type.Object({
  index: IndexName, id: Type.String(), hash: Type.String(), title: Type.String(), url: Type.String(), tokens: Whole,
  pinned: Type.Boolean(), updated_at: Whole, cited_at: Whole, cited: Whole, compacted_at: Whole,
  /** Null = everyone. */
  access: Type.Union([Type.Null(), Type.Array(Type.String())]),
  keeps_access: Type.Boolean(), traits: Type.String(),
  values: Type.Array(Type.Tuple([
    Type.String(), Type.String(), Type.Union([Type.Null(), Type.Number()]), Type.Union([Type.Null(), Type.Number()]),
  ])),
}, closed)

const PlaceSchema = Type.Object({
  n: Whole, heading: Type.String(), page: Type.Union([Type.Null(), Type.Integer()]),
  /** The chunk with its text, by its number among all chunks, from 0. */
  chunk: Whole,
}, closed)

const ChunkSchema = Type.Object({
  n: Whole, language: LanguageName, title: Type.String(), heading: Type.String(), page: Type.Union([Type.Null(), Type.Integer()]),
  url: Type.String(), text: Type.String(), fields: Type.Array(Type.Tuple([Type.String(), Type.String()])), tokens: Whole,
  /** The text before it was compacted, compressed by zstd; null = the text is whole. */
  original: Type.Union([Type.Null(), Base64]),
  /** Its fingerprint; null = it is compared with no others. */
  print: Type.Union([Type.Null(), Base64]),
  /** The model of its newest vectors; null = it has none. */
  model: Type.Union([Type.Null(), Whole]),
  vectors: Type.Array(Type.Tuple([
    Whole, Type.Union([Type.Literal('float32'), Type.Literal('int8'), Type.Literal('bit')]), Base64,
  ])),
}, closed)

const EndSchema = Type.Object({
  documents: Whole, chunks: Whole, places: Whole, vectors: Whole,
  /** Of all lines before this one, with their line feeds. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
}, closed)

/** The centre of a model's vectors that are bits. */
const CentreSchema = Type.Object({ model: Whole, vector: Base64 }, closed)

export type ExportHead = Static<typeof HeadSchema>
export type ExportedDocument = Static<typeof DocumentSchema>
export type ExportedChunk = Static<typeof ChunkSchema>
export type ExportedPlace = Static<typeof PlaceSchema>
export type ExportedCentre = Static<typeof CentreSchema>
export type ExportEnd = Static<typeof EndSchema>

/** A line: the head is the first one, the end the last; centres come before documents, and after each document its chunks. */
export type ExportLine =
  | { head: ExportHead } | { centre: ExportedCentre } | { document: ExportedDocument } | { chunk: ExportedChunk }
  | { place: ExportedPlace } | { end: ExportEnd }

const schemas = {
  head: HeadSchema, centre: CentreSchema, document: DocumentSchema, chunk: ChunkSchema, place: PlaceSchema, end: EndSchema,
}

/** Reads a line. Throws EXPORT_INVALID. @param n its number, for the message */
export function parseLine (text: string, n: number): ExportLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw coded('EXPORT_INVALID', `Line ${n} is not JSON.`, error)
  }
  const [kind, ...others] = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
  if (kind === undefined || others.length > 0 || !Object.hasOwn(schemas, kind)) {
    throw coded('EXPORT_INVALID', n === 1 ? 'It does not begin as one.' : `Line ${n} is of no known kind.`)
  }
  const own = (value as Record<string, unknown>)[kind]
  if (kind === 'head') requireVersion(own)
  const schema = schemas[kind as keyof typeof schemas]
  if (!Value.Check(schema, own)) {
    const [first] = Value.Errors(schema, own)
    throw coded('EXPORT_INVALID', `Line ${n}: ${kind}${first?.instancePath ?? ''} ${first?.message ?? 'is wrong'}.`)
  }
  return value as ExportLine
}

/** Before all else: what another release wrote may have any form. */
function requireVersion (head: unknown): void {
  const { format, version } = (head ?? {}) as { format?: unknown, version?: unknown }
  if (format === exportFormat && typeof version === 'number' && version !== exportVersion) {
    throw coded('EXPORT_INVALID', `Its format is version ${version}, this release's is ${exportVersion}. Use the release that wrote it.`)
  }
}
