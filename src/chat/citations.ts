// Checks the citations and the markup of an answer while it streams.
import { mark } from '../language/citation-marks.ts'
import { openLinkAtEnd, riskyPlaces } from '../language/safe-text.ts'

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
/** Finds where a space must also keep a mark from being a link (`[1](…)`), to an address that is not a source. */
const risky = new RegExp(`${riskyPlaces.source}|(?<=\\[\\d{1,3}\\])(?=\\()`, riskyPlaces.flags)

/** Keeps citations of sources 1 to `count`, written `[n]`, drops the numbers of all others, and disarms markup. */
export function createCitationFilter (count: number): CitationFilter {
  const found = new Set<number>()
  let held = ''
  /** The end of the text shown so far. */
  let shown = ''

  function show (text: string): string {
    const checked = text.includes('[') ? check(text) : text
    const mayBeRisky = /[[(:<]/.test(checked) || shown.endsWith('<') || shown.endsWith(':')
    // What is shown stays as it is: where its beginning is cut off, it may look risky.
    const separate = (_: string, at: number) => at < shown.length ? '' : ' '
    const safe = mayBeRisky ? (shown + checked).replace(risky, separate).slice(shown.length) : checked
    shown = (shown + safe).slice(-maxMarkChars)
    return safe
  }

  function check (text: string): string {
    let checked = ''
    let end = 0
    for (const { 0: written, 1: numbers, index } of text.matchAll(mark)) {
      checked += text.slice(end, index)
      // What was dropped before it is no longer there, as if each mark had come by itself.
      checked += keep(written, numbers!, shown + checked)
      end = index + written.length
    }
    return checked + text.slice(end)
  }

  /** Returns where the text begins that must wait for what follows. */
  function startOfOpen (all: string): number {
    const mark = all.search(openAtEnd)
    // Also one in front of an open mark, which may be dropped.
    const text = mark < 0 ? all : all.slice(0, mark)
    const link = /[\](]/.test(text) || shown.endsWith(']') ? (shown + text).search(openLinkAtEnd) - shown.length : -1
    // Half a character cannot be judged: `<` begins a tag in front of a letter alone.
    const half = /[\ud800-\udbff]$/.test(all) ? all.length - 1 : -1
    return Math.min(...[mark, link, half].filter(at => at >= 0), all.length)
  }

  function keep (written: string, numbers: string, before: string): string {
    if (written.length > maxMarkChars) return written
    const known = numbers.split(/[,;]/).map(Number).filter(n => n >= 1 && n <= count)
    for (const n of known) found.add(n)
    // Without the 9 of "[[9]1]", the rest would form a mark that was never checked; without that of "]([9]/", a link.
    if (known.length === 0) return openAtEnd.test(before) || openLinkAtEnd.test(before) ? '…' : ''
    return known.map(n => `[${n}]`).join('')
  }

  return {
    push (text) {
      const all = held + text
      const at = startOfOpen(all)
      held = all.slice(at)
      return show(all.slice(0, at))
    },
    end () {
      const rest = show(held)
      held = ''
      return rest
    },
    cited: () => [...found].sort((a, b) => a - b),
  }
}
