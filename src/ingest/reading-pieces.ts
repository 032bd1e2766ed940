// What was read, in pieces that are small enough to be handed over without holding anyone up, and put together again.
import type { ReadDocument } from './content.ts'

export interface Piece {
  documents: ReadDocument[]
  /** The last document goes on in the next piece, as its first. */
  open: boolean
}

/** Characters and sections of a piece; only a single section may have more. */
const pieceChars = 200_000
const pieceSections = 1000

export async function * piecesOf (documents: AsyncIterable<ReadDocument>): AsyncGenerator<Piece> {
  let piece: ReadDocument[] = []
  let chars = 0
  let sections = 0
  const isFull = () => chars >= pieceChars || sections >= pieceSections
  const take = () => {
    const taken = piece
    piece = []
    chars = sections = 0
    return taken
  }
  for await (const document of documents) {
    let part: ReadDocument = { ...document, sections: [] }
    piece.push(part)
    sections++
    chars += document.fields.reduce((sum, [label, value]) => sum + label.length + value.length, 0)
    for (const section of document.sections) {
      if (isFull()) {
        yield { documents: take(), open: true }
        piece.push(part = { ...part, fields: [], sections: [] })
      }
      part.sections.push(section)
      chars += section.text.length
      sections++
    }
    if (isFull()) yield { documents: take(), open: false }
  }
  if (piece.length > 0) yield { documents: piece, open: false }
}

/** Whole documents from the pieces. */
export async function * joined (pieces: AsyncIterable<Piece>): AsyncGenerator<ReadDocument[]> {
  let open: ReadDocument | undefined
  for await (const piece of pieces) {
    const documents = piece.documents
    if (open && documents.length > 0) {
      for (const section of documents[0]!.sections) open.sections.push(section)
      documents[0] = open
    }
    open = piece.open ? documents.pop() : undefined
    if (documents.length > 0) yield documents
  }
}
