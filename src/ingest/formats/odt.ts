// Reads OpenDocument texts: what people see, as the elements of a page.
import type { ReadDocument } from '../../documents/content.ts'
import { addHtml, createPage, languageOf } from './html.ts'
import { createHtmlWriter, createNesting, createRecording } from './html-nesting.ts'
import type { HtmlSink, Recording } from './html-nesting.ts'
import { createOdfNumbers } from './odf-numbers.ts'
import type { OdfNumbers } from './odf-numbers.ts'
import { createOdfStyles } from './odf-styles.ts'
import type { OdfStyles } from './odf-styles.ts'
import { openOdf, readMeta } from './odf.ts'
import { isPageNumber } from './page-numbers.ts'
import { readXml } from './xml.ts'
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
  const styles = archive.unpack('styles.xml')
  const margins = createHtmlWriter()
  if (styles) readContent(styles, context, margins)
  const { header, footer } = splitMargins(margins.html)
  const page = createPage(true)
  addHtml(header, page)
  const titles = readContent(archive.unpack('content.xml')!, context, createNesting(page))
  addHtml(footer, page)
  const meta = readMeta(archive)
  const read = page.end()
  return {
    id: '', ...read,
    title: (titles ? textOf(titles) : '') || meta.title || read.title || name,
    ...(meta.language ? { language: languageOf(meta.language) } : {}),
  }
}

function textOf (recording: Recording): string {
  const page = createPage(true)
  recording.replay(createNesting(page))
  return page.end().sections[0]?.text ?? ''
}

/** Divides what stands in the margins of pages into headers and footers, each text once. */
function splitMargins (html: string): { header: string, footer: string } {
  const of = (tag: string) => {
    const lines = [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].flatMap(([, inside]) => inside!.split('\n'))
    return [...new Set(lines.filter(line => !isPageNumber(line.replace(/<[^>]*>/g, ' '))))].join('')
  }
  return { header: of('header'), footer: of('footer') }
}

interface OdfContext { styles: OdfStyles, numbers: OdfNumbers }

/** Writes a part of the file to a sink, and takes note of its styles on the way. Returns its title apart, when it has one. */
function readContent (xml: Uint8Array, { styles, numbers }: OdfContext, sink: HtmlSink): Recording | undefined {
  /** The place that is being read; a note and a text box have one of their own until they end. */
  const places: HtmlSink[] = [sink]
  const place = () => places.at(-1)!
  let boxes: Recording[] = []
  let title: Recording | undefined
  let skipping = 0
  let inMaster = false
  const lists: { name: string, id: string, count: number }[] = []
  /** How far lists have counted, by their id, and by their style and depth: later ones may continue them. */
  const counted = new Map<string, number>()
  /** The element that the end of each open one closes; a blank is written as text. */
  const ends: string[] = []
  let paragraphs = 0
  let isSlideTitle = false

  readXml(xml, {
    open (tag, attributes) {
      if (skipping > 0 || skipped.has(tag) || (!tag.startsWith('style:') && isHidden(attributes))) {
        skipping++
        return
      }
      ends.push(begin(tag, attributes))
    },
    text (text) {
      // White space between elements is none of the text.
      if (skipping === 0 && paragraphs > 0) place().text(text)
    },
    close (tag) {
      if (skipping > 0) {
        skipping--
        return
      }
      const end = ends.pop() ?? ''
      if (end === ' ') place().text(end)
      else if (end !== '') place().close(end)
      if (tag === 'text:p' || tag === 'text:h') {
        if (place() === title) places.pop()
        paragraphs--
        if (paragraphs === 0 && boxes.length > 0) {
          for (const box of boxes) box.replay(place())
          boxes = []
        }
      }
      if (tag === 'text:list') {
        const { id, name, count } = lists.pop()!
        counted.set(id, count)
        counted.set(`${name} ${lists.length}`, count)
      }
      if (tag === 'text:note') {
        const note = places.pop() as Recording
        if (note.trim()) {
          place().text(' (')
          note.replay(place())
          place().text(')')
        }
      }
      if (tag === 'draw:text-box') {
        const inside = places.pop() as Recording
        // Within a paragraph it follows it; on a slide it stands by itself.
        if (paragraphs > 0) boxes.push(inside)
        else inside.replay(place())
      }
      if (tag === 'draw:frame') isSlideTitle = false
    },
  })
  return title

  /** Tells if an element is not shown: by its style, or by itself. */
  function isHidden (attributes: Attributes): boolean {
    const style = attributes['text:style-name'] ?? attributes['table:style-name'] ?? attributes['draw:style-name']
    return attributes['text:display'] === 'none' || attributes['text:is-hidden'] === 'true' ||
      attributes['table:visibility'] === 'collapse' ||
      styles.leavesOut(style)
  }

  /** Begins an element of the page, and returns the tag that ends it. */
  function begin (tag: string, attributes: Attributes): string {
    switch (tag) {
      case 'text:h': {
        paragraphs++
        const level = Math.min(Math.max(1, Number(attributes['text:outline-level'] ?? 1)), 6)
        const number = attributes['text:is-list-header'] === 'true' ? '' : numbers.nextHeading(level)
        open(`h${level}`)
        place().text(`${number} `)
        return `h${level}`
      }
      case 'text:p': {
        if (paragraphs++ > 0) return ' '
        if (isSlideTitle) return open('h1')
        if (title === undefined && styles.namesOf(attributes['text:style-name']).includes('Title')) places.push(title = createRecording())
        return open('p')
      }
      case 'text:list': {
        const name = attributes['text:style-name'] ?? lists.at(-1)?.name ?? ''
        const form = numbers.formOf(name, lists.length)
        const here = `${name} ${lists.length}`
        const before = counted.get(attributes['text:continue-list'] ?? (attributes['text:continue-numbering'] === 'true' ? here : '')) ?? 0
        lists.push({ name, id: attributes['xml:id'] ?? '', count: before })
        return form === '' ? open('ul') : open('ol', { start: String(before + 1), type: form })
      }
      case 'text:list-item': case 'text:list-header':
        lists.at(-1)!.count++
        return open('li')
      case 'text:note': case 'draw:text-box': places.push(createRecording()); return ''
      case 'text:s': place().text(' '.repeat(Math.min(Number(attributes['text:c'] ?? 1) || 1, 100))); return ''
      case 'text:tab': place().text(' '); return ''
      case 'text:line-break': open('br'); return ''
      case 'text:span': {
        const raised = raisedTags[styles.positionOf(attributes['text:style-name'])]
        return raised ? open(raised) : ''
      }
      case 'draw:frame': isSlideTitle = attributes['presentation:class'] === 'title'; return ''
      case 'table:table': return open('table')
      case 'table:table-header-rows': return open('thead')
      case 'table:table-row': return open('tr')
      case 'table:table-cell': {
        const spans = [['colspan', 'columns'], ['rowspan', 'rows']].flatMap(([name, of]) => {
          const count = Number(attributes[`table:number-${of}-spanned`] ?? 1)
          return count > 1 ? [[name, String(count)]] : []
        })
        return open('td', Object.fromEntries(spans))
      }
      case 'style:master-page': inMaster = true; return ''
      case 'style:header': case 'style:header-first': return inMaster ? open('header') : ''
      case 'style:footer': case 'style:footer-first': return inMaster ? open('footer') : ''
      default:
        styles.open(tag, attributes)
        numbers.open(tag, attributes)
        return ''
    }
  }

  function open (tag: string, attributes?: Attributes): string {
    place().open(tag, attributes)
    return tag
  }
}

const raisedTags: Record<string, string> = { super: 'sup', sub: 'sub' }
