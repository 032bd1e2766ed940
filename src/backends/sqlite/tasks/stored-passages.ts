// Reads passages as they are stored, and keeps those found last.
import { LRUCache } from 'lru-cache'
import type { FoundPassage } from '../../../types.ts'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'

/** The most other places of a passage that are returned. */
const otherPlaces = 5

/** A passage as it is stored, with the places that are not hidden, whoever may see them. */
export interface StoredPassage extends Pick<FoundPassage, 'index' | 'text' | 'fields' | 'stems'> { places: PlaceRow[] }

/** The passages of all companies that were found last: many questions find the same ones. About three megabytes. */
const stored = new LRUCache<string, StoredPassage>({
  maxSize: 1_500_000,
  sizeCalculation: ({ text, stems, fields, places }) => text.length + stems.length + 300 * (1 + fields.length + places.length),
})
const fileNumbers = new WeakMap<CompanyFile, number>()
let files = 0

/** Reads a passage, once for each version of the company's documents. */
export function storedPassage (file: CompanyFile, rowid: number): StoredPassage | null {
  let number = fileNumbers.get(file)
  if (number === undefined) fileNumbers.set(file, number = ++files)
  const key = `${number} ${file.version()} ${rowid}`
  let passage = stored.get(key) ?? null
  if (!passage) {
    passage = readStored(file, rowid)
    if (passage) stored.set(key, passage)
  }
  return passage
}

function readStored (file: CompanyFile, rowid: number): StoredPassage | null {
  const row = file.sql(`SELECT p.idx, p.text, p.fields, ' ' || t.stems || ' ' || x.stems || ' ' AS stems,
      d.idx AS own, d.audience, d.id, d.chunks, d.title, d.url, p.n, p.heading, p.page,
      EXISTS (SELECT 1 FROM places l WHERE l.passage = p.rowid) AS isElsewhere
    FROM passages p JOIN titles t ON t.rowid = p.rowid JOIN texts x ON x.rowid = p.rowid LEFT JOIN documents d ON d.rowid = p.document
    WHERE p.rowid = ?`).get(rowid) as PassageRow | undefined
  if (!row) return null
  const { idx: index, text, fields, stems, own: shelf, isElsewhere, ...place } = row
  const own: PlaceRow[] = shelf === null || shelf === hidden ? [] : [place]
  const places = isElsewhere === 1 ? [...own, ...otherPlacesOf(file, rowid)].slice(0, otherPlaces + 1) : own
  return { index, text, fields: JSON.parse(fields), stems, places }
}

export interface PlaceRow {
  audience: number
  id: string
  chunks: number
  title: string
  url: string
  n: number
  heading: string
  page: number | null
}

/** A passage with its own place, whose index is null where its document is gone. */
interface PassageRow extends PlaceRow {
  idx: string
  text: string
  /** JSON. */
  fields: string
  stems: string
  own: string | null
  isElsewhere: 0 | 1
}

/** Returns the other places of a passage in documents that may be found. */
function otherPlacesOf (file: CompanyFile, rowid: number): PlaceRow[] {
  return file
    .sql(
      `SELECT d.audience, d.id, d.chunks, d.title, d.url, l.n, l.heading, l.page FROM places l
      JOIN documents d ON d.rowid = l.document
      WHERE l.passage = ? AND d.idx <> '${hidden}' ORDER BY l.document, l.n LIMIT ${otherPlaces + 1}`
    )
    .all(rowid) as unknown as PlaceRow[]
}
