// Follows a text as it comes and tells what the next characters stand behind: a line's beginning, code, a word.

export interface TextPlace {
  add (text: string): void
  isAtLineStart (): boolean
  /** Inside a code span or a fenced block of Markdown that is still open. */
  isInCode (): boolean
  /** What comes next is an item of a list, or a word in a sentence that is still open. */
  isInSentence (): boolean
  /** The JSON that the text is may end here. */
  isAfterBracket (): boolean
}

const fence = /^\s*(?:```|~~~)/
const listMark = /^\s*(?:[-*•+|>]|\d{1,3}[.)])\s+$/
const openSentence = /(?:[^.!?…)\]\s。！？][ \t]+|:)$/u

export function createTextPlace (): TextPlace {
  let line = ''
  let isFenced = false
  let isBelowColon = false

  function endLine (): void {
    if (fence.test(line)) isFenced = !isFenced
    if (line.trim() !== '') isBelowColon = line.trimEnd().endsWith(':')
  }

  return {
    add (text) {
      const [first, ...others] = text.split('\n')
      line += first!
      for (const other of others) {
        endLine()
        line = other
      }
    },
    isAtLineStart: () => line.trim() === '',
    isInCode () {
      if (fence.test(line)) return !isFenced
      return isFenced || (line.match(/`+/g)?.length ?? 0) % 2 === 1
    },
    isInSentence: () => line.trim() === '' ? isBelowColon : openSentence.test(line.slice(-80)) || (line.length < 80 && listMark.test(line)),
    isAfterBracket: () => /[}\]]\s*$/.test(line.slice(-80)) || line.trim() === '',
  }
}
