// Reads one slide: its title, its paragraphs and lists, and its tables, in the order in which they were drawn.
import type { Section } from '../../documents/content.ts'
import { cellOf, tableText } from './html-table.ts'
import type { Cell } from './html-table.ts'
import { localName, readXml } from './xml.ts'
import type { Attributes } from './xml.ts'
import { isOn } from './xlsx-styles.ts'

export interface Slide {
  title: string
  hidden: boolean
  blocks: { kind: Section['kind'], text: string }[]
}

/** The places of a slide that repeat on each: numbers, dates, the picture of the slide beside its notes. */
const repeated = /^(sldNum|dt|ftr|hdr|sldImg)$/

/**
 * Reads the XML of a slide, or of the notes beside it. Shapes that are hidden and words that are struck out are left out.
 * @param isNotes only what the speaker wrote counts
 */
export function readSlide (xml: Uint8Array, isNotes = false): Slide {
  const slide: Slide = { title: '', hidden: false, blocks: [] }
  /** What kind of place the shape is, and what it says. */
  let place = ''
  let isLeftOut = false
  let lines: { text: string, depth: number }[] = []
  let line = { text: '', depth: 0 }
  let isText = false
  let struck = false
  let rows: Cell[][] | undefined
  let cell: Cell | undefined
  let covered = false
  let skipping = 0

  function closeShape (): void {
    const texts = lines.map(({ text, depth }) => ({ text: text.replace(/[^\S\n]+/g, ' ').trim(), depth })).filter(({ text }) => text !== '')
    lines = []
    if (texts.length === 0 || isLeftOut || repeated.test(place)) return
    const isTitle = /^(title|ctrTitle)$/.test(place)
    const joined = texts.map(({ text }) => text.replace(/\n/g, ' ')).join(' ')
    if (isNotes && place !== 'body') return
    if (isTitle && slide.title === '' && !isNotes) slide.title = joined
    else if (!isNotes && texts.length > 1 && /^(body|obj|)$/.test(place)) {
      const items = texts.map(({ text, depth }) => `${'  '.repeat(depth)}- ${text.replace(/\n/g, ' ')}`)
      slide.blocks.push({ kind: 'list', text: items.join('\n') })
    } else slide.blocks.push({ kind: 'text', text: texts.map(({ text }) => text).join('\n') })
  }

  const open = (name: string, attributes: Attributes) => {
    switch (name) {
      case 'sld': slide.hidden = attributes.show !== undefined && !isOn(attributes.show); break
      case 'sp': place = ''; isLeftOut = false; lines = []; break
      case 'graphicFrame': isLeftOut = false; place = ''; break
      case 'cNvPr': isLeftOut = attributes.hidden !== undefined && isOn(attributes.hidden); break
      case 'ph': place = attributes.type ?? 'obj'; break
      case 'p': line = { text: '', depth: 0 }; break
      case 'pPr': line.depth = Math.min(Number(attributes.lvl ?? 0) || 0, 8); break
      case 'r': struck = false; break
      case 'rPr': struck = /Strike$/.test(attributes.strike ?? '') && attributes.strike !== 'noStrike'; break
      case 't': isText = !struck; break
      case 'br': line.text += '\n'; break
      case 'tbl': rows = []; break
      case 'tr': rows?.push([]); break
      case 'tc':
        covered = isSet(attributes.hMerge) || isSet(attributes.vMerge)
        cell = cellOf({ colspan: attributes.gridSpan ?? '1', rowspan: attributes.rowSpan ?? '1' })
        if (!covered) rows?.at(-1)?.push(cell)
    }
  }
  const close = (name: string) => {
    switch (name) {
      case 't': isText = false; break
      case 'p': {
        const text = line.text.trim()
        if (rows === undefined) lines.push(line)
        else if (text !== '' && !covered) cell?.lines.push(...text.split(/\n+/))
        break
      }
      case 'sp': closeShape(); break
      case 'tbl': {
        const { titles, lines: all } = tableText(withHeadings(rows ?? []))
        if (!isLeftOut && !isNotes) {
          for (const text of titles) slide.blocks.push({ kind: 'text', text })
          if (all.length > 0) slide.blocks.push({ kind: 'table', text: all.join('\n') })
        }
        rows = undefined
        cell = undefined
      }
    }
  }
  readXml(xml, {
    open (tag, attributes) {
      // A drawing for older programs repeats what the newer one says.
      if (skipping > 0 || tag === 'mc:Fallback') skipping++
      else open(localName(tag), attributes)
    },
    text (text) {
      if (isText && skipping === 0) line.text += text
    },
    close (tag) {
      if (skipping > 0) skipping--
      else close(localName(tag))
    },
  })
  return slide
}

/** Takes the first row for the names of the columns, as it is drawn in most presentations. */
function withHeadings ([first = [], ...rest]: Cell[][]): Cell[][] {
  return [first.map(cell => ({ ...cell, heading: true })), ...rest]
}

function isSet (value: string | undefined): boolean {
  return value !== undefined && isOn(value)
}
