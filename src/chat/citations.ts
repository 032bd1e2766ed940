// Checks the citations that a model writes, while its answer streams by.
import { mark } from '../language/citation-marks.ts'

export interface CitationFilter {
  /** The text that can be shown after this piece came; what may be the start of a citation is held back. */
  push (text: string): string
  /** What was held back, at the end. */
  end (): string
  /** The numbers cited so far, ascending. */
  cited (): number[]
}

/** A longer mark is left as it is: its start would be held back for too long. */
const longest = 64
/** What may become a mark of at most that length. */
const openAtEnd = new RegExp(`\\[[\\s^n\\d,;]{0,${longest - 2}}$`)
/**
 * Where a space keeps Markdown from making more of the text: an image, which a client would fetch from any address
 * without being asked; a mark that is a link (`[1](…)`), or that defines one (`[1]: …`), to somewhere that is no source.
 */
const loaded = /(?<=!)(?=\[)|(?<=\[\d{1,3}\])(?=[(:])/g

/** Keeps citations of sources 1 to `count`, written `[n]`, and drops the numbers of all others. */
export function createCitationFilter (count: number): CitationFilter {
  const found = new Set<number>()
  let held = ''
  /** The end of what has been shown. */
  let shown = ''

  function show (text: string): string {
    const checked = text.includes('[') ? text.replace(mark, (written, numbers: string, at: number) => keep(written, numbers, shown + text.slice(0, at))) : text
    const safe = /[[(:]/.test(checked) ? (shown + checked).replace(loaded, ' ').slice(shown.length) : checked
    shown = (shown + safe).slice(-longest)
    return safe
  }

  function keep (written: string, numbers: string, before: string): string {
    if (written.length > longest) return written
    const known = numbers.split(/[,;]/).map(Number).filter(n => n >= 1 && n <= count)
    for (const n of known) found.add(n)
    // Without the 9 of "[[9]1]" what stands around it would be a mark that nobody has checked.
    if (known.length === 0) return openAtEnd.test(before) ? '…' : ''
    return known.map(n => `[${n}]`).join('')
  }

  return {
    push (text) {
      const all = held + text
      const at = all.search(openAtEnd)
      held = at < 0 ? '' : all.slice(at)
      return show(at < 0 ? all : all.slice(0, at))
    },
    end () {
      const rest = show(held)
      held = ''
      return rest
    },
    cited: () => [...found].sort((a, b) => a - b),
  }
}
