// Reads PDF by page: the text in order, headings by the size of their letters. Draws, runs and loads nothing.
import { getDocumentProxy } from 'unpdf'
import type { ReadDocument } from '../../documents/content.ts'
import { writtenWords } from '../../language/line-hyphens.ts'
import { languageOf } from './html.ts'
import { createOutline } from './outline.ts'
import { isUnreadable } from './pdf-glyphs.ts'
import { bodySize, headingLevels, linesOf, linesOfText, paragraphsOf, removeMargins } from './pdf-lines.ts'
import type { Line, Paragraph, TextItem } from './pdf-lines.ts'
import { uprightItems } from './pdf-rotation.ts'
import { rejected } from './rejection.ts'

/** How often the library drops its fonts and pages; otherwise it keeps all of them to the end. */
const pagesPerCleanup = 250
/** The most ranges of pages that a warning names. */
const maxRanges = 50

/**
 * Reads a PDF. Throws `encrypted`, `broken`, `too many pages`, `empty` or `no readable text`.
 * @param recognised the text of pages without their own
 */
export async function readPdf (
  bytes: Uint8Array, name: string, maxPages: number, recognised: { page: number, text: string }[] = [],
): Promise<ReadDocument> {
  const pdf = await open(bytes)
  try {
    if (pdf.numPages > maxPages) throw rejected('too many pages', `it has ${pdf.numPages}; ${maxPages} are taken`)
    const pages: Line[][] = []
    for (let n = 1; n <= pdf.numPages; n++) {
      pages.push(uprightItems(await itemsOf(pdf, n)).flatMap(linesOf))
      if (n % pagesPerCleanup === 0) await pdf.cleanup()
    }
    const replaced: number[] = []
    for (const { page, text } of recognised) {
      const own = pages[page - 1]
      if (!own || (own.length > 0 && !isUnreadable(own))) continue
      pages[page - 1] = linesOfText(text, bodySize(pages))
      replaced.push(page)
    }
    if (pages.every(lines => lines.length === 0)) throw rejected('empty', 'it has no text; recognise the text of scanned pages (OCR) first')
    const unreadable = pages.map(isUnreadable)
    if (pages.every((lines, i) => lines.length === 0 || unreadable[i])) {
      throw rejected('no readable text', 'a font does not say which letters its signs are; export it again, or recognise its text (OCR)')
    }

    const content = removeMargins(pages.map((lines, i) => unreadable[i] ? [] : lines))
    const warnings = warningsOf(pages, unreadable, replaced)
    const body = bodySize(content)
    const unread = pages.flatMap((lines, i) => lines.length === 0 || unreadable[i] ? [i + 1] : [])
    const levels = headingLevels(content, body)
    const words = writtenWords(content.flat().map(({ text }) => text))
    const numbers = await pageNumbers(pdf)
    const outline = createOutline()
    let first: Paragraph | undefined
    let largest = 0
    content.forEach((lines, i) => {
      for (const paragraph of paragraphsOf(lines, levels, words)) {
        const { kind, text, level } = paragraph
        first ??= paragraph
        if (level === 1) largest++
        if (level > 0) outline.heading(level, text)
        else outline.add(kind, text, numbers[i])
      }
    })
    const { title, isPlaceholder, language } = await readMetadata(pdf, name)
    return {
      id: '',
      // A heading of the largest size with which the text begins is the document's title, if it is the only one or if a program
      // wrote another text where the title should be.
      title: title || (first?.level === 1 && (largest === 1 || isPlaceholder) ? first.text : name),
      url: '',
      fields: [],
      sections: outline.end(),
      ...(language ? { language: languageOf(language) } : {}),
      ...(warnings.length > 0 ? { warnings, unread } : {}),
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

/** Names the pages that were not read, or not as text: a page that is a picture, and one whose letters are bare glyph numbers. */
function warningsOf (pages: Line[][], unreadable: boolean[], recognised: number[]): string[] {
  const empty = pages.flatMap((lines, i) => lines.length === 0 ? [i + 1] : [])
  const strange = unreadable.flatMap((is, i) => is ? [i + 1] : [])
  return [
    ...(recognised.length > 0 ? [`${pageNames(recognised)} of ${pages.length} recognised from pictures (OCR): letters may be wrong.`] : []),
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

/** Matches the titles that programs write by themselves: file names, and their own names for new documents. */
const placeholder = new RegExp(
  String.raw`\.(?:docx?|odt|rtf|pdf|xlsx?|ods|pptx?|odp|indd|tex|dvi|html?|md|txt|png|jpe?g|tiff?)$|^(?:untitled|sans titre|ohne titel|` +
  String.raw`unbenannt|sin t[ií]tulo|senza titolo|\(?(?:anonymous|unspecified|unknown)\)?|` +
  String.raw`(?:document|dokument|documento|scan|slide|folie) ?\d*|` +
  String.raw`(?:powerpoint.presentation|pr[ée]sentation powerpoint|powerpoint-pr[äa]sentation|presentaci[óo]n de powerpoint))$|` +
  String.raw`^(?:microsoft (?:word|excel|powerpoint) -|about:blank|https?://|file://)`, 'i'
)

/** Reads the title and language of the metadata. A title that a program wrote by itself is ignored. */
async function readMetadata (pdf: Pdf, name: string): Promise<{ title: string, isPlaceholder: boolean, language: string }> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }))
  const { Title, Language } = info as { Title?: unknown, Language?: unknown }
  const title = typeof Title === 'string' ? Title.replace(/\s+/g, ' ').trim() : ''
  const isPlaceholder = placeholder.test(title) || (title !== '' && title.toLowerCase() === name.toLowerCase())
  return { title: isPlaceholder ? '' : title, isPlaceholder, language: typeof Language === 'string' ? Language : '' }
}

/**
 * Returns the number of each page: the one printed on it where the file gives all pages different numbers (an extract that begins
 * on page 101), otherwise its position. Pages before those, which are numbered in Roman letters, then have none.
 */
async function pageNumbers (pdf: Pdf): Promise<(number | undefined)[]> {
  const labels = await pdf.getPageLabels().catch(() => null) ?? []
  const front = labels.findIndex(label => !/^(?:[ivxlcdm]+|[IVXLCDM]+)$/.test(label))
  const numbers = labels.slice(Math.max(front, 0)).map(label => /^[1-9]\d{0,5}$/.test(label) ? Number(label) : 0)
  const isNumbered = labels.length === pdf.numPages && front >= 0 && numbers.every(number => number > 0) &&
    new Set(labels).size === labels.length
  return isNumbered ? [...Array<undefined>(front), ...numbers] : Array.from({ length: pdf.numPages }, (_, i) => i + 1)
}
