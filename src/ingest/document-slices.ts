// Splits documents into slices small enough to pass between processes without blocking either, and joins them again.
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import type { CutDocument } from './cut.ts'

/** A document as it was read, with sections, or already cut, with chunks. */
export type Sliceable = ReadDocument | CutDocument

export interface DocumentSlice<T extends Sliceable = Sliceable> {
  documents: T[]
  /** The last document continues as the first one of the next slice. */
  open: boolean
  /** No other slice comes. The last one need not say so. */
  isLast?: true
}

/** The most characters, and sections or chunks, of a slice. Only a slice with a single section may have more characters. */
const maxSliceChars = 200_000
const maxSliceParts = 1000

/** Splits documents into slices, in order. A document may span several of them. */
export async function * splitIntoSlices<T extends Sliceable> (documents: AsyncIterable<T>): AsyncGenerator<DocumentSlice<T>> {
  let slice: T[] = []
  let chars = 0
  let parts = 0
  const isFull = () => chars >= maxSliceChars || parts >= maxSliceParts
  const take = () => {
    const taken = slice
    slice = []
    chars = parts = 0
    return taken
  }
  for await (const document of documents) {
    let head = withParts(document, [])
    slice.push(head)
    parts++
    chars += document.fields.reduce((sum, [label, value]) => sum + label.length + value.length, 0)
    for (const part of partsOf(document)) {
      if (isFull()) {
        yield { documents: take(), open: true }
        slice.push(head = withParts({ ...document, fields: [] }, []))
      }
      partsOf(head).push(part)
      chars += part.text.length
      parts++
    }
    if (isFull()) yield { documents: take(), open: false }
  }
  if (slice.length > 0) yield { documents: slice, open: false, isLast: true }
}

/** Joins slices into whole documents, in batches. */
export async function * joinSlices<T extends Sliceable> (slices: AsyncIterable<DocumentSlice<T>>): AsyncGenerator<T[]> {
  let open: T | undefined
  for await (const slice of slices) {
    const documents = slice.documents
    if (open && documents.length > 0) {
      for (const part of partsOf(documents[0]!)) partsOf(open).push(part)
      documents[0] = open
    }
    open = slice.open ? documents.pop() : undefined
    if (documents.length > 0) yield documents
  }
}

function partsOf (document: Sliceable): (Section | Chunk)[] {
  return 'sections' in document ? document.sections : document.chunks
}

function withParts<T extends Sliceable> (document: T, parts: never[]): T {
  return { ...document, ['sections' in document ? 'sections' : 'chunks']: parts }
}
