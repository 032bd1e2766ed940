// Counts the numbers that OpenDocument files write before headings, and tells numbered lists from others.
import { written } from './list-numbers.ts'
import type { Attributes } from './xml.ts'

interface Level { form: string, prefix: string, suffix: string, shown: number, start: number }

export interface OdfNumbers {
  /** Takes note of the elements inside the styles. */
  open (tag: string, attributes: Attributes): void
  /** Counts a heading and returns its number; '' without one. */
  nextHeading (level: number): string
  /** Returns how the items of a list are numbered, as HTML says it (`a`, `1`); '' for bullets. */
  formOf (list: string, depth: number): string
}

const forms: Record<string, string> = { a: 'lowerLetter', A: 'upperLetter', i: 'lowerRoman', I: 'upperRoman' }

export function createOdfNumbers (): OdfNumbers {
  const outline: Level[] = []
  const numbered = new Map<string, string[]>()
  let list: string[] | undefined
  const counts: number[] = []

  return {
    open (tag, attributes) {
      const depth = Number(attributes['text:level'] ?? 1) - 1
      switch (tag) {
        case 'text:list-style': numbered.set(attributes['style:name'] ?? '', list = []); break
        case 'text:outline-style': list = undefined; break
        case 'text:list-level-style-number': if (list) list[depth] = attributes['style:num-format'] ?? ''; break
        case 'text:outline-level-style':
          outline[depth] = {
            form: attributes['style:num-format'] ?? '', prefix: attributes['style:num-prefix'] ?? '',
            suffix: attributes['style:num-suffix'] ?? '',
            shown: Number(attributes['text:display-levels'] ?? 1), start: Number(attributes['text:start-value'] ?? 1),
          }
      }
    },

    nextHeading (level) {
      const depth = level - 1
      const own = outline[depth]
      counts[depth] = (counts[depth] ?? (own?.start ?? 1) - 1) + 1
      counts.length = depth + 1
      if (own === undefined || own.form === '') return ''
      const from = Math.max(0, depth - own.shown + 1)
      const numbers = Array.from({ length: depth - from + 1 }, (_, i) => {
        const of = outline[from + i]
        return of?.form ? written(counts[from + i] ?? of.start, forms[of.form] ?? 'decimal') : ''
      })
      return own.prefix + numbers.filter(Boolean).join('.') + own.suffix
    },

    formOf: (name, depth) => numbered.get(name)?.[depth] ?? '',
  }
}
