// Reads books (EPUB): their chapters in reading order, each under its title.
import { posix } from 'node:path'
import type { ReadDocument, Section } from '../../documents/content.ts'
import { decodeText } from './decode.ts'
import { languageOf, readPage } from './html.ts'
import { rejected } from './rejection.ts'
import { openArchive } from './zip.ts'
import type { Archive } from './zip.ts'
import { localName, readXml } from './xml.ts'

interface Item { path: string, type: string, properties: string }
interface Book { title: string, language: string, creator: string, chapters: Item[], contents: Item | undefined }

/** @param maxBytes the most unpacked text */
export function readEpub (bytes: Uint8Array, name: string, maxBytes: number): ReadDocument {
  const archive = openArchive(bytes, maxBytes)
  const container = archive.unpack('META-INF/container.xml')
  if (container === undefined) throw rejected('broken', 'it has no table of its parts')
  const main = mainPart(container)
  const xml = archive.unpack(main)
  if (xml === undefined) throw rejected('broken', 'it has no list of its chapters')
  const book = readBook(xml, main)
  if (isLocked(archive, book.chapters)) throw rejected('encrypted', 'its chapters are locked')
  const titles = titlesOf(archive, book.contents)
  const sections: Section[] = book.chapters.flatMap(({ path }) => {
    const chapter = archive.unpack(path)
    if (chapter === undefined) return []
    const page = readPage(decodeText(chapter), true)
    const heading = titles.get(path) ?? ''
    return page.sections.map(section => section.headings.length > 0 || heading === '' ? section : { ...section, headings: [heading] })
  })
  return {
    id: '', url: '', sections,
    title: book.title || name,
    fields: book.creator === '' ? [] : [[authors[languageOf(book.language)], book.creator]],
    ...(book.language ? { language: languageOf(book.language) } : {}),
  }
}

const authors = { fr: 'Auteur', en: 'Author', de: 'Autor', es: 'Autor', und: 'Author' }

function mainPart (xml: Uint8Array): string {
  let path = ''
  readXml(xml, {
    open (tag, attributes) {
      if (localName(tag) === 'rootfile') path ||= attributes['full-path'] ?? ''
    },
  })
  return path
}

function readBook (xml: Uint8Array, main: string): Book {
  const items = new Map<string, Item>()
  const order: string[] = []
  const texts: Record<string, string> = {}
  let key = ''
  let ncx = ''
  readXml(xml, {
    open (tag, attributes) {
      const name = localName(tag)
      key = ['title', 'language', 'creator'].includes(name) && texts[name] === undefined ? name : ''
      if (key !== '') texts[key] = ''
      if (name === 'spine') ncx = attributes.toc ?? ''
      if (name === 'itemref') order.push(attributes.idref ?? '')
      if (name === 'item') {
        items.set(attributes.id ?? '', {
          path: pathFrom(main, attributes.href ?? ''), type: attributes['media-type'] ?? '', properties: attributes.properties ?? '',
        })
      }
    },
    text (text) {
      if (key !== '') texts[key] += text
    },
    close () {
      key = ''
    },
  })
  const isContents = ({ properties }: Item) => /\bnav\b/.test(properties)
  const chapters = [...new Set(order)].flatMap(id => items.get(id) ?? []).filter(item => /html/.test(item.type) && !isContents(item))
  const of = (name: string) => texts[name]?.replace(/\s+/g, ' ').trim() ?? ''
  return {
    title: of('title'), language: of('language'), creator: of('creator'), chapters,
    contents: [...items.values()].find(isContents) ?? items.get(ncx),
  }
}

/** Reads the titles of the chapters from the table of contents, of EPUB 3 or 2; the first that points into a file counts. */
function titlesOf (archive: Archive, contents: Item | undefined): Map<string, string> {
  const titles = new Map<string, string>()
  const xml = contents && archive.unpack(contents.path)
  if (!xml) return titles
  const text = decodeText(xml)
  const put = (href: string, label: string) => {
    const path = pathFrom(contents.path, href)
    const title = (readPage(label, true).sections[0]?.text ?? '').replace(/\s+/g, ' ').trim()
    if (title !== '' && !titles.has(path)) titles.set(path, title)
  }
  // No part of it goes past the next link: each one is read once, however many of them nothing closes.
  for (const [, href, label] of text.matchAll(/<a\s[^<>]*?href="([^"<]*)"[^<>]*>((?:(?!<a\s)[^])*?)<\/a>/g)) put(href!, label!)
  for (const [, label, href] of text.matchAll(/<navLabel>\s*<text>([^<]*)<\/text>\s*<\/navLabel>\s*<content\s[^>]*?src="([^"]*)"/g)) {
    put(href!, label!)
  }
  return titles
}

function pathFrom (part: string, href: string): string {
  const path = href.replace(/#.*$/, '')
  try {
    return posix.join(posix.dirname(part), decodeURIComponent(path))
  } catch {
    return posix.join(posix.dirname(part), path)
  }
}

/** Tells if chapters are encrypted. Fonts may be, in any book. */
function isLocked (archive: Archive, chapters: Item[]): boolean {
  const list = archive.unpack('META-INF/encryption.xml')?.toString('utf8') ?? ''
  return chapters.some(({ path }) => list.includes(`URI="${path}"`))
}
