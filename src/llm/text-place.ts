// Follows a text as it comes and tells what the next characters stand behind: a line's beginning, code, a word.

export interface TextPlace {
  add (text: string): void
  isAtLineStart (): boolean
  /** Inside a code span or a fenced block of Markdown that is still open. */
  isInCode (): boolean
  /** What comes next is an item of a list, or a word in a sentence that is still open. */
  isInSentence (): boolean
  /** The last line with text ends in the middle of a sentence. */
  isInOpenLine (): boolean
  /** The JSON that the text is may end here. */
  isAfterBracket (): boolean
}

const fence = /^\s*(?:```|~~~)/
const listMark = /^\s*(?:[-*•+|>]|\d{1,3}[.)])\s+$/
const loneToken = /^\s*[<[][^\s]{1,40}[>\]]\s*$/
const openSentence = /(?:[^.!?…)\]\s。！？][ \t]+|:)$/u

/** Tells whether a code span is open at a line's end. A backtick within a word, or before a blank, opens none. */
function isInSpan (line: string): boolean {
  let open = 0
  for (const { 0: ticks, index } of line.matchAll(/`+/g)) {
    const opens = !/[\p{L}\p{N}]$/u.test(line.slice(Math.max(0, index - 2), index)) && !/^\s/.test(line.slice(index + ticks.length))
    if (open === 0 && opens) open = ticks.length
    else if (open === ticks.length) open = 0
  }
  return open > 0
}

export function createTextPlace (): TextPlace {
  let line = ''
  let isFenced = false
  let isBelowColon = false
  let lastLine = ''

  function endLine (): void {
    if (fence.test(line)) isFenced = !isFenced
    if (line.trim() === '') return
    // A list of tokens, one in each line.
    if (!loneToken.test(line)) isBelowColon = line.trimEnd().endsWith(':')
    lastLine = line
  }

  return {
    add (text) {
      // A token, nearly always.
      if (!text.includes('\n')) {
        line += text
        return
      }
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
      return isFenced || isInSpan(line)
    },
    isInSentence: () => line.trim() === '' ? isBelowColon : openSentence.test(line.slice(-80)) || (line.length < 80 && listMark.test(line)),
    isInOpenLine: () => /[\p{L}\p{N}"'»”,;]\s*$/u.test((line.trim() === '' ? lastLine : line).slice(-80)),
    isAfterBracket: () => /[}\]]\s*$/.test(line.slice(-80)) || line.trim() === '',
  }
}
