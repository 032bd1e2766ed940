// Reads which styles of an OpenDocument file hide what they are given, or strike it out.
import type { Attributes } from './xml.ts'

/** The switches of a style that decide if its text is read. */
interface OdfStyle { parent: string, shown: string, hidden?: boolean, struck?: boolean, position?: string | undefined }

export interface OdfStyles {
  /** Takes note of the elements inside `office:styles` and `office:automatic-styles`. */
  open (tag: string, attributes: Attributes): void
  /** Tells if a style, or one that it is made from, hides or strikes out. */
  leavesOut (name: string | undefined): boolean
  /** Returns where a style puts its text: `super`, `sub` or ''. */
  positionOf (name: string | undefined): string
  /** Returns the names of a style and of those that it is made from, as people see them. */
  namesOf (name: string | undefined): string[]
}

export function createOdfStyles (): OdfStyles {
  const styles = new Map<string, OdfStyle>()
  const known = new Map<string, boolean>()
  let current: OdfStyle | undefined

  function chainOf (name: string | undefined): OdfStyle[] {
    const chain: OdfStyle[] = []
    for (let style = styles.get(name ?? ''); style && chain.length < 20; style = styles.get(style.parent)) chain.push(style)
    return chain
  }

  return {
    open (tag, attributes) {
      if (tag === 'style:style') {
        const name = attributes['style:name'] ?? ''
        const shown = attributes['style:display-name'] ?? name
        known.clear()
        styles.set(name, current = { parent: attributes['style:parent-style-name'] ?? '', shown })
      } else if (current && tag === 'style:text-properties') {
        const line = attributes['style:text-line-through-style'] ?? attributes['style:text-line-through-type']
        if (line !== undefined) current.struck = line !== 'none'
        current.position = attributes['style:text-position']?.split(' ')[0]
        if (attributes['text:display'] !== undefined) current.hidden = attributes['text:display'] === 'none'
      } else if (current && tag === 'style:table-properties' && attributes['table:display'] === 'false') current.hidden = true
      else if (current && attributes['presentation:visibility'] === 'hidden') current.hidden = true
    },

    leavesOut (name = '') {
      let result = known.get(name)
      if (result !== undefined) return result
      const chain = chainOf(name)
      const first = (key: 'hidden' | 'struck') => chain.find(style => style[key] !== undefined)?.[key] ?? false
      known.set(name, result = first('hidden') || first('struck'))
      return result
    },

    positionOf: name => chainOf(name).find(({ position }) => position !== undefined)?.position ?? '',

    namesOf: name => [name ?? '', ...chainOf(name).map(({ shown }) => shown)],
  }
}
