// Reads RTF: what people see, as HTML for the reader of pages.
import type { ReadDocument } from '../../documents/content.ts'
import { readPage } from './html.ts'
import { createRtfText } from './rtf-text.ts'
import { rtfTokens } from './rtf-tokens.ts'

export function readRtf (bytes: Uint8Array, name: string): ReadDocument {
  const text = createRtfText()
  for (const token of rtfTokens(bytes)) text.take(token)
  const { html, title } = text.end()
  const page = readPage(html, true)
  return { id: '', ...page, title: title || page.title || name }
}
