// Reads HTML: its main content, with headings, lists, tables and code, in one pass and without a tree.
import { Parser } from 'htmlparser2'
import type { Language } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { createBlocks } from './html-blocks.ts'
import { mainBlocks } from './html-main.ts'
import { decodeText } from './decode.ts'
import { createOutline } from './outline.ts'

export interface HtmlPage extends Omit<ReadDocument, 'id'> {}

const languages: Language[] = ['fr', 'en', 'es', 'de']

/** Reads a page as a file: bytes in any encoding, of which only the main content counts. */
export function readHtml (bytes: Uint8Array, name: string): ReadDocument {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
  const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]
  const page = readPage(decodeText(bytes, declared))
  return { id: '', ...page, title: page.title || name }
}

/**
 * Reads HTML text.
 * @param whole the text is all content, as a converted document is: nothing is taken for a menu
 */
export function readPage (html: string, whole = false): HtmlPage {
  const blocks = createBlocks()
  const about = { title: '', url: '', language: '' }
  let inTitle = false
  const parser = new Parser({
    onopentag (tag, attributes) {
      if (tag === 'title') inTitle = blocks.inHead()
      if (tag === 'html') about.language = attributes.lang ?? ''
      if (tag === 'link' && attributes.rel === 'canonical') about.url ||= attributes.href ?? ''
      if (tag === 'meta' && attributes.property === 'og:url') about.url ||= attributes.content ?? ''
      blocks.open(tag, attributes)
    },
    ontext (text) {
      if (inTitle) about.title += text
      blocks.text(text)
    },
    onclosetag (tag) {
      if (tag === 'title') inTitle = false
      blocks.close(tag)
    },
  })
  parser.write(html)
  parser.end()

  const all = blocks.end()
  const kept = whole ? all : mainBlocks(all)
  const outline = createOutline()
  for (const { kind, text, level } of kept) {
    if (kind === 'heading') outline.heading(level, text)
    else outline.add(kind, text)
  }
  const tops = kept.filter(({ kind, level }) => kind === 'heading' && level === 1)
  return {
    title: (tops.length === 1 ? tops[0]!.text : about.title).replace(/\s+/g, ' ').trim(),
    url: /^https?:\/\//.test(about.url) ? about.url : '',
    fields: [],
    sections: outline.end(),
    ...(about.language ? { language: languageOf(about.language) } : {}),
  }
}

/** `&amp;` → `&`. */
export function decodeEntities (text: string): string {
  if (!text.includes('&')) return text
  let decoded = ''
  const parser = new Parser({ ontext (more) { decoded += more } })
  parser.end(text.replaceAll('<', '&lt;'))
  return decoded
}

/** `de-CH` → `de`; one that the service does not know is `und`. */
export function languageOf (tag: string): Language {
  return languages.find(language => tag.trim().toLowerCase().split(/[-_]/)[0] === language) ?? 'und'
}
