// Reads text without markup: prose with form feeds between its pages, code, and logs line by line.
import type { ReadDocument, Section } from '../../documents/content.ts'
import { decodeText } from './decode.ts'

/** Reads prose. A form feed begins a page. */
export function readText (bytes: Uint8Array, name: string): ReadDocument {
  const pages = decodeText(bytes).split('\f')
  const sections = pages.flatMap((page, i): Section[] => {
    const text = page.replace(/[^\S\n]+$/gm, '').replace(/\n{3,}/g, '\n\n').replace(/^\n+|\n+$/g, '')
    return text === '' ? [] : [{ kind: 'text', text, headings: [], ...(pages.length > 1 ? { page: i + 1 } : {}) }]
  })
  return { id: '', title: name, url: '', fields: [], sections }
}

/** Reads source code as it is. */
export function readCode (bytes: Uint8Array, name: string): ReadDocument {
  return { id: '', title: name, url: '', fields: [], sections: [{ kind: 'code', text: decodeText(bytes).trimEnd(), headings: [] }] }
}

/** Reads a log. Each line is an item. */
export function readLog (bytes: Uint8Array, name: string): ReadDocument {
  const text = decodeText(bytes).replace(/^[^\S\n]*\n/gm, '').trimEnd()
  return { id: '', title: name, url: '', fields: [], sections: [{ kind: 'list', text, headings: [] }] }
}
