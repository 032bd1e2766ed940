// Reads PDF by page: the text in order, headings by the size of their letters. Draws, runs and loads nothing.
import { getDocumentProxy } from 'unpdf'
import type { ReadDocument } from '../../documents/content.ts'
import { writtenWords } from '../../language/line-hyphens.ts'
import { languageOf } from './html.ts'
import { createOutline } from './outline.ts'
import { isUnreadable } from './pdf-glyphs.ts'
import { bodySize, headingLevels, linesOf, paragraphsOf, removeMargins } from './pdf-lines.ts'
import type { Line, Paragraph, TextItem } from './pdf-lines.ts'
import { rejected } from './rejection.ts'

/** How often the library drops its fonts and pages; otherwise it keeps all of them to the end. */
const pagesPerCleanup = 250
/** The most ranges of pages that a warning names. */
const maxRanges = 50

/** Reads a PDF. Throws `encrypted`, `broken`, `too many pages`, `empty` or `no readable text`. */
export async function readPdf (bytes: Uint8Array, name: string, maxPages: number): Promise<ReadDocument> {
  const pdf = await open(bytes)
  try {
    if (pdf.numPages > maxPages) throw rejected('too many pages', `it has ${pdf.numPages}; ${maxPages} are taken`)
    const pages: Line[][] = []
    for (let n = 1; n <= pdf.numPages; n++) {
      pages.push(linesOf(await itemsOf(pdf, n)))
      if (n % pagesPerCleanup === 0) await pdf.cleanup()
    }
    if (pages.every(lines => lines.length === 0)) throw rejected('empty', 'it has no text; recognise the text of scanned pages (OCR) first')
    const unreadable = pages.map(isUnreadable)
    if (pages.every((lines, i) => lines.length === 0 || unreadable[i])) {
      throw rejected('no readable text', 'a font does not say which letters its signs are; export it again, or recognise its text (OCR)')
    }

    const content = removeMargins(pages.map((lines, i) => unreadable[i] ? [] : lines))
    const warnings = warningsOf(pages, unreadable)
    const body = bodySize(content)
    const levels = headingLevels(content, body)
    const words = writtenWords(content.flat().map(({ text }) => text))
    const outline = createOutline()
    let first: Paragraph | undefined
    let largest = 0
    content.forEach((lines, i) => {
      for (const paragraph of paragraphsOf(lines, levels, words)) {
        const { kind, text, level } = paragraph
        first ??= paragraph
        if (level === 1) largest++
        if (level > 0) outline.heading(level, text)
        else outline.add(kind, text, i + 1)
      }
    })
    const { title, language } = await readMetadata(pdf)
    return {
      id: '',
      // The only heading of the largest size, if the text begins with it, is the document's title.
      title: title || (first?.level === 1 && largest === 1 ? first.text : name),
      url: '',
      fields: [],
      sections: outline.end(),
      ...(language ? { language: languageOf(language) } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

async function open (bytes: Uint8Array): Promise<Pdf> {
  try {
    // The library takes over the memory that it is given.
    return await getDocumentProxy(new Uint8Array(bytes), {
      disableFontFace: true, useSystemFonts: false, enableXfa: false, isImageDecoderSupported: false, isOffscreenCanvasSupported: false,
      useWorkerFetch: false, useWasm: false, stopAtErrors: false, verbosity: 0,
    })
  } catch (error) {
    if ((error as Error).name === 'PasswordException') throw rejected('encrypted', 'it asks for a password')
    throw rejected('broken', 'it is not a complete PDF', error)
  }
}

async function itemsOf (pdf: Pdf, n: number): Promise<TextItem[]> {
  try {
    const page = await pdf.getPage(n)
    const { items } = await page.getTextContent()
    page.cleanup()
    return items.filter((item): item is TextItem & typeof item => 'str' in item)
  } catch (error) {
    throw rejected('broken', `page ${n} cannot be read`, error)
  }
}

/** Names the pages that were not read: a page that is a picture, and one whose letters are bare glyph numbers. */
function warningsOf (pages: Line[][], unreadable: boolean[]): string[] {
  const empty = pages.flatMap((lines, i) => lines.length === 0 ? [i + 1] : [])
  const strange = unreadable.flatMap((is, i) => is ? [i + 1] : [])
  return [
    ...(empty.length > 0 ? [`${pageNames(empty)} of ${pages.length} without text; recognise it first (OCR).`] : []),
    ...(strange.length > 0 ? [`${pageNames(strange)} of ${pages.length} left out: a font does not say which letters its signs are.`] : []),
  ]
}

/** Writes `Pages 2-6, 9` or `Page 3`. The pages ascend. */
function pageNames (pages: number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const page of pages) {
    const open = ranges.at(-1)
    if (open && open[1] === page - 1) open[1] = page
    else ranges.push([page, page])
  }
  const names = ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`)
  const shown = names.length > maxRanges ? [...names.slice(0, maxRanges), '…'] : names
  return `${pages.length > 1 ? 'Pages' : 'Page'} ${shown.join(', ')}`
}

/** Reads the title and language of the metadata. A title that is a file name is ignored: programs that print put it there. */
async function readMetadata (pdf: Pdf): Promise<{ title: string, language: string }> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }))
  const { Title, Language } = info as { Title?: unknown, Language?: unknown }
  const title = typeof Title === 'string' ? Title.replace(/\s+/g, ' ').trim() : ''
  return {
    title: /\.(docx?|pdf|xlsx?|pptx?|indd|tex|dvi|html?)$|^(untitled|\(?anonymous\)?$|microsoft word -)/i.test(title) ? '' : title,
    language: typeof Language === 'string' ? Language : '',
  }
}
