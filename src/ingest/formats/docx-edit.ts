// Rewrites a Word document so that its text is what a reader sees: without what is hidden, struck out or deleted, with its numbers,
// notes and text boxes where they belong. What it leaves is read by mammoth, which keeps none of these.
import { isOn } from './xlsx-styles.ts'
import type { Numbering } from './docx-numbering.ts'
import type { ListPlace, WordStyles } from './docx-styles.ts'
import { escapeText, readXml } from './xml.ts'
import type { Attributes } from './xml.ts'

export interface WordParts {
  styles: WordStyles
  numbering: Numbering
  /** The texts of notes, by `footnote 2` or `endnote 1`. */
  notes: Map<string, string>
  /** Paragraphs to put before and after the document's own. */
  before: string[]
  after: string[]
}

/** The style of a heading as the rewritten document names it; mammoth reads it by this id. */
export const headingStyle = (level: number) => `causerieHeading${level}`

/** The style of a list's item whose number is written as text, by its depth from 0. */
export const itemStyle = (depth: number) => `causerieItem${depth}`

/** An element whose text is written only when its end shows that it should be. */
interface Frame {
  tag: string
  text: string
  dropped?: boolean
  /** Of a run and of a paragraph: what it says of itself. */
  hidden?: boolean
  struck?: boolean
  style?: string
  list?: string | undefined
  depth?: number | undefined
  /** The paragraph is an item of a list. */
  isItem?: boolean
  /** The level of a heading that the paragraph gives itself. */
  outline?: number
  /** The text boxes of a drawing. */
  boxes?: string
  /** A note stands in the run. */
  noted?: boolean
}

const framed = new Set([
  'w:p', 'w:pPr', 'w:r', 'w:tr', 'w:del', 'w:moveFrom', 'w:drawing', 'w:txbxContent', 'mc:AlternateContent', 'mc:Choice', 'mc:Fallback',
  'w:footnoteReference', 'w:endnoteReference', 'w:pPrChange', 'w:rPrChange', 'w:trPrChange', 'w:tblPrChange', 'w:sectPrChange',
])

/** Looks of text, and marks of Word for itself: nothing of it is read, and a text can hold more of them than words. */
const leftOut = new Set([
  'w:rFonts', 'w:sz', 'w:szCs', 'w:color', 'w:lang', 'w:kern', 'w:spacing', 'w:noProof', 'w:proofErr', 'w:shd', 'w:w', 'w:position',
  'w:lastRenderedPageBreak',
])

/** Returns the XML of a document's main part, rewritten. */
export function editWord (xml: Uint8Array, parts: WordParts): string {
  const root: Frame = { tag: '', text: '' }
  const frames: Frame[] = [root]
  /** The list of the paragraph before, and the position in it by depth: a reader of the rewritten document counts from 1 again. */
  let run: { list: string, positions: number[] } = { list: '', positions: [] }
  const open: string[] = []
  const innermost = (tag: string) => frames.findLast(frame => frame.tag === tag)
  const write = (text: string) => { frames.at(-1)!.text += text }
  /** Tells if the properties that are being read are those of a run, and not of the end of a paragraph. */
  const inRun = () => frames.at(-1)!.tag === 'w:r'

  readXml(xml, {
    open (tag, attributes) {
      const isMarker = open.at(-1) === 'w:trPr' || open.at(-1) === 'w:rPr'
      open.push(tag)
      if (framed.has(tag) && !isMarker) frames.push({ tag, text: '' })
      if (tag === 'w:del' && open.at(-2) === 'w:trPr') innermost('w:tr')!.dropped = true
      if (tag === 'w:hidden' && open.at(-2) === 'w:trPr') innermost('w:tr')!.dropped = true
      note(tag, attributes)
      if ((!framed.has(tag) || isMarker) && !leftOut.has(tag)) write(startTag(tag, attributes))
      if (tag === 'w:body') write(parts.before.map(plainParagraph).join(''))
    },
    text: text => write(escapeText(text)),
    close (tag) {
      open.pop()
      if (tag === 'w:body') write(parts.after.map(plainParagraph).join(''))
      if (frames.at(-1)!.tag === tag) closeFrame(frames.pop()!)
      else if (!leftOut.has(tag)) write(`</${tag}>`)
    },
  })
  return root.text

  /** Takes note of what an element says of the run, the paragraph or the place around it. */
  function note (tag: string, attributes: Attributes): void {
    const frame = frames.at(-1)!
    const value = attributes['w:val'] ?? ''
    const paragraph = () => innermost('w:p') ?? root
    // What stood here before a change.
    if (frames.some(({ tag }) => /Change$/.test(tag))) return
    switch (tag) {
      case 'w:vanish': if (inRun()) frame.hidden = isOn(attributes['w:val']); break
      case 'w:strike': case 'w:dstrike': if (inRun()) frame.struck ||= isOn(attributes['w:val']); break
      case 'w:rStyle': if (inRun()) frame.style = value; break
      case 'w:pStyle': paragraph().style = value; break
      case 'w:outlineLvl': if (Number(value) < 6) paragraph().outline = Number(value) + 1; break
      case 'w:numId': paragraph().list = value; break
      case 'w:ilvl': paragraph().depth = Number(value); break
      case 'w:footnoteReference': case 'w:endnoteReference': {
        const text = parts.notes.get(`${tag.slice(2, -'Reference'.length)} ${attributes['w:id'] ?? ''}`)
        if (text) frame.text = `<w:t xml:space="preserve"> (${escapeText(text)})</w:t>`
      }
    }
  }

  function closeFrame (frame: Frame): void {
    const outer = frames.at(-1)!
    switch (frame.tag) {
      // A note would be raised like its number.
      case 'w:r':
        if (!isLeftOut(frame)) write(`<w:r>${frame.noted ? frame.text.replace(/<w:rPr>[^]*?<\/w:rPr>/, '') : frame.text}</w:r>`)
        break
      case 'w:footnoteReference': case 'w:endnoteReference':
        outer.noted = frame.text !== ''
        write(frame.text)
        break
      case 'w:tr': if (!frame.dropped) write(`<w:tr>${frame.text}</w:tr>`); break
      case 'w:pPr': write(propertiesOf(frame, outer)); break
      case 'w:p':
        if (!frame.isItem) run = { list: '', positions: [] }
        if (!parts.styles.isContents(frame.style ?? '')) write(`<w:p>${frame.text}</w:p>`)
        break
      case 'w:txbxContent': {
        const drawing = innermost('w:drawing')
        const text = `<w:txbxContent>${frame.text}</w:txbxContent>`
        if (drawing) drawing.boxes = (drawing.boxes ?? '') + text
        else write(text)
        break
      }
      case 'w:drawing': write(frame.boxes ?? ''); break
      // What newer programs draw comes first; what older ones draw counts when there is no text in the former.
      case 'mc:Choice': outer.boxes ||= frame.text; break
      case 'mc:Fallback': outer.text = frame.text; break
      case 'mc:AlternateContent': write(/<w:t[ >]/.test(frame.boxes ?? '') ? frame.boxes! : frame.text)
    }
  }

  function isLeftOut (run: Frame): boolean {
    const own = parts.styles.leavesOut(run.style ?? '')
    const around = parts.styles.leavesOut(innermost('w:p')?.style ?? '')
    return (run.hidden ?? own.hidden ?? around.hidden ?? false) || (run.struck ?? own.struck ?? around.struck ?? false)
  }

  /** Counts a list's paragraph as a reader does that knows no more than the list's levels. */
  function nextPosition ({ list, depth }: ListPlace): number {
    if (run.list !== list) run = { list, positions: [] }
    const position = (run.positions[depth] ?? 0) + 1
    run.positions[depth] = position
    run.positions.length = depth + 1
    return position
  }

  /** Writes a paragraph's properties: headings by their level; a number that names the ones above it as text, and not as a list's. */
  function propertiesOf (properties: Frame, paragraph: Frame): string {
    const { style = '' } = paragraph
    const heading = parts.styles.headingOf(style) || (paragraph.outline ?? 0)
    const inherited = parts.styles.listOf(style)
    const list = paragraph.list ?? inherited.list
    const place: ListPlace | null = list === undefined || list === '0'
      ? null
      : { list, depth: paragraph.depth ?? inherited.depth ?? (heading > 0 ? heading - 1 : 0) }
    const label = place === null ? '' : parts.numbering.next(place)
    const isNested = label !== '' && heading === 0 && parts.numbering.isNested(place!)
    paragraph.isItem = place !== null && heading === 0 && !isNested
    const position = paragraph.isItem ? nextPosition(place!) : 0
    const isOwn = paragraph.isItem && label !== '' && label !== `${position}.`
    const inner = heading > 0
      ? `<w:pStyle w:val="${headingStyle(heading)}"/>`
      : isOwn
        ? `<w:pStyle w:val="${itemStyle(Math.min(place!.depth, maxItemDepth))}"/>`
        : isNested ? properties.text.replace(/<w:(numPr|pStyle)\b[^]*?(\/>|<\/w:numPr>)/g, '') : properties.text
    return `<w:pPr>${inner}</w:pPr>${label !== '' && (heading > 0 || isNested || isOwn) ? textRun(`${label} `) : ''}`
  }
}

/** The deepest level of a list that has a style of its own. */
export const maxItemDepth = 4

function startTag (tag: string, attributes: Attributes): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeText(value).replaceAll('"', '&quot;')}"`)
  return `<${tag}${written.join('')}>`
}

function textRun (text: string): string {
  return `<w:r><w:t xml:space="preserve">${escapeText(text)}</w:t></w:r>`
}

function plainParagraph (text: string): string {
  return `<w:p>${textRun(text)}</w:p>`
}
