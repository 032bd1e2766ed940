// Reads Markdown, including GitHub's dialect: headings, lists, tables, code, and the front matter as facts.
import { Lexer } from 'marked'
import type { Token, Tokens } from 'marked'
import { accessHelp, accessOf, isAccessKey } from '../../documents/access.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { valuesOf } from '../../documents/values.ts'
import { oneLine } from './blanks.ts'
import { decodeText } from './decode.ts'
import { decodeEntities, languageOf, readPage } from './html.ts'
import { cellOf, tableText } from './html-table.ts'
import { frontMatter } from './markdown-front-matter.ts'
import { placeNotes } from './markdown-notes.ts'
import { createOutline } from './outline.ts'
import type { Outline } from './outline.ts'
import { rejected } from './rejection.ts'

export function readMarkdown (bytes: Uint8Array, name: string): ReadDocument {
  const { facts, values, body } = frontMatter(decodeText(bytes))
  const access = accessOf(values)
  if (access === null) throw rejected('broken', `its access list cannot be read: ${accessHelp}`)
  const outline = createOutline()
  const tokens = createLexer().lex(placeNotes(body))
  for (const token of tokens) addBlock(token, outline)
  const tops = tokens.filter((token): token is Tokens.Heading => token.type === 'heading' && token.depth === 1)
  const fact = (...keys: string[]) => facts.find(([key]) => keys.includes(key.toLowerCase()))?.[1] ?? ''
  const language = fact('lang', 'language')
  return {
    id: '',
    title: fact('title') || (tops.length === 1 ? inline(tops[0]!.tokens).trim() : '') || name,
    url: /^https?:\/\/\S+$/.test(fact('url', 'permalink')) ? fact('url', 'permalink') : '',
    fields: facts.filter(([key]) => !/^(title|url|permalink|lang|language)$/i.test(key) && !isAccessKey(key)),
    sections: outline.end(),
    ...(access ? { access } : {}),
    values: valuesOf(values),
    ...(language ? { language: languageOf(language) } : {}),
  }
}

/** Matches what may be markup, a link or an entity inside a line. */
const mayBeMarkup = /[\\`*_[\]<!~&@:]|www\.| {2}\n/i

/** Returns a lexer that does not look for markup where there can be none, which takes most of its time. */
function createLexer (): Lexer {
  const lexer = new Lexer({ gfm: true })
  const inlineTokens = lexer.inlineTokens.bind(lexer)
  lexer.inlineTokens = (source, tokens = []) => {
    if (mayBeMarkup.test(source)) return inlineTokens(source, tokens)
    if (source !== '') tokens.push({ type: 'text', raw: source, text: source, escaped: false })
    return tokens
  }
  return lexer
}

function addBlock (token: Token, outline: Outline): void {
  switch (token.type) {
    case 'heading': return outline.heading(token.depth, inline(token.tokens))
    case 'paragraph': case 'text': return outline.add('text', inline(token.tokens, token.text).trim())
    case 'code': return outline.add('code', token.text)
    case 'list': return outline.add('list', listLines(token as Tokens.List).join('\n'))
    case 'table': return outline.add('table', tableLines(token as Tokens.Table).join('\n'))
    case 'blockquote': return (token.tokens ?? []).forEach(inner => addBlock(inner, outline))
    case 'html': return addHtml(token.text, outline)
    case 'space': case 'hr': case 'def': return undefined
    default: return outline.add('text', token.raw.trim())
  }
}

/** Adds HTML between Markdown's blocks as the text that it shows, under the headings above it. */
function addHtml (html: string, outline: Outline): void {
  for (const { kind, text, headings } of readPage(html, true).sections) outline.add(kind, [...headings, text].join('\n'))
}

function tableLines ({ header, rows }: Tokens.Table): string[] {
  return tableText([header, ...rows].map((row, i) => row.map(({ tokens }) => {
    const lines = inline(tokens).split('\n').map(line => line.replace(/\s+/g, ' ').trim()).filter(Boolean)
    return { ...cellOf({}, i === 0), lines }
  }))).lines
}

function listLines ({ items, ordered, start }: Tokens.List, indent = ''): string[] {
  return items.flatMap((item, i) => {
    const own: string[] = []
    const inner: string[] = []
    for (const token of item.tokens) {
      if (token.type === 'list') inner.push(...listLines(token as Tokens.List, `${indent}  `))
      else own.push(...blockText(token))
    }
    const mark = ordered ? `${Number(start || 1) + i}.` : '-'
    const line = own.length === 1 ? own[0]! : own.join(' ')
    return [`${indent}${mark} ${oneLine(line).trim()}`, ...inner]
  })
}

/** Returns the texts of a block inside a list item: an item becomes one line. */
function blockText (token: Token): string[] {
  if (token.type === 'text' || token.type === 'paragraph') {
    const text = inline(token.tokens, token.text).trim()
    return text === '' ? [] : [text]
  }
  const inside = createOutline()
  addBlock(token, inside)
  return inside.end().map(section => section.text)
}

/** Returns inline text without its markup, and without what is struck out. */
function inline (tokens: Token[] | undefined, text = ''): string {
  if (tokens === undefined) return text
  if (tokens.length === 1 && tokens[0]!.type === 'text' && !('tokens' in tokens[0]!)) return decodeEntities(tokens[0]!.text)
  if (tokens.some(({ type }) => type === 'html')) return inlineHtml(tokens)
  const all = tokens.map(token => {
    switch (token.type) {
      case 'br': return '\n'
      case 'checkbox': return ''
      case 'del': return ''
      case 'image': case 'codespan': case 'escape': return token.text
      default: return inline((token as Tokens.Generic).tokens, decodeEntities((token as Tokens.Generic).text ?? token.raw))
    }
  }).join('')
  return tokens.some(({ type }) => type === 'del') ? all.replace(/ {2,}/g, ' ') : all
}

/** Returns the text of a paragraph with HTML in it, read by the rules of HTML: struck and hidden text is left out. */
function inlineHtml (tokens: Token[]): string {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const html = tokens.map(token => {
    if (token.type === 'html') return token.raw
    return token.type === 'br' ? '<br>' : escaped(inline([token]))
  }).join('')
  return readPage(html, true).sections.map(({ text }) => text).join('\n')
}
