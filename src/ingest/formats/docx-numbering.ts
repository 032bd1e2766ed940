// Counts the numbers that Word writes before headings and paragraphs: "2.1", "Article IV", "b)".
import type { ListPlace } from './docx-styles.ts'
import { written } from './list-numbers.ts'
import { readXml } from './xml.ts'

interface Level { start: number, form: string, text: string }

export interface Numbering {
  /** Counts a paragraph and returns what stands before it; '' for a bullet or without a number. */
  next (place: ListPlace): string
  /** Tells if a place's number names the ones above it too, as "2.1" does. */
  isNested (place: ListPlace): boolean
}

const maxDepth = 9

export function readNumbering (xml: Uint8Array | undefined): Numbering {
  /** The kinds of list by id; the lists, each of a kind, with starts of their own. */
  const kinds = new Map<string, Map<number, Level>>()
  const lists = new Map<string, { kind: string, levels: Map<number, Level>, starts: Map<number, number> }>()
  if (xml !== undefined) readLists(xml, kinds, lists)
  /** How far each kind has counted, by depth: lists of one kind continue one another. */
  const counts = new Map<string, number[]>()
  const started = new Set<string>()

  const levelOf = ({ list, depth }: ListPlace) => {
    const own = lists.get(list)
    return own?.levels.get(depth) ?? kinds.get(own?.kind ?? '')?.get(depth)
  }

  return {
    next (place) {
      const { list, depth } = place
      const own = lists.get(list)
      const level = levelOf(place)
      if (own === undefined || level === undefined || depth >= maxDepth) return ''
      const count = counts.get(own.kind) ?? []
      counts.set(own.kind, count)
      const restarts = own.starts.get(depth)
      if (restarts !== undefined && !started.has(`${list} ${depth}`)) count[depth] = restarts - 1
      started.add(`${list} ${depth}`)
      count[depth] = (count[depth] ?? level.start - 1) + 1
      count.length = depth + 1
      if (level.form === 'bullet' || level.form === 'none') return ''
      return level.text.replace(/%(\d)/g, (_, digit: string) => {
        const above = levelOf({ list, depth: Number(digit) - 1 })
        return above ? written(count[Number(digit) - 1] ?? above.start, above.form) : ''
      }).trim()
    },

    isNested (place) {
      return (levelOf(place)?.text.match(/%\d/g)?.length ?? 0) > 1
    },
  }
}

function readLists (xml: Uint8Array, kinds: Map<string, Map<number, Level>>,
  lists: Map<string, { kind: string, levels: Map<number, Level>, starts: Map<number, number> }>): void {
  let levels: Map<number, Level> | undefined
  let level: Level | undefined
  let list: { kind: string, levels: Map<number, Level>, starts: Map<number, number> } | undefined
  let depth = 0
  readXml(xml, {
    open (tag, attributes) {
      const value = attributes['w:val'] ?? ''
      switch (tag) {
        case 'w:abstractNum': kinds.set(attributes['w:abstractNumId'] ?? '', levels = new Map()); break
        case 'w:num':
          lists.set(attributes['w:numId'] ?? '', list = { kind: '', levels: new Map(), starts: new Map() })
          levels = list.levels
          break
        case 'w:abstractNumId': if (list) list.kind = value; break
        case 'w:lvlOverride': depth = Number(attributes['w:ilvl']); break
        case 'w:startOverride': list?.starts.set(depth, Number(value)); break
        case 'w:lvl': levels?.set(Number(attributes['w:ilvl']), level = { start: 1, form: 'decimal', text: '' }); break
        case 'w:start': if (level) level.start = Number(value); break
        case 'w:numFmt': if (level) level.form = value; break
        case 'w:lvlText': if (level) level.text = value
      }
    },
  })
}
