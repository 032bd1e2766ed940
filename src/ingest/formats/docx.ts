// Reads Word documents: headings, lists and tables by their styles. Ignores macros, images and external links.
import mammoth from 'mammoth'
import type { ReadDocument } from '../../documents/content.ts'
import { languageOf, readPage } from './html.ts'
import { editWord, headingStyle, itemStyle, maxItemDepth } from './docx-edit.ts'
import { readNumbering } from './docx-numbering.ts'
import { readNotes, readParagraphs } from './docx-notes.ts'
import { readWordStyles } from './docx-styles.ts'
import { readProperties, relationsOf } from './ooxml.ts'
import { isRejection, rejected } from './rejection.ts'
import { unzip } from './zip.ts'

/** Selects the text: nothing else in the archive is ever unpacked. */
const wanted = (name: string) => /\.(xml|rels)$/i.test(name)
const headings = [1, 2, 3, 4, 5, 6]
const items = Array.from({ length: maxItemDepth + 1 }, (_, depth) => depth)

/** @param maxBytes the most unpacked text */
export async function readDocx (bytes: Uint8Array, name: string, maxBytes: number): Promise<ReadDocument> {
  const parts = unzip(bytes, wanted, maxBytes)
  const properties = readProperties(part => parts[part])
  const html = await toHtml(parts)
  const [head = ''] = /<h1 class="title">.*?<\/h1>/.exec(html) ?? []
  const page = readPage(html.replace(head, ''), true)
  return {
    id: '', ...page,
    title: readPage(head, true).title || properties.title || page.title || name,
    ...(properties.language ? { language: languageOf(properties.language) } : {}),
  }
}

async function toHtml (parts: Record<string, Uint8Array>): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(openedArchive({ ...parts, ...editMain(parts) }), {
      convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
      styleMap: [
        "p[style-name='Title'] => h1.title:fresh",
        ...headings.map(level => `p.${headingStyle(level)} => h${level}:fresh`),
        ...items.map(depth => `p.${itemStyle(depth)} => ${'ul|ol > li > '.repeat(depth)}ul > li:fresh`),
      ],
      externalFileAccess: false,
    })
    return value
  } catch (error) {
    throw error instanceof RangeError || isRejection(error) ? error : rejected('broken', 'it is not a Word document', error)
  }
}

/** Gives mammoth the files of an archive that is open already: it would otherwise be packed to be unpacked again. */
function openedArchive (parts: Record<string, Uint8Array | string>): Parameters<typeof mammoth.convertToHtml>[0] {
  const file = {
    exists: (name: string) => Object.hasOwn(parts, name),
    read: async (name: string) => typeof parts[name] === 'string' ? parts[name] : decoder.decode(parts[name]),
  }
  return { file } as object as Parameters<typeof mammoth.convertToHtml>[0]
}

const decoder = new TextDecoder()

/** Returns the main part of a document by its name, with what mammoth does not read put into its text. */
function editMain (parts: Record<string, Uint8Array>): Record<string, string> {
  const main = Object.keys(parts).find(name => /^word\/document\d*\.xml$/.test(name))
  if (main === undefined) return {}
  const relations = [...relationsOf(name => parts[name], main).values()]
  const allOf = (type: string) => relations.filter(relation => relation.type === type).flatMap(({ part }) => parts[part] ?? [])
  const one = (type: string) => allOf(type)[0] ?? parts[`word/${type}.xml`]
  const lines = (type: string) => [...new Set(allOf(type).flatMap(xml => readParagraphs(xml)))]
  return {
    [main]: editWord(parts[main]!, {
      styles: readWordStyles(one('styles')),
      numbering: readNumbering(one('numbering')),
      notes: new Map([...readNotes(one('footnotes'), 'footnote'), ...readNotes(one('endnotes'), 'endnote')]),
      before: lines('header'),
      after: lines('footer'),
    }),
  }
}
