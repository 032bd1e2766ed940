// Puts a document together in reading order: every stretch under the headings that stand above it.
import type { Section } from '../../documents/content.ts'

export interface Outline {
  /** @param level 1 is the outermost */
  heading (level: number, text: string): void
  /** Prose under the same headings on the same page becomes one section, its paragraphs apart by an empty line. */
  add (kind: Section['kind'], text: string, page?: number): void
  /** Ends the document. A heading that nothing stands under is kept as text. */
  end (): Section[]
}

/** Prose is no longer put together when it has more characters than this. */
const longestText = 20_000

interface Heading { level: number, text: string, used: boolean }

export function createOutline (): Outline {
  const sections: Section[] = []
  let open: Heading[] = []
  let headings: string[] = []

  function close (level: number): void {
    const lonely = open.filter(heading => heading.level >= level && !heading.used)
    if (lonely.length > 0) {
      open = open.filter(heading => !lonely.includes(heading))
      headings = open.map(heading => heading.text)
      add('text', lonely.map(heading => heading.text).join('\n\n'))
    }
    open = open.filter(heading => heading.level < level)
    headings = open.map(heading => heading.text)
  }

  function add (kind: Section['kind'], text: string, page?: number): void {
    if (text.trim() === '') return
    for (const heading of open) heading.used = true
    const last = sections.at(-1)
    if (kind === 'text' && last?.kind === 'text' && last.headings === headings && last.page === page && last.text.length < longestText) last.text += `\n\n${text}`
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
