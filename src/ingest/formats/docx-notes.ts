// Reads the parts of a Word document that stand beside its text: notes, headers and footers.
import { asksForPage, isPageNumber } from './page-numbers.ts'
import { readXml } from './xml.ts'

/** Returns the paragraphs of a header or footer, without the numbers of pages. */
export function readParagraphs (xml: Uint8Array): string[] {
  const paragraphs: string[] = []
  readText(xml, text => { if (!isPageNumber(text)) paragraphs.push(text) })
  return paragraphs
}

/** Returns the texts of notes by their kind and number: `footnote 2`. */
export function readNotes (xml: Uint8Array | undefined, kind: 'footnote' | 'endnote'): [key: string, text: string][] {
  const notes = new Map<string, string[]>()
  if (xml === undefined) return []
  let note: string[] = []
  readText(xml, text => note.push(text), (tag, { 'w:id': id = '' }) => {
    if (tag === `w:${kind}`) notes.set(`${kind} ${id}`, note = [])
  })
  return [...notes].map(([key, texts]) => [key, texts.join(' ')])
}

/** Reads the paragraphs that have text, each as one line. */
function readText (xml: Uint8Array, add: (text: string) => void, open?: (tag: string, attributes: Record<string, string>) => void): void {
  let text = ''
  let isText = false
  let isCode = false
  let code = ''
  /** A field has a code first, and then its last result. */
  let inPageField = false
  let deleted = 0
  readXml(xml, {
    open (tag, attributes) {
      open?.(tag, attributes)
      switch (tag) {
        case 'w:t': isText = !inPageField && deleted === 0; break
        case 'w:instrText': isCode = true; break
        case 'w:fldSimple': if (asksForPage(attributes['w:instr'] ?? '')) inPageField = true; break
        case 'w:fldChar':
          if (attributes['w:fldCharType'] === 'begin') code = ''
          inPageField = attributes['w:fldCharType'] !== 'end' && asksForPage(code)
          break
        case 'w:tab': case 'w:br': text += ' '; break
        case 'w:del': deleted++
      }
    },
    text (more) {
      if (isText) text += more
      if (isCode) code += more
    },
    close (tag) {
      switch (tag) {
        case 'w:t': isText = false; break
        case 'w:instrText': isCode = false; break
        case 'w:fldSimple': inPageField = false; break
        case 'w:del': deleted--; break
        case 'w:p': {
          const line = text.replace(/\s+/g, ' ').trim()
          if (line !== '') add(line)
          text = ''
        }
      }
    },
  })
}
