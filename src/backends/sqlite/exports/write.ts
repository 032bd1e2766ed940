// Reads a company's file as the lines of an export, as it is at one moment.
import { DatabaseSync } from 'node:sqlite'
import { getLoadablePath } from 'sqlite-vec'
import { coded } from '../../../errors.ts'
import { companyFile, type CompanyFile } from '../file.ts'
import { hidden, schemaVersion } from '../schema.ts'
import { accessOf } from '../tasks/selection.ts'
import { readBytes, storedTypes, vectorTable } from '../tasks/vector-tables.ts'
import { createVectorMemory } from '../vector-memory.ts'
import { exportFormat, exportVersion, type ExportLine, type ExportedChunk, type ExportedDocument } from './format.ts'

/** How long another process may hold the file, ms. */
const lockMs = 10_000

export interface OpenExport {
  /** For the progress. */
  documents: number
  lines (): Generator<ExportLine>
  close (): void
}

/**
 * Opens a company's file, which may be in use, to export it.
 * Throws STORE_UNREADABLE when it is another release's, SEARCH_UNAVAILABLE while its documents are being removed.
 */
export function openExport (path: string, company: string): OpenExport {
  const db = new DatabaseSync(path, { readOnly: true, allowExtension: true, timeout: lockMs })
  try {
    db.loadExtension(getLoadablePath())
    // What is written from now on is not seen.
    db.exec('BEGIN')
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version !== schemaVersion) {
      throw coded('STORE_UNREADABLE', `Its schema is version ${version}, not ${schemaVersion}. Start the service of this release once.`)
    }
    const file = companyFile(db, path, createVectorMemory(0))
    requireWhole(file)
    const { documents } = file.sql('SELECT count(*) AS documents FROM documents WHERE idx <> ?').get(hidden) as { documents: number }
    return { documents, lines: () => exportLines(file, company), close: () => file.close() }
  } catch (error) {
    db.close()
    throw error
  }
}

/** A text that a visible document shares with one that is being removed has no place of its own for a moment. */
function requireWhole (file: CompanyFile): void {
  const between = file
    .sql(`SELECT 1 FROM places l JOIN documents o ON o.rowid = l.document JOIN passages p ON p.rowid = l.passage
      JOIN documents d ON d.rowid = p.document WHERE o.idx <> '${hidden}' AND d.idx = '${hidden}' LIMIT 1`)
    .get()
  if (between) throw coded('SEARCH_UNAVAILABLE', 'Some are being removed. Try again in a moment.')
}

function * exportLines (file: CompanyFile, company: string): Generator<ExportLine> {
  const models = file.sql('SELECT model, id, dimensions FROM models ORDER BY id').all() as
    { model: number, id: string, dimensions: number }[]
  const position = new Map(models.map(({ model }, i) => [model, i]))
  const indexes = file.sql('SELECT idx, model FROM index_models ORDER BY idx').all() as { idx: string, model: number }[]
  const profile = file.meta('profile')
  yield {
    head: {
      format: exportFormat,
      version: exportVersion,
      company,
      profile: profile === undefined ? null : JSON.parse(profile) as Record<string, unknown>,
      models: models.map(({ id, dimensions }) => ({ id, dimensions })),
      indexes: Object.fromEntries(indexes.map(({ idx, model }) => [idx, position.get(model)!])),
      across: file.meta('across') ?? '',
    },
  }
  for (const { model } of models) {
    if (!storedTypes(file, model).includes('bit')) continue
    yield { centre: { model: position.get(model)!, vector: base64(readBytes(file, model, 'bit', 0)!) } }
  }
  const chunkNumbers = new Map<number, number>()
  const ordered = file.rows(`SELECT p.rowid FROM passages p JOIN documents d ON d.rowid = p.document WHERE d.idx <> '${hidden}'
    ORDER BY d.idx, d.id, p.n`).iterate() as unknown as Iterable<[number]>
  for (const [rowid] of ordered) chunkNumbers.set(rowid, chunkNumbers.size)

  const documents = file.sql(`SELECT * FROM documents WHERE idx <> '${hidden}' ORDER BY idx, id`).iterate()
  for (const row of documents as Iterable<Record<string, never>>) {
    yield { document: documentOf(file, row) }
    const chunks = file.sql('SELECT rowid, * FROM passages WHERE document = ? ORDER BY n').all(row.rowid!)
    const places = file.sql('SELECT n, heading, page, passage FROM places WHERE document = ? ORDER BY n').all(row.rowid!)
    for (const chunk of chunks as Record<string, never>[]) yield { chunk: chunkOf(file, chunk, position) }
    for (const { passage, n, heading, page } of places as Record<string, never>[]) {
      yield { place: { n: n!, heading: heading!, page: page!, chunk: chunkNumbers.get(passage!)! } }
    }
  }
}

function documentOf (file: CompanyFile, row: Record<string, never>): ExportedDocument {
  const values = file.sql('SELECT name, text, number, date FROM document_values WHERE document = ? ORDER BY name, text').all(row.rowid!)
  return {
    index: row.idx!,
    id: row.id!,
    hash: row.hash!,
    title: row.title!,
    url: row.url!,
    tokens: row.tokens!,
    pinned: row.pinned === 1,
    updated_at: row.updated_at!,
    cited_at: row.cited_at!,
    cited: row.cited!,
    compacted_at: row.compacted_at!,
    access: accessOf(file, row.audience!) ?? null,
    keeps_access: row.keeps_access === 1,
    traits: row.traits!,
    values: values.map(({ name, text, number, date }) => [name, text, number, date] as ExportedDocument['values'][number]),
  }
}

function chunkOf (file: CompanyFile, row: Record<string, never>, position: Map<number, number>): ExportedChunk {
  const windows = file.sql('SELECT rowid, model FROM windows WHERE passage = ? ORDER BY rowid').all(row.rowid!) as
    { rowid: number, model: number }[]
  return {
    n: row.n!,
    language: row.language!,
    title: row.title!,
    heading: row.heading!,
    page: row.page!,
    url: row.url!,
    text: row.text!,
    fields: JSON.parse(row.fields!) as [string, string][],
    tokens: row.tokens!,
    original: row.original === null ? null : base64(row.original!),
    print: row.print === null ? null : base64(row.print!),
    model: row.model === 0 ? null : position.get(row.model!)!,
    vectors: windows.flatMap(({ rowid, model }): ExportedChunk['vectors'] => {
      for (const type of storedTypes(file, model)) {
        const bytes = readBytes(file, model, type, rowid)
        if (bytes) return [[position.get(model)!, type, base64(bytes)]]
      }
      throw coded('STORE_CORRUPT', `A vector is missing in ${vectorTable(model, storedTypes(file, model)[0] ?? 'int8')}.`)
    }),
  }
}

function base64 (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}
