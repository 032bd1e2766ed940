// What was read, in pieces that are small enough to be handed over without holding anyone up, and put together again.
import type { Chunk, ReadDocument, Section } from '../documents/content.ts'
import type { CutDocument } from './cut.ts'

/** Documents as they were read, with sections, or cut already, with chunks. */
export type Parted = ReadDocument | CutDocument

export interface Piece<T extends Parted = Parted> {
  documents: T[]
  /** The last document goes on in the next piece, as its first. */
  open: boolean
}

/** Characters, and sections or chunks, of a piece; only a single section may have more characters. */
const pieceChars = 200_000
const pieceParts = 1000

export async function * piecesOf<T extends Parted> (documents: AsyncIterable<T>): AsyncGenerator<Piece<T>> {
  let piece: T[] = []
  let chars = 0
  let parts = 0
  const isFull = () => chars >= pieceChars || parts >= pieceParts
  const take = () => {
    const taken = piece
    piece = []
    chars = parts = 0
    return taken
  }
  for await (const document of documents) {
    let head = withParts(document, [])
    piece.push(head)
    parts++
    chars += document.fields.reduce((sum, [label, value]) => sum + label.length + value.length, 0)
    for (const part of partsOf(document)) {
      if (isFull()) {
        yield { documents: take(), open: true }
        piece.push(head = withParts({ ...document, fields: [] }, []))
      }
      partsOf(head).push(part)
      chars += part.text.length
      parts++
    }
    if (isFull()) yield { documents: take(), open: false }
  }
  if (piece.length > 0) yield { documents: piece, open: false }
}

/** Whole documents from the pieces. */
export async function * joined<T extends Parted> (pieces: AsyncIterable<Piece<T>>): AsyncGenerator<T[]> {
  let open: T | undefined
  for await (const piece of pieces) {
    const documents = piece.documents
    if (open && documents.length > 0) {
      for (const part of partsOf(documents[0]!)) partsOf(open).push(part)
      documents[0] = open
    }
    open = piece.open ? documents.pop() : undefined
    if (documents.length > 0) yield documents
  }
}

function partsOf (document: Parted): (Section | Chunk)[] {
  return 'sections' in document ? document.sections : document.chunks
}

function withParts<T extends Parted> (document: T, parts: never[]): T {
  return { ...document, ['sections' in document ? 'sections' : 'chunks']: parts }
}
