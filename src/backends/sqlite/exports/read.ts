// Makes a company's file from the lines of an export.
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { coded } from '../../../errors.ts'
import { accessHelp, readAccess } from '../../../documents/access.ts'
import { parseProfile } from '../../../profiles/profile.ts'
import { checkSqliteFile } from '../backup.ts'
import type { CompanyFile } from '../file.ts'
import { openCompanyFile } from '../open.ts'
import { hidden } from '../schema.ts'
import { hashesOf, reindexWords } from '../tasks/chunks.ts'
import { forgetRemoval, journalEndings } from '../tasks/removal.ts'
import { audienceNumber } from '../tasks/selection.ts'
import { createVectorTable, insertVectorBytes, storedTypes, vectorTable } from '../tasks/vector-tables.ts'
import { addWindow } from '../tasks/vectors.ts'
import { holdsNumbers, sizeOfVector, type VectorType } from '../vector-codec.ts'
import type { ExportHead, ExportLine, ExportedChunk, ExportedDocument, ExportedPlace } from './format.ts'

/** Lines that one transaction writes. */
const linesAtOnce = 2000
/** The longest text before compaction, unpacked. */
const maxOriginalBytes = 33_554_432

export interface ImportOptions {
  /** The company's file, which is replaced when all of the export has been read. */
  path: string
  /** The id of the company, which is the export's own or another one. */
  company: string
  /** Tells whether vectors of a model are of use; the others are left out. */
  isUsed: (model: string) => boolean
  /** Called with the head, once it is known to be right: throws to refuse it. */
  onHead: (head: ExportHead) => void
  /** Called when all has been read, before it gets the company's name: throws to refuse it. */
  beforeEnd?: () => Promise<void>
}

export interface Imported { documents: number, chunks: number, vectors: number, leftOut: number }

/**
 * Makes a company's file of an export. A failure leaves nothing behind, and the file that was there as it was.
 * Throws EXPORT_INVALID or EXPORT_DAMAGED.
 */
export async function importLines (lines: AsyncIterable<ExportLine>, options: ImportOptions): Promise<Imported> {
  const { path } = options
  // Not the name of a company's file, so that nobody opens it.
  const partial = `${path}.import`
  removeFile(partial)
  try {
    const file = openCompanyFile(partial, true)!
    let imported: Imported
    try {
      imported = await write(file, lines, options)
    } finally {
      file.close()
    }
    // Also takes away the log beside it.
    checkSqliteFile(partial)
    chmodSync(partial, 0o600)
    sync(partial)
    await options.beforeEnd?.()
    // The log of an older file would be applied to the new one.
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
    renameSync(partial, path)
    forgetRemoval(path.replace(/\.sqlite$/, ''))
    return imported
  } finally {
    removeFile(partial)
  }
}

function removeFile (path: string): void {
  for (const end of journalEndings) rmSync(path + end, { force: true })
}

function sync (path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** What has been written of an export. */
interface State extends Imported {
  file: CompanyFile
  models: { number: number, dimensions: number }[]
  /** The document that chunks belong to, and the number of its chunks so far. */
  document: { rowid: number, index: string, chunks: number } | null
}

async function write (file: CompanyFile, lines: AsyncIterable<ExportLine>, options: ImportOptions): Promise<Imported> {
  const state: State = { file, models: [], document: null, documents: 0, chunks: 0, vectors: 0, leftOut: 0 }
  let some: ExportLine[] = []
  const flush = () => {
    file.transaction(() => { for (const line of some) writeLine(state, line, options) })
    some = []
  }
  for await (const line of lines) {
    some.push(line)
    if (some.length >= linesAtOnce) flush()
  }
  flush()
  file.transaction(() => finish(state))
  const { documents, chunks, vectors, leftOut } = state
  return { documents, chunks, vectors, leftOut }
}

function writeLine (state: State, line: ExportLine, options: ImportOptions): void {
  if ('head' in line) writeHead(state, line.head, options)
  else if ('centre' in line) writeCentre(state, line.centre.model, bytesOf(line.centre.vector))
  else if ('document' in line) {
    endDocument(state)
    writeDocument(state, line.document)
  } else if ('chunk' in line) writeChunk(state, line.chunk)
  else if ('place' in line) writePlace(state, line.place)
}

function writeHead (state: State, head: ExportHead, { company, isUsed, onHead }: ImportOptions): void {
  onHead(head)
  const { file } = state
  if (head.profile) {
    const written = { ...head.profile, id: company }
    try {
      parseProfile(written)
    } catch (error) {
      throw coded('EXPORT_INVALID', `Its profile: ${(error as Error).message}`, error)
    }
    file.setMeta('profile', JSON.stringify(written))
  }
  if (new Set(head.models.map(({ id }) => id)).size < head.models.length) throw coded('EXPORT_INVALID', 'It names a model twice.')
  for (const { id, dimensions } of head.models) {
    // A model whose vectors are of no use here has no number.
    const number = isUsed(id)
      ? Number(file.sql('INSERT INTO models (id, dimensions) VALUES (?, ?)').run(id, dimensions).lastInsertRowid)
      : 0
    state.models.push({ number, dimensions })
  }
  for (const [index, model] of Object.entries(head.indexes)) {
    const { number } = modelOf(state, model)
    if (number > 0) file.sql('INSERT INTO index_models (idx, model) VALUES (?, ?)').run(index, number)
  }
  if (head.across !== '' && isUsed(head.across)) file.setMeta('across', head.across)
}

function modelOf ({ models }: State, position: number): State['models'][number] {
  const model = models[position]
  if (!model) throw coded('EXPORT_INVALID', `It has no model ${position}.`)
  return model
}

function writeCentre (state: State, position: number, bytes: Uint8Array): void {
  const { number, dimensions } = modelOf(state, position)
  if (bytes.length !== 4 * dimensions) throw coded('EXPORT_INVALID', 'A centre has a wrong length.')
  requireNumbers('float32', bytes, dimensions)
  if (number === 0) return
  createVectorTable(state.file, number, 'bit', dimensions, [])
  state.file.sql(`UPDATE ${vectorTable(number, 'bit')} SET vector = ? WHERE window = 0`).run(bytes)
}

function writeDocument (state: State, document: ExportedDocument): void {
  const { file } = state
  if (document.index === hidden || document.index === '' || document.id === '') throw coded('EXPORT_INVALID', 'A document has no name.')
  if (document.access !== null && readAccess(document.access) === null) throw coded('EXPORT_INVALID', accessHelp)
  const audience = audienceNumber(file, document.access ?? undefined)
  const { lastInsertRowid } = insert(() => file
    .sql(
      `INSERT INTO documents (idx, id, hash, title, url, chunks, tokens, pinned, updated_at, cited_at, cited, compacted_at, audience,
        keeps_access, traits) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    .run(
      document.index, document.id, document.hash, document.title, document.url, document.tokens, document.pinned ? 1 : 0,
      document.updated_at, document.cited_at, document.cited, document.compacted_at, audience, document.keeps_access ? 1 : 0,
      document.traits
    ))
  const rowid = Number(lastInsertRowid)
  for (const [name, text, number, date] of document.values) {
    insert(() => file.sql('INSERT INTO document_values (name, text, document, number, date) VALUES (?, ?, ?, ?, ?)')
      .run(name, text, rowid, number, date))
  }
  state.document = { rowid, index: document.index, chunks: 0 }
  state.documents++
}

function endDocument ({ file, document }: State): void {
  if (document) file.sql('UPDATE documents SET chunks = ? WHERE rowid = ?').run(document.chunks, document.rowid)
}

function ownerOf ({ document }: State): NonNullable<State['document']> {
  if (!document) throw coded('EXPORT_INVALID', 'A chunk belongs to no document.')
  document.chunks++
  return document
}

function writeChunk (state: State, chunk: ExportedChunk): void {
  const { file } = state
  const { rowid: document, index } = ownerOf(state)
  const model = chunk.model === null ? 0 : modelOf(state, chunk.model).number
  const original = chunk.original === null ? null : bytesOf(chunk.original)
  if (original) requireOriginal(original)
  const print = chunk.print === null ? null : bytesOf(chunk.print)
  if (print && print.length % 4 !== 0) throw coded('EXPORT_INVALID', 'A fingerprint has a wrong length.')
  const { lastInsertRowid } = file
    .sql(
      `INSERT INTO passages (idx, language, title, text, url, fields, model, document, n, heading, page, tokens, original, print)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    .run(
      index, chunk.language, chunk.title, chunk.text, chunk.url, JSON.stringify(chunk.fields), model, document, chunk.n, chunk.heading,
      chunk.page, chunk.tokens, original, print
    )
  const passage = Number(lastInsertRowid)
  // Places name chunks by their number.
  if (passage !== ++state.chunks) throw coded('EXPORT_INVALID', 'Its chunks are not in order.')
  for (const hash of hashesOf(print)) insert(() => file.sql('INSERT INTO prints VALUES (?, ?)').run(hash, passage))
  for (const [position, type, text] of chunk.vectors) {
    const { number, dimensions } = modelOf(state, position)
    const bytes = bytesOf(text)
    if (bytes.length !== sizeOfVector(type, dimensions)) throw coded('EXPORT_INVALID', 'A vector has a wrong length.')
    requireNumbers(type, bytes, dimensions)
    if (number === 0) {
      state.leftOut++
      continue
    }
    if (!storedTypes(file, number).includes(type)) {
      if (type === 'bit') throw coded('EXPORT_INVALID', 'Its vectors have no centre.')
      createVectorTable(file, number, type, dimensions, [])
    }
    const window = addWindow(file, passage, number)
    insertVectorBytes(file, number, type, window, bytes)
    state.vectors++
  }
}

/** One that is none would be nearest to every question, or to none, without a word. */
function requireNumbers (type: VectorType, bytes: Uint8Array, dimensions: number): void {
  if (!holdsNumbers(type, bytes, dimensions)) throw coded('EXPORT_INVALID', 'A vector has a number that is none.')
}

/** A text before compaction is unpacked when it is restored. */
function requireOriginal (bytes: Uint8Array): void {
  try {
    zstdDecompressSync(bytes, { maxOutputLength: maxOriginalBytes })
  } catch (error) {
    throw coded('EXPORT_INVALID', 'A compacted text cannot be unpacked.', error)
  }
}

function writePlace (state: State, { n, heading, page, chunk }: ExportedPlace): void {
  const { rowid: document } = ownerOf(state)
  insert(() => state.file.sql('INSERT INTO places (document, n, passage, heading, page) VALUES (?, ?, ?, ?, ?)')
    .run(document, n, chunk + 1, heading, page))
}

/** Checks what only the whole shows, and makes everything that follows from the documents. */
function finish (state: State): void {
  const { file } = state
  endDocument(state)
  const lost = file.sql('SELECT 1 FROM places l WHERE NOT EXISTS (SELECT 1 FROM passages p WHERE p.rowid = l.passage) LIMIT 1').get()
  if (lost) throw coded('EXPORT_INVALID', 'A document has a chunk that is not there.')
  // Whoever may see one document would see the other one's text.
  const mixed = file
    .sql(`SELECT 1 FROM places l JOIN passages p ON p.rowid = l.passage JOIN documents a ON a.rowid = p.document
      JOIN documents b ON b.rowid = l.document WHERE a.audience <> b.audience OR a.traits <> b.traits OR a.idx <> b.idx LIMIT 1`)
    .get()
  if (mixed) throw coded('EXPORT_INVALID', 'Documents of different readers share a chunk.')
  // A passage that says it has vectors is not embedded again.
  file.sql('UPDATE passages SET model = 0 WHERE NOT EXISTS (SELECT 1 FROM windows w WHERE w.passage = passages.rowid)').run()
  reindexWords(file)
}

/** Runs an insertion; that something is there twice is the export's fault. */
function insert<T> (run: () => T): T {
  try {
    return run()
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== undefined && ((error as { errcode: number }).errcode & 0xff) === 19) {
      throw coded('EXPORT_INVALID', 'Something is in it twice.', error)
    }
    throw error
  }
}

function bytesOf (text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
