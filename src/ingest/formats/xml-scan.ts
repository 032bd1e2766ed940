// Finds the tags and texts of XML in a few steps per tag. A parser that looks at every letter takes three times as long.
import { Parser } from 'htmlparser2'

export type Attributes = Record<string, string>

export interface ScanHandlers {
  open (tag: string, attributes: Attributes): void
  text (text: string): void
  close (tag: string): void
  /** Gets what stands between `<!` and `>`, other than comments. */
  declaration (text: string): void
}

export interface Scanner {
  /** Reads the next piece of a file. What it ends in the middle of is kept for the next one. */
  write (piece: string): void
  /** Reads the rest. Tells if it is whole: false when it ends in the middle of a tag. */
  end (): boolean
}

const gt = 62
const slash = 47
const equals = 61
const none: Attributes = Object.freeze({})

export function createScanner (handlers: ScanHandlers): Scanner {
  /** What was written and not read yet. */
  let rest = ''
  let waiting: string[] = []
  let waitingChars = 0

  return {
    write (piece) {
      waiting.push(piece)
      waitingChars += piece.length
      // A tag of many megabytes is not searched for its end with each piece again.
      if (waitingChars < rest.length) return
      take()
      rest = rest.slice(scan(rest, handlers, false))
    },
    end () {
      take()
      return scan(rest, handlers, true) === rest.length
    },
  }

  function take (): void {
    rest = waiting.length === 1 && rest === '' ? waiting[0]! : rest + waiting.join('')
    waiting = []
    waitingChars = 0
  }
}

/** Reads the whole tags and texts at the beginning of a piece, and returns where they end. */
function scan (xml: string, handlers: ScanHandlers, isLast: boolean): number {
  let at = 0
  let from = 0
  for (;;) {
    const tag = xml.indexOf('<', from)
    if (tag < 0) return isLast ? addText(xml, at, xml.length, handlers) : addText(xml, at, endOfWhole(xml, at), handlers)
    const first = xml.charCodeAt(tag + 1)
    if (isSpace(first) || first === gt) {
      from = tag + 1
      continue
    }
    if (tag > at) addText(xml, at, tag, handlers)
    const end = Number.isNaN(first) ? -1 : readTag(xml, tag, first, handlers)
    if (end < 0) return tag
    at = from = end
  }
}

/** Returns the end of the text that has no entity that may go on in the next piece. */
function endOfWhole (xml: string, at: number): number {
  const entity = xml.lastIndexOf('&')
  return entity < at || entity < xml.length - maxEntityChars || xml.includes(';', entity) ? xml.length : entity
}

const maxEntityChars = 64

function addText (xml: string, from: number, to: number, handlers: ScanHandlers): number {
  if (to > from) handlers.text(decoded(xml.slice(from, to)))
  return to
}

/** Reads a tag, a comment or whatever else begins here; returns where it ends, and -1 when it does not. */
function readTag (xml: string, at: number, first: number, handlers: ScanHandlers): number {
  if (first === slash) {
    const end = xml.indexOf('>', at + 2)
    if (end < 0) return -1
    const name = xml.slice(at + 2, end)
    handlers.close(isPlainName(name) ? name : /[^\s/]+/.exec(name)?.[0] ?? '')
    return end + 1
  }
  if (first === 63) return endOf(xml, '?>', at + 2)
  if (first !== 33) return readOpening(xml, at, handlers)
  if (xml.startsWith('<!--', at)) return endOf(xml, '-->', at + 4)
  if (xml.startsWith('<![CDATA[', at)) {
    const end = xml.indexOf(']]>', at + 9)
    if (end > at + 9) handlers.text(xml.slice(at + 9, end))
    return end < 0 ? -1 : end + 3
  }
  const end = xml.length - at < 9 ? -1 : xml.indexOf('>', at)
  if (end > 0) handlers.declaration(xml.slice(at + 2, end))
  return end < 0 ? -1 : end + 1
}

function endOf (xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from)
  return at < 0 ? -1 : at + mark.length
}

function isPlainName (name: string): boolean {
  for (let i = 0; i < name.length; i++) if (isEndOfName(name.charCodeAt(i))) return false
  return true
}

function readOpening (xml: string, start: number, handlers: ScanHandlers): number {
  let at = start + 1
  while (at < xml.length && !isEndOfName(xml.charCodeAt(at))) at++
  const tag = xml.slice(start + 1, at)
  let attributes = none
  for (;;) {
    const code = xml.charCodeAt(at)
    if (code === gt) {
      handlers.open(tag, attributes)
      return at + 1
    }
    if (code === slash && xml.charCodeAt(at + 1) === gt) {
      handlers.open(tag, attributes)
      handlers.close(tag)
      return at + 2
    }
    if (code === slash || isSpace(code)) {
      at++
      continue
    }
    if (at >= xml.length) return -1
    const nameStart = at
    while (at < xml.length && xml.charCodeAt(at) !== equals && !isEndOfName(xml.charCodeAt(at))) at++
    const name = xml.slice(nameStart, at)
    while (isSpace(xml.charCodeAt(at))) at++
    let value = ''
    if (xml.charCodeAt(at) === equals) {
      do at++; while (isSpace(xml.charCodeAt(at)))
      const mark = xml[at]
      const isQuoted = mark === '"' || mark === "'"
      const valueStart = isQuoted ? at + 1 : at
      if (isQuoted) at = xml.indexOf(mark, valueStart)
      else while (at < xml.length && !isSpace(xml.charCodeAt(at)) && xml.charCodeAt(at) !== gt) at++
      if (at < 0 || at >= xml.length) return -1
      value = decoded(xml.slice(valueStart, at))
      if (isQuoted) at++
    }
    if (attributes === none) attributes = {}
    if (!Object.hasOwn(attributes, name)) attributes[name] = value
  }
}

function isSpace (code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13 && code !== 11)
}

function isEndOfName (code: number): boolean {
  return code === gt || code === slash || isSpace(code)
}

const simple: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&apos;': "'" }

/** Decodes the entities that XML has by itself, and those that are numbers. */
function decoded (text: string): string {
  if (!text.includes('&')) return text
  if (!text.includes('&#')) return text.replace(/&(?:lt|gt|amp|quot|apos);/g, entity => simple[entity]!)
  let all = ''
  const parser = new Parser({ ontext (more) { all += more } }, { xmlMode: true })
  parser.end(text.replaceAll('<', '&lt;'))
  return all
}
