// Reads the XML of Office files from beginning to end, without a tree, entities of its own or anything outside.
import { rejected } from './rejection.ts'
import { createScanner } from './xml-scan.ts'
import type { Attributes } from './xml-scan.ts'

export type { Attributes } from './xml-scan.ts'

export interface XmlHandlers {
  open? (tag: string, attributes: Attributes): void
  text? (text: string): void
  close? (tag: string): void
}

/** The most elements inside one another. The parser needs time for each of those that are open. */
const maxDepth = 1000
const blockBytes = 65_536

/** Reads all of it. Throws `broken` or `too deep`. */
export function readXml (bytes: Uint8Array, handlers: XmlHandlers): void {
  readXmlInSteps(bytes, handlers, () => []).next()
}

/** Reads block by block, and yields after each what the handlers have made of it by then. */
export function * readXmlInSteps<T> (bytes: Uint8Array, { open, text, close }: XmlHandlers, take: () => T[]): Generator<T> {
  const stack: string[] = []
  let last = ''
  const closeTop = (isImplied: boolean) => {
    const tag = stack.pop()!
    // An empty element may close itself; any other one that nothing closes is a mistake.
    if (isImplied && last !== tag) throw rejected('broken', 'its XML is not well formed')
    last = ''
    close?.(tag)
  }
  const scanner = createScanner({
    open (tag, attributes) {
      if (stack.push(tag) > maxDepth) throw rejected('too deep', `there are more than ${maxDepth} elements inside one another`)
      last = tag
      open?.(tag, attributes)
    },
    text (some) {
      text?.(some)
    },
    close (tag) {
      if (stack.at(-1) !== tag && !stack.includes(tag)) return
      while (stack.at(-1) !== tag) closeTop(true)
      closeTop(false)
    },
    declaration (some) {
      // Office files have none; it is the way to entities that grow without end, and to files outside.
      if (/^doctype/i.test(some)) throw rejected('broken', 'its XML declares a type and entities of its own')
    },
  })
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  const decoder = new TextDecoder(isUtf16 ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8')
  for (let at = 0; at < bytes.length; at += blockBytes) {
    scanner.write(decoder.decode(bytes.subarray(at, at + blockBytes), { stream: true }))
    yield * take()
  }
  if (!scanner.end() || stack.length > 0) throw rejected('broken', 'its XML ends in the middle')
}

/** Returns the name of an element without its prefix: `x:row` → `row`. */
export function localName (tag: string): string {
  return tag.slice(tag.indexOf(':') + 1)
}

/** Writes a text as XML and HTML hold it. */
export function escapeText (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
