// Finds the parts of an Office file that belong together.
import { posix } from 'node:path'
import { localName, readXml } from './xml.ts'

export interface Relation {
  /** The last word of its type: `worksheet`, `header`. */
  type: string
  /** The name of the file in the archive. */
  part: string
}

/** Returns what a part refers to, by the ids that it uses. Whatever lies outside the archive is left out. */
export function relationsOf (unpack: (name: string) => Uint8Array | undefined, part: string): Map<string, Relation> {
  const relations = new Map<string, Relation>()
  const xml = unpack(posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`))
  if (xml === undefined) return relations
  readXml(xml, {
    open (tag, { Id: id, Type: type = '', Target: target = '', TargetMode: mode }) {
      if (localName(tag) !== 'Relationship' || id === undefined || mode === 'External') return
      const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(part), target)
      relations.set(id, { type: type.replace(/^.*\//, ''), part: path })
    },
  })
  return relations
}

/** Reads what a file says of itself. */
export function readProperties (unpack: (name: string) => Uint8Array | undefined): { title: string, language: string } {
  const properties = { title: '', language: '' }
  const xml = unpack('docProps/core.xml')
  if (xml === undefined) return properties
  let key: keyof typeof properties | undefined
  readXml(xml, {
    open (tag) {
      const name = localName(tag)
      key = name === 'title' || name === 'language' ? name : undefined
    },
    text (text) {
      if (key) properties[key] += text
    },
    close () {
      key = undefined
    },
  })
  return { title: properties.title.trim(), language: properties.language.trim() }
}
