// Builds a document's sections in reading order, each under the headings above it.
import type { Section } from '../../documents/content.ts'

export interface Outline {
  /** @param level 1 is the outermost */
  heading (level: number, text: string): void
  /** Adds text. Prose under the same headings on the same page becomes one section, with empty lines between paragraphs. */
  add (kind: Section['kind'], text: string, page?: number): void
  /** Ends the document. A heading with nothing under it is kept as text. */
  end (): Section[]
}

/** A section with more characters than this gets no more prose. */
const maxMergedChars = 20_000

interface Heading { level: number, text: string, used: boolean }

export function createOutline (): Outline {
  const sections: Section[] = []
  let open: Heading[] = []
  let headings: string[] = []

  function close (level: number): void {
    const unused = open.filter(heading => heading.level >= level && !heading.used)
    if (unused.length > 0) {
      open = open.filter(heading => !unused.includes(heading))
      headings = open.map(heading => heading.text)
      add('text', unused.map(heading => heading.text).join('\n\n'))
    }
    open = open.filter(heading => heading.level < level)
    headings = open.map(heading => heading.text)
  }

  function add (kind: Section['kind'], text: string, page?: number): void {
    if (text.trim() === '') return
    for (const heading of open) heading.used = true
    const last = sections.at(-1)
    const continues = kind === 'text' && last?.kind === 'text' && last.headings === headings && last.page === page
    if (continues && last.text.length < maxMergedChars) last.text += `\n\n${text}`
    else sections.push({ kind, text, headings, ...(page === undefined ? {} : { page }) })
  }

  return {
    add,

    heading (level, text) {
      const name = text.replace(/\s+/g, ' ').trim()
      if (name === '') return
      close(level)
      open.push({ level, text: name, used: false })
      headings = open.map(heading => heading.text)
    },

    end () {
      close(0)
      return sections
    }
  }
}
