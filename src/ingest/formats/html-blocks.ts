// Builds blocks (headings, paragraphs, lists, tables, code) from a stream of HTML tags and text.
import type { Section } from '../../documents/content.ts'
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
  rows: string[][]
  blocks: Block[]
  linked: number
  /** It only serves the layout, as it holds headings, code or tables: its contents are parts of the page, not cells. */
  layout: boolean
}

const skipped = new Set((
  'script style noscript template svg math iframe object select button textarea head dialog canvas audio video'
).split(' '))
const breaking = new Set((
  'p div section article main header footer nav aside h1 h2 h3 h4 h5 h6 ul ol dl li dt dd table caption tr td th ' +
  'blockquote pre figure figcaption hr form fieldset legend details summary address body center option label'
).split(' '))
const frames = new Set(['ul', 'ol', 'dl', 'table'])
const margins = new Set(['nav', 'header', 'footer', 'aside'])
const mains = new Set(['main', 'article'])
const roles: Record<string, string> = {
  navigation: 'nav',
  banner: 'header',
  contentinfo: 'footer',
  complementary: 'aside',
  main: 'main',
  search: 'nav',
  menu: 'nav',
}
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
  let level = 0
  let text = ''
  let linked = 0

  /** Ends the paragraph, heading, cell or item that is open. */
  function flush (kind: Block['kind'] = level > 0 ? 'heading' : code > 0 ? 'code' : 'text'): void {
    const tidy = kind === 'code' ? text.replace(/^\n+|\s+$/g, '') : text.replace(/[^\S\n]+/g, ' ').replace(/ ?\n ?/g, '\n').trim()
    const frame = open.at(-1)
    if (tidy.trim() !== '') {
      put({ kind, text: tidy, level: kind === 'heading' ? level : 0, linked, items: 0, main: main > 0, margin: margin > 0 })
      if (frame) {
        frame.linked += linked
        if (kind === 'heading' || tidy.length > maxCellChars || (kind === 'code' && tidy.includes('\n'))) frame.layout = true
        addToCell(frame, tidy.replace(/\s+/g, ' '))
      }
    }
    text = ''
    linked = 0
  }

  function put (block: Block): void {
    (open.at(-1)?.blocks ?? page).push(block)
  }

  function addToCell (frame: Frame, more: string): void {
    const row = frame.rows.at(-1) ?? newRow(frame)
    const cell = row.pop()
    row.push(cell ? `${cell} ${more}` : more)
  }

  function newRow (frame: Frame): string[] {
    const row: string[] = []
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
    const lines = isTable ? tableLines(frame.rows) : listLines(frame)
    if (lines.length === 0) return
    if (outer && isTable) outer.layout = true
    else if (outer?.tag === 'table') addToCell(outer, lines.map(line => line.replace(/^- /, '')).join('; '))
    else if (outer) outer.rows.push(...lines.map(line => [`  ${line}`]))
    if (outer) outer.linked += frame.linked
    const inside = frame.blocks[0]
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
      if (/^h[1-6]$/.test(tag)) level = Number(tag[1])
      if (tag === 'br') text += '\n'
      if (frames.has(tag)) open.push({ tag, rows: [], blocks: [], linked: 0, layout: false })
      const frame = open.at(-1)
      if (frame && (tag === 'tr' || tag === 'li' || tag === 'dt')) newRow(frame)
      if (frame && (tag === 'td' || tag === 'th' || tag === 'dd')) (frame.rows.at(-1) ?? newRow(frame)).push('')
    },

    text (more) {
      if (skipping > 0) return
      if (links > 0) linked += more.trim().length
      text += code > 0 ? more : more.replace(/\s+/g, ' ')
    },

    close (tag) {
      const element = elements.pop()
      if (!element) return
      if (skipping === 0) {
        if (breaking.has(tag)) flush()
        if (mains.has(element.role)) main--
        if (margins.has(element.role)) margin--
        if (tag === 'a') links--
        if (tag === 'pre') code--
        if (/^h[1-6]$/.test(tag)) level = 0
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

function isHidden ({ hidden, style, 'aria-hidden': aria }: Record<string, string>): boolean {
  return hidden !== undefined || aria === 'true' || (style !== undefined && /display\s*:\s*none/i.test(style))
}

function tableLines (rows: string[][]): string[] {
  return rows.filter(row => row.some(cell => cell !== '')).map(row => row.join(' | '))
}

function listLines ({ tag, rows }: Frame): string[] {
  const items = rows.map(row => row.filter(Boolean).join(': ')).filter(item => item.trim() !== '')
  let n = 0
  return items.map(item => item.startsWith('  ') || tag === 'dl' ? item : tag === 'ol' ? `${++n}. ${item}` : `- ${item}`)
}
