// Reads what a Word document's styles say of its paragraphs and words: headings, numbers, and what is not shown.
import { isOn } from './xlsx-styles.ts'
import { readXml } from './xml.ts'

/** A place in a list: which list, and how deep. */
export interface ListPlace { list: string, depth: number }

export interface WordStyle {
  name: string
  parent: string
  /** The level of a heading, from 1. */
  heading?: number
  list?: string
  depth?: number
  hidden?: boolean
  struck?: boolean
}

export interface WordStyles {
  /** Returns the level of a heading style or of one that is made from it; 0 of others. */
  headingOf (id: string): number
  /** Tells if a style is that of a table of contents, which repeats the headings. */
  isContents (id: string): boolean
  /** Returns the list that a style puts its paragraphs into. */
  listOf (id: string): Partial<ListPlace>
  /** Tells if a style hides its text or strikes it out; undefined when it says nothing of that. */
  leavesOut (id: string): { hidden?: boolean, struck?: boolean }
}

const maxParents = 20

export function readWordStyles (xml: Uint8Array | undefined): WordStyles {
  const styles = new Map<string, WordStyle>()
  let style: WordStyle | undefined
  if (xml !== undefined) {
    readXml(xml, {
      open (tag, attributes) {
        const value = attributes['w:val'] ?? ''
        if (tag === 'w:style') styles.set(attributes['w:styleId'] ?? '', style = { name: '', parent: '' })
        if (style === undefined) return
        switch (tag) {
          case 'w:name': {
            style.name = value
            const level = /^heading ([1-6])$/i.exec(value)?.[1]
            if (level) style.heading = Number(level)
            break
          }
          case 'w:basedOn': style.parent = value; break
          case 'w:outlineLvl': if (Number(value) < 9) style.heading = Number(value) + 1; break
          case 'w:numId': style.list = value; break
          case 'w:ilvl': style.depth = Number(value); break
          case 'w:vanish': style.hidden = isOn(attributes['w:val']); break
          case 'w:strike': case 'w:dstrike': style.struck = isOn(attributes['w:val']); break
        }
      },
      close (tag) {
        if (tag === 'w:style') style = undefined
      },
    })
  }

  function first<Key extends keyof WordStyle> (id: string, key: Key): WordStyle[Key] | undefined {
    let found = styles.get(id)
    for (let i = 0; found !== undefined && i < maxParents; i++, found = styles.get(found.parent)) {
      if (found[key] !== undefined) return found[key]
    }
    return undefined
  }

  return {
    headingOf (id) {
      if (/^(sub)?title$/i.test(styles.get(id)?.name ?? '')) return 0
      return Math.min(first(id, 'heading') ?? 0, 6)
    },

    isContents: id => /^toc \d$/i.test(styles.get(id)?.name ?? ''),

    listOf (id) {
      const [list, depth] = [first(id, 'list'), first(id, 'depth')]
      return { ...(list === undefined ? {} : { list }), ...(depth === undefined ? {} : { depth }) }
    },

    leavesOut (id) {
      const [hidden, struck] = [first(id, 'hidden'), first(id, 'struck')]
      return { ...(hidden === undefined ? {} : { hidden }), ...(struck === undefined ? {} : { struck }) }
    },
  }
}
