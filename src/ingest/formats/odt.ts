// Reads OpenDocument texts: what people see, as HTML for the reader of pages.
import type { ReadDocument } from '../../documents/content.ts'
import { languageOf, readPage } from './html.ts'
import { createOdfNumbers } from './odf-numbers.ts'
import type { OdfNumbers } from './odf-numbers.ts'
import { createOdfStyles } from './odf-styles.ts'
import type { OdfStyles } from './odf-styles.ts'
import { openOdf, readMeta } from './odf.ts'
import { isPageNumber } from './page-numbers.ts'
import { escapeText, readXml } from './xml.ts'
import type { Attributes } from './xml.ts'

/** Holds what is no text of the document: changes, remarks, descriptions of pictures, indexes that repeat it, numbers of pages. */
const skipped = new Set([
  'text:tracked-changes', 'office:annotation', 'svg:title', 'svg:desc', 'text:ruby-text', 'text:table-of-content',
  'text:alphabetical-index',
  'text:note-citation', 'text:page-number', 'text:page-count', 'text:hidden-text', 'text:sequence-decls', 'office:forms', 'text:number',
  'table:covered-table-cell', 'table:table-column', 'style:header-left', 'style:footer-left', 'office:event-listeners', 'math:annotation',
])

/** @param maxBytes the most unpacked text */
export function readOdt (bytes: Uint8Array, name: string, maxBytes: number): ReadDocument {
  const archive = openOdf(bytes, maxBytes)
  const context = { styles: createOdfStyles(), numbers: createOdfNumbers() }
  const page = archive.unpack('styles.xml')
  const margins = page ? toHtml(page, context) : ''
  const { html, title, header, footer } = { ...splitMargins(margins), ...splitTitle(toHtml(archive.unpack('content.xml')!, context)) }
  const meta = readMeta(archive)
  const read = readPage(header + html + footer, true)
  return {
    id: '', ...read,
    title: readPage(title, true).sections[0]?.text || meta.title || read.title || name,
    ...(meta.language ? { language: languageOf(meta.language) } : {}),
  }
}

/** Divides what stands in the margins of pages into headers and footers, each text once. */
function splitMargins (html: string): { header: string, footer: string } {
  const of = (tag: string) => {
    const lines = [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].flatMap(([, inside]) => inside!.split('\n'))
    return [...new Set(lines.filter(line => !isPageNumber(line.replace(/<[^>]*>/g, ' '))))].join('')
  }
  return { header: of('header'), footer: of('footer') }
}

function splitTitle (html: string): { html: string, title: string } {
  const [title = ''] = /<p class="title">[^]*?<\/p>/.exec(html) ?? []
  return { html: html.replace(title, ''), title }
}

/** Converts a part of the file to HTML, and takes note of its styles on the way. */
export function toHtml (xml: Uint8Array, { styles, numbers }: { styles: OdfStyles, numbers: OdfNumbers }): string {
  /** The text of the place that is being read; a text box has one of its own until its paragraph ends. */
  const texts = ['']
  let boxes = ''
  let skipping = 0
  let inMaster = false
  const lists: { name: string, tag: string, id: string, count: number }[] = []
  /** How far lists have counted, by their id, and by their style and depth: later ones may continue them. */
  const counted = new Map<string, number>()
  const ends: string[] = []
  let paragraphs = 0
  let isSlideTitle = false
  const write = (text: string) => { texts[texts.length - 1] += text }

  readXml(xml, {
    open (tag, attributes) {
      if (skipping > 0 || skipped.has(tag) || (!tag.startsWith('style:') && isHidden(attributes))) {
        skipping++
        return
      }
      const [start, end] = tagsOf(tag, attributes)
      write(start)
      ends.push(end)
    },
    text (text) {
      // White space between elements is none of the text.
      if (skipping === 0 && paragraphs > 0) write(escapeText(text))
    },
    close (tag) {
      if (skipping > 0) {
        skipping--
        return
      }
      write(ends.pop() ?? '')
      if (tag === 'text:p' || tag === 'text:h') {
        paragraphs--
        if (paragraphs === 0 && boxes !== '') {
          write(boxes)
          boxes = ''
        }
      }
      if (tag === 'text:list') {
        const { id, name, count } = lists.pop()!
        counted.set(id, count)
        counted.set(`${name} ${lists.length}`, count)
      }
      if (tag === 'text:note') {
        const note = texts.pop()!.trim()
        if (note !== '') write(` (${note})`)
      }
      if (tag === 'draw:text-box') {
        const inside = texts.pop()!
        // Within a paragraph it follows it; on a slide it stands by itself.
        if (paragraphs > 0) boxes += inside
        else write(inside)
      }
      if (tag === 'draw:frame') isSlideTitle = false
    },
  })
  return texts[0]!

  /** Tells if an element is not shown: by its style, or by itself. */
  function isHidden (attributes: Attributes): boolean {
    const style = attributes['text:style-name'] ?? attributes['table:style-name'] ?? attributes['draw:style-name']
    return attributes['text:display'] === 'none' || attributes['text:is-hidden'] === 'true' ||
      attributes['table:visibility'] === 'collapse' ||
      styles.leavesOut(style)
  }

  function tagsOf (tag: string, attributes: Attributes): [start: string, end: string] {
    switch (tag) {
      case 'text:h': {
        paragraphs++
        const level = Math.min(Math.max(1, Number(attributes['text:outline-level'] ?? 1)), 6)
        const number = attributes['text:is-list-header'] === 'true' ? '' : numbers.nextHeading(level)
        return [`<h${level}>${escapeText(number)} `, `</h${level}>\n`]
      }
      case 'text:p': {
        if (paragraphs++ > 0) return ['', ' ']
        if (isSlideTitle) return ['<h1>', '</h1>\n']
        const isTitle = styles.namesOf(attributes['text:style-name']).includes('Title')
        return [isTitle ? '<p class="title">' : '<p>', '</p>\n']
      }
      case 'text:list': {
        const name = attributes['text:style-name'] ?? lists.at(-1)?.name ?? ''
        const form = numbers.formOf(name, lists.length)
        const place = `${name} ${lists.length}`
        const before = counted.get(attributes['text:continue-list'] ?? (attributes['text:continue-numbering'] === 'true' ? place : '')) ?? 0
        const tag = form === '' ? 'ul' : 'ol'
        lists.push({ name, tag, id: attributes['xml:id'] ?? '', count: before })
        return [form === '' ? '<ul>' : `<ol start="${before + 1}" type="${form}">`, `</${tag}>\n`]
      }
      case 'text:list-item': case 'text:list-header':
        lists.at(-1)!.count++
        return ['<li>', '</li>']
      case 'text:note': texts.push(''); return ['', '']
      case 'text:s': return [' '.repeat(Math.min(Number(attributes['text:c'] ?? 1) || 1, 100)), '']
      case 'text:tab': return [' ', '']
      case 'text:line-break': return ['<br>', '']
      case 'text:span': return raisedTags[styles.positionOf(attributes['text:style-name'])] ?? ['', '']
      case 'draw:frame': isSlideTitle = attributes['presentation:class'] === 'title'; return ['', '']
      case 'draw:text-box': texts.push(''); return ['', '']
      case 'table:table': return ['<table>', '</table>\n']
      case 'table:table-header-rows': return ['<thead>', '</thead>']
      case 'table:table-row': return ['<tr>', '</tr>']
      case 'table:table-cell': {
        const spans = [['colspan', 'columns'], ['rowspan', 'rows']].map(([name, of]) => {
          const count = Number(attributes[`table:number-${of}-spanned`] ?? 1)
          return count > 1 ? ` ${name}="${count}"` : ''
        })
        return [`<td${spans.join('')}>`, '</td>']
      }
      case 'style:master-page': inMaster = true; return ['', '']
      case 'style:header': case 'style:header-first': return inMaster ? ['<header>', '</header>'] : ['', '']
      case 'style:footer': case 'style:footer-first': return inMaster ? ['<footer>', '</footer>'] : ['', '']
      default:
        styles.open(tag, attributes)
        numbers.open(tag, attributes)
        return ['', '']
    }
  }
}

const raisedTags: Record<string, [string, string]> = { super: ['<sup>', '</sup>'], sub: ['<sub>', '</sub>'] }
