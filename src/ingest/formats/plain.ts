// Reads text that has no marks: its pages where form feeds part them, its lines where each stands for itself.
import type { ReadDocument, Section } from '../../documents/content.ts'
import { decodeText } from './decode.ts'

/** Prose; a form feed begins a page. */
export function readText (bytes: Uint8Array, name: string): ReadDocument {
  const pages = decodeText(bytes).split('\f')
  const sections = pages.flatMap((page, i): Section[] => {
    const text = page.replace(/[^\S\n]+$/gm, '').replace(/\n{3,}/g, '\n\n').replace(/^\n+|\n+$/g, '')
    return text === '' ? [] : [{ kind: 'text', text, headings: [], ...(pages.length > 1 ? { page: i + 1 } : {}) }]
  })
  return { id: '', title: name, url: '', fields: [], sections }
}

/** A program's text, as it stands. */
export function readCode (bytes: Uint8Array, name: string): ReadDocument {
  return { id: '', title: name, url: '', fields: [], sections: [{ kind: 'code', text: decodeText(bytes).trimEnd(), headings: [] }] }
}

/** A log: each line is an item. */
export function readLog (bytes: Uint8Array, name: string): ReadDocument {
  const text = decodeText(bytes).replace(/^[^\S\n]*\n/gm, '').trimEnd()
  return { id: '', title: name, url: '', fields: [], sections: [{ kind: 'list', text, headings: [] }] }
}
