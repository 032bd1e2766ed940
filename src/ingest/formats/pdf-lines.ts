// From a page's runs of letters to its lines, paragraphs and headings.

export interface TextItem { str: string, transform: number[], width: number, height: number, hasEOL: boolean }

export interface Line {
  text: string
  /** Height of its letters and where it stands, in points; y grows upwards. */
  size: number
  x: number
  y: number
}

/** Letters that are this much larger than the body's make a heading. */
const headingScale = 1.15
const longestHeading = 150
const mostLevels = 4
/** Lines this far apart, in heights of letters, do not belong to one paragraph. */
const paragraphGap = 1.9
/** A page's first or last line is a running title when it is the same on this share of the pages. */
const marginShare = 0.5
const marginPages = 4

export function linesOf (items: TextItem[]): Line[] {
  const lines: Line[] = []
  let open: Line | undefined
  let end = 0
  for (const { str, transform, width, height, hasEOL } of items) {
    const [, , , , x = 0, y = 0] = transform
    if (open && Math.abs(y - open.y) > Math.max(open.size, height) * 0.7) open = undefined
    if (str.trim() !== '') {
      if (!open) lines.push(open = { text: '', size: height, x, y })
      else if (x - end > height * 0.15 && !/\s$/.test(open.text) && !/^\s/.test(str)) open.text += ' '
      open.size = Math.max(open.size, height)
      open.text += str
      end = x + width
    } else if (open && str !== '' && !open.text.endsWith(' ')) {
      open.text += ' '
      end = x + width
    }
    if (hasEOL) open = undefined
  }
  return lines.map(line => ({ ...line, text: line.text.replace(/\s+/g, ' ').trim() })).filter(line => line.text !== '')
}

/** The size that most letters have. */
export function bodySize (pages: Line[][]): number {
  const letters = new Map<number, number>()
  for (const { size, text } of pages.flat()) letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length)
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/** The sizes of headings: the largest is level 1. Empty when there are more such lines than headings could be. */
export function headingLevels (pages: Line[][], body: number): Map<number, number> {
  const large = pages.flat().filter(line => isLarge(line, body))
  const sizes = [...new Set(large.map(line => rounded(line.size)))].sort((a, b) => b - a)
  return new Map(large.length * 3 > pages.flat().length ? [] : sizes.map((size, i) => [size, Math.min(i + 1, mostLevels)]))
}

function isLarge ({ text, size }: Line, body: number): boolean {
  return rounded(size) >= body * headingScale && text.length <= longestHeading && /\p{L}{2}/u.test(text)
}

function rounded (size: number): number {
  return Math.round(size * 2) / 2
}

/** Lines joined to paragraphs; a heading has a level. */
export function paragraphsOf (lines: Line[], levels: Map<number, number>): { text: string, level: number }[] {
  const found: { text: string, level: number, last: Line }[] = []
  for (const line of lines) {
    const level = line.text.length <= longestHeading ? levels.get(rounded(line.size)) ?? 0 : 0
    const open = found.at(-1)
    const gap = open ? Math.abs(open.last.y - line.y) : 0
    if (open && open.level === level && gap <= paragraphGap * Math.max(line.size, open.last.size)) {
      open.text = join(open.text, line.text)
      open.last = line
    } else found.push({ text: line.text, level, last: line })
  }
  return found
}

/** A word that was parted at the end of a line is one word again. */
function join (above: string, below: string): string {
  if (/\p{Ll}[-\u00AD\u2010]$/u.test(above) && /^\p{Ll}/u.test(below)) return above.slice(0, -1) + below
  return `${above} ${below}`
}

/** Without the lines that stand at the top or the bottom of most pages: running titles, page numbers. */
export function withoutMargins (pages: Line[][]): Line[][] {
  if (pages.length < marginPages) return pages
  const counts = new Map<string, number>()
  const ends = (lines: Line[]) => [...new Set([lines[0], lines.at(-1)].filter(line => line !== undefined).map(keyOf))]
  for (const key of pages.flatMap(ends)) counts.set(key, (counts.get(key) ?? 0) + 1)
  const repeated = (line: Line) => (counts.get(keyOf(line)) ?? 0) >= Math.max(marginPages, pages.length * marginShare)
  return pages.map(lines => lines.filter((line, i) => !((i === 0 || i === lines.length - 1) && repeated(line))))
}

/** `Page 3 of 12` and `Page 4 of 12` are the same line, at the same height. */
function keyOf ({ text, y }: Line): string {
  return `${Math.round(y)} ${text.replace(/\d+/g, '0')}`
}
