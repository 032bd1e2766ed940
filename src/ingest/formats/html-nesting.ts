// Hands the elements of converted documents on to a page, nested as a browser nests them: a list ends the paragraph that it is in.
import { escapeText } from './xml.ts'

/** Gets the elements and texts of a document, in order. */
export interface HtmlSink {
  open (tag: string, attributes?: Record<string, string>): void
  text (text: string): void
  close (tag: string): void
}

export interface Recording extends HtmlSink {
  /** Removes white space at both ends of the text; tells if something is left. */
  trim (): boolean
  replay (sink: HtmlSink): void
}

const paragraph = new Set(['p'])
const headings = [1, 2, 3, 4, 5, 6].map(level => `h${level}`)
/** The innermost open elements that an element ends. */
const ended = new Map<string, ReadonlySet<string>>([
  ...['p', 'ul', 'ol', 'table', 'header', 'footer'].map(tag => [tag, paragraph] as const),
  ...headings.map(tag => [tag, new Set([...headings, 'p'])] as const),
  ['li', new Set(['li'])], ['tr', new Set(['tr', 'td'])], ['td', new Set(['thead', 'td'])],
])
const none: Record<string, string> = Object.freeze({})

export function createNesting (page: HtmlSink): HtmlSink {
  const stack: string[] = []

  return {
    open (tag, attributes = none) {
      const ends = ended.get(tag)
      while (ends?.has(stack.at(-1) ?? '')) page.close(stack.pop()!)
      page.open(tag, attributes)
      if (tag === 'br') page.close(tag)
      else stack.push(tag)
    },
    text: text => page.text(text),
    close (tag) {
      const at = stack.lastIndexOf(tag)
      if (at >= 0) while (stack.length > at) page.close(stack.pop()!)
      else if (tag === 'p') {
        page.open(tag, none)
        page.close(tag)
      }
    },
  }
}

/** Keeps elements and texts for a later place. */
export function createRecording (): Recording {
  const events: { tag: string, text: string, attributes?: Record<string, string> | undefined }[] = []
  const trimAt = (end: 0 | -1) => {
    for (let event = events.at(end); event?.tag === ''; event = events.at(end)) {
      event.text = end === 0 ? event.text.trimStart() : event.text.trimEnd()
      if (event.text !== '') return
      if (end === 0) events.shift()
      else events.pop()
    }
  }
  return {
    open: (tag, attributes = none) => { events.push({ tag, text: '', attributes }) },
    text: text => { events.push({ tag: '', text }) },
    close: tag => { events.push({ tag, text: '' }) },
    trim () {
      trimAt(0)
      trimAt(-1)
      return events.length > 0
    },
    replay (sink) {
      for (const { tag, text, attributes } of events) {
        if (tag === '') sink.text(text)
        else if (attributes) sink.open(tag, attributes)
        else sink.close(tag)
      }
    },
  }
}

/** Writes elements and texts as HTML, each block on a line of its own. */
export function createHtmlWriter (): HtmlSink & { readonly html: string } {
  let html = ''
  return {
    open (tag, attributes = none) {
      html += `<${tag}${Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join('')}>`
    },
    text: text => { html += escapeText(text) },
    close (tag) {
      html += `</${tag}>${tag === 'p' || tag === 'ul' || tag === 'ol' || tag === 'table' || headings.includes(tag) ? '\n' : ''}`
    },
    get html () { return html },
  }
}
