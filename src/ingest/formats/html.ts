// Reads the main content of HTML, with headings, lists, tables and code, in one pass and without a tree.
import { Parser } from 'htmlparser2'
import type { Language } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { createBlocks } from './html-blocks.ts'
import { mainBlocks } from './html-main.ts'
import { decodeText } from './decode.ts'
import { readData } from './html-data.ts'
import type { PageData } from './html-data.ts'
import type { Block } from './html-blocks.ts'
import { createOutline } from './outline.ts'
import type { Outline } from './outline.ts'

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
  const page = createPage(whole)
  addHtml(html, page)
  return page.end()
}

/** A page that is being read: elements open and close as HTML has them. */
export interface OpenPage {
  open (tag: string, attributes: Record<string, string>): void
  text (text: string): void
  close (tag: string): void
  end (): HtmlPage
}

/** Reads HTML text as a part of a page; what it leaves open ends with it. */
export function addHtml (html: string, page: OpenPage): void {
  const parser = new Parser({
    onopentag: (tag, attributes) => page.open(tag, attributes), ontext: text => page.text(text), onclosetag: tag => page.close(tag),
  })
  parser.write(html)
  parser.end()
}

/** Begins a page. */
export function createPage (whole = false): OpenPage {
  const blocks = createBlocks()
  const head = { title: '', url: '', language: '' }
  const scripts: string[] = []
  const price = { amount: '', currency: '' }
  let inTitle = false
  let inData = false
  return {
    open (tag, attributes) {
      switch (tag) {
        case 'title': inTitle = blocks.inHead(); break
        case 'html': head.language = attributes.lang ?? ''; break
        case 'link': if (attributes.rel === 'canonical') head.url ||= attributes.href ?? ''; break
        case 'meta':
          if (attributes.property === 'og:url') head.url ||= attributes.content ?? ''
          readMeta(attributes, price)
          break
        case 'script': if (attributes.type?.toLowerCase() === 'application/ld+json') inData = scripts.push('') > 0
      }
      blocks.open(tag, attributes)
    },

    text (text) {
      if (inTitle) head.title += text
      if (inData) scripts[scripts.length - 1] += text
      blocks.text(text)
    },

    close (tag) {
      if (tag === 'title') inTitle = false
      else if (tag === 'script') inData = false
      blocks.close(tag)
    },

    end () {
      const all = blocks.end()
      const content = whole ? all : mainBlocks(all)
      const outline = createOutline()
      for (const { kind, text, level } of content) {
        if (kind === 'heading') outline.heading(level, text)
        else outline.add(kind, text)
      }
      const language = head.language ? languageOf(head.language) : undefined
      const data = readData(scripts, price, language ?? 'und')
      addData(data, content, outline)
      const tops = content.filter(({ kind, level }) => kind === 'heading' && level === 1)
      return {
        title: (tops.length === 1 ? tops[0]!.text : head.title).replace(/\s+/g, ' ').trim(),
        url: /^https?:\/\//.test(head.url) ? head.url : '',
        fields: data.fields,
        sections: outline.end(),
        ...(language ? { language } : {}),
      }
    },
  }
}

interface Price { amount: string, currency: string }

function readMeta ({ property = '', itemprop = '', content = '' }: Record<string, string>, price: Price): void {
  if (/^(product|og):price:amount$/.test(property) || itemprop === 'price') price.amount ||= content
  if (/^(product|og):price:currency$/.test(property) || itemprop === 'priceCurrency') price.currency ||= content
}

/** Adds the products and questions that the page does not show. */
function addData ({ products, questions }: PageData, content: Block[], outline: Outline): void {
  const shown = products.length + questions.length > 0 ? content.map(({ text }) => text).join('\n').replace(/\s+/g, ' ') : ''
  const missing = products.filter(line => !shown.includes(line.slice(line.lastIndexOf(': ') + 2)))
  if (missing.length > 0) outline.add('list', missing.map(line => `- ${line}`).join('\n'))
  for (const { question, answer } of questions) {
    if (shown.includes(question.replace(/\s+/g, ' '))) continue
    outline.heading(2, question)
    for (const { kind, text } of readPage(answer, true).sections) outline.add(kind, text)
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
