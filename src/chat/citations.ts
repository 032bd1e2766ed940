// Checks the citations that a model writes while its answer streams.
import { mark } from '../language/citation-marks.ts'

export interface CitationFilter {
  /** Returns the text that can be shown after this delta; holds back anything that may be the start of a citation. */
  push (text: string): string
  /** Returns the text that is still held back, at the end. */
  end (): string
  /** The numbers cited so far, ascending. */
  cited (): number[]
}

/** A longer mark is left alone: its start would be held back for too long. */
const maxMarkChars = 64
/** Matches anything that may become a mark of at most that length. */
const openAtEnd = new RegExp(`\\[[\\s^n\\d,;]{0,${maxMarkChars - 2}}$`)
/**
 * Finds where a space must keep Markdown from reading more into the text: an image, which a client would fetch unasked
 * from any address; a mark that is a link (`[1](…)`), or that defines one (`[1]: …`), to an address that is not a source.
 */
const riskyMarkdown = /(?<=!)(?=\[)|(?<=\[\d{1,3}\])(?=[(:])/g

/** Keeps citations of sources 1 to `count`, written `[n]`, and drops the numbers of all others. */
export function createCitationFilter (count: number): CitationFilter {
  const found = new Set<number>()
  let held = ''
  /** The end of the text shown so far. */
  let shown = ''

  function show (text: string): string {
    const checked = text.includes('[')
      ? text.replace(mark, (written, numbers: string, at: number) => keep(written, numbers, shown + text.slice(0, at)))
      : text
    const safe = /[[(:]/.test(checked) ? (shown + checked).replace(riskyMarkdown, ' ').slice(shown.length) : checked
    shown = (shown + safe).slice(-maxMarkChars)
    return safe
  }

  function keep (written: string, numbers: string, before: string): string {
    if (written.length > maxMarkChars) return written
    const known = numbers.split(/[,;]/).map(Number).filter(n => n >= 1 && n <= count)
    for (const n of known) found.add(n)
    // Without the 9 of "[[9]1]", the rest would form a mark that was never checked.
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
