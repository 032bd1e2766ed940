// Checks the citations that a model writes, while its answer streams by.

export interface CitationFilter {
  /** The text that can be shown after this piece came; what may be the start of a citation is held back. */
  push (text: string): string
  /** What was held back, at the end. */
  end (): string
  /** The numbers cited so far, ascending. */
  cited (): number[]
}

/** `[1]`, `[1, 3]`, `[1;2]`, `[^2]`, `[n1]`: what models write for citations. */
const citation = /\[\s*(?:\^|n\s?)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]/g
/** A longer one is left as it is: its start would be held back for too long. */
const longest = 64
/** What may become a citation of at most that length. */
const openAtEnd = new RegExp(`\\[[\\s^n\\d,;]{0,${longest - 2}}$`)

/** Keeps citations of sources 1 to `count`, written `[n]`, and drops the numbers of all others. */
export function createCitationFilter (count: number): CitationFilter {
  const found = new Set<number>()
  let held = ''
  const clean = (text: string) => text.replace(citation, (written, numbers: string) => written.length > longest ? written : numbers.split(/[,;]/).map(Number)
    .filter(n => n >= 1 && n <= count)
    .map(n => {
      found.add(n)
      return `[${n}]`
    }).join(''))
  return {
    push (text) {
      const all = held + text
      const at = all.search(openAtEnd)
      held = at < 0 ? '' : all.slice(at)
      return clean(at < 0 ? all : all.slice(0, at))
    },
    end () {
      const rest = clean(held)
      held = ''
      return rest
    },
    cited: () => [...found].sort((a, b) => a - b),
  }
}
