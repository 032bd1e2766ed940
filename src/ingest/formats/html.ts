// Reads the main content of HTML, with headings, lists, tables and code, in one pass and without a tree.
import { Parser } from 'htmlparser2'
import type { Language } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { createBlocks } from './html-blocks.ts'
import { mainBlocks } from './html-main.ts'
import { decodeText } from './decode.ts'
import { createOutline } from './outline.ts'

export interface HtmlPage extends Omit<ReadDocument, 'id'> {}

const languages: Language[] = ['fr', 'en', 'es', 'de']

/** Reads an HTML file in any encoding; only the main content counts. */
export function readHtml (bytes: Uint8Array, name: string): ReadDocument {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
  const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]
  const page = readPage(decodeText(bytes, declared))
  return { id: '', ...page, title: page.title || name }
}

/**
 * Reads HTML text.
 * @param whole all of the text is content, as in a converted document: nothing is treated as a menu
 */
export function readPage (html: string, whole = false): HtmlPage {
  const blocks = createBlocks()
  const head = { title: '', url: '', language: '' }
  let inTitle = false
  const parser = new Parser({
    onopentag (tag, attributes) {
      if (tag === 'title') inTitle = blocks.inHead()
      if (tag === 'html') head.language = attributes.lang ?? ''
      if (tag === 'link' && attributes.rel === 'canonical') head.url ||= attributes.href ?? ''
      if (tag === 'meta' && attributes.property === 'og:url') head.url ||= attributes.content ?? ''
      blocks.open(tag, attributes)
    },
    ontext (text) {
      if (inTitle) head.title += text
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
  const content = whole ? all : mainBlocks(all)
  const outline = createOutline()
  for (const { kind, text, level } of content) {
    if (kind === 'heading') outline.heading(level, text)
    else outline.add(kind, text)
  }
  const tops = content.filter(({ kind, level }) => kind === 'heading' && level === 1)
  return {
    title: (tops.length === 1 ? tops[0]!.text : head.title).replace(/\s+/g, ' ').trim(),
    url: /^https?:\/\//.test(head.url) ? head.url : '',
    fields: [],
    sections: outline.end(),
    ...(head.language ? { language: languageOf(head.language) } : {}),
  }
}

/** Decodes entities: `&amp;` → `&`. */
export function decodeEntities (text: string): string {
  if (!text.includes('&')) return text
  let decoded = ''
  const parser = new Parser({ ontext (more) { decoded += more } })
  parser.end(text.replaceAll('<', '&lt;'))
  return decoded
}

/** Returns the language of a tag: `de-CH` → `de`, and `und` for a language that the service does not know. */
export function languageOf (tag: string): Language {
  return languages.find(language => tag.trim().toLowerCase().split(/[-_]/)[0] === language) ?? 'und'
}
