// Builds blocks (headings, paragraphs, lists, tables, code) from a stream of HTML tags and text.
import type { Section } from '../../documents/content.ts'
import { oneLine, tidied } from './blanks.ts'
import { cellOf, tableText, textOf } from './html-table.ts'
import type { Cell } from './html-table.ts'
import { raisedMarks, writeRaised } from './html-raised.ts'
import { breaking, frames, headingLevels, mains, margins, roles, skipped } from './html-tags.ts'
import { addOption, choiceText } from './html-choice.ts'
import type { Choice } from './html-choice.ts'
import { written } from './list-numbers.ts'
import { rejected } from './rejection.ts'

export interface Block {
  kind: Section['kind'] | 'heading'
  text: string
  /** 1 to 6 for a heading, else 0. */
  level: number
  /** How many characters of the text are links. */
  linked: number
  /** The number of a list's items. */
  items: number
  /** It is in the page's main element or its article. */
  main: boolean
  /** It is in navigation, a header, a footer or an aside. */
  margin: boolean
}

/** An open list or table: its rows, and its blocks in case it only serves the layout. */
interface Frame {
  tag: string
  rows: Cell[][]
  blocks: Block[]
  linked: number
  /** It only serves the layout, as it holds headings, code or tables: its contents are parts of the page, not cells. */
  layout: boolean
  /** The number of a list's first item, and how its numbers are written. */
  first: number
  form: string
}

const raised = new Map(Object.entries(raisedMarks))
/** Matches a style that shows nothing, or strikes the text out. */
const hiding = /display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[\w-]*\s*:[^;]*line-through/i
/** A table with a cell of more characters than this only serves the layout. */
const maxCellChars = 2000
/** The most elements inside one another. */
const maxDepth = 5000

export interface Blocks {
  open (tag: string, attributes: Record<string, string>): void
  text (text: string): void
  close (tag: string): void
  inHead (): boolean
  end (): Block[]
}

export function createBlocks (): Blocks {
  const page: Block[] = []
  const open: Frame[] = []
  // Records the effect of each open element, which closing it undoes.
  const elements: { tag: string, role: string, skips: boolean }[] = []
  let skipping = 0
  let main = 0
  let margin = 0
  let links = 0
  let code = 0
  let heads = 0
  let labels = 0
  /** The text of the last label, and what it belongs to. */
  let label: { block?: Block, of?: string | undefined } = {}
  let choice: Choice | undefined
  let level = 0
  let text = ''
  /** It is one piece of text, without white space to mend. */
  let isTidy = true
  let linked = 0

  /** Ends the paragraph, heading, cell or item that is open. */
  function flush (kind: Block['kind'] = level > 0 ? 'heading' : code > 0 ? 'code' : 'text'): void {
    const plain = writeRaised(text)
    const tidy = kind === 'code' ? plain.trimEnd().replace(/^\n+/, '') : isTidy ? plain.trim() : tidied(plain)
    const frame = open.at(-1)
    if (tidy !== '' && tidy.trim() !== '') {
      const block = { kind, text: tidy, level: kind === 'heading' ? level : 0, linked, items: 0, main: main > 0, margin: margin > 0 }
      put(block)
      if (labels > 0) label.block = block
      if (frame) {
        frame.linked += linked
        if (kind === 'heading' || tidy.length > maxCellChars || (kind === 'code' && tidy.includes('\n'))) frame.layout = true
        addToCell(frame, tidy.split(/\n+/).map(line => line.replace(/\s+/g, ' ')))
      }
    }
    text = ''
    isTidy = true
    linked = 0
  }

  function write (more: string): void {
    isTidy &&= text === ''
    text += more
  }

  function put (block: Block): void {
    (open.at(-1)?.blocks ?? page).push(block)
  }

  function addToCell (frame: Frame, more: string[]): void {
    const row = frame.rows.at(-1) ?? newRow(frame)
    if (row.length === 0) row.push(cellOf())
    row.at(-1)!.lines.push(...more)
  }

  function newRow (frame: Frame): Cell[] {
    const row: Cell[] = []
    frame.rows.push(row)
    return row
  }

  function closeFrame (): void {
    const frame = open.pop()!
    const outer = open.at(-1)
    const isTable = frame.tag === 'table'
    const columns = Math.max(0, ...frame.rows.slice(0, 1000).map(row => row.length))
    if (frame.layout || (isTable && columns < 2)) {
      if (outer && frame.blocks.length > 0) outer.layout = true
      for (const block of frame.blocks) put(block)
      return
    }
    const { titles, lines } = isTable ? tableText(frame.rows) : { titles: [], lines: listLines(frame) }
    if (lines.length + titles.length === 0) return
    if (outer && isTable) putTableInside(outer, [...titles, ...lines])
    else if (outer?.tag === 'table') addToCell(outer, [lines.map(line => line.replace(/^- /, '')).join('; ')])
    else if (outer) outer.rows.push(...lines.map(line => [{ ...cellOf(), lines: [`  ${line}`] }]))
    if (outer) outer.linked += frame.linked
    const inside = frame.blocks[0]
    for (const text of titles) {
      put({ kind: 'text', text, level: 0, linked: 0, items: 0, main: inside?.main ?? main > 0, margin: inside?.margin ?? margin > 0 })
    }
    if (lines.length === 0) return
    put({
      kind: isTable ? 'table' : 'list',
      text: lines.join('\n'),
      level: 0,
      linked: frame.linked,
      items: lines.length,
      main: inside?.main ?? main > 0,
      margin: inside?.margin ?? margin > 0,
    })
  }

  /** Returns the name of a field, and takes the label that says it out of the text. A cell keeps its label. */
  function labelOf ({ id, 'aria-label': own = '' }: Record<string, string>): string {
    if (open.length > 0 || label.block === undefined || page.at(-1) !== label.block) return own
    return labels > 0 || (id !== undefined && id === label.of) ? page.pop()!.text : own
  }

  /** Writes a table into the cell of one that has headings, and so is data; any other one only serves the layout. */
  function putTableInside (outer: Frame, lines: string[]): void {
    const text = lines.map(line => line.replaceAll(' | ', ' ')).join('; ')
    const isData = outer.tag === 'table' && text.length <= maxCellChars && outer.rows.some(row => row.some(cell => cell.heading))
    if (isData) addToCell(outer, [text])
    else outer.layout = true
  }

  return {
    inHead: () => !elements.some(({ tag }) => tag === 'body' || tag === 'svg'),

    open (tag, attributes) {
      const role = roles[attributes.role ?? ''] ?? tag
      const skips = (skipped.has(tag) && tag !== 'body') || isHidden(attributes)
      if (breaking.has(tag) && skipping === 0) flush()
      if (elements.push({ tag, role, skips }) > maxDepth) {
        throw rejected('too deep', `there are more than ${maxDepth} elements inside one another`)
      }
      if (skips) skipping++
      if (skipping > 0) return
      if (mains.has(role)) main++
      // A header inside the main part belongs to the text: its title, its date.
      if (margins.has(role) && !(main > 0 && (role === 'header' || role === 'footer'))) margin++
      else if (margins.has(role)) elements.at(-1)!.role = ''
      if (tag === 'a') links++
      if (tag === 'pre') code++
      if (tag === 'thead') heads++
      if (tag === 'label') {
        labels++
        label = { of: attributes.for }
      }
      if (tag === 'select') choice = { name: labelOf(attributes), options: [] }
      if (tag === 'option' && choice) {
        text = ''
        choice.open = attributes
      }
      level = headingLevels.get(tag) ?? level
      if (tag === 'br') write('\n')
      const mark = raised.get(tag)
      if (mark) write(mark.open)
      if (frames.has(tag)) open.push({ tag, rows: [], blocks: [], linked: 0, layout: false, ...numbersOf(attributes) })
      const frame = open.at(-1)
      if (frame && (tag === 'tr' || tag === 'li' || (tag === 'dt' && !isName(frame.rows.at(-1))))) newRow(frame)
      if (frame && (tag === 'td' || tag === 'th' || tag === 'dd')) {
        const heading = tag === 'th' || (tag === 'td' && heads > 0)
        const row = (frame.rows.at(-1) ?? newRow(frame))
        row.push(cellOf(attributes, heading))
      }
    },

    text (more) {
      if (skipping > 0) return
      if (links > 0) linked += more.trim().length
      write(code > 0 ? more : oneLine(more))
      isTidy &&= code === 0
    },

    close (tag) {
      const element = elements.pop()
      if (!element) return
      if (skipping === 0) {
        const mark = raised.get(tag)
        if (mark) write(mark.close)
        if (tag === 'option' && choice) {
          addOption(choice, text)
          text = ''
        }
        if (tag === 'select' && choice) {
          text = choiceText(choice)
          isTidy = false
          choice = undefined
        }
        if (breaking.has(tag)) flush()
        if (mains.has(element.role)) main--
        if (margins.has(element.role)) margin--
        if (tag === 'a') links--
        if (tag === 'pre') code--
        if (tag === 'thead') heads--
        if (tag === 'label') labels--
        if (headingLevels.has(tag)) level = 0
        if (frames.has(tag)) closeFrame()
      }
      if (element.skips) skipping--
    },

    end () {
      flush()
      while (open.length > 0) closeFrame()
      return page
    }
  }
}

function isHidden ({ hidden, style = '', 'aria-hidden': aria }: Record<string, string>): boolean {
  return hidden !== undefined || aria === 'true' || hiding.test(style)
}

/** Tells if a row is the name of a definition that has none yet. */
function isName (row: Cell[] | undefined): boolean {
  return row?.length === 1 && !row[0]!.lines[0]?.startsWith('  ')
}

/** Returns how a list is numbered: `<ol start="3" type="a">`. */
function numbersOf ({ start, type }: Record<string, string>): Pick<Frame, 'first' | 'form'> {
  const first = Number.parseInt(start ?? '', 10)
  return { first: Number.isNaN(first) ? 1 : first, form: forms[type ?? ''] ?? 'decimal' }
}

const forms: Record<string, string> = { a: 'lowerLetter', A: 'upperLetter', i: 'lowerRoman', I: 'upperRoman' }

function listLines ({ tag, rows, first, form }: Frame): string[] {
  if (tag === 'dl') {
    return rows.map(row => row.map(textOf)).map(([name, ...texts]) => joined([name, joined(texts, '; ')], ': ')).filter(Boolean)
  }
  const items = rows.map(row => row.map(cell => cell.lines.join(' ')).filter(Boolean).join(': ')).filter(item => item.trim() !== '')
  let n = first
  return items.map(item => item.startsWith('  ') ? item : tag === 'ol' ? `${written(n++, form)}. ${item}` : `- ${item}`)
}

function joined (texts: (string | undefined)[], by: string): string {
  return texts.filter(Boolean).join(by)
}
